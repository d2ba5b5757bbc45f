"""The point symbols of the map: which are drawn, where exactly, and what their labels say."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from riverplan.exporting.sheet_clock import short_clock
from riverplan.exporting.sheet_frame import Frame
from riverplan.exporting.sheet_labels import Box, Label, overlap
from riverplan.exporting.sheet_lettering import height, width
from riverplan.exporting.sheet_sites import RANK, codes
from riverplan.exporting.symbology import SYMBOLS, symbol_for
from riverplan.forecasting.result import Forecast
from riverplan.i18n import Lang, text
from riverplan.river.naming import site_name
from riverplan.river.sites import Space

_OFF_WATER = {"town", "risk_source"}
"""Kinds drawn where their list says; the others stand on the line, at their chainage."""
_ACROSS = {"boundary": 0.0, "bridge": 90.0}
"""Kinds turned with the river, by the angle of their shape [degrees]."""
_ROOM = 6.0
"""Paper along the plume's way that a symbol needs [mm]; where there is less, the least kinds are left out."""
_KEPT = 4.5
"""Kinds of this rank and below are never left out."""
_PALE = 15
"""So many sites that are not reached may be shown; beyond, only their intakes and boundaries are."""
_UNREACHED = 10.0
"""Added to the rank of what the plume does not reach."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A symbol on paper [mm] and its label."""

    key: str
    kind: str
    symbol: str
    x: float
    y: float
    size: float
    turn: float
    rank: float
    affected: bool
    points: float
    label: Label

    @property
    def box(self) -> Box:
        """The paper it takes."""
        r = self.size / 2
        return self.x - r, self.y - r, self.x + r, self.y + r


@dataclass(frozen=True, slots=True, kw_only=True)
class _Raw:
    key: str
    kind: str
    symbol: str
    x: float
    y: float
    direction: float
    affected: bool
    code: str
    name: str
    short: str = ""


def marks(forecast: Forecast, frame: Frame, lang: Lang, points: float, length: float, *,
          mono: bool = False) -> list[Mark]:
    """The symbols in the window, the most important first; less important ones step aside for them.

    Where they stand too close along the plume's way, of ``length`` mm on paper, the least important kinds
    are left out: they stand in the annex. On a fax, which knows no pale ink, the names of what is not reached
    stand in brackets (``mono``).
    """
    shown: list[Mark] = []
    found = sorted(_found(forecast, frame, lang), key=lambda r: (not r.affected, RANK.get(r.kind, 8.0), r.key))
    for raw in _thinned(found, int(length / _ROOM)):
        symbol = SYMBOLS[raw.symbol]
        size = symbol.size * (1.0 if raw.affected else 0.72) * min(points / 6.8, 1.0)
        x, y = _step_aside(raw, size, shown)
        if not frame.holds(x, y, size / 2):
            continue
        rank = RANK.get(raw.kind, 8.0) + (0.0 if raw.affected else _UNREACHED)
        letters = points if raw.affected else points - 1.2
        letters += 0.6 if raw.kind == "spill" else 0.0
        full = f"{raw.code} {raw.name}".strip()
        said = dict.fromkeys((full, f"{raw.code} {raw.short}".strip(), raw.code))
        if mono and not raw.affected:
            said = dict.fromkeys(f"({words})" for words in said if words)
        forms = tuple((words, width(words, letters) + 0.3, height(letters)) for words in said if words)
        turn = np.degrees(raw.direction) + _ACROSS[raw.kind] if raw.kind in _ACROSS else 0.0
        shown.append(Mark(
            key=raw.key, kind=raw.kind, symbol=raw.symbol, x=x, y=y, size=size, turn=float(turn), rank=rank,
            affected=raw.affected, points=letters,
            label=Label(key=raw.key, x=x, y=y, radius=size / 2, rank=rank, forms=forms,
                        needed=rank < 4, reach=20.0 if rank < 5 else 12.5 if raw.affected else 7.0)))
    return shown


def _thinned(found: list[_Raw], room: int) -> list[_Raw]:
    """What is left when the least important kinds are taken out until at most ``room`` are left."""
    left = found
    for kept in ({"intake", "boundary"}, {"boundary"}, set()):
        if sum(not r.affected for r in left) > _PALE:
            left = [r for r in left if r.affected or r.kind in kept]
    for kind in sorted({r.kind for r in found}, key=lambda k: -RANK.get(k, 8.0)):
        if len([r for r in left if r.affected]) <= room:
            return left
        if RANK.get(kind, 8.0) > _KEPT:
            left = [r for r in left if r.kind != kind]
    return left


def _found(forecast: Forecast, frame: Frame, lang: Lang) -> Iterator[_Raw]:
    river, spill = forecast.river, forecast.spill
    short = codes(forecast)
    reached = {a.site_id: a for a in forecast.arrivals}
    lines, lengths = river.reaches.geometry.to_numpy(), river.reaches["length"].to_numpy()

    def on_line(reach_id: str, chainage: float) -> tuple[float, float, float]:
        """Point of the plane on a reach and flow direction on paper."""
        row = river.reach_row[reach_id]
        line, fraction = lines[row], min(max(chainage / lengths[row], 0.0), 1.0)
        half = 0.0015 * frame.scale / line.length
        p, a, b = (line.interpolate(f, normalized=True) for f in
                   (fraction, max(fraction - half, 0.0), min(fraction + half, 1.0)))
        return p.x, p.y, float(np.arctan2(b.y - a.y, b.x - a.x))

    x, y, direction = on_line(spill.reach_id, spill.chainage or 0.0)
    px, py = frame.paper(np.array([[x, y]]))[0]
    started = short_clock(forecast, 0.0, lang) if spill.at else ""
    source = next((s for s in river.sites if s.site_id == spill.site_id), None) if spill.site_id else None
    release = f"{text('symbol.spill', lang)} {started}".strip()
    name = " ".join(p for p in (source.name if source else spill.stake, release) if p)
    yield _Raw(key="spill", kind="spill", symbol="spill", x=float(px), y=float(py), direction=direction, affected=True,
               code=short.get(spill.site_id, ""), name=name, short=release)
    for site in river.sites:
        if site.site_id == spill.site_id or site.reach_id not in river.reach_row:
            continue
        x, y, direction = on_line(site.reach_id, site.chainage)
        if site.kind in _OFF_WATER:
            x, y = river.xy(site.lon, site.lat)
        px, py = frame.paper(np.array([[x, y]]))[0]
        if not frame.holds(px, py):
            continue
        category = site.category if isinstance(site, Space) else ""
        arrival = reached.get(site.site_id)
        yield _Raw(key=site.site_id, kind=site.kind, symbol=symbol_for(site.kind, category).key, x=float(px),
                   y=float(py), direction=direction, affected=arrival is not None, code=short[site.site_id],
                   name=site_name(river, site, lang))
    for resource in river.resources:
        if resource.kind == "contact" or not resource.drawn or resource.lon is None or resource.lat is None:
            continue
        x, y = river.xy(resource.lon, resource.lat)
        px, py = frame.paper(np.array([[x, y]]))[0]
        if frame.holds(px, py):
            yield _Raw(key=resource.resource_id, kind=resource.kind, symbol=resource.kind, x=float(px), y=float(py),
                       direction=0.0, affected=True, code="", name=resource.name)


def _step_aside(raw: _Raw, size: float, shown: list[Mark]) -> tuple[float, float]:
    """The place of a symbol, moved across the river where a more important one already stands."""
    across = np.array([-np.sin(raw.direction), np.cos(raw.direction)])
    for step in (0.0, 1.0, -1.0, 2.0, -2.0, 3.0, -3.0):
        if raw.kind in _ACROSS or raw.kind == "spill":
            break
        x, y = np.array([raw.x, raw.y]) + across * step * size * 0.9
        r = size / 2 * 0.85
        if not any(overlap((x - r, y - r, x + r, y + r), m.box) for m in shown):
            return float(x), float(y)
    return raw.x, raw.y


def draw_mark(ax: Axes, mark: Mark, clip: Rectangle, *, mono: bool) -> None:
    """Draw a symbol: its edge beneath, its filling above."""
    symbol = SYMBOLS[mark.symbol]
    vertices, codes_ = [], []
    for ring in symbol.shape:
        vertices += [(x, -y) for x, y in ring] + [(0.0, 0.0)]
        codes_ += [Path.MOVETO, *([Path.LINETO] * (len(ring) - 1)), Path.CLOSEPOLY]
    outline = Affine2D().scale(mark.size / 2).rotate_deg(mark.turn).translate(mark.x, mark.y).transform_path(
        Path(np.array(vertices), codes_))
    fill = symbol.mono_fill if mono else symbol.fill
    if mono and not mark.affected:
        fill = "#ffffff"                                                   # hollow: a fax knows no pale ink
    edge = ("#ffffff" if fill == "#000000" else "#000000") if mono else symbol.edge
    faded = not mark.affected and not mono
    base = (8.4 if mark.affected else 6.9) - 0.02 * mark.rank              # important ones on top
    thick = 1.5 if edge == "#ffffff" else 0.9
    for colour, line, z in ((edge, thick, 0.0), ("none", 0.0, 0.001)):
        patch = PathPatch(outline, fc=fill, ec=colour, lw=line, joinstyle="round", zorder=base + z,
                          alpha=0.45 if faded else None)
        ax.add_artist(patch)
        patch.set_clip_path(clip)
        if edge != "#ffffff":
            break

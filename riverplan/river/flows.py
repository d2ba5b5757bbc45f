"""The flow list → flow scenarios: known at places along a river, drawn between them, summed where unknown."""

from collections.abc import Iterable, Mapping, Sequence

import geopandas as gpd
import numpy as np

from riverplan.channel import Array
from riverplan.i18n import text
from riverplan.river.parameters import Row, accumulate, cuts_at
from riverplan.river.scenario import FlowScenario
from riverplan.river.splitting import Cut
from riverplan.river.stems import Stem, stems

ORDER = ("low", "normal", "high", "measured", "scheduled")
"""Scenarios in the order they are offered."""
ANCHOR_SNUG = 1_000.0
"""A place in the flow list this near to a node [m] cuts no reach."""
_SAMPLES = 41


GIVEN = ("measured", "stated", "modelled", "assumed", "interpolated", "diversion", "")
"""Source words of discharges that a list, a person or a station gave: all others are derived anew."""


def anchor_cuts(reaches: gpd.GeoDataFrame, rows: Iterable[Row]) -> list[Cut]:
    """Cut long reaches at the places of the flow list, so that the velocity may change there."""
    found = stems(reaches)
    places = {(r["river"], r["at_km"]) for r in rows if r.get("at_km") is not None}
    cuts = []
    for river, km in sorted(places):
        cuts += cuts_at(found[river][0], km, "split at a flow place", ANCHOR_SNUG)
    return cuts


def lay_flows(reaches: gpd.GeoDataFrame, rows: Sequence[Row], before: Mapping[str, FlowScenario], *,
              depth: Array, storage: Array, source: str) -> dict[str, FlowScenario]:
    """Flow scenarios of a river.

    Discharge, velocity, depth and width are linear in river kilometres between the places of a list and
    constant beyond them; a reach takes its mean (the velocity so that its travel time is right). Rivers
    without a row take the sum of what flows into them. Pools take no velocity: their storage counts.

    Parameters
    ----------
    reaches
        Reaches as they will stay.
    rows
        Rows of the flow list whose rivers are drawn.
    before
        Scenarios the river has already, in the order of ``reaches``; rows replace a river's values.
    depth, storage
        From the stretches and dams, one value a reach; ``nan`` where unknown.
    source
        Name of the file the rows come from.
    """
    found = stems(reaches)
    pool = (reaches["kind"] == "reservoir").to_numpy(bool)
    named = {r["scenario"] for r in rows}
    scenarios = {}
    for name in [n for n in ORDER if n in named or n in before]:
        values, words = _start(before.get(name), len(reaches))
        for river in dict.fromkeys(r["river"] for r in rows if r["scenario"] == name):
            own = [r for r in rows if r["scenario"] == name and r["river"] == river]
            for piece in found[river]:
                _lay_river(piece, own, values, words)
        known = ~np.isnan(values["discharge"])
        values["discharge"] = accumulate(reaches, values["discharge"])
        words["discharge"][~known & ~np.isnan(values["discharge"])] = "accumulated"
        for column in ("velocity", "depth"):
            values[column][pool] = np.nan
        words["velocity"][np.isnan(values["velocity"])] = ""
        if name in ("normal", "measured"):
            values["depth"] = np.where(np.isnan(values["depth"]), depth, values["depth"])
        held = np.where(np.isnan(storage), values["storage"], storage)
        scenarios[name] = FlowScenario(
            name=name, source=_said(name, words["discharge"], source if name in named else "", before.get(name)),
            discharge=values["discharge"], velocity=values["velocity"], depth=values["depth"],
            width=values["width"], storage=np.where(pool, held, np.nan),
            discharge_source=words["discharge"], velocity_source=words["velocity"])
    return scenarios


def _start(before: FlowScenario | None, n: int) -> tuple[dict[str, Array], dict[str, np.ndarray]]:
    """Values a scenario begins with: those it had, without what was summed or filled in."""
    values = {k: np.full(n, np.nan) for k in ("discharge", "velocity", "depth", "width", "storage")}
    words = {k: np.full(n, "", object) for k in ("discharge", "velocity")}
    if before is not None:
        for k in values:
            values[k] = getattr(before, k).copy()
        for k in words:
            words[k] = getattr(before, f"{k}_source").copy()
        derived = ~np.isin(words["discharge"], GIVEN)
        values["discharge"][derived], words["discharge"][derived] = np.nan, ""
        for column in ("depth", "width"):
            values[column][getattr(before, f"{column}_source") != ""] = np.nan
    return values, words


def _lay_river(piece: Stem, rows: Sequence[Row], values: dict[str, Array], words: dict[str, np.ndarray]) -> None:
    """Lay the rows of one river over one of its pieces."""
    everywhere = [r for r in rows if r.get("at_km") is None]
    placed = sorted((r for r in rows if r.get("at_km") is not None), key=lambda r: r["at_km"])
    if not piece.whole:
        placed = []                                            # kilometres mean the main piece
    for column in ("discharge", "velocity", "depth", "width"):
        anchors = [r for r in placed if r.get(column) is not None]
        flat = [r for r in everywhere if r.get(column) is not None]
        if anchors:
            km = np.array([r["at_km"] for r in anchors])
            value = _along(piece, km, np.array([float(r[column]) for r in anchors]), harmonic=column == "velocity")
            source = [_source_at(r, column) for r in anchors]
            word = np.array([_word(a, b, km, source, column) for a, b in
                             zip(piece.lower, piece.upper, strict=True)], object)
        elif flat:
            value = np.full(piece.rows.size, float(flat[-1][column]))
            word = np.full(piece.rows.size, _source_at(flat[-1], column), object)
        else:
            continue
        values[column][piece.rows] = value * piece.share if column == "discharge" else value
        if column in words:
            words[column][piece.rows] = word


def _along(piece: Stem, km: Array, known: Array, *, harmonic: bool) -> Array:
    """Mean over each reach of what is linear between places; the harmonic mean keeps travel times right."""
    steps = (np.arange(_SAMPLES) + 0.5) / _SAMPLES
    at = piece.lower[:, None] + (piece.upper - piece.lower)[:, None] * steps[None, :]
    value = np.interp(at, km, known)
    return 1.0 / (1.0 / value).mean(axis=1) if harmonic else np.median(value, axis=1)


def _source_at(row: Row, column: str) -> str:
    if column == "velocity":
        return str(row.get("velocity_source") or "assumed")
    return str(row.get("discharge_source") or "assumed")


def _word(lower: float, upper: float, km: Array, source: Sequence[str], column: str) -> str:
    """Where a reach's value comes from: its own place, or drawn between places."""
    inside = [s for k, s in zip(km, source, strict=True) if lower <= k <= upper]
    if len(inside) > 1 and len(set(inside)) == 1:
        return inside[0]                                       # known at two places of its own: no neighbour counts
    own = [s for k, s in zip(km, source, strict=True) if lower - ANCHOR_SNUG <= k <= upper + ANCHOR_SNUG]
    if own and len(set(own)) == 1:
        return own[0]
    if column == "velocity":
        return "assumed"                                       # measured elsewhere is not measured here
    return "assumed" if "assumed" in (own or source) else "interpolated"


def _said(name: str, words: np.ndarray, file: str, before: FlowScenario | None) -> str:
    """Where a scenario comes from, in words, both languages."""
    kinds = [w for w in dict.fromkeys(words.tolist()) if w]
    if not file and before is not None:
        return before.source
    zh = "、".join(text(f"flow_source.{w}", "zh") for w in kinds)
    en = ", ".join(text(f"flow_source.{w}", "en") for w in kinds)
    return f"{file}：{zh} ({en})" if kinds else file


def spread(scenarios: Mapping[str, FlowScenario], origin: np.ndarray, weight: Array) -> dict[str, FlowScenario]:
    """The scenarios of a river whose reaches were cut: each piece has the values of its reach.

    Parameters
    ----------
    scenarios
        In the order of the old reaches.
    origin
        Row of the old reach of each new one.
    weight
        Share of the old reach's length in each new one, by which storage is divided [-].
    """
    return {name: FlowScenario(
        name=s.name, source=s.source, discharge=s.discharge[origin], velocity=s.velocity[origin],
        depth=s.depth[origin], width=s.width[origin], storage=s.storage[origin] * weight,
        discharge_source=s.discharge_source[origin], velocity_source=s.velocity_source[origin],
        readings=s.readings, depth_source=s.depth_source[origin], width_source=s.width_source[origin],
        series=s.series) for name, s in scenarios.items()}

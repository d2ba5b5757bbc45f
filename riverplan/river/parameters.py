"""What the lists say of whole rivers and of stretches: lengths, widths, slopes, areas, mean discharges."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from riverplan.channel import Array
from riverplan.errors import Problem
from riverplan.i18n import listed
from riverplan.river.assemble import LIKE
from riverplan.river.splitting import Cut
from riverplan.river.stems import Stem, shares, stems, topological

Row = Mapping[str, Any]
HEADWATER_SHARE = 0.05
"""Share of a river's value at its source, where only its mouth is known and all of it is drawn [-]."""
LIMIT_SNUG = 500.0
"""A limit this near to a node [m] means the node."""
WHOLE = ("width", "slope", "roughness")


@dataclass(slots=True, kw_only=True)
class Told:
    """Collects problems of rows, each once."""

    file: str
    problems: list[Problem] = field(default_factory=list)
    left_out: dict[tuple[str, str, int], str] = field(default_factory=dict)
    """Rows that are of no use to this river, by file, sheet and row, with the code of the reason."""

    def leave_out(self, code: str, row: Row) -> None:
        """Count a row as not used."""
        self.left_out[str(row.get("file") or self.file), str(row.get("sheet") or ""), int(row.get("row") or 0)] = code

    def say(self, code: str, row: Row | None, severity: Any = "warning", **fields: object) -> None:
        """Add a problem of a row."""
        number = row.get("row") if row else None
        file = str(row.get("file") or self.file) if row else ""
        self.problems.append(Problem(code=code, severity=severity, file=file,
                                     sheet=str(row.get("sheet") or "") if row else "", row=number, fields=fields))


def of_known_rivers(rows: Iterable[Row], key: str, names: Sequence[str], told: Told) -> list[Row]:
    """The rows whose river is drawn; the others are named once a river."""
    known, missing = [], set()
    for row in rows:
        if row[key] in names:
            known.append(row)
            continue
        told.leave_out("list_river_unknown", row)
        if names and row[key] not in missing:
            missing.add(row[key])
            told.say("list_river_unknown", row, river=row[key], near=listed(names, 12))
    return known


def stated_lengths(reaches: gpd.GeoDataFrame, rivers: Sequence[Row], told: Told) -> gpd.GeoDataFrame:
    """Scale the reaches of each river to its stated length."""
    reaches = reaches.copy()
    found = stems(reaches)
    for row in rivers:
        if row.get("length") is None:
            continue
        stem = found[row["name"]][0]
        factor = row["length"] / stem.length
        if not LIKE[0] <= factor <= LIKE[1]:
            told.say("stated_length_unlike", row, river=row["name"], stated=row["length"] / 1000,
                     drawn=stem.length / 1000)
            continue
        at = reaches.index[stem.rows]
        reaches.loc[at, "length"] *= factor
        reaches.loc[at, "length_source"] = "stated"
    return reaches


def limit_cuts(reaches: gpd.GeoDataFrame, rows: Iterable[Row], told: Told) -> list[Cut]:
    """Where stretches begin and end within a reach."""
    cuts = []
    found = stems(reaches)
    for row in rows:
        stem = found[row["river"]][0]
        lower, upper = limits(row)
        if lower >= stem.length + LIMIT_SNUG:
            told.say("range_outside", row, river=row["river"], lower=lower / 1000,
                     upper=min(upper, 1e7) / 1000, length=stem.length / 1000)
            told.leave_out("range_outside", row)
        for km in (lower, upper):
            if LIMIT_SNUG < km < stem.length - max(LIMIT_SNUG, 0.01 * stem.length):
                cuts += cuts_at(stem, km, "split at a limit", LIMIT_SNUG)
    return cuts


def within_river(reaches: gpd.GeoDataFrame, rows: Sequence[Row], told: Told) -> list[Row]:
    """The rows of the flow list whose place is on the map; the others are named."""
    found = stems(reaches)
    kept = []
    for row in rows:
        length = found[row["river"]][0].length
        if row.get("at_km") is not None and row["at_km"] > length + max(LIMIT_SNUG, 0.05 * length):
            told.say("range_outside", row, river=row["river"], lower=row["at_km"] / 1000, upper=row["at_km"] / 1000,
                     length=length / 1000)
            told.leave_out("range_outside", row)
        else:
            kept.append(row)
    return kept


def cuts_at(stem: Stem, km: float, why: str, snug: float) -> list[Cut]:
    """The cuts of a river's arms at a distance from its mouth [m], unless a node is near."""
    inside = np.flatnonzero((stem.lower + snug < km) & (km < stem.upper - snug))
    return [Cut(row=int(stem.rows[i]), chainage=float(stem.upper[i] - km), why=why, snug=snug) for i in inside]


def limits(row: Row) -> tuple[float, float]:
    """Lower and upper limit of a stretch [m from the mouth]; the whole river where none is given."""
    ends = [row[k] for k in ("from_km", "to_km") if row.get(k) is not None]
    if len(ends) == 2:
        return min(ends), max(ends)
    if row.get("from_km") is not None:
        return row["from_km"], np.inf
    return (0.0, row["to_km"]) if ends else (-np.inf, np.inf)


def rows_within(pieces: Sequence[Stem], row: Row) -> np.ndarray:
    """Rows of the reaches a stretch covers: those whose middle lies in it; of all pieces for a whole river."""
    lower, upper = limits(row)
    if np.isinf(lower) and np.isinf(upper):
        return np.concatenate([p.rows for p in pieces])
    stem = pieces[0]
    if upper >= stem.length - max(LIMIT_SNUG, 0.01 * stem.length):
        upper = np.inf                                         # listed lengths and drawn ones differ a little
    middle = (stem.lower + stem.upper) / 2
    return stem.rows[(middle >= lower) & (middle <= upper)]


def lay_parameters(reaches: gpd.GeoDataFrame, rivers: Sequence[Row], rows: Sequence[Row],
                   ) -> tuple[gpd.GeoDataFrame, Array, Array]:
    """Write what the lists say into the reaches.

    Returns
    -------
    reaches
        With the values and where each comes from.
    depth, storage
        Of the stretches that say so, one value a reach [m], [m³]; ``nan`` elsewhere.
    """
    reaches = reaches.copy()
    depth, storage = np.full(len(reaches), np.nan), np.full(len(reaches), np.nan)
    found = stems(reaches)
    column = {name: reaches.columns.get_loc(name) for name in reaches.columns}
    for row in rivers:
        at = np.concatenate([p.rows for p in found[row["name"]]])
        if row.get("water_class"):
            reaches.iloc[at, column["water_class"]] = row["water_class"]
        if row.get("drawn_accuracy") is not None:
            reaches.iloc[at, column["drawn_accuracy"]] = row["drawn_accuracy"]
        if row.get("course"):
            reaches.iloc[at, column["course"]] = row["course"]
        if row.get("course") == "sketched":
            drawn = at[(reaches["length_source"] == "drawn").to_numpy()[at]]
            reaches.iloc[drawn, column["length_source"]] = "sketched"
    length = reaches["length"].to_numpy(np.float64)
    for row in rows:
        at = rows_within(found[row["river"]], row)
        if not at.size:
            continue
        for name in WHOLE:
            if row.get(name):
                reaches.iloc[at, column[name]] = row[name]
                reaches.iloc[at, column[f"{name}_source"]] = row.get("source") or "stated"
        for name in ("kind", "water_class"):
            if row.get(name):
                reaches.iloc[at, column[name]] = row[name]
        if row.get("depth"):
            depth[at] = row["depth"]
        if row.get("storage") and row.get("kind") == "reservoir":
            storage[at] = row["storage"] * length[at] / length[at].sum()
    return _lay_downstream(reaches, rivers, rows), depth, storage


def _lay_downstream(reaches: gpd.GeoDataFrame, rivers: Sequence[Row], rows: Sequence[Row]) -> gpd.GeoDataFrame:
    """Drainage area and mean discharge: known at some places, growing between them, summed elsewhere."""
    found = stems(reaches)
    for name in ("drainage_area", "mean_discharge"):
        value = reaches[name].to_numpy(np.float64).copy()
        source = reaches[f"{name}_source"].to_numpy(object).copy()
        for river, pieces in found.items():
            own = [r for r in rivers if r["name"] == river and r.get(name)]
            stretches = [r for r in rows if r["river"] == river and r.get(name)]
            everywhere = [r for r in stretches if np.isinf(limits(r)[0])]
            anchors = {0.0: (float(own[-1][name]), "stated")} if own else {}
            anchors |= {max(limits(r)[0], 0.0): (float(r[name]), r.get("source") or "stated") for r in stretches
                        if np.isfinite(limits(r)[0])}
            if everywhere and len(anchors) <= len(own):
                at = np.concatenate([p.rows for p in pieces])
                value[at] = float(everywhere[-1][name])
                source[at] = everywhere[-1].get("source") or "stated"
            elif anchors:
                stem = pieces[0]
                full = (reaches["length_source"].to_numpy(object)[stem.rows] == "stated").all()
                value[stem.rows], source[stem.rows] = _between(stem, anchors, whole=bool(full))
        reaches[name], reaches[f"{name}_source"] = _summed(reaches, value, source)
    return reaches


def _between(stem: Stem, anchors: Mapping[float, tuple[float, str]], *, whole: bool) -> tuple[Array, np.ndarray]:
    """Values at the lower end of each reach of a river, from the values known at kilometres."""
    km = np.array(sorted(anchors))
    known = np.array([anchors[k][0] for k in km])
    value = np.interp(stem.lower, km, known)
    above = stem.lower > km[-1] + LIMIT_SNUG
    if whole and stem.length > km[-1]:                         # all of it is drawn: it shrinks towards its source
        way = (stem.lower - km[-1]) / (stem.length - km[-1])
        value = np.where(above, known[-1] * (1 - (1 - HEADWATER_SHARE) * way), value)
    nearest = np.abs(stem.lower[:, None] - km[None, :])
    at = nearest.argmin(axis=1)
    source = np.array([anchors[km[i]][1] for i in at], object)
    source[above | ((nearest.min(axis=1) > LIMIT_SNUG) & (km.size == 1))] = "assumed"
    return value * stem.share, source


def _summed(reaches: gpd.GeoDataFrame, value: Array, source: np.ndarray) -> tuple[Array, np.ndarray]:
    """Fill reaches without a value with the sum of what flows into them."""
    filled = accumulate(reaches, value)
    new = np.isnan(value) & ~np.isnan(filled)
    return filled, np.where(new, "assumed", source)


def accumulate(reaches: gpd.GeoDataFrame, value: Array) -> Array:
    """Fill gaps downward: a reach without a value takes the sum of the reaches entering its tail.

    At a bifurcation the arms without a value share it by their widths, equally where one is not known.
    ``nan`` stays where nothing above is known.
    """
    out = value.copy()
    width = reaches["width"].to_numpy(np.float64)
    tail, head = reaches["tail"].to_numpy(object), reaches["head"].to_numpy(object)
    groups: dict[str, list[int]] = {}
    for i, node in enumerate(tail):
        groups.setdefault(node, []).append(i)
    arrived: dict[str, float] = {}
    for i in topological(reaches).tolist():
        if np.isnan(out[i]) and tail[i] in arrived:
            arms = groups[tail[i]]
            share = float(shares(width[arms])[arms.index(i)]) if len(arms) > 1 else 1.0
            out[i] = arrived[tail[i]] * share
        if not np.isnan(out[i]):
            arrived[head[i]] = arrived.get(head[i], 0.0) + out[i]
    return out


def lines_unnamed(reaches: gpd.GeoDataFrame) -> bool:
    """Whether no line has a name."""
    return not pd.Series(reaches["name"]).astype(bool).any()

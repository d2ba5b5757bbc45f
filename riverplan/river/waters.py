"""Water areas laid on a river: reaches are cut at the shore, and what lies inside is a reservoir."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import shapely

from riverplan.errors import Problem
from riverplan.i18n import listed
from riverplan.river.splitting import Cut, split
from riverplan.river.stems import with_river_km

SHORTEST = 30.0
"""A piece shorter than this [m] is not cut off."""
SHARE = 0.01
"""Nor one shorter than this share of its reach."""
WHOLE = 0.5
"""A polygon over more than this share of a river of several reaches is a limit of some kind, no water area."""
_SHOWN = 20
_EPS = 1e-6


class Run(NamedTuple):
    """A stretch of a reach in shares of its length, and whether it lies in the water area."""

    begin: float
    end: float
    inside: bool


def lay_waters(reaches: gpd.GeoDataFrame, nodes: gpd.GeoDataFrame, waters: gpd.GeoDataFrame,
               ) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, list[Problem]]:
    """Cut reaches where they enter and leave water areas, and make the pieces inside reservoirs.

    Only areas of kind ``reservoir`` and reaches of kind ``channel`` are touched. A line that crosses an island
    is still in the reservoir there; a stream that rises on the island is not, down to the shore.

    Parameters
    ----------
    reaches, nodes
        Frames of a river, in its plane.
    waters
        Polygons as of :class:`riverplan.tables.lines.Lines`.

    Returns
    -------
    reaches, nodes
        The new frames; the lengths of the pieces of a reach add up to its length.
    problems
        What was laid, which areas no line crosses, and which are too large to be water areas.
    """
    still = waters[(waters["kind"] == "reservoir").to_numpy(bool)] if len(waters) else waters
    if not len(still) or not len(reaches):
        return reaches, nodes, []
    lines = np.asarray(reaches.geometry.array)
    areas = np.asarray(still.geometry.to_crs(reaches.crs).array)
    label = [name or key for name, key in zip(still["name"], still["source_id"], strict=True)]
    area, row = shapely.STRtree(lines).query(areas, predicate="intersects")
    within = shapely.length(shapely.intersection(lines[row], areas[area]))
    share = np.bincount(area, weights=within, minlength=len(areas)) / max(float(shapely.length(lines).sum()), _EPS)
    drawn_over = np.bincount(area, weights=within > SHORTEST, minlength=len(areas))
    limits = (share > WHOLE) & (drawn_over >= 3)
    crossed = np.bincount(area, weights=within, minlength=len(areas)) > 0
    problems = _said("water_too_large", "warning", [n for n, bad in zip(label, limits, strict=True) if bad])
    use = ~limits[area]
    runs = _runs_of(reaches, lines, areas, area[use], row[use])
    length = reaches["length"].to_numpy(np.float64)
    cuts = [Cut(row=i, chainage=run.end * length[i], why="split at a shore", snug=SHORTEST * 0.99)
            for i, some in runs.items() for run in some[:-1]]
    new, nodes, origin = split(reaches, nodes, cuts)
    pool = _inside(new["length"].to_numpy(np.float64), origin, length, runs)
    if pool.any():
        new = new.copy()
        new.loc[pool, "kind"] = "reservoir"
        count = int((crossed & ~limits).sum())
        problems.append(Problem(code="waters_laid", severity="note", fields={
            "count": count, "pieces": int(pool.sum()), "km": float(new["length"].to_numpy()[pool].sum()) / 1000,
            "names": _names([n for n, c, bad in zip(label, crossed, limits, strict=True) if c and not bad])}))
    problems += _said("waters_uncrossed", "note", [n for n, c in zip(label, crossed, strict=True) if not c])
    return (with_river_km(new) if len(new) > len(reaches) else new), nodes, problems


def _runs_of(reaches: gpd.GeoDataFrame, lines: Any, areas: Any, area: Any, row: Any) -> dict[int, list[Run]]:
    """The runs of each channel that touches an area."""
    kind = reaches["kind"].to_numpy(object)
    length = reaches["length"].to_numpy(np.float64)
    found: dict[int, list[Run]] = {}
    for i in np.unique(row).tolist():
        if kind[i] != "channel":
            continue
        own = areas[area[row == i]]
        found[i] = _without_short(_runs(lines[i], own), max(SHORTEST / max(length[i], _EPS), SHARE))
    return found


def _runs(line: Any, areas: Any) -> list[Run]:
    """The runs of a line in and out of areas, those over islands in."""
    water = shapely.union_all(areas) if len(areas) > 1 else areas[0]
    filled = shapely.polygons(shapely.get_exterior_ring(shapely.get_parts(water)))
    shores = shapely.extract_unique_points(shapely.intersection(line, shapely.boundary(water)))
    at = np.unique(shapely.line_locate_point(line, shapely.get_parts(shores), normalized=True))
    stops = [0.0, *at[(at > _EPS) & (at < 1 - _EPS)].tolist(), 1.0]
    middle = shapely.line_interpolate_point(line, [(a + b) / 2 for a, b in pairwise(stops)], normalized=True)
    wet = shapely.intersects(water, middle)
    held = np.array([shapely.intersects(filled, p).any() for p in middle], bool)
    wet[1:-1] |= held[1:-1] & ~wet[1:-1] & wet[:-2] & wet[2:]
    return _joined([Run(a, b, bool(w)) for (a, b), w in zip(pairwise(stops), wet, strict=True)])


def _without_short(runs: list[Run], shortest: float) -> list[Run]:
    """No run shorter than this share: the shortest goes with its neighbours, until none is left."""
    while len(runs) > 1:
        k = min(range(len(runs)), key=lambda k: runs[k].end - runs[k].begin)
        if runs[k].end - runs[k].begin >= shortest:
            break
        runs = _joined([*runs[:k], runs[k]._replace(inside=not runs[k].inside), *runs[k + 1:]])
    return runs


def _joined(runs: Sequence[Run]) -> list[Run]:
    out: list[Run] = []
    for run in runs:
        if out and out[-1].inside == run.inside:
            out[-1] = out[-1]._replace(end=run.end)
        else:
            out.append(run)
    return out


def _inside(pieces: Any, origin: Any, length: Any, runs: dict[int, list[Run]]) -> Any:
    """Whether the middle of each piece lies in a run of water."""
    wet = np.zeros(len(pieces), bool)
    for i, some in runs.items():
        rows = np.flatnonzero(origin == i)
        middle = (np.cumsum(pieces[rows]) - pieces[rows] / 2) / length[i]
        for run in (r for r in some if r.inside):
            wet[rows] |= (middle >= run.begin) & (middle <= run.end)
    return wet


def _said(code: str, severity: Any, names: Sequence[str]) -> list[Problem]:
    if not names:
        return []
    return [Problem(code=code, severity=severity, fields={"count": len(names), "names": _names(names)})]


def _names(names: Sequence[str]) -> dict[str, str]:
    return listed(names, _SHOWN)

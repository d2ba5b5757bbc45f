"""Lines cut at the edges of map sheets → joined back, where the edge itself can be seen in the drawing.

Two lines that meet end to end are as a rule two reaches of a network, and stay two. They are the halves of one
line only if the place is the edge of a sheet: several such meetings lie on one meridian or one parallel, and
few lines pass over it uncut.
"""

from collections import defaultdict
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from riverplan.errors import Problem
from riverplan.i18n import listed
from riverplan.tables.known_networks import TOPOLOGY
from riverplan.tables.schema import reach_table

MEET = 1.0
"""Ends this near to each other [m] meet, and meetings this near to one line lie on it."""
BEND = 30.0
"""Two halves of a line bend less than this [degrees] where they meet."""
MEETINGS = 3
"""So many meetings on one line show an edge; more where the drawing would have some by chance."""
MEETINGS_APART = 5
"""So many where the two lines have ids that differ: then someone may have wanted two."""
ROUND = 1 / 60
"""Edges of sheets lie on whole minutes [degrees]: there the first meeting counts, unless the ids differ."""
_EXACT = 1e-6
_COARSE = 0.01
_LOOK = 30.0
_DEGREE = 111_320.0
_LISTED_APART = frozenset({"source_id", "name", "length", "note"})


def join_at_sheet_edges(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[Problem], list[Any]]:
    """Join lines that were cut at the edge of a map sheet.

    The ends of two lines, and of no third one, meet within :data:`MEET`, and no line passes there; the lines go
    on in one direction, have the same kind, the same name or one has none, and no attribute that differs; they
    have a name, or one id at most. Ids that differ ask for a clearer edge (:data:`MEETINGS_APART`). Lines linked
    by attributes (:data:`riverplan.tables.known_networks.TOPOLOGY`) stay as they are.

    Parameters
    ----------
    frame
        As of :class:`riverplan.tables.lines.Lines`, ids as written in the file.

    Returns
    -------
    frame
        With each joined line in the row and under the id of its longest part.
    problems
        One note, if any were joined.
    merged
        Labels of the rows that were joined into another.
    """
    meetings = _meetings(frame)
    if not len(meetings):
        return frame, [], []
    meetings = meetings[_on_edges(frame, meetings)]
    if not len(meetings):
        return frame, [], []
    shapes = np.asarray(frame.geometry.array).copy()
    columns = {c: frame[c].to_numpy(object).copy() for c in ("name", "length", "source_id") if c in frame}
    gone: list[int] = []
    said: list[str] = []
    length = shapely.length(shapes)
    for chain in _chains(meetings["a"].to_numpy(), meetings["b"].to_numpy()):
        rows = [end // 2 for end in chain[::2]]
        keep = max(rows, key=lambda r: (length[r], -r))
        parts = [shapely.get_coordinates(shapes[e // 2])[::1 if e % 2 == 0 else -1] for e in chain[::2]]
        xy = np.concatenate([parts[0], *(p[1:] for p in parts[1:])])
        shapes[keep] = shapely.linestrings(xy if chain[::2][rows.index(keep)] % 2 == 0 else xy[::-1])
        ids = [str(columns["source_id"][r]) or "—" for r in rows]
        said.append(" + ".join(ids))
        gone += [r for r in rows if r != keep]
        for column, value in columns.items():
            some = [value[r] for r in rows]
            if column == "length":
                value[keep] = some[0] if len(set(some)) == 1 else float(np.sum(np.asarray(some, np.float64)))
            else:
                value[keep] = value[keep] or next(filter(None, some), "")
    columns = {c: pd.Series(v, index=frame.index).astype(frame[c].dtype) for c, v in columns.items()}
    out = frame.assign(**columns).set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))
    at = meetings.iloc[0]
    files = frame["file"].iloc[gone].unique()
    merged = frame.index[sorted(gone)]
    problem = Problem(code="lines_joined_at_edges", severity="note", file=str(files[0]) if len(files) == 1 else "",
                      lon=float(at["lon"]), lat=float(at["lat"]), fields={
                          "count": len(meetings), "lines": len(said), "ids": listed(said)})
    return out.drop(index=merged).reset_index(drop=True), [problem], merged.tolist()


def _plane(frame: gpd.GeoDataFrame) -> tuple[Any, float]:
    """The lines in metres, nearly, and the metres of a degree of longitude."""
    shapes = np.asarray(frame.geometry.array)
    x = _DEGREE * float(np.cos(np.radians(np.median(shapely.get_coordinates(shapes)[:, 1]))))
    return shapely.transform(shapes, lambda xy: xy * (x, _DEGREE)), x


def _meetings(frame: gpd.GeoDataFrame) -> pd.DataFrame:
    """Ends ``a < b`` of two lines that may be halves of one; ends ``2 r`` and ``2 r + 1`` are of row ``r``."""
    lines, x = _plane(frame)
    length = shapely.length(lines)
    ends = np.column_stack([shapely.get_point(lines, 0), shapely.get_point(lines, -1)]).ravel()
    free = np.ones(len(frame), bool)
    for column in TOPOLOGY:
        if column in frame:
            free &= frame[column].fillna("").astype(str).eq("").to_numpy(bool)
    if not free.any():
        return pd.DataFrame()
    a, b = shapely.STRtree(ends).query(ends, predicate="dwithin", distance=MEET)
    others = np.bincount(a, minlength=len(ends)) - 1
    ok = (a < b) & (a // 2 != b // 2) & (others[a] == 1) & (others[b] == 1) & free[a // 2] & free[b // 2]
    a, b = a[ok], b[ok]
    a, b = _alike(frame, a, b)
    away = [np.where(e % 2 == 0, np.minimum(_LOOK, length[e // 2]), np.maximum(length[e // 2] - _LOOK, 0))
            for e in (a, b)]
    ahead = [_xy(shapely.line_interpolate_point(lines[e // 2], s)) - _xy(ends[e])
             for e, s in zip((a, b), away, strict=True)]
    norm = np.linalg.norm(ahead[0], axis=1) * np.linalg.norm(ahead[1], axis=1)
    cosine = -(ahead[0] * ahead[1]).sum(axis=1) / np.maximum(norm, 1e-12)
    straight = cosine > np.cos(np.radians(BEND))
    a, b = a[straight], b[straight]
    passing = np.bincount(shapely.STRtree(lines).query(ends[a], predicate="dwithin", distance=MEET)[0],
                          minlength=len(a)) if len(a) else np.zeros(0)
    a, b = a[passing == 2], b[passing == 2]
    middle = (_xy(ends[a]) + _xy(ends[b])) / 2
    ids = frame["source_id"].fillna("").astype(str).to_numpy(object)
    apart = (ids[a // 2] != ids[b // 2]) & (ids[a // 2] != "") & (ids[b // 2] != "")
    return pd.DataFrame({"a": a, "b": b, "lon": middle[:, 0] / x, "lat": middle[:, 1] / _DEGREE, "apart": apart})


def _alike(frame: gpd.GeoDataFrame, a: Any, b: Any) -> tuple[Any, Any]:
    """The pairs whose attributes let them be one line."""
    i, j = a // 2, b // 2
    ok = np.ones(len(a), bool)

    def differ(column: str) -> Any:
        values = frame[column].to_numpy(object)
        one, other = values[i], values[j]
        empty = [np.asarray(pd.isna(w) | (w == ""), bool) for w in (one, other)]
        return (one != other) & ~empty[0] & ~empty[1], empty[0] & empty[1]

    for field in reach_table().fields:
        if field.name in frame and (field.name not in _LISTED_APART or field.name == "name"):
            ok &= ~differ(field.name)[0]
    if "kind" in frame:
        kind = frame["kind"].fillna("").to_numpy(object)
        ok &= kind[i] == kind[j]
    nameless = differ("name")[1] if "name" in frame else np.ones(len(a), bool)
    ok &= ~(differ("source_id")[0] & nameless)
    return a[ok], b[ok]


def _on_edges(frame: gpd.GeoDataFrame, meetings: pd.DataFrame) -> Any:
    """Whether each meeting lies on the edge of a sheet."""
    xy, row = shapely.get_coordinates(np.asarray(frame.geometry.array), return_index=True)
    inner = xy[1:-1][(row[:-2] == row[1:-1]) & (row[2:] == row[1:-1])]
    tree = shapely.STRtree(np.asarray(frame.geometry.array))
    at = meetings[["lon", "lat"]].to_numpy(np.float64)
    metre = _DEGREE * np.array([float(np.cos(np.radians(np.median(xy[:, 1])))), 1.0])
    found = np.zeros(len(at), bool)
    for axis in (0, 1):
        width = MEET / metre[axis]
        every = np.sort(xy[:, axis])
        fine = len(inner) and (np.abs(inner[:, axis] / ROUND - np.round(inner[:, axis] / ROUND)) * ROUND
                               <= _EXACT).mean() < _COARSE
        order = np.argsort(at[:, axis], kind="stable")
        value = at[order, axis]
        begin, end = np.searchsorted(value, value - width / 2), np.searchsorted(value, value + width / 2, "right")
        near = np.searchsorted(every, value + width / 2, "right") - np.searchsorted(every, value - width / 2)
        # vertices there that are no meetings tell how many meetings would lie there by chance
        chance = len(at) * np.maximum(near - 2 * (end - begin), 0) / max(len(every) - 2 * len(at), 1)
        spread = len(at) * width / max(float(np.ptp(every)), width)
        apart = meetings["apart"].to_numpy(bool)[order]
        is_round = bool(fine) & ~apart & (np.abs(value / ROUND - np.round(value / ROUND)) * ROUND <= _EXACT)
        least = np.where(apart, MEETINGS_APART, MEETINGS) + np.floor(8 * np.maximum(chance, spread))
        enough = is_round | (end - begin >= least)
        for k in np.flatnonzero(enough):
            here = at[order[begin[k]:end[k]], 1 - axis]
            found[order[k]] |= _cuts_most(tree, axis, float(value[k]), here)
    return found


def _cuts_most(tree: Any, axis: int, value: float, along: Any) -> bool:
    """Whether few lines pass over the edge uncut, between the meetings on it."""
    low, high = float(along.min()) - 10 * _EXACT, float(along.max()) + 10 * _EXACT
    edge = shapely.linestrings([(value, low), (value, high)] if axis == 0 else [(low, value), (high, value)])
    over = tree.query(edge, predicate="intersects")
    lines = tree.geometries[over]
    ends = np.column_stack([_xy(shapely.get_point(lines, 0))[:, axis], _xy(shapely.get_point(lines, -1))[:, axis]])
    uncut = (np.abs(ends - value) > 2e-5).all(axis=1)
    return int(uncut.sum()) <= len(along) / 2


def _chains(a: Any, b: Any) -> list[list[int]]:
    """Runs of lines as their ends in order: in at one, out at the other; rings are left out."""
    other: dict[int, int] = {}
    for i, j in zip(a.tolist(), b.tolist(), strict=True):
        other[i], other[j] = j, i
    rows: dict[int, list[int]] = defaultdict(list)
    for end in other:
        rows[end // 2].append(end)
    chains = []
    done: set[int] = set()
    for row, ends in sorted(rows.items()):
        if len(ends) == 2 or row in done:
            continue                                          # a link within a chain, or the far end of one
        out = ends[0]
        chain = [out ^ 1, out]
        while out in other:
            into = other[out]
            out = into ^ 1
            chain += [into, out]
        done.update(e // 2 for e in chain)
        chains.append(chain)
    return chains


def _xy(points: Any) -> Any:
    return shapely.get_coordinates(points)

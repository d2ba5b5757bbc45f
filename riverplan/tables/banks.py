"""Rivers drawn by their two banks: pairs of lines side by side where one centre line is wanted."""

import re
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from riverplan.errors import Problem
from riverplan.i18n import listed

LIKE = (0.7, 1.4)
"""The lengths of two banks are in this ratio."""
NARROW = 1 / 15
"""Their distance is less than this share of their length."""
STEADY = 4.0
"""The greatest tenth of the distances along them is less than this multiple of the least."""
COVER = 0.8
"""So much of each lies beside the other."""
_SAMPLES = 21
_LEAST = 2.0
_TOUCH = 1.0
_BUILT = ("canal", "tunnel", "closed_conduit")
_SIDE = re.compile(r"[(（]?[左右]岸?[)）]?$|^[左右]岸")
_DEGREE = 111_320.0


def both_banks(frame: gpd.GeoDataFrame) -> list[Problem]:
    """Warn of rivers whose two banks are drawn instead of one line.

    Two lines are banks if they are alike in length, run side by side at a small and steady distance, neither
    meet nor cross, and have the same name or one has none (左岸 and 右岸 left out). Canals and pipes run in
    parallel as they like, and of three lines or more side by side none is taken for a bank.

    Parameters
    ----------
    frame
        Lines in longitude and latitude with ``source_id``, and perhaps ``name``, ``kind`` and ``file``.
    """
    if len(frame) < 2:
        return []
    shapes = np.asarray(frame.geometry.array)
    x = _DEGREE * float(np.cos(np.radians(np.median(shapely.get_coordinates(shapes)[:, 1]))))
    lines = shapely.transform(shapes, lambda xy: xy * (x, _DEGREE))
    a, b = _beside(lines)
    a, b = _alike(frame, a, b)
    a, b = _apart(lines, a, b)
    spacing, parallel = _spacing(lines, a, b)
    a, b, spacing = a[parallel], b[parallel], spacing[parallel]
    partners = np.bincount(np.concatenate([a, b]), minlength=len(lines))
    single = (partners[a] == 1) & (partners[b] == 1)
    a, b, spacing = a[single], b[single], spacing[single]
    if not len(a):
        return []
    ids = frame["source_id"].astype(str).to_numpy(object)
    lon, lat = shapely.get_coordinates(shapely.line_interpolate_point(shapes[a[0]], 0.5, normalized=True))[0].tolist()
    files = set(frame["file"].iloc[np.concatenate([a, b])]) if "file" in frame else set()
    return [Problem(code="line_both_banks", severity="warning", file=files.pop() if len(files) == 1 else "",
                    lon=lon, lat=lat, fields={
                        "count": len(a), "spacing": float(spacing.mean()),
                        "ids": listed(f"{ids[i]} + {ids[j]}" for i, j in zip(a, b, strict=True))})]


def _beside(lines: Any) -> tuple[Any, Any]:
    """Pairs ``a < b`` of like length of which one passes near the middle of the other."""
    length = shapely.length(lines)
    middle = shapely.line_interpolate_point(lines, 0.5, normalized=True)
    a, b = shapely.STRtree(lines).query(middle, predicate="dwithin", distance=length * NARROW)
    ratio = length[a] / length[b]
    ok = (a != b) & (ratio > LIKE[0]) & (ratio < LIKE[1])
    pair = np.unique(np.sort(np.column_stack([a[ok], b[ok]]), axis=1), axis=0)
    return pair[:, 0], pair[:, 1]


def _alike(frame: gpd.GeoDataFrame, a: Any, b: Any) -> tuple[Any, Any]:
    """The pairs that may be one river by what is said of them."""
    ok = np.ones(len(a), bool)
    if "name" in frame:
        name = np.array([_SIDE.sub("", str(n or "").strip()) for n in frame["name"]], object)
        ok &= (name[a] == name[b]) | (name[a] == "") | (name[b] == "")
    if "kind" in frame:
        built = frame["kind"].isin(_BUILT).to_numpy(bool)
        ok &= ~built[a] & ~built[b]
    return a[ok], b[ok]


def _apart(lines: Any, a: Any, b: Any) -> tuple[Any, Any]:
    """The pairs that nowhere meet: neither crossing, nor following each other, nor the arms round an island."""
    ok = shapely.distance(lines[a], lines[b]) > _TOUCH
    return a[ok], b[ok]


def _spacing(lines: Any, a: Any, b: Any) -> tuple[Any, Any]:
    """The mean distance of each pair [m], and whether they run side by side."""
    share = np.linspace(0, 1, _SAMPLES)
    found, good = np.zeros(len(a)), np.ones(len(a), bool)
    for one, other in ((lines[a], lines[b]), (lines[b], lines[a])):
        at = shapely.line_interpolate_point(one[:, None], share[None, :], normalized=True)
        where = shapely.line_locate_point(other[:, None], at, normalized=True)
        off = shapely.distance(other[:, None], at)
        beside = (where > 1e-9) & (where < 1 - 1e-9)
        low, high = np.quantile(off, 0.1, axis=1), np.quantile(off, 0.9, axis=1)
        step = np.diff(where, axis=1)
        onward = np.maximum((step >= -1e-9).mean(axis=1), (step <= 1e-9).mean(axis=1))
        good &= (np.ptp(where, axis=1) > COVER) & (beside.mean(axis=1) > COVER) & (onward > COVER)
        good &= (low > _LEAST) & (high < STEADY * low) & (off.mean(axis=1) < NARROW * shapely.length(one))
        found += off.mean(axis=1) / 2
    return found, good

"""Lines in several parts → one line a row, for files whose attributes count by the row."""

import geopandas as gpd
import numpy as np
import shapely

from riverplan.errors import Problem
from riverplan.i18n import listed


def whole_lines(frame: gpd.GeoDataFrame, file: str) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]]:
    """Each multi-line as one line through all its parts, the next part always the nearest.

    A row of a linked network is one reach: its parts must not become rows of their own. Gaps between the
    parts are bridged by straight lines, and counted.

    Parameters
    ----------
    frame
        With ``source_id``; other geometries are left as they are.
    file
        Name of the file, for the problem.
    """
    shapes = np.asarray(frame.geometry.array).copy()
    rows = np.flatnonzero(shapely.get_type_id(shapes) == shapely.GeometryType.MULTILINESTRING)
    bridged = []
    for i in rows.tolist():
        parts = [xy for p in shapely.get_parts(shapely.line_merge(shapely.force_2d(shapes[i])))
                 if len(xy := shapely.get_coordinates(p)) > 1]
        if not parts or not all(np.isfinite(p).all() for p in parts):
            continue                                           # cleaning names it
        chain, *rest = parts
        while rest:
            ends = [(float(np.hypot(*(a - b))), k, turn, before)
                    for k, p in enumerate(rest)
                    for a, before in ((chain[-1], False), (chain[0], True))
                    for b, turn in ((p[0], before), (p[-1], not before))]
            gap, k, turn, before = min(ends)
            part = rest.pop(k)
            part = part[::-1] if turn else part
            chain = np.concatenate([part, chain] if before else [chain, part])
            if gap > 0:
                bridged.append(i)
        shapes[i] = shapely.linestrings(chain)
    problems = []
    if bridged:
        ids = frame["source_id"].astype(str).to_numpy(object)[list(dict.fromkeys(bridged))]
        problems.append(Problem(code="line_parts_bridged", severity="warning", file=file, fields={
            "count": ids.size, "ids": listed(ids)}))
    return frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs)), tuple(problems)

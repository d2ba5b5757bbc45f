"""From whatever geometry a file holds to single clean lines, each removal named."""

from collections.abc import Callable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from riverplan.errors import Problem, Severity
from riverplan.i18n import listed

_LINES = ("LineString", "LinearRing", "MultiLineString")
_SHOWN = 20
FEATURE = "_feature"
"""Column of the number of the feature in its layer, while lines are read."""
_FARTHEST = 5e7
"""No plane on earth has a coordinate beyond this [m]: those of 3° zones with prefix end at 46,000 km."""
_SLIPS = 0.1
"""Up to this share of the lines [-] may be in metres among degrees and still be slips."""
_FEW = 4
"""Among so many lines one may be a slip, whatever its share."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Singled:
    """Lines, polygons, and what was left out.

    Parameters
    ----------
    lines, polygons
        Rows of the frame; several may be of one feature.
    problems
        What was removed and why.
    lost
        For each feature of which something was removed the code of the first removal.
    """

    lines: gpd.GeoDataFrame
    polygons: gpd.GeoDataFrame
    problems: tuple[Problem, ...]
    lost: dict[int, str]


def single_lines(frame: gpd.GeoDataFrame, file: str) -> Singled:
    """Plain two-dimensional LineStrings, one a row, without empty, NaN or zero-length ones.

    Parameters
    ----------
    frame
        With ``source_id``; any geometry. Without :data:`FEATURE` each row is a feature.
    file
        Name of the file, for the problems.

    Notes
    -----
    Parts of a multi-line that meet end to start become one line; the others are rows of their own
    with the same ``source_id`` and are renumbered later.
    """
    problems: list[Problem] = []
    lost: dict[int, str] = {}
    if FEATURE not in frame:
        frame = frame.assign(**{FEATURE: np.arange(len(frame))})

    def drop(code: str, severity: Severity, bad: np.ndarray, where: bool = True) -> None:
        nonlocal frame
        if not bad.any():
            return
        first = frame.geometry.array[int(np.flatnonzero(bad)[0])]
        xy = shapely.get_coordinates(first)
        xy = xy[np.isfinite(xy).all(axis=1)]
        lon, lat = (float(xy[0, 0]), float(xy[0, 1])) if where and len(xy) else (None, None)
        problems.append(Problem(code=code, severity=severity, file=file, lon=lon, lat=lat,
                                fields={"count": int(bad.sum()), "ids": listed(frame["source_id"][bad])}))
        for feature in frame[FEATURE].to_numpy()[bad].tolist():
            lost.setdefault(feature, code)
        frame = frame[~bad]

    shapes: Callable[[], np.ndarray] = lambda: np.asarray(frame.geometry.array)  # noqa: E731
    drop("line_empty", "warning", np.array([g is None or g.is_empty for g in shapes()], bool))
    while (collections := (frame.geom_type == "GeometryCollection").to_numpy(bool)).any():
        opened = frame[collections].explode(index_parts=False)
        frame = pd.concat([frame[~collections], opened]).sort_index(kind="stable").reset_index(drop=True)
        drop("line_empty", "warning", np.array([g is None or g.is_empty for g in shapes()], bool))
    is_polygon = frame.geom_type.isin(("Polygon", "MultiPolygon")).to_numpy(bool)
    polygons = frame[is_polygon]
    frame = frame[~is_polygon]
    drop("line_is_point", "error", frame.geom_type.isin(("Point", "MultiPoint")).to_numpy(bool))
    drop("line_is_other", "error", ~frame.geom_type.isin(_LINES).to_numpy(bool))
    frame = frame.set_geometry(shapely.force_2d(shapes()), crs=frame.crs)
    drop("line_nan", "error", _has_nan(shapes()))
    multi = (frame.geom_type == "MultiLineString").to_numpy(bool)
    if multi.any():
        merged = shapes().copy()
        merged[multi] = shapely.line_merge(merged[multi], directed=True)
        frame = frame.set_geometry(merged, crs=frame.crs)
        still = (frame.geom_type == "MultiLineString").to_numpy(bool)
        if still.any():
            problems.append(Problem(code="line_parts", severity="note", file=file, fields={
                "count": int(still.sum()), "ids": listed(frame["source_id"][still])}))
        frame = frame.explode(index_parts=False, ignore_index=True)
    drop("line_zero", "warning", shapely.length(shapes()) == 0)
    return Singled(lines=frame.reset_index(drop=True), polygons=polygons.reset_index(drop=True),
                   problems=tuple(problems), lost=lost)


def without_absurd(frame: gpd.GeoDataFrame, file: str) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...], dict[int, str]]:
    """Lines with a coordinate that lies on no map left out, so that one slip does not cost the whole file.

    That is a number beyond every plane, or metres among lines of which nearly all are in degrees. What is not
    finite stays: :func:`single_lines` names it.

    Parameters
    ----------
    frame
        With ``source_id`` and :data:`FEATURE`, in whatever coordinates the file has.
    file
        Name of the file, for the problem.

    Returns
    -------
    frame, problems, lost
        ``lost`` as in :class:`Singled`.
    """
    xy, row = shapely.get_coordinates(np.asarray(frame.geometry.array), return_index=True)
    finite = np.isfinite(xy)
    xy = np.where(finite, np.abs(xy), 0.0)
    beyond, metres = (_rows(row, np.any(xy > np.array(most), axis=1), len(frame))
                      for most in ((_FARTHEST, _FARTHEST), (180.0, 90.0)))
    if metres.sum() <= max(_SLIPS * len(frame), len(frame) >= _FEW):
        beyond |= metres
    if not beyond.any() or beyond.all():
        return frame, (), {}
    worst = int(np.flatnonzero(_rows(row, finite.any(axis=1), len(frame)) & beyond)[0])
    value = float(xy[row == worst].max())
    problem = Problem(code="line_absurd", severity="error", file=file, fields={
        "count": int(beyond.sum()), "ids": listed(frame["source_id"][beyond]), "value": f"{value:.7g}"})
    return frame[~beyond], (problem,), dict.fromkeys(frame[FEATURE].to_numpy()[beyond].tolist(), problem.code)


def settle_line_ids(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]]:
    """Give every line an id of its own: missing ones are numbered, repeated ones get ``-2``, ``-3``."""
    problems = []
    files = frame["file"].unique()
    file = files[0] if len(files) == 1 else ""
    wanted = set(frame["source_id"])
    taken: set[str] = set()
    ids: list[str] = []
    changed: list[str] = []
    given: list[str] = []
    next_number: dict[str, int] = {}
    for old in frame["source_id"]:
        if old and old not in taken:
            new = old
        else:
            stem = f"{old}-" if old else "L"
            number = next_number.get(stem, 2 if old else 1)
            while f"{stem}{number}" in taken or f"{stem}{number}" in wanted:
                number += 1
            next_number[stem] = number + 1
            new = f"{stem}{number}"
            (changed if old else given).append(f"{old} → {new}" if old else new)
        taken.add(new)
        ids.append(new)
    if changed:
        problems.append(Problem(code="line_id_twice", severity="warning", file=file, fields={
            "count": len(changed), "ids": listed(changed)}))
    if given:
        problems.append(Problem(code="line_ids_given", severity="note", file=file, fields={
            "count": len(given), "first": given[0], "last": given[-1]}))
    # the ids as written let the import hand out the new numbers by shape, whatever the order of the rows
    return frame.assign(given_id=frame["source_id"],
                        source_id=pd.Series(ids, index=frame.index, dtype=object)), tuple(problems)


def _has_nan(shapes: np.ndarray) -> np.ndarray:
    xy, row = shapely.get_coordinates(shapes, return_index=True)
    return _rows(row, ~np.isfinite(xy).all(axis=1), len(shapes))


def _rows(row: np.ndarray, vertex: np.ndarray, count: int) -> np.ndarray:
    """The lines with at least one such vertex."""
    found = np.zeros(count, bool)
    found[row[vertex]] = True
    return found



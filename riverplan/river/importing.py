"""Files a bureau has → a river: lines cleaned and directed, lists laid over them, sites located."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import geopandas as gpd
import numpy as np
import shapely
from pyproj import Transformer

from riverplan.crs import working_plane
from riverplan.errors import InputError, NetworkError, Problem
from riverplan.river.assemble import assemble
from riverplan.river.braids import main_channel
from riverplan.river.clean import Noded, in_own_order, node_lines
from riverplan.river.directing import cleaning_problems, direction_problems, endless_problem, outlet_nodes
from riverplan.river.direction_cues import outflow_odds
from riverplan.river.joining import Join
from riverplan.river.mending import apply_mends
from riverplan.river.mends import Mend
from riverplan.river.merging import SAID_ANEW, lay_over, summary
from riverplan.river.network import RiverNetwork
from riverplan.river.orient import Evidence, direct
from riverplan.river.stems import with_river_km
from riverplan.tables import read_lines, read_lists
from riverplan.tables.cells import text_of

Progress = Callable[[float], None]


def import_river(
    lines: Sequence[Path | str],
    *,
    name: str,
    workbook: Path | str | None = None,
    snap: float | None = None,
    outlets: Sequence[tuple[float, float]] = (),
    progress: Progress | None = None,
) -> RiverNetwork:
    """Make a river from files of lines and a workbook of lists.

    Parameters
    ----------
    lines
        Files of lines: GeoJSON, shapefile, GeoPackage …
    name
        Name of the river.
    workbook
        Lists, one sheet each (``riverplan template`` writes an empty one).
    snap
        Widest gap to close [m]; ``None`` takes what the drawing supports, 500 m at most.
    outlets
        Where the water leaves: longitude and latitude [degrees]. Without any, the drawn directions count.
    progress
        Told the share done, 0 to 1.

    Returns
    -------
    RiverNetwork
        What was found and done stands in its ``report``, row by row.

    Raises
    ------
    InputError
        If a file cannot be read, nothing usable is in it, or an outlet is not on the river: with all problems.
    NetworkError
        If lines run in a circle without a way out.
    """
    tell = progress or (lambda _: None)
    problems: list[Problem] = []
    name = text_of(name)                                       # no line breaks, nothing invisible
    if not name:
        problems.append(Problem(code="name_blank"))
    lists = None
    drawn = None
    try:
        drawn = read_lines([Path(p) for p in lines])
    except InputError as error:                                # go on: all problems at once
        problems += error.problems
    tell(0.1)
    if workbook is not None:
        try:
            lists = read_lists(Path(workbook))
        except InputError as error:
            problems += error.problems
    tell(0.3)
    if not name or drawn is None or (workbook is not None and lists is None):
        raise InputError([*(drawn.problems if drawn else ()), *problems, *(lists.problems if lists else ())])
    river, found = network_of(drawn.frame, name=name, snap=snap, outlets=outlets)
    tell(0.6)
    river = river.replace(reaches=with_river_km(river.reaches), report=(*drawn.problems, *found))
    if lists is not None:
        river = lay_over(river, lists, file=Path(workbook or "").name)
    tell(1.0)
    return river.replace(report=(*river.report, summary(river, river.report)))


def merge_lists(river: RiverNetwork, workbook: Path | str) -> RiverNetwork:
    """Merge lists into a river: rows of the same id replace, new ones are added, others stay.

    Values of stretches and flows replace those of the rivers they name; all sites are located anew.

    Parameters
    ----------
    river
        The river to lay the lists over; it is not changed.
    workbook
        The lists.

    Raises
    ------
    InputError
        If the file cannot be read or holds no usable row.
    """
    path = Path(workbook)
    kept = tuple(p for p in river.report if p.file != path.name and p.code not in SAID_ANEW)
    merged = lay_over(river.replace(report=()), read_lists(path), file=path.name)
    return merged.replace(report=(*kept, *merged.report, summary(merged, merged.report)))


def network_of(
    frame: gpd.GeoDataFrame, *, name: str, snap: float | None = None, outlets: Sequence[tuple[float, float]] = (),
    evidence: Callable[[Noded], Evidence] | None = None, join_crossings: bool = False,
    braids: Literal["keep", "main"] = "keep", mends: Sequence[Mend] = (),
) -> tuple[RiverNetwork, list[Problem]]:
    """A river of lines alone: cleaned, directed, acyclic.

    Parameters
    ----------
    frame
        Lines in longitude and latitude with ``source_id``, ``name`` and other columns of the reach list.
    name
        Name of the river.
    snap, outlets
        As in :func:`import_river`.
    evidence
        Asked for what is known of the direction of the pieces beside their strokes: attributes, elevations.
    join_crossings
        Whether lines that cross without a common vertex meet there.
    braids
        ``main`` drops the side arms of loops (:func:`riverplan.river.braids.main_channel`).
    mends
        Carried out on the directed reaches, before arms are dropped.
    """
    west, south, east, north = frame.total_bounds
    plane = working_plane((west, south, east, north))
    to_lonlat = Transformer.from_crs(plane.crs, "EPSG:4326", always_xy=True).transform
    projected, forward = in_own_order(frame.to_crs(plane.crs))
    also: frozenset[Join] = frozenset()
    while True:
        noded = node_lines(projected, forward, snap=snap, lonlat=to_lonlat, also=also,
                           join_crossings=join_crossings)
        tail = np.where(noded.forward, noded.start, noded.end)
        head = np.where(noded.forward, noded.end, noded.start)
        given, problems = outlet_nodes(noded, outlets, to_lonlat)
        outflow = outflow_odds(noded.geometry, noded.start, noded.end, len(noded.node)).reshape(2, -1)
        directed = direct(tail, head, shapely.length(noded.geometry), len(noded.node), given=given, stub=noded.snap,
                          evidence=evidence(noded) if evidence else None,
                          outflow=np.where(noded.forward, outflow, outflow[::-1]).ravel())
        # a lower end that stops beside its own river flows into it: water does not end in a field
        lower = np.where(directed.turned, tail, head)
        ends = frozenset(join for node, join in noded.left_open.items() if node in lower and node not in given)
        if also or not ends:
            break
        also = ends
    ids = projected["source_id"].astype(str).to_numpy()[noded.row]
    if directed.endless:
        raise NetworkError([endless_problem(noded, group, ids, to_lonlat) for group in directed.endless])
    reaches, nodes = assemble(projected, noded, directed)
    reaches, nodes, mended = apply_mends(reaches, nodes, mends)
    if braids == "main":
        reaches, nodes, dropped = main_channel(reaches, nodes)
        problems += dropped
    river = RiverNetwork(name=name, crs=plane.crs, reaches=reaches, nodes=nodes)
    river.compiled                                             # noqa: B018  proves that it is acyclic
    if plane.too_wide:
        problems.append(Problem(code="plane_wide", severity="note", fields={
            "degrees": east - west, "permille": 1000 * (plane.worst_scale - 1)}))
    names = projected["name"].fillna("").astype(str).to_numpy()[noded.row]
    problems += cleaning_problems(noded, ids)
    problems += direction_problems(noded, directed, ids=ids, names=names, given=given, lonlat=to_lonlat)
    return river, [*problems, *mended]

"""Lines alone → a river: cleaned and directed by what their attributes, a DEM, strokes, outlets and shape tell."""

from collections.abc import Callable, Sequence

import geopandas as gpd
import numpy as np
import shapely
from pyproj import Transformer

from riverplan.crs import Plane, working_plane
from riverplan.errors import NetworkError, Problem
from riverplan.river.assemble import assemble
from riverplan.river.attributed import links, node_links, turned_by_links
from riverplan.river.clean import Noded, in_own_order, node_lines
from riverplan.river.directing import (
    LonLat,
    cleaning_problems,
    direction_problems,
    endless_problem,
    outlet_nodes,
)
from riverplan.river.direction_cues import outflow_odds
from riverplan.river.joining import Join
from riverplan.river.network import RiverNetwork
from riverplan.river.orient import Directed, Evidence, direct
from riverplan.river.parts import part_problems


def network_of(
    frame: gpd.GeoDataFrame, *, name: str, snap: float | None = None, outlets: Sequence[tuple[float, float]] = (),
    evidence: Callable[[Noded, LonLat], Evidence] | None = None, join_crossings: bool = False,
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
    """
    west, south, east, north = frame.total_bounds
    plane = working_plane((west, south, east, north))
    to_lonlat = Transformer.from_crs(plane.crs, "EPSG:4326", always_xy=True).transform
    projected = frame.to_crs(plane.crs)
    linked, said = links(projected)
    if linked is not None:
        noded, directed, more = node_links(projected, linked, to_lonlat, given=bool(outlets))
        river = _river(name, plane, projected, noded, directed)
        return river, [*said, *more, *_too_wide(plane, east - west)]
    projected, more = turned_by_links(projected)
    said = [*said, *more]
    projected, forward = in_own_order(projected)
    also: frozenset[Join] = frozenset()
    while True:
        noded = node_lines(projected, forward, snap=snap, lonlat=to_lonlat, also=also,
                           join_crossings=join_crossings)
        tail = np.where(noded.forward, noded.start, noded.end)
        head = np.where(noded.forward, noded.end, noded.start)
        given, problems = outlet_nodes(noded, outlets, to_lonlat)
        outflow = outflow_odds(noded.geometry, noded.start, noded.end, len(noded.node)).reshape(2, -1)
        directed = direct(tail, head, shapely.length(noded.geometry), len(noded.node), given=given, stub=noded.snap,
                          evidence=evidence(noded, to_lonlat) if evidence else None,
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
    river = _river(name, plane, projected, noded, directed)
    problems = [*said, *problems, *_too_wide(plane, east - west)]
    names = projected["name"].fillna("").astype(str).to_numpy()[noded.row]
    problems += cleaning_problems(noded, ids)
    problems += direction_problems(noded, directed, ids=ids, names=names, given=given, lonlat=to_lonlat)
    problems += part_problems(river.reaches, river.nodes, to_lonlat)
    return river, problems


def _river(name: str, plane: Plane, lines: gpd.GeoDataFrame, noded: Noded, directed: Directed) -> RiverNetwork:
    reaches, nodes = assemble(lines, noded, directed)
    river = RiverNetwork(name=name, crs=plane.crs, reaches=reaches, nodes=nodes)
    river.compiled                                             # noqa: B018  proves that it is acyclic
    return river


def _too_wide(plane: Plane, degrees: float) -> list[Problem]:
    if not plane.too_wide:
        return []
    return [Problem(code="plane_wide", severity="note", fields={
        "degrees": degrees, "permille": 1000 * (plane.worst_scale - 1)})]

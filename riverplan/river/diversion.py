"""Diversion power stations as they are: an intake dam, a dewatered reach, a conduit beside it, a tailrace."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import LineString, Point

from riverplan.errors import Problem
from riverplan.i18n import listed
from riverplan.river.assemble import typed
from riverplan.river.cutting import cut_river
from riverplan.river.locate import TOLERANCE, locate_points
from riverplan.river.network import NODE_COLUMNS, REACH_COLUMNS, RiverNetwork
from riverplan.river.scenario import FlowScenario
from riverplan.river.sites import Site, Space
from riverplan.river.splitting import Cut
from riverplan.river.stations import DIVERSION, conduit_reaches, rated_flow, run_station

SNUG = 50.0
"""An intake or a tailrace this near to a node [m] stands at it."""
LANE = 60.0
"""Distance between a river and its conduit where both would be drawn on one straight line [m]."""


def lay_diversions(river: RiverNetwork) -> RiverNetwork:
    """The river with the two branches of every diversion station that has a tailrace.

    The reaches between intake dam and tailrace become ``dewatered``; a ``canal`` or ``tunnel`` reach (in two
    pieces where a single reach lies beside it) joins at the tailrace. Its length is the one given, else the
    straight line: the shortest it can be, and so the earliest arrival. Every scenario is divided as the
    station's state says, running where it says none. What cannot be laid is named in the ``report``.

    Parameters
    ----------
    river
        With its sites located. Stations laid before are left alone.
    """
    problems: list[Problem] = []
    for site_id in [s.site_id for s in river.sites if isinstance(s, Space) and s.category == DIVERSION]:
        station = river.site(site_id)                          # an earlier station may have cut its reach
        if isinstance(station, Space) and not conduit_reaches(river, site_id):
            river = _lay(river, station, problems)
    return river.replace(report=(*river.report, *problems))


def _lay(river: RiverNetwork, station: Space, problems: list[Problem]) -> RiverNetwork:
    """One station's branches; the river as it was where they cannot be laid."""
    def say(code: str, severity: Any = "warning", **fields: object) -> None:
        problems.append(Problem(code=code, severity=severity, lon=station.lon, lat=station.lat,
                                fields={"site": station.name or station.site_id, **fields}))

    if station.tailrace_lon is None or station.tailrace_lat is None:
        say("diversion_no_tailrace")
        return river
    rated, word = rated_flow(station)
    if not np.isfinite(rated):
        say("diversion_no_rated")
        return river
    intake = river.reach_row.get(station.reach_id)
    tailrace = locate_points(river, [station.tailrace_lon], [station.tailrace_lat], np.inf)[0]
    away = max(station.offset, tailrace.offset if tailrace else np.inf)
    if intake is None or tailrace is None or away > TOLERANCE:
        say("diversion_off_river", metres=min(away, 1e7), most=TOLERANCE)
        return river
    places = [(station.reach_id, station.chainage), (tailrace.reach_id, tailrace.chainage)]
    cut = cut_river(river, [Cut(row=river.reach_row[r], chainage=at, why="split at a power station", snug=SNUG)
                            for r, at in places])
    dam, foot = (_node_at(cut, reach, at) for reach, at in places)
    if dam == foot:
        say("diversion_same_place")
        return river
    if cut.path(foot, dam):
        say("diversion_uphill")
        return river
    path = cut.path(dam, foot)
    across = not path
    path = path or _to_confluence(cut, dam)
    if not path:
        say("diversion_off_river", metres=away, most=TOLERANCE)
        return river
    if across:
        say("diversion_across", "note", reaches=listed(path))
    if word == "estimated":
        say("diversion_estimated", "note", flow=rated)
    if station.ecological_flow is None:
        say("diversion_no_ecological", "note")
    moved = (_moved(cut, s) for s in cut.sites)
    sites = tuple(replace(s, node_id=dam) if s.site_id == station.site_id and isinstance(s, Space) else s
                  for s in moved)
    laid = _with_conduit(cut.replace(sites=sites), station, dam, foot, path)
    state = station.station_state or "running"
    return laid.replace(scenarios={k: run_station(laid, f, station.site_id, state)
                                   for k, f in laid.scenarios.items()})


def _node_at(river: RiverNetwork, reach: str, chainage: float) -> str:
    """The node nearest to a place of a reach that may have been cut."""
    pieces = _pieces(river, reach)
    ends = np.cumsum([0.0, *(length for _, length in pieces)])
    k = int(np.argmin(np.abs(ends - chainage)))
    row = river.reaches.iloc[river.reach_row[pieces[max(k - 1, 0)][0]]]
    return str(row["tail"] if k == 0 else row["head"])


def _pieces(river: RiverNetwork, reach: str) -> list[tuple[str, float]]:
    """The pieces of a reach from the top down with their lengths; itself where it was not cut."""
    names = [reach] if reach in river.reach_row else []
    while not names or f"{reach}.{len(names) + 1}" in river.reach_row:
        if names == [reach]:
            break
        names.append(f"{reach}.{len(names) + 1}")
    length = river.reaches["length"].to_numpy(np.float64)
    return [(n, float(length[river.reach_row[n]])) for n in names]


def _moved(river: RiverNetwork, site: Site) -> Site:
    """A site on the piece of its reach it now lies on."""
    if not site.reach_id or site.reach_id in river.reach_row:
        return site
    left = site.chainage
    pieces = _pieces(river, site.reach_id)
    for name, length in pieces[:-1]:
        if left <= length:
            return replace(site, reach_id=name, chainage=left)
        left -= length
    return replace(site, reach_id=pieces[-1][0], chainage=min(left, pieces[-1][1]))


def _to_confluence(river: RiverNetwork, node: str) -> tuple[str, ...]:
    """Reaches from a node down to where another water joins or the river forks or ends."""
    found: list[str] = []
    graph = river.graph
    while graph.out_degree(node) == 1:
        below = next(iter(graph.successors(node)))
        found.append(graph.edges[node, below]["reach_id"])
        node = below
        if graph.in_degree(node) > 1:
            break
    return tuple(found)


def _with_conduit(river: RiverNetwork, station: Space, dam: str, foot: str, path: Sequence[str]) -> RiverNetwork:
    """Add the conduit's reaches and mark the dewatered ones."""
    reaches, nodes = river.reaches.copy(), river.nodes.copy()
    dry = reaches["reach_id"].isin(path) & (reaches["kind"] == "channel")
    reaches.loc[dry, "kind"] = "dewatered"
    a, b = (nodes.geometry.iloc[river.node_row[n]] for n in (dam, foot))
    straight = a.distance(b)
    # beside the straight line, so that a straight river and its conduit are told apart on the map
    aside = LANE / max(straight, LANE)
    middle = Point((a.x + b.x) / 2 - (b.y - a.y) * aside, (a.y + b.y) / 2 + (b.x - a.x) * aside)
    length = station.conduit_length if station.conduit_length and station.conduit_length > 0 else straight
    given = length != straight
    kind = station.conduit or "canal"
    ends = [dam, f"{station.site_id}.conduit/middle", foot]
    lines = [LineString([a, middle]), LineString([middle, b])]
    if not river.graph.has_edge(dam, foot):
        ends, lines = [dam, foot], [LineString([a, middle, b])]
    else:
        point = {"node_id": ends[1], "kind": "junction", "elevation": np.nan, "geometry": middle}
        nodes = gpd.GeoDataFrame(pd.concat([nodes, gpd.GeoDataFrame([point], crs=nodes.crs)], ignore_index=True),
                                 geometry="geometry", crs=nodes.crs)
    blank = {n: "" if t == "str" else np.nan for n, t in REACH_COLUMNS.items()}
    new = [{**blank, "reach_id": f"{station.site_id}.conduit.{k + 1}" if len(lines) > 1
            else f"{station.site_id}.conduit", "source_id": station.site_id, "tail": ends[k], "head": ends[k + 1],
            "kind": kind, "length": length / len(lines), "length_source": "stated" if given else "assumed",
            "status": "laid for a power station", "course": "sketched", "direction_source": "attributes",
            "direction_confidence": 0.95, "geometry": line} for k, line in enumerate(lines)]
    reaches = gpd.GeoDataFrame(pd.concat([reaches, gpd.GeoDataFrame(new, crs=reaches.crs)], ignore_index=True),
                               geometry="geometry", crs=reaches.crs)
    nodes.loc[nodes["node_id"] == dam, "kind"] = "dam"
    if foot in set(nodes.loc[nodes["kind"] == "junction", "node_id"]):
        nodes.loc[nodes["node_id"] == foot, "kind"] = "confluence"
    return river.replace(reaches=typed(reaches, REACH_COLUMNS), nodes=typed(nodes, NODE_COLUMNS),
                         scenarios={k: _longer(f, len(new)) for k, f in river.scenarios.items()})


def _longer(flow: FlowScenario, more: int) -> FlowScenario:
    """A scenario with reaches added of which nothing is known, and that carry nothing."""
    numbers: dict[str, Any] = {k: np.concatenate([getattr(flow, k), np.full(more, np.nan)])
               for k in ("velocity", "depth", "width", "storage")}
    words: dict[str, Any] = {k: np.concatenate([getattr(flow, k), np.full(more, "", object)])
             for k in ("discharge_source", "velocity_source", "depth_source", "width_source")}
    return replace(flow, discharge=np.concatenate([flow.discharge, np.zeros(more)]), **numbers, **words)

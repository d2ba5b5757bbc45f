"""Lists laid over a river: parameters, dams and pools, flows, sites. An import lays them over bare lines."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
from pyproj import Geod

from riverplan.errors import Problem
from riverplan.river.assemble import node_kinds
from riverplan.river.contradictions import say_contradictions
from riverplan.river.counting import counted
from riverplan.river.cutting import cut_river
from riverplan.river.dams import Dam, bars, dam_cut, dam_node, drain_pools, holds_pool, lay_pools, pool_cuts
from riverplan.river.flows import anchor_cuts, lay_flows
from riverplan.river.locate import Position, locate_on, nearest_reach
from riverplan.river.network import RiverNetwork
from riverplan.river.parameters import (
    Row,
    Told,
    lay_parameters,
    limit_cuts,
    lines_unnamed,
    of_known_rivers,
    stated_lengths,
    within_river,
)
from riverplan.river.placing import place_sites, read_resources, read_sites
from riverplan.river.sites import Site, Space
from riverplan.river.stems import stems, with_river_km
from riverplan.river.upside_down import told_once
from riverplan.tables import Lists

MOUTH_FAR = 5_000.0
"""A listed mouth may be this far from the drawn one [m]."""
SAID_ANEW = frozenset({"import_summary", "pool_short", "pool_no_volume", "lines_unnamed", "dam_off_river"})
"""Findings about the whole river: those of an earlier merge no longer count."""
BY_HAND = "site_by_hand"
"""Says of a site that a person put it, and where; it is how a river remembers that."""
SAID_OF_MENDS = frozenset({"site_mend_unknown", "site_move_invalid", "site_choice_gone"})
"""Findings about what a person chose: they belong to no row."""


def lay_over(river: RiverNetwork, lists: Lists, *, file: str, chosen: Mapping[str, str] = MappingProxyType({}),
             moved: Mapping[str, tuple[float, float]] = MappingProxyType({}),
             by_hand: Iterable[Problem] = ()) -> RiverNetwork:
    """Lay lists over a river: rows replace what has the same id or river, everything else stays.

    Parameters
    ----------
    river
        A river of lines, or one that has lists already.
    lists
        What was read from the file.
    file
        Its name, for the problems and the source of the flows.
    chosen, moved
        What a person said of the place of sites, as in :func:`riverplan.river.placing.place_sites`.
    by_hand
        Findings of the code ``BY_HAND``: places a person gave before, which hold while a row gives the same place.
    """
    told = Told(file=file)
    names = [n for n in dict.fromkeys(river.reaches["name"]) if n]
    rivers = of_known_rivers(lists.records("river"), "name", names, told)
    stretches = of_known_rivers(lists.records("reach_parameter"), "river", names, told)
    flows = of_known_rivers(lists.records("flow"), "river", names, told)
    say_contradictions(stretches, flows, told)
    new = read_sites(lists, file)
    if lines_unnamed(river.reaches) and (any(len(lists.frames[k]) for k in ("river", "reach_parameter", "flow"))
                                         or any(site.river for site, _ in new)):
        told.say("lines_unnamed", None)

    river = river.replace(reaches=with_river_km(stated_lengths(river.reaches, rivers, told)))
    flows = within_river(river.reaches, flows, told)
    for row in (*rivers, *stretches, *flows):                  # a row may say several things
        told.left_out.pop((str(row["file"]), str(row["sheet"]), int(row["row"])), None)
    _check_mouths(river, rivers, told)
    ids = {site.site_id for site, _ in new}
    moved, chosen = _with_places_of_before(new, by_hand, moved, chosen, told)
    raw: list[tuple[Site, Mapping[str, Any]]] = [*((s, {}) for s in river.sites if s.site_id not in ids), *new]
    # what stood on the river stays on its reach: its row is not at hand, and a person may have chosen it
    reach_of = {s.site_id: s.reach_id for s in river.sites
                if s.site_id not in ids and locate_on(river, s.reach_id, s.lon, s.lat) is not None}
    reach_of = {i: r for i, r in reach_of.items() if i not in moved} | dict(chosen)

    stale = [Dam(space=s, node_id=s.node_id) for s in river.sites
             if isinstance(s, Space) and s.site_id in ids and s.node_id in river.node_row]
    river = river.replace(reaches=drain_pools(river.reaches, stale))
    placed = []
    for site in place_sites(river, ((s, r) for s, r in raw if holds_pool(s)), chosen=reach_of, moved=moved)[0]:
        if isinstance(site, Space) and bars(site, _at(river, site)):
            placed.append(site)
        else:
            told.say("dam_off_river", None, severity="note", site=site.name or site.site_id)
    positions = [_at(river, dam) for dam in placed]
    river = cut_river(river, [dam_cut(river.reaches, p) for p in positions])
    dams = [Dam(space=dam, node_id=dam_node(river.reaches, _at(river, dam))) for dam in placed]
    river = cut_river(river, [*pool_cuts(river.reaches, dams)])
    river = cut_river(river, [*limit_cuts(river.reaches, stretches, told), *anchor_cuts(river.reaches, flows)])

    reaches, depth, storage = lay_parameters(river.reaches, rivers, stretches)
    reaches, storage = lay_pools(reaches, storage, dams, told)
    scenarios = lay_flows(reaches, flows, river.scenarios, depth=depth, storage=storage, source=file)
    nodes = river.nodes.copy()
    nodes["kind"] = node_kinds(reaches["tail"], reaches["head"], nodes["node_id"])
    nodes.loc[nodes["node_id"].isin([d.node_id for d in dams]), "kind"] = "dam"
    river = river.replace(reaches=reaches, nodes=nodes, scenarios=scenarios, **_words(river, rivers))

    sites, problems = place_sites(river, raw, chosen=reach_of, moved=moved)
    problems = told_once(river, sites, problems)
    # those of old rows were said before
    problems = [p for p in problems if p.file or p.severity == "error" or p.code in SAID_OF_MENDS]
    node_of = {d.space.site_id: d.node_id for d in dams}
    sites = tuple(replace(s, node_id=node_of[s.site_id]) if isinstance(s, Space) and s.site_id in node_of else s
                  for s in sites)
    for p in problems:
        if p.code in ("site_far", "site_no_place") and p.row is not None:
            told.left_out[p.file, p.sheet, p.row] = p.code
    resources = read_resources(lists)
    taken = {r.resource_id for r in resources}
    return river.replace(sites=sites, resources=(*(r for r in river.resources if r.resource_id not in taken),
                                                 *resources),
                         report=(*river.report, *lists.problems, *told.problems, *problems,
                                 *counted(lists.counts, told.left_out)))


def _with_places_of_before(new: Iterable[tuple[Site, Mapping[str, Any]]], by_hand: Iterable[Problem],
                           moved: Mapping[str, tuple[float, float]], chosen: Mapping[str, str], told: Told,
                           ) -> tuple[dict[str, tuple[float, float]], dict[str, str]]:
    """Moves and choices with those of an earlier import, for sites whose row still gives the same place."""
    moves, choices = dict(moved), dict(chosen)
    before = {str(p.fields["id"]): p.fields for p in by_hand}
    for site, row in new:
        said = before.get(site.site_id)
        if said is None or site.site_id in moves or site.site_id in choices:
            continue
        if [row.get("lon"), row.get("lat")] != [said.get("row_lon"), said.get("row_lat")]:
            told.say("site_hand_gone", row, site=site.name or site.site_id, id=site.site_id)
            continue
        if isinstance(said.get("to_lon"), float) and isinstance(said.get("to_lat"), float):
            moves[site.site_id] = (float(str(said["to_lon"])), float(str(said["to_lat"])))
        if said.get("reach"):
            choices[site.site_id] = str(said["reach"])
    return moves, choices


def _at(river: RiverNetwork, site: Site) -> Position:
    """The place of a located site on the river as it is now."""
    return locate_on(river, site.reach_id, site.lon, site.lat) or nearest_reach(river, site.lon, site.lat)


def _check_mouths(river: RiverNetwork, rivers: Iterable[Row], told: Told) -> None:
    geod = Geod(ellps="WGS84")
    found = stems(river.reaches)
    points: gpd.GeoSeries = river.nodes.geometry
    for row in rivers:
        if row.get("mouth_lon") is None or row.get("mouth_lat") is None:
            continue
        stem = found[row["name"]][0]
        head = river.reaches["head"].iloc[int(stem.rows[np.argmin(stem.lower)])]
        point = points.iloc[river.node_row[head]]
        lon, lat = river.lonlat(point.x, point.y)
        away = geod.inv(lon, lat, row["mouth_lon"], row["mouth_lat"])[2]
        if away > MOUTH_FAR:
            told.say("mouth_far", row, river=row["name"], km=away / 1000)


def _words(river: RiverNetwork, rivers: Sequence[Row]) -> dict[str, str]:
    """Stamp, attribution and code of the river from its list, each said once."""
    words = {}
    for name in ("stamp", "attribution"):
        parts = [p for said in (getattr(river, name), *(str(r.get(name) or "") for r in rivers))
                 for p in said.split("；")]
        words[name] = "；".join(dict.fromkeys(p.strip() for p in parts if p.strip()))
    own = next((r for r in rivers if r["name"] == river.name and r.get("code")), None)
    words["code"] = str(own["code"]) if own else river.code
    return words


def summary(river: RiverNetwork, found: Sequence[Problem]) -> Problem:
    """One note with the sums of a river: reaches, kilometres, sites."""
    length = river.reaches["length"].to_numpy(np.float64) / 1000
    apart = river.reaches["status"].str.contains("unconnected").to_numpy(bool)
    return Problem(code="import_summary", severity="note", fields={
        "reaches": len(length), "km": float(length.sum()), "connected": float(length[~apart].sum()),
        "unconnected": float(length[apart].sum()), "located": len(river.sites),
        "unlocated": sum(p.code in ("site_far", "site_no_place") for p in found)})

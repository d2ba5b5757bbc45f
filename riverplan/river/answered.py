"""What mends leave to be said of the lines: findings they answered go, ends they made come."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import shapely

from riverplan.errors import Problem
from riverplan.i18n import listed
from riverplan.river.mending import whole_id
from riverplan.river.mends import REACH_ACTIONS, Mend
from riverplan.river.network import RiverNetwork
from riverplan.river.orient import GUESS
from riverplan.river.parts import SAID, part_problems

SAME_NODE = 1.0
"""A finding's place and a node are one within this [m]."""


def still_open(river: RiverNetwork, reaches: gpd.GeoDataFrame, nodes: gpd.GeoDataFrame, mends: Sequence[Mend],
               ) -> list[Problem]:
    """The findings of a river of lines after its mends.

    A finding about several reaches is answered when none of them is as it was found; parts and ends of the
    network are looked for anew.

    Parameters
    ----------
    river
        Of lines alone, with its findings in ``report``.
    reaches, nodes
        Its frames after the mends.
    mends
        What was mended.
    """
    mine = [m for m in mends if m.action in REACH_ACTIONS]
    if not mine:
        return list(river.report)
    whole = set(river.reaches["reach_id"])
    line = dict(zip(river.reaches["reach_id"], river.reaches["source_id"], strict=True))
    joined = {line.get(whole_id(i, whole), i) for m in mine if m.action == "join" for i in (m.id, m.to)}
    source = reaches["source_id"].to_numpy(object)
    turned = reaches["status"].str.contains("flipped").to_numpy(bool) & (reaches["direction_source"] != "person")
    unsure = reaches["direction_confidence"].to_numpy(np.float64) < GUESS
    sinks = _sinks(reaches)
    ends = shapely.STRtree(nodes.geometry[nodes["node_id"].isin(sinks)].to_numpy())

    def is_end(p: Problem) -> bool:
        at = shapely.Point(*river.xy(float(p.lon or 0.0), float(p.lat or 0.0)))
        return bool(ends.query(at, predicate="dwithin", distance=SAME_NODE).size)

    def answered(p: Problem) -> bool:
        if p.code in ("dead_end", "stray_end"):
            return not is_end(p)
        lines = {w for f in ("line", "other", "lines") for w in str(p.said("en").get(f, "")).split(", ") if w}
        lines = {w.removesuffix(" …") for w in lines}
        if not lines or p.severity == "error":
            return False
        of = np.isin(source, list(lines))
        if p.code == "crossing_unclear":
            return lines <= joined
        if p.code == "flipped":
            return not (of & turned).any()
        if p.code == "direction_guessed":
            return not (of & unsure).any()
        return not of.any()                                    # what it was about is deleted

    return [*(p for p in river.report if p.code not in SAID and not answered(p)),
            *_new_ends(river, reaches, nodes, sinks), *part_problems(reaches, nodes, river.lonlat)]


def _sinks(reaches: gpd.GeoDataFrame) -> set[str]:
    """Nodes that water reaches and does not leave."""
    return set(reaches["head"]) - set(reaches["tail"])


def _new_ends(river: RiverNetwork, reaches: gpd.GeoDataFrame, nodes: gpd.GeoDataFrame, sinks: set[str],
              ) -> list[Problem]:
    """Ends of connected water that were none before the mends."""
    connected = ~reaches["status"].str.contains("unconnected").to_numpy(bool)
    problems = []
    for node in sorted(sinks - _sinks(river.reaches)):
        into = np.flatnonzero((reaches["head"] == node).to_numpy(bool) & connected)
        if into.size:
            point = nodes.geometry[nodes["node_id"] == node].iloc[0]
            lon, lat = river.lonlat(point.x, point.y)
            problems.append(Problem(code="mend_new_end", severity="warning", lon=float(lon), lat=float(lat), fields={
                "reaches": listed(reaches["reach_id"].iloc[into], 8),
                "km": float(reaches["length"].iloc[into].sum()) / 1000}))
    return problems

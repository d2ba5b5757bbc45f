"""Does a river as it was read hold together? A file edited in QGIS may lack what everything relies on."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
import shapely

from riverplan.errors import NetworkError, Problem
from riverplan.i18n import listed
from riverplan.river.layers import TABLES
from riverplan.river.network import RiverNetwork


def unsound(river: RiverNetwork, *, file: str, backup: str) -> tuple[Problem, ...]:
    """What makes a river unusable: no lines, ids twice, ends that are no nodes, sites on no reach, cycles.

    Parameters
    ----------
    river
        As read from a file.
    file, backup
        Names of the file and of its version before, for the words.
    """
    reaches, nodes = river.reaches, river.nodes
    ids, node_ids = reaches["reach_id"], nodes["node_id"]
    found: list[Problem] = []

    def say(code: str, layer: str, bad: Iterable[object]) -> None:
        names = [str(b) or "—" for b in bad]
        if names:
            found.append(Problem(code=code, file=file, sheet=TABLES[layer], fields={
                "count": len(names), "ids": listed(names, 6), "backup": backup}))

    if not len(reaches):
        return (Problem(code="unsound_empty", file=file, sheet=TABLES["reaches"], fields={"backup": backup}),)
    for layer, frame, key, kind in (("reaches", reaches, ids, shapely.GeometryType.LINESTRING),
                                    ("nodes", nodes, node_ids, shapely.GeometryType.POINT)):
        shapes = frame.geometry.to_numpy()
        say("unsound_shape", layer, key[(shapely.get_type_id(shapes) != kind) | shapely.is_empty(shapes)])
        say("unsound_ids", layer, key[key.duplicated() | (key == "")])
    known = set(node_ids)
    say("unsound_ends", "reaches", ids[~(reaches["tail"].isin(known) & reaches["head"].isin(known))])
    length = pd.to_numeric(reaches["length"]).to_numpy(np.float64)
    say("unsound_length", "reaches", ids[~(np.isfinite(length) & (length > 0))])
    there = set(ids)
    lost = [s for s in river.sites if s.reach_id and s.reach_id not in there]
    for kind_of_site in dict.fromkeys(s.kind for s in lost):
        say("unsound_sites", kind_of_site, (s.name or s.site_id for s in lost if s.kind == kind_of_site))
    if not found:
        try:
            river.compiled                                     # noqa: B018  proves that it is acyclic
        except NetworkError as error:
            found += error.problems
    return tuple(found)

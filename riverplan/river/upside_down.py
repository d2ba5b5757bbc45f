"""Rivers drawn from their mouth upwards, told by the river kilometres of the sites on them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from riverplan.errors import Problem
from riverplan.i18n import listed
from riverplan.river.network import RiverNetwork
from riverplan.river.sites import Site
from riverplan.river.stems import stems

LEAST = 3
"""Fewer sites say nothing of a river [-]."""
ALIKE = 0.1
"""Listed and drawn kilometres add up to the river's length within this share of it."""


def told_once(river: RiverNetwork, sites: Sequence[Site], problems: Iterable[Problem]) -> list[Problem]:
    """Findings of sites with kilometres counted the other way round, as one finding of their river.

    Parameters
    ----------
    river, sites
        The river and the sites placed on it.
    problems
        Those of placing; ``site_km_differs`` are looked at, the others are given back as they are.
    """
    reach_of = {s.site_id: s.reach_id for s in sites}
    names = river.reaches["name"].to_numpy(object)
    found, groups = list(problems), defaultdict(list)
    for p in found:
        row = river.reach_row.get(reach_of.get(str(p.fields.get("id")), ""))
        if p.code == "site_km_differs" and row is not None and names[row]:
            groups[names[row]].append(p)
    turned = {name: fit for name, group in groups.items() if (fit := _turned(river, name, group))}
    gone = {id(p) for group in turned.values() for p in group}
    return [*(p for p in found if id(p) not in gone), *(_said(river, name, group) for name, group in turned.items())]


def _turned(river: RiverNetwork, name: str, group: Sequence[Problem]) -> list[Problem]:
    """Those of a river's findings that the other way round explains, if they are most of them; else none."""
    length = stems(river.reaches)[name][0].length / 1000
    both = [float(str(p.fields["listed"])) + float(str(p.fields["found"])) for p in group]
    fit = [p for p, total in zip(group, both, strict=True) if abs(total - length) <= ALIKE * length]
    return fit if len(fit) >= LEAST and 2 * len(fit) > len(group) else []


def _said(river: RiverNetwork, name: str, group: Sequence[Problem]) -> Problem:
    rows = np.flatnonzero((river.reaches["name"] == name).to_numpy(bool))
    lines = list(dict.fromkeys(river.reaches["source_id"].iloc[rows]))
    fields: Mapping[str, object] = {
        "river": name, "count": len(group), "lines": listed(lines, len(lines)),
        "km": float(river.reaches["length"].to_numpy(np.float64)[rows].sum()) / 1000,
        "sites": listed((p.fields["site"] for p in group), 8)}
    return Problem(code="river_upside_down", severity="warning", file=group[0].file, lon=group[0].lon, lat=group[0].lat,
                   fields=fields)

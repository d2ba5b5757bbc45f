"""Whose plan it is: the county of the spill, or the name that was given, which has to be one somebody knows."""

import re
from collections.abc import Iterable, Sequence

from riverplan.errors import Problem
from riverplan.forecasting.result import Forecast
from riverplan.i18n import listed
from riverplan.reference.deadlines import EVERYWHERE, Deadline
from riverplan.river.network import RiverNetwork
from riverplan.river.sites import Boundary, Site

_ENDS = "省市区县旗州盟"
"""What the names of provinces, cities and counties end with."""
_SUFFIX = re.compile(f"((.{{1,2}}族)*自治)?[{_ENDS}]$")
"""The same with the peoples of an autonomous one (土家族苗族自治州): two places that share only this are not near."""


def county_of(said: Forecast) -> str:
    """The county the spill lies in: that of the site it is at, else of the nearest site on its reach, else any."""
    river, spill = said.river, said.spill
    by_way: list[Site] = sorted((s for s in river.sites if s.county), key=lambda s: (
        s.site_id != spill.site_id, s.reach_id != spill.reach_id, abs(s.chainage - (spill.chainage or 0.0))))
    return by_way[0].county if by_way else river.name


def strange_jurisdiction(river: RiverNetwork, given: str, rules: Sequence[Deadline]) -> list[Problem]:
    """Whether a name that was given is neither in a table of deadlines nor in a site of the river.

    A name that is cut short (丰都 for 丰都县) is strange too: no rule of the county would be found by it, and a report
    due in half an hour would be due in four.
    """
    counties = [s.county for s in river.sites if s.county]
    units = [u for s in river.sites if isinstance(s, Boundary) for u in (s.upstream_unit, s.downstream_unit) if u]
    known = list(dict.fromkeys((*counties, *units, *(r.jurisdiction for r in rules if r.jurisdiction != EVERYWHERE))))
    whole = given.endswith(tuple(_ENDS))                      # 重庆市 is known by 重庆市丰都县
    if not given or any(name in given or (whole and name.startswith(given)) for name in known):
        return []
    near = _near(given, known)
    return [Problem(code="plan_jurisdiction_near" if near else "plan_jurisdiction_unknown", severity="warning",
                    fields={"name": given, "near": listed(near)})]


def _near(given: str, known: Iterable[str]) -> list[str]:
    """Names that are like the given one apart from their suffixes, the nearest first; none where none is."""
    from difflib import get_close_matches

    stems: dict[str, list[str]] = {}
    for name in known:
        stems.setdefault(_SUFFIX.sub("", name), []).append(name)
    return [name for stem in get_close_matches(_SUFFIX.sub("", given), stems, n=5, cutoff=0.3) for name in stems[stem]]

"""Which team samples which sections: runs of neighbouring sections, balanced by what the teams can do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Array
from riverplan.planning.monitoring_result import MonitoringSection
from riverplan.planning.travel import road_times
from riverplan.river.sites import Team
from riverplan.units import HOUR

MUSTER = HOUR / 2.0
"""Time to muster where the list states none [s] (assumed)."""
GROUP = 4
"""People of one sampling group, driver included [-] (assumed)."""
SECTIONS_A_GROUP = 2
"""Sections one group can keep [-] (assumed)."""
MOST_GROUPS = 6
"""Most groups a team is counted for: not all its people sample [-] (assumed)."""

FIRST = ("receptor", "boundary", "control", "tracking", "attenuation", "reference")
"""Which sections of a shift are kept first where groups lack (assumed)."""

Drive = Callable[[Array, Array], Array]
"""Longitude and latitude [degrees] of teams ``(t, 2)`` and sections ``(s, 2)`` → driving times ``(t, s)`` [s]."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Assigned:
    """Number of the team of each section (-1: none) and when it is there [s after the release began]."""

    team: NDArray[np.intp]
    arrives: Array
    lacking: int
    """Groups lacking to keep all sections."""
    groups: int = 0
    """Groups of all teams together."""


def straight_drive(teams: Array, sections: Array) -> Array:
    """Driving times by the straight distance [s], shape ``(t, s)``."""
    return road_times(teams, sections).seconds


def placed(teams: Sequence[Team]) -> list[Team]:
    """Monitoring teams of which the place is known."""
    return [t for t in teams if t.category == "monitoring" and t.lon is not None and t.lat is not None]


def lonlat_of(teams: Sequence[Team]) -> Array:
    """Longitude and latitude of teams, shape ``(t, 2)``."""
    return np.array([(t.lon, t.lat) for t in teams], np.float64).reshape(-1, 2)


def muster_of(teams: Sequence[Team]) -> Array:
    """Time to muster of each team [s]."""
    return np.array([MUSTER if t.muster_time is None else t.muster_time for t in teams], np.float64)


def groups_of(teams: Sequence[Team]) -> NDArray[np.intp]:
    """Sampling groups of each team: by headcount, one where it is unknown."""
    return np.array([min(max((t.headcount or GROUP) // GROUP, 1), MOST_GROUPS) for t in teams], np.intp)


def run_sizes(sections: int, groups: NDArray[np.intp]) -> NDArray[np.intp]:
    """How many sections each team takes: in the ratio of its groups, all of them together.

    >>> run_sizes(7, np.array([4, 2])).tolist()
    [5, 2]
    """
    sizes = np.zeros(groups.size, np.intp)
    for _ in range(sections):
        sizes[np.argmin((sizes + 1) / groups)] += 1
    return sizes


def assign(teams: Sequence[Team], lonlat: Array, needed: Array, now: float, drive: Drive) -> Assigned:
    """Give each section to a team, each team a run of neighbouring sections.

    The order of the teams along the river is that of fewest late sections, then least driving.

    Parameters
    ----------
    teams
        Monitoring teams with a place, see :func:`placed`.
    lonlat
        Of the sections, in order down the river, shape ``(s, 2)``.
    needed
        When a team must be there [s after the release began], shape ``(s,)``.
    now
        When the teams are called [s after the release began].
    drive
        Driving times.
    """
    from scipy.optimize import linear_sum_assignment

    n = len(lonlat)
    nobody = Assigned(team=np.full(n, -1, np.intp), arrives=np.full(n, np.nan), lacking=-(-n // SECTIONS_A_GROUP))
    if not teams or not n:
        return nobody
    driving = np.nan_to_num(drive(lonlat_of(teams), lonlat), nan=np.inf)
    arrives = now + muster_of(teams)[:, None] + driving
    groups = groups_of(teams)
    sizes = run_sizes(n, groups)
    here = np.argsort(np.argmin(arrives, axis=1), kind="stable")
    bounds = np.concatenate([[0], np.cumsum(sizes[here])])
    cost = np.full((len(teams), len(teams)), np.inf)
    for j, (a, b) in enumerate(pairwise(bounds)):
        for i in range(len(teams)):                       # a team with fewer groups does not take a longer run
            if sizes[i] == b - a:
                part = arrives[i, a:b]
                cost[i, j] = 1e9 * np.sum(part > needed[a:b]) + np.sum(np.minimum(part, 1e7)) if b > a else 0.0
    rows, columns = linear_sum_assignment(np.where(np.isfinite(cost), cost, 1e15))
    team = np.full(n, -1, np.intp)
    for i, j in zip(rows, columns, strict=True):
        team[bounds[j]:bounds[j + 1]] = i
    lacking = max(-(-n // SECTIONS_A_GROUP) - int(groups.sum()), 0)
    return Assigned(team=team, arrives=arrives[team, np.arange(n)], lacking=lacking, groups=int(groups.sum()))


def most_important_first(sections: Sequence[MonitoringSection]) -> list[int]:
    """The rows of sections in the order in which groups that lack keep them.

    Those where a team meets the front stand before those where it comes late, which somebody near must sample; then
    intakes before boundaries and the rest; then those the plume may come to first.
    """
    return sorted(range(len(sections)), key=lambda i: (
        sections[i].late, FIRST.index(sections[i].role), sections[i].earliest or 0.0))

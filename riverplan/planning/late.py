"""Spaces that come too late in a plan: by how much, what their time is made of, and which change would mend it.

What a change costs is not reckoned: :data:`CHANGES` stand in the order of what such things usually cost (assumed).
"""

from dataclasses import dataclass

import numpy as np

from riverplan.planning.margin import MUSTER, Readiness, ReadyTable, readiness
from riverplan.planning.means import fetching
from riverplan.planning.options import staffed
from riverplan.planning.result import LATE, ResponsePlan
from riverplan.planning.stock import read_stocks
from riverplan.planning.travel import travel_to
from riverplan.planning.usable_space import SHUT, UsableSpace
from riverplan.river.sites import Store, Team
from riverplan.units import HOUR

CHANGES = ("order", "bags", "team", "team_bags", "quick", "all")
"""What can be changed beforehand, the cheapest first: leave to act before the order, bags kept at the place, a team
posted near it, both, quicker closing (a motor on the gate, slots for stop logs, pumps that stand ready), and all."""
QUICK = {"close": 0.25 * HOUR, "divert": 0.25 * HOUR, "stop_station": 0.25 * HOUR, "draw": 0.25 * HOUR,
         "build": 1.0 * HOUR}
"""Closing a gate by motor, opening an inlet whose pumps stand ready, setting stop logs into slots [s] (assumed)."""
NOT_LATE = ("dilute",)
"""Actions whose time is not held against the front: clean water serves whenever it comes into the plume."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One of :data:`CHANGES`, and when the space would be ready with it [s after the release]."""

    code: str
    ready: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """A space that is ready only after the plume may have come; times in seconds after the release.

    ``holds`` is how long it would hold the water that comes to it [s], None where that is not known. ``how`` is the
    quickest way to get it ready. ``changes`` holds those that win time.
    """

    site_id: str
    name: str
    action: str
    earliest: float
    ready: float
    holds: float | None
    how: Readiness | None
    changes: tuple[Change, ...]

    @property
    def lacks(self) -> float:
        """What it comes too late [s]."""
        return self.ready - self.earliest

    @property
    def mend(self) -> Change | None:
        """The cheapest change with which it is in time; None where none is enough."""
        return next((c for c in self.changes if c.ready <= self.earliest), None)


def late_spaces(plan: ResponsePlan) -> tuple[Late, ...]:
    """All spaces of a plan that come too late, used for a part of the plume or refused, by when the plume comes.

    What a change would win is reckoned with the roads, conditions and delays of the plan.
    """
    times = {a.site_id: (a.action, a.earliest, a.ready.ready) for a in plan.actions
             if a.margin < 0 and a.action not in NOT_LATE}
    times |= {r.site_id: (r.action, r.earliest, r.ready) for r in plan.refused
              if r.why.code == LATE and r.earliest is not None and r.ready is not None}
    spaces = [s for s in plan.spaces if s.space_id in times]
    if not spaces:
        return ()
    river = plan.river
    teams = [r for r in river.resources if isinstance(r, Team) and r.category != "monitoring"]
    stores = [r for r in river.resources if isinstance(r, Store)]
    travel = travel_to(spaces, teams, stores, roads=plan.roads, conditions=plan.conditions)
    at = plan.clock(plan.heard)
    stocks, _ = read_stocks(river, on=at.date() if at else None)           # what has expired that day serves nobody
    fetches, there = fetching(spaces, stocks), staffed(spaces)
    usual, free = (readiness(spaces, teams, stores, travel=travel, delays=plan.delays, heard=plan.heard, fetches=f,
                             staffed=there) for f in (fetches, np.zeros(len(spaces), bool)))
    found = []
    for row, space in enumerate(spaces):
        action, earliest, ready = times[space.space_id]
        changes = _changes(row, action, usual, free, needs_team=not there[row], fetches=bool(fetches[row]))
        found.append(Late(site_id=space.space_id, name=space.name, action=action, earliest=earliest, ready=ready,
                          holds=_holds(plan, space), how=usual.best(space.space_id),
                          changes=tuple(Change(code=c, ready=t) for c, t in changes if t < ready)))
    return tuple(sorted(found, key=lambda x: (x.earliest, x.site_id)))


def _changes(row: int, action: str, usual: ReadyTable, free: ReadyTable, *, needs_team: bool, fetches: bool,
             ) -> list[tuple[str, float]]:
    """When a space would be ready with each change [s]; what is not known leaves the change out."""
    now, with_bags = float(usual.soonest()[row]), float(free.soonest()[row])
    began = usual.heard + usual.delays.report
    last, work = (float(usual.last_stretch[row]) if needs_team else 0.0), float(usual.work[row])
    lorry = usual.load + usual.haul[row]
    lorry_best = float(np.min(lorry, where=np.isfinite(lorry), initial=np.inf))
    near = MUSTER if needs_team else float(usual.muster[0])
    quick = QUICK[action]
    found = [("order", now - usual.delays.decide)]
    if fetches:
        found.append(("bags", with_bags))
    if needs_team:
        found.append(("team", began + usual.delays.decide + max(near, lorry_best) + last + work))
    if fetches and needs_team:
        found.append(("team_bags", began + usual.delays.decide + near + last + work))
    found += [("quick", now - work + quick), ("all", began + near + last + quick)]
    return [(code, t) for code, t in found if np.isfinite(t)]


def _holds(plan: ResponsePlan, space: UsableSpace) -> float | None:
    """How long it holds the water that comes to it [s]; None of a space that takes but a part: the rest runs on."""
    flow = float(plan.scenario.discharge[plan.river.reach_row[space.reach_id]])
    if not space.free_volume or not flow > 0 or (space.side and (space.capacity or 0.0) < SHUT * flow):
        return None
    return space.free_volume / flow

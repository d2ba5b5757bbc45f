"""What a plan says: actions with who, when and why, what each receptor gains, what was refused, what it rests on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from riverplan.channel import Array
from riverplan.errors import Problem
from riverplan.forecasting.result import Forecast
from riverplan.forecasting.spill import Spill
from riverplan.planning.advice import DosingAt, Protection
from riverplan.planning.booms import BoomsAt
from riverplan.planning.dilution import Dilution
from riverplan.planning.harm import Harm
from riverplan.planning.margin import Delays, Readiness
from riverplan.planning.monitoring_result import MonitoringPlan
from riverplan.planning.notice import Notice
from riverplan.planning.roads import Roads
from riverplan.planning.stock import Need
from riverplan.planning.stopped_stations import StoppedStation
from riverplan.planning.travel import Conditions
from riverplan.planning.usable_space import UsableSpace
from riverplan.river.network import RiverNetwork
from riverplan.river.scenario import FlowScenario
from riverplan.transport.operation import Operation
from riverplan.units import HOUR

LEAST_DRY = 0.5
"""Shorter than this nobody is without water [h]: pipes and sumps hold some (assumed)."""
LATE = "refused_late"
"""Why a space is not used that cannot be ready in time: code of :class:`Refused`."""
RISING = 2.0 * HOUR
"""A peak this near to the end of the trials [s] is no peak yet (assumed)."""
PUT_OFF = 0.2
"""Share of the plume that is much [-] (assumed)."""
WEIGHTY = 0.05
"""Share of what a plan saves, or of a boundary, below which an action does not carry it (assumed)."""
ACTIONS = ("close", "build", "draw", "divert", "stop_station", "dilute")
"""What a plan may choose to do with a space; dosing and stopping intakes are advised beside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing to do; times in seconds after the release began.

    Parameters
    ----------
    earliest
        When the plume may come first.
    margin
        ``earliest`` less when it is ready [s]; below zero it catches a part of the plume only.
    at, until, value
        When it begins and ends, and how much [m³/s].
    gained
        Time the space holds the water that comes to it [s]; None where it does not hold.
    saves
        Harm without it less harm with the whole plan.
    why, changes
        Why it was taken, and which assumption would change that.
    """

    site_id: str
    name: str
    action: str
    space: UsableSpace
    at: float
    until: float | None
    value: float | None
    ready: Readiness
    earliest: float
    margin: float
    gained: float | None
    team_id: str
    store_id: str
    needs: tuple[Need, ...]
    operations: tuple[Operation, ...]
    pinned: bool
    saves: Harm
    why: tuple[Problem, ...]
    changes: tuple[Problem, ...]

    @property
    def order_by(self) -> float:
        """The last moment at which it can be ordered and be ready before the plume may come [s after the release]."""
        r = self.ready
        return self.earliest - (r.muster + r.drive + r.last_stretch + r.work)

    @property
    def approval(self) -> str:
        """Whose approval is needed beside the owner's: a plan uses no volume above the flood limit, so nobody's."""
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A space that is not used, and why: ``why.code`` is ``refused_…``."""

    site_id: str
    name: str
    action: str
    earliest: float | None
    ready: float | None
    why: Problem
    spared: float = 0.0
    """Where it is not used because intakes fall dry: what it would save all others [person-hours]."""
    dries: tuple[str, ...] = ()
    """These intakes (``site_id``)."""

    @property
    def margin(self) -> float | None:
        """[s]; None where one of the two is not known."""
        return None if self.earliest is None or self.ready is None else self.earliest - self.ready


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What passes one receptor; ``None`` where the plume does not come (times) or nothing says it."""

    leading: float | None
    peak: float | None
    trailing: float | None
    peak_concentration: float | None
    """With the background [kg/m³]."""
    exceeds_from: float | None
    exceeds_until: float | None
    hours_above: float
    """Above the limit or without water, expected [h]."""
    beyond_tank: float
    """Of these, what the clear-water tank does not bridge [h]."""
    probability: float
    """Of exceeding the limit [-]."""
    population_hours: float
    hours_dry: float = 0.0
    """Of the hours above those without water, expected [h]; plans kept before this was reckoned have none."""
    put_off: float = 0.0
    """Share of what passes with nothing done that may come, above the limit, after the trials end [-]; likewise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """A receptor before and after."""

    site_id: str
    kind: str
    name: str
    before: Impact
    after: Impact

    @property
    def dried(self) -> bool:
        """Whether the plan leaves it without water, however clean that would be."""
        return self.after.hours_dry - self.before.hours_dry >= LEAST_DRY

    def is_put_off(self, end: float) -> bool:
        """Whether with the plan much is still to come when the trials end [s]: put off, and not saved.

        One that exceeds its limit before, in usual water, is hit and not put off.
        """
        # ten days may end before the peak even with nothing done, and put_off tells no more than what passes until then
        rising = min(self.before.peak or 0.0, self.after.peak or 0.0) >= end - RISING
        return self.after.exceeds_from is None and (self.after.put_off >= PUT_OFF or rising)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ResponsePlan:
    """What to do on one river about one spill, under one flow.

    ``harm`` is that of ``nothing``, ``greedy`` (nearest first) and ``plan``, all simulated; ``bound`` the least
    ``(population-hours, boundary probability)`` the program found possible on its tables; ``tried`` the number of
    sets of actions simulated. ``before`` and ``after`` hold the concentrations above the background [kg/m³] at the
    receptors with nothing done and with the plan, each ``(times, receptors)``, over ``time`` [s]. ``supplied`` are
    intakes (``site_id``) whose people have other water and do not count. ``roads``, ``conditions`` and ``delays`` are
    those the times of all spaces were reckoned with.
    """

    river: RiverNetwork
    spill: Spill
    scenario: FlowScenario
    forecast: Forecast
    spaces: tuple[UsableSpace, ...]
    actions: tuple[Action, ...]
    refused: tuple[Refused, ...]
    receptors: tuple[Effect, ...]
    supplied: tuple[str, ...]
    protections: tuple[Protection, ...]
    dosings: tuple[DosingAt, ...]
    booms: tuple[BoomsAt, ...]
    dilutions: tuple[Dilution, ...]
    stopped: tuple[StoppedStation, ...]
    monitoring: MonitoringPlan
    notices: tuple[Notice, ...]
    harm: Mapping[str, Harm]
    bound: tuple[float, float]
    chosen_by: str
    tried: int
    heard: float
    roads: Roads | None
    conditions: Conditions
    delays: Delays
    time: Array
    before: Array
    after: Array
    assumptions: tuple[Problem, ...]
    problems: tuple[Problem, ...]
    version: str

    def clock(self, seconds: float | None) -> datetime | None:
        """The clock time of a time after the release began; None where the spill has no clock time."""
        if seconds is None or self.spill.at is None or not np.isfinite(seconds):
            return None
        return self.spill.at + timedelta(seconds=float(seconds))

    def action(self, site_id: str) -> Action | None:
        """The action at a site, or None."""
        return next((a for a in self.actions if a.site_id == site_id), None)

    @property
    def weighty(self) -> tuple[Action, ...]:
        """The actions that carry the plan: pinned, or without which it loses ``WEIGHTY`` of what it saves; else all."""
        nothing, plan = self.harm["nothing"], self.harm["plan"]
        people = WEIGHTY * max(nothing.population_hours - plan.population_hours, 1.0)
        border = WEIGHTY * max(nothing.boundary_probability - plan.boundary_probability, 1.0)
        return tuple(a for a in self.actions if a.pinned or a.saves.population_hours >= people
                     or a.saves.boundary_probability >= border) or self.actions

    @property
    def gap(self) -> float:
        """Simulated population-hours above the bound of the program [person·h].

        Below zero where the program, which adds up pairs, holds three and more actions to save less than they do.
        """
        return self.harm["plan"].population_hours - self.bound[0]

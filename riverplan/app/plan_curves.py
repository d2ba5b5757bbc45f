"""The curves of a plan at its receptors, in the form the chart of trials draws: nothing done, and the plan."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from riverplan.app.plan_words import is_judged
from riverplan.app.what_if import Tried
from riverplan.channel import Array
from riverplan.forecasting.result import Arrival, Curve
from riverplan.forecasting.simulating.result import Passage, Simulation
from riverplan.forecasting.spill import Spill
from riverplan.planning.result import Effect, Impact, ResponsePlan
from riverplan.river.network import RiverNetwork


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Run:
    """What the chart needs of a simulation: a plan keeps its curves and not its balances."""

    plan: ResponsePlan
    passages: tuple[Passage, ...]
    curves: Mapping[str, Curve]

    @property
    def river(self) -> RiverNetwork:
        """The river."""
        return self.plan.river

    @property
    def spill(self) -> Spill:
        """The spill."""
        return self.plan.spill

    @property
    def end(self) -> float:
        """Of the trials [s]."""
        return float(self.plan.time[-1])

    def passage(self, site_id: str) -> Passage | None:
        """The passage at a receptor."""
        return next((p for p in self.passages if p.site_id == site_id), None)

    def clock(self, seconds: float) -> datetime | None:
        """The clock time of a time after the release."""
        return self.plan.clock(seconds)


def tried(plan: ResponsePlan) -> Tried:
    """The two runs of a plan at usual velocity; the same run twice where it does nothing."""
    before = _run(plan, [e.before for e in plan.receptors], plan.before)
    after = _run(plan, [e.after for e in plan.receptors], plan.after) if plan.actions else before
    return Tried(before=cast("Simulation", before), after=cast("Simulation", after), wrong={})


def _run(plan: ResponsePlan, impacts: list[Impact], curves: Array) -> Run:
    by_id = {a.site_id: a for a in plan.forecast.arrivals}
    passages = tuple(_passage(e, i, by_id[e.site_id]) for e, i in zip(plan.receptors, impacts, strict=True)
                     if i.leading is not None and i.peak is not None and e.site_id in by_id)
    known = is_judged(plan) and any(i.peak_concentration is not None for i in impacts)
    return Run(plan=plan, passages=passages, curves={
        e.site_id: Curve(time=plan.time, concentration=curves[:, k]) for k, e in enumerate(plan.receptors)}
        if known else {})


def _passage(e: Effect, i: Impact, arrival: Arrival) -> Passage:
    assert i.leading is not None and i.peak is not None
    return Passage(
        site_id=e.site_id, name=e.name, kind=e.kind, reach_id=arrival.reach_id, chainage=arrival.chainage,
        leading=i.leading, peak=i.peak, trailing=i.trailing, rising=False, peak_concentration=i.peak_concentration,
        passed=None, discharge=arrival.discharge, limit=arrival.limit, limit_basis=arrival.limit_basis,
        exceeds_from=i.exceeds_from, exceeds_until=i.exceeds_until)

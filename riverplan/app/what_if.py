"""What an officer tries: a spill with and without what is done on the river, marched by two calls and kept."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from math import inf

from riverplan.app.question import Question
from riverplan.errors import InputError, Problem
from riverplan.forecasting.result import Forecast
from riverplan.forecasting.simulating.operated import operated
from riverplan.forecasting.simulating.result import Simulation
from riverplan.forecasting.simulating.simulate import simulate
from riverplan.forecasting.spill import BEIJING
from riverplan.river.assumed_flow import ASSUMED, with_estimate
from riverplan.river.network import RiverNetwork
from riverplan.transport.operation import ENDING_ACTIONS, Operation

CELLS = (100.0, 250.0, 500.0, 1_000.0, 2_500.0)
"""Lengths of a cell [m], the finest that can be marched is taken."""
VALUED = ("set", "divert", "draw", "dose", "release")
"""What is done by some amount; only a station has an amount of its own where none is given."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tried:
    """The spill left alone and as what is done makes it; what is wrong with rows of the form, by their place in it."""

    before: Simulation
    after: Simulation
    wrong: Mapping[int, tuple[Problem, ...]]

    @property
    def done(self) -> bool:
        """Whether anything is done."""
        return self.after is not self.before


def operation(action: str, place: str, at: datetime | None, until: datetime | None, value: float | None, *,
              begin: datetime) -> Operation | None:
    """What a row of the form says, in SI and seconds after the release; None while something it needs is missing.

    Parameters
    ----------
    action, place
        As of :class:`riverplan.transport.operation.Operation`; the place is empty while none is chosen.
    at, until
        On the clock of the desk; without ``until`` a draw, a dose or a release goes on.
    value
        [m³/s], of a dose [%].
    begin
        When the release began.
    """
    if not place or at is None or (value is None and action in VALUED and action != "divert"):
        return None
    amount = value if action in VALUED else None
    return Operation(
        place=place, action=action, at=_after(at, begin),
        value=amount / 100.0 if amount is not None and action == "dose" else amount,
        until=_after(until, begin) if until is not None and action in ENDING_ACTIONS else inf)


def _after(at: datetime, begin: datetime) -> float:
    return (at.replace(tzinfo=BEIJING) - begin).total_seconds()


def try_out(forecast: Forecast, question: Question, rows: Mapping[int, Operation], hours: float) -> Tried:
    """March the spill with and without what is done; what cannot be done is named and left out.

    Parameters
    ----------
    forecast
        Of the question: its river and where its spill was put.
    question
        The spill and the flow.
    rows
        What is done, by the place of the row in the form (from 1).
    hours
        How long [h].

    Raises
    ------
    InputError
        Where the spill cannot be marched at all.
    """
    river = forecast.river
    before = marched(river, question, forecast.spill.reach_id, (), hours)
    good: list[tuple[int, Operation]] = []
    wrong: dict[int, tuple[Problem, ...]] = {}
    for number, row in rows.items():
        found = operated(river, [*(o for _, o in good), row], hours)[1]
        mine = [p for p in found if p.fields.get("number") == len(good) + 1]
        if mine:
            wrong[number] = tuple(replace(
                p, code="operation_percent" if p.code == "operation_share" else p.code,     # the form asks for per cent
                fields={**p.fields, "number": number, "percent": f"{100.0 * (row.value or 0.0):g}"}) for p in mine)
        else:
            good.append((number, row))
    if not good:
        return Tried(before=before, after=before, wrong=wrong)
    try:
        after = marched(river, question, forecast.spill.reach_id, tuple(o for _, o in good), hours)
    except InputError:                                         # together they cannot be: which of them?
        kept: list[Operation] = []
        after = before
        for number, row in good:
            try:
                after = marched(river, question, forecast.spill.reach_id, (*kept, row), hours)
                kept.append(row)
            except InputError as error:
                wrong[number] = tuple(error.problems)
    return Tried(before=before, after=after, wrong=wrong)


@lru_cache(maxsize=32)
def marched(river: RiverNetwork, question: Question, reach_id: str, operations: tuple[Operation, ...], hours: float,
            ) -> Simulation:
    """The simulation of a question; the same one of the same river is answered from memory.

    Raises
    ------
    InputError
        If it cannot be marched; all problems are in it.
    """
    scenario = question.scenario
    if question.estimate is not None and not river.scenarios:
        river, scenario = with_estimate(river, reach_id, question.estimate), ASSUMED
    for cell in CELLS:
        try:
            return simulate(river, question.spill, scenario=scenario, discharges=dict(question.readings),
                            states=question.states, operations=operations, hours=hours,
                            velocity=question.conditions.velocity, cell=cell, bands=False)
        except InputError as error:
            if cell == CELLS[-1] or {p.code for p in error.problems} != {"simulation_work"}:
                raise
    raise AssertionError

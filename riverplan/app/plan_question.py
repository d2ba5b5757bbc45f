"""What an officer asks of a plan: the spill and its flow, what is known of roads and water, pins; solved and kept."""

import tempfile
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from riverplan.app.question import Question
from riverplan.errors import Problem
from riverplan.forecasting.steady import SPREAD
from riverplan.i18n import text
from riverplan.planning.given_files import roads_given
from riverplan.planning.plan import plan
from riverplan.planning.result import ResponsePlan
from riverplan.planning.roads import Roads
from riverplan.planning.travel import Conditions
from riverplan.river.assumed_flow import ASSUMED, with_estimate
from riverplan.river.network import RiverNetwork

RECENT = timedelta(hours=24)
"""A spill no older than this is planned for as of now where nobody says when the call came; an older one is a drill."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanQuestion:
    """A question and what is known beside it; ``levels`` are pairs of ``site_id`` and level [m]."""

    question: Question
    conditions: Conditions = field(default_factory=Conditions)
    heard_at: datetime | None = None
    levels: tuple[tuple[str, float], ...] = ()
    flood_season: bool | None = None
    rising: bool | None = None
    roads: Roads | None = None
    unread: tuple[Problem, ...] = field(default=(), hash=False)
    candidates: bool = True
    pins: tuple[str, ...] = ()
    forbid: tuple[str, ...] = ()
    supplied: tuple[str, ...] = ()

    def at(self, asked: datetime) -> "PlanQuestion":
        """The question with the time of the call: what was given, else when the plan was asked for.

        Whoever plans an hour after the release has lost that hour: no plan may start from the release then. A spill
        that is not of the last day, or is still to come, is a drill and told from its own clock.
        """
        begin = self.question.spill.at
        if self.heard_at is not None or begin is None or not timedelta() <= asked - begin <= RECENT:
            return self
        return replace(self, heard_at=asked)


@lru_cache(maxsize=8)
def solve(river: RiverNetwork, asked: PlanQuestion, reach_id: str) -> ResponsePlan:
    """The plan of a question; the same one of the same river is answered from memory.

    Parameters
    ----------
    river
        The river of the desk.
    asked
        The question.
    reach_id
        Where the spill was put, for a discharge estimated there.

    Raises
    ------
    InputError
        With all problems of spill, flow and place.
    """
    question, scenario = asked.question, asked.question.scenario
    if question.estimate is not None and not river.scenarios:
        river, scenario = with_estimate(river, reach_id, question.estimate), ASSUMED
    return plan(river, question.spill, scenario, discharges=dict(question.readings), states=question.states,
                velocity=question.conditions.velocity, observations=question.observations,
                rise=question.conditions.rise, roads=asked.roads, conditions=asked.conditions,
                heard_at=asked.heard_at, levels=dict(asked.levels), flood_season=asked.flood_season,
                rising=asked.rising, pins=asked.pins, forbid=asked.forbid, supplied=asked.supplied,
                candidates=asked.candidates, unread=asked.unread)


@lru_cache(maxsize=4)
def roads_of_file(name: str, data: bytes) -> tuple[Roads | None, tuple[Problem, ...]]:
    """The net of roads of an uploaded file, or why it cannot be read; kept, for reading it takes seconds."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / (Path(name).name or "roads")
        path.write_bytes(data)
        return roads_given(path)


def unheeded(question: Question) -> list[Problem]:
    """What was given for the forecast and is no part of the trials of a plan."""
    given = question.conditions
    some = [name for name, is_given in (("wind", given.wind is not None), ("ice", given.ice),
                                        ("alkalinity", given.alkalinity is not None),
                                        ("spread", given.spread != SPREAD.name)) if is_given]
    if not some:
        return []
    return [Problem(code="simulation_unheeded", severity="warning", fields={"what": {
        "zh": "、".join(text(f"app_whatif.unheeded_{name}", "zh") for name in some),
        "en": ", ".join(text(f"app_whatif.unheeded_{name}", "en") for name in some)}})]

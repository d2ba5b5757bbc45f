"""What an officer asks: one frozen input of all the widgets, answered by one call and kept."""

from dataclasses import dataclass
from functools import lru_cache

from riverplan.forecasting.result import Forecast
from riverplan.forecasting.run import forecast
from riverplan.forecasting.spill import Spill
from riverplan.river.network import RiverNetwork


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A spill, a flow, and what was read today: ``readings`` are pairs of site id and discharge [m³/s]."""

    spill: Spill
    scenario: str = "normal"
    readings: tuple[tuple[str, float], ...] = ()


@lru_cache(maxsize=32)
def ask(river: RiverNetwork, question: Question) -> Forecast:
    """The forecast of a question; the same question of the same river is answered from memory.

    The desk gives the same river object until its file changes, so the object stands for its digest.

    Raises
    ------
    InputError
        If the question cannot be answered; all problems are in it.
    """
    return forecast(river, question.spill, scenario=question.scenario, discharges=dict(question.readings))

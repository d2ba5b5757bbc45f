"""What an officer asks: one frozen input of all the widgets, answered by one call and kept."""

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache

from riverplan.app.state import Point
from riverplan.forecasting.result import Forecast
from riverplan.forecasting.run import forecast
from riverplan.forecasting.spill import BEIJING, Spill
from riverplan.river.network import RiverNetwork
from riverplan.units import FILE_UNITS, HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A spill, a flow, and what was read today: ``readings`` are pairs of site id and discharge [m³/s]."""

    spill: Spill
    scenario: str = "normal"
    readings: tuple[tuple[str, float], ...] = ()
    estimate: float | None = None
    """Discharge at the spill, estimated on the spot [m³/s]."""
    states: tuple[tuple[str, str], ...] = ()
    """Pairs of site id and state of the stations whose state is known."""


def put(*, site_id: str, stake: str, point: Point | None, substance: str, mass: float | None, mass_unit: str,
        hours: float, day: date, time: time, flow: str, station: str, reading: float | None,
        estimate: float | None, states: tuple[tuple[str, str], ...] = ()) -> Question:
    """The question of the widgets: people's units become SI, Beijing time gets its zone.

    A chosen site goes before a road stake, and both before a clicked point; a reading needs its station.
    """
    stake = "" if site_id else stake.strip()
    here = None if site_id or stake else point
    return Question(
        spill=Spill(site_id=site_id, stake=stake, lon=here.lon if here else None, lat=here.lat if here else None,
                    substance=substance.strip(), mass=None if mass is None else mass * FILE_UNITS[mass_unit],
                    duration=hours * HOUR, at=datetime.combine(day, time, tzinfo=BEIJING)),
        scenario=flow, readings=((station, reading),) if station and reading is not None else (), estimate=estimate,
        states=states)


@lru_cache(maxsize=32)
def ask(river: RiverNetwork, question: Question) -> Forecast:
    """The forecast of a question; the same question of the same river is answered from memory.

    The desk gives the same river object until its file changes, so the object stands for its digest.

    Raises
    ------
    InputError
        If the question cannot be answered; all problems are in it.
    """
    return forecast(river, question.spill, scenario=question.scenario, discharges=dict(question.readings),
                    estimate=question.estimate, states=question.states)

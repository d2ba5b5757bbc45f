"""What an officer asks: one frozen input of all the widgets, answered by one call and kept."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import lru_cache

from riverplan.app.state import Point
from riverplan.forecasting.observation import Observation
from riverplan.forecasting.result import Forecast
from riverplan.forecasting.rise import Rise
from riverplan.forecasting.run import forecast
from riverplan.forecasting.spill import BEIJING, Spill, Wind
from riverplan.forecasting.steady import SPREAD
from riverplan.river.network import RiverNetwork
from riverplan.units import FILE_UNITS, HOUR, MG_PER_L


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What else the forecast is asked with, in SI; what is not known is ``None`` and the forecast's own default."""

    wind: Wind | None = None
    temperature: float | None = None
    alkalinity: float | None = None
    background: float = 0.0
    ice: bool = False
    rise: Rise | None = None
    spread: str = SPREAD.name
    velocity: str = ""


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
    conditions: Conditions = field(default_factory=Conditions)
    observations: tuple[Observation, ...] = ()
    """What the field reported so far."""


def put(*, site_id: str, stake: str, point: Point | None, substance: str, mass: float | None, mass_unit: str,
        hours: float, day: date, time: time, flow: str, station: str, reading: float | None,
        estimate: float | None, states: tuple[tuple[str, str], ...] = (),
        conditions: Conditions | None = None) -> Question:
    """The question of the widgets: people's units become SI, Beijing time gets its zone.

    A chosen site goes before a road stake, and both before a clicked point; a reading needs its station.
    """
    stake = "" if site_id else stake.strip()
    here = None if site_id or stake else point
    given = conditions or Conditions()
    return Question(
        spill=Spill(site_id=site_id, stake=stake, lon=here.lon if here else None, lat=here.lat if here else None,
                    substance=substance.strip(), mass=None if mass is None else mass * FILE_UNITS[mass_unit],
                    duration=hours * HOUR, at=datetime.combine(day, time, tzinfo=BEIJING), wind=given.wind,
                    temperature=given.temperature, alkalinity=given.alkalinity, background=given.background,
                    ice=given.ice),
        scenario=flow, readings=((station, reading),) if station and reading is not None else (), estimate=estimate,
        states=states, conditions=given)


def seen(site_id: str, kind: str, value: float | None, at: datetime | None) -> Observation | None:
    """An observation of a row of the form, in SI and Beijing time; None while something it needs is missing.

    Parameters
    ----------
    site_id
        Where; empty while no station is chosen.
    kind
        As of :class:`riverplan.forecasting.observation.Observation`.
    value
        [mg/L], [m/s] or [m³/s], by the kind.
    at
        When, on the clock of the desk.
    """
    needs_value, needs_time = needs(kind)
    if not site_id or (needs_value and value is None) or (needs_time and at is None):
        return None
    return Observation(
        site_id=site_id, kind=kind,  # type: ignore[arg-type]
        value=None if value is None or not needs_value else value * MG_PER_L if kind == "conc" else value,
        at=at.replace(tzinfo=BEIJING) if at is not None and needs_time else None)


def needs(kind: str) -> tuple[bool, bool]:
    """Whether an observation of a kind has a value, and a time.

    >>> needs("conc"), needs("leading"), needs("discharge")
    ((True, True), (False, True), (True, False))
    """
    return kind in ("conc", "velocity", "discharge"), kind not in ("velocity", "discharge")


@lru_cache(maxsize=32)
def ask(river: RiverNetwork, question: Question) -> Forecast:
    """The forecast of a question; the same question of the same river is answered from memory.

    The desk gives the same river object until its file changes, so the object stands for its digest.

    Raises
    ------
    InputError
        If the question cannot be answered; all problems are in it.
    """
    given = question.conditions
    return forecast(river, question.spill, scenario=question.scenario, discharges=dict(question.readings),
                    estimate=question.estimate, states=question.states, observations=question.observations,
                    spread=given.spread, velocity=given.velocity, rise=given.rise)

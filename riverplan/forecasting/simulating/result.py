"""The answer of a simulation: passages at sites, gates, doses, balances, problems."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from riverplan.errors import Problem
from riverplan.forecasting.result import Curve
from riverplan.forecasting.spill import Spill
from riverplan.reference import Substance
from riverplan.river.network import RiverNetwork
from riverplan.river.scenario import FlowScenario
from riverplan.transport.operation import Operation
from riverplan.transport.simulate import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """How the plume passes one site; times in seconds after the release began.

    ``leading`` is the first time above 1 % of the peak, ``trailing`` the last above 10 %. A plume that still rises
    at the end of the simulation has ``rising`` set: its ``peak`` is the last value. ``trailing`` and
    ``exceeds_until`` are ``None`` where the simulation ends before.
    """

    site_id: str
    name: str
    kind: str
    reach_id: str
    chainage: float
    leading: float
    peak: float
    trailing: float | None
    rising: bool
    peak_concentration: float | None
    """With the background [kg/m³]; ``None`` where the mass is unknown."""
    passed: float | None
    """Share of the mass released that passed [-]; ``None`` within a cell of the spill, where it cannot be told."""
    discharge: float
    """At the peak [m³/s]."""
    limit: float | None
    limit_basis: str
    exceeds_from: float | None
    exceeds_until: float | None
    leading_early: float | None = None
    """First time of the three runs, as a rule that of fast water [s]; ``None`` without bands.

    A 5 % quantile of the velocity alone: that of a forecast is the 1 % quantile of all errors, and earlier."""
    peak_band: tuple[float, float | None] | None = None
    """Of the three runs [s]; its end ``None`` where the simulation ends before."""
    concentration_band: tuple[float | None, float] | None = None
    """Peaks of the three runs [kg/m³], of the velocities alone; its lower end ``None`` where it still rises or has not
    come in one of them at the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateUse:
    """What an operated gate held at most [m³] and [kg of the determinand], and at the end; when it spilled first."""

    site_id: str
    node_id: str
    usable: float
    most_volume: float
    most_mass: float | None
    last_volume: float
    last_mass: float | None
    spills_from: float | None
    """[s]; ``None`` where it never was full while closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseUse:
    """What one dose met and took out of the water, as shares of the mass released [-]."""

    place: str
    passed: float
    removed: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Simulation:
    """What was simulated: passages sorted by time, curves, gates, doses, balances, problems, provenance."""

    river: RiverNetwork
    spill: Spill
    substance: Substance
    scenario: FlowScenario
    operations: tuple[Operation, ...]
    """As asked."""
    end: float
    """[s] after the release began."""
    cell: float
    step: float
    """Longest step [s]."""
    passages: tuple[Passage, ...]
    curves: Mapping[str, Curve]
    """Concentration by ``site_id``; empty where the mass is unknown."""
    discharges: Mapping[str, Curve]
    """Discharge [m³/s] in place of the concentration, by ``site_id``."""
    gates: tuple[GateUse, ...]
    doses: tuple[DoseUse, ...]
    water: Account
    """[m³]."""
    mass: Account
    """Of the determinand [kg]; of 1 kg where the mass is unknown."""
    problems: tuple[Problem, ...]
    version: str

    def passage(self, site_id: str) -> Passage | None:
        """The passage at a site, or ``None`` where the plume does not come in the time simulated."""
        return next((p for p in self.passages if p.site_id == site_id), None)

    def clock(self, seconds: float) -> datetime | None:
        """The clock time of a time after release; ``None`` where there is none."""
        return None if self.spill.at is None else self.spill.at + timedelta(seconds=seconds)

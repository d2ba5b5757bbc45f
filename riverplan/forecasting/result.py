"""What a forecast says: arrivals at sites, times along the reaches, and where it all comes from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Array
from riverplan.errors import Problem
from riverplan.forecasting.spill import Spill
from riverplan.i18n import Lang, text
from riverplan.reference import Substance
from riverplan.river.network import RiverNetwork
from riverplan.river.scenario import FlowScenario

Band = tuple[float, float]
"""5 % and 95 % quantiles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """When, and how strong, the plume passes one site. Times are seconds after the release began.

    ``earliest`` is what an officer acts on: the 1 % quantile of the leading edge, or the
    maximum-probable one if that is earlier. Concentrations [kg/m³] are cross-section means on top of
    the background; they are ``None`` where the mass is unknown. ``fully_mixed`` is False before the
    plume has spread over the cross-section (a bank may see more), None where that cannot be told.
    Where the forecast has a bracket, ``earliest``, the bands, the exceedance and its probability span its variants;
    the other values are those of the flow as it stands.
    """

    site_id: str
    name: str
    kind: str
    reach_id: str
    chainage: float
    distance: float
    """Along the river from the spill [m]."""
    earliest: float
    leading: float
    leading_band: Band
    peak: float
    peak_band: Band
    trailing: float
    trailing_band: Band
    discharge: float
    """Discharge at the site [m³/s]."""
    peak_concentration: float | None = None
    concentration_band: Band | None = None
    limit: float | None = None
    limit_basis: str = ""
    """Standard, class and kind of the limit of raw water; empty where no standard exists (无标准)."""
    tap_limit: float | None = None
    """Limit of tap water [kg/m³], beside that of raw water; never what the river is judged by."""
    tap_basis: str = ""
    ph: float | None = None
    """pH of the mixed river at the peak, where acid or alkali was spilled."""
    ph_band: Band | None = None
    ph_limit: Band | None = None
    """Range of the standard where pH judges; ``exceed_probability`` is then that of leaving it."""
    tap_ph_limit: Band | None = None
    """Range for tap water, beside it."""
    film: bool = False
    """Whether a film comes: it has times, mass and thickness, no concentration."""
    film_mass: float | None = None
    """Left of the film at its peak [kg]."""
    film_thickness: float | None = None
    """Spread over the width of the river and the length of the patch [m]."""
    exceed_probability: float | None = None
    exceeds_from: float | None = None
    exceeds_until: float | None = None
    fully_mixed: bool | None = None
    only_in: tuple[str, ...] = ()
    """Names of the variants in which the plume comes here, where it does not in all."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReachTimes:
    """Times along the reaches the plume travels, for maps: arrays of shape ``(m,)``, seconds after release.

    ``reach`` holds row numbers of ``river.reaches``; ``start`` [m] is where on the reach the plume
    begins (0 except on the reach of the spill). ``*_tail`` is at ``start``, ``*_head`` at the lower end.
    """

    reach: NDArray[np.intp]
    start: Array
    distance_tail: Array
    distance_head: Array
    earliest_tail: Array
    earliest_head: Array
    leading_tail: Array
    leading_head: Array
    peak_tail: Array
    peak_head: Array
    trailing_tail: Array
    trailing_head: Array
    peak_concentration_head: Array
    """[kg/m³]; ``nan`` where the mass is unknown."""
    fully_mixed_head: NDArray[np.object_]
    model: NDArray[np.object_]
    """Key in the catalogue of the velocity model used on each reach."""
    velocity: Array
    """Most-probable velocity of the peak [m/s]; in a pool the way over the plug delay."""
    sigma_ln: Array
    """Standard error of ln(velocity)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Curve:
    """Concentration over time at one site: seconds after release and kg/m³ above the background."""

    time: Array
    concentration: Array


def model_words(name: str, source: str) -> str:
    """Key in the catalogue of a velocity model, told apart where its values are only assumed."""
    return f"model.{name}_{source}" if source else f"model.{name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelUse:
    """Which velocity model served how much of the way: printed on the sheet and in the JSON."""

    name: str
    source: str
    """``assumed`` where the tabulated velocities are not measured, else empty."""
    reaches: int
    length: float
    """Length of way below the spill it served [m]."""
    sigma_ln: float
    """Length-weighted standard error of ln(velocity)."""

    @property
    def words(self) -> str:
        """Key of its name in the catalogue: assumed velocities never read as measured ones."""
        return model_words(self.name, self.source)


StatesOf = Literal["stands", "running", "stopped", "mixed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One of the flows a forecast brackets while states of stations, or a rise to come, are not known.

    ``stations`` is how the unknown stations are in it: as the flow has them (``stands``), all ``running``, all
    ``stopped``, or ``mixed``, some of each.
    """

    stations: StatesOf
    risen: bool = False
    """Whether the discharge is that after the rise, all the way from the release."""
    states: Mapping[str, str] = field(default_factory=dict)
    """State of each unknown station, by ``site_id``."""
    discharge: float
    """At the spill [m³/s]."""
    earliest: Mapping[str, float] = field(default_factory=dict)
    """Earliest time [s] at each site it reaches, by ``site_id``."""

    @property
    def name(self) -> str:
        """A word for programs, such as ``running``, ``stopped_risen``, or ``mixed:P1`` where P1 alone runs."""
        mixed = f":{'+'.join(self._running)}" if self.stations == "mixed" else ""
        return f"{self.stations}{mixed}{'_risen' if self.risen else ''}"

    @property
    def _running(self) -> list[str]:
        return [site_id for site_id, state in self.states.items() if state == "running"]

    def words(self, lang: Lang) -> str:
        """The variant as a person says it."""
        several = "_all" if len(self.states) > 1 and self.stations in ("running", "stopped") else ""
        stations = text(f"variant.{self.stations}{several}", lang,
                        running=text("variant.and", lang).join(self._running))
        if not self.risen:
            return stations
        return text("variant.risen", lang) if self.stations == "stands" else text(
            "variant.both", lang, stations=stations)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Forecast:
    """The answer to a spill: sorted arrivals, times along the way, models, problems, provenance."""

    river: RiverNetwork
    spill: Spill
    """The spill as located: ``reach_id``, ``chainage``, ``lon`` and ``lat`` are filled in."""
    substance: Substance
    """What was spilled; ``substance.judged`` is the determinand that is read of it."""
    scenario: FlowScenario
    models: tuple[ModelUse, ...]
    spread: str
    """Name of the model of the plume's spread."""
    quantity: str
    """Whether concentrations are those of the ``flux`` through a section or ``resident`` in its water."""
    parameters: Mapping[str, float]
    arrivals: tuple[Arrival, ...]
    """Sites downstream of the spill, sorted by distance."""
    reach_times: ReachTimes
    plumes: Mapping[str, Curve]
    """Concentration curves by ``site_id`` at the flow as it stands; empty where the mass is unknown."""
    problems: tuple[Problem, ...]
    digest: str
    version: str
    bracket: tuple[Variant, ...] = ()
    """The flows ``earliest`` and the bands span; empty where there is one only."""

    def arrival(self, site_id: str) -> Arrival | None:
        """The arrival at a site, or None where the plume does not come."""
        return next((a for a in self.arrivals if a.site_id == site_id), None)

    def substance_label(self, lang: Lang) -> str:
        """What was spilled as it was reported, and as which determinand it is judged."""
        asked, judged = self.spill.substance.strip(), self.substance.judged.label(lang)
        if not asked or asked in (self.substance.judged.name, judged):
            return judged
        return text("forecast_table.judged_as", lang, asked=asked, judged=judged)

    def clock(self, seconds: float) -> datetime | None:
        """The clock time of a time after release; None where there is none."""
        if self.spill.at is None:
            return None
        try:
            return self.spill.at + timedelta(seconds=seconds)
        except (OverflowError, ValueError):                    # beyond the calendar: as good as never
            return None

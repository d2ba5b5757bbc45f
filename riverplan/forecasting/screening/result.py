"""What screening says: every source against every receptor at every flow, and what follows for each intake."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Array
from riverplan.errors import Problem
from riverplan.river.network import RiverNetwork
from riverplan.river.sites import Intake, RiskSource, Site


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Matrix:
    """One row a source, receptor and flow where the plume comes: arrays of shape ``(m,)``.

    Times are seconds after release, concentrations kg/m³, ``nan`` where a thing does not apply: no storage is
    declared, or no standard exists.

    Parameters
    ----------
    source, receptor, scenario
        Numbers in ``Screening.sources``, ``receptors`` and ``scenarios``.
    distance
        Along the river [m].
    earliest, leading, peak
        As :class:`riverplan.forecasting.result.Arrival` has them.
    discharge, dilution
        Discharge at the receptor [m³/s], and over that at the source [-].
    mass
        The whole storage the source declares, released at once [kg].
    concentration
        Peak of that release above the background, mean over the section.
    substance
        The stored substance with the lowest limit at the receptor; empty where none has one.
    limit, ratio, probability
        Its limit, the peak over it, and the probability that it is exceeded.
    """

    source: NDArray[np.intp]
    receptor: NDArray[np.intp]
    scenario: NDArray[np.intp]
    distance: Array
    earliest: Array
    leading: Array
    peak: Array
    discharge: Array
    dilution: Array
    mass: Array
    concentration: Array
    substance: NDArray[np.object_]
    limit: Array
    ratio: Array
    probability: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """How early an intake is warned of one source: ``rank`` 1 leaves the least time.

    ``earliest`` [s] is that of the flow ``scenario`` at which the plume comes soonest; ``by_scenario`` has all flows;
    ``ratio`` is the highest peak over the limit at any flow, None where it cannot be told.
    """

    intake: str
    rank: int
    source: str
    scenario: str
    earliest: float
    by_scenario: Mapping[str, float]
    ratio: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Above:
    """The river an intake is reached from within 24 h at one flow.

    ``parts`` are ``(reach_id, from, to)`` in metres from the tail, ``length`` [m] is their sum, ``sources`` the risk
    sources on them.
    """

    intake: str
    scenario: str
    parts: tuple[tuple[str, float, float], ...]
    length: float
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitive:
    """What HJ 941-2018 asks of the water below a source, as far as the river's lists know.

    ``intakes`` are drinking-water intakes within 10 km downstream with their distance [m]; ``borders`` national and
    provincial borders within 24 h of flow with the time [s]. ``grade`` is ``E1`` or ``E2`` where these alone decide
    it, else empty: red lines, reserves, karst and floodways are on no list here.
    """

    source: str
    intakes: tuple[tuple[str, float], ...]
    borders: tuple[tuple[str, float], ...]
    grade: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Screening:
    """All risk sources against all receptors at all flows asked for."""

    river: RiverNetwork
    sources: tuple[RiskSource, ...]
    receptors: tuple[Site, ...]
    scenarios: tuple[str, ...]
    fast_scenario: str
    """The flow whose velocities count as the maximum daily mean for HJ 941."""
    matrix: Matrix
    warned: tuple[Warned, ...]
    above: tuple[Above, ...]
    sensitive: tuple[Sensitive, ...]
    problems: tuple[Problem, ...]
    version: str

    @property
    def intakes(self) -> tuple[Intake, ...]:
        """The receptors that are intakes."""
        return tuple(s for s in self.receptors if isinstance(s, Intake))

    def warnings_of(self, intake: str) -> tuple[Warned, ...]:
        """Sources that reach an intake, the soonest first."""
        return tuple(w for w in self.warned if w.intake == intake)

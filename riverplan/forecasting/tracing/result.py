"""What tracing back says: where it may have come from, when, how much, and what was ruled out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from riverplan.errors import Problem
from riverplan.forecasting.tracing.sighting import Sighting
from riverplan.i18n import Lang
from riverplan.river.naming import site_name
from riverplan.river.network import RiverNetwork
from riverplan.river.scenario import FlowScenario

Times = tuple[datetime, datetime, datetime]
"""5 %, 50 % and 95 % quantiles."""
Masses = tuple[float, float, float]
"""5 %, 50 % and 95 % quantiles [kg]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """A risk source, or a stretch of river, the plume may have come from.

    Parameters
    ----------
    kind
        ``source`` or ``stretch``.
    site_id
        The source; empty for a stretch.
    parts
        Where it lies: ``(reach_id, lower, upper)`` with metres from the tail, downstream; a source is a point.
    river
        Name of the river it lies on.
    distance
        Least and greatest distance above the nearest section it was seen at [m].
    prior, probability
        Before and after the sightings.
    likelihood
        Share of release times and velocities that agree with the sightings (mean over a stretch).
    released
        When it began.
    mass
        Mass in the river that gives the concentrations read; None where none was read.
    storage
        Largest mass the source is listed with [kg]; None where unknown.
    """

    kind: Literal["source", "stretch"]
    site_id: str = ""
    parts: tuple[tuple[str, float, float], ...]
    river: str
    distance: tuple[float, float]
    prior: float
    probability: float
    likelihood: float
    released: Times
    mass: Masses | None = None
    storage: float | None = None

    @property
    def length(self) -> float:
        """Length of the stretch [m]."""
        return sum(upper - lower for _, lower, upper in self.parts)

    @property
    def too_much(self) -> bool:
        """Whether even the least mass that fits is more than the source is listed with."""
        return self.mass is not None and self.storage is not None and self.mass[0] > self.storage


@dataclass(frozen=True, slots=True, kw_only=True)
class RuledOut:
    """A source, or length of a river, the plume did not come from.

    ``reason`` is ``elsewhere`` (does not lie above the section ``by``), ``clean`` (the clean sample at ``by``,
    ``at``), ``time`` (no release in the time looked at fits) or ``no_flow`` (its reach has no discharge or
    velocity: *not judged*).
    """

    reason: Literal["elsewhere", "clean", "time", "no_flow"]
    site_id: str = ""
    river: str = ""
    length: float = 0.0
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookalike:
    """Two sources the sightings cannot tell apart, and where and when a sample would.

    The plume is at ``sample`` (a site; just below ``upper`` where empty) between the two times, 5–95 %, if
    it came from ``upper``; never if it came from ``lower``.
    """

    upper: str
    lower: str
    ratio: float
    """Likelihood of the one over that of the other, at least 1."""
    sample: str
    between: tuple[datetime, datetime]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trace:
    """The answer: suspects by falling probability, what was ruled out, and what it all rests on."""

    river: RiverNetwork
    scenario: FlowScenario
    sightings: tuple[Sighting, ...]
    substance: str
    window: tuple[datetime, datetime]
    """Release times looked at."""
    suspects: tuple[Suspect, ...]
    ruled_out: tuple[RuledOut, ...]
    lookalikes: tuple[Lookalike, ...]
    source_probability: float
    """Probability that it was one of the listed risk sources."""
    parameters: Mapping[str, float]
    problems: tuple[Problem, ...]
    version: str

    @property
    def sources(self) -> tuple[Suspect, ...]:
        """The suspects that are risk sources."""
        return tuple(s for s in self.suspects if s.kind == "source")

    def probability(self, site_id: str) -> float:
        """Probability of a source; 0 where it was ruled out."""
        return next((s.probability for s in self.sources if s.site_id == site_id), 0.0)

    def name(self, site_id: str, lang: Lang) -> str:
        """A site as people call it, with its id."""
        called = site_name(self.river, self.river.site(site_id), lang)
        return f"{called} ({site_id})" if lang == "en" else f"{called}（{site_id}）"

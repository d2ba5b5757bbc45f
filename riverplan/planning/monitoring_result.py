"""The plan of emergency monitoring: sections, what is measured there, and when."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from riverplan.channel import Array
from riverplan.errors import Problem
from riverplan.forecasting.result import Forecast
from riverplan.planning.monitoring_parameters import Words


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MonitoringSection:
    """One section to sample. Times are seconds after the release began.

    Parameters
    ----------
    number
        Short name on the plan: ``W1``, ``W2`` … from above the spill down.
    role, roles
        The foremost of ``monitoring_sections.ROLES``, and all of them.
    site_id
        The section, bridge, intake or boundary it is at; empty for a bank that is to be found there.
    name
        Of the site, by language.
    reach_id, chainage, lon, lat
        Where it is: metres from the tail of the reach, degrees.
    distance
        Along the river from the spill [m]; None above the spill and on rivers that join.
    serves
        ``site_id`` of the intakes and boundaries it stands for.
    in_pool
        In dead water: sampled from a boat, not at the bank.
    mixed
        Whether the plume has spread over the section; None where that cannot be told or the plume does not come.
    width, depth
        Estimates at the flow [m]; None where unknown.
    verticals
        How many; 0 where the width is not known. Left, middle and right where the plume is not mixed.
    points
        On each vertical: ``film``, ``surface``, ``middle``, ``bottom``.
    earliest, leading, peak, trailing
        The predicted passage; None where the plume does not come.
    times
        Sampling times, rising.
    interval
        Between samples over front and peak [s].
    continues
        Whether sampling goes on beyond the last time.
    this_shift
        Whether the front may come within the shift that begins now; the others are manned by a later plan.
    slight
        An intake or boundary hardly likely to exceed its limit: no team is sent, it samples by itself.
    team_id, team_arrives
        Who samples and when they can be there; empty and None where nobody is assigned.
    late, tight
        Whether the team comes after the front is expected, or before that but after its earliest arrival.
    order
        Where groups lack: which of the sections of this shift is kept first, from 1 on; None of others.
    moved
        Whether it lies further down than wanted, so that a team is there before the front.
    """

    number: str
    role: str
    roles: tuple[str, ...]
    site_id: str
    name: Mapping[str, str]
    reach_id: str
    chainage: float
    lon: float
    lat: float
    distance: float | None
    serves: tuple[str, ...]
    in_pool: bool
    mixed: bool | None
    width: float | None
    depth: float | None
    verticals: int
    points: tuple[str, ...]
    earliest: float | None
    leading: float | None
    peak: float | None
    trailing: float | None
    times: Array
    interval: float
    continues: bool
    this_shift: bool
    slight: bool = False
    team_id: str = ""
    team_arrives: float | None = None
    late: bool = False
    tight: bool = False
    order: int | None = None
    moved: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MonitoringPlan:
    """Where, what and when to sample.

    Parameters
    ----------
    sections
        Down the river, a reference first; those of larger rivers stand before the confluence.
    parameters, handling, criteria
        What to measure, how the sample is taken, when to go on or to end.
    problems
        What was assumed and what falls short.
    now
        When the plan was made [s after the release began].
    teams
        Names of the teams by ``resource_id``.
    """

    forecast: Forecast
    now: float
    sections: tuple[MonitoringSection, ...]
    parameters: tuple[Words, ...]
    handling: tuple[Words, ...]
    criteria: tuple[Words, ...]
    problems: tuple[Problem, ...]
    teams: Mapping[str, str] = field(default_factory=dict)

"""What a strategy is about: the plan of a spill, or of the typical one, with forecasts for every season."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from riverplan.errors import InputError, Problem
from riverplan.forecasting.result import Arrival, Forecast
from riverplan.forecasting.run import forecast
from riverplan.forecasting.screening.result import Screening
from riverplan.forecasting.screening.screen import screen
from riverplan.forecasting.spill import Spill
from riverplan.planning.every import MOST
from riverplan.planning.plan import plan
from riverplan.planning.receptors import DRINKING, PEOPLE_ASSUMED
from riverplan.planning.result import ResponsePlan
from riverplan.river.network import RiverNetwork
from riverplan.river.sites import Intake, RiskSource

SEASONS = ("low", "normal", "high")
"""枯、平、丰: the flows a strategy gives arrivals for."""
LIKELY = 0.5
"""Probability from which the people behind an intake count among those a source harms [-] (assumed)."""
KINDS = ("intake", "boundary", "section", "town")
"""Kinds of sites an arrival table lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A risk source as a typical scenario: all it is listed to store, but no more than :data:`MOST`, at once.

    ``people`` are behind the intakes likely to exceed their limit, ``earliest`` is the first of them [s].
    """

    site: RiskSource
    spill: Spill
    people: int
    intakes: int
    earliest: float
    by_flow: Mapping[str, Forecast] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Subject:
    """A plan with the forecasts of its spill in every season; ``leading`` are further sources, the gravest first.

    ``chosen`` is the source of the plan where the river chose it, ``kept`` whether its kept plans did; ``notes`` are
    what was assumed for that.
    """

    plan: ResponsePlan
    by_flow: Mapping[str, Forecast]
    chosen: Source | None = None
    leading: tuple[Source, ...] = ()
    kept: bool = False
    notes: tuple[Problem, ...] = ()

    @property
    def river(self) -> RiverNetwork:
        """The river."""
        return self.plan.river


def subject_of(asked: ResponsePlan | RiverNetwork, *, flow: str = "normal", most: int = 3,
               feared: Spill | None = None) -> Subject:
    """The subject of a strategy.

    Parameters
    ----------
    asked
        A plan; or a river, for which the source that harms most people is planned for.
    flow
        Of the typical scenario.
    most
        So many of the gravest sources are given arrivals for, the chosen one among them.
    feared
        The spill to plan for, where one is known to be feared most with the plans made; its source comes first.

    Raises
    ------
    InputError
        If a river is asked about that has no flow, no source with a storage, or no intake or boundary.
    """
    if isinstance(asked, ResponsePlan):
        return Subject(plan=asked, by_flow=_seasons(asked.river, asked.spill, asked))
    lessened = asked.replace(sites=tuple(
        replace(s, max_storage=min(s.max_storage, MOST)) if isinstance(s, RiskSource) and s.max_storage else s
        for s in asked.sites))
    found = screen(lessened, flow, receptors=("intake", "boundary"))
    sources = gravest(found)
    if not sources:
        raise InputError(Problem(code="strategy_no_source", fields={"river": asked.name}))
    if feared:
        own = [replace(s, spill=feared) for s in sources if s.site.site_id == feared.site_id]
        sources = own + [s for s in sources if s.site.site_id != feared.site_id]
        feared = feared if own else None
    made = plan(asked, sources[0].spill, flow)
    leading = tuple(replace(s, by_flow=_seasons(asked, s.spill)) for s in sources[1:most])
    return Subject(plan=made, by_flow=_seasons(asked, made.spill, made), chosen=sources[0], leading=leading,
                   kept=feared is not None, notes=found.problems)


def gravest(found: Screening) -> list[Source]:
    """The sources with a storage listed: those that harm most people first, then the soonest."""
    table = found.matrix
    people = np.array([_people(s) for s in found.receptors])
    is_intake = np.array([isinstance(s, Intake) for s in found.receptors], bool)
    sources = []
    for i, site in enumerate(found.sources):
        of = table.source == i
        if not of.any() or site.max_storage is None or not site.max_storage > 0:
            continue
        hit = of & is_intake[table.receptor] & (np.nan_to_num(table.probability) >= LIKELY)
        chosen = hit if hit.any() else of & (table.substance != "")
        names = list(table.substance[chosen])
        if not names:
            continue
        substance = max(dict.fromkeys(names), key=names.count)
        hit &= table.substance == substance
        first = float(table.earliest[hit].min()) if hit.any() else np.inf
        sources.append(Source(
            site=site, spill=Spill(site_id=site.site_id, substance=str(substance), mass=site.max_storage),
            people=int(people[np.unique(table.receptor[hit])].sum()), intakes=len(np.unique(table.receptor[hit])),
            earliest=first))
    return sorted(sources, key=lambda s: (-s.people, s.earliest, s.site.site_id))


def _people(site: object) -> int:
    """People behind an intake they drink from; by its kind where the list says none, as a plan counts them."""
    if not isinstance(site, Intake) or (site.category and site.category not in DRINKING):
        return 0
    return PEOPLE_ASSUMED[site.category or "village"] if site.population is None else site.population


def _seasons(river: RiverNetwork, spill: Spill, made: ResponsePlan | None = None) -> dict[str, Forecast]:
    """Forecasts of one spill in the seasons the river has flows for; that of a plan as it is."""
    found = {}
    for name in SEASONS:
        if made is not None and made.scenario.name == name:
            found[name] = made.forecast
        elif name in river.scenarios:
            try:
                found[name] = forecast(river, spill, scenario=name)
            except InputError:
                continue                                      # that flow is not known on the way: a gap on paper
    return found


def shown(said: Forecast) -> list[Arrival]:
    """The arrivals of a table: intakes, boundaries, sections and towns, in the order of the water."""
    return sorted((a for a in said.arrivals if a.kind in KINDS), key=lambda a: (a.distance, a.site_id))

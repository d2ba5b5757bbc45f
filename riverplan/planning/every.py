"""A plan for every risk source under every flow, before anything has happened."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from riverplan.errors import InputError, Problem, UnknownNameError
from riverplan.forecasting.spill import Spill
from riverplan.forecasting.stored import stored
from riverplan.i18n import listed
from riverplan.planning.plan import plan
from riverplan.planning.result import ResponsePlan
from riverplan.river.network import RiverNetwork
from riverplan.river.sites import RiskSource

MOST = 100_000.0
"""Most that a source is taken to lose [kg] (assumed: the order of the gravest accidents on rivers, such as the
Songhua's in 2005; parks store thousands of tonnes in many tanks)."""
ASSUMED_MASS = 1_000.0
"""What reaches the river from a source that declares no storage [kg] (assumed)."""
_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A spill to plan for: what a source is declared to store, no more than ``MOST``, of its first known substance.

    ``mass_basis`` is ``storage`` or ``assumed``.
    """

    source: RiskSource
    scenario: str
    substance: str
    mass: float
    mass_basis: str

    @property
    def spill(self) -> Spill:
        """The spill, without a clock time: nothing has happened."""
        return Spill(site_id=self.source.site_id, substance=self.substance, mass=self.mass)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Made:
    """A case with its plan, or with what hindered it."""

    case: Case
    plan: ResponsePlan | None
    problems: tuple[Problem, ...] = ()


def cases(river: RiverNetwork, *, scenarios: Sequence[str] = (), sources: Sequence[str] = (),
          mass: float = ASSUMED_MASS) -> tuple[tuple[Case, ...], tuple[Problem, ...]]:
    """Every spill to plan for, and what is assumed or left out.

    Parameters
    ----------
    river
        The river.
    scenarios, sources
        Flows and risk sources (``site_id``); all where none is given.
    mass
        For sources that declare no storage [kg].

    Raises
    ------
    InputError
        If a flow or source does not exist, or there is none; all at once.
    """
    every = {s.site_id: s for s in river.sites if isinstance(s, RiskSource)}
    _check(river, every, scenarios, sources)
    found, problems, assumed = [], [], []
    for source in (every[s] for s in dict.fromkeys(sources or every)):
        said = {"source": f"{source.site_id} {source.name}".strip(), "names": source.substances or "—"}
        if source.reach_id not in river.reach_row:
            problems.append(Problem(code="every_off_river", severity="warning", fields=said))
            continue
        known = [name for name, substance in stored(source) if substance.group]
        if unknown := [name for name, substance in stored(source) if not substance.group]:
            problems.append(Problem(code="every_unknown_substance", severity="warning", fields={
                **said, "names": listed(unknown), "instead": known[0] if known else "—"}))
        if not known:
            problems.append(Problem(code="every_no_substance", severity="warning", fields=said))
            continue
        if not source.max_storage:
            assumed.append(source.site_id)
        found += [Case(source=source, scenario=name, substance=known[0], mass=min(source.max_storage or mass, MOST),
                       mass_basis="storage" if source.max_storage else "assumed")
                  for name in dict.fromkeys(scenarios or river.scenarios)]
    if assumed:
        problems.append(Problem(code="every_mass_assumed", severity="note", fields={
            "count": len(assumed), "sources": listed(assumed), "mass": f"{mass:g}"}))
    return tuple(found), tuple(problems)


def every_plan(river: RiverNetwork, asked: Sequence[Case], *, mobilised: Mapping[str, Any] = _NOTHING,
               progress: Callable[[int, int, Case], None] | None = None) -> Iterator[Made]:
    """The plan of every case, one by one: each takes seconds.

    Parameters
    ----------
    river, asked
        The river and :func:`cases` of it.
    mobilised
        What else :func:`riverplan.planning.plan.plan` takes: roads, pins, deadlines and so on.
    progress
        Told before each plan how many are made, of how many, and which comes.

    Yields
    ------
    Made
        A case that cannot be planned carries its problems; the others are planned.
    """
    for number, case in enumerate(asked):
        if progress is not None:
            progress(number, len(asked), case)
        try:
            yield Made(case=case, plan=plan(river, case.spill, case.scenario, **mobilised))
        except InputError as error:
            yield Made(case=case, plan=None, problems=error.problems)


def _check(river: RiverNetwork, every: dict[str, RiskSource], scenarios: Sequence[str], sources: Sequence[str]) -> None:
    problems: list[Problem] = []
    for name in scenarios:
        try:
            river.scenario(name)
        except InputError as error:
            problems += error.problems
    if strange := [s for s in sources if s not in every]:
        problems.append(Problem(code="every_no_such_source", fields={
            "names": listed(strange), "near": listed(every)}))
    if problems:
        raise UnknownNameError(problems)
    if not river.scenarios:
        problems.append(Problem(code="no_scenarios", fields={"river": river.name}))
    if not every:
        problems.append(Problem(code="screen_no_sources", fields={"river": river.name}))
    if problems:
        raise InputError(problems)

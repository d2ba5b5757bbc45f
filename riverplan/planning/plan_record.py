"""A plan reduced to what is kept of it: plain data that outlives the program that made it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np

from riverplan.errors import Problem
from riverplan.forecasting.result import Forecast
from riverplan.forecasting.table import flow_name
from riverplan.i18n import LANGS, listed, text
from riverplan.planning.allocation import Allocation
from riverplan.planning.harm import Harm
from riverplan.planning.late import late_spaces
from riverplan.planning.plan_said import (
    KeptAction,
    KeptArrival,
    KeptBooms,
    KeptDosing,
    KeptRefusal,
    KeptSpill,
    KeptStop,
    Said,
)
from riverplan.planning.record_json import dumped, loaded
from riverplan.planning.result import ResponsePlan
from riverplan.planning.stock import Need
from riverplan.river.kept_plans import KeptPlan, newest, read_plans


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRecord:
    """One version of the plan for a spill from one source under one flow.

    Parameters
    ----------
    source_id, scenario
        The risk source and the flow. ``source_id`` is ``reach@metres`` where the spill was at no site.
    version, made_on, signed_on
        As it is kept; version 0 is not kept yet, ``signed_on`` is empty until it is signed.
    river_digest
        Of the river it was made on.
    said
        Spill, arrivals, actions, refusals, late spaces, receptors before and after, intakes to stop, reagents and
        booms short, harm of ``nothing``, ``greedy`` and ``plan``, the codes of the plan's problems; ``mass_basis`` is
        ``storage``, ``assumed`` or ``given``, ``program`` the version of riverplan.
    """

    source_id: str
    scenario: str
    version: int = 0
    made_on: str
    signed_on: str = ""
    river_digest: str
    said: Said

    @property
    def substance(self) -> str:
        """What is spilled."""
        return self.said.spill.substance

    @property
    def mass(self) -> float | None:
        """How much [kg]."""
        return self.said.spill.mass

    @property
    def called(self) -> dict[str, str]:
        """What it is called, in both languages."""
        return called(self.source_id, self.scenario)

    @property
    def harm(self) -> Mapping[str, Harm]:
        """Of ``nothing``, ``greedy`` and ``plan``."""
        return self.said.harm

    @property
    def digest(self) -> str:
        """SHA-256 of what it says, for which river and made when."""
        return self.kept().digest

    def kept(self) -> KeptPlan:
        """The row that is kept of it."""
        return KeptPlan(source_id=self.source_id, scenario=self.scenario, version=self.version, made_on=self.made_on,
                        signed_on=self.signed_on, river_digest=self.river_digest, words=_words(self),
                        content=dumped(self.said))


def record_of(plan: ResponsePlan, *, version: int = 0, made_on: date, signed_on: str = "", mass_basis: str = "given",
              ) -> PlanRecord:
    """What is kept of a plan.

    Parameters
    ----------
    plan
        The plan.
    version
        Given when it is kept (:func:`riverplan.river.kept_plans.keep_plans`).
    made_on, signed_on
        Days; ``signed_on`` as ISO 8601 or empty.
    mass_basis
        ``storage``, ``assumed`` or ``given``.
    """
    spill = plan.spill
    kept_spill = KeptSpill(
        site_id=spill.site_id, reach_id=spill.reach_id, chainage=spill.chainage or 0.0, substance=spill.substance,
        mass=spill.mass, duration=spill.duration, background=spill.background, decay=spill.decay,
        temperature=spill.temperature, alkalinity=spill.alkalinity, recovery=spill.recovery, settling=spill.settling)
    said = Said(
        spill=kept_spill, mass_basis=mass_basis, program=plan.version,
        arrivals=tuple(KeptArrival(site_id=a.site_id, distance=a.distance, earliest=a.earliest, leading=a.leading,
                                   peak=a.peak, trailing=a.trailing) for a in plan.forecast.arrivals),
        actions=tuple(KeptAction(
            site_id=a.site_id, name=a.name, action=a.action,
            distance=way_to(plan.forecast, a.space.reach_id, a.space.chainage), at=a.at, until=a.until, value=a.value,
            ready=a.ready.ready, earliest=a.earliest, margin=a.margin, gained=a.gained, team_id=a.team_id,
            store_id=a.store_id, needs=a.needs, listed=a.space.listed) for a in plan.actions),
        refused=tuple(KeptRefusal(site_id=r.site_id, name=r.name, action=r.action, code=r.why.code, margin=r.margin,
                                  spared=r.spared, dries=r.dries)
                      for r in plan.refused),
        late=late_spaces(plan), receptors=plan.receptors,
        stops=tuple(KeptStop(site_id=p.site_id, stop_by=p.stop_by, dry=p.dry) for p in plan.protections),
        dosings=tuple(KeptDosing(
            site_id=d.site_id, name=d.name, technique_id=d.dosing.technique.technique_id, margin=d.margin,
            short=_short(d.allocations)) for d in plan.dosings),
        booms=tuple(KeptBooms(site_id=b.site_id, name=b.name, short=_short(b.allocations)) for b in plan.booms),
        supplied=plan.supplied, harm=dict(plan.harm), problems=tuple(dict.fromkeys(p.code for p in plan.problems)))
    return PlanRecord(
        source_id=spill.site_id or f"{spill.reach_id}@{spill.chainage or 0.0:.0f}", scenario=plan.scenario.name,
        version=version, made_on=made_on.isoformat(), signed_on=signed_on, river_digest=plan.river.digest,
        said=loaded(Said, dumped(said)))                     # a record is what is read back of it, digits and all


def _short(allocations: Sequence[Allocation]) -> tuple[Need, ...]:
    """What nobody brings in time."""
    return tuple(replace(a.need, short=a.short) for a in allocations if a.short > 0)


def way_to(forecast: Forecast, reach_id: str, chainage: float) -> float | None:
    """The way along the river from the spill to a place [m]; None where the plume does not pass it."""
    times = forecast.reach_times
    for i in np.flatnonzero(times.reach == forecast.river.reach_row.get(reach_id, -1)):
        if chainage >= times.start[i] - 1.0:
            return float(times.distance_tail[i] + chainage - times.start[i])
    return None


def record_from(kept: KeptPlan) -> PlanRecord | Problem:
    """The record of a row, or what is wrong with it."""
    try:
        said = loaded(Said, kept.content)
    except ValueError as error:
        return Problem(code="plans_row_damaged", severity="warning", fields={
            "row": f"v{kept.version}", "source": kept.source_id, "scenario": kept.scenario, "detail": str(error)[:80]})
    return PlanRecord(source_id=kept.source_id, scenario=kept.scenario, version=kept.version, made_on=kept.made_on,
                      signed_on=kept.signed_on, river_digest=kept.river_digest, said=said)


def read_records(path: Path | str) -> tuple[tuple[PlanRecord, ...], tuple[Problem, ...]]:
    """The newest plan for each source and flow kept in a river file, and what could not be read.

    Raises
    ------
    StoreError
        If the file is missing, locked or no river file.
    """
    kept, problems = read_plans(path)
    found = [record_from(k) for k in newest(kept)]
    return (tuple(r for r in found if isinstance(r, PlanRecord)),
            (*problems, *(p for p in found if isinstance(p, Problem))))


def called(source_id: str, scenario: str) -> dict[str, str]:
    """A plan as it is called: source and flow, in both languages."""
    return {lang: f"{source_id} × {flow_name(scenario, lang)}" for lang in LANGS}


def _words(record: PlanRecord) -> str:
    """What a plan says in one line, both languages."""
    used = listed([a.site_id for a in record.said.actions], 6)
    return " / ".join(text(
        "plan_check.row", lang, flow=flow_name(record.scenario, lang), substance=record.substance,
        mass="?" if record.mass is None else f"{record.mass:g}", used=used[lang],
        nothing=f"{record.harm['nothing'].population_hours:.0f}",
        plan=f"{record.harm['plan'].population_hours:.0f}") for lang in LANGS)

"""The plan check: what of the plans that are kept is missing, out of date, too late, or cannot be done as it stands."""

from collections.abc import Iterator, Sequence
from datetime import date

from riverplan.errors import InputError, Problem, Severity
from riverplan.forecasting.result import Forecast
from riverplan.forecasting.run import forecast
from riverplan.i18n import LANGS, listed
from riverplan.planning.check_dried import check_dried
from riverplan.planning.check_lists import check_lists
from riverplan.planning.check_measures import check_measures
from riverplan.planning.every import Case, cases
from riverplan.planning.plan_record import PlanRecord, called
from riverplan.river.naming import site_name
from riverplan.river.network import RiverNetwork
from riverplan.river.sites import RiskSource
from riverplan.units import HOUR

YEARS = 3
"""A plan is looked over again, and what a list says verified again, after so many years."""
CHANGED_SHARE = 0.10
CHANGED_TIME = 900.0
"""An arrival that moves by more than this share and this time [s] counts as changed (assumed)."""
_ORDER: dict[Severity, int] = {"error": 0, "warning": 1, "note": 2}


def check_plans(river: RiverNetwork, records: Sequence[PlanRecord], *, today: date, unread: Sequence[Problem] = (),
                ) -> tuple[Problem, ...]:
    """Everything to complete or correct before the plans can be relied on, the gravest first.

    Parameters
    ----------
    river
        The river as it is now. Each spill is forecast on it again.
    records
        The newest plan for each source and flow (:func:`riverplan.planning.plan_record.read_records`).
    today
        What ages are held against.
    unread
        What could not be read of the plans that are kept.

    Returns
    -------
    tuple of Problem
        Errors leave people unprotected or unplanned for, warnings weaken a plan, notes are for completeness.
    """
    before = years_before(today, YEARS)
    found = [*unread, *_missing(river, records), *_again(river, records), *check_measures(river, records),
             *check_dried(river, records), *_ageing(river, records, before),
             *check_lists(river, records, before=before, today=today)]
    return tuple(sorted(found, key=lambda p: _ORDER[p.severity]))


def years_before(day: date, years: int) -> date:
    """The same day some years before; the last of February where there is no 29th.

    >>> years_before(date(2028, 2, 29), 3)
    datetime.date(2025, 2, 28)
    """
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _all_called(pairs: Sequence[tuple[str, str]], most: int = 8) -> dict[str, str]:
    """Plans one after the other, in both languages."""
    return {lang: listed([called(*pair)[lang] for pair in pairs], most)[lang] for lang in LANGS}


def _missing(river: RiverNetwork, records: Sequence[PlanRecord]) -> Iterator[Problem]:
    """Sources and flows without a plan; plans of sources or flows that are gone; substances and storages since."""
    try:
        asked, problems = cases(river)
    except InputError as error:
        yield from error.problems
        return
    yield from problems
    if not records:
        yield Problem(code="plans_none", fields={"count": len(asked)})
        return
    by_key = {(r.source_id, r.scenario): r for r in records}
    wanted = {(c.source.site_id, c.scenario): c for c in asked}
    if lacking := [key for key in wanted if key not in by_key]:
        yield Problem(code="plans_missing", fields={"count": len(lacking), "plans": _all_called(lacking)})
    sources = {s.site_id for s in river.sites if isinstance(s, RiskSource)}
    if gone := [k for k in by_key if k[0] not in sources or k[1] not in river.scenarios]:
        yield Problem(code="plans_gone", severity="warning", fields={"count": len(gone), "plans": _all_called(gone)})
    yield from filter(None, (_outgrown(case, by_key[key]) for key, case in wanted.items() if key in by_key))


def _outgrown(case: Case, record: PlanRecord) -> Problem | None:
    """A plan for another substance, or for less than is stored now."""
    if record.said.mass_basis == "given" or (case.substance == record.substance and case.mass <= (record.mass or 0.0)):
        return None
    return Problem(code="plan_outgrown", severity="warning", fields={
        "plan": record.called, "planned": f"{record.substance} {record.mass or 0.0:g} kg",
        "stored": f"{case.substance} {case.mass:g} kg"})


def _ageing(river: RiverNetwork, records: Sequence[PlanRecord], before: date) -> Iterator[Problem]:
    """Plans of another river, old ones and unsigned ones, each kind together."""
    kinds: tuple[tuple[str, Severity, list[PlanRecord]], ...] = (
        ("plans_other_river", "warning", [r for r in records if r.river_digest != river.digest]),
        ("plans_old", "warning", [r for r in records if date.fromisoformat(r.signed_on or r.made_on) < before]),
        ("plans_unsigned", "note", [r for r in records if not r.signed_on]))
    for code, severity, bad in kinds:
        if bad:
            yield Problem(code=code, severity=severity, fields={
                "count": len(bad), "plans": _all_called([(r.source_id, r.scenario) for r in bad]), "years": YEARS})


def _again(river: RiverNetwork, records: Sequence[PlanRecord]) -> Iterator[Problem]:
    """Each spill forecast once more: arrivals that changed, sites the plume now comes to or no longer does."""
    for record in records:
        plan = record.called
        if record.scenario not in river.scenarios:
            continue                                                       # said by those that are gone
        try:
            now = forecast(river, record.said.spill.again(), scenario=record.scenario)
        except InputError as error:
            yield Problem(code="plan_not_again", fields={
                "plan": plan, "why": {lang: error.problems[0].what(lang) for lang in LANGS}})
            continue
        yield from _moved(record, now, plan)
        known, comes = {a.site_id for a in record.said.arrivals}, {a.site_id for a in now.arrivals}
        if known != comes:
            yield Problem(code="plan_places_changed", severity="warning", fields={
                "plan": plan, "more": listed(sorted(comes - known), 8), "less": listed(sorted(known - comes), 8)})


def _moved(record: PlanRecord, now: Forecast, plan: dict[str, str]) -> Iterator[Problem]:
    """The arrival whose move matters most: sooner, at an intake or boundary, the earliest one, by the largest share.

    That the plume comes sooner than a signed plan says is an error.
    """
    receptors = {e.site_id for e in record.said.receptors}
    moves = []
    for a in record.said.arrivals:
        new = now.arrival(a.site_id)
        if new is None:
            continue
        for what, old, fresh in (("earliest", a.earliest, new.earliest), ("peak", a.peak, new.peak)):
            change = fresh - old
            if abs(change) > CHANGED_TIME and abs(change) > CHANGED_SHARE * abs(old):
                weight = (change < 0, a.site_id in receptors, what == "earliest", abs(change) / max(old, 1.0))
                moves.append((weight, what, a.site_id, old, fresh))
    if not moves:
        return
    _, what, site_id, old, fresh = max(moves)
    site = now.river.site(site_id)
    yield Problem(
        code=f"plan_{what}_moved", severity="error" if fresh < old and record.signed_on else "warning", fields={
            "plan": plan, "site": {lang: f"{site_id} {site_name(now.river, site, lang)}" for lang in LANGS},
            "old": f"{old / HOUR:.1f}", "new": f"{fresh / HOUR:.1f}", "count": len({m[2] for m in moves}),
            "on": record.signed_on or record.made_on})

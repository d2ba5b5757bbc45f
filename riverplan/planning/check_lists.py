"""What the lists lack for the plans to be carried out: instructions, checks on the spot, phones, contacts, levels."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date

from riverplan.errors import Problem, Severity
from riverplan.i18n import LANGS, listed, text
from riverplan.planning.notice_recipients import COUNTY_OR_ABOVE, across, operator
from riverplan.planning.plan_record import PlanRecord
from riverplan.river.network import RiverNetwork
from riverplan.river.sites import Boundary, Contact, Intake, Resource, RiskSource, Site, Space, Store, Team

POOLS = ("reservoir", "gate_dam", "hydropower_dam_type")
"""Spaces whose free volume hangs on today's level."""


def check_lists(river: RiverNetwork, records: Sequence[PlanRecord], *, before: date, today: date) -> Iterator[Problem]:
    """Findings on the lists: warnings for what the plans use or reach, notes for the rest.

    Parameters
    ----------
    river, records
        The river, and the plans kept for it.
    before
        What was verified before this day counts as unverified.
    today
        What is said to be verified after it counts as unverified too.
    """
    used = _used(records)
    spaces = [s for s in river.sites if isinstance(s, Space)]
    yield from _split("plan_no_instruction", [s for s in spaces if not s.instruction.strip()], used)
    yield from _split("plan_unverified", [s for s in spaces if not _verified(s.verified_on, before, today)], used,
                      since=before.isoformat())
    yield from _split("plan_denied", [s for s in spaces if s.verified_result == "no"], used)
    yield from _phones(river, spaces, used)
    yield from _split("plan_no_contact", [
        s for s in river.sites if isinstance(s, Boundary) and s.category in COUNTY_OR_ABOVE
        and not across(river, s.downstream_unit, s.phone).phone], used)
    yield from _split("plan_no_level", [s for s in spaces if s.category in POOLS and s.today_level is None], used)


def _used(records: Sequence[PlanRecord]) -> set[str]:
    """Everything the plans use, start from, reach with harm, or send."""
    found: set[str] = set()
    for record in records:
        said = record.said
        found |= {record.source_id, *(a.site_id for a in said.actions), *(s.site_id for s in said.stops),
                  *(d.site_id for d in said.dosings), *(b.site_id for b in said.booms),
                  *(e.site_id for e in said.receptors if e.kind == "boundary"),
                  *(x for a in said.actions for x in (a.team_id, a.store_id) if x)}
    return found


def _verified(written: str, before: date, today: date) -> bool:
    """Whether a day of a list is one within the years asked for; a word that is no day is none."""
    try:
        return before <= date.fromisoformat(written.strip()[:10]) <= today
    except ValueError:
        return False


def _split(code: str, bad: Sequence[Site], used: Collection[str], **fields: object) -> Iterator[Problem]:
    """One warning for those the plans use, one note for the others."""
    parts: dict[Severity, list[Site]] = {"warning": [s for s in bad if s.site_id in used],
                                         "note": [s for s in bad if s.site_id not in used]}
    for severity, some in parts.items():
        if some:
            yield Problem(code=code, severity=severity, fields={
                "count": len(some), "sites": listed((f"{s.site_id} {s.name}".strip() for s in some), 12), **fields})


def _phones(river: RiverNetwork, spaces: Sequence[Space], used: Collection[str]) -> Iterator[Problem]:
    """Who cannot be called, by kind."""
    bad: dict[str, list[Site | Resource]] = {}
    for space in spaces:
        if not (space.phone or space.control_phone or operator(river, space).phone):
            bad.setdefault("space", []).append(space)
    for site in river.sites:
        if (isinstance(site, Intake) and not operator(river, site).phone) or (
                isinstance(site, RiskSource) and not site.phone):
            bad.setdefault(site.kind, []).append(site)
    for item in river.resources:
        if isinstance(item, Team | Store | Contact) and not item.phone:
            bad.setdefault(item.kind, []).append(item)
    for kind, some in bad.items():
        parts: dict[Severity, list[Site | Resource]] = {
            "warning": [x for x in some if _id(x) in used or kind == "contact"],
            "note": [x for x in some if _id(x) not in used and kind != "contact"]}
        for severity, part in parts.items():
            if part:
                yield Problem(code="plan_no_phone", severity=severity, fields={
                    "kind": {lang: text(f"kind.{kind}", lang) for lang in LANGS}, "count": len(part),
                    "sites": listed((f"{_id(x)} {x.name}".strip() for x in part), 12)})


def _id(item: Site | Resource) -> str:
    return item.site_id if isinstance(item, Site) else item.resource_id

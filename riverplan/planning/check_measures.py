"""What of the measures in the plans comes too late or lacks something: spaces, intakes, reagents, booms."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from riverplan.errors import Problem, Severity
from riverplan.i18n import LANGS, listed, text
from riverplan.planning.allocation import amount_words
from riverplan.planning.late import CHANGES, Late
from riverplan.planning.plan_record import PlanRecord
from riverplan.planning.receptors import DRINKING
from riverplan.planning.result import Effect
from riverplan.planning.stock import Need
from riverplan.reference.materials import materials
from riverplan.river.naming import site_name
from riverplan.river.network import RiverNetwork
from riverplan.river.sites import Intake
from riverplan.units import HOUR

POSSIBLE = 0.05
"""Probability from which exceeding the limit at an intake is held against a plan (assumed)."""
BRIDGED = 0.5
"""Hours above the limit beyond the clear-water tank that are let pass [h] (assumed)."""
HELPS = 0.10
"""Share of the hours above the limit a plan must take off to count as protecting an intake (assumed)."""
MANY_MORE = 1.5
"""A dearer change is worth it where it turns this many times as many margins positive (assumed)."""
LACKS = ("no_volume", "no_close_time", "no_place", "no_capacity", "no_conduit", "no_way_aside", "no_team")
"""Reasons a space was refused for what its lists do not say."""


class LateIn(NamedTuple):
    """A late space and the plan it is late in."""

    record: PlanRecord
    late: Late


def check_measures(river: RiverNetwork, records: Sequence[PlanRecord]) -> Iterator[Problem]:
    """Intakes without protection, spaces that come too late, what is short, spaces that lack what a plan needs."""
    yield from _intakes(river, records)
    yield from _late(records)
    yield from _short(records)
    for reason in LACKS:
        sites = {r.site_id: r.name for record in records for r in record.said.refused if r.code == f"refused_{reason}"}
        if sites:
            why = Problem(code=f"refused_{reason}", severity="note")
            yield Problem(code="plan_space_lacks", severity="warning", fields={
                "count": len(sites), "sites": listed(f"{i} {n}".strip() for i, n in sites.items()),
                "why": {lang: why.what(lang) for lang in LANGS}, "mend": {lang: why.mend(lang) for lang in LANGS}})


def late_by_site(records: Sequence[PlanRecord]) -> dict[str, list[LateIn]]:
    """Every late space in all plans it is late in, the least late first."""
    found: dict[str, list[LateIn]] = {}
    for record in records:
        for late in record.said.late:
            found.setdefault(late.site_id, []).append(LateIn(record, late))
    return {site: sorted(some, key=lambda x: x.late.lacks) for site, some in found.items()}


def best_change(some: Sequence[LateIn]) -> tuple[str, int]:
    """The change worth making at a space, and how many margins it turns positive; a dearer one has to turn many more.

    >>> best_change([])
    ('', 0)
    """
    turned = {code: sum(any(c.code == code and c.ready <= x.late.earliest for c in x.late.changes) for x in some)
              for code in CHANGES}
    most = max(turned.values(), default=0)
    code = next((c for c in CHANGES if turned[c] and turned[c] * MANY_MORE >= most), "")
    return code, turned.get(code, 0)


def change_words(code: str, action: str) -> dict[str, str]:
    """A change of a space in words."""
    key = f"plan_change.{code}_{action}" if code == "quick" else f"plan_change.{code}"
    return {lang: text(key, lang) for lang in LANGS}


def unprotected(effect: Effect) -> bool:
    """Whether an intake may exceed its limit beyond what its tank bridges, and nothing in the plan lessens that."""
    return (effect.kind == "intake" and effect.after.probability >= POSSIBLE and effect.after.beyond_tank > BRIDGED
            and effect.after.beyond_tank > (1.0 - HELPS) * effect.before.beyond_tank)


def _intakes(river: RiverNetwork, records: Sequence[PlanRecord]) -> Iterator[Problem]:
    by_id = {s.site_id: s for s in river.sites if isinstance(s, Intake)}
    bad: dict[str, list[tuple[float, PlanRecord]]] = {}
    for record in records:
        for effect in record.said.receptors:
            if unprotected(effect) and effect.site_id not in record.said.supplied:
                bad.setdefault(effect.site_id, []).append((effect.after.beyond_tank, record))
    for site_id, some in bad.items():
        site = by_id.get(site_id)
        hours, worst = max(some, key=lambda x: x[0])
        drunk = site is None or not site.category or site.category in DRINKING
        yield Problem(code="plan_intake_bare", severity="error" if drunk else "warning", fields={
            "site": {lang: f"{site_id} {site_name(river, site, lang) if site else ''}".strip() for lang in LANGS},
            "count": len(some), "hours": f"{hours:.0f}", "plan": worst.called,
            "people": "—" if site is None or site.population is None else f"{site.population}"})


def _late(records: Sequence[PlanRecord]) -> Iterator[Problem]:
    for site_id, some in sorted(late_by_site(records).items(), key=lambda pair: pair[1][0].late.lacks):
        least, most = some[0], some[-1]
        code, turned = best_change(some)
        fields = {
            "site": f"{site_id} {least.late.name}".strip(), "count": len(some), "plan": least.record.called,
            "least": "<0.1" if least.late.lacks < 0.05 * HOUR else f"{least.late.lacks / HOUR:.1f}",
            "most": f"{most.late.lacks / HOUR:.1f}",
            "holds": f"{(least.late.holds or 0.0) / HOUR:.1f}",
            "action": {lang: text(f"plan_do.{least.late.action}", lang) for lang in LANGS}}
        severity: Severity = "note" if site_id.startswith("found:") else "warning"
        if code:
            yield Problem(code="plan_late" if least.late.holds else "plan_late_part", severity=severity, fields={
                **fields, "how": change_words(code, least.late.action), "turned": turned})
        else:
            yield Problem(code="plan_late_always", severity=severity, fields=fields)


def _short(records: Sequence[PlanRecord]) -> Iterator[Problem]:
    """Reagents and bags, booms and sorbents short, by material with the worst case."""
    worst: dict[tuple[str, str], list[tuple[float, Need, str, PlanRecord]]] = {}
    for record in records:
        at = [("reagent", a.name or a.site_id, a.needs) for a in record.said.actions]
        at += [("booms", b.name or b.site_id, b.short) for b in record.said.booms]
        for place in dict.fromkeys(d.site_id for d in record.said.dosings):
            ways = [d for d in record.said.dosings if d.site_id == place]
            if all(d.short for d in ways):                          # techniques are alternatives: one must do
                at.append(("reagent", ways[0].name or place, ways[0].short))
        for what, name, needs in at:
            for need in needs:
                if need.short > 0:
                    worst.setdefault((what, need.name), []).append((need.short, need, name, record))
    for (what, material_id), some in worst.items():
        short, need, name, record = max(some, key=lambda x: x[0])
        material = materials().get(material_id)
        yield Problem(code=f"plan_{what}_short", severity="warning", fields={
            "material": {"zh": material.name, "en": material.name_en} if material else material_id,
            "short": amount_words(short, need), "need": amount_words(need.quantity, need),
            "site": name, "plan": record.called, "count": len({(x[3].source_id, x[3].scenario) for x in some})})

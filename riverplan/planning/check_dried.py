"""Gates that plans leave out for the intakes they would dry: what another supply there would make them worth."""

from collections.abc import Iterator, Sequence

from riverplan.errors import Problem
from riverplan.i18n import LANGS, listed, text
from riverplan.planning import person_hours
from riverplan.planning.plan_record import PlanRecord
from riverplan.planning.plan_said import KeptRefusal
from riverplan.planning.plan_words import SPARED
from riverplan.river.naming import site_name
from riverplan.river.network import RiverNetwork


def check_dried(river: RiverNetwork, records: Sequence[PlanRecord]) -> Iterator[Problem]:
    """Each gate once, with the intakes it would dry in all plans and the plan in which it would save the others most.

    Parameters
    ----------
    river
        For names.
    records
        The newest plan for each source and flow.
    """
    found: dict[str, list[tuple[KeptRefusal, PlanRecord]]] = {}
    for record in records:
        for refused in record.said.refused:
            if refused.spared >= max(SPARED * record.harm["nothing"].population_hours, 1.0):
                found.setdefault(refused.site_id, []).append((refused, record))
    sites = {s.site_id: s for s in river.sites}
    for site_id, some in found.items():
        most, worst = max(some, key=lambda pair: pair[0].spared)
        dried = dict.fromkeys(d for refused, _ in some for d in refused.dries)
        yield Problem(code="plan_gate_dries", severity="warning", fields={
            "site": f"{site_id} {most.name}".strip(), "count": len(some), "plan": worst.called,
            "action": {lang: text(f"plan_do.{most.action}", lang) for lang in LANGS},
            "spared": person_hours.said(most.spared),
            "intakes": {lang: listed([f"{d} {site_name(river, sites[d], lang)}" if d in sites else d for d in dried],
                                     8)[lang] for lang in LANGS}})

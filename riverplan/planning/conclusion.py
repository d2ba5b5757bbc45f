"""The plan check in half a page: the spill to fear most, the weakest stretch, what to buy or build."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from riverplan.errors import Problem
from riverplan.forecasting.behaviour import is_film
from riverplan.forecasting.table import flow_name
from riverplan.i18n import Lang, text
from riverplan.planning.check_measures import BRIDGED, POSSIBLE, best_change, change_words, late_by_site
from riverplan.planning.person_hours import people_hours
from riverplan.planning.plan_record import PlanRecord
from riverplan.planning.plan_words import PRESENCE
from riverplan.reference import find_substance
from riverplan.river.naming import site_name
from riverplan.river.network import RiverNetwork
from riverplan.units import HOUR, KILOMETRE

MOST: Mapping[Lang, int] = {"zh": 400, "en": 1500}
"""Most characters of a conclusion: half a page."""
PURCHASES = 3
"""So many things to buy or build are named at most."""
NAME: Mapping[Lang, int] = {"zh": 22, "en": 44}
"""Characters of a name before it is cut."""
HOLDS = HOUR
"""A space that holds the river for less than this is not worth money [s] (assumed)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """The river below a spill down to the first place where an action is in time.

    ``until`` is that place, or the last site the plume comes to; ``is_open`` where nothing is in time at all.
    ``intake`` is the first intake in it that may exceed its limit beyond its tank, empty where there is none, and
    ``earliest`` when the plume may come there [s]. ``length`` [m], ``people`` in person-hours with the plan.
    """

    record: PlanRecord
    until: str
    length: float
    people: float
    intake: str
    earliest: float | None
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """What to change at a space: in how many of the plans it is late in that turns its margin positive.

    ``lacks`` is the least it lacks, ``holds`` the least it then holds the water [s]; ``people`` are the person-hours
    left in the plans in which it would be in time: what it can save is simulated by planning again, and is less.
    The most worth it has the most person-hours times the longest hold.
    """

    site_id: str
    name: str
    action: str
    change: str
    turned: int
    plans: int
    lacks: float
    holds: float
    people: float


def feared(records: Sequence[PlanRecord]) -> PlanRecord | None:
    """The spill to fear most: the most person-hours left with the plan, then the most boundaries exceeded.

    Where limits can be compared for none of its receptors, as of a film, hours are those of its presence alone: such
    a spill counts only where there is no other.
    """
    def key(record: PlanRecord) -> tuple[bool, float, float]:
        left = record.harm["plan"]
        return PRESENCE.isdisjoint(record.said.problems), left.population_hours, left.boundary_probability

    return max(records, key=key, default=None)


def stretch(record: PlanRecord) -> Stretch:
    """The unguarded stretch below one spill."""
    said = record.said
    guards = sorted((a.distance, a.site_id) for a in said.actions
                    if a.distance is not None and a.margin >= 0 and a.action != "dilute")
    last = max(((a.distance, a.site_id) for a in said.arrivals), default=(0.0, record.source_id))
    length, until = guards[0] if guards else last
    inside = {a.site_id: a for a in said.arrivals if a.distance < length or not guards}
    intakes = sorted((e for e in said.receptors if e.kind == "intake" and e.site_id in inside),
                     key=lambda e: inside[e.site_id].distance)
    bare = next((e.site_id for e in intakes if e.after.probability >= POSSIBLE and e.after.beyond_tank > BRIDGED), "")
    return Stretch(record=record, until=until, length=length, people=sum(e.after.population_hours for e in intakes),
                   intake=bare, earliest=inside[bare].earliest if bare else None, is_open=not guards)


def purchases(records: Sequence[PlanRecord]) -> tuple[Purchase, ...]:
    """What to buy or build at listed spaces so that margins turn positive, the most worth it first."""
    found = []
    for site_id, some in late_by_site(records).items():
        useful = [x for x in some if (x.late.holds or 0.0) >= HOLDS and x.record.harm["plan"].population_hours >= 1.0]
        code, turned = best_change(useful)
        if not code or site_id.startswith("found:"):
            continue
        wins = [x for x in useful if any(c.code == code and c.ready <= x.late.earliest for c in x.late.changes)]
        found.append(Purchase(
            site_id=site_id, name=wins[0].late.name, action=wins[0].late.action, change=code, turned=turned,
            plans=len(some), lacks=wins[0].late.lacks, holds=min(x.late.holds or 0.0 for x in wins),
            people=sum(x.record.harm["plan"].population_hours for x in wins)))
    return tuple(sorted(found, key=lambda p: (-p.people * p.holds, p.site_id)))


def conclusion(river: RiverNetwork, records: Sequence[PlanRecord], problems: Sequence[Problem], lang: Lang) -> str:
    """The conclusion of a plan check, plainly computed from the records; at most :data:`MOST` characters.

    Parameters
    ----------
    river
        For names.
    records
        The newest plan for each source and flow.
    problems
        Of :func:`riverplan.planning.check.check_plans`.
    lang
        Language.
    """
    worst = feared(records)
    counts = {s: sum(p.severity == s for p in problems) for s in ("error", "warning")}
    end = text("plan_said.counts", lang, errors=counts["error"], warnings=counts["warning"])
    if worst is None:
        return "\n".join((text("plan_said.none", lang), end))
    lines = [_feared(river, worst, lang), _weakest(river, records, lang)]
    bought = [_bought(river, p, lang) for p in purchases(records)[:PURCHASES]]
    for keep in range(len(bought), -1, -1):
        joined = text("plan_said.and", lang).join(bought[:keep])
        buy = text("plan_said.buy", lang, what=joined) if keep else text("plan_said.no_buy", lang)
        said = "\n".join((*lines, buy, end))
        if len(said) <= MOST[lang] or keep <= 1:
            break
    return said if len(said) <= MOST[lang] else said[:MOST[lang] - 1] + "…"


def _feared(river: RiverNetwork, record: PlanRecord, lang: Lang) -> str:
    said, after = record.said, record.harm["plan"]
    hit = [e for e in said.receptors if e.kind == "intake" and e.after.probability >= POSSIBLE]
    times = {a.site_id: a.earliest for a in said.arrivals}
    first = min(hit, key=lambda e: times.get(e.site_id, float("inf")), default=None)
    mass = "?" if record.mass is None else f"{record.mass / 1000:g} t"
    parts = [text("plan_said.feared", lang, source=_named(river, record.source_id, lang),
                  flow=flow_name(record.scenario, lang), mass=mass,
                  substance=find_substance(record.substance).label(lang), basis=text(
                      f"plan_said.mass_{said.mass_basis}", lang), left=people_hours(after.population_hours, lang),
                  nothing=people_hours(record.harm["nothing"].population_hours, lang))]
    if after.boundary_probability >= POSSIBLE:
        reached = "boundary_there" if is_film(find_substance(record.substance)) else "boundary"
        parts.append(text(f"plan_said.{reached}", lang, count=f"{after.boundary_probability:.2g}"))
    if first is not None and first.site_id in times:
        parts.append(text("plan_said.first", lang, site=_named(river, first.site_id, lang),
                          hours=f"{times[first.site_id] / HOUR:.1f}"))
    return text("plan_said.comma", lang).join(parts) + text("plan_said.stop", lang)


def _weakest(river: RiverNetwork, records: Sequence[PlanRecord], lang: Lang) -> str:
    """Where along the river nothing is in time, with the most person-hours left; then the longest."""
    every = [stretch(r) for r in records]
    weak = max(every, key=lambda s: (s.people, s.length))
    said = text("plan_said.weak_open" if weak.is_open else "plan_said.weak", lang,
                source=_named(river, weak.record.source_id, lang), flow=flow_name(weak.record.scenario, lang),
                until=_named(river, weak.until, lang), km=f"{weak.length / KILOMETRE:.0f}")
    if not weak.intake or weak.earliest is None:
        return said + text("plan_said.stop", lang)
    count = sum(weak.intake == s.intake for s in every)
    return said + text("plan_said.comma", lang) + text(
        "plan_said.bare", lang, site=_named(river, weak.intake, lang), hours=f"{weak.earliest / HOUR:.1f}",
        count=count) + text("plan_said.stop", lang)


def _bought(river: RiverNetwork, p: Purchase, lang: Lang) -> str:
    return text("plan_said.purchase", lang, site=_named(river, p.site_id, lang) or p.name,
                late=f"{p.lacks / HOUR:.1f}", how=change_words(p.change, p.action)[lang], turned=p.turned,
                plans=p.plans, holds=f"{p.holds / HOUR:.0f}")


def _named(river: RiverNetwork, site_id: str, lang: Lang) -> str:
    """Name and id of a site, the name cut where it is long."""
    site = next((s for s in river.sites if s.site_id == site_id), None)
    name = "" if site is None else site_name(river, site, lang)
    short = name if len(name) <= NAME[lang] else name[:NAME[lang] - 1] + "…"
    return f"{site_id} {short}".strip()

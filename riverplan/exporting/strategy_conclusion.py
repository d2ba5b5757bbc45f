"""Half a page for the one who decides: when it comes where, whom it harms, what holds, what to decide, what lacks."""

from collections.abc import Iterable
from dataclasses import dataclass

from riverplan.exporting.sheet_clock import span_text
from riverplan.exporting.strategy_paper import Paper
from riverplan.exporting.strategy_subject import Subject
from riverplan.exporting.strategy_words import amount, material, moment, name_of, person_hours
from riverplan.forecasting.result import Arrival
from riverplan.forecasting.table import percent, probability_text
from riverplan.planning.receptors import BOUNDARIES, DRINKING
from riverplan.planning.result import Action, ResponsePlan
from riverplan.river.sites import Boundary, Intake, Section, Store, Team
from riverplan.tables.schema import tables
from riverplan.units import km

HOLDS, FAILS = 0.05, 0.5
"""Probability of exceeding below which a boundary is said to be held, and from which it is said not to be (assumed)."""
NEXT_DECISIONS = 2
"""So many decisions are named, and the first about a space; the others stand in the table."""
MOST_SHORT = 4
"""So many shortages are named."""
UNKNOWN = ("refused_no_volume", "refused_no_close_time", "refused_no_capacity", "refused_no_team", "refused_no_place")
"""Reasons why a space is not used that lie in the lists, not in the water."""
NAMED = 2
"""So many boundaries are named of each kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What must be decided by when [s after the release]: the last moment at which it is still in time."""

    by: float
    key: str
    site_id: str
    name: str


def decide_by(action: Action) -> float:
    """The last moment [s] at which an action can be ordered and be ready before the plume may come."""
    made = action.ready
    return action.earliest - (made.muster + made.drive + made.last_stretch + made.work)


def decisions(made: ResponsePlan) -> list[Decision]:
    """Everything that is to be decided, the most urgent first."""
    found = [Decision(by=decide_by(a), key=a.action, site_id=a.site_id, name=a.name) for a in made.actions]
    found += [Decision(by=p.stop_by, key="stop_intake", site_id=p.site_id, name=p.name) for p in made.protections]
    return sorted(found, key=lambda d: (d.by, d.site_id))


def write_conclusion(paper: Paper, subject: Subject) -> None:
    """The five sentences, and on what they rest."""
    paper.chapter("conclusion", numbered=False)
    blank = " " if paper.lang == "en" else ""
    paper.line(f"{scenario_words(paper, subject)}{blank}{paper.word('conclusion_sure')}", "Plain Text")
    for key, words in (("first", _first(paper, subject.plan)), ("people", _people(paper, subject.plan)),
                       ("hold", _hold(paper, subject.plan)), ("decide", _decide(paper, subject.plan)),
                       ("short", _short(paper, subject.plan))):
        paper.line(words, lead=paper.word(f"lead_{key}"))


def scenario_words(paper: Paper, subject: Subject) -> str:
    """What is assumed to have happened, in one clause."""
    said = subject.plan.forecast
    spill = said.spill
    water = str(said.river.reaches["name"].iat[said.river.reach_row[spill.reach_id]])
    place = name_of(said.river, spill.site_id, spill.stake or f"{water} {spill.lon:.4f}, {spill.lat:.4f}", paper.lang)
    mass = paper.gap(paper.word("what_mass")) if spill.mass is None else amount(spill.mass, "kg", paper.lang)
    return paper.word("scenario_assumed" if subject.chosen else "scenario_given", place=place,
                      substance=said.substance_label(paper.lang) or paper.gap(paper.word("what_substance")),
                      mass=mass,
                      flow=paper.word(f"season_{said.scenario.name}") if said.scenario.name in ("low", "normal", "high")
                      else said.scenario.name,
                      at="" if spill.at is None else f"{spill.at:%Y-%m-%d %H:%M} ")


def _first(paper: Paper, made: ResponsePlan) -> str:
    soonest = sorted(made.forecast.arrivals, key=lambda a: (a.earliest, a.site_id))
    may = [a for a in soonest if a.exceed_probability is None or a.exceed_probability >= HOLDS]
    intakes = [a for a in may if a.kind == "intake"]
    border = [a for a in soonest if a.kind == "boundary"]
    national = [a for a in may if a.kind == "section" and _is_national(made, a)]
    clauses, before = [] if intakes else [paper.word("first_no_intake")], None
    for one in sorted((some[0] for some in (intakes, border, national) if some), key=lambda a: a.earliest):
        clauses.append(paper.word(
            "arrives" if one.exceed_probability is not None else "arrives_unjudged",
            name=name_of(made.river, one.site_id, one.name, paper.lang), distance=f"{km(one.distance):.1f}",
            earliest=moment(made.forecast, one.earliest, paper.lang, "down", before=before),
            probability=probability_text(one)))
        before = one.earliest
    return paper.word("stop").join(clauses) + paper.word("full_stop")


def _is_national(made: ResponsePlan, a: Arrival) -> bool:
    site = made.river.site(a.site_id)
    return isinstance(site, Section) and site.category == "national"


def _people(paper: Paper, made: ResponsePlan) -> str:
    listed = made.protections
    if not listed:
        return paper.word("people_none")
    sites = {s.site_id: s for s in made.river.sites}
    known = sum(p.people or 0 for p in listed)
    blank = [p.site_id for p in listed if p.people is None and getattr(sites.get(p.site_id), "category", "") in (
        "", *DRINKING)]
    judged = any(p.probability is not None for p in listed)
    people = [f"{known:,}"] if known else []
    if blank:
        people.append(paper.gap(paper.word("what_population"), paper.listed(blank)))
    words = paper.word("people" if judged else "people_unjudged", count=len(listed), people=" + ".join(people) or "0")
    tanks = [(p.stop_by + p.tank, p) for p in listed if p.tank]
    if tanks:
        until, first = min(tanks, key=lambda one: (one[0], one[1].site_id))
        words += paper.word("tank_first", name=name_of(made.river, first.site_id, first.name, paper.lang),
                            tank=span_text(first.tank or 0.0, paper.lang), until=moment(
                                made.forecast, until, paper.lang, "down"))
    if none := [p.site_id for p in listed if p.tank is None and isinstance(sites.get(p.site_id), Intake)]:
        words += paper.word("tank_unknown", count=len(none), gap=paper.gap(
            paper.word("what_tank"), paper.listed(none)))
    before, after = (person_hours(made.harm[k].population_hours, paper.lang) for k in ("nothing", "plan"))
    if made.harm["nothing"].population_hours < 1.0:
        return words
    return words + paper.word("harm_same" if before == after else "harm", before=before, after=after)


def _hold(paper: Paper, made: ResponsePlan) -> str:
    """The boundaries that count, by whether the plan keeps them below the limit; the worst of them first."""
    sites = {s.site_id: s for s in made.river.sites}
    simulated = {e.site_id: (e.before.probability, e.after.probability) for e in made.receptors if e.kind == "boundary"}
    kept: dict[str, list[tuple[str, float, float]]] = {"fails": [], "unsure": [], "present": [], "holds": [],
                                                       "not_simulated": []}
    for a in sorted((a for a in made.forecast.arrivals if a.kind == "boundary"), key=lambda a: a.distance):
        site = sites.get(a.site_id)
        if not isinstance(site, Boundary) or (site.category and site.category not in BOUNDARIES):
            continue
        name = name_of(made.river, a.site_id, a.name, paper.lang)
        if a.site_id in simulated:
            before, after = simulated[a.site_id]
            if a.exceed_probability is None and after >= HOLDS:
                kept["present"].append((name, before, after))
                continue
            kept["holds" if after < HOLDS else "fails" if after >= FAILS else "unsure"].append((name, before, after))
        elif a.exceed_probability is not None and a.exceed_probability >= HOLDS:
            kept["not_simulated"].append((name, a.exceed_probability, a.exceed_probability))
    said = [paper.word(key, names=paper.listed(n for n, _, _ in some[:NAMED]),
                       more=paper.word("and_others", count=len(some)) if len(some) > NAMED else "",
                       before=percent(max(b for _, b, _ in some)), after=percent(max(a for _, _, a in some)))
            for key, some in kept.items() if some]
    return paper.word("stop").join(said) + paper.word("full_stop") if said else paper.word("hold_none")


def _decide(paper: Paper, made: ResponsePlan) -> str:
    """What is overdue, the next stops of intakes, and in any case the first that is done with a space."""
    found = decisions(made)
    if not found:
        return paper.word("decide_none")
    late = [d for d in found if d.by <= made.heard]
    later = [d for d in found if d.by > made.heard]
    shown = later[:NEXT_DECISIONS]
    spaces = [d for d in later if d.key != "stop_intake"]
    if spaces and spaces[0] not in shown:
        shown.append(spaces[0])
    words, before = [], None
    if late:
        words.append(paper.word("decide_now", what=_named(paper, made, late[:NEXT_DECISIONS])))
    for one in shown:
        words.append(paper.word("decide_by", by=moment(made.forecast, one.by, paper.lang, "down", before=before),
                                what=_named(paper, made, [one])))
        before = one.by
    rest = len(found) - len(shown) - len(late[:NEXT_DECISIONS])
    return paper.word("stop").join(words) + (paper.word("decide_more", count=rest) if rest else "") + paper.word(
        "full_stop")


def _named(paper: Paper, made: ResponsePlan, some: Iterable[Decision]) -> str:
    return paper.listed(paper.word(f"decision_{d.key}", name=name_of(made.river, d.site_id, d.name, paper.lang))
                        for d in some)


def shortages(paper: Paper, made: ResponsePlan) -> list[str]:
    """What is short and when what there is can be there, by material."""
    said = []
    for action in made.actions:
        place = name_of(made.river, action.site_id, action.name, paper.lang)
        said += [paper.word("short_action", place=place, what=material(n.name, paper.lang),
                            amount=amount(n.short, n.unit, paper.lang)) for n in action.needs if n.short > 0]
    worst: dict[str, str] = {}
    for at in made.dosings:
        place = name_of(made.river, at.site_id, at.name, paper.lang)
        for allocation in at.allocations:
            need = allocation.need
            if allocation.short > 0 and need.name not in worst:
                got = need.quantity - allocation.short
                worst[need.name] = paper.word(
                    "short_dosing" if got > 0 else "short_dosing_all", place=place,
                    what=material(need.name, paper.lang),
                    amount=amount(allocation.short, need.unit, paper.lang),
                    got=amount(got, need.unit, paper.lang),
                    way="—" if allocation.travel is None else span_text(allocation.travel, paper.lang))
    return said + list(worst.values())


def _short(paper: Paper, made: ResponsePlan) -> str:
    said = shortages(paper, made)
    needs = any(a.needs for a in made.actions) or any(at.allocations for at in made.dosings)
    if not said:
        said.append(paper.word("short_none" if needs else "short_nothing_needed"))
    said += [paper.word("short_groups", count=p.fields["lacking"]) for p in made.monitoring.problems
             if p.code == "monitoring_groups"][:1]
    unknown = [r.site_id for r in made.refused if r.why.code in UNKNOWN]
    if unknown:
        said.append(paper.word("short_unknown", count=len(unknown)))
    for kind, of in (("store", Store), ("team", Team)):
        if not any(isinstance(r, of) for r in made.river.resources):
            said.append(paper.gap(paper.word("what_list", name=tables()[kind].name(paper.lang))))
    more = paper.word("short_more", count=len(said) - MOST_SHORT) if len(said) > MOST_SHORT else ""
    return paper.word("stop").join(said[:MOST_SHORT]) + more + paper.word("full_stop")

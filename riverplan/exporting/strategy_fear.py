"""What a leader is told to fear: the spill, when it comes where first, whom it harms, what the plan takes off."""

from riverplan.exporting.strategy_paper import Paper
from riverplan.exporting.strategy_subject import Subject
from riverplan.exporting.strategy_words import amount, moment, short_name, unlisted
from riverplan.forecasting.result import Arrival
from riverplan.forecasting.table import probability_text
from riverplan.planning.advice import Protection
from riverplan.planning.person_hours import people_hours
from riverplan.planning.plan_words import is_put_off, presence_only
from riverplan.planning.receptors import DRINKING
from riverplan.planning.result import ResponsePlan
from riverplan.river.sites import Intake, Section

HOLDS = 0.05
"""Probability of exceeding below which an intake or a boundary is said not to be hit (assumed)."""


def fear(paper: Paper, subject: Subject, most: int) -> str:
    """What happens, when it comes where first, whom it harms, what the plan takes off."""
    made = subject.plan
    spill = made.forecast.spill
    water = str(made.river.reaches["name"].iat[made.river.reach_row[spill.reach_id]])
    place = short_name(paper, made, spill.site_id, spill.stake or water)
    asked = spill.substance.strip()
    named = asked if paper.lang == "zh" or not asked else made.forecast.substance.label(paper.lang)
    what = paper.word("fear_assumed" if subject.chosen else "fear_given", place=place,
                      at="" if spill.at is None else f"{moment(made.forecast, 0.0, paper.lang)} ",
                      substance=named or paper.gap(paper.word("what_substance")),
                      mass=paper.gap(paper.word("what_mass")) if spill.mass is None
                      else amount(spill.mass, "kg", paper.lang))
    clauses = [*_first(paper, made, most), *_people(paper, made), *(_harm(paper, made) if most else ())]
    return paper.word("fear", what=what, clauses=paper.word("stop").join(clauses))


def _first(paper: Paper, made: ResponsePlan, most: int) -> list[str]:
    """The first intake, boundary and national section, as many as there is room for."""
    soonest = sorted(made.forecast.arrivals, key=lambda a: (a.earliest, a.site_id))
    may = [a for a in soonest if a.exceed_probability is None or a.exceed_probability >= HOLDS]
    intakes = [a for a in may if a.kind == "intake"]
    border = [a for a in soonest if a.kind == "boundary"]
    national = [a for a in may if a.kind == "section" and _is_national(made, a)]
    clauses: list[str] = []
    before = None if made.forecast.spill.at is None else 0.0
    firsts = [some[0] for some in (intakes, border, national) if some][:3 if most > 1 else 1]
    for one in sorted(firsts, key=lambda a: a.earliest):
        clauses.append(paper.word(
            "arrives" if one.exceed_probability is not None and most else "arrives_unjudged",
            name=short_name(paper, made, one.site_id, one.name),
            earliest=moment(made.forecast, one.earliest, paper.lang, "down", before=before),
            probability=probability_text(one)))
        before = one.earliest
    return clauses


def _is_national(made: ResponsePlan, a: Arrival) -> bool:
    site = made.river.site(a.site_id)
    return isinstance(site, Section) and site.category == "national"


def _people(paper: Paper, made: ResponsePlan) -> list[str]:
    judged = not presence_only(made)
    listed, by_plan = _harmed(made, judged)
    if not any(isinstance(s, Intake) for s in made.river.sites):
        return [unlisted(paper, "intake")]
    if not listed:
        return [paper.word("people_none")]
    sites = {s.site_id: s for s in made.river.sites}
    known = sum(p.people or 0 for p in listed)
    blank = [p.site_id for p in listed if p.people is None and getattr(sites.get(p.site_id), "category", "") in (
        "", *DRINKING)]
    people = [people_hours(known, paper.lang)] if known else []
    if blank:
        people.append(paper.gap(paper.word("what_population"), paper.listed(blank)))
    said = [paper.word("people" if judged else "people_unjudged", count=len(listed),
                       people=" + ".join(people) or "0")
            + (paper.word("people_by_plan", count=by_plan) if judged and made.actions else "")
            + (paper.word("people_supplied", count=len(made.supplied)) if made.supplied else "")]
    tanks = [p.stop_by + p.tank for p in listed if p.tank]
    none = [p.site_id for p in listed if p.tank is None and isinstance(sites.get(p.site_id), Intake)]
    unknown = paper.word("tank_unknown", count=len(none), gap=paper.cell(
        None, paper.word("what_tank"), paper.listed(none))) if none else ""
    if tanks:
        before = None if made.forecast.spill.at is None else 0.0
        until = moment(made.forecast, min(tanks), paper.lang, "down", before=before)
        said.append(paper.word("tank_first", until=until) + unknown)
    elif none:
        said.append(paper.word("tank_none") + unknown)
    return said


def _harmed(made: ResponsePlan, judged: bool) -> tuple[list[Protection], int]:
    """The intakes that may exceed with nothing done, as simulated, and how many of them still may with the plan.

    Where nothing can be judged, all the plume comes to. Those supplied otherwise do not count.
    """
    listed = [p for p in made.protections if p.site_id not in made.supplied]
    if not judged:
        return listed, len(listed)
    effects = {e.site_id: e for e in made.receptors}
    may = [p for p in listed if p.site_id in effects and effects[p.site_id].before.probability >= HOLDS]
    still = [e for p in may for e in (effects[p.site_id],) if e.after.probability >= HOLDS or is_put_off(made, e)]
    return may, len(still)


def _harm(paper: Paper, made: ResponsePlan) -> list[str]:
    if made.harm["nothing"].population_hours < 1.0:
        return []
    before, after = (people_hours(made.harm[k].population_hours, paper.lang) for k in ("nothing", "plan"))
    return [paper.word("harm_same" if before == after else "harm", before=before, after=after)]

"""Half a page for the one who decides: what to fear, where it is weakest, what to decide, what to buy, how sure."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from riverplan.exporting.strategy_decisions import Decision, decisions
from riverplan.exporting.strategy_fear import HOLDS, fear
from riverplan.exporting.strategy_lacks import shortages
from riverplan.exporting.strategy_layout import LOOKS, rows_of
from riverplan.exporting.strategy_paper import Paper
from riverplan.exporting.strategy_subject import Subject
from riverplan.exporting.strategy_words import amount, flow_basis, moment, name_of, short_name, unlisted
from riverplan.forecasting.table import flow_name, percent
from riverplan.i18n import Lang
from riverplan.planning.check_measures import LACKS, change_words
from riverplan.planning.conclusion import purchases, stretch
from riverplan.planning.person_hours import people_hours
from riverplan.planning.plan_record import PlanRecord, record_of, way_to
from riverplan.planning.plan_words import spared_by
from riverplan.planning.receptors import BOUNDARIES
from riverplan.planning.result import ResponsePlan
from riverplan.river.sites import Boundary, Store, Team
from riverplan.units import HOUR, KILOMETRE

FAILS = 0.5
"""Probability of exceeding from which a boundary is said not to be held (assumed)."""
SENTENCES = ("fear", "weak", "decide", "short", "sure")
"""In the order they stand."""
FULLER = (("sure", 1), ("decide", 1), ("fear", 1), ("short", 1), ("fear", 2), ("weak", 1), ("decide", 2), ("short", 2),
          ("weak", 2), ("sure", 2))
"""What is told more of while there is room: a sentence, and how fully (0 to 2)."""


def most_rows(lang: Lang) -> int:
    """Rows of the body in half a page.

    >>> most_rows("zh"), most_rows("en")
    (11, 22)
    """
    look = LOOKS[lang]
    return int(look.height / look.styles["Body Text"][-1] / 2.0)


def write_conclusion(paper: Paper, subject: Subject) -> None:
    """The five sentences, each as full as half a page holds."""
    paper.chapter("conclusion", numbered=False)
    record = record_of(subject.plan, made_on=date.min)         # the day of it is not said
    say: dict[str, Callable[[int], str]] = {
        "fear": lambda most: fear(paper, subject, most), "weak": lambda most: _weak(paper, subject.plan, record, most),
        "decide": lambda most: _decide(paper, subject.plan, most),
        "short": lambda most: _short(paper, subject.plan, record, most),
        "sure": lambda most: _sure(paper, subject.plan, most)}
    said = {key: say[key](0) for key in SENTENCES}
    leads = {key: paper.word(f"lead_{key}") for key in SENTENCES}
    for key, most in FULLER:
        fuller = {**said, key: say[key](most)}
        if sum(rows_of(leads[k] + words, paper.lang) for k, words in fuller.items()) <= most_rows(paper.lang):
            said = fuller
    for key, words in said.items():
        paper.line(words, lead=leads[key])


def scenario_words(paper: Paper, subject: Subject) -> str:
    """What is assumed to have happened, in one clause."""
    said = subject.plan.forecast
    spill = said.spill
    water = str(said.river.reaches["name"].iat[said.river.reach_row[spill.reach_id]])
    place = name_of(said.river, spill.site_id, spill.stake or f"{water} {spill.lon:.4f}, {spill.lat:.4f}", paper.lang)
    mass = paper.gap(paper.word("what_mass")) if spill.mass is None else amount(spill.mass, "kg", paper.lang)
    key = "scenario_kept" if subject.kept else "scenario_assumed" if subject.chosen else "scenario_given"
    return paper.word(key, place=place, mass=mass, flow=flow_name(said.scenario.name, paper.lang),
                      substance=said.substance_label(paper.lang) or paper.gap(paper.word("what_substance")),
                      at="" if spill.at is None else f"{spill.at:%Y-%m-%d %H:%M} ")


def _weak(paper: Paper, made: ResponsePlan, record: PlanRecord, most: int) -> str:
    """The stretch in which nothing is in time, and the boundaries the plan does not keep."""
    if not made.forecast.arrivals:
        return unlisted(paper, "boundary") + paper.word("full_stop")
    bare = stretch(record)
    dry = [r for r in made.refused if r.dries and _inside(made, r.site_id, bare.length)]
    said = paper.word(f"weak{'_open' if bare.is_open else ''}{'_but' if dry else ''}", until=short_name(
        paper, made, bare.until, ""), km=f"{bare.length / KILOMETRE:.0f}",
        names=paper.listed(short_name(paper, made, r.site_id, r.name) for r in dry[:max(most, 1)]))
    if (spared := spared_by(made)) in dry and spared is not None:
        said += paper.word("weak_spared", hours=people_hours(spared.spared, paper.lang))
    elif bare.intake and not dry:
        said += paper.word("weak_bare")
    return paper.word("stop").join([said, *_hold(paper, made, most)]) + paper.word("full_stop")


def _inside(made: ResponsePlan, site_id: str, length: float) -> bool:
    """Whether a space lies no farther down the river than a length [m]."""
    space = next((s for s in made.spaces if s.space_id == site_id), None)
    way = None if space is None else way_to(made.forecast, space.reach_id, space.chainage)
    return way is not None and way <= length


def _sure(paper: Paper, made: ResponsePlan, most: int) -> str:
    """How far all this can be trusted: what the flow rests on, the band of the first arrival."""
    at = made.river.reach_row[made.forecast.spill.reach_id]
    said = [paper.word("sure", flow=flow_name(made.scenario.name, paper.lang),
                       basis=flow_basis(str(made.scenario.discharge_source[at]), paper.lang))]
    first = min((a for a in made.forecast.arrivals if a.kind == "intake"), key=lambda a: a.earliest, default=None)
    if first is not None and most:
        low, high = first.leading_band
        begun = None if made.forecast.spill.at is None else 0.0
        said.append(paper.word("sure_band", low=moment(made.forecast, low, paper.lang, "down", before=begun),
                               high=moment(made.forecast, high, paper.lang, "up", before=low)))
    if most > 1:
        said.append(paper.word("sure_earliest"))
    return paper.word("stop").join(said) + paper.word("full_stop")


def _hold(paper: Paper, made: ResponsePlan, most: int) -> list[str]:
    """The boundaries that count, by whether the plan keeps them below the limit; the worst of them first."""
    sites = {s.site_id: s for s in made.river.sites}
    simulated = {e.site_id: (e.before.probability, e.after.probability) for e in made.receptors if e.kind == "boundary"}
    kept: dict[str, list[tuple[str, float, float]]] = {"fails": [], "unsure": [], "present": [], "holds": [],
                                                       "not_simulated": []}
    for a in sorted((a for a in made.forecast.arrivals if a.kind == "boundary"), key=lambda a: a.distance):
        site = sites.get(a.site_id)
        if not isinstance(site, Boundary) or (site.category and site.category not in BOUNDARIES):
            continue
        name = short_name(paper, made, a.site_id, a.name)
        if a.site_id in simulated:
            before, after = simulated[a.site_id]
            if a.exceed_probability is None and after >= HOLDS:
                kept["present"].append((name, before, after))
                continue
            kept["holds" if after < HOLDS else "fails" if after >= FAILS else "unsure"].append((name, before, after))
        elif a.exceed_probability is not None and a.exceed_probability >= HOLDS:
            kept["not_simulated"].append((name, a.exceed_probability, a.exceed_probability))
    shown = max(most, 1)
    said = [paper.word(key, names=paper.listed(n for n, _, _ in some[:shown]),
                       more=paper.word("and_others", count=len(some)) if len(some) > shown else "",
                       before=percent(max(b for _, b, _ in some)), after=percent(max(a for _, _, a in some)))
            for key, some in kept.items() if some]
    return said[:1 + most] or [paper.word("hold_none")]


def _decide(paper: Paper, made: ResponsePlan, most: int) -> str:
    """What is overdue, the next stops of intakes, and in any case the first that is done with a space."""
    found = decisions(made)
    if not found:
        return paper.word("decide_none")
    late = [d for d in found if d.by <= made.heard]
    later = [d for d in found if d.by > made.heard]
    overdue, shown = late[:max(most, 1)], later[:max(most - 1, not late)]
    spaces = [d for d in later if d.key != "stop_intake"]
    if (main := _main(made, later)) is not None and main not in shown:
        shown = sorted([*(shown if most else ()), main], key=lambda d: d.by)
    elif most and spaces and spaces[0] not in shown:
        shown.append(spaces[0])
    words = []
    before = None if made.forecast.spill.at is None else 0.0
    if overdue:
        words.append(paper.word("decide_now", what=_named(paper, made, overdue)))
    for one in shown:
        words.append(paper.word("decide_by", by=moment(made.forecast, one.by, paper.lang, "down", before=before),
                                what=_named(paper, made, [one])))
        before = one.by
    rest = len(found) - len(shown) - len(overdue)
    return paper.word("stop").join(words) + (paper.word("decide_more", count=rest) if rest else "") + paper.word(
        "full_stop")


def _main(made: ResponsePlan, some: Iterable[Decision]) -> Decision | None:
    """Of some decisions the action that saves most; None where it is not among them, or nothing saves anything."""
    best = max(made.actions, key=lambda a: a.saves.population_hours, default=None)
    return None if best is None or best.saves.population_hours < 1.0 else next(
        (d for d in some if d.site_id == best.site_id and d.key != "stop_intake"), None)


def _named(paper: Paper, made: ResponsePlan, some: Iterable[Decision]) -> str:
    return paper.listed(paper.word(f"decision_{d.key}", name=short_name(paper, made, d.site_id, d.name)) for d in some)


def _short(paper: Paper, made: ResponsePlan, record: PlanRecord, most: int) -> str:
    """What to build or post so that margins turn positive, then what to buy, then what the lists lack."""
    late = purchases([record])
    said = [paper.word("buy", site=short_name(paper, made, p.site_id, p.name), late=f"{p.lacks / HOUR:.1f}",
                       how=change_words(p.change, p.action)[paper.lang]) for p in late]
    short = shortages(paper, made)
    none = [paper.word("buy_none")] if record.said.late else []
    said = _most(said or none, most) + _most(short, most)
    said += [paper.word("short_groups", count=p.fields["lacking"]) for p in made.monitoring.problems
             if p.code == "monitoring_groups"][:1]
    unknown = [r.site_id for r in made.refused if r.why.code.removeprefix("refused_") in LACKS]
    if unknown and most:
        said.append(paper.word("short_unknown", count=len(unknown)))
    for kind, of in (("store", Store), ("team", Team)):
        if not any(isinstance(r, of) for r in made.river.resources):
            said.append(unlisted(paper, kind))
    if not short and (most or not said):
        needs = bool(made.booms) or any(a.needs for a in made.actions) or any(at.allocations for at in made.dosings)
        said.append(paper.word("short_none" if needs else "short_nothing_needed"))
    rest = max(len(late) - max(most, 1), 0) + max(len(short) - max(most, 1), 0)
    return paper.word("stop").join(said) + (paper.word("short_more", count=rest) if rest else "") + paper.word(
        "full_stop")


def _most(words: Sequence[str], most: int) -> list[str]:
    return list(words[:max(most, 1)])

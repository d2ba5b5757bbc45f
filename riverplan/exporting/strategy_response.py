"""Chapter seven: what is done, by when, where, by whom, with what; and what it saves."""

from collections.abc import Iterable, Sequence

from riverplan.exporting.sheet_clock import span_text
from riverplan.exporting.strategy_paper import Column, Paper
from riverplan.exporting.strategy_subject import Subject
from riverplan.exporting.strategy_words import (
    NOTHING,
    brief,
    clock_head,
    figures,
    moment,
    name_of,
    needed,
    on_paper,
    post,
    site_by,
    store_name,
    team_post,
    wan,
)
from riverplan.forecasting.behaviour import is_film
from riverplan.forecasting.table import flow_name, percent
from riverplan.planning.advice import DosingAt, Protection
from riverplan.planning.boom_words import boom_lines
from riverplan.planning.dosing_words import dosing_lines
from riverplan.planning.plan_words import mark_of
from riverplan.planning.result import Action, Impact, ResponsePlan
from riverplan.river.sites import Intake, Space
from riverplan.tables.schema import tables

CUT = ("close", "build")
HOLD = ("draw", "divert", "stop_station", "dilute")
REFUSED_SHOWN = 40
"""Spaces not used that are listed with the reason; beyond, only how many."""


def write_response(paper: Paper, subject: Subject) -> None:
    """七、应急响应方案: the order of actions, then cut, hold, treat, measure, protect, and what it saves."""
    made = subject.plan
    paper.chapter("response")
    paper.line(paper.word("response_words", flow=flow_name(made.scenario.name, paper.lang),
                          heard=moment(made.forecast, made.heard, paper.lang)))
    paper.part(paper.word("order"))
    _order(paper, made)
    for key, some in (("cut", CUT), ("hold", HOLD)):
        paper.part(paper.word(f"measure_{key}"))
        _actions(paper, made, [a for a in made.actions if a.action in some], key)
    paper.part(paper.word("measure_treat"))
    _treat(paper, made)
    paper.part(paper.word("measure_measure"))
    paper.line(paper.word("measure_words", count=len(made.monitoring.sections),
                          first=moment(made.forecast, min((float(s.times[0]) for s in made.monitoring.sections),
                                                          default=float("nan")), paper.lang)))
    paper.part(paper.word("measure_protect"))
    _protect(paper, made)
    paper.part(paper.word("saves"))
    _saves(paper, made)
    paper.part(paper.word("refused"))
    _refused(paper, made)


def _order(paper: Paper, made: ResponsePlan) -> None:
    entries: list[tuple[float, list[str]]] = [(a.order_by, _action_row(paper, made, a)) for a in made.actions]
    entries += [(p.stop_by, _stop_row(paper, made, p)) for p in made.protections]
    places: dict[str, DosingAt] = {}
    for at in made.dosings:
        if at.dosing.demands:
            places.setdefault(at.site_id, at)
    entries += [(at.earliest, _dosing_row(paper, made, at)) for at in places.values()]
    if not entries:
        paper.line(paper.word("order_none"))
        return
    rows = [[str(n), *row] for n, (_, row) in enumerate(sorted(entries, key=lambda e: (e[0], e[1])), 1)]
    paper.table(paper.columns(("number", 9, "center"), ("deadline", 40), ("measure", 36), ("who", 36),
                              ("material", 35)),
                rows, paper.word("table_order", head=clock_head(made.forecast, paper.lang)))
    paper.line(paper.word("order_sure"), "Plain Text")


def _action_row(paper: Paper, made: ResponsePlan, a: Action) -> list[str]:
    said, lang = made.forecast, paper.lang
    deadline = "\n".join([
        paper.word("row_decide", time=_by(paper, made, a.order_by)),
        paper.word("row_ready", time=brief(said, a.ready.ready, lang, "up")),
        paper.word("row_earliest", time=brief(said, a.earliest, lang, "down")),
        paper.word("row_margin" if a.margin >= 0 else "row_late", span=span_text(abs(a.margin), lang)),
        paper.word("row_begin", time=brief(said, a.at, lang))])
    measure = f"{paper.word(f'do_{a.action}')}\n{a.site_id} {name_of(made.river, a.site_id, a.name, lang)}"
    if not a.space.listed:
        measure = f"{paper.word('candidate')}{measure}"
    return [deadline, measure, _who(paper, made, a),
            _material(paper, made, a)]


def _material(paper: Paper, made: ResponsePlan, a: Action) -> str:
    """What the action needs, and the booms and sorbent laid there."""
    lines = [needed(paper, made, a.needs, a.site_id),
             *(needed(paper, made, x.needs, a.site_id) for b in made.booms if b.site_id == a.site_id
               for x in b.allocations)]
    return "\n".join(line for line in lines if line) or _staffed(paper, made, a)


def _by(paper: Paper, made: ResponsePlan, seconds: float) -> str:
    """The last moment, or at once where that is past when the call comes."""
    return paper.word("at_once") if seconds <= made.heard else brief(made.forecast, seconds, paper.lang, "down")


def _who(paper: Paper, made: ResponsePlan, a: Action) -> str:
    if a.team_id:
        return team_post(paper, made.river, a.team_id)
    site = site_by(made.river, a.site_id)
    unit = (site.operator or site.owner) if isinstance(site, Space) else ""
    phone = ((site.control_phone or site.phone) if isinstance(site, Space) else "") or a.space.phone
    who = post(paper, unit or a.space.orders, phone, a.site_id)
    return f"{paper.word('asked_by', authority=a.space.orders)}\n{who}" if a.space.orders else who


def _staffed(paper: Paper, made: ResponsePlan, a: Action) -> str:
    if a.store_id:
        return store_name(made.river, a.store_id)
    return paper.word("no_material") if not a.team_id else NOTHING


def _stop_row(paper: Paper, made: ResponsePlan, p: Protection) -> list[str]:
    said, lang = made.forecast, paper.lang
    site = site_by(made.river, p.site_id)
    deadline = "\n".join([paper.word("row_stop", time=_by(paper, made, p.stop_by)),
                          paper.word("row_until", time=brief(said, p.until, lang, "up"))])
    unit = (site.operator or paper.word("village_unit", place=site.township or site.county)
            if site.category == "village" or site.operator else
            name_of(made.river, p.site_id, p.name, lang)) if isinstance(site, Intake) else p.name
    tank = paper.gap(paper.word("what_tank"), p.site_id) if p.tank is None else paper.word(
        "row_tank", tank=span_text(p.tank, lang))
    return [deadline, f"{paper.word('do_stop_intake')}\n{p.site_id} {name_of(made.river, p.site_id, p.name, lang)}",
            post(paper, unit, p.phone, p.site_id), tank]


def _dosing_row(paper: Paper, made: ResponsePlan, at: DosingAt) -> list[str]:
    said, lang = made.forecast, paper.lang
    site = site_by(made.river, at.site_id)
    deadline = "\n".join([paper.word("row_ready", time=brief(said, at.ready, lang, "up")),
                          paper.word("row_earliest", time=brief(said, at.earliest, lang, "down")),
                          paper.word("row_margin" if at.margin >= 0 else "row_late",
                                     span=span_text(abs(at.margin), lang))])
    material = [needed(paper, made, a.needs, at.site_id) for a in at.allocations]
    who = post(paper, getattr(site, "dispatch_authority", "") or getattr(site, "operator", ""),
               getattr(site, "phone", ""), at.site_id)
    return [deadline, f"{paper.word('do_dose')}\n{at.site_id} {name_of(made.river, at.site_id, at.name, lang)}", who,
            "\n".join(material)]


def _actions(paper: Paper, made: ResponsePlan, some: Sequence[Action], key: str) -> None:
    """How each is done, on whose word, why, and what would change that."""
    if not some:
        paper.line(paper.word(f"measure_{key}_none"))
        return
    for number, a in enumerate(sorted(some, key=lambda a: a.order_by), 1):
        place = name_of(made.river, a.site_id, a.name, paper.lang)
        paper.item(number, paper.word("item_action", place=place, action=paper.word(f"do_{a.action}")))
        method = a.space.instruction if a.space.listed else paper.word("candidate_use")
        paper.line(paper.word("action_words_drawn" if a.gained is None else "action_words",
                              method=(method or paper.gap(paper.word("what_instruction"), a.site_id)).rstrip("。."),
                              begin=moment(made.forecast, a.at, paper.lang),
                              volume="—" if a.space.free_volume is None else wan(a.space.free_volume),
                              held=span_text(a.gained or 0.0, paper.lang)))
        paper.line(paper.word("action_why", why=_sentences(paper, (w.what(paper.lang) for w in a.why)),
                              changes=_sentences(paper, (on_paper(w.text(paper.lang)) for w in a.changes))))
        if a.action in ("close", "dilute", "divert", "stop_station"):
            paper.line(paper.word("letter_only"))
        if a.space.in_channel:
            paper.line(paper.word("safety"))


def _sentences(paper: Paper, words: Iterable[str]) -> str:
    return (" " if paper.lang == "en" else "").join(words) or NOTHING


def _treat(paper: Paper, made: ResponsePlan) -> None:
    """Reagents, then booms, place by place, each with its mark as a value to begin with."""
    if not made.dosings and not made.booms:
        paper.line(paper.word("measure_treat_none"))
    if made.dosings:
        film = is_film(made.forecast.substance)               # nothing to test in a jar
        paper.line(paper.word("treat_words_film" if film else "treat_words"))
    number, place = 0, ""
    for at in made.dosings:
        if at.site_id != place:
            number, place = number + 1, at.site_id
            paper.item(number, paper.word(
                "item_treat", place=name_of(made.river, at.site_id, at.name, paper.lang),
                earliest=moment(made.forecast, at.earliest, paper.lang, "down"),
                ready=moment(made.forecast, at.ready, paper.lang, "up"),
                late=paper.word("too_late") if at.margin < 0 else ""))
        paper.line(_sentences(paper, (one.rstrip("。.") + paper.word("full_stop")
                                      for one in dosing_lines(at.dosing, paper.lang, made.booms))))
        short = [needed(paper, made, [n for n in a.needs if n.short > 0], at.site_id) for a in at.allocations]
        if any(short):
            paper.line(paper.word("treat_short", what=paper.listed(short)))
    _booms(paper, made, number)


def _booms(paper: Paper, made: ResponsePlan, number: int) -> None:
    """Booms and sorbents place by place; how they are laid stands once."""
    said: set[str] = set()
    for n, b in enumerate(made.booms, number + 1):
        paper.item(n, paper.word("item_booms", place=name_of(made.river, b.site_id, b.name, paper.lang),
                                 earliest=moment(made.forecast, b.earliest, paper.lang, "down")))
        fresh = [line for line in boom_lines(b, paper.lang) if line not in said]
        said.update(fresh)
        paper.line(_sentences(paper, (one.rstrip("。.") + paper.word("full_stop") for one in fresh)))
        short = [needed(paper, made, [n for n in a.needs if n.short > 0], b.site_id) for a in b.allocations]
        if any(short):
            paper.line(paper.word("treat_short", what=paper.listed(short)))


def _protect(paper: Paper, made: ResponsePlan) -> None:
    said, lang = made.forecast, paper.lang
    if not any(isinstance(s, Intake) for s in made.river.sites):
        paper.line(paper.gap(paper.word("what_list", name=tables()["intake"].name(lang))))
        return
    if not made.protections:
        paper.line(paper.word("measure_protect_none"))
        return
    paper.line(paper.word("protect_words"))
    rows = []
    for p in made.protections:
        people = NOTHING if p.people is None else f"{p.people:,}"
        rows.append([f"{p.site_id} {name_of(made.river, p.site_id, p.name, lang)}", people,
                     _by(paper, made, p.stop_by), brief(said, p.until, lang, "up"),
                     paper.cell(None if p.tank is None else span_text(p.tank, lang), paper.word("what_tank"),
                                p.site_id),
                     NOTHING if p.tank is None else brief(said, p.stop_by + p.tank, lang, "down"),
                     NOTHING if p.probability is None else percent(p.probability),
                     paper.cell(p.phone, paper.word("what_phone"), p.site_id)])
    paper.table(paper.columns(("intake", 34), ("people", 16, "right"), ("stop", 18, "right"), ("open", 18, "right"),
                              ("tank", 16, "right"), ("dry", 18, "right"), ("probability", 14, "right"),
                              ("phone", 24)), rows,
                paper.word("table_protect", head=clock_head(said, lang)))
    paper.line(paper.gap(paper.word("what_backup"), paper.listed(p.site_id for p in made.protections)))


def _saves(paper: Paper, made: ResponsePlan) -> None:
    rows = []
    for key in ("nothing", "greedy", "plan"):
        if key in made.harm:
            harm = made.harm[key]
            rows.append([paper.word(f"harm_{key}"), figures(harm.population_hours),
                         f"{harm.boundary_probability:.2f}", str(harm.actions), f"{harm.cost:.1f}"])
    paper.table(paper.columns(("what", 56), ("person_hours", 34, "right"), ("boundaries", 30, "right"),
                              ("actions", 16, "right"), ("cost", 20, "right")), rows, paper.word("table_saves"))
    rows = [[f"{e.site_id} {name_of(made.river, e.site_id, e.name, paper.lang)}{mark_of(made, e, paper.lang)}",
             *_impact(paper, made, e.before), *_impact(paper, made, e.after)] for e in made.receptors]
    if rows:
        heads = [(paper.word(f"head_{k}", when=paper.word(w)), width) for w in ("before", "after_plan")
                 for k, width in (("effect_time", 25.0), ("effect_hours", 17.0), ("effect_probability", 16.0))]
        paper.table([*paper.columns(("target", 40)), *(Column(head=h, width=w, align="right") for h, w in heads)], rows,
                    paper.word("table_effects", head=clock_head(made.forecast, paper.lang)))
    paper.line(paper.word("saves_sure", tried=made.tried), "Plain Text")


def _impact(paper: Paper, made: ResponsePlan, one: Impact) -> list[str]:
    return [brief(made.forecast, one.exceeds_from, paper.lang, "down"), f"{one.hours_above:.1f}",
            percent(one.probability)]


def _refused(paper: Paper, made: ResponsePlan) -> None:
    if not made.refused:
        paper.line(paper.word("refused_none"))
        return
    rows = [[f"{r.site_id} {name_of(made.river, r.site_id, r.name, paper.lang)}", paper.word(f"do_{r.action}"),
             on_paper(r.why.text(paper.lang))] for r in made.refused[:REFUSED_SHOWN]]
    paper.table(paper.columns(("place", 46), ("measure", 26), ("why", 84)), rows, paper.word("table_refused"))
    if len(made.refused) > REFUSED_SHOWN:
        paper.line(paper.word("refused_more", count=len(made.refused) - REFUSED_SHOWN))

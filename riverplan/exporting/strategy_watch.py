"""Chapters eight to eleven: where to sample, whom to tell, what there is, how the plan is kept alive."""

from riverplan.exporting.strategy_lacks import write_lacks
from riverplan.exporting.strategy_paper import Column, Paper
from riverplan.exporting.strategy_subject import Subject
from riverplan.exporting.strategy_words import NOTHING, choice, clock_head, on_paper
from riverplan.i18n import text
from riverplan.planning.monitoring_table import as_rows
from riverplan.planning.notice import Notice
from riverplan.reference.deadlines import Deadline, deadlines
from riverplan.river.sites import Contact, Store, Team
from riverplan.tables.schema import tables
from riverplan.units import HOUR

DRAFTED = ("report", "circular", "notice", "letter", "publication")
"""Kinds of notices of which the first is printed in full."""
_MINUTE = 60.0


def write_monitoring(paper: Paper, subject: Subject) -> None:
    """八、应急监测布点方案."""
    made, lang = subject.plan.monitoring, paper.lang
    paper.chapter("monitoring")
    paper.part(paper.word("parameters"))
    paper.line(paper.listed(w.text(lang).rstrip("。.") for w in made.parameters) + paper.word("full_stop"))
    for w in made.handling:
        paper.line(w.text(lang))
    paper.part(paper.word("sections"))
    rows = []
    for row in as_rows(made, lang):
        far = row["distance"] + (" km" if row["distance"][:1].isdigit() else "")
        rows.append([f"{row['number']} {row['role']}\n{row['name']}\n{far}",
                     "\n".join((row["earliest"], row["peak"], row["trailing"])), row["points"],
                     row["times"] + (f"\n{row['remark']}" if row["remark"] else ""), row["team"]])
    if rows:
        paper.table(paper.columns(("section", 38), ("passage", 24), ("points", 26), ("times", 42), ("team", 26)), rows,
                    paper.word("table_sections", head=clock_head(made.forecast, lang)))
    else:
        paper.line(paper.gap(paper.word("what_sections")))
    paper.part(paper.word("criteria"))
    for w in made.criteria:
        paper.line(w.text(lang))
    for problem in made.problems:
        paper.line(on_paper(problem.text(lang)))
    paper.line(paper.word("monitoring_sure"))


def write_notices(paper: Paper, subject: Subject) -> None:
    """九、信息报告与跨区域通报."""
    made = subject.plan
    paper.chapter("notices")
    paper.line(paper.word("notices_words"))
    paper.part(paper.word("told"))
    if made.notices:
        paper.table(paper.columns(("number", 9, "center"), ("kind", 20, "center"), ("to", 46), ("by_when", 50),
                                  ("signer", 31)),
                    [[str(n), *_notice(paper, one)] for n, one in enumerate(made.notices, 1)],
                    paper.word("table_notices"))
        paper.line(paper.word("drafts_there"))
    else:
        paper.table(paper.columns(("kind", 20, "center"), ("to", 44), ("by_when", 40), ("ground", 52)),
                    [_rule(paper, rule) for rule in deadlines()], paper.word("table_rules"))
        paper.line(paper.gap(paper.word("what_drafts")))
    paper.part(paper.word("levels"))
    paper.line(paper.word("levels_words"))


def _notice(paper: Paper, one: Notice) -> list[str]:
    lang = paper.lang
    phone = one.phone or paper.gap(paper.word("what_phone"), one.unit[lang])
    return [f"{one.kind_words(lang)}\n{one.medium_words(lang)}", f"{one.unit[lang]}\n{one.post[lang]}\n{phone}",
            one.deadline_words(lang), one.signer[lang]]


def _rule(paper: Paper, rule: Deadline) -> list[str]:
    lang = paper.lang
    to = rule.to_en if lang == "en" and rule.to_en else rule.to
    levels = "" if len(rule.levels) == len(paper.word("all_levels").split()) else paper.listed(rule.levels)
    within = paper.word("at_once") if not rule.within else paper.word("within_h", hours=f"{rule.within / HOUR:g}") \
        if rule.within >= HOUR else paper.word("within_min", minutes=f"{rule.within / _MINUTE:.0f}")
    ground = rule.source or paper.word("own_advice")
    sure = "" if rule.confidence in ("", "design") else paper.word(
        "trusted", confidence=text(f"plan_dosing.confidence_{rule.confidence}", lang))
    return [f"{text(f'plan_notice.kind_{rule.kind}', lang)}\n{text(f'plan_notice.medium_{rule.medium}', lang)}",
            paper.listed(to) + (f"\n{levels}" if levels else ""),
            f"{paper.word(f'since_{rule.since}')}{within}", f"{rule.jurisdiction}\n{ground}{sure}"]


def write_drafts(paper: Paper, subject: Subject) -> None:
    """The first draft of each kind of notice, to be read out or signed."""
    printed = []
    for kind in DRAFTED:
        one = next((n for n in subject.plan.notices if n.kind == kind), None)
        if one is not None:
            printed.append(one)
    if not printed:
        return
    paper.chapter("drafts", numbered=False)
    paper.line(paper.word("drafts_words", count=len(printed), all=len(subject.plan.notices)))
    for number, one in enumerate(printed, 1):
        paper.item(number, paper.word("draft_head", kind=one.kind_words(paper.lang), unit=one.unit[paper.lang]))
        paper.lines(one.text[paper.lang])


def write_means(paper: Paper, subject: Subject) -> None:
    """十、资源保障."""
    river, lang = subject.river, paper.lang
    paper.chapter("means")
    stores = [r for r in river.resources if isinstance(r, Store)]
    teams = [r for r in river.resources if isinstance(r, Team)]
    contacts = [r for r in river.resources if isinstance(r, Contact)]
    phone, county = paper.word("what_phone"), paper.word("what_county")
    paper.part(tables()["store"].name(lang))
    _list(paper, "store", paper.columns(("name", 42), ("items", 66), ("county", 22), ("phone", 26)),
          [[f"{s.resource_id} {s.name}", paper.cell(s.items, paper.word("what_items"), s.resource_id),
            paper.cell(s.county, county, s.resource_id), paper.cell(s.phone, phone, s.resource_id)] for s in stores])
    paper.part(tables()["team"].name(lang))
    _list(paper, "team", paper.columns(("name", 44), ("kind", 20), ("heads", 12, "right"), ("skills", 40),
                                       ("muster", 16, "right"), ("phone", 24)),
          [[f"{t.resource_id} {t.name}", choice("team", "category", t.category, lang),
            NOTHING if t.headcount is None else str(t.headcount), t.skills or NOTHING,
            paper.cell(
              None if t.muster_time is None else f"{t.muster_time / _MINUTE:.0f}", paper.word("what_muster"),
              t.resource_id), paper.cell(t.phone, phone, t.resource_id)] for t in teams])
    paper.part(tables()["contact"].name(lang))
    _list(paper, "contact", paper.columns(("unit", 54), ("role", 54), ("jurisdiction", 22), ("phone", 26)),
          [[c.unit or c.name, c.role or NOTHING, c.jurisdiction or NOTHING,
            paper.cell(c.phone, phone, c.unit or c.resource_id)] for c in contacts])
    write_lacks(paper, subject.plan)
    paper.part(paper.word("experts"))
    paper.line(paper.gap(paper.word("what_experts")))
    paper.part(paper.word("roads"))
    by = {a.ready.travel_by for a in subject.plan.actions} | {
        "distance" for p in subject.plan.problems if p.code == "travel_by_distance"}
    paper.line(paper.word("roads_distance") + paper.gap(paper.word("what_roads")) if "distance" in by
               else paper.word("roads_net"))


def _list(paper: Paper, kind: str, columns: list[Column], rows: list[list[str]]) -> None:
    name = tables()[kind].name(paper.lang)
    if rows:
        paper.table(columns, rows, paper.word("table_list", name=name))
    else:
        paper.line(paper.gap(paper.word("what_list", name=name)))


def write_drills(paper: Paper) -> None:
    """十一、演练与更新."""
    paper.chapter("drills")
    paper.part(paper.word("drill_record"))
    paper.table([Column(head=paper.word(f"head_{k}"), width=w) for k, w in (
        ("drill_date", 24), ("drill_script", 36), ("drill_units", 32), ("drill_found", 38), ("drill_mended", 26))],
                [[paper.cell(None, paper.word("what_drill"), ""), "", "", "", ""], ["", "", "", "", ""]],
                paper.word("table_drills"), height=9.0)
    paper.part(paper.word("updates"))
    for number in range(1, 5):
        paper.line(paper.word(f"update_{number}"))
    paper.line(paper.word("gaps_at_end"))

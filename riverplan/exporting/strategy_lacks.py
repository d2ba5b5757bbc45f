"""What to build, post or buy beforehand: spaces a little too late, materials nobody brings in time."""

from datetime import date

from riverplan.exporting.sheet_clock import span_text
from riverplan.exporting.strategy_paper import Paper
from riverplan.exporting.strategy_words import amount, material, name_of
from riverplan.planning.check_measures import change_words
from riverplan.planning.conclusion import purchases
from riverplan.planning.plan_record import record_of
from riverplan.planning.result import ResponsePlan
from riverplan.units import HOUR

HOPELESS = 100_000.0
"""More of a reagent than this [kg] beyond what stores hold nobody brings together in time (assumed)."""
MANY_TIMES = 20.0
"""And more than so many times what they hold [-] (assumed)."""


def write_lacks(paper: Paper, made: ResponsePlan) -> None:
    """Every space that preparation brings in time, and every material that is short."""
    paper.part(paper.word("lacks"))
    record = record_of(made, made_on=date.min)                 # the day of it is not said
    late = purchases([record])
    if late:
        rows = [[f"{p.site_id} {name_of(made.river, p.site_id, p.name, paper.lang)}", paper.word(f"do_{p.action}"),
                 f"{p.lacks / HOUR:.1f}", change_words(p.change, p.action)[paper.lang], span_text(p.holds, paper.lang)]
                for p in late]
        paper.table(paper.columns(("place", 46), ("measure", 32), ("lacks", 16, "right"), ("how", 44),
                                  ("holds", 18, "right")), rows, paper.word("table_lacks"))
        paper.line(paper.word("lacks_sure"), "Plain Text")
    else:
        paper.line(paper.word("lacks_none" if record.said.late else "lacks_in_time"))
    if short := shortages(paper, made):
        paper.line(paper.word("stop").join(short) + paper.word("full_stop"))


def shortages(paper: Paper, made: ResponsePlan) -> list[str]:
    """What is short and when what there is can be there, by material; last what nobody will bring together."""
    said = []
    for action in made.actions:
        place = name_of(made.river, action.site_id, action.name, paper.lang)
        said += [paper.word("short_action", place=place, what=material(n.name, paper.lang),
                            amount=amount(n.short, n.unit, paper.lang)) for n in action.needs if n.short > 0]
    worst: dict[str, tuple[bool, str]] = {}
    for at in made.dosings:
        place = name_of(made.river, at.site_id, at.name, paper.lang)
        for allocation in at.allocations:
            need = allocation.need
            if allocation.short > 0 and need.name not in worst:
                got = need.quantity - allocation.short
                hopeless = need.unit == "kg" and allocation.short > max(HOPELESS, MANY_TIMES * got)
                worst[need.name] = hopeless, paper.word(
                    "short_hopeless" if hopeless else "short_dosing" if got > 0 else "short_dosing_all", place=place,
                    what=material(need.name, paper.lang),
                    amount=amount(allocation.short, need.unit, paper.lang),
                    got=amount(got, need.unit, paper.lang),
                    way="—" if allocation.travel is None else span_text(allocation.travel, paper.lang))
    for b in made.booms:
        place = name_of(made.river, b.site_id, b.name, paper.lang)
        said += [paper.word("short_action", place=place, what=material(x.need.name, paper.lang),
                            amount=amount(x.short, x.need.unit, paper.lang)) for x in b.allocations if x.short > 0]
    return said + [words for _, words in sorted(worst.values(), key=lambda pair: pair[0])]

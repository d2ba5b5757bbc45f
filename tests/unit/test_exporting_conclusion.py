"""The half page that opens a strategy: its five sentences, whom they count, what they call late, short or hopeless."""

from dataclasses import replace

from test_exporting_strategy import HOSTILE, opened, planned, river, table, words, written

from riverplan.errors import Problem
from riverplan.exporting.strategy import strategy
from riverplan.exporting.strategy_conclusion import write_conclusion
from riverplan.exporting.strategy_lacks import shortages
from riverplan.exporting.strategy_layout import new_document, rows_of
from riverplan.exporting.strategy_paper import Paper
from riverplan.exporting.strategy_subject import Subject
from riverplan.planning.result import Refused


def conclusion(made) -> str:
    """What the conclusion of a plan says, without the paper around it."""
    paper = Paper(new_document("zh"), "zh")
    write_conclusion(paper, Subject(plan=made, by_flow={}))
    return words(paper.document)


def test_lists_without_stores_and_teams_are_never_said_to_suffice():
    said = conclusion(replace(planned(), river=river().replace(resources=())))
    assert "【待补：物资库名录】" in said and "【待补：应急队伍名录】" in said
    assert "够用" not in said


def test_what_cannot_be_judged_is_not_said_to_exceed_or_to_hold():
    said = conclusion(planned(mass=None))
    assert "不能判断" in said
    assert "守不住" not in said and "可守住" not in said and "可能超标" not in said


def rows(said: str, lang: str = "zh") -> int:
    """Rows of a conclusion under its heading."""
    return sum(rows_of(line, lang) for line in said.splitlines()[1:])


def test_the_conclusion_is_half_a_page_of_five_sentences():
    for made in (planned(), planned(mass=None), planned(clocked=False), planned(HOSTILE * 3)):
        said = conclusion(made)
        assert [line.partition("。")[0] for line in said.splitlines()[1:]] == ["最怕", "最弱", "速定", "先补", "把握"]
        assert rows(said) <= 11
        assert "模型估算" in said and "平水期（流量" in said


def test_the_conclusion_names_the_first_intake_and_the_first_decision_with_the_hours_of_the_plan():
    made, said = planned(), conclusion(planned())
    first = min((a for a in made.forecast.arrivals if a.kind == "intake"), key=lambda a: a.earliest)
    assert f"{made.clock(first.earliest):%H:%M}最早到坝下取水口" in said
    assert "1 处取水口、5,000人可能超标" in said
    assert "【待补】" in said                                            # the tank of the intake


def test_the_conclusion_counts_intakes_as_the_plan_s_own_table_does():
    made = planned()
    [works] = [e for e in made.receptors if e.kind == "intake"]
    assert works.before.probability >= 0.05 > works.after.probability
    assert "5,000人可能超标，按方案 0 处" in conclusion(made)
    still = replace(works, after=replace(works.after, probability=0.05))
    assert "可能超标，按方案 1 处" in conclusion(replace(made, receptors=(still,)))
    late = replace(works, after=replace(works.after, exceeds_from=None, put_off=0.5))
    assert "可能超标，按方案 1 处" in conclusion(replace(made, receptors=(late,)))
    assert "另有供水 1 处不计" in conclusion(replace(made, receptors=(works,), supplied=("X9",)))
    never = replace(works, before=replace(works.before, probability=0.01))
    for other in (replace(made, receptors=(never,)), replace(made, supplied=(works.site_id,))):
        assert "推算没有取水口超标" in conclusion(other)


def test_a_gate_in_time_that_leaves_intakes_short_of_water_is_not_called_late():
    made = planned()
    dry = Refused(site_id="D01", name="示范坝", action="close", earliest=made.action("D01").earliest, ready=None,
                  why=Problem(code="refused_dries_spared", severity="note"), spared=7e5, dries=("I01",))
    bare = replace(made, actions=(), refused=(dry,), harm={**made.harm, "plan": made.harm["nothing"]})
    said = conclusion(bare)
    assert "外无空间来得及，而用它会使取水口缺水（其另有供水时可少 70 万人·小时）" in said and "只能停取" not in said
    assert "（其另有供水" not in conclusion(replace(bare, refused=(replace(dry, spared=0.0),)))
    assert "无空间来得及" in conclusion(replace(bare, refused=())) and "缺水" not in conclusion(
        replace(bare, refused=()))


def test_a_reagent_for_a_whole_pool_that_nobody_can_bring_together_is_not_called_a_gap_to_fill():
    made = planned()
    [short] = {a.short for d in made.dosings for a in d.allocations if a.need.unit == "kg"}
    assert short > 1e6                                         # a thousand tonnes and more for two of phenol
    said = "".join(shortages(Paper(new_document("zh"), "zh"), made))
    assert "不现实" in said and "缺粉末活性炭" not in said
    few = replace(made, dosings=tuple(replace(d, allocations=tuple(
        replace(a, need=replace(a.need, quantity=900.0), short=400.0) for a in d.allocations)) for d in made.dosings))
    assert "缺粉末活性炭 400 kg" in "".join(shortages(Paper(new_document("zh"), "zh"), few))


def test_what_to_build_first_stands_in_chapter_ten_with_the_hours_it_lacks():
    made = planned()
    dam = made.action("D01")
    refused = Refused(site_id="D01", name="示范坝", action="close", earliest=dam.ready.ready - 360.0,
                      ready=dam.ready.ready, why=Problem(code="refused_late", severity="note"))
    late = replace(made, actions=(), refused=(refused,), harm={**made.harm, "plan": made.harm["nothing"]})
    found = [[c.text for c in r.cells] for r in table(opened(strategy(late)), "怎样准备").rows[1:]]
    assert [(r[0].split()[0], r[2], r[3]) for r in found] == [("D01", "0.1", "授权先行处置、不等下令")]
    assert "授权先行处置、不等下令（差 0.1 h）" in conclusion(late)
    assert "没有因赶不上而用不了的空间" in words(opened(written()))

"""What a plan says of films, acids and alkalis: nothing of limits, dosing or capacity that is not true of them."""

from dataclasses import replace

import pytest
from click.testing import CliRunner
from test_planning_plan import SPILL, codes, guarded, pond, with_help

from riverplan.app.plan_words import is_judged, outcome
from riverplan.cli import _riverplan
from riverplan.planning.plan import plan
from riverplan.planning.plan_words import conclusion_lines, receptor_table
from riverplan.river.sites import Bridge
from riverplan.river.store import save_river


def printed(tmp_path, substance, mass):
    river = with_help(guarded(), pond(functions="储存、投药"), Bridge(
        site_id="B1", name="示范桥", span=40.0, lon=108.0, lat=29.8, county="示范县", reach_id="a", chainage=8_000.0))
    path = save_river(river, tmp_path / "river.gpkg")
    done = CliRunner().invoke(_riverplan, [
        "plan", str(path), "--at", "107.69,29.82", "--substance", substance, "--mass-kg", mass,
        "--start", "2026-07-01 08:00", "--no-candidates"], catch_exceptions=False)
    assert done.exit_code == 0
    return done.output


@pytest.fixture(scope="module")
def film():
    return plan(guarded(1e8), replace(SPILL, substance="柴油", mass=5_000.0), candidates=False)


def test_of_a_film_no_limit_is_said_to_be_exceeded(film):
    said = " ".join(conclusion_lines(film, "zh"))
    assert "无法判断是否超标，按污染团在场或缺水计" in said
    assert "很可能超标" not in said and "交界超标的可能" not in said
    heads = receptor_table(film, "zh")[0]
    assert "在场/缺水 h" in heads and "到达可能 %" in heads
    assert not is_judged(film) and {outcome(film, e) for e in film.receptors} == {"unjudged"}
    why = [p.what("zh") for a in film.actions for p in a.why]
    assert [w for w in why if "污染团到达交界的可能" in w] and not [w for w in why if "超标" in w]


def test_of_a_film_the_trials_take_no_account_of_booms_and_speak_of_no_dosing(film):
    assert "plan_dispersed_film" in codes(film.assumptions) and "plan_dispersed" not in codes(film.assumptions)
    assert not [p for p in (*film.problems, *film.assumptions) if "投药" in p.text("zh") or "dosing" in p.text("en")]


def test_a_film_that_reaches_nobody_in_time_is_not_said_to_keep_below_limits():
    near = replace(guarded(clear_water_tank=1e7), resources=())
    harmless = near.replace(sites=tuple(s for s in near.sites if s.kind != "boundary"))
    found = plan(harmless, replace(SPILL, substance="柴油", mass=5.0), candidates=False)
    assert "plan_nothing_harmed_there" in codes(found.assumptions)
    assert "超标" not in " ".join(p.text("zh") for p in found.assumptions if p.code.startswith("plan_nothing"))


def test_booms_and_sorbents_are_laid_and_not_dosed(tmp_path):
    said = printed(tmp_path, "柴油", 5_000)
    assert "── 污染团经过处的拦油、吸油（用量须现场核定）" in said and "── 投药" not in said
    assert "请按现场河宽、流速和油膜厚度核定。" in said and "小试" not in said


def test_an_acid_is_neutralised_and_judged_by_its_ph(tmp_path):
    said = printed(tmp_path, "硫酸", 5_000)
    assert "── 中和（起始试验值，须小试确定）" in said and "── 投药" not in said
    assert "中和的效果没有人测过的不计入" in said and "浮油" not in said and "超标/缺水 h" in said


def test_a_dissolved_substance_is_dosed_as_before(tmp_path):
    said = printed(tmp_path, "苯酚", 5)
    assert "中和" not in said and "拦油" not in said and "投药去除率没有人测过的不计入" in said


def test_what_was_set_aside_is_not_said_to_hold_too_little():
    big = pond(site_id="P7", name="下游大塘", reach_id="b", chainage=9_500.0, usable_volume=1e9, canal_capacity=50.0)
    found = plan(with_help(guarded(), big), replace(SPILL, substance="硫酸", mass=5_000.0), candidates=False)
    [why] = [r.why for r in found.refused if r.site_id == "P7"]
    assert why.code == "refused_aside"
    assert "粗估" in why.what("zh") and "容纳的污染水太少" not in why.what("zh") and "estimate" not in why.mend("en")


@pytest.mark.parametrize("substance", ["硫酸", "柴油"])
def test_where_no_space_helps_the_places_to_neutralise_or_lay_booms_are_not_denied(substance):
    bridge = Bridge(site_id="B1", name="示范桥", span=40.0, lon=108.0, lat=29.8, county="示范县", reach_id="a",
                    chainage=8_000.0)
    asked = replace(SPILL, substance=substance, mass=5_000.0)
    found = plan(with_help(guarded(close_time=None), bridge), asked, candidates=False)
    assert not found.actions and {d.site_id for d in found.dosings} == {"B1"}
    [said] = [p for p in found.problems if p.code.startswith("plan_nothing_helps")]
    assert "在 1 处投药、中和或拦油吸油" in said.what("zh") and "booms and sorbents (places: 1" in said.what("en")
    bare = plan(guarded(close_time=None), asked, candidates=False)
    assert "plan_nothing_helps" in codes(bare.problems) and not bare.dosings

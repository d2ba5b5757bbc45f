"""The plan check: each finding on a river made to have it; and the conclusion in half a page."""

from dataclasses import replace
from datetime import date

import pytest
from planned_river import dry, planned_river, with_resource, with_site

from riverplan.errors import Problem
from riverplan.i18n import LANGS
from riverplan.planning.check import check_plans, years_before
from riverplan.planning.check_measures import best_change, late_by_site, unprotected
from riverplan.planning.conclusion import MOST, conclusion, feared, purchases, stretch
from riverplan.planning.harm import Harm
from riverplan.planning.late import Change
from riverplan.planning.person_hours import people_hours
from riverplan.planning.plan_said import KeptBooms, KeptDosing, KeptRefusal
from riverplan.planning.stock import Need
from riverplan.river.sites import Intake

TODAY = date(2026, 3, 1)


def check(river, records, today=TODAY, **more):
    found = check_plans(river, records, today=today, **more)
    for problem in found:
        for lang in LANGS:
            assert problem.what(lang) and problem.mend(lang) and "{" not in problem.text(lang)
    return found


def codes(river, records, **more):
    return {p.code for p in check(river, records, **more)}


def one(river, records, code, **more):
    [problem] = [p for p in check(river, records, **more) if p.code == code]
    return problem


def signed(records, on="2026-02-01"):
    return tuple(replace(r, signed_on=on) for r in records)


@pytest.fixture
def river():
    return planned_river()


@pytest.fixture(scope="session")
def always(records):
    """Findings of the river and plans as they are: nothing but what the plans themselves say."""
    return codes(planned_river(), signed(records))


def test_a_river_in_order_is_found_only_what_its_plans_say(always):
    assert always == {"plan_intake_bare", "plan_late", "plan_reagent_short"}


def test_findings_are_sorted_by_gravity(river, records):
    order = {"error": 0, "warning": 1, "note": 2}
    ranks = [order[p.severity] for p in check(river, records)]
    assert ranks == sorted(ranks)
    unread = Problem(code="plans_row_damaged", severity="warning", fields={
        "row": 1, "source": "S1", "scenario": "low", "detail": "x"})
    assert unread in check(river, records, unread=[unread])


def test_plans_that_are_missing_gone_or_outgrown_are_named(river, records):
    assert one(river, [], "plans_none").severity == "error"
    assert "枯水期" not in one(river, records[:1], "plans_missing").text("zh")
    assert "S1 × 平水期" in one(river, records[:1], "plans_missing").text("zh")
    gone = replace(records[0], source_id="S7")
    assert "S7" in one(river, [*records, gone], "plans_gone").text("zh")
    more = with_site(river, "S1", max_storage=9_000.0)
    assert len([p for p in check(more, records) if p.code == "plan_outgrown"]) == 2
    assert "plan_outgrown" in codes(with_site(river, "S1", substances="柴油"), records)
    assert "plan_outgrown" not in codes(with_site(river, "S1", max_storage=1_000.0), records)
    assert "every_no_substance" in codes(with_site(river, "S1", substances=""), records)


def test_plans_of_another_river_old_ones_and_unsigned_ones_are_named(river, records):
    assert "plans_other_river" in codes(river.replace(name="改名"), records)
    assert "plans_unsigned" in codes(river, records)
    assert "plans_old" not in codes(river, records, today=date(2029, 1, 5))
    assert "plans_old" in codes(river, records, today=date(2029, 1, 6))
    assert "plans_old" not in codes(river, signed(records, "2028-01-01"), today=date(2029, 1, 6))
    assert years_before(date(2028, 2, 29), 3) == date(2025, 2, 28)


def faster(river, factor):
    return river.replace(scenarios={k: replace(s, velocity=s.velocity * factor) for k, s in river.scenarios.items()})


@pytest.mark.parametrize(("factor", "sign", "severity"), [
    (1.5, True, "error"), (1.5, False, "warning"), (0.6, True, "warning")])
def test_arrivals_that_moved_since_the_plan_was_signed_are_found_by_forecasting_again(river, records, factor, sign,
                                                                                     severity):
    kept = signed(records) if sign else records
    found = [p for p in check(faster(river, factor), kept) if p.code in ("plan_earliest_moved", "plan_peak_moved")]
    assert len(found) == len(records)
    assert {p.severity for p in found} == {severity}
    assert all(p.fields["site"]["zh"][:2] in ("I0", "I1", "B1") for p in found)      # what people act on comes first
    old, new = (float(found[0].fields[k]) for k in ("old", "new"))
    assert (new < old) == (factor > 1.0)


def test_an_arrival_that_moves_by_little_is_not_said(river, records):
    assert not {"plan_earliest_moved", "plan_peak_moved"} & codes(faster(river, 1.05), records)


def test_sites_the_plume_newly_comes_to_are_named(river, records):
    new = Intake(site_id="I2", name="新水厂", lon=107.8, lat=29.8, reach_id="c", chainage=9_000.0, phone="0000-4")
    more = river.replace(sites=(*river.sites, new))
    assert one(more, records[:1], "plan_places_changed").fields["more"]["zh"] == "I2"
    fewer = river.replace(sites=tuple(s for s in river.sites if s.site_id != "I1"))
    assert one(fewer, records[:1], "plan_places_changed").fields["less"]["zh"] == "I1"


def test_a_plan_that_cannot_be_forecast_again_is_an_error(river, records):
    found = [p for p in check(dry(river), records) if p.code == "plan_not_again"]
    assert len(found) == 2 and found[0].severity == "error"


def test_negative_margins_say_the_least_and_the_most_and_the_change_that_mends_them(river, records):
    late = one(river, records, "plan_late")
    lacks = sorted(x.lacks / 3600 for r in records for x in r.said.late if x.site_id == "T1")
    assert (late.fields["least"], late.fields["most"]) == (f"{lacks[0]:.1f}", f"{lacks[-1]:.1f}")
    assert late.fields["count"] == 2
    hopeless = [replace(r, said=replace(r.said, late=tuple(replace(x, changes=()) for x in r.said.late)))
                for r in records]
    assert one(river, hopeless, "plan_late_always").severity == "warning"
    part = [replace(r, said=replace(r.said, late=tuple(
        replace(x, holds=None, earliest=x.ready - 60.0) for x in r.said.late))) for r in records]
    said = one(river, part, "plan_late_part")
    assert "最少晚 <0.1 h" in said.what("zh") and "只引走一部分水" in said.mend("zh") and "—" not in said.text("zh")


def test_a_dearer_change_is_taken_only_where_it_turns_many_more_margins(records):
    [some] = [v for k, v in late_by_site(records).items() if k == "T1"]

    def case(*codes_in_time):
        late = some[0].late
        return some[0]._replace(late=replace(late, changes=tuple(Change(code=c, ready=late.earliest - 1.0)
                                                                  for c in codes_in_time)))

    assert best_change([case("bags", "all"), case("bags", "all"), case("all")]) == ("bags", 2)
    assert best_change([case("bags", "all"), case("all"), case("all")]) == ("all", 3)
    assert best_change([case()]) == ("", 0)


def test_an_intake_is_unprotected_where_tank_and_plan_do_not_help(river, records):
    bare = {(p.fields["site"]["zh"].split()[0], p.fields["count"]) for p in check(river, records)
            if p.code == "plan_intake_bare"}
    assert bare == {("I0", 2), ("I1", 1)}                    # at low flow the gate keeps the plume from I1
    otherwise = [replace(r, said=replace(r.said, supplied=("I0",))) for r in records]
    assert one(river, otherwise, "plan_intake_bare").fields["site"]["zh"].startswith("I1")
    effect = next(e for r in records for e in r.said.receptors if e.site_id == "I0")
    assert unprotected(effect)
    assert not unprotected(replace(effect, after=replace(effect.after, beyond_tank=0.4)))
    assert not unprotected(replace(effect, after=replace(effect.after, probability=0.04)))
    assert not unprotected(replace(effect, kind="boundary"))
    industrial = with_site(river, "I0", category="industrial")
    assert {p.severity for p in check(industrial, records) if p.code == "plan_intake_bare"
            and "I0" in p.text("zh")} == {"warning"}


def test_a_gate_left_out_for_the_intakes_it_dries_is_worth_another_supply_there(river, records):
    [low] = [r for r in records if r.scenario == "low"]
    kept = [replace(r, said=replace(r.said, refused=(KeptRefusal(
        site_id="G1", name="示范闸", action="close", code="refused_dries_spared", margin=None, spared=spared,
        dries=dries),))) for r, spared, dries in ((low, 0.5 * low.harm["nothing"].population_hours, ("I1",)),
                                                  (low, 0.8 * low.harm["nothing"].population_hours, ("I0", "I1")),
                                                  (low, 0.01 * low.harm["nothing"].population_hours, ("I0",)))]
    [said] = [p for p in check(river, kept) if p.code == "plan_gate_dries"]
    assert "2 份方案" in said.what("zh") and "I1 县水厂、I0 村水站" in said.what("zh")
    assert people_hours(0.8 * low.harm["nothing"].population_hours, "zh") in said.what("zh")
    assert not [p for p in check(river, kept[2:]) if p.code == "plan_gate_dries"]


def test_reagents_are_short_only_where_no_technique_of_a_place_is_covered(river, records):
    short = (Need(name="empty_bag", quantity=500.0, unit="count", short=200.0),)
    none, some = (KeptDosing(site_id="G1", name="示范闸", technique_id=t, margin=0.0, short=s)
                  for t, s in (("a", ()), ("b", short)))

    def with_dosings(*dosings):
        return [replace(r, said=replace(r.said, dosings=dosings)) for r in records]

    found = one(river, with_dosings(some), "plan_reagent_short")
    assert found.fields["short"] == "200" and found.fields["count"] == 2
    assert "plan_reagent_short" not in codes(river, with_dosings(none, some))


def test_booms_and_sorbents_short_are_named_with_the_worst_place_and_no_jar_test(river, records):
    """Of a spill that floats: each material once, the place that lacks the most, in how many plans."""
    def laid(site_id, name, **short):
        return KeptBooms(site_id=site_id, name=name, short=tuple(
            Need(name=n, quantity=2.0 * q, unit="m" if n == "oil_boom" else "kg", short=q) for n, q in short.items()))

    kept = [replace(r, said=replace(r.said, booms=(laid("G1", "示范闸", oil_boom=333.0, oil_sorbent=1_200.0),
                                                   laid("T1", "筑坝点", oil_boom=120.0)))) for r in records]
    booms, sorbent = (p for p in check(river, kept) if p.code == "plan_booms_short")
    assert booms.what("zh").startswith("围油栏不足：示范闸 需 666 m，其中 333 m 无法按时到位")
    assert "2 份方案缺它" in booms.what("zh") and "现场核定" in booms.mend("zh") and "小试" not in booms.mend("zh")
    assert "needs 2.4 t, of which 1.2 t" in sorbent.what("en") and sorbent.severity == "warning"
    assert "plan_booms_short" not in codes(river, records)


def test_a_place_where_plans_lay_booms_is_used_and_what_it_lacks_is_a_warning(river, records):
    river = with_site(river, "T1", instruction="")
    booms = KeptBooms(site_id="T1", name="筑坝点", short=())
    laid = [replace(r, said=replace(r.said, booms=(booms,))) for r in records]
    assert one(river, records, "plan_no_instruction").severity == "note"
    assert one(river, laid, "plan_no_instruction").severity == "warning"


@pytest.mark.parametrize(("site", "changes", "code", "severity"), [
    ("G1", {"instruction": " "}, "plan_no_instruction", "warning"),
    ("T1", {"instruction": ""}, "plan_no_instruction", "note"),
    ("G1", {"verified_on": ""}, "plan_unverified", "warning"),
    ("G1", {"verified_on": "2023-02-28"}, "plan_unverified", "warning"),
    ("T1", {"verified_on": "2027-01-01"}, "plan_unverified", "note"),
    ("T1", {"verified_on": "去年"}, "plan_unverified", "note"),
    ("G1", {"verified_result": "no"}, "plan_denied", "warning"),
    ("G1", {"phone": ""}, "plan_no_phone", "warning"),
    ("T1", {"phone": ""}, "plan_no_phone", "note"),
    ("I1", {"phone": ""}, "plan_no_phone", "warning"),
    ("S1", {"phone": ""}, "plan_no_phone", "warning"),
    ("G1", {"today_level": None}, "plan_no_level", "warning"),
])
def test_what_a_list_lacks_is_a_warning_where_a_plan_uses_it(river, records, always, site, changes, code, severity):
    changed = with_site(river, site, **changes)
    assert codes(changed, signed(records)) - always == {code, "plans_other_river"}
    problem = one(changed, records, code)
    assert problem.severity == severity
    assert site in problem.text("zh")


def test_a_space_verified_three_years_ago_to_the_day_is_verified(river, records):
    assert "plan_unverified" not in codes(with_site(river, "G1", verified_on="2023-03-01"), records)


@pytest.mark.parametrize("who", ["W1", "E1", "C1"])
def test_stores_teams_and_contacts_without_a_phone_are_named(river, records, who):
    assert who in one(with_resource(river, who, phone=""), records, "plan_no_phone").text("zh")


def test_a_boundary_has_a_contact_by_its_phone_or_by_the_bureau_downstream(river, records):
    by_bureau = with_site(river, "B1", phone="")
    assert "plan_no_contact" not in codes(by_bureau, records)
    assert one(with_resource(by_bureau, "C1", jurisdiction="远县"), records, "plan_no_contact").severity == "warning"
    assert "plan_no_contact" not in codes(with_resource(river, "C1", jurisdiction="远县"), records)


# ── the conclusion ──────────────────────────────────────────────────────────────────────────────────
def test_the_conclusion_names_the_spill_to_fear_the_weakest_stretch_and_what_to_buy(river, records):
    found = check(river, records)
    said = conclusion(river, records, found, "zh")
    assert "S1 化工厂 在平水期" in said and "苯酚 2 t" in said
    assert "I0 村水站" in said and "T1 筑坝点" in said
    assert f"严重问题 {sum(p.severity == 'error' for p in found)} 项" in said
    english = conclusion(river, records, found, "en")
    assert "normal flow" in english and "phenol" in english


def test_the_spill_to_fear_leaves_most_person_hours_then_most_boundaries(records):
    assert feared(records).scenario == "normal"
    alike = [replace(r, said=replace(r.said, harm={**r.harm, "plan": Harm(
        population_hours=5.0, boundary_probability=p)})) for r, p in zip(records, (0.9, 0.2), strict=True)]
    assert feared(alike) is alike[0]
    assert feared([]) is None
    # hours of a film's presence are no hours above a limit
    film = replace(records[0], said=replace(records[0].said, problems=("plan_film",), harm={
        **records[0].harm, "plan": Harm(population_hours=1e9, boundary_probability=5.0)}))
    assert feared([film, *alike]) is alike[0] and feared([film]) is film


def test_the_stretch_ends_where_an_action_is_in_time(records):
    low, normal = (stretch(r) for r in records)
    assert (low.until, low.is_open, low.intake) == ("G1", False, "I0")
    assert low.length == pytest.approx(14_000.0)
    assert (normal.until, normal.is_open, normal.length) == ("B1", True, pytest.approx(22_000.0))
    tardy = replace(records[0], said=replace(records[0].said, actions=tuple(
        replace(a, margin=-1.0) for a in records[0].said.actions)))
    assert stretch(tardy).is_open


def test_nothing_is_bought_that_holds_the_river_for_less_than_an_hour_or_that_nobody_listed(records):
    assert [p.site_id for p in purchases(records)] == ["T1"]

    def changed(**changes):
        return [replace(r, said=replace(r.said, late=tuple(replace(x, **changes) for x in r.said.late)))
                for r in records]

    assert purchases(changed(holds=3_000.0)) == ()
    assert purchases(changed(holds=None)) == ()
    assert purchases(changed(site_id="found:a@9000")) == ()


def test_the_conclusion_keeps_to_half_a_page_whatever_the_names_and_the_number_of_spaces(river, records):
    long = "很长很长的名字" * 12
    wide = river
    for site in ("S1", "T1", "I0", "I1"):
        wide = with_site(wide, site, name=long + site)
    many = []
    for r in records:
        late = next(x for x in r.said.late if x.site_id == "T1")
        eased = replace(late, changes=(Change(code="all", ready=late.earliest - 1.0),))
        many.append(replace(r, said=replace(r.said, late=tuple(
            replace(eased, site_id=f"T{i}", name=long) for i in range(9)))))
    for lang in LANGS:
        for some in (many, records, []):
            said = conclusion(wide, some, check(wide, records), lang)
            assert 0 < len(said) <= MOST[lang]
            assert not said.endswith("…")

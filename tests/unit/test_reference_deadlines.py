"""Deadlines of reports: the rules of the package, and which of them hold."""

import csv
from importlib.resources import files

import pytest

from riverplan.reference.deadlines import KINDS, LEVELS, MEDIA, SINCE, Deadline, deadline_of, deadlines, strictest


def of(jurisdiction: str, level: str, kind: str = "report") -> dict[tuple[str, str], float]:
    return {(to, rule.medium): rule.within / 3600 for to, rule in strictest(
        deadlines(), jurisdiction=jurisdiction, level=level, kind=kind)}


def test_every_row_of_the_table_is_read_and_says_its_source_or_that_it_is_advice():
    with files("riverplan.reference").joinpath("deadlines.csv").open(encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == len(deadlines())
    for rule in deadlines():
        assert rule.kind in KINDS and rule.medium in MEDIA and rule.since in SINCE and rule.levels
        assert len(rule.to) == len(rule.to_en)
        assert bool(rule.source) == (rule.confidence != "design")
        assert rule.confidence in ("high", "medium", "low", "design")


def test_order_17_gives_four_hours_for_iii_and_iv_and_two_for_i_and_ii():
    assert of("某县", "IV") == of("某县", "III") == {
        ("本级人民政府", "writing"): 4.0, ("上一级生态环境主管部门", "writing"): 4.0}
    grave = of("某县", "II")
    assert grave["本级人民政府", "writing"] == grave["省级生态环境主管部门", "writing"] == 2.0
    assert grave["生态环境部", "writing"] == 2.0


def test_the_hour_of_the_province_runs_from_the_report_below_and_is_not_the_countys():
    [rule] = [r for r in deadlines() if r.by == "province"]
    assert (rule.within, rule.since, rule.levels) == (3600.0, "reported", ("I", "II"))
    assert of("某县", "I")["生态环境部", "writing"] == 2.0


def test_a_countys_stricter_rule_takes_the_place_of_the_nations():
    for level in LEVELS:
        own = of("丰都县", level)
        assert own["本级人民政府", "phone"] == 0.5
        assert own["本级人民政府", "writing"] == 1.0
    assert of("重庆市丰都县", "IV") == of("丰都县", "IV")


def test_loudi_has_three_hours_for_an_ordinary_event_and_no_more_for_a_graver_one():
    assert of("娄底市新化县", "IV")["本级人民政府", "writing"] == 3.0
    assert of("娄底市", "III")["本级人民政府", "writing"] == 3.0
    assert of("娄底市", "II")["本级人民政府", "phone"] == 0.5


def test_nothing_graver_is_ever_told_later():
    for place in ("丰都县", "娄底市", "某县"):
        for kind in KINDS:
            for milder, graver in zip(LEVELS[:0:-1], LEVELS[-2::-1], strict=True):
                mild, grave = of(place, milder, kind), of(place, graver, kind)
                assert all(grave[key] <= hours for key, hours in mild.items())


def test_publication_is_bound_for_levels_i_and_ii_only():
    assert of("丰都县", "III", "publication") == of("丰都县", "IV", "publication") == {}
    assert of("丰都县", "II", "publication") == {("公众", "writing"): 5.0, ("公众", "conference"): 24.0}


def test_neighbours_are_told_at_once_and_no_clock_runs_from_the_release():
    assert set(of("某县", "IV", "circular").values()) == {0.0}
    assert {r.since for r in deadlines()} <= {"received", "known", "reported"}


@pytest.mark.parametrize(("written", "seconds"), [
    ("4", 14_400.0), ("0.5", 1800.0), ("30分钟", 1800.0), ("30 min", 1800.0), ("半小时", 1800.0), ("1小时", 3600.0),
    ("２ｈ", 7200.0), ("立即", 0.0), ("at once", 0.0)])
def test_times_are_read_as_people_write_them(written, seconds):
    rule, wrong = deadline_of({"jurisdiction": "某县", "kind": "报告", "medium": "书面", "hours": written,
                               "since": "知悉", "to": "县政府"})
    assert isinstance(rule, Deadline) and not wrong
    assert rule.within == seconds


@pytest.mark.parametrize(("written", "levels"), [
    ("", LEVELS), ("Ⅰ、Ⅱ", ("I", "II")), ("特别重大、重大", ("I", "II")), ("较大及以上", ("I", "II", "III")),
    ("III级", ("III",)), ("一般|较大", ("III", "IV")), ("五级", None), ("重大和五级", None)])
def test_levels_are_read_as_people_write_them(written, levels):
    rule, wrong = deadline_of({"jurisdiction": "某县", "levels": written, "kind": "报告", "medium": "书面",
                               "hours": "1", "since": "知悉", "to": "县政府"})
    assert (rule.levels if rule else None) == levels
    assert wrong == (() if levels else (("levels", written),))

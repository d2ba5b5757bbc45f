import csv
import io
import re

import pytest
from river_fixtures import y_river

from riverplan.app import answer, drawing, labels
from riverplan.app.question import Question, ask
from riverplan.forecasting.spill import Spill, clock
from riverplan.river.sites import Intake

RIVER = y_river()


def asked(**changes):
    spill = {"site_id": "S01", "substance": "苯酚", "mass": 500.0, "at": clock("2026-07-01 22:00"), **changes}
    return ask(RIVER, Question(spill=Spill(**spill)))


def test_the_first_card_names_the_next_intake_with_a_clock_time_and_says_that_it_exceeds():
    forecast = asked()
    first = answer.key_answers(forecast, "zh")[0]
    arrival = forecast.arrival("I01")
    assert first.name == "清河水厂取水口"
    assert first.distance == "13.0 km"                       # 9 km left of r1 and 4 km of r3
    assert first.earliest == answer.clock(forecast, arrival.earliest, floor=True)
    assert first.tone == "bad" and "超标" in first.verdict and ">99%" in first.verdict


def test_the_earliest_time_is_rounded_down_and_carries_the_day_after_midnight():
    forecast = asked()
    assert answer.clock(forecast, 119.0, floor=True) == "22:01"
    assert answer.clock(forecast, 119.0) == "22:02"
    assert answer.clock(forecast, 7_200.0) == "07-02 00:00"
    assert answer.clock(forecast, float("inf")) == "–"


def test_a_spill_of_unknown_mass_gives_times_but_says_that_it_has_no_concentration():
    forecast = asked(mass=None)
    first = answer.key_answers(forecast, "zh")[0]
    words = answer.row(forecast.arrivals[0], forecast, "zh")
    assert first.earliest and first.verdict == "质量未知，只有时间" and first.tone == "none"
    assert words["concentration"] == "" and words["share"] == "" and words["earliest"]


def test_where_no_limit_can_be_judged_no_number_of_exceeding_intakes_is_given():
    for forecast in (asked(mass=None), asked(substance="某新材料")):
        assert "不能判断" in answer.summary(forecast, "zh") and "预计超标" not in answer.summary(forecast, "zh")
    assert "预计超标" in answer.summary(asked(), "zh")


def test_without_a_substance_the_limit_is_a_dash_and_no_standard_stays_for_a_named_one():
    for substance, zh, en in (("", "—", "—"), ("某新材料", "无标准", "no standard")):
        forecast = asked(substance=substance)
        assert {answer.row(a, forecast, "zh")["limit"] for a in forecast.arrivals} == {zh}
        assert {answer.row(a, forecast, "en")["limit"] for a in forecast.arrivals} == {en}


def test_a_concentration_pretends_to_no_more_than_two_digits():
    forecast = asked()
    for arrival in forecast.arrivals:
        words = answer.row(arrival, forecast, "zh")["concentration"]
        for number in re.findall(r"[\d.]+", words):
            assert len(number.replace(".", "").strip("0")) <= 2, words


def test_a_substance_without_a_standard_is_never_said_to_stay_below_it():
    forecast = asked(substance="某新材料")
    assert {answer.verdict(a, forecast, "zh")[1] for a in forecast.arrivals} == {"none"}
    assert answer.row(forecast.arrivals[0], forecast, "en")["limit"] == "no standard"


def test_a_spill_too_small_to_matter_stays_below_the_limit():
    first = answer.key_answers(asked(mass=1e-6), "en")[0]
    assert first.tone == "good" and "stays below" in first.verdict


def test_a_river_without_a_boundary_downstream_says_so_instead_of_leaving_a_gap():
    forecast = asked(site_id="M01")
    assert {a.name for a in answer.key_answers(forecast, "zh")} == {"下游模型范围内没有"}


def test_the_csv_opens_in_a_spreadsheet_with_every_arrival_and_no_formula():
    river = RIVER.replace(sites=tuple(
        Intake(site_id="I01", name="=HYPERLINK(1)", lon=s.lon, lat=s.lat, reach_id=s.reach_id, chainage=s.chainage)
        if s.site_id == "I01" else s for s in RIVER.sites))
    forecast = ask(river, Question(spill=Spill(site_id="S01", mass=1.0, at=clock("2026-07-01 08:00"))))
    content = answer.table_csv(forecast, "zh")
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[0][:3] == [river.name, "示范数据, 非实测", "内部资料 注意保存"]
    assert len(rows) == 2 + len(forecast.arrivals) - 1              # all but the site of the spill
    assert {r[0]: r[2] for r in rows[2:]}["I01"] == "'=HYPERLINK(1)"


def test_a_name_from_a_file_cannot_become_a_tag_of_the_page():
    river = RIVER.replace(name="<img src=x>", sites=tuple(
        Intake(site_id="I01", name="<script>1</script>", lon=s.lon, lat=s.lat, reach_id=s.reach_id,
               chainage=s.chainage) if s.site_id == "I01" else s for s in RIVER.sites))
    forecast = ask(river, Question(spill=Spill(site_id="S01", mass=1.0, at=clock("2026-07-01 08:00"))))
    cards = drawing.cards(answer.key_answers(forecast, "zh"))
    page = drawing.header(river, "zh") + drawing.table(forecast, "zh") + cards
    assert "<script" not in page and "<img src=x" not in page
    assert "&lt;script&gt;" in page


def test_the_table_keeps_the_order_of_the_way_down_and_marks_what_is_not_mixed():
    forecast = asked()
    page = drawing.table(forecast, "zh")
    places = [page.index(f'data-site="{a.site_id}"') for a in answer.reached(forecast)]
    assert places == sorted(places)
    assert ("※ 尚未横向混匀" in page) == any(a.fully_mixed is False for a in answer.reached(forecast))


@pytest.mark.parametrize(("written", "lang", "label"), [
    ("石油类", "zh", "石油类"), ("柴油", "zh", "柴油（石油类）"), ("某新材料", "zh", "某新材料"),
    ("石油类", "en", "petroleum hydrocarbons (oils)"),
])
def test_a_substance_is_listed_by_every_name_with_what_it_is_judged_by(written, lang, label):
    assert labels.substance_label(written, lang) == label


def test_a_download_is_named_after_river_substance_and_start():
    assert labels.file_name(asked(), ".pdf") == "清河_苯酚_20260701-2200.pdf"


def test_a_film_has_no_verdict_but_a_warning_and_an_acid_is_judged_by_its_ph():
    film, acid = asked(substance="柴油"), asked(substance="盐酸", mass=3e6)
    for forecast, strong in ((film, "浮油"), (acid, "pH ")):
        rows = [answer.row(a, forecast, "zh") for a in answer.reached(forecast)]
        assert all(r["concentration"].startswith(strong) for r in rows)
    assert {answer.verdict(a, film, "zh") for a in answer.reached(film)} == {("浮油，不给浓度", "warn")}
    assert {answer.verdict(a, acid, "zh")[1] for a in answer.reached(acid)} == {"bad"}
    assert answer.row(answer.reached(acid)[0], acid, "zh")["tap"] == "pH 6.5–8.5"
    assert "是否超标不能判断" in answer.summary(film, "zh")

"""``riverplan forecast`` as people and programs use it."""

import json

import pytest
from click.testing import CliRunner
from river_fixtures import y_river
from test_river_diversion import straight

from riverplan.cli.forecast import command
from riverplan.cli.output import MANY, print_problems, width
from riverplan.errors import InputError, Problem
from riverplan.river.diversion import lay_diversions
from riverplan.river.sites import RoadStake
from riverplan.river.store import read_river, save_river


@pytest.fixture
def river_path(tmp_path):
    return save_river(y_river(), tmp_path / "y.gpkg")


def run(*arguments: object):
    return CliRunner().invoke(command, [str(a) for a in arguments])


def test_a_person_reads_a_table_with_clock_times_and_the_stamp(river_path):
    said = run(river_path, "--site", "S01", "--substance", "苯酚", "--mass-kg", 100,
               "--start", "2026-07-01 08:00").output
    assert "示范数据, 非实测" in said
    assert "07-01 15:13" in said                       # the peak at the waterworks: 13 km at 0.5 m/s
    assert "石桥乡 距河口4.0km 右岸取水口" in said


def test_english_is_spoken_when_asked(river_path):
    said = run(river_path, "--site", "S01", "--substance", "phenol", "--lang", "en").output
    assert "mass unknown" in said
    assert "leading (5–95%)" in said


@pytest.mark.parametrize("name", ["low", "枯", "枯水期", "Low flow"])
def test_a_flow_is_known_by_what_people_call_it(river_path, name):
    said = json.loads(run(river_path, "--site", "S01", "--substance", "phenol", "--flow", name, "--json").output)
    assert said["flow"]["name"] == "low"
    assert said["flow"]["discharge_m3_s"] == pytest.approx(3.6)


def test_json_has_hours_and_null_where_a_thing_does_not_apply(river_path):
    point = y_river().site("S01")
    at = f"{point.lon},{point.lat}"
    said = json.loads(run(river_path, "--at", at, "--substance", "某物", "--json").output)
    assert said["spill"]["mass_kg"] is None
    assert all(a["peak_mg_l"] is None and a["limit_mg_l"] is None for a in said["arrivals"])
    assert [a["distance_km"] for a in said["arrivals"]] == sorted(a["distance_km"] for a in said["arrivals"])


@pytest.mark.parametrize("arguments", [
    (), ("--site", "S01"), ("--substance", "苯"), ("--site", "S01", "--at", "1,2", "--substance", "苯"),
    ("--at", "abc", "--substance", "苯"), ("--site", "S01", "--substance", "苯", "--discharge", "I01"),
    ("--site", "S01", "--substance", "苯", "--discharge", "I01=3", "--discharge", "I01=4"),
    ("--site", "S01", "--substance", "苯", "--start", "yesterday"),
])
def test_bad_usage_exits_with_two_and_no_traceback(river_path, arguments):
    result = run(river_path, *arguments)
    assert result.exit_code == 2
    assert "Traceback" not in result.output


@pytest.fixture
def diverted_path(tmp_path):
    return save_river(lay_diversions(straight()), tmp_path / "d.gpkg")


def test_states_and_a_rise_are_said_on_the_command_line_in_either_language(diverted_path):
    point = read_river(diverted_path).lonlat(471_000.0, 3_300_000.0)
    asked = (diverted_path, "--at", f"{point[0]},{point[1]}", "--substance", "苯酚", "--start", "2026-07-01 20:00")
    said = run(*asked).output
    assert "示范电站 状态未知" in said and "“最早”与区间涵盖：发电" in said
    known = json.loads(run(*asked, "--state", "示范电站=停机", "--json").output)
    assert known["bracket"] == [] and "state_unknown" not in {p["code"] for p in known["problems"]}
    risen = json.loads(run(*asked, "--state", "P1=stopped", "--rise", "2026-07-01 22:00,2026-07-02 08:00,50%",
                           "--json").output)
    assert [(v["name"], v["discharge_m3_s"]) for v in risen["bracket"]] == [("stands", 20.0), ("stands_risen", 30.0)]
    first, later = (f["arrivals"][0]["earliest_h"] for f in (risen, known))
    assert first < later


def test_contradictory_states_and_unknown_stations_reach_the_surface_as_problems(diverted_path):
    result = run(diverted_path, "--at", "107.70,29.82", "--substance", "苯酚", "--state", "P1=发电",
                 "--state", "P1=停机", "--state", "Q9=发电", "--rise", "2026-07-02,2026-07-01,+5")
    assert isinstance(result.exception, InputError)
    assert {p.code for p in result.exception.problems} >= {"state_twice", "unknown_site", "rise_backwards"}


@pytest.mark.parametrize("arguments", [("--state", "P1"), ("--state", "=停机"), ("--rise", "+50"),
                                       ("--rise", "2026-07-01,2026-07-02,half")])
def test_states_and_rises_that_are_not_written_so_are_bad_usage(diverted_path, arguments):
    result = run(diverted_path, "--at", "107.70,29.82", "--substance", "苯酚", *arguments)
    assert result.exit_code == 2 and "例如" in result.output


def test_known_errors_reach_the_surface_as_problems(river_path):
    result = run(river_path, "--site", "S99", "--substance", "苯", "--mass-kg", "-1")
    assert isinstance(result.exception, InputError)
    assert {p.code for p in result.exception.problems} == {"unknown_site", "spill_mass"}


def test_many_problems_of_one_kind_are_counted_not_printed(capsys):
    print_problems([Problem(code="spill_nowhere")] * (MANY + 7), lang="en")
    said = capsys.readouterr().out
    assert said.count("No place is given") == MANY
    assert "7 more of this kind" in said


def test_a_narrow_terminal_gets_a_table_without_bands_that_fits(river_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    said = run(river_path, "--site", "S01", "--substance", "苯酚", "--mass-kg", 100).output
    table = [line for line in said.splitlines() if line[:3] in ("I01", "M01", "B01")]
    assert len(table) == 3
    assert all(width(line) <= 130 for line in table)
    assert "5–95%" not in said


@pytest.mark.parametrize(("written", "degrees"), [("3,西", 270), ("3，西南风", 225), ("3,NNE", 22.5), ("3,se", 135),
                                                  ("3,45", 45)])
def test_a_wind_is_known_by_degrees_or_by_name(river_path, written, degrees):
    said = json.loads(run(river_path, "--site", "S01", "--substance", "柴油", "--wind", written, "--json").output)
    assert (said["spill"]["wind_m_s"], said["spill"]["wind_from_deg"]) == (3, degrees)


@pytest.mark.parametrize("written", ["3", "3,up", "calm", "3,4,5"])
def test_what_is_no_wind_is_refused_at_once(river_path, written):
    assert run(river_path, "--site", "S01", "--substance", "柴油", "--wind", written).exit_code == 2


def test_water_and_mass_are_asked_for_in_the_units_people_use(river_path):
    said = json.loads(run(river_path, "--site", "S01", "--substance", "盐酸 31%", "--mass-kg", 10000,
                          "--temperature", 8, "--alkalinity", 3, "--recovery", 0.9, "--settling-m-d", 0.5,
                          "--ice", "--json").output)
    assert said["spill"]["temperature_c"] == 8
    assert said["spill"]["alkalinity_mmol_l"] == 3
    assert said["spill"]["ice"] is True
    assert said["spill"]["determinand_kg"] == pytest.approx(10_000 * 0.31 * 0.9)
    assert said["arrivals"][1]["ph"] < 8


def test_the_help_says_which_of_the_three_masses_is_meant():
    said = run("--help").output.replace("\n", "").replace(" ", "")
    assert "不是罐内量" in said
    assert "neitherwhatthetankheld" in said


def with_stakes(tmp_path):
    river = y_river()
    site = river.site("S01")
    stakes = [RoadStake(resource_id=f"G{n}", road="G69", stake=f"K{n}+000", lon=site.lon + dx, lat=site.lat)
              for n, dx in ((10, -0.004), (11, 0.004))]
    return save_river(river.replace(resources=(*river.resources, *stakes)), tmp_path / "stakes.gpkg")


def test_a_spill_is_placed_by_a_road_stake_and_what_that_rests_on_is_said(tmp_path):
    path = with_stakes(tmp_path)
    said = json.loads(run(path, "--stake", "G69 K10+500", "--substance", "苯酚", "--json").output)
    by_site = json.loads(run(path, "--site", "S01", "--substance", "苯酚", "--json").output)
    assert said["spill"]["stake"] == "G69 K10+500"
    assert (said["spill"]["lon"], said["spill"]["lat"]) == pytest.approx(
        (by_site["spill"]["lon"], by_site["spill"]["lat"]), abs=1e-3)
    assert "spill_stake_between" in {p["code"] for p in said["problems"]}
    words = run(path, "--stake", "G69 K10+500", "--substance", "苯酚").output
    assert "G69 K10+500" in words and "K10+000 与 K11+000 之间" in words


def test_a_stake_that_is_not_known_is_refused_in_words(tmp_path):
    done = run(with_stakes(tmp_path), "--stake", "S203 K1+000", "--substance", "苯酚")
    assert done.exit_code and isinstance(done.exception, InputError)
    assert done.exception.problems[0].code == "stake_road_unknown"
    assert run(with_stakes(tmp_path), "--stake", "G69 K10+000", "--site", "S01", "--substance", "苯酚").exit_code == 2


def test_a_river_without_flows_is_forecast_from_a_discharge_here_of_25_and_says_so_when_it_has_none(tmp_path):
    path = save_river(y_river().replace(scenarios={}), tmp_path / "bare.gpkg")
    said = json.loads(run(path, "--site", "S01", "--substance", "苯酚", "--discharge-here", 25, "--json").output)
    assert (said["flow"]["name"], said["flow"]["discharge_m3_s"]) == ("assumed", 25.0)
    refused = run(path, "--site", "S01", "--substance", "苯酚")
    assert isinstance(refused.exception, InputError)
    words = refused.exception.problems[0].text("zh")
    assert 0 < words.index("应用里") < words.index("--discharge-here")


def test_curves_are_written_with_hours_clock_times_and_names(river_path, tmp_path):
    out = tmp_path / "过程线.csv"
    run(river_path, "--site", "S01", "--substance", "苯酚", "--mass-kg", 100, "--background-mg-l", 0.001, "--start",
        "2026-07-01 08:00", "--spread", "advection_dispersion", "--curve", out)
    raw = out.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = [line.split(",") for line in raw.decode("utf-8-sig").splitlines()]
    assert rows[0] == ["site_id", "name", "t_h", "clock", "mg_l"]
    intake = [(float(t), at, float(c)) for site, _, t, at, c in rows[1:] if site == "I01"]
    top = max(intake, key=lambda row: row[2])
    assert top[1][:13] in ("2026-07-01T14", "2026-07-01T15")
    assert min(c for *_, c in intake) >= 0.001
    assert {r[1] for r in rows[1:] if r[0] == "I01"} == {"清河水厂取水口"}


def test_curves_without_a_mass_are_refused_in_words(river_path, tmp_path):
    done = run(river_path, "--site", "S01", "--substance", "苯酚", "--curve", tmp_path / "c.csv")
    assert isinstance(done.exception, InputError)
    assert done.exception.problems[0].code == "curves_need_mass"


def test_a_spread_model_is_chosen_by_name_and_said_in_json(river_path):
    said = json.loads(run(river_path, "--site", "S01", "--substance", "苯酚", "--spread",
                          "advection_dispersion_resident", "--json").output)
    assert said["spread"] == {"name": "advection_dispersion_resident", "quantity": "resident"}
    done = run(river_path, "--site", "S01", "--substance", "苯酚", "--spread", "advection_dispersoin")
    assert isinstance(done.exception, InputError)
    assert "advection_dispersion" in done.exception.problems[0].text("zh")


def test_a_release_in_parts_replaces_mass_and_duration(river_path, tmp_path):
    table = tmp_path / "释放.csv"
    table.write_text("开始(h),结束(h),质量(kg)\n0,2,60\n72,73.5,40\n", encoding="gbk")
    said = json.loads(run(river_path, "--site", "S01", "--substance", "苯酚", "--release", table, "--json").output)
    assert said["spill"]["mass_kg"] == 100
    assert said["spill"]["duration_h"] == 73.5
    assert said["spill"]["release"][1] == {"from_h": 72, "until_h": 73.5, "kg": 40}
    assert run(river_path, "--site", "S01", "--substance", "苯酚", "--release", table, "--mass-kg", 3).exit_code == 2

"""``riverplan plan`` as people and programs use it."""

import json
import re
from dataclasses import replace

import pytest
from click.testing import CliRunner
from test_planning_plan import guarded, pond, with_help

from riverplan.cli.output import LINE, print_table, width
from riverplan.cli.plan import command
from riverplan.errors import InputError
from riverplan.river.sites import Team
from riverplan.river.store import save_river

AT = ("--at", "107.69,29.82", "--substance", "苯酚", "--mass-kg", 5, "--duration-h", 1, "--start", "2026-07-01 08:00")


@pytest.fixture(scope="module")
def river_path(tmp_path_factory):
    return save_river(with_help(guarded(), pond()), tmp_path_factory.mktemp("rivers") / "闸河.gpkg")


def run(path, *arguments):
    return CliRunner().invoke(command, [str(a) for a in (path, *arguments)])


def asked(path, *arguments):
    """The JSON of a plan, which holds nothing that is not JSON."""
    def not_json(word):
        raise AssertionError(word)

    said = run(path, *AT, *arguments, "--json")
    assert said.exit_code == 0, said.output
    return json.loads(said.output, parse_constant=not_json)


def named(found):
    return {p["code"] for p in (*found["problems"], *found["assumptions"])}


def saved(river, tmp_path):
    return save_river(river, tmp_path / "river.gpkg")


def test_json_has_the_shape_other_programs_read(river_path):
    found = asked(river_path)
    assert {a["site_id"] for a in found["actions"]} == {"G1"}
    assert all({"site_id", "action", "at_h", "ready_h", "earliest_h", "margin_h", "store_id", "team_id"} <= set(a)
               for a in found["actions"])
    assert [r["site_id"] for r in found["receptors"]] == ["I1", "J1"]
    assert all({"before", "after"} <= set(r) for r in found["receptors"])
    assert {"nothing", "greedy", "plan"} <= set(found["harm"])
    assert found["harm"]["plan"]["population_hours"] <= found["harm"]["greedy"]["population_hours"]
    assert isinstance(found["problems"], list)


def test_pins_and_forbidden_spaces_are_heeded(river_path):
    assert [a["site_id"] for a in asked(river_path, "--forbid", "P1")["actions"]] == ["G1"]
    pinned = asked(river_path, "--pin", "P1")
    assert [a["pinned"] for a in pinned["actions"] if a["site_id"] == "P1"] == [True]
    assert "plan_pin_forbidden" in named(asked(river_path, "--pin", "P1", "--forbid", "P1"))
    assert "plan_pin_unknown" in named(asked(river_path, "--pin", "NOPE"))
    assert "plan_pin_useless" in named(asked(river_path, "--pin", "I1"))


@pytest.mark.parametrize("arguments", [
    ("--level", "G1=abc"), ("--level", "G1=nan"), ("--level", "G1=3", "--level", "G1=4"), ("--heard-at", "昨晚"),
    ("--heard-at", "9999-12-31 23:59"), ("--add", "G1"), ("--water", "wet"),
])
def test_wrong_usage_says_how_and_exits_with_2(river_path, arguments):
    said = run(river_path, *AT, *arguments)
    assert said.exit_code == 2
    assert "流量" not in said.output and "--discharge" not in said.output


@pytest.mark.parametrize(("name", "content", "code"), [
    ("路.csv", "a,b\n1,2\n", "roads_unsupported"), ("路.docx", "PK", "roads_unsupported"),
    ("路.geojson", '{"type": "FeatureCollection", "features": []}', "roads_none"), ("路.kml", "<kml>", "lines_broken"),
    ("路.geojson", "", "input_empty"), ("路.gpkg", "SQLite", "lines_broken"), ("路.zip", "PK", "lines_broken"),
    ("路.shp", "x", "shp_not"),
])
def test_a_file_that_is_no_roads_is_named_and_the_plan_is_made_by_distance(river_path, tmp_path, name, content, code):
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    found = asked(river_path, "--roads", path)
    assert [p["code"] for p in found["problems"][:2]] == ["plan_roads_unread", code]
    assert {p["severity"] for p in found["problems"]} == {"warning"}
    assert name in found["problems"][0]["zh"] and "--workbook" not in str(found["problems"])
    assert "travel_by_distance" in named(found) and found["actions"] == asked(river_path)["actions"]


def test_what_is_wrong_with_roads_stands_in_the_plan(river_path, tmp_path):
    line = {"type": "Feature", "properties": {}, "geometry": {"type": "LineString", "coordinates": [
        [108.0, 29.8], [108.01, 29.8]]}}
    far = {**line, "geometry": {"type": "LineString", "coordinates": [[107.0, 29.0], [107.01, 29.0]]}}
    path = tmp_path / "roads.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [line, far]}), encoding="utf-8")
    found = asked(river_path, "--roads", path)
    assert {"roads_in_parts", "roads_class_unknown", "roads_datum_assumed"} <= named(found)
    assert not [p for p in (*found["problems"], *found["assumptions"]) if "--datum" in p["mend_zh"]]


HEADS = "地区,级别,种类,方式,时限,起算,对象,依据\n"


@pytest.mark.parametrize(("name", "content", "code", "row"), [
    ("时限.csv", f"{HEADS}示范县,,报告,电话,5 公斤,接报,县政府,x\n", "deadline_hours", 2),
    ("时限.csv", HEADS, "deadline_empty", None), ("时限.csv", "时间,流量\n0,1\n", "deadline_heads", None),
    ("时限.csv", "", "input_empty", None), ("时限.xlsx", "no workbook", "workbook_not", None),
    ("时限.pdf", "%PDF", "list_is_picture", None),
])
def test_deadlines_that_cannot_be_read_are_named_and_the_plan_has_the_general_ones(river_path, tmp_path, name, content,
                                                                                   code, row):
    path = tmp_path / name
    path.write_text(content, encoding="gbk")
    found = asked(river_path, "--deadlines", path)
    assert [(p["code"], p["row"]) for p in found["problems"][:2]] == [("plan_deadlines_unread", None), (code, row)]
    assert name in found["problems"][0]["zh"] and {p["severity"] for p in found["problems"]} == {"warning"}
    assert found["notices"] == asked(river_path)["notices"]


def test_the_rows_of_deadlines_that_can_be_read_are_heeded_beside_one_that_cannot(river_path, tmp_path):
    path = tmp_path / "时限.csv"
    path.write_text(f"{HEADS}示范县,,报告,电话,10分钟,接报,县政府,x\n示范县,,报告,书面,很快,接报,县政府,x\n", "utf-8")
    said = run(river_path, *AT, "--jurisdiction", "示范县", "--deadlines", path).output
    assert "时限表“时限.csv”有 1 行读不了，没有采用（见下）；其余 1 条照用。" in said and "第 3 行" in said
    assert "07-01 08:10  报告" in said and "07-01 08:10  报告" not in run(river_path, *AT).output


def test_files_that_are_not_there_hold_up_no_plan(river_path, tmp_path):
    found = asked(river_path, "--roads", tmp_path / "没有.gpkg", "--deadlines", tmp_path)
    assert [p["code"] for p in found["problems"][:4]] == [
        "plan_roads_unread", "input_missing", "plan_deadlines_unread", "input_unreadable"]
    assert found["actions"] == asked(river_path)["actions"]


def test_numbers_that_cannot_be_meant_are_named_and_the_rest_is_planned(tmp_path):
    for wrong in ({"usable_volume": float("inf")}, {"usable_volume": float("nan")}, {"canal_capacity": -3.0},
                  {"usable_volume": 1e300}):
        found = asked(saved(with_help(guarded(), pond(**wrong)), tmp_path))
        assert "space_number_wrong" in named(found)
        assert [a["site_id"] for a in found["actions"]] == ["G1"]
    for tank in (-3_600.0, float("nan")):
        found = asked(saved(with_help(guarded(clear_water_tank=tank, population=-5), pond()), tmp_path))
        assert {"plan_tank_unknown", "plan_people_assumed"} <= named(found)
        assert found["harm"]["nothing"]["population_hours"] > 0


def test_a_team_off_the_earth_has_no_position(tmp_path):
    river = with_help(guarded(), pond())
    lost = tuple(replace(r, lon=500.0, lat=-95.0) if isinstance(r, Team) else r for r in river.resources)
    assert "travel_no_position" in named(asked(saved(river.replace(resources=lost), tmp_path)))


def test_a_river_without_intakes_and_boundaries_says_that_nothing_can_be_compared(tmp_path):
    river = guarded()
    bare = river.replace(sites=tuple(s for s in river.sites if s.kind == "space"))
    assert "plan_no_receptors" in named(asked(saved(bare, tmp_path)))


def chapters(said):
    return [line.removeprefix("── ") for line in said.splitlines() if line.startswith("── ") and "─" not in line[3:]]


def test_a_duty_officer_reads_first_what_to_do_first(river_path):
    said = run(river_path, *AT).output
    head = said.split("──", maxsplit=1)[0]
    assert "作用最大：示范闸 关闸蓄水" in head and "前决定；电话 000-0000000" in head
    assert [c[:4] for c in chapters(said)[:4]] == ["措施（按", "建议停止", "通知顺序", "取水口与"]
    assert said.index("算法：") > said.index("监测断面")               # how it was reckoned is nobody's first question
    assert "J1 甲县→乙县" in said and "0 → 0" not in said              # nobody drinks at a boundary


def test_english_is_spoken_when_asked(river_path):
    said = run(river_path, *AT, "--lang", "en").output
    assert "Does most: close the gate and hold at 示范闸" in said
    assert chapters(said)[0] == "Actions, in order of time"
    assert not set("，。；：（）、") & set(said.replace("【示范数据, 非实测】", ""))


def test_no_action_begins_before_it_is_ready(river_path):
    said = run(river_path, *AT, "--heard-at", "2026-07-01 08:00:30").output      # ready times are no whole minutes
    rows = [line.split() for line in said.split("── 措施")[1].split("\n\n")[0].splitlines() if line[:1].isdigit()]
    clocks = [[w for w in row if w.count(":") == 1] for row in rows]
    assert rows and all(begins >= ready for begins, ready, _ in clocks)


def test_an_intake_the_plume_has_reached_is_to_stop_at_once(river_path):
    said = run(river_path, *AT, "--heard-at", "2026-07-01 15:00").output
    assert "下游水厂：污染团可能已到，建议立即停止取水" in said


def test_calls_stand_in_the_order_of_their_deadlines(river_path):
    rows = run(river_path, *AT).output.split("── 通知顺序")[1].split("\n\n")[0].splitlines()[3:]
    by = [row.split("  ")[0] for row in rows]
    assert by[0] == "立即" and by == sorted(by, key=lambda w: "" if w == "立即" else w)
    assert len(rows) == len(set(rows))


def test_where_nothing_is_known_of_a_limit_no_exceeding_is_claimed(river_path):
    said = run(river_path, "--at", "107.69,29.82", "--substance", "某物", "--start", "2026-07-01 08:00").output
    assert "按污染团在场或缺水计" in said and "污染团会经过 2 处" in said
    assert "很可能超标" not in said and "在场/缺水 h" in said


def test_no_amount_is_printed_in_powers_of_ten(tmp_path):
    river = with_help(guarded(), pond(treatable=True))
    stocked = tuple(replace(r, items="石灰 30 t") if r.kind == "store" else r for r in river.resources)
    path = saved(river.replace(resources=stocked), tmp_path)
    for lang in ("zh", "en"):
        for spill in (("硫酸 98%", 2e7), ("苯酚", 1e7)):
            said = run(path, "--at", "107.69,29.82", "--substance", spill[0], "--mass-kg", spill[1],
                       "--start", "2026-07-01 08:00", "--lang", lang).output
            assert not re.search(r"\d+e\+?-?\d|\b(nan|inf)\b", said)


def test_spaces_refused_for_one_reason_stand_in_one_line(tmp_path):
    ponds = [pond(site_id=f"P{k}", name=f"{k}塘", usable_volume=None) for k in range(1, 4)]
    said = run(saved(with_help(guarded(), *ponds), tmp_path), *AT).output
    assert "· P1 1塘、P2 2塘、P3 3塘：没有可用容积" in said


def table_lines(said):
    """Every line of every table: heads, rules, rows."""
    lines, found = said.splitlines(), []
    for n, line in enumerate(lines):
        if line.startswith("──") and "  ──" in line:
            until = next((k for k in range(n, len(lines)) if not lines[k] or lines[k].startswith(("· ", "  1."))),
                         len(lines))
            found += lines[n - 1:until]
    return found


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_table_of_a_plan_fits_a_console_of_a_hundred_columns(tmp_path, lang):
    long = "长江上游某某县某某街道某某村某某组取水口旁的引水闸和坑塘" * 2
    said = run(saved(with_help(guarded(), pond(name=long)), tmp_path), *AT, "--pin", "P1", "--lang", lang).output
    lines = table_lines(said)
    assert len(lines) > 12
    assert max(width(line) for line in lines) <= LINE == 100
    assert "P1 " + long[:4] in said


def test_folded_cells_keep_every_letter_and_stand_in_their_column(capsys):
    print_table(["地点", "时刻"], [["甲乙丙丁戊己庚辛（示例）", "03-10 02:00"], ["壬", "03-10 03:00"]], within=22)
    assert capsys.readouterr().out.splitlines() == [
        "地点       时刻", "─────────  ───────────", "甲乙丙丁   03-10 02:00", "戊己庚辛", "（示例）",
        "壬         03-10 03:00"]


def test_which_team_takes_which_sections_stands_once_under_them(river_path):
    said = run(river_path, *AT).output.split("── 监测断面")[1].split("\n\n")[0]
    numbers = [line.split()[0] for line in said.splitlines() if re.match(r"W\d", line)]
    told = "".join(line for line in said.splitlines() if line.startswith("· "))
    assert numbers and all(n in told for n in numbers)


def test_names_cannot_break_the_tables(tmp_path):
    river = with_help(guarded(), pond(name="x\ny" + "长" * 5_000))
    said = run(saved(river, tmp_path), *AT, "--pin", "P1").output
    table = said.split("── 措施（按时间）")[1].splitlines()
    assert any("P1 x y" in line for line in table)
    assert max(width(line) for line in table_lines(said)) <= LINE


@pytest.mark.parametrize("arguments", [("--site", "NOPE"), ("--site", "U", "--flow", "nonsense")])
def test_a_plan_that_cannot_be_made_says_why_in_both_languages(river_path, arguments):
    error = run(river_path, *arguments, "--substance", "苯酚").exception
    assert isinstance(error, InputError)
    assert all(p.text("zh") and p.text("en") for p in error.problems)

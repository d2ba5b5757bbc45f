"""The strategy on paper: its chapters, the numbers of the plan, marked gaps, layout, and names that mean harm."""

import io
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from functools import cache

import docx
import pytest
from click.testing import CliRunner
from docx.oxml.ns import qn
from docx.shared import Mm
from river_fixtures import code_of, dammed, y_river

import riverplan as rp
from riverplan.cli.export import command
from riverplan.errors import InputError
from riverplan.exporting import export
from riverplan.exporting.strategy import CHAPTERS, StrategyOptions, strategy
from riverplan.exporting.strategy_decisions import decisions
from riverplan.exporting.strategy_layout import ALTERNATES
from riverplan.exporting.strategy_paper import GAP, clean
from riverplan.exporting.strategy_subject import MOST, subject_of
from riverplan.exporting.strategy_words import brief, on_paper
from riverplan.i18n import LANGS, catalogue, text
from riverplan.planning.plan import plan
from riverplan.river.sites import Boundary, Intake, RiskSource, Store, Team
from riverplan.river.store import save_river

HOSTILE = "=cmd|'/c x'!A1 <w:p/>&amp;\x00\x1b\u202e]]>石桥{river}%s"


@cache
def river(name: str = ""):
    """The river with a dam that can be closed, an intake with people but without phone and tank, a team and a store."""
    plain = dammed(brook=4.0)
    changes = {
        "S01": {"substances": "苯酚", "max_storage": 500_000.0},
        "D01": {"usable_volume": 2e7, "close_time": 1_800.0, "dispatch_authority": "示范县水利局", "phone": "0000-333",
                "functions": "储存、截流"},
        "I01": {"population": 5_000, "category": "township", "phone": "", "name": name or "坝下取水口"}}
    sites = tuple(replace(s, **changes[s.site_id]) for s in plain.sites)
    at = next(s for s in sites if s.site_id == "D01")
    border = Boundary(site_id="B01", category="county", upstream_unit="示范县", downstream_unit="邻县", reach_id="d3",
                      chainage=9_000.0, lon=at.lon, lat=at.lat, county="示范县", phone="0000-444")
    team = Team(resource_id="T1", name=name or "抢险队", lon=at.lon, lat=at.lat, phone="0000-111",
                category="engineering")
    store = Store(resource_id="W1", name="物资库", lon=at.lon, lat=at.lat, phone="0000-222", items="编织袋 5000 条")
    return plain.replace(sites=(*sites, border), resources=(team, store))


@cache
def planned(name: str = "", clocked: bool = True, mass: float | None = 2_000.0):
    """The plan of a spill on it."""
    source = next(s for s in river(name).sites if isinstance(s, RiskSource))
    return plan(river(name), rp.Spill(site_id=source.site_id, substance="苯酚", mass=mass,
                                      at=rp.clock("2026-07-01 08:00") if clocked else None), "normal")


@cache
def written(name: str = "", lang: str = "zh", clocked: bool = True, mass: float | None = 2_000.0) -> bytes:
    """The document of that plan."""
    return strategy(planned(name, clocked, mass), options=StrategyOptions(
        version="第3版", dated="2026年7月1日", organisation="示范县生态环境局", draft="approval"), lang=lang)


def opened(content: bytes):
    return docx.Document(io.BytesIO(content))


def words(document) -> str:
    """Everything in the body, cells too."""
    return "\n".join("".join(t.text or "" for t in p.iter(qn("w:t"))) for p in document.element.body.iter(qn("w:p")))


def headings(document, level: int = 1) -> list[str]:
    return [p.text for p in document.paragraphs if p.style.name == f"Heading {level}"]


def table(document, head: str):
    """The first table with a head."""
    return next(t for t in document.tables if head in [c.text for c in t.rows[0].cells])


def test_the_conclusion_stands_first_and_the_eleven_chapters_follow_in_order():
    found = headings(opened(written()))
    numerals = text("strategy.numerals", "zh").split()
    wanted = [f"{numerals[n]}、{text(f'strategy.chapter_{key}', 'zh')}" for n, key in enumerate(CHAPTERS)]
    assert found[0] == "结 论"
    assert found[1:12] == wanted
    assert found[-1] == clean(text("strategy.chapter_gaps", "zh"))
    assert headings(opened(written(lang="en")))[1:3] == ["1 General", "2 The basin"]


def test_the_page_is_that_of_official_documents():
    document = opened(written())
    first = document.sections[0]
    assert [round(x / Mm(1)) for x in (first.page_width, first.page_height)] == [210, 297]
    assert [round(x / Mm(1)) for x in (first.top_margin, first.bottom_margin, first.left_margin, first.right_margin)] \
        == [37, 35, 28, 26]
    body = document.styles["Body Text"]
    assert (body.font.size.pt, body.paragraph_format.line_spacing.pt) == (16.0, 28.0)
    assert body.element.rPr.rFonts.get(qn("w:eastAsia")) == "仿宋_GB2312"
    lines = (297 - 37 - 35) / 25.4 * 72 / 28
    assert int(lines) == 22


def test_fonts_are_declared_with_what_may_stand_in_for_them():
    with zipfile.ZipFile(io.BytesIO(written())) as file:
        table_of_fonts, styles = file.read("word/fontTable.xml").decode(), file.read("word/styles.xml").decode()
    for name, others in ALTERNATES.items():
        assert f'w:name="{name}"' in table_of_fonts and others[0] in table_of_fonts
    assert "eastAsiaTheme" not in re.sub(r"(?s)<w:tblStylePr.*?</w:tblStylePr>", "", styles.split("Heading4")[0])


def test_every_page_bears_the_stamp_and_its_number_outside():
    document = opened(written())
    assert document.settings.odd_and_even_pages_header_footer
    for section in document.sections:
        for header in (section.header, section.even_page_header):
            assert "示范数据, 非实测" in header.paragraphs[0].text
            assert "内部资料" in header.paragraphs[0].text and "报批稿" in header.paragraphs[0].text
        odd, even = section.footer.paragraphs[0], section.even_page_footer.paragraphs[0]
        assert odd.alignment == 2 and even.alignment == 0
        assert "PAGE" in odd._p.xml and odd.text.startswith("— ") and odd.text.endswith(" —")


def test_no_level_of_secrecy_is_ever_claimed():
    assert not re.search("密级|机密|绝密|秘密", words(opened(written())))


def test_the_order_of_actions_holds_the_times_of_the_plan():
    made, document = planned(), opened(written())
    assert made.actions and made.protections
    rows = [[c.text for c in r.cells] for r in table(document, "措施、地点").rows[1:]]
    for action in made.actions:
        row = next(r for r in rows if action.site_id in r[2])
        assert f"最早到达 {brief(made.forecast, action.earliest, 'zh', 'down')}" in row[1]
        assert f"预计就位 {brief(made.forecast, action.ready.ready, 'zh', 'up')}" in row[1]
    assert len(rows) >= len(made.actions) + len(made.protections)


def test_the_last_moment_to_decide_is_the_earliest_arrival_less_all_that_is_to_be_done():
    made = planned()
    for action in made.actions:
        late = action.order_by - made.heard - action.ready.report - action.ready.decide
        assert late == pytest.approx(action.margin)
    assert [d.by for d in decisions(made)] == sorted(d.by for d in decisions(made))


def test_arrivals_of_every_season_are_those_of_the_forecasts():
    document, about = opened(written()), subject_of(planned())
    tables = [t for t in document.tables if t.rows[0].cells[0].text == "目标" and "前锋" in t.rows[0].cells[3].text]
    assert list(about.by_flow) == ["low", "normal", "high"]
    assert len(tables) == 3
    for one, said in zip(tables, about.by_flow.values(), strict=True):
        cells = {r.cells[0].text.split()[0]: [c.text for c in r.cells] for r in one.rows[1:]}
        for a in said.arrivals:
            if a.kind == "intake":
                assert cells[a.site_id][2] == brief(said, a.earliest, "zh", "down")


def test_harm_of_the_three_courses_stands_side_by_side():
    rows = [[c.text for c in r.cells] for r in table(opened(written()), "影响供水（人·小时）").rows[1:]]
    assert [r[0] for r in rows] == ["不处置", "先用最近的空间", "本方案"]
    before, after = (float(rows[i][1].replace(",", "")) for i in (0, 2))
    assert before == pytest.approx(planned().harm["nothing"].population_hours, rel=5e-3, abs=0.5)
    assert after <= before


def test_gaps_are_marked_in_yellow_and_bold_and_all_are_listed_at_the_end():
    document = opened(written())
    marked = [r for p in document.element.body.iter(qn("w:p")) for r in docx.text.paragraph.Paragraph(p, document).runs
              if GAP.fullmatch(r.text)]
    assert marked
    assert all(r.bold and r.font.highlight_color == 7 for r in marked)
    listed = [[c.text for c in r.cells] for r in table(document, "缺什么").rows[1:]]
    said = {r[2] for r in listed}
    assert {m for m in (r.text for r in marked) if m.startswith("【待补：")} <= said
    phones = next(r for r in listed if r[2] == "【待补：值班电话】" and r[1].endswith("环境敏感目标"))
    assert set(phones[3].replace(" ", "").split("、")) >= {s.site_id for s in river().sites if isinstance(s, Intake)}


def test_tables_repeat_their_heads_and_part_no_row():
    document = opened(written())
    for one in document.tables:
        properties = [r._tr.trPr for r in one.rows]
        assert all(p.find(qn("w:cantSplit")) is not None for p in properties)
        assert properties[0].find(qn("w:tblHeader")) is not None
        widths = [int(c.get(qn("w:w"))) for c in one._tbl.tblGrid]
        assert sum(widths) <= 156 / 25.4 * 1440 + len(widths)


def test_clock_times_stand_only_where_the_spill_has_a_clock():
    said = words(opened(written(clocked=False)))
    assert "事发后" in said
    assert not re.search(r"\d月\d+日 \d\d:\d\d", said)
    assert "【待补：通报文稿" in said
    assert re.search(r"7月1日 \d\d:\d\d", words(opened(written())))


def test_a_mass_that_is_not_known_is_a_gap_and_no_number():
    assert "【待补：入河量】" in words(opened(written(mass=None)))


def test_a_river_of_lines_alone_marks_the_lists_it_lacks_and_never_says_that_nobody_is_hit():
    bare = river().replace(sites=(), resources=())
    spill = rp.Spill(reach_id=str(bare.reaches["reach_id"].iat[0]), chainage=0.0, substance="苯酚", mass=2_000.0)
    said = words(opened(strategy(plan(bare, spill, "normal"))))
    for kind in ("取水口", "行政交界", "应急空间", "物资库", "应急队伍"):
        assert f"【待补：{kind}名录】" in said
    assert "没有取水口" not in said and "assumed" not in said


def test_names_that_mean_harm_survive_as_text():
    content = written(HOSTILE)
    document = opened(content)
    assert clean(HOSTILE) in words(document)
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        xml = file.read("word/document.xml").decode()
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\u2066-\u2069]", xml)


def test_the_same_plan_makes_the_same_bytes_and_no_path_of_the_machine_is_in_it():
    again = strategy(planned(), options=StrategyOptions(
        version="第3版", dated="2026年7月1日", organisation="示范县生态环境局", draft="approval"))
    assert again == written()
    with zipfile.ZipFile(io.BytesIO(again)) as file:
        for name in file.namelist():
            if name.endswith((".xml", ".rels")):
                found = re.search(r"(?<![\w:/.])/(?:home|root|tmp|work|usr)/|[A-Z]:\\\\", file.read(name).decode())
                assert not found, name


def test_a_river_without_a_spill_is_planned_for_its_gravest_source_and_the_assumed_mass_is_said():
    about = subject_of(river())
    assert about.chosen is not None and about.plan.spill.mass == MOST
    assert about.chosen.people > 0
    assert sorted(about.by_flow) == ["high", "low", "normal"]
    said = words(opened(strategy(river())))
    assert "典型情景（假定）" in said and "100 t" in said


def test_a_river_without_a_source_to_choose_is_told_what_to_fill_in():
    bare = river().replace(sites=tuple(
        replace(s, max_storage=None) if isinstance(s, RiskSource) else s for s in river().sites))
    with pytest.raises(InputError) as caught:
        strategy(bare)
    assert code_of(caught) == "strategy_no_source"


def test_an_option_that_is_none_is_refused():
    with pytest.raises(InputError) as caught:
        strategy(y_river(), options=StrategyOptions(draft="secret"))
    assert code_of(caught) == "strategy_option"


def test_the_command_writes_it_and_other_endings_are_refused(tmp_path):
    path = tmp_path / "river.gpkg"
    save_river(river(), path)
    source = next(s for s in river().sites if isinstance(s, RiskSource))
    spill = ["--site", source.site_id, "--substance", "苯酚", "--mass-kg", "2000", "--start", "2026-07-01T08:00"]
    done = CliRunner().invoke(command, [str(path), "strategy", "--out", str(tmp_path / "a.docx"), *spill, "--edition",
                                        "V9", "--heard-at", "2026-07-01T08:30"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    said = words(opened((tmp_path / "a.docx").read_bytes()))
    assert "V9" in said and "接报按7月1日 08:30" in said
    with pytest.raises(rp.errors.StoreError):
        export(planned(), "strategy", tmp_path / "a.pdf")
    drawn = CliRunner().invoke(command, [str(path), "strategy", "--out", str(tmp_path / "b.docx"), *spill, "--edition",
                                         "V9", "--heard-at", "2026-07-01T08:30", "--members", "200"],
                                catch_exceptions=False)
    assert drawn.exit_code == 0
    assert (tmp_path / "b.docx").read_bytes() != (tmp_path / "a.docx").read_bytes()


def test_files_that_cannot_be_read_and_names_nobody_bears_are_gaps_of_the_strategy(tmp_path):
    path = save_river(river(), tmp_path / "river.gpkg")
    source = next(s for s in river().sites if isinstance(s, RiskSource))
    spill = ["--site", source.site_id, "--substance", "苯酚", "--mass-kg", "2000", "--start", "2026-07-01T08:00"]
    given = ["--roads", str(tmp_path / "路.gpkg"), "--deadlines", str(tmp_path / "时限.csv"), "--pin", "没有的闸"]
    asked = [str(path), "strategy", "--out", str(tmp_path / "a.docx")]
    done = CliRunner().invoke(command, [*asked, *spill, *given], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    said = words(opened((tmp_path / "a.docx").read_bytes()))
    for part in ("道路文件“路.gpkg”没有用上", "时限表“时限.csv”没有用上",
                 "给出的“没有的闸”（指定、禁用或另有供水）不是这条河的点位"):
        assert part in said
    for vain in (asked, [str(path), "workbook", "--out", str(tmp_path / "a.xlsx")]):
        done = CliRunner().invoke(command, [*vain, *given])
        assert done.exit_code == 2 and "只用于给出泄漏的方案" in done.output


def test_a_light_command_does_not_load_the_writer_of_documents():
    code = ("import sys, riverplan.cli.export, riverplan.exporting, riverplan.cli.forecast\n"
            "print([m for m in ('docx', 'riverplan.planning') if m in sys.modules])")
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True,
                          check=True).stdout.strip() == "[]"


def test_a_signed_paper_names_no_option_of_the_command_line() -> None:
    plans = ("plan_", "refused_", "travel_", "roads_", "space_", "simulation_", "why_", "monitoring_")
    said = {(key, lang): row[lang] for key, row in catalogue().items() for lang in LANGS
            if key.startswith("problem.") and key.split(".")[1].startswith(plans)}

    assert sum("--" in words for words in said.values()) > 40
    assert {key for key, words in said.items() if re.search(r"--[a-z]", on_paper(words))} == set()
    assert on_paper(said["problem.plan_dry_assumed_mend", "zh"]) == (
        "请与水厂核实最低取水水位；确能取到水或另有供水的，写进“另有供水”重算比较。")

"""What the printed page says, and what it must never say."""

import re
from dataclasses import replace

import pypdfium2
import pytest
import shapely
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from river_fixtures import dammed, y_river

import riverplan as rp
from riverplan.exporting import fonts, sheet_lines
from riverplan.exporting import sheet_table as table
from riverplan.exporting import sheet_text as words
from riverplan.exporting.sheet import LAYOUTS, SheetOptions, frame_for, sheet
from riverplan.exporting.sheet_map import draw_map
from riverplan.exporting.sheet_way import stretches
from riverplan.exporting.symbology import ARRIVAL_CLASSES
from riverplan.river.sites import Bridge, Contact, Intake


def spilled(river, **changes):
    asked = {"site_id": "S01", "substance": "苯酚", "mass": 2_000.0, "duration": 3_600.0,
             "at": rp.clock("2026-07-01 21:00")} | changes
    return rp.forecast(river, rp.Spill(**asked), scenario="low")


def read(pdf: bytes) -> list[str]:
    """The text of each page, without blanks."""
    document = pypdfium2.PdfDocument(pdf)
    pages = [re.sub(r"\s+", "", page.get_textpage().get_text_range()) for page in document]
    document.close()
    return pages


@pytest.fixture(scope="module")
def forecast():
    return spilled(y_river())


@pytest.fixture(scope="module")
def pdf(forecast):
    return sheet(forecast)


@pytest.fixture(scope="module")
def page(pdf):
    return read(pdf)[0]


def test_title_stamp_and_caution_stand_on_the_page(page):
    assert "清河突发水污染事件环境应急响应图" in page
    assert "示范数据,非实测" in page
    assert "内部资料注意保存" in page
    for signer in ("编制", "校核", "审核", "批准", "会签", "水利", "交通", "应急", "乡镇", "电站"):
        assert signer in page


def test_no_secrecy_grade_no_complaint_line_and_no_order_to_the_waterworks(page):
    assert "密级" not in page
    assert "12369" not in page
    assert "是否停止取水由水厂和地方人民政府决定" in page
    assert "T+" not in page


def test_scenario_flow_coordinates_and_digests_are_printed(page, forecast):
    assert "枯水期，事故点3.6m³/s（假定）" in page
    assert "CGCS2000/3°高斯–克吕格CM108°E（EPSG:4545）" in page
    assert forecast.river.digest[:12] in page
    assert forecast.digest[:12] in page
    assert f"riverplan{forecast.version}" in page


def test_conclusion_names_first_intake_and_boundary_with_clock_and_band(page, forecast):
    first = words.first_of_kind(forecast, "intake")
    assert first.site_id == "I01"
    earliest = forecast.clock(first.earliest)
    assert f"首个取水口：I01清河水厂取水口（13.0km）：最早7月{earliest.day}日{earliest:%H:%M}" in page
    assert "首个行政交界：B01示范县→邻县（22.0km）" in page
    assert "5%–95%" in page


def test_conclusion_carries_the_duty_phone_and_counts_no_days(page):
    assert "值班电话" in page.split("超标判断")[0]
    assert not re.search(r"\+\dd", page.split("超标判断")[0].split("结论")[-1])


def test_the_limit_stands_with_its_basis_and_figures_are_called_forecasts(page):
    assert re.search(r"GB3838-2002表1[A-ZⅠ-Ⅴ]+类0\.0\d+mg/L", page)
    assert "预测到达时间与浓度" in page


def test_the_posts_of_each_county_on_the_way_are_named_by_turns():
    river = y_river()
    sites = tuple(replace(s, county="甲县" if s.chainage < 5_000 or s.site_id == "S01" else "乙县")
                  for s in river.sites)
    posts = [Contact(resource_id=f"C{i}", name=f"岗{i}", county=county, phone=f"000-{i}", unit=f"单位{i}",
                     role="", jurisdiction="") for i, county in enumerate(("甲县",) * 6 + ("乙县", "丙县"))]
    said = "".join(words.contacts(spilled(river.replace(sites=sites, resources=tuple(posts))), "zh"))
    assert "单位6" in said and "单位7" not in said


def test_a_basis_is_written_out_only_where_it_has_the_form_of_the_standard():
    assert words.basis_text("GB 3838-2002 1 III", "zh") == "GB 3838-2002 表1 III类"
    assert words.basis_text("地方标准 A", "zh") == "地方标准 A"


def test_on_a_fax_the_names_of_what_is_not_reached_stand_in_brackets(forecast):
    way = stretches(forecast)
    drawn = draw_map(forecast, frame_for(forecast, way, LAYOUTS["A3"]), way, lang="zh", mono=True, points=6.8)
    reached = {a.site_id for a in forecast.arrivals} | {"spill"}
    sites = {s.site_id for s in forecast.river.sites}
    for one in drawn.labels:
        if one.key in sites:
            assert one.text.startswith("(") == (one.key not in reached), one.text


def test_lines_on_the_map_are_dashed_as_in_the_legend():
    ax = Figure().add_subplot()
    clip = ax.add_patch(Rectangle((0, 0), 1, 1))
    run = shapely.LineString([(0, 0), (1, 1)])
    dashed = {n: c for n, c in enumerate(ARRIVAL_CLASSES) if c.mono_dash}
    sheet_lines.draw_way(ax, dict.fromkeys(dashed, run), clip, mono=True)
    drawn = [tuple(p._dash_pattern[1]) for p in ax.patches if p._dash_pattern[1]]
    wanted = [tuple(d * c.mono_width for d in c.mono_dash) for c in reversed(dashed.values())]
    assert drawn == [pytest.approx(w) for w in wanted]


def test_every_arrival_is_in_the_table_with_a_clock_time(page, forecast):
    for row in table.rows(forecast, table.SHORT_COLUMNS, "zh"):
        line = "".join(row["cells"]).replace(" ", "")
        assert line in page
    assert "石桥乡距河口4.0km右岸取水口" in page                  # unnamed: township, river kilometre, bank


def test_units_of_volume_and_flow_never_share_a_column(page):
    assert "m³/s" in page
    heads = table.heads(table.FULL_COLUMNS, "zh")
    assert not any("m³" in head for head in heads)


def test_fonts_are_embedded_and_same_input_gives_same_bytes(pdf, forecast):
    assert b"/FontFile3" in pdf
    assert sheet(forecast) == pdf
    assert b"pdfaid" in pdf                                        # PDF/A for the archive


def test_the_page_is_a3_or_a4_landscape(pdf, forecast):
    for paper, (wide, high) in {"A3": (420, 297), "A4": (297, 210)}.items():
        document = pypdfium2.PdfDocument(pdf if paper == "A3" else sheet(forecast, options=SheetOptions(paper="A4")))
        size = document[0].get_size()
        document.close()
        assert [v * 25.4 / 72 for v in size] == pytest.approx([wide, high], abs=0.1)


def test_unknown_mass_gives_times_only_and_says_so():
    page = read(sheet(spilled(y_river(), mass=None)))[0]
    assert "入河量不明，只给出时间" in page
    assert "峰值浓度mg/L" not in page


def test_without_a_clock_times_are_said_to_be_after_release():
    page = read(sheet(spilled(y_river(), at=None)))[0]
    assert "时刻均为释放后时:分" in page
    assert "最早释放后" in page


def test_a_sheet_without_a_substance_says_that_none_was_given_and_speaks_of_no_standard():
    page = read(sheet(spilled(y_river(), substance="")))[0]
    assert "物质未填" in page and "无标准" not in page


def test_no_standard_is_said_in_words():
    page = read(sheet(spilled(y_river(), substance="某新材料")))[0]
    assert "无标准" in page
    assert "专家会商" in page


HOSTILE = '#panic("x") $a^b$ *b* _i_ @ref <l> \\u{1F4A9} "quoted" `raw` // note /* c */ [x] {y} </svg> \U0001f4a7\n=1+1'


def test_hostile_names_are_printed_as_they_are_and_run_nothing():
    river = y_river()
    sites = tuple(replace(s, name=HOSTILE) if s.kind != "boundary" else replace(s, upstream_unit=HOSTILE)
                  for s in river.sites)
    river = river.replace(sites=sites, name="#evil[] $x$", stamp='"#stamp', attribution="<b>&amp;</b>")
    options = SheetOptions(title=None, organisation="#let x = 1", sheet_number="$", version='\\"')
    page = read(sheet(spilled(river), options=options))[0]
    assert '#panic("x")$a^b$*b*_i_@ref<l>' in page
    assert "#evil[]$x$" in page
    assert "〓" in page
    assert "<b>&amp;</b>" in page


def test_an_annex_carries_what_the_first_page_cannot():
    river = y_river()
    bridges = [Bridge(site_id=f"X{i:03d}", name=f"第{i}桥", lon=108.0, lat=29.8, reach_id="r4", chainage=10.0 * i + 5)
               for i in range(120)]
    many = spilled(river.replace(sites=(*river.sites, *bridges)))
    pages = read(sheet(many))
    assert len(pages) >= 2
    shown = sum(f"第{i}桥" in pages[0] for i in range(120))
    assert shown < 120
    assert re.search(r"受影响点位共127处，其余(\d+)处见附表", pages[0])
    assert all(f"第{i}桥" in "".join(pages[1:]) for i in range(120))
    assert all("示范数据,非实测" in p for p in pages[:2])


def test_only_phones_of_the_river_file_are_printed():
    river = y_river()
    post = Contact(resource_id="C1", unit="示范县生态环境局", role="值班室", phone="0000-1234567")
    page = read(sheet(spilled(river.replace(resources=(*river.resources, post)))))[0]
    assert "示范县生态环境局值班室0000-1234567" in page
    phones = set(re.findall(r"\d{3,4}-\d{7,8}", page))
    assert phones == {"0000-1234567"}
    assert "未登记值班电话" in read(sheet(spilled(river)))[0]


def test_a_clear_water_tank_that_will_not_last_is_named(page):
    assert "清水池撑不过预计超标时段的1处" in page


def test_english_sheet_is_in_english():
    page = read(sheet(spilled(y_river()), lang="en"))[0]
    assert "emergencyresponsemapforwaterpollution" in page
    assert "Stoppinganintakeisdecidedbythewaterworksandthelocalgovernment" in page
    chinese = re.findall(r"[\u4e00-\u9fff]+", page)
    assert not any("取水口" in c and "清河" not in c for c in chinese)


@pytest.mark.parametrize("option", [{"paper": "A0"}, {"theme": "sepia"}, {"format": "docx"}, {"dpi": 5},
                                    {"scale": 0}])
def test_impossible_options_are_named_with_those_that_exist(forecast, option):
    with pytest.raises(rp.InputError) as error:
        sheet(forecast, options=SheetOptions(**option))
    (problem,) = error.value.problems
    assert str(next(iter(option.values()))) in problem.text("zh")
    assert problem.mend("en")


def test_a_png_is_the_first_page_at_the_resolution_asked(forecast):
    png = sheet(forecast, options=SheetOptions(format="png", dpi=60))
    assert png.startswith(b"\x89PNG")
    assert (int.from_bytes(png[16:20]), int.from_bytes(png[20:24])) == (993, 702)


def test_the_ending_of_the_file_decides_what_it_holds(forecast, tmp_path):
    rp.export(forecast, "sheet", tmp_path / "a.png", options=SheetOptions(dpi=40))
    rp.export(forecast, "sheet", tmp_path / "a.pdf")
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")


def test_how_far_off_the_lines_are_is_said(page):
    assert "河线位置误差：清河50m" in page


@pytest.mark.parametrize("river", [y_river, dammed])
def test_the_legend_explains_what_is_drawn_and_nothing_else(river):
    found = spilled(river())
    way = stretches(found)
    layout = LAYOUTS["A3"]
    picture = draw_map(found, frame_for(found, way, layout), way, lang="zh", mono=True, points=6.8)
    kinds = {s.split("_")[0] if s.startswith("space") else s for s in picture.symbols}
    assert "spill" in kinds
    assert ("space" in kinds) == (river is dammed)
    assert picture.has_pool == (river is dammed)
    tags = {p.text for p in picture.labels if p.key.startswith("tag-")}
    assert tags <= {"ABCDEF"[c] for c in picture.classes}
    assert tags


def test_a_name_in_dollar_signs_is_not_mathematics_on_the_map():
    river = y_river()
    intake = Intake(site_id="I09", name=r"$\frac{1}{2}$ 取水口", lon=107.9, lat=29.8, reach_id="r3", chainage=5_000.0)
    found = spilled(river.replace(sites=(*river.sites, intake)))
    way = stretches(found)
    labels = draw_map(found, frame_for(found, way, LAYOUTS["A3"]), way, lang="zh", mono=False, points=6.8).labels
    assert any(p.text == r"I09 $\frac{1}{2}$ 取水口" for p in labels)


def test_long_ids_are_replaced_by_short_codes():
    river = y_river()
    long = river.replace(sites=tuple(replace(s, site_id=f"500230-2024-{s.site_id}") for s in river.sites))
    found = spilled(long, site_id="500230-2024-S01")
    cells = [row["cells"][0] for row in table.rows(found, table.SHORT_COLUMNS, "zh")]
    assert cells[:3] == ["S01", "I01", "Q01"]
    assert fonts.missing("".join(cells)) == ""


def test_small_concentrations_are_written_without_powers_of_ten():
    assert [words.mg_text(v) for v in (3.2e-2, 4.9e-5, 6.7e-7, 1e-8, 0.0)] == ["32", "0.049", "0.00067", "<0.0001", "0"]


def test_a_film_is_told_by_its_mass_and_no_one_is_said_to_stay_below_a_limit():
    page = read(sheet(spilled(y_river(), substance="柴油")))[0]
    assert "浮油" in page
    assert "浮油不给浓度,不能按限值判断" in page.replace("，", ",")
    assert "自来水GB5749-2022" in page


def test_an_acid_is_told_by_its_ph_and_range():
    page = read(sheet(spilled(y_river(), substance="盐酸", mass=50_000.0)))[0]
    assert "pH6–9" in page
    assert "pH6.5–8.5" in page
    assert "pH6–9mg/L" not in page

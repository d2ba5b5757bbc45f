"""A planner imports a river on the screen: upload, walk through the findings, mend by a click, undo, save."""

import pytest
from drawn_lines import lonlat, write_geojson
from river_fixtures import y_river

from riverplan.river.store import read_river, save_river

pytestmark = [pytest.mark.browser, pytest.mark.flaky(reruns=2)]      # a loaded machine may miss a click
RIVER = {"a@清河": [(0, 0), (10, 0)], "b@清河": [(10, 0), (20, 0)], "x@小溪": [(14, 4), (14, 0.6)]}


@pytest.fixture
def desk(tmp_path, start_server, free_port, open_desk):
    folder = tmp_path / "desk"
    folder.mkdir()
    path = save_river(y_river(), folder / "river.gpkg")
    port = free_port()
    opened = open_desk(start_server(["riverplan", "serve", str(path), "--port", str(port)], port))
    opened.page.wait_for_selector(".rp-map", timeout=60_000)
    return opened


def test_a_river_is_imported_mended_by_a_click_taken_back_and_saved(desk, tmp_path):
    page = desk.page
    page.get_by_text("导入河流", exact=True).click()
    page.set_input_files("input[type=file]", [write_geojson(tmp_path / "lines.geojson", RIVER)])
    page.get_by_label("河流名称").fill("清河")
    page.get_by_label("河流名称").press("Enter")
    page.get_by_text("导入并检查", exact=True).click()
    page.get_by_text("草稿 清河，未保存").wait_for(timeout=30_000)
    pin = page.locator(".rp-pin.rp-on")
    pin.wait_for(timeout=20_000)
    assert pin.inner_text() == "1"                             # the most important finding lies in view
    page.wait_for_timeout(800)
    lon, lat = lonlat(14, 2)                                   # on the loose tributary
    page.mouse.click(*desk.place(lon, lat))
    page.get_by_text("所选河段 x-1（小溪，3.4 km）").wait_for(timeout=20_000)
    page.get_by_role("button", name="删除", exact=True).click()
    page.get_by_text("2 个河段").wait_for(timeout=20_000)
    page.get_by_role("button", name="撤销上一步（1）").click()
    page.get_by_text("3 个河段").wait_for(timeout=20_000)
    page.get_by_role("button", name="保存为河流文件").click()
    page.get_by_text("已保存并打开").wait_for(timeout=30_000)
    assert read_river(tmp_path / "desk" / "清河.gpkg").name == "清河"
    page.wait_for_timeout(800)
    assert desk.map("s => s.map.getBounds().contains(s.view)")  # the whole river, not where the last mend was
    with page.expect_download() as got:
        page.get_by_role("button", name="下载河流文件").click()
    assert got.value.suggested_filename == "清河.gpkg"
    page.get_by_role("button", name="去预测").click()
    page.get_by_text("点击河流上的事故地点").wait_for(timeout=20_000)
    page.reload()
    page.wait_for_selector(".rp-map", timeout=60_000)
    assert page.get_by_label("河流", exact=True).input_value() == "清河 · 清河"    # by the address; both have one name
    assert desk.requests_elsewhere() == [] and desk.errors == []


def test_a_file_that_cannot_be_read_is_taken_out_and_a_reload_loses_no_draft(desk, tmp_path):
    page = desk.page
    bad = tmp_path / "bad.geojson"
    bad.write_text("{", "utf-8")
    page.get_by_text("导入河流", exact=True).click()
    page.set_input_files("input[type=file]", [bad, write_geojson(tmp_path / "lines.geojson", RIVER)])
    page.get_by_label("河流名称").fill("清河")
    page.get_by_label("河流名称").press("Enter")
    page.get_by_text("导入并检查", exact=True).click()
    page.get_by_text("没有导入").wait_for(timeout=30_000)
    page.get_by_role("button", name="Remove bad.geojson").click()
    page.wait_for_timeout(800)
    page.get_by_text("导入并检查", exact=True).click()
    page.get_by_text("【草稿 清河，未保存】").wait_for(timeout=30_000)
    page.reload()
    page.get_by_text("导入河流", exact=True).click(timeout=60_000)
    page.get_by_text("继续未保存的导入：清河").click(timeout=30_000)
    page.get_by_text("【草稿 清河，未保存】").wait_for(timeout=30_000)


def test_what_the_columns_of_a_list_mean_is_said_once_and_known_at_the_next_upload(desk, tmp_path):
    page = desk.page
    lon, lat = lonlat(5, 0)
    named = tmp_path / "导出2025.csv"
    named.write_bytes(f"叫法,东向,北向,经办\n龙河水厂,{lon:.6f},{lat:.6f},张三\n".encode("gbk"))
    lines = write_geojson(tmp_path / "lines.geojson", RIVER)

    def upload():
        page.get_by_text("导入河流", exact=True).click()
        page.set_input_files("input[type=file]", [lines, named])
        page.get_by_label("河流名称").fill("清河")
        page.get_by_label("河流名称").press("Enter")
        page.get_by_text("导入并检查", exact=True).click()

    def choose(label, option):
        page.get_by_label(label, exact=True).click()
        page.get_by_role("option", name=option, exact=True).click()

    upload()
    page.get_by_text("没有认得的清单").wait_for(timeout=30_000)
    choose("它是哪种清单", "取水口")
    page.get_by_text("没认出的列", exact=True).wait_for(timeout=20_000)
    for head, field in (("叫法", "名称"), ("东向", "经度*"), ("北向", "纬度*")):
        choose(head, field)
    page.get_by_role("button", name="记住并重新导入").click()
    page.get_by_text("站点 1 个").wait_for(timeout=30_000)
    assert (tmp_path / "desk" / "columns.json").exists()
    page.reload()
    page.wait_for_selector(".rp-map", timeout=60_000)
    upload()
    page.get_by_text("站点 1 个").wait_for(timeout=30_000)
    assert desk.requests_elsewhere() == []

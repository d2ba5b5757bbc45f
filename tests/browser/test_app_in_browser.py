"""A person at the duty desk: places a spill, reads times, takes the map along, mends a site. No internet."""

import re
import time
from pathlib import Path

import pytest

from riverplan.river.store import read_river

pytestmark = [pytest.mark.browser, pytest.mark.flaky(reruns=2)]      # a loaded machine may miss a click
CLOCK = re.compile(r"^(\d\d-\d\d )?\d\d:\d\d$")
SPILL = (107.715, 29.875)
"""On the Yangtze at the county town [lon, lat]."""
ROOT = Path(__file__).parents[2]


@pytest.fixture
def desk(open_desk, app_url):
    """The app, loaded; afterwards nothing may have been asked of another host and nothing may have failed."""
    start = time.perf_counter()
    desk = open_desk(app_url)
    desk.drawn(None)
    assert time.perf_counter() - start < 20.0              # far above what it takes, for a busy machine
    yield desk
    assert desk.asked_elsewhere == []
    assert desk.requests_elsewhere() == []
    assert desk.errors == []


def fill_spill(desk, substance="苯酚", tonnes="20"):
    page = desk.page
    before = desk.key()
    page.get_by_role("combobox", name="物质").fill(substance)
    page.keyboard.press("Enter")
    desk.drawn(before)
    before = desk.key()
    page.locator('input[aria-label="入河质量"]').fill(tonnes)
    page.keyboard.press("Enter")
    desk.drawn(before)
    before = desk.key()
    page.get_by_role("combobox", name="单位").click()
    page.get_by_role("option", name="t", exact=True).click()
    desk.drawn(before)


def test_a_person_places_a_spill_fills_it_in_and_reads_when_it_reaches_the_next_intake(desk):
    desk.click(*SPILL)
    fill_spill(desk)
    card = desk.page.locator('.rp-card[data-kind="intake"]')
    assert CLOCK.match(card.locator(".rp-clock").inner_text().replace("\n", " "))
    assert "超标" in card.inner_text()
    row = desk.page.locator(".rp-table tr[data-site]").nth(3)
    for column in ("earliest", "peak", "trailing"):
        assert CLOCK.match(row.locator(f".rp-{column}").inner_text().partition("\n")[0]), column
    assert float(row.locator(".rp-distance").inner_text()) > 0
    assert re.match(r"[\d.e-]+", row.locator(".rp-concentration").inner_text())
    assert "示范数据, 非实测" in desk.page.locator(".rp-head").inner_text()
    assert "内部资料 注意保存" in desk.page.locator(".rp-head").inner_text()


def test_the_key_answer_and_the_map_stand_on_one_screen_of_1280_by_800(desk):
    desk.click(*SPILL)
    for what in (".rp-cards", ".rp-canvas", ".rp-table"):
        box = desk.page.locator(what).bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= 800, what
        assert box["x"] >= 0 and box["x"] + box["width"] <= 1280, what
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_a_click_is_answered_without_making_the_map_anew(desk):
    desk.click(*SPILL)
    desk.map("s => { s.host.firstChild.dataset.mine = 'yes'; }")
    requests = len(desk.requests)
    desk.click(107.79, 29.95)
    assert desk.map("s => s.host.firstChild.dataset.mine") == "yes"
    assert not [r for r in desk.requests[requests:] if "/rp/net/" in r]          # lines are fetched once


def test_the_slider_moves_the_plume_down_the_river_and_asks_the_server_nothing(desk):
    desk.click(*SPILL)
    desk.page.wait_for_load_state("networkidle")                                # Streamlit loads its buttons late
    requests = len(desk.requests)
    slider, clock = desk.page.locator(".rp-time input"), desk.page.locator(".rp-time output")
    assert desk.map("s => s.plume.getLatLngs().length") == 0
    seen = []
    for share in ("200", "400"):
        slider.fill(share)
        points = desk.map("s => s.plume.getLatLngs().flat().map(p => [p.lat, p.lng])")
        assert points
        seen.append((clock.inner_text(), max(p[0] for p in points)))
    assert seen[0][0] < seen[1][0] and seen[0][1] < seen[1][1]                  # later, and farther north
    assert len(desk.requests) == requests
    desk.page.locator(".rp-time button").click()
    before = clock.inner_text()
    desk.page.wait_for_timeout(700)
    assert clock.inner_text() != before                                         # it plays
    desk.page.locator(".rp-time button").click()


def test_the_language_changes_in_place(desk):
    desk.click(*SPILL)
    assert desk.page.evaluate("document.documentElement.lang") == "zh-CN"
    desk.page.get_by_text("English", exact=True).click()
    desk.page.get_by_text("Next intake").wait_for()
    desk.page.wait_for_function("document.documentElement.lang === 'en'")
    desk.page.get_by_text("not affected").wait_for()
    assert "下一取水口" not in desk.page.locator(".rp-cards").inner_text()


def taken(desk, name):
    """What a button gives; clicked again where a rerun of the page swallowed the first click."""
    from playwright.sync_api import TimeoutError

    desk.page.wait_for_load_state("networkidle")
    for patience in (20_000, 20_000, 60_000):
        try:
            with desk.page.expect_download(timeout=patience) as waiting:
                desk.page.get_by_role("button", name=name).click()
            return waiting.value
        except TimeoutError:
            continue
    raise AssertionError(f"nothing came of {name}")


@pytest.mark.parametrize(("name", "starts"), [("图件 PDF", b"%PDF"), ("网页地图", b"<!DOCTYPE html"),
                                              ("GeoPackage", b"SQLite format 3"), ("表格 CSV", b"\xef\xbb\xbf")])
def test_what_is_downloaded_is_what_it_says(desk, tmp_path, name, starts):
    desk.click(*SPILL)
    fill_spill(desk)
    download = taken(desk, name)
    file = tmp_path / download.suggested_filename
    download.save_as(file)
    assert file.read_bytes()[:len(starts)].lower() == starts.lower()
    assert file.name.startswith("长江丰都段_苯酚_")


def test_a_spill_far_from_every_river_is_refused_in_words(desk):
    desk.page.locator(".rp-home").click()
    desk.page.wait_for_timeout(600)
    desk.page.mouse.click(*desk.place(108.55, 29.60))
    desk.page.get_by_text("距最近的河段").wait_for()
    assert "Traceback" not in desk.page.inner_text("body")
    assert desk.page.locator(".rp-card").count() == 0


def test_a_mass_of_zero_is_refused_in_words_and_mended(desk):
    desk.click(*SPILL)
    desk.page.locator('input[aria-label="入河质量"]').fill("0")
    desk.page.keyboard.press("Enter")
    desk.page.get_by_text("应大于 0").wait_for()
    desk.page.locator('input[aria-label="入河质量"]').fill("5")
    desk.page.keyboard.press("Enter")
    desk.page.locator(".rp-card").first.wait_for()


def test_a_site_is_added_where_the_map_is_clicked_and_taken_away_again(desk, river_path):
    before = {s.site_id for s in read_river(river_path).sites}
    desk.page.get_by_text("站点编辑", exact=True).click()
    desk.page.get_by_text("请在地图上点击站点位置").wait_for()
    desk.page.mouse.click(*desk.place(107.60, 29.86))
    desk.page.get_by_text("距河段起点").wait_for()
    desk.page.locator('input[aria-label="名称"]').fill("测试<b>取水口</b>")
    desk.page.keyboard.press("Enter")
    desk.page.get_by_role("button", name="保存").click()
    desk.page.get_by_text("已保存").wait_for()
    river = read_river(river_path)
    new, = {s.site_id for s in river.sites} - before
    assert river.site(new).name == "测试<b>取水口</b>" and river.site(new).reach_id
    desk.page.locator("button:enabled").filter(has_text="删除").click()         # a rerun may still show the old one
    desk.page.get_by_text("已删除").wait_for()
    assert {s.site_id for s in read_river(river_path).sites} == before


def test_streamlit_run_starts_the_same_app_on_loopback_with_nothing_asked_elsewhere(
        open_desk, start_server, river_path, free_port):
    port = free_port()
    url = start_server(["streamlit", "run", str(ROOT / "app.py"), "--server.port", str(port)], port,
                       RIVERPLAN_RIVER=str(river_path))
    desk = open_desk(url)
    desk.drawn(None)
    desk.click(*SPILL)
    assert desk.asked_elsewhere == [] and desk.errors == []


def test_every_chinese_letter_has_a_font_that_came_with_the_install(desk):
    """The page names local fonts first and falls back on the packaged one, from this server."""
    desk.page.wait_for_function("document.fonts.check('16px \"RP Hei\"', '龙渠溪碧涪')")
    fonts = [r for r in desk.requests if r.endswith((".otf", ".ttf", ".woff", ".woff2"))]
    assert all(r.startswith("http://127.0.0.1:") for r in fonts)

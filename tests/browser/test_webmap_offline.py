"""The exported map in a real browser without a network: no request, no error, everything on it works."""

from dataclasses import replace

import pytest
from river_fixtures import braid, y_river

import riverplan as rp
from riverplan.forecasting.run import forecast

pytestmark = [pytest.mark.browser, pytest.mark.flaky(reruns=2)]      # a loaded machine may miss a click
HOSTILE = ("<script>window.hacked=1</script></script>`${window.hacked=2}` {{7*7}} {% raw %} "
           "'\"><img src=x onerror=hacked=3>")


def made(river, tmp_path, **spill):
    spill = {"site_id": "S01", "substance": "苯酚", "mass": 2_000.0, "at": rp.clock("2026-07-01 08:00"), **spill}
    path = tmp_path / "map.html"
    rp.export(forecast(river, rp.Spill(**spill)), "webmap", path)
    return path


@pytest.fixture
def opened(chromium):
    """Open a file with the network cut; afterwards there was no request and no error."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, offline=True)
    asked, wrong = [], []

    def go(path):
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda message: wrong.append(message.text) if message.type in {"error", "warning"} else None)
        page.goto(path.as_uri())
        page.wait_for_selector(".rp-site", timeout=10_000)
        return page

    yield go
    addresses = [a for a in asked if not a.startswith("data:")]
    assert len(addresses) == 1, addresses
    assert addresses[0].startswith("file:")
    assert wrong == []
    context.close()


def set_time(page, step):
    page.evaluate("""step => { const slider = document.getElementById('rp-slider'); slider.value = step;
                     slider.dispatchEvent(new Event('input')); }""", step)


def test_it_opens_from_disk_without_a_request_and_says_what_it_is(opened, tmp_path):
    page = opened(made(y_river(), tmp_path))
    assert page.title() == "清河 突发水污染预报图"
    panel = page.inner_text("#rp-panel")
    for words in ("示范数据, 非实测", "内部资料 注意保存", "平水期", "不受影响", ">24 h", "清河水厂取水口"):
        assert words in panel
    assert "示例线" in page.inner_text(".leaflet-control-attribution")
    assert page.locator(".leaflet-control-attribution svg").count() == 0     # no flag, no advertisement
    assert page.locator("canvas").count() >= 1


def test_lines_are_drawn_in_the_colours_of_their_classes(opened, tmp_path):
    page = opened(made(y_river(), tmp_path))
    page.wait_for_timeout(300)
    colours = page.evaluate("""() => { const found = new Set();
        document.querySelectorAll('canvas').forEach(c => {
          const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
          for (let i = 0; i < d.length; i += 4) if (d[i + 3] === 255)
            found.add('#' + [d[i], d[i + 1], d[i + 2]].map(v => v.toString(16).padStart(2, '0')).join('')); });
        return [...found]; }""")
    assert {"#4d0026", "#960327", "#d0342c", "#f0702f", "#faad47"} <= set(colours)     # 0–2 … 12–24 h
    assert "#4f9bd9" in colours                                                      # not affected: the tributary
    assert "#fbe38e" not in colours                                                  # nothing here is after 24 h


def test_the_slider_moves_the_plume_downstream_and_shows_the_clock(opened, tmp_path):
    page = opened(made(y_river(), tmp_path))
    assert page.inner_text("#rp-clock").startswith("2026-07-01 08:00")
    seen = []
    for step in (12, 72, 144):
        set_time(page, step)
        numbers = page.inner_text("#rp-where").split("峰值")[0]
        seen.append([float(n) for n in numbers.replace("污染带", "").replace("km", "").replace("，", "").split("–")])
    assert page.inner_text("#rp-clock").startswith("2026-07-01 20:00")              # step 144 of 5 min
    assert seen[0][0] < seen[1][0] < seen[2][0]
    assert seen[0][1] < seen[1][1] <= seen[2][1]
    set_time(page, 10_000)
    assert page.inner_text("#rp-where") == "污染团已离开图内河段"
    page.click("#rp-play")
    page.wait_for_timeout(450)
    assert page.inner_text("#rp-play") == "暂停"
    assert 0 < page.evaluate("Number(document.getElementById('rp-slider').value)") < 50


def test_the_plume_is_on_both_arms_of_a_braid(opened, tmp_path):
    page = opened(made(braid(), tmp_path))
    set_time(page, 48)                                                               # 4 h: past the fork at 4.5 km
    peaks = page.inner_text("#rp-where").split("峰值")[1]
    assert "/" in peaks


def test_a_row_of_the_table_opens_the_popup_of_its_site_even_of_a_hidden_kind(opened, tmp_path):
    page = opened(made(y_river(), tmp_path))
    page.click("tr[data-site='Q01']")
    page.wait_for_selector(".leaflet-popup .rp-popup")
    popup = page.inner_text(".leaflet-popup .rp-popup")
    assert "清河大桥" in popup
    for words in ("最早到达", "前锋到达", "峰值到达", "尾端离开", "mg/L", "限值"):
        assert words in popup


def test_kinds_can_be_switched_off(opened, tmp_path):
    page = opened(made(y_river(), tmp_path))
    before = page.locator(".rp-site").count()
    page.locator(".leaflet-control-layers-overlays label", has_text="取水口").locator("input").uncheck()
    assert page.locator(".rp-site").count() == before - 2


def test_hostile_names_are_shown_as_text_and_run_nothing(opened, tmp_path):
    river = y_river()
    reaches = river.reaches.assign(name=HOSTILE)
    sites = tuple(replace(s, name=HOSTILE, county=HOSTILE, township=HOSTILE) for s in river.sites)
    river = river.replace(name=HOSTILE, stamp=HOSTILE, attribution=HOSTILE, reaches=reaches, sites=sites)
    page = opened(made(river, tmp_path, substance=HOSTILE))
    page.click("tr[data-site='I01']")
    page.wait_for_selector(".leaflet-popup .rp-popup")
    assert HOSTILE in page.inner_text(".leaflet-popup .rp-popup h4")
    assert HOSTILE in page.inner_text("#rp-panel h1")
    assert HOSTILE in page.inner_text(".rp-river")
    assert page.evaluate("window.hacked") is None
    assert page.locator("img").count() == 0


def test_a_spill_of_unknown_mass_and_clock_gives_times_after_release(opened, tmp_path):
    page = opened(made(y_river(), tmp_path, mass=None, at=None))
    set_time(page, 12)
    assert page.inner_text("#rp-clock") == "释放后 1:00"
    assert "—" in page.inner_text("tr[data-site='I01']")

"""The import report in a real browser without a network: rows lead to the map, pins lead to the rows."""

import pytest
from reported_river import reported

import riverplan as rp

pytestmark = [pytest.mark.browser, pytest.mark.flaky(reruns=2)]


@pytest.fixture(scope="module")
def river():
    return reported()


@pytest.fixture
def page(chromium, river, tmp_path):
    """The open page; afterwards there was no request, no error, and no script of the data ran."""
    path = tmp_path / "报告.html"
    rp.export(river, "report", path)
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, offline=True)
    asked, wrong = [], []
    opened = context.new_page()
    opened.set_default_timeout(10_000)
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda message: wrong.append(message.text) if message.type in {"error", "warning"} else None)
    opened.goto(path.as_uri())
    opened.wait_for_selector(".rp-mark .rp-pin")
    yield opened
    assert [a for a in asked if not a.startswith("data:")] == [path.as_uri()]
    assert wrong == []
    assert opened.evaluate("window.hacked") is None
    context.close()


def centre(page):
    return page.evaluate("(() => { const c = riverplanReport.map.getCenter(); return [c.lng, c.lat]; })()")


def test_a_click_on_a_row_moves_the_map_to_its_place(page, river):
    before = centre(page)
    row = page.locator(".rp-placed", has_text="二水厂").first
    row.click()
    site = river.site("I1")
    assert centre(page) == pytest.approx([site.lon, site.lat], abs=1e-3)
    assert before != pytest.approx([site.lon, site.lat], abs=1e-3)
    assert "rp-now" in row.get_attribute("class")
    page.locator(".rp-views a").click()
    assert centre(page) == pytest.approx(before, abs=1e-3)


def test_a_row_is_reached_by_the_keyboard_too(page):
    before = centre(page)
    page.locator(".rp-card.rp-placed").first.press("Enter")
    assert centre(page) != before


def test_a_click_on_a_pin_shows_its_row(page):
    pin = page.locator(".rp-mark .rp-pin").first
    number = pin.inner_text()
    pin.click()
    now = page.locator(".rp-now")
    assert now.count() == 1
    assert now.locator(".rp-pin").inner_text() == number
    assert now.is_visible()


def test_flipped_reaches_have_arrows_in_their_present_direction(page):
    turns = page.evaluate("JSON.parse(document.getElementById('rp-data').textContent).arrows.filter(a => a[3] === 2)"
                          ".map(a => a[2])")
    assert len(turns) == 2                                       # 龙河: down to the plain, then east beside 大江
    assert min(abs(t) for t in turns) < 5
    assert page.locator(".rp-arrow").count() >= 4


def test_the_three_first_things_are_in_sight_without_scrolling(page):
    for card in page.locator(".rp-card").all():
        box = card.bounding_box()
        assert box["y"] + box["height"] < 800

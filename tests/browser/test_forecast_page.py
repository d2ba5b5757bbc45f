"""A person at the duty desk reports what the field saw and reads curves and profile. No internet."""

import re

import pytest
from test_app_in_browser import SPILL, desk, fill_spill  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.flaky(reruns=2)]      # a loaded machine may miss a click


def later(clock, hours):
    """A clock time some hours later, at the full hour, as four digits; the last of the day in the late evening."""
    hour = int(clock[:2]) + hours
    return f"{hour:02d}00" if hour < 24 else "2359"


def test_an_observation_changes_the_arrival_and_the_chart_and_the_profile_moves_with_the_slider(desk):  # noqa: F811
    page = desk.page
    desk.click(*SPILL)
    fill_spill(desk)
    clock = page.locator('.rp-card[data-kind="intake"] .rp-clock')
    page.get_by_text("过程线", exact=True).click()
    chart = page.locator(".rp-chart svg")
    chart.wait_for()
    assert chart.locator(".curve").count() == 3 and chart.locator("title").count() > 9
    before, curve = clock.inner_text(), chart.locator(".curve").first.get_attribute("d")

    page.get_by_text("现场观测（修正预报）").click()
    page.get_by_role("button", name="＋ 增加一条观测").click()
    page.get_by_role("combobox", name="观测站点").click()
    page.get_by_role("option", name=re.compile("三合街道")).click()
    page.get_by_text("第 1 条未填完").wait_for()
    assert clock.inner_text() == before
    began = re.sub(r"\D", "", page.locator('[data-testid="stTimeInput"]').first.inner_text())
    key = desk.key()
    page.get_by_role("spinbutton", name=re.compile("hour, 时刻（必填）")).click()
    page.keyboard.type(later(began, 2), delay=60)
    page.keyboard.press("Enter")
    desk.drawn(key)
    page.get_by_text("预报已按 1 条现场观测修正").wait_for()
    assert clock.inner_text() != before
    page.wait_for_function("before => { const walk = r => [...r.querySelectorAll('*')].flatMap(e => "
                           "[e, ...(e.shadowRoot ? walk(e.shadowRoot) : [])]); const c = walk(document).find(e => "
                           "e.classList.contains('curve')); return c && c.getAttribute('d') !== before; }", arg=curve)

    page.wait_for_load_state("networkidle")
    requests, seen = len(desk.requests), []
    for share in ("200", "400"):
        page.locator(".rp-time input").fill(share)
        found = desk.map("s => s.profile.at(s.t)")
        seen.append(found["km"][found["mg"].index(max(found["mg"]))])
        assert "超标" in page.locator(".rp-profile .told").text_content()
        assert page.locator(".rp-profile .line").count() == 1
    assert seen[0] < seen[1] and len(desk.requests) == requests         # farther down, and nothing was asked


def test_the_chart_and_the_profile_stand_on_one_screen_with_the_answer(desk):  # noqa: F811
    desk.click(*SPILL)
    fill_spill(desk)
    desk.page.get_by_text("过程线", exact=True).click()
    for what in (".rp-cards", ".rp-canvas", ".rp-profile", ".rp-chart"):
        desk.page.locator(what).wait_for()
        box = desk.page.locator(what).bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= 800, what
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_a_film_has_bars_and_no_profile(desk):  # noqa: F811
    desk.click(*SPILL)
    fill_spill(desk, substance="柴油")
    desk.page.get_by_text("过程线", exact=True).click()
    desk.page.locator(".rp-chart .passage").first.wait_for()
    assert "浮油没有浓度过程线" in desk.page.locator(".rp-chart").text_content()
    assert not desk.page.locator(".rp-profile").is_visible()

"""A person at the duty desk has a plan made, forbids and pins spaces by a click. No internet."""

import pytest
from test_app_in_browser import desk  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.flaky(reruns=2)]      # a loaded machine may miss a click
SOLVED = 120_000
"""Milliseconds a plan may take on a busy machine."""


def choose(page, name, typed):
    page.get_by_role("combobox", name=name).first.fill(typed)
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("Enter")


def actions(page):
    """Ids of the spaces on the list of actions."""
    return page.locator(".rp-act").evaluate_all("cards => cards.map(c => c.dataset.site)")


def solved(page):
    """Wait until what is shown is the plan of the last click."""
    page.wait_for_timeout(1_000)
    page.wait_for_function("() => !document.querySelector('[data-testid=stSpinner]') && "
                           "!document.querySelector('[data-testid=stStatusWidgetRunningIcon]') && "
                           "!document.querySelector('[data-stale=true]')", timeout=SOLVED)


@pytest.fixture
def planned(desk):  # noqa: F811
    page = desk.page
    page.get_by_text("处置方案", exact=True).click()
    choose(page, "事故地点", "F06")
    page.get_by_text("事故已定").wait_for()
    choose(page, "物质", "苯酚")
    page.locator('input[aria-label="入河质量"]').fill("1000")
    page.keyboard.press("Enter")
    page.locator(".rp-spill", has_text="1 t").wait_for()
    page.get_by_role("button", name="制定方案", exact=True).click()
    page.locator(".rp-plan").wait_for(timeout=SOLVED)
    page.locator(".rp-chart svg.race").wait_for()
    return desk


def test_the_conclusion_the_list_the_map_and_the_race_stand_on_one_screen(planned):
    page = planned.page
    for what in (".rp-plan", ".rp-act", ".rp-canvas", ".rp-chart"):
        box = page.locator(what).first.bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= 800, what
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    assert page.locator(".rp-act-pin", has_text="1").is_visible()
    assert page.locator(".rp-chart .runner").count() == len(actions(page))


def test_a_space_is_forbidden_by_its_button_and_told_by_clicks_on_the_map(planned):
    page = planned.page
    first = actions(page)[0]
    page.locator(f".st-key-plan-forbid-{first} button").click()
    page.locator(f".st-key-chip-{first}").wait_for(timeout=SOLVED)
    solved(page)
    assert first not in actions(page)
    page.locator(f".st-key-chip-{first} button").click()
    page.locator(f".st-key-chip-{first}").wait_for(state="detached", timeout=SOLVED)
    solved(page)
    assert first in actions(page)

    for said in ("已指定", "已禁用", "交回方案"):                       # the same mark, once, twice, thrice
        page.locator(f'.rp-act-pin[data-site="{first}"]').click()
        page.get_by_test_id("stToast").filter(has_text=said).wait_for(timeout=SOLVED)
        solved(page)
    assert first in actions(page)


def test_intakes_said_to_be_supplied_otherwise_bring_in_the_gate_that_would_dry_them(planned):
    page = planned.page
    page.get_by_text("事故（与“事故预测”同一份）", exact=True).click()
    page.get_by_text("枯水期", exact=True).first.click()
    page.get_by_role("button", name="制定方案", exact=True).click()
    page.locator(".st-key-plan-supply button").wait_for(timeout=SOLVED)
    solved(page)
    assert "K08" not in actions(page) and "但使取水口缺水" in page.locator(".rp-plan").inner_text()
    page.locator(".st-key-plan-supply button").click()
    page.locator(".st-key-rp-chips button", has_text="另有供水").first.wait_for(timeout=SOLVED)
    solved(page)
    assert "K08" in actions(page)
    page.locator(".st-key-rp-chips button", has_text="全部取消").click()
    page.locator(".st-key-plan-supply button").wait_for(timeout=SOLVED)
    solved(page)
    assert "K08" not in actions(page)

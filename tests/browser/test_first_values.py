"""What a form begins with reaches the browser, however soon the page is left. No internet."""

from datetime import datetime

import pytest

from riverplan.forecasting.spill import BEIJING

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("again", range(5))
def test_a_page_left_while_it_is_drawn_changes_neither_flow_nor_hour(open_desk, app_url, again):
    page = open_desk(app_url).page
    page.get_by_text("处置方案", exact=True).click()            # the first page is still on its way
    page.locator('input[aria-label="入河质量"]').fill("1000")
    page.keyboard.press("Enter")
    page.wait_for_timeout(2_000)
    assert page.locator("label:has(input[type=radio]:checked)").all_inner_texts() == ["平水期"]
    hour, minute = page.get_by_test_id("stTimeInput").locator("input").first.input_value().split(":")[:2]
    now = datetime.now(BEIJING)
    assert (60 * now.hour + now.minute - 60 * int(hour) - int(minute)) % 1440 < 30


@pytest.mark.parametrize("again", range(3))
def test_the_page_of_tracing_left_while_it_is_drawn_keeps_its_flow_and_its_three_days(open_desk, app_url, again):
    page = open_desk(app_url).page
    for name in ("溯源", "筛查", "溯源"):
        page.get_by_text(name, exact=True).first.click()
        page.wait_for_timeout(40 + 60 * again)
    page.wait_for_timeout(3_000)
    assert page.locator('input[aria-label="往前查 h"]').input_value(timeout=5_000) == "72"
    flow = page.get_by_test_id("stSelectbox").filter(has_text="流量情景")
    assert "平水期" in flow.inner_text() + flow.locator("input").first.input_value()

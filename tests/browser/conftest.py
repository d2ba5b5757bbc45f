"""A real Chromium for the tests that look at pages."""

import os
from pathlib import Path

import pytest

CHROMIUM = os.environ.get("RIVERPLAN_CHROMIUM", "/usr/bin/chromium")
QUIET = ("--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync")


@pytest.fixture(scope="session")
def chromium():
    """The browser; without one the test is skipped, or fails where RIVERPLAN_REQUIRE_BROWSER=1."""
    if not Path(CHROMIUM).exists():
        reason = f"no Chromium at {CHROMIUM} (RIVERPLAN_CHROMIUM names another)"
        if os.environ.get("RIVERPLAN_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()

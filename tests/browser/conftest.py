"""A real Chromium that may ask this machine only, and a real server to ask."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

CHROMIUM = os.environ.get("RIVERPLAN_CHROMIUM", "/usr/bin/chromium")
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync"]
ELSEWHERE = re.compile(r"^(https?|wss?)://(?!127\.0\.0\.1[:/])")


def lacking(reason: str) -> None:
    """Skip, or fail where a browser is demanded."""
    if os.environ.get("RIVERPLAN_REQUIRE_BROWSER") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@dataclass
class Desk:
    """A page and what it asked for and complained about."""

    page: object
    asked_elsewhere: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def map(self, expression: str, argument: object = None) -> object:
        """A value from the map: ``expression`` is a function of the component's state and an argument."""
        return self.page.locator(".rp-map").evaluate(f"(host, a) => ({expression})(host.riverplan, a)", argument)

    def place(self, lon: float, lat: float) -> tuple[float, float]:
        """Where a position of the map stands on the screen."""
        box = self.page.locator(".rp-canvas").bounding_box()
        x, y = self.map("(s, a) => { const p = s.map.latLngToContainerPoint(a); return [p.x, p.y]; }", [lat, lon])
        return box["x"] + x, box["y"] + y

    def drawn(self, before: str | None) -> None:
        """Wait until the map shows another forecast than before."""
        self.page.wait_for_function(
            "before => { const find = root => { for (const e of root.querySelectorAll('*')) {"
            " if (e.classList.contains('rp-map')) return e;"
            " if (e.shadowRoot) { const f = find(e.shadowRoot); if (f) return f; } } };"
            " const host = find(document); return host && host.dataset.key !== undefined"
            " && host.dataset.key !== before; }", arg=before, timeout=20_000)

    def requests_elsewhere(self) -> list[str]:
        """Requests to any host but this machine, answered or not."""
        return [url for url in self.requests if ELSEWHERE.match(url)]

    def key(self) -> str:
        """What forecast the map shows now."""
        return self.page.locator(".rp-map").get_attribute("data-key")

    def click(self, lon: float, lat: float) -> float:
        """Click the map and wait for the coloured map; the time it took [s]."""
        before, at = self.key(), self.place(lon, lat)
        start = time.perf_counter()
        self.page.mouse.click(*at)
        self.drawn(before)
        return time.perf_counter() - start


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Where Chromium is; the test is skipped, or fails where a browser is demanded, if there is none."""
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        lacking("playwright is not installed")
    path = CHROMIUM if Path(CHROMIUM).exists() else shutil.which(CHROMIUM)
    if not path:
        lacking(f"there is no Chromium at {CHROMIUM} (RIVERPLAN_CHROMIUM names another)")
    return path


@pytest.fixture(scope="module")
def chromium(chromium_path) -> Iterator[object]:
    """A running Chromium; one a module, because its event loop must not outlive the browser tests."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture
def open_desk(chromium):
    """Open an address in a fresh context of 1280 × 800; requests to other hosts are refused and listed."""
    contexts = []

    def opened(url: str) -> Desk:
        context = chromium.new_context(viewport={"width": 1280, "height": 800}, accept_downloads=True)
        contexts.append(context)
        desk = Desk(context.new_page())

        def refuse(route):
            desk.asked_elsewhere.append(route.request.url)
            route.abort()

        context.route(ELSEWHERE, refuse)
        desk.page.on("request", lambda request: desk.requests.append(request.url))
        desk.page.on("pageerror", lambda error: desk.errors.append(str(error)))
        desk.page.on("console", lambda m: desk.errors.append(m.text) if m.type == "error" else None)
        desk.page.goto(url)
        return desk

    yield opened
    for context in contexts:
        context.close()


def some_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def free_port():
    """Finds a port nobody listens to."""
    return some_free_port


def wait_for(url: str, process: subprocess.Popen, seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}: {process.stdout.read()}")
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(url)


@pytest.fixture(scope="session")
def start_server(tmp_path_factory):
    """Start a server by a command line; gives its address. All are stopped at the end."""
    running = []

    def start(command: list[str], port: int, **environment: str) -> str:
        log = (tmp_path_factory.mktemp("server") / "log.txt").open("w+", encoding="utf-8")
        process = subprocess.Popen([sys.executable, "-m", *command], stdout=log, stderr=subprocess.STDOUT,
                                   env={**os.environ, "PYTHONUTF8": "1", **environment})
        process.stdout = log
        running.append((process, log))
        wait_for(f"http://127.0.0.1:{port}/_stcore/health", process)
        return f"http://127.0.0.1:{port}/"

    yield start
    for process, log in running:
        process.terminate()
        process.wait(timeout=20)
        log.close()


@pytest.fixture(scope="session")
def river_path(tmp_path_factory) -> Path:
    """The demonstration river, imported from its raw files."""
    from riverplan.river.demonstration import demonstration
    from riverplan.river.importing import import_river
    from riverplan.river.store import save_river

    raw = demonstration()
    river = import_river(raw.lines, name=raw.name, workbook=raw.workbook, outlets=raw.outlets)
    return save_river(river, tmp_path_factory.mktemp("river") / "river.gpkg")


@pytest.fixture(scope="session")
def app_url(chromium_path, start_server, river_path) -> str:
    """The app on the demonstration river, as ``riverplan serve`` starts it."""
    port = some_free_port()
    return start_server(["riverplan", "serve", str(river_path), "--port", str(port)], port)

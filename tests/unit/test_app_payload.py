import asyncio
import gzip
import json
from dataclasses import replace

import numpy as np
import pytest
from river_fixtures import braid, y_river
from starlette.applications import Starlette

from riverplan.app.desk import addresses
from riverplan.app.map_component import MapView, arguments, vendor_folder
from riverplan.app.payload import Payloads, lines_payload, sites_payload
from riverplan.app.question import Question, ask
from riverplan.app.server import LOOPBACK, SETTINGS, is_loopback, middleware, routes
from riverplan.forecasting.spill import Spill, clock


def get(path, client="127.0.0.1"):
    """Status, heads and body of an answer of the server's own routes, without a socket."""
    sent, asked = [], []

    async def receive():
        if asked:
            await asyncio.sleep(3600)                       # the browser stays on the line
        asked.append(path)
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"",
             "headers": [], "http_version": "1.1", "scheme": "http", "server": ("127.0.0.1", 80), "root_path": "",
             "client": (client, 40000)}
    asyncio.run(Starlette(routes=routes(), middleware=middleware())(scope, receive, send))
    heads = {k.decode(): v.decode() for k, v in sent[0]["headers"]}
    return sent[0]["status"], heads, b"".join(m.get("body", b"") for m in sent[1:])


def decoded(payload):
    points = np.cumsum(np.reshape(payload["delta"], (-1, 2)), axis=0) * 1e-5
    return np.split(points, np.cumsum(payload["count"])[:-1])


@pytest.mark.parametrize("river", [y_river(), braid()], ids=["y", "braid"])
def test_the_lines_the_browser_gets_are_the_reaches_to_a_metre(river):
    lines = decoded(lines_payload(river))
    assert len(lines) == len(river.reaches)
    for line, geometry in zip(lines, river.reaches.geometry, strict=True):
        x, y = river.xy(line[:, 0], line[:, 1])
        assert np.abs(np.column_stack([x, y]) - np.array(geometry.coords)).max() < 1.0


def test_an_address_names_its_content_and_an_edited_site_leaves_the_lines_address_alone():
    river = y_river()
    lines, sites = addresses(river)
    edited = river.replace(sites=(replace(river.sites[0], name="改名"), *river.sites[1:]))
    assert addresses(edited)[0] == lines
    assert addresses(edited)[1] != sites
    assert addresses(y_river()) == (lines, sites)


def test_old_payloads_make_room_for_new_ones():
    kept = Payloads(keep=2)
    first, second, third = (kept.put({"n": n}) for n in range(3))
    assert kept.get(first) is None
    assert [json.loads(gzip.decompress(kept.get(d)))["n"] for d in (second, third)] == [1, 2]


def test_a_rerun_sends_less_than_a_kilobyte_a_reach_and_the_plume_never_runs_backwards():
    river = y_river()
    forecast = ask(river, Question(spill=Spill(site_id="S01", mass=10.0, at=clock("2026-07-01 08:00"))))
    sent = arguments(MapView(river=river, lines="a", sites="b", lang="zh", forecast=forecast))
    times = sent["times"]
    assert [river.reaches["reach_id"].iat[r] for r in times["reach"]] == ["r1", "r3", "r4"]
    assert times["start"][0] == pytest.approx(0.1)                         # 1 km down a reach of 10 km
    assert all(a <= b for a, b in zip(times["lead_tail"], times["lead_head"], strict=True))
    assert all(a <= b for a, b in zip(times["lead_head"], times["trail_head"], strict=True))
    assert len(json.dumps(times)) < 1000 * len(times["reach"])
    assert sent["at"] == clock("2026-07-01 16:00").timestamp() * 1000       # Beijing time as if it were UTC


def test_the_server_hands_out_leaflet_the_font_and_payloads_and_nothing_else():
    river = y_river()
    lines, sites = addresses(river)
    assert b"Leaflet 1.9" in get("/rp/vendor/leaflet.js")[2][:200]
    assert get("/rp/font/NotoSansSC-Regular.otf")[2][:4] == b"OTTO"
    status, heads, body = get("/" + lines)
    assert status == 200 and heads["content-encoding"] == "gzip" and "immutable" in heads["cache-control"]
    assert json.loads(gzip.decompress(body)) == lines_payload(river)
    assert json.loads(gzip.decompress(get("/" + sites)[2])) == json.loads(json.dumps(sites_payload(river)))
    for path in ("/rp/net/none.json", "/rp/vendor/../../etc/passwd", "/rp/vendor/other.js"):
        assert get(path)[0] == 404


def test_the_server_listens_to_this_machine_only_and_reports_to_nobody():
    assert SETTINGS["server.address"] == LOOPBACK == "127.0.0.1"
    assert SETTINGS["browser.gatherUsageStats"] is False


def test_a_request_from_another_machine_is_turned_away_even_under_streamlit_run():
    assert get("/rp/vendor/leaflet.js", client="192.0.2.7")[0] == 403
    assert get("/rp/vendor/leaflet.js", client="::1")[0] == 200
    assert not is_loopback("10.0.0.1") and is_loopback("::ffff:127.0.0.1")


def test_our_scripts_and_styles_name_no_other_host():
    from importlib.resources import files

    folder = files("riverplan.app")
    names = ("map.js", "draw.js", "plume.js", "profile.js", "planned.js", "map.css")
    ours = [folder / "page.css", folder / "chart_component" / "chart.js", folder / "chart_component" / "chart.css",
            *(folder / "map_component" / name for name in names)]
    for file in ours:
        words = file.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "http" not in words and "//cdn" not in words, file.name
    assert (vendor_folder() / "leaflet.css").is_file()

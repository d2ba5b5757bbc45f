"""The drawing page without a browser: what is clicked on the board is handed over as the component would."""

import asyncio
import gzip
import io
import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from river_fixtures import y_river
from starlette.applications import Starlette
from streamlit.testing.v1 import AppTest
from test_app_page import SCRIPT, number, shown
from test_river_backdrops import mbtiles, png
from test_river_drawn import DRAWING, GPX, JOINT, MAIN

from riverplan.app import board, desk, draw_component, drawing_state, server
from riverplan.app.state import Point
from riverplan.errors import InputError
from riverplan.river.drawn import ControlPoint, Drawing
from riverplan.river.store import read_river, save_river


@pytest.fixture
def page(tmp_path, monkeypatch):
    path = tmp_path / "river.gpkg"
    save_river(y_river(), path)
    monkeypatch.setenv(desk.RIVER_VARIABLE, str(path))
    desk.desk.cache_clear()
    app = AppTest.from_file(SCRIPT, default_timeout=30)
    app.session_state["mode"] = "draw"
    yield app.run()
    desk.desk.cache_clear()


def scan():
    out = io.BytesIO()
    Image.new("RGB", (400, 300), "white").save(out, "PNG")
    return out.getvalue()


def got(path):
    """Status, media type and content of an address of the server."""
    said = []

    async def send(message):
        said.append(message)

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"",
             "headers": [], "http_version": "1.1", "scheme": "http", "server": ("127.0.0.1", 80), "root_path": ""}
    asyncio.run(Starlette(routes=server.routes())(scope, receive, send))
    heads = {k.decode().lower(): v.decode() for k, v in said[0]["headers"]}
    return said[0]["status"], heads.get("content-type"), b"".join(m.get("body", b"") for m in said[1:])


def button(page, label):
    return next(b for b in page.button if b.label.startswith(label))


def test_the_page_opens_in_chinese_and_says_how_to_begin(page):
    assert not page.exception
    words = shown(page)
    assert "没有河线也能用" in words and "没有底图时画的线按“示意”保存" in words


def test_finishing_an_empty_drawing_is_refused_in_words_and_changes_nothing(page, tmp_path):
    button(page, "完成").click().run()
    assert not page.exception and "还没有画任何河线" in shown(page)
    assert [p.name for p in tmp_path.glob("*.gpkg")] == ["river.gpkg"]


def test_a_saved_draft_is_finished_into_a_new_river_on_the_desk(page, tmp_path):
    board.draft().save(replace(DRAWING, name="", backdrops=()))
    page.run()
    assert "共 2 条线" in shown(page) and "示意 2 条（不在底图上），误差 1000 m 以上" in shown(page)
    button(page, "完成").click().run()
    assert not page.exception
    river = read_river(tmp_path / "清水河.gpkg")
    assert set(river.reaches["course"]) == {"sketched"} and page.query_params["river"] == "清水河"
    assert read_river(tmp_path / "river.gpkg").name == y_river().name     # the one before is untouched
    assert board.draft().load() == Drawing() and list((tmp_path / "riverplan-drawing").glob("drawing-finished*"))
    assert "示意河线，误差可达 1 km" in shown(page)


def test_control_points_are_typed_in_degrees_and_minutes_and_show_their_residuals(page):
    added = board.add_file("老图.png", scan())
    page.session_state["placing"] = added.digest
    for (x, y), where in zip([(10, 10), (390, 10), (390, 290), (10, 290)], [
            "E107°0′ N30°0′", "107.38,30", "107.38 29.76", "E107度 N29.76"], strict=True):
        page.session_state["pixel"] = (x, y)
        page.run()
        next(w for w in page.text_input if w.label.startswith("经度")).set_value(where).run()
        assert not page.exception
    (placed,) = board.draft().load().backdrops
    assert [(p.lon, p.lat) for p in placed.points] == [(107, 30), (107.38, 30), (107.38, 29.76), (107, 29.76)]
    assert "残差" in shown(page) and "逐点去掉再算的误差" in shown(page)
    good, _ = board.ready(board.draft().load())
    west, south, east, north = good[0].layer["bounds"]
    assert (west, south, east, north) == pytest.approx((106.99, 29.7514, 107.39, 30.0086), abs=0.002)


def test_three_control_points_show_a_dash_and_that_4_are_needed_to_check(page):
    added = board.add_file("老图.png", scan())
    page.session_state["placing"] = added.digest
    three = tuple(ControlPoint(x=x, y=y, lon=107 + x / 1000, lat=30 - y / 1000) for x, y in
                  ((10.0, 10.0), (390.0, 10.0), (390.0, 290.0)))
    board.change_backdrop(added, replace(added, points=three))
    page.run()
    assert not page.exception and "残差 —（至少 4 点才能检验）" in shown(page)
    assert "<td>—</td>" in shown(page) and "<td>0 m</td>" not in shown(page)


def test_a_mouth_of_50_m3_s_gives_the_drawn_river_a_normal_flow_that_is_forecast_with(page, tmp_path):
    board.draft().save(replace(DRAWING, backdrops=()))
    page.run()
    number(page, "河口流量").set_value(50.0)
    button(page, "完成").click().run()
    river = read_river(tmp_path / "清水河.gpkg")
    flow = river.scenario("normal")
    assert flow.discharge[river.reach_row["D01-2"]] == 50.0
    page.session_state["spill_point"] = Point((JOINT[0] + 107.6) / 2, (JOINT[1] + 29.93) / 2)
    page.run()
    assert not page.exception and "事故点流量 50 m³/s（假定）" in shown(page) and "rp-cards" in shown(page)


def test_a_drawn_river_without_flows_is_forecast_from_an_estimate_at_the_spill_and_has_no_field_for_stations(page):
    board.draft().save(replace(DRAWING, backdrops=()))
    page.run()
    button(page, "完成").click().run()
    assert page.toast[0].value == "已存为 清水河.gpkg 并打开。"
    page.session_state["spill_point"] = Point((107.45 + JOINT[0]) / 2, (30.05 + JOINT[1]) / 2)
    page.run()
    assert "左侧“事故点流量”填现场估测值" in shown(page)
    assert not any("实测流量" in e.label for e in page.expander)
    number(page, "事故点流量").set_value(20.0)
    page.run()
    assert not page.exception and "事故点流量 20 m³/s（假定）" in shown(page) and "rp-cards" in shown(page)


def test_a_mouth_of_0_m3_s_is_refused_in_words_and_leaves_nothing_behind(page, tmp_path):
    board.draft().save(replace(DRAWING, backdrops=()))
    page.run()
    number(page, "河口流量").set_value(0.0)
    button(page, "完成").click().run()
    assert not page.exception and "估测的流量为 0.0 m³/s" in shown(page)
    assert [p.name for p in tmp_path.glob("*.g*")] == ["river.gpkg"] and board.draft().load().lines


def test_a_position_that_is_none_is_refused_and_three_on_a_line_too(page):
    added = board.add_file("老图.png", scan())
    page.session_state["placing"] = added.digest
    page.session_state["pixel"] = (5.0, 5.0)
    page.run()
    next(w for w in page.text_input if w.label.startswith("经度")).set_value("河口").run()
    assert not page.exception and "第 1 个控制点的经纬度不能用" in shown(page)
    on_line = tuple(ControlPoint(x=10.0 * i, y=10.0 * i, lon=107 + 0.1 * i, lat=29 + 0.1 * i) for i in range(3))
    board.change_backdrop(added, replace(added, points=on_line))
    page.run()
    assert "几乎在一条直线上" in shown(page) and not page.exception


def test_files_that_cannot_be_drawn_on_are_refused_and_not_kept_in_the_drawing(page):
    for name, data in (("a.png", b"nothing"), ("b.docx", b"PK"), ("c.mbtiles", b"x"), ("d.gpx", b"<gpx>")):
        with pytest.raises(InputError) as error:
            board.add_file(name, data)
        assert error.value.problems[0].text("zh")
    assert board.draft().load() == Drawing()


def test_a_lost_backdrop_is_said_and_the_lines_stay(page, tmp_path):
    added = board.add_file("老图.png", scan())
    board.draft().save(replace(board.draft().load(), lines=(MAIN,)))
    board.draft().file(added.digest, added.file).unlink()
    from riverplan.app import backdrops

    backdrops.shown.cache_clear()
    page.run()
    assert not page.exception and "共 1 条线" in shown(page) and "老图.png" in shown(page)


def test_strokes_of_a_drawing_that_is_closed_are_not_saved(page, monkeypatch):
    told = {"epoch": "now-0", "n": 3, "lines": [{"name": "甲", "points": [[107, 29], [107.1, 29.1]]}]}
    monkeypatch.setattr(drawing_state, "drawn", lambda: told)
    monkeypatch.setattr(drawing_state, "note_saved", lambda step: None)
    monkeypatch.setattr(drawing_state, "epoch", lambda: "other-1")
    board.save_lines()
    assert board.draft().load() == Drawing()
    monkeypatch.setattr(drawing_state, "epoch", lambda: "now-0")
    board.save_lines()
    assert [line.name for line in board.draft().load().lines] == ["甲"]


def test_pictures_tiles_and_tracks_come_from_this_server_by_their_digests(page, tmp_path):
    mbtiles(tmp_path / "底图.mbtiles", [(10, 818, 1023 - 422, png())])
    (tmp_path / "巡河.gpx").write_text(GPX, encoding="utf-8")
    assert {"底图.mbtiles", "巡河.gpx"} <= set(board.nearby())
    tiles, track = board.add_nearby("底图.mbtiles"), board.add_nearby("巡河.gpx")
    picture = board.add_file("a.png", scan())
    good, bad = board.ready(Drawing(backdrops=(tiles, track, picture)))
    assert not bad and [s.kind for s in good] == ["tiles", "guides", "picture"]
    assert good[1].accuracy == 15.0 and good[2].layer is None
    at = "/" + good[0].layer["url"]
    assert got(at.format(z=10, x=818, y=422)) == (200, "image/png", png())
    missing = got(at.format(z=10, x=818, y=421))
    assert missing[0] == 200 and Image.open(io.BytesIO(missing[2])).convert("RGBA").getpixel((0, 0))[3] == 0
    assert got("/rp/tiles/other/10/818/422")[0] == 404
    assert json.loads(gzip.decompress(got("/" + good[1].layer["url"])[2]))["count"] == [2, 2, 2]
    assert got("/" + good[2].picture["url"])[:2] == (200, "image/jpeg")
    assert got("/rp/picture/../../etc/passwd")[0] == 404


def test_the_board_gets_every_word_in_both_languages():
    for lang in ("zh", "en"):
        sent = draw_component.arguments(draw_component.Board(
            lines=DRAWING.lines, epoch="a", saved=0, layers=[], river="", view=np.array([1, 2, 3, 4.0]), lang=lang))
        assert all(sent["words"].values()) and len(sent["widths"]) == 6

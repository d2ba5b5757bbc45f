"""A person without any line draws sixty kilometres and five tributaries on a scanned map, and forecasts on them.

The scan is made here: a turned sheet with the rivers, and four marks whose positions are written beside them.
"""

import io
import sqlite3
import time
from contextlib import closing

import numpy as np
import openpyxl
import pytest
import shapely
from PIL import Image, ImageDraw
from pyproj import Geod, Transformer

from riverplan.river.store import read_river

pytestmark = [pytest.mark.browser, pytest.mark.flaky(reruns=2)]      # a loaded machine may miss a click
TO = Transformer.from_crs("EPSG:4326", "EPSG:4545", always_xy=True)
GEOD = Geod(ellps="WGS84")
SIZE = (1600, 1100)
MAIN = [(107.30, 29.90), (107.36, 29.94), (107.43, 29.92), (107.50, 29.95), (107.57, 29.93), (107.64, 29.96),
        (107.71, 29.94), (107.78, 29.96), (107.84, 29.94), (107.90, 29.95)]
TRIBUTARIES = {"东溪": [(107.40, 30.06), (107.44, 30.00), MAIN[2]], "西溪": [(107.46, 29.80), (107.49, 29.87), MAIN[3]],
               "南溪": [(107.60, 29.79), (107.58, 29.86), MAIN[4]], "北溪": [(107.66, 30.08), (107.69, 30.01), MAIN[6]],
               "石沟": [(107.88, 30.05), (107.86, 30.00), MAIN[8]]}
MARKS = [(107.28, 30.08), (107.92, 30.08), (107.92, 29.78), (107.28, 29.78)]


def pixel(lon, lat):
    """Where the sheet, turned by two degrees, shows a place."""
    x, y = TO.transform(lon, lat)
    x0, y0 = TO.transform(107.60, 29.93)
    turn = np.radians(2.0)
    dx, dy = (x - x0) / 42.0, (y - y0) / 42.0
    return (800 + np.cos(turn) * dx + np.sin(turn) * dy, 550 + np.sin(turn) * dx - np.cos(turn) * dy)


def scan(path):
    sheet = Image.new("RGB", SIZE, (246, 240, 222))
    pen = ImageDraw.Draw(sheet)
    for line in [MAIN, *TRIBUTARIES.values()]:
        pen.line([pixel(*p) for p in line], fill=(70, 130, 190), width=7 if line is MAIN else 4, joint="curve")
    for lon, lat in MARKS:
        x, y = pixel(lon, lat)
        pen.line([(x - 14, y), (x + 14, y)], fill=(160, 0, 0), width=3)
        pen.line([(x, y - 14), (x, y + 14)], fill=(160, 0, 0), width=3)
        pen.text((x + 16, y - 18), f"{lon} E {lat} N", fill=(160, 0, 0))
    sheet.save(path, quality=92)
    return path


def lists():
    book = openpyxl.Workbook()
    rivers = book.active
    rivers.title = "河流"
    rivers.append(["河流名称", "多年平均流量(m3/s)", "流域面积(km2)"])
    flows = book.create_sheet("流量")
    flows.append(["所在河流", "水期", "流量(m3/s)"])
    for i, name in enumerate(["清水河", *TRIBUTARIES]):
        rivers.append([name, 40 if i == 0 else 3 + i, 3000 if i == 0 else 150 + 20 * i])
        flows.append([name, "平水期", 40 if i == 0 else 3 + i])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture
def bare(chromium_path, start_server, free_port, river_path, tmp_path):
    """The app on a river in an empty folder; gives its address and the folder."""
    path = tmp_path / "old.gpkg"
    path.write_bytes(river_path.read_bytes())
    port = free_port()
    return start_server(["riverplan", "serve", str(path), "--port", str(port)], port), tmp_path


class Hand:
    """A hand at the mouse that counts what it does."""

    def __init__(self, desk):
        self.desk, self.page, self.clicks, self.keys = desk, desk.page, 0, 0

    def board(self, expression, argument=None):
        return self.page.locator(".rp-draw").evaluate(f"(host, a) => ({expression})(host.riverplan, a)", argument)

    def click(self, target):
        self.clicks += 1
        target.click()

    def at(self, box, x, y, count=1):
        self.clicks += count
        frame = self.page.locator(box).bounding_box()                  # with its edge of one pixel
        self.page.mouse.click(round(frame["x"] + 1 + x), round(frame["y"] + 1 + y), click_count=count)

    def tool(self, name):
        self.click(self.page.locator(f".rp-tools [data-tool={name}]"))

    def on_map(self, lon, lat, count=1):
        self.at(".rp-board", *self.board(
            "(s, a) => { const p = s.map.latLngToContainerPoint(a); return [p.x, p.y]; }", [lat, lon]), count)

    def type(self, words):
        self.keys += len(words)
        self.page.keyboard.type(words)

    def draw(self, line, name):
        self.tool("draw")
        for lon, lat in line[:-1]:
            self.on_map(lon, lat)
        self.on_map(*line[-1], count=2)
        self.type(name)
        self.page.keyboard.press("Enter")
        self.saved()

    def saved(self):
        """Wait until the last step is saved on the server."""
        for _ in range(100):
            if self.page.locator(".rp-draw").get_attribute("data-saved") not in ("", None):
                steps = self.board("s => s.steps")
                if self.page.locator(".rp-draw").get_attribute("data-saved") == str(steps):
                    return
            time.sleep(0.1)
        raise AssertionError("the drawing was not saved")


def open_drawing(open_desk, url):
    desk = open_desk(url)
    desk.page.get_by_text("画河线", exact=True).click()
    desk.page.locator(".rp-tools [data-tool=draw]").wait_for(timeout=30_000)
    return desk


def test_sixty_kilometres_and_five_tributaries_are_drawn_on_a_scan_and_forecast(bare, open_desk, tmp_path):
    url, folder = bare
    desk = open_drawing(open_desk, url)
    page, hand = desk.page, Hand(desk)
    page.locator("input[type=file]").first.set_input_files(scan(tmp_path / "scan.jpg"))
    page.locator(".rp-picture .leaflet-image-layer").wait_for(timeout=20_000)
    for number, (lon, lat) in enumerate(MARKS, 1):
        x, y = pixel(lon, lat)
        hand.at(".rp-picture", *hand.board(
            "(s, a) => { const p = s.plan.map.latLngToContainerPoint([-a[1], a[0]]); return [p.x, p.y]; }", [x, y]))
        field = page.get_by_label("经度, 纬度")
        hand.click(field)
        minutes = f"E{int(lon)}°{(lon % 1) * 60:.4f}′ N{int(lat)}°{(lat % 1) * 60:.4f}′"
        hand.type(minutes if number == 2 else f"{lon}, {lat}")
        page.keyboard.press("Enter")
        page.locator(".rp-points tbody tr").nth(number - 1).wait_for(timeout=10_000)
    page.get_by_text("残差 ").last.wait_for()
    page.screenshot(path=str(tmp_path / "placing.png"))
    hand.click(page.get_by_role("button", name="定位完成，去画线"))
    page.locator(".rp-board .leaflet-image-layer").wait_for(timeout=20_000)
    page.wait_for_timeout(700)

    hand.draw(MAIN, "清水河")
    for name, line in TRIBUTARIES.items():
        hand.draw(line if name != "南溪" else line[::-1], name)     # one is drawn from its mouth upwards
    page.screenshot(path=str(tmp_path / "drawn.png"))
    assert page.get_by_text("河口 1 处，支流都已接上").count() == 1

    page.reload()                                                  # the drawing outlives the browser
    page.get_by_text("画河线", exact=True).click()
    page.locator(".rp-list .rp-row").nth(5).wait_for(timeout=30_000)

    page.locator("input[type=file]").last.set_input_files(
        {"name": "清单.xlsx", "mimeType": "application/octet-stream", "buffer": lists()})
    page.get_by_text("清单.xlsx").wait_for()
    hand.click(page.get_by_role("button", name="完成，存为河流文件并打开"))
    page.locator(".rp-map").wait_for(timeout=90_000)
    page.locator(".rp-by-hand").wait_for()

    river = read_river(folder / "清水河.gpkg")
    lengths = river.reaches.groupby("name")["length"].sum()
    for name, line in {"清水河": MAIN, **TRIBUTARIES}.items():
        true = GEOD.line_length(*np.array(line).T)
        assert lengths[name] == pytest.approx(true, rel=0.03), name
    assert lengths["清水河"] > 59_000
    placed = TO.transform(*np.array(MAIN).T)
    ends = shapely.points(*placed)
    lines = shapely.union_all(river.reaches.to_crs("EPSG:4545").geometry)
    assert shapely.distance(ends, lines).max() < river.reaches["drawn_accuracy"].min()
    assert set(river.reaches["course"]) == {"digitised"} and river.reaches["drawn_accuracy"].between(20, 400).all()
    assert not river.reaches["status"].str.contains("unconnected").any()
    heads = set(river.reaches["head"])
    assert sum(h not in set(river.reaches["tail"]) for h in heads) == 1     # one mouth

    desk.drawn(None)
    desk.click(107.60, 29.82)
    page.get_by_text("手绘河线（线位误差可达）").first.wait_for(timeout=20_000)
    page.screenshot(path=str(tmp_path / "forecast.png"))
    assert hand.clicks < 60 and hand.keys < 100                    # a slow hand needs 2 s for each: 5 minutes
    assert desk.requests_elsewhere() == [] and desk.errors == []


def test_vertices_are_moved_put_in_taken_out_and_every_step_is_taken_back(bare, open_desk):
    desk = open_drawing(open_desk, bare[0])
    page, hand = desk.page, Hand(desk)
    box = page.locator(".rp-board").bounding_box()

    def points(line=0):
        return hand.board("(s, i) => s.model.lines[i]?.points ?? []", line)

    hand.tool("draw")
    for x, y in ((100, 200), (250, 250), (400, 200), (550, 260)):
        hand.at(".rp-board", x, y)
    page.keyboard.press("Control+z")
    assert len(points()) == 3
    page.keyboard.press("Control+y")
    assert len(points()) == 4
    page.keyboard.press("Enter")
    hand.type("甲河")
    page.keyboard.press("Enter")
    hand.tool("draw")                                             # a tributary that ends near the river snaps onto it
    hand.at(".rp-board", 330, 420)
    hand.at(".rp-board", 327, 231)
    page.keyboard.press("Enter")
    assert points(1)[-1] in points(0) and len(points(0)) == 5
    assert page.locator(".rp-list").get_by_text("汇入甲河").count() == 1

    hand.at(".rp-board", 480, 232)                                # choose the river, move a vertex, put one in
    before = points()
    vertex = page.locator(".rp-vertex").nth(1).bounding_box()
    page.mouse.move(vertex["x"] + 6, vertex["y"] + 6)
    page.mouse.down()
    page.mouse.move(box["x"] + 240, box["y"] + 330, steps=6)
    page.mouse.up()
    assert points()[1] != before[1] and points()[0] == before[0]
    middle = page.locator(".rp-middle").nth(0).bounding_box()
    page.mouse.move(middle["x"] + 6, middle["y"] + 6)
    page.mouse.down()
    page.mouse.move(box["x"] + 130, box["y"] + 300, steps=6)
    page.mouse.up()
    assert len(points()) == 6
    page.locator(".rp-vertex").nth(1).click(button="right")
    assert len(points()) == 5
    joint = next(i for i, p in enumerate(points()) if p == points(1)[-1])
    at = page.locator(".rp-vertex").nth(joint).bounding_box()     # where both meet, both move
    page.mouse.move(at["x"] + 6, at["y"] + 6)
    page.mouse.down()
    page.mouse.move(at["x"] + 40, at["y"] + 60, steps=6)
    page.mouse.up()
    assert points(1)[-1] == points()[joint]
    for _ in range(4):
        hand.tool("undo")
    assert points() == before
    page.keyboard.press("Delete")
    hand.saved()
    assert page.locator(".rp-list .rp-row").count() in (1, 2)
    assert desk.errors == []


def test_a_track_is_followed_and_tiles_lie_under_it(bare, open_desk):
    """A line clicked beside a GPX track lies on the track, and is by hand with the receiver's accuracy."""
    url, folder = bare
    track = "".join(f'<trkpt lon="{107.70 + 0.004 * i:.4f}" lat="{29.86 + 0.002 * (i % 3):.4f}"/>' for i in range(20))
    (folder / "巡河.gpx").write_text('<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>'
                                   f"{track}</trkseg></trk></gpx>", encoding="utf-8")
    out = io.BytesIO()
    Image.new("RGB", (256, 256), (205, 230, 200)).save(out, "PNG")
    with closing(sqlite3.connect(folder / "底图.mbtiles")) as db:
        db.execute("create table tiles (zoom_level int, tile_column int, tile_row int, tile_data blob)")
        db.executemany("insert into tiles values (11, ?, ?, ?)", [
            (x, 2047 - y, out.getvalue()) for x in range(1634, 1640) for y in range(842, 848)])
        db.commit()
    desk = open_drawing(open_desk, url)
    page, hand = desk.page, Hand(desk)
    for name in ("底图.mbtiles", "巡河.gpx"):
        page.locator("[data-testid=stSelectbox] input").first.click()
        page.get_by_role("option", name=name).click()
        page.get_by_text(f"{name}：误差约").wait_for(timeout=20_000)
    page.locator(".rp-board .leaflet-tile-loaded").first.wait_for(timeout=20_000)
    page.wait_for_timeout(500)
    page.get_by_role("button", name="移除").first.click()              # of the tiles: now only the track is left
    page.get_by_text("底图.mbtiles：误差约").wait_for(state="hidden")
    page.wait_for_timeout(500)
    hand.tool("draw")
    for lon, lat in ((107.70, 29.86), (107.736, 29.86)):               # two clicks follow the whole way between
        x, y = hand.board("(s, a) => { const p = s.map.latLngToContainerPoint(a); return [p.x, p.y]; }", [lat, lon])
        hand.at(".rp-board", x, y)
    page.keyboard.press("Enter")
    hand.saved()
    line = hand.board("s => s.model.lines[0]")
    walked = [(107.70 + 0.004 * i, 29.86 + 0.002 * (i % 3)) for i in range(10)]
    drawn = shapely.LineString(line["points"])
    assert drawn.hausdorff_distance(shapely.LineString(walked)) < 2e-4 and len(line["points"]) >= 10
    assert shapely.distance(shapely.points(walked[1:-1]), drawn).max() < 1e-9
    page.screenshot(path=str(folder / "track.png"))
    page.get_by_text("手绘 1 条，误差可达").wait_for(timeout=10_000)
    hand.tool("draw")                                                  # across the track, not along it: a sketch
    for x, y in ((100, 450), (300, 520), (420, 470)):
        hand.at(".rp-board", x, y)
    page.keyboard.press("Enter")
    hand.saved()
    page.get_by_text("示意 1 条").wait_for(timeout=10_000)
    assert desk.errors == [] and desk.requests_elsewhere() == []

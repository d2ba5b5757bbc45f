"""The sheet on the demonstration river, crowded with sites: nothing collides, everything is legible."""

from itertools import combinations

import pypdfium2
import pytest

import riverplan as rp
from riverplan.exporting.sheet import LAYOUTS, SheetOptions, frame_for, sheet
from riverplan.exporting.sheet_frame import STANDARD_SCALES
from riverplan.exporting.sheet_labels import overlap
from riverplan.exporting.sheet_map import MapPicture, draw_map
from riverplan.exporting.sheet_way import stretches


@pytest.fixture(scope="module")
def river():
    demo = rp.demonstration()
    return rp.import_river(demo.lines, name=demo.name, workbook=demo.workbook, outlets=demo.outlets)


def spilled(river, site, flow="normal"):
    spill = rp.Spill(site_id=site, substance="苯酚", mass=5_000.0, duration=3_600.0, at=rp.clock("2026-07-01 08:00"))
    return rp.forecast(river, spill, scenario=flow)


def pictured(forecast, paper, *, mono=False) -> tuple[MapPicture, int]:
    way = stretches(forecast)
    layout = LAYOUTS[paper]
    frame = frame_for(forecast, way, layout)
    return draw_map(forecast, frame, way, lang="zh", mono=mono, points=layout.map_points), frame.scale


@pytest.mark.parametrize(("site", "flow", "paper", "mono"), [
    ("F33", "normal", "A3", False), ("F02", "high", "A3", False), ("F16", "normal", "A4", True)])
def test_no_label_covers_another(river, site, flow, paper, mono):
    picture, scale = pictured(spilled(river, site, flow), paper, mono=mono)
    assert scale in STANDARD_SCALES
    assert len(picture.labels) > 40
    assert [(a.key, b.key) for a, b in combinations(picture.labels, 2) if overlap(a.box, b.box)] == []


def test_spill_and_nearly_all_intakes_in_the_window_are_labelled_in_full(river):
    forecast = spilled(river, "F33")
    picture, _ = pictured(forecast, "A3")
    said = {p.key: p.text for p in picture.labels}
    assert "石板水坝下公路桥" in said["spill"]
    intakes = [a for a in forecast.arrivals if a.kind == "intake" and a.site_id in said]
    assert len(intakes) >= 5
    full = [a for a in intakes if len(said[a.site_id]) > len(a.site_id)]
    assert len(full) >= 0.8 * len(intakes)


def test_the_map_is_drawn_for_spills_anywhere_on_the_river(river):
    for site in ("F01", "F15", "F27"):
        pdf = sheet(spilled(river, site, "low"), options=SheetOptions(paper="A4", theme="mono"))
        document = pypdfium2.PdfDocument(pdf)
        words = document[0].get_textpage().get_text_range()
        document.close()
        assert "示范数据" in words
        assert site in words or "首个" in words
        assert len(pdf) < 2_000_000

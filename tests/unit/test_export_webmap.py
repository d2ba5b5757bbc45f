"""The web map as bytes: whole, small, the same each time, and harmless whatever the names are."""

import json
import re
from dataclasses import replace
from itertools import pairwise

import folium
import pytest
from river_fixtures import braid, build, dammed, y_river

import riverplan as rp
from riverplan.exporting.offline_html import NotOfflineError, fixed_ids, inlined, script_text
from riverplan.exporting.pieces import pieces
from riverplan.exporting.symbology import arrival_class
from riverplan.exporting.webmap import WebmapOptions, webmap
from riverplan.exporting.webmap_words import safe
from riverplan.forecasting.run import forecast


def spilled(river, **changes):
    return forecast(river, rp.Spill(**{"site_id": "S01", "substance": "苯酚", "mass": 2_000.0,
                                       "at": rp.clock("2026-07-01 08:00"), **changes}))


def data_of(page):
    [raw] = re.findall(r'<script type="application/json" id="rp-data">(.*?)</script>', page, re.DOTALL)
    return json.loads(raw)


@pytest.mark.parametrize("draw", [y_river, braid, dammed])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_is_whole_and_small(draw, lang):
    page = webmap(spilled(draw()), options=WebmapOptions(), lang=lang)
    assert len(page) < 2_000_000
    html = page.decode()
    markup = re.sub(r"<script[^>]*>.*?</script>", "<script></script>", html, flags=re.DOTALL)
    assert not re.search(r"""(?:src|href)\s*=""", markup)
    assert "url(http" not in html
    assert not re.search(r"bootstrap@|fontawesome|awesome-markers", html)
    assert html.count("</html>") == 1
    assert 'Content-Security-Policy' in html


def test_two_renders_are_the_same_bytes():
    found = spilled(y_river())
    assert webmap(found) == webmap(found)
    assert not re.search(r"_[0-9a-f]{32}\b", webmap(found).decode())


def test_every_piece_lies_in_one_class_and_the_pieces_cover_the_way():
    found = spilled(y_river())
    parts = list(pieces(found))
    for p in parts:
        low, high = p.leading
        assert arrival_class(low + 1e-6) == arrival_class(high - 1e-6) == p.number
        assert p.line.length > 0
    assert parts[0].distance[0] == 0.0
    assert parts[-1].distance[1] == pytest.approx(29_000.0)
    for a, b in pairwise(parts):
        assert b.distance[0] == pytest.approx(a.distance[1])
        assert b.line.coords[0] == pytest.approx(a.line.coords[-1], abs=1e-3)
    assert {p.row for p in parts} == {0, 2, 3}                       # not the tributary


def test_the_page_carries_the_forecasts_numbers():
    found = spilled(y_river())
    data = data_of(webmap(found).decode())
    assert data["pieces"][-1]["km"][1] == 29.0
    assert data["pieces"][-1]["leading"][1] == round(found.reach_times.leading_head.max())
    assert data["minutes"][:3] == [0, 5, 10]
    assert data["minutes"][-1] * 60 >= found.reach_times.trailing_head.max()
    assert data["spill"] == [round(found.spill.lat, 5), round(found.spill.lon, 5)]
    # local 08:00, to be read with UTC getters
    assert data["began"] == 1_782_892_800_000


HOSTILE = "</script><script>alert(1)</script>`${alert(2)}`\\ {{7*7}}{% endraw %}\u2028'\"<!--"


def test_hostile_names_leave_no_markup_behind():
    river = y_river()
    sites = tuple(replace(s, name=HOSTILE, site_id=f"{s.site_id}\"'><b>", county=HOSTILE) for s in river.sites)
    resources = tuple(replace(r, name=HOSTILE, county=HOSTILE) for r in river.resources)
    river = river.replace(name=HOSTILE, stamp=HOSTILE, attribution=HOSTILE, sites=sites, resources=resources,
                          reaches=river.reaches.assign(name=HOSTILE))
    clean, dirty = (webmap(spilled(r, site_id=s)).decode() for r, s in ((y_river(), "S01"), (river, "S01\"'><b>")))
    assert dirty.count("<script") == clean.count("<script")
    assert dirty.count("</script") == clean.count("</script")
    assert "alert(1)<" not in dirty
    assert "${alert" not in dirty
    assert "49" not in re.sub(r"\d{3,}|\d\.\d+", "", data_of(dirty)["attribution"])
    assert "{{7*7}}" not in dirty


def test_safe_text_holds_in_html_in_templates_and_in_scripts():
    for c in "<>&\"'`${}\\":
        assert c not in re.sub(r"&(?:#\w+|\w+);", "", safe(f"a{c}b"))
    assert safe("a\0b\u2028c") == "a b c"
    assert safe("龙河 🚰") == "龙河 🚰"


def test_a_link_nobody_installed_stops_the_export():
    page = folium.Map(tiles=None)
    html = page.get_root().render().replace("</head>", '<script src="https://example.org/x.js"></script></head>')
    with pytest.raises(NotOfflineError, match=r"example\.org"):
        inlined(html)
    for tag in ('<img src="a.png">', '<link rel="icon" href="//x/y">', '<iframe src=x>', '<IMG alt="" SRC="x">'):
        with pytest.raises(NotOfflineError):
            inlined(f"<html>{tag}</html>")


def test_a_tile_layer_stops_nothing_by_itself_but_its_plugin_does():
    page = folium.Map(tiles=None)
    html = inlined(fixed_ids(page.get_root().render(), page.get_root()))
    assert "L.map(" in html
    assert "data:image/png;base64" in html                            # the pictures of leaflet.css


def test_code_cannot_end_its_own_script():
    assert script_text("a='</script>'//# sourceMappingURL=x.map") == "a='<\\/script>'"


def test_a_river_of_one_reach_without_names_sites_and_stamp_is_drawn():
    from river_fixtures import R

    reach = R(id="r", tail="a", head="b", name="", velocity=1)
    river = build("", {"a": ("source", 0, 0), "b": ("outlet", 9, 0)}, [reach], stamp="")
    found = forecast(river.replace(attribution=""), rp.Spill(reach_id="r", chainage=100.0, substance="x"))
    page = webmap(found).decode()
    assert 'class="rp-stamp"' not in page
    assert len(data_of(page)["pieces"]) >= 1


@pytest.mark.parametrize(("substance", "here", "not_here"), [
    ("柴油", ("浮油 9.", "平铺厚度", "自来水限值"), ("浮油 9.99 t mg/L",)),
    ("盐酸", ("pH 6–9", "pH 6.5–8.5"), ("pH 6–9 mg/L",)), ("氨水", ("<td>pH</td>", "mg/L"), ())])
def test_films_and_ph_stand_where_the_concentration_would(substance, here, not_here):
    html = webmap(spilled(y_river(), substance=substance, mass=10_000.0), options=WebmapOptions(), lang="zh").decode()
    for words in here:
        assert words in html
    for words in not_here:
        assert words not in html

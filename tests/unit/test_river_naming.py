"""What a site without a name is called."""

from dataclasses import replace

import pytest
from river_fixtures import y_river

from riverplan.river.naming import river_kilometre, site_name


def test_an_unnamed_intake_goes_by_township_river_kilometre_and_bank():
    river = y_river()
    assert site_name(river, river.site("I02"), "zh") == "石桥乡 距河口4.0km 右岸取水口"
    assert site_name(river, river.site("I02"), "en") == "石桥乡 4.0 km above the mouth, right-bank intake"


def test_river_kilometres_count_from_the_mouth_over_several_reaches():
    river = y_river()
    assert river_kilometre(river, river.site("I01")) == pytest.approx(16_000)     # 6 km of r3 and 10 km of r4


def test_a_boundary_is_called_by_what_it_parts_and_a_named_site_by_its_name():
    river = y_river()
    assert site_name(river, river.site("B01"), "zh") == "示范县→邻县"
    assert site_name(river, river.site("Q01"), "zh") == "清河大桥"


def test_a_site_of_which_nothing_is_known_still_has_a_word():
    river = y_river()
    bare = replace(river.site("I02"), township="", bank="", river="", county="", reach_id="gone")
    assert site_name(river, bare, "zh") == "取水口"


def test_two_bridges_of_one_name_are_told_apart_by_township_and_kilometre():
    river = y_river()
    bridge = replace(river.site("Q01"), township="甲镇")
    other = replace(bridge, site_id="Q99", township="乙镇")
    river = river.replace(sites=(*(s for s in river.sites if s.site_id != "Q01"), bridge, other))
    names = [site_name(river, s, "zh") for s in (bridge, other)]
    assert names[0].startswith("清河大桥（甲镇 距河口") and names[1].startswith("清河大桥（乙镇 距河口")

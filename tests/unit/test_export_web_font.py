"""The font inside the web map."""

import base64
import io
import re

from fontTools.ttLib import TTFont

from riverplan.exporting.web_font import FAMILY, embedded_font


def embedded(rule: str) -> TTFont:
    data = re.search(r"base64,([^)]+)\)", rule).group(1)
    return TTFont(io.BytesIO(base64.b64decode(data)))


def test_the_page_s_characters_are_embedded_and_no_others():
    codes = set(embedded(embedded_font("龙河 08:40 m³/s")).getBestCmap())
    assert {ord(c) for c in "龙河 08:40m³/s"} <= codes
    assert ord("江") not in codes


def test_the_font_is_small_renamed_and_the_same_every_time():
    page = "渠溪河口断面，前锋 08:40，峰值浓度 mg/L，超标概率"
    rule = embedded_font(page)
    assert len(rule) < 60_000
    assert FAMILY in rule
    assert "Noto" not in FAMILY
    assert embedded_font(page) == rule


def test_a_character_the_font_lacks_breaks_nothing():
    assert 0x9F99 in embedded(embedded_font("龙\U0010ffff")).getBestCmap()

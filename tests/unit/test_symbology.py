"""Colours and shapes that must still say the same thing on a fax and to a colour-blind officer."""

import csv
import itertools
import math
import xml.etree.ElementTree as ET
from importlib.resources import files

import numpy as np
import pytest

from riverplan.exporting import symbology as s
from riverplan.river.sites import RESOURCES, SITES


def luminance(colour: str) -> float:
    """CIE lightness L* of an sRGB colour."""
    rgb = np.array([int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)])
    return lightness(np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4))


def lightness(linear: np.ndarray) -> float:
    y = float(linear.clip(0, 1) @ [0.2126, 0.7152, 0.0722])
    return 116 * (y ** (1 / 3) if y > 0.008856 else 7.787 * y + 16 / 116) - 16


# Machado, Oliveira, Fernandes 2009, severity 1.0, on linear RGB
BLIND = {
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                     [-0.011820, 0.042940, 0.968881]],
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                   [-0.003882, -0.048116, 1.051998]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                   [0.004733, 0.691367, 0.303900]],
}


@pytest.mark.parametrize("blindness", BLIND)
def test_arrival_colours_grow_lighter_step_by_step_to_every_eye(blindness):
    seen = []
    for c in s.ARRIVAL_CLASSES:
        rgb = np.array([int(c.colour[i:i + 2], 16) / 255 for i in (1, 3, 5)])
        linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
        seen.append(lightness(np.array(BLIND[blindness]) @ linear))
    assert min(np.diff(seen)) > 7.0


def test_arrival_colours_grow_lighter_in_a_grey_copy():
    assert min(np.diff([luminance(c.colour) for c in s.ARRIVAL_CLASSES])) > 10.0


def test_water_that_is_not_reached_is_thin_and_blue_unlike_the_last_class():
    red, _, blue = (int(s.UNAFFECTED[i:i + 2], 16) for i in (1, 3, 5))
    last = s.ARRIVAL_CLASSES[-1].colour
    assert blue > red + 80
    assert int(last[1:3], 16) > int(last[5:7], 16) + 80
    assert s.UNAFFECTED_WIDTH * 3 < s.AFFECTED_WIDTH


@pytest.mark.parametrize(("hours", "expected"), [(0, 0), (1.999, 0), (2, 1), (4, 2), (8, 3), (12, 4), (24, 5),
                                                 (1e5, 5), (math.nan, -1), (math.inf, -1)])
def test_class_of_a_leading_edge_time(hours, expected):
    assert s.arrival_class(hours * 3600) == expected


def test_fax_patterns_differ_pairwise_and_narrow_with_time():
    patterns = {(c.mono_dash, c.mono_hollow) for c in s.ARRIVAL_CLASSES}
    assert len(patterns) == len(s.ARRIVAL_CLASSES)
    widths = [c.mono_width for c in s.ARRIVAL_CLASSES if not c.mono_hollow]
    assert widths == sorted(widths, reverse=True)
    assert [c.tag for c in s.ARRIVAL_CLASSES] == list("ABCDEF")


@pytest.mark.parametrize("kind", [*SITES, *RESOURCES])
def test_every_kind_of_site_and_resource_has_a_symbol_and_words(kind):
    symbol = s.symbol_for(kind)
    assert symbol.label("zh") != symbol.label("en")


def test_the_shapes_of_spaces_are_those_of_the_list():
    with files("riverplan.tables").joinpath("space.csv").open(encoding="utf-8-sig") as file:
        (category,) = (row for row in csv.DictReader(file) if row["field"] == "category")
    assert {choice.partition("=")[0] for choice in category["choices"].split("|")} == set(s.SPACE_SHAPES)


def test_every_type_of_space_has_a_shape_of_its_own():
    assert len(set(s.SPACE_SHAPES.values())) == len(s.SPACE_SHAPES)
    assert s.symbol_for("space", "from a file <x>").key == "space_other"


def test_two_kinds_never_share_shape_and_filling_on_a_fax():
    kinds = [s.SYMBOLS[k] for k in ("spill", "risk_source", "intake", "section", "boundary", "bridge", "town",
                                    "store", "team")]
    for a, b in itertools.combinations(kinds, 2):
        assert (a.shape, a.mono_fill) != (b.shape, b.mono_fill)


def test_inline_svg_is_one_closed_element_without_references():
    for key in s.SYMBOLS:
        kind, _, category = key.partition("_") if key.startswith("space_") else (key, "", "")
        root = ET.fromstring(s.svg_symbol(kind, category))
        assert root.tag.endswith("svg")
        assert "href" not in s.svg_symbol(kind, category)

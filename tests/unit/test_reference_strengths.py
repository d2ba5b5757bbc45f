"""The strength people write beside the name of a product."""

import pytest

from riverplan.reference import find_substance, impossible_strength


@pytest.mark.parametrize(("written", "strength"), [
    ("氨水 20%", 0.2), ("氨水20％", 0.2), ("氨水(25%)", 0.25), ("氨水 1.5 %", 0.015), ("氨水 20-30%", 0.3)])
def test_a_strength_beside_a_name_is_read_and_of_a_range_the_upper_one(written, strength):
    assert find_substance(written).strength == pytest.approx(strength) and impossible_strength(written) is None


@pytest.mark.parametrize("written", ["氨水 1e9%", "氨水 20%%"])
def test_what_is_no_plain_number_is_no_strength(written):
    assert find_substance(written).strength == 1.0


@pytest.mark.parametrize(("written", "percent"), [("氨水 999%", 999), ("氨水 0%", 0), ("氨水 － 5％", -5)])
def test_a_strength_that_cannot_be_is_told(written, percent):
    assert impossible_strength(written) == percent

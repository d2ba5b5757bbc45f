"""Which way the reaches run: shares of a wind along them."""

import numpy as np
import pytest
from river_fixtures import R, build

from riverplan.river.headings import along_bearing

NODES = {"a": ("source", 0, 0), "b": ("junction", 10, 0), "c": ("junction", 10, 10), "d": ("outlet", 10, 30)}
BENT = build("弯河", NODES, [
    R(id="east", tail="a", head="b", velocity=0.5), R(id="north", tail="b", head="c", velocity=0.5),
    R(id="bends", tail="c", head="d", via=[(20, 20)], velocity=0.5)])


@pytest.mark.parametrize(("bearing", "east", "north"), [(90, 1, 0), (0, 0, 1), (270, -1, 0), (45, 0.7071, 0.7071)])
def test_straight_reaches_run_along_their_bearing(bearing, east, north):
    along, across, bends = along_bearing(BENT, bearing)
    assert along[:2] == pytest.approx([east, north], abs=1e-3)
    assert np.hypot(along, across)[:2] == pytest.approx([1, 1], abs=1e-6)
    assert bends[:2] == pytest.approx([0, 0], abs=1e-3)


def test_a_reach_that_bends_runs_its_mean_way_and_says_how_much_it_bends():
    """North-east, then north-west: north at 45 degrees all along, east and west in turn."""
    along, _, bends = along_bearing(BENT, 0.0)
    assert along[2] == pytest.approx(np.cos(np.pi / 4), abs=1e-3)
    assert bends[2] == pytest.approx(0.0, abs=1e-2)
    along, _, bends = along_bearing(BENT, 90.0)
    assert along[2] == pytest.approx(0.0, abs=1e-3)
    assert bends[2] == pytest.approx(np.cos(np.pi / 4), abs=1e-3)

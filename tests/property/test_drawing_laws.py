"""Laws of drawing: whatever a file holds, a drawing comes of it; placements go there and back."""

import json

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from riverplan.river.drawn import drawing_as_json, read_drawing
from riverplan.river.georeference import fit_control_points

VALUES = st.recursive(st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.integers(), lambda inner: (
    st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["lines", "points", "name", "backdrops", "digest", "order", "grain", "width"]), inner,
        max_size=5)), max_leaves=20)


@settings(deadline=None)
@given(VALUES)
def test_any_json_is_read_as_a_drawing_that_reads_back_the_same(value):
    once = read_drawing(value)
    assert read_drawing(json.loads(json.dumps(drawing_as_json(once)))) == once


@settings(deadline=None)
@given(st.floats(0, 360), st.floats(5, 200), st.floats(-0.3, 0.3), st.integers(0, 2**32 - 1))
def test_every_sensible_placement_is_found_and_inverted(turn, metres, shear, seed):
    pixels = np.array([[0, 0], [1000, 0], [1000, 800], [0, 800], [430, 390.0]]) + np.random.default_rng(
        seed).uniform(-30, 30, (5, 2))
    a = np.radians(turn)
    matrix = metres * np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]]) @ [[1, shear], [0, -1]]
    to = Transformer.from_crs("EPSG:4545", "EPSG:4326", always_xy=True)
    target = pixels @ matrix.T + [500_000, 3_300_000]
    found = fit_control_points(pixels, np.column_stack(to.transform(*target.T)))
    assert found.rms < 1e-3
    assert np.allclose(found.from_plane(found.to_plane(pixels)), pixels, atol=1e-6)

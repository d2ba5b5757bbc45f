"""Control points: a known placement is found again, residuals as worked out by hand, hopeless points refused."""

import numpy as np
import pytest
from pyproj import Transformer

from riverplan.errors import InputError
from riverplan.river.georeference import fit_control_points

TO_LONLAT = Transformer.from_crs("EPSG:4545", "EPSG:4326", always_xy=True)
CORNERS = np.array([[0.0, 0.0], [2000.0, 0.0], [2000.0, 1000.0], [0.0, 1000.0]])


def lonlat_of(xy):
    return np.column_stack(TO_LONLAT.transform(*np.asarray(xy).T))


def codes(error):
    return [p.code for p in error.value.problems]


def sheared(pixels):
    return np.asarray(pixels) @ np.array([[25.0, 3.0], [-2.0, -24.0]]) + [480_000.0, 3_310_000.0]


def test_a_known_affine_placement_is_recovered():
    pixels = np.array([[10.0, 20.0], [1900.0, 100.0], [1500.0, 950.0], [50.0, 900.0], [800.0, 500.0]])
    found = fit_control_points(pixels, lonlat_of(sheared(pixels)))
    others = np.array([[0.0, 0.0], [2000.0, 1000.0], [333.3, 777.7]])
    assert np.allclose(found.to_plane(others), sheared(others), rtol=1e-9, atol=1e-4)
    assert found.rms < 1e-4 and found.accuracy < 1e-3 and found.outlier is None
    assert np.allclose(found.from_plane(found.to_plane(others)), others, atol=1e-6)


def test_three_points_check_nothing_four_do_and_six_check_nothing_of_the_second_order():
    bent = np.vstack([CORNERS, [[1000.0, 0.0], [700.0, 500.0]]])
    for pixels, order, checked in ((CORNERS[:3], 1, False), (CORNERS, 1, True), (bent, 2, False)):
        assert fit_control_points(pixels, lonlat_of(sheared(pixels)), order=order).checked is checked


def test_residuals_are_those_of_the_sum_worked_out_by_hand():
    """Four corners of a rectangle, one of them 40 m too far east: with one spare point the misfit of an
    affine placement is shared alike, a quarter of 40 m at each corner; left out, each is 40 m off."""
    target = CORNERS * [10.0, -10.0] + [500_000.0, 3_300_000.0]
    target[2, 0] += 40.0
    found = fit_control_points(CORNERS, lonlat_of(target))
    assert found.residual == pytest.approx([10.0] * 4, abs=1e-3)
    assert found.rms == pytest.approx(10.0, abs=1e-3)
    assert found.left_out == pytest.approx([40.0] * 4, abs=1e-2)
    assert found.accuracy == pytest.approx(40.0, abs=1e-2)
    assert found.outlier is None                              # four points cannot tell which one is wrong


def test_the_point_that_spoils_the_fit_is_named():
    pixels = np.array([*CORNERS, [1000.0, 500.0], [500.0, 250.0], [1500.0, 250.0]])
    target = sheared(pixels)
    target[4] += [900.0, 0.0]
    found = fit_control_points(pixels, lonlat_of(target))
    assert found.outlier == 4
    rest = np.arange(7) != 4
    assert fit_control_points(pixels[rest], lonlat_of(target[rest])).accuracy < 1e-2


def test_three_points_are_checked_against_a_picture_true_to_angles():
    """A triangle of three right points has no residual; moved by 1 km, a true picture would not fit it."""
    target = CORNERS[:3] * [10.0, -10.0] + [500_000.0, 3_300_000.0]
    assert fit_control_points(CORNERS[:3], lonlat_of(target)).accuracy < 1.0
    target[1] += [0.0, 1000.0]
    found = fit_control_points(CORNERS[:3], lonlat_of(target))
    assert found.rms < 1e-4 and found.accuracy > 800.0


def test_bent_paper_is_placed_by_the_second_order_and_back():
    def bent(p):
        u, v = np.asarray(p).T / 1000.0
        return np.column_stack([500_000 + 9000 * u + 150 * u * u, 3_300_000 - 9000 * v + 100 * u * v])

    pixels = np.array([[x, y] for x in (0.0, 1000.0, 2000.0) for y in (0.0, 500.0, 1000.0)])
    found = fit_control_points(pixels, lonlat_of(bent(pixels)), order=2)
    inside = np.array([[313.0, 77.0], [1700.0, 930.0]])
    assert np.allclose(found.to_plane(inside), bent(inside), atol=1e-3)
    assert np.allclose(found.from_plane(bent(inside)), inside, atol=1e-5)
    assert fit_control_points(pixels, lonlat_of(bent(pixels))).rms > 20.0


@pytest.mark.parametrize(("pixels", "code"), [
    ([[0, 0], [500, 500], [1000, 1000]], "control_points_line"),
    ([[0, 0], [500, 501], [1000, 1000], [1500, 1502]], "control_points_line"),
    ([[0, 0], [500, 0]], "control_points_few"),
    ([[0, 0], [500, 0], [500, 0], [0, 900]], "control_points_twice"),
])
def test_points_that_place_nothing_are_refused(pixels, code):
    target = sheared(np.array(pixels, float)) + np.arange(len(pixels))[:, None]
    with pytest.raises(InputError) as error:
        fit_control_points(pixels, lonlat_of(target))
    assert code in codes(error)


def test_every_bad_position_is_named_at_once():
    with pytest.raises(InputError) as error:
        fit_control_points(CORNERS, [[107, 29], [207, 29], [np.nan, 30], [108, 30]])
    assert [p.fields["number"] for p in error.value.problems] == [2, 3]


def test_the_second_order_with_five_points_is_refused():
    pixels = np.array([*CORNERS, [900.0, 400.0]])
    with pytest.raises(InputError) as error:
        fit_control_points(pixels, lonlat_of(sheared(pixels)), order=2)
    assert codes(error) == ["control_points_few"]

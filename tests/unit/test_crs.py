"""Planes: which zone serves a box, and which zone an easting names."""

import numpy as np
import pytest
from pyproj import CRS, Transformer

from riverplan.crs import looks_like_degrees, prefixed_plane, prefixed_zone, working_plane


@pytest.mark.parametrize(("box", "crs"), [
    ((107.0, 29.5, 108.5, 30.2), "EPSG:4545"),          # 丰都
    ((112.5, 32.0, 113.4, 33.5), "EPSG:4547"),          # 南阳: 112.95° is nearer to 114° than to 111°
    ((74.0, 38.0, 75.0, 39.0), "EPSG:4534"),
    ((134.6, 48.0, 135.1, 48.4), "EPSG:4554"),
    ((7.0, 47.5, 8.5, 50.0), "EPSG:32632"),             # Rhine
    ((-82.0, 37.8, -81.0, 38.6), "EPSG:32617"),         # Elk and Kanawha
    ((17.0, -34.0, 18.5, -33.0), "EPSG:32733"),
])
def test_a_box_gets_the_zone_of_its_middle(box, crs):
    plane = working_plane(box)
    assert plane.crs == crs
    assert not plane.too_wide
    parameters = {p.name: p.value for p in CRS.from_user_input(crs).coordinate_operation.params}
    assert plane.central_meridian == parameters["Longitude of natural origin"]


def test_a_box_wider_than_six_degrees_is_told_with_its_scale():
    plane = working_plane((104.0, 28.0, 112.0, 32.0))
    assert plane.too_wide and plane.crs == "EPSG:4545"
    to_plane = Transformer.from_crs("EPSG:4490", plane.crs, always_xy=True)
    (x0, x1), (y0, y1) = to_plane.transform([112.0, 112.0], [28.0, 28.001])
    true = 110_819.0 * 0.001                             # a thousandth of a degree of meridian arc at 28°, GRS 80 [m]
    assert np.hypot(x1 - x0, y1 - y0) / true == pytest.approx(plane.worst_scale, rel=3e-4)


def test_a_box_that_is_none_of_degrees_is_refused():
    with pytest.raises(ValueError, match="not a box"):
        working_plane((500_000, 3_300_000, 510_000, 3_310_000))


def test_an_easting_with_prefix_names_its_zone():
    assert prefixed_zone(36_512_345.0) == "EPSG:4524"
    assert CRS.from_user_input("EPSG:4524").name == "CGCS2000 / 3-degree Gauss-Kruger zone 36"
    assert prefixed_zone(18_512_345.0) == "EPSG:4496"
    assert CRS.from_user_input("EPSG:4496").name == "CGCS2000 / Gauss-Kruger zone 18"
    assert prefixed_zone(25_400_000.0) == "EPSG:4513" and prefixed_zone(45_400_000.0) == "EPSG:4533"
    assert prefixed_zone(512_345.0) is None and prefixed_zone(36_000_001.0) is None
    assert prefixed_zone(float("nan")) is None and prefixed_zone(46_500_000.0) is None


def test_a_box_of_two_zones_is_no_plane():
    assert prefixed_plane((36_400_000, 3_200_000, 36_500_000, 3_300_000)) == "EPSG:4524"
    assert prefixed_plane((36_800_000, 3_200_000, 37_200_000, 3_300_000)) is None
    assert prefixed_plane((36_400_000, 3_200_000, 36_500_000, 36_300_000)) is None


def test_degrees_are_known_by_their_size():
    assert looks_like_degrees((-82, 37, -81, 38))
    assert not looks_like_degrees((107, 29, 108, 3_300_000))

"""Heights, slopes and drainage areas of a DEM laid onto given lines."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from dem_fixtures import CELL, place, write_dem, y_valley

from riverplan.errors import InputError
from riverplan.river.bare_network import network_of
from riverplan.river.dem_profile import FLOOR
from riverplan.river.dem_sampling import sample_dem

BRANCHES = {"left": [(12, 26), (60, 50)], "right": [(12, 74), (60, 50)], "below": [(60, 50), (119, 50)]}


def river_of(lines=BRANCHES, off: float = 0.0, **columns):
    """A river of lines of rows and columns of the DEM, drawn ``off`` cells beside the valley."""
    frame = gpd.GeoDataFrame(
        {"source_id": list(lines), "name": "", **columns},
        geometry=[shapely.LineString([place(r, c + off) for r, c in xy]) for xy in lines.values()], crs=4326)
    last = list(lines.values())[-1][-1]
    return network_of(frame, name="清河", snap=1.0, outlets=[place(last[0], last[1] + off)])[0]


def row(river, source):
    return river.reaches[river.reaches["source_id"] == source].iloc[0]


@pytest.fixture
def dem(tmp_path):
    return write_dem(tmp_path / "d.tif", y_valley())


def test_slopes_and_heights_are_those_of_the_valley_bottom_although_the_line_runs_beside_it(dem):
    for off in (0.0, 1.5):
        river, _ = sample_dem(river_of(off=off), [dem])
        assert row(river, "below")["slope"] == pytest.approx(0.01, rel=0.05)
        assert row(river, "below")["slope_source"] == "dem"
        outlet = river.nodes[river.nodes["kind"] == "outlet"]["elevation"].iloc[0]
        assert outlet == pytest.approx(y_valley()[119, 50], abs=0.5)


def test_areas_of_given_lines_add_up_and_are_those_of_the_land(dem):
    river, said = sample_dem(river_of(), [dem])
    left, right, below = (row(river, k)["drainage_area"] for k in BRANCHES)
    assert left == pytest.approx(right, rel=0.1)
    assert left + right < below <= 120 * 101 * CELL**2
    assert below > 0.75 * 118 * 99 * CELL**2
    assert set(river.reaches["drainage_area_source"]) == {"dem"}
    areas = next(p for p in said if p.code == "dem_areas")
    assert (areas.fields["given"], areas.fields["cut"], areas.fields["doubtful"]) == (3, 0, 0)


def test_values_known_before_are_kept_and_compared(dem):
    river = river_of(slope=[0.02, np.nan, np.nan], drainage_area=[np.nan, np.nan, 3.0e6])
    sampled, said = sample_dem(river, [dem])
    assert (row(sampled, "left")["slope"], row(sampled, "left")["slope_source"]) == (0.02, "stated")
    assert row(sampled, "right")["slope_source"] == "dem"
    assert (row(sampled, "below")["drainage_area"], row(sampled, "below")["drainage_area_source"]) == (3.0e6, "stated")
    unlike = next(p for p in said if p.code == "dem_areas_unlike")
    assert unlike.fields["ratio"] > 2


def test_a_catchment_that_leaves_the_dem_gives_no_area(tmp_path):
    path = write_dem(tmp_path / "d.tif", y_valley()[30:])
    lines = {k: [(r - 30, c) for r, c in xy] for k, xy in BRANCHES.items()}
    lines["left"][0], lines["right"][0] = (0, 35), (0, 65)
    river, said = sample_dem(river_of(lines), [path])
    assert river.reaches["drainage_area"].isna().all()
    assert next(p for p in said if p.code == "dem_areas").fields["cut"] == 3


def test_a_river_flatter_than_the_dem_can_tell_gets_the_least_slope_as_assumed(tmp_path):
    flat = np.maximum(y_valley(fall=0.0), 205.0).round()
    river, said = sample_dem(river_of(), [write_dem(tmp_path / "d.tif", flat)])
    below = row(river, "below")
    assert (below["slope"], below["slope_source"]) == (FLOOR, "assumed")
    assert next(p for p in said if p.code == "dem_slopes").fields["flat"] >= 1


def test_a_line_directed_uphill_never_gets_a_slope_uphill_and_is_named(dem):
    river, said = sample_dem(river_of({"below": [(119, 50), (60, 50)], "on": [(60, 50), (12, 26)]}), [dem])
    assert (river.reaches["slope"] > 0).all()
    uphill = next(p for p in said if p.code == "dem_uphill")
    assert uphill.fields["rise"] == pytest.approx(59 * CELL * 0.01, abs=3)


def test_reaches_off_the_dem_stay_without_a_slope_and_are_counted(dem):
    lines = {**BRANCHES, "beyond": [(119, 50), (400, 50)]}
    river, said = sample_dem(river_of(lines), [dem])
    assert np.isnan(row(river, "beyond")["slope"])
    assert row(river, "beyond")["slope_source"] == ""
    assert next(p for p in said if p.code == "dem_uncovered").fields["reaches"] == 1


def test_a_dem_of_another_place_is_refused(dem):
    with pytest.raises(InputError) as caught:
        sample_dem(river_of({"a": [(900, 50), (990, 50)]}), [dem])
    assert [p.code for p in caught.value.problems] == ["dem_elsewhere"]


def test_arms_of_a_bifurcation_get_no_area_each_and_the_river_below_them_does(dem):
    lines = {"above": [(12, 50), (70, 50)], "one": [(70, 50), (80, 46), (90, 50)],
             "two": [(70, 50), (80, 54), (90, 50)], "below": [(90, 50), (119, 50)]}
    river, _ = sample_dem(river_of(lines), [dem])
    arms = river.reaches[river.reaches["source_id"].isin(["one", "two"])]
    assert arms["drainage_area"].isna().all()
    assert row(river, "below")["drainage_area"] > 5e6

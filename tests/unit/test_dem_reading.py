"""DEMs as bureaus have them: what is read, and what is refused with a mend."""

import numpy as np
import pytest
import rasterio
from dem_fixtures import CELL, NORTH, WEST, place, write_dem

from riverplan.errors import InputError
from riverplan.river.dem_elevations import elevations
from riverplan.river.dem_grid import read_grid
from riverplan.river.dem_reading import open_dem, read_window


def codes(paths) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_grid(open_dem(paths))
    for problem in caught.value.problems:
        assert problem.text("zh")
        assert problem.text("en")
    return [p.code for p in caught.value.problems]


def tilted(rows=40, columns=50):
    row, column = np.mgrid[0:rows, 0:columns].astype(float)
    return 500 - 2 * row + 0.5 * column


def test_heights_between_cells_are_linear_as_the_plane_is(tmp_path):
    path = write_dem(tmp_path / "d.tif", tilted())
    lon, lat = np.array([place(10.25, 20.5), place(3, 4), place(-30, 4)]).T
    assert elevations([path], lon, lat)[:2] == pytest.approx([500 - 20.5 + 10.25, 500 - 6 + 2], abs=1e-3)
    assert np.isnan(elevations([path], lon, lat)[2])


def test_a_million_points_need_only_the_windows_they_lie_in(tmp_path):
    path = write_dem(tmp_path / "d.tif", tilted(300, 400))
    rng = np.random.default_rng(0)
    row, column = rng.uniform(1, 298, 100_000), rng.uniform(1, 398, 100_000)
    lon, lat = place(row, column)
    assert np.abs(elevations([path], lon, lat) - (500 - 2 * row + 0.5 * column)).max() < 0.01


def test_tiles_make_one_dem_and_a_folder_is_its_files(tmp_path):
    z = tilted()
    whole = write_dem(tmp_path / "whole.tif", z)
    tiles = tmp_path / "tiles"
    tiles.mkdir()
    write_dem(tiles / "a.tif", z[:25, :30])
    write_dem(tiles / "b.tif", z[:25, 28:], west=WEST + 28 * CELL)
    write_dem(tiles / "c.tif", z[25:], north=NORTH - 25 * CELL)
    (tiles / "readme.txt").write_text("not a raster")
    dem = open_dem([tiles])
    assert (dem.height, dem.width, len(dem.tiles)) == (40, 50, 3)
    assert np.array_equal(read_window(dem, 0, 0, 40, 50), read_window(open_dem([whole]), 0, 0, 40, 50))
    assert np.isnan(read_window(dem, -2, -3, 4, 4)[:2]).all()


@pytest.mark.parametrize(("value", "declared", "dtype"), [
    (-32768, None, "int16"), (-9999, None, "float32"), (-9999, -9999, "int16"), (np.nan, None, "float32"),
    (np.inf, None, "float32"), (3.4e38, None, "float32"), (0, 0, "int16"), (-32767, -32768, "int16")])
def test_nodata_is_known_whether_declared_or_not(tmp_path, value, declared, dtype):
    z = tilted()
    z[5, 6] = value
    window = read_window(open_dem([write_dem(tmp_path / "d.tif", z, nodata=declared, dtype=dtype)]), 0, 0, 40, 50)
    assert np.argwhere(np.isnan(window)).tolist() == [[5, 6]]


def test_small_voids_are_filled_from_their_rims_and_the_sea_is_taken_out(tmp_path):
    z = tilted(60, 60)
    z[10:13, 20:23] = -32768
    z[50:, :] = 0
    grid, said = read_grid(open_dem([write_dem(tmp_path / "d.tif", z)]))
    assert {p.code: p.fields["cells"] for p in said} == {"dem_sea": 600, "dem_voids": 9}
    assert grid.elevation[11, 21] == pytest.approx(tilted(60, 60)[11, 21], abs=4)
    assert np.isnan(grid.elevation[55, 30])


def test_a_dem_larger_than_memory_allows_is_averaged_to_larger_cells(tmp_path):
    dem = open_dem([write_dem(tmp_path / "d.tif", tilted())])
    grid, said = read_grid(dem, cells=500)
    assert grid.elevation.shape == (20, 25)
    assert (grid.factor, [p.code for p in said]) == (2, ["dem_coarser"])
    assert grid.elevation[3, 4] == pytest.approx(tilted()[6:8, 8:10].mean(), abs=1e-3)


def test_cells_of_degrees_have_the_area_of_the_ellipsoid(tmp_path):
    from pyproj import Geod

    path = write_dem(tmp_path / "d.tif", tilted(), crs="EPSG:4326", west=107, north=30, cell=1 / 1200)
    grid, _ = read_grid(open_dem([path]))
    lon, lat = [107, 107 + 50 / 1200, 107 + 50 / 1200, 107], [30, 30, 30 - 40 / 1200, 30 - 40 / 1200]
    assert 50 * grid.row_area.sum() == pytest.approx(abs(Geod(ellps="WGS84").polygon_area_perimeter(lon, lat)[0]),
                                                     rel=1e-6)


def test_an_ascii_grid_of_degrees_without_projection_is_read_and_said(shared):
    dem = open_dem([shared / "networks/dem/srtm3_colorado_40N105W.asc"])
    assert (dem.crs, dem.height, dem.width) == ("EPSG:4326", 144, 240)
    assert [(p.code, p.severity) for p in dem.problems] == [("dem_datum_assumed", "warning")]


def test_feet_the_file_names_become_metres_and_feet_it_hides_are_suspected(tmp_path):
    path = write_dem(tmp_path / "d.tif", tilted() / 0.3048)
    with rasterio.open(path, "r+") as sink:
        sink.units = ("ft",)
    dem = open_dem([path])
    assert [p.code for p in dem.problems] == ["dem_feet_converted"]
    assert read_window(dem, 0, 0, 1, 1)[0, 0] == pytest.approx(500, abs=1e-3)
    _, said = read_grid(open_dem([write_dem(tmp_path / "e.tif", tilted() + 12_000)]))
    assert [p.code for p in said] == ["dem_feet"]


def test_a_dem_that_cannot_be_placed_or_is_no_dem_is_refused(tmp_path):
    z = tilted()
    assert codes([write_dem(tmp_path / "a.tif", z, crs=None)]) == ["dem_no_crs"]
    assert codes([write_dem(tmp_path / "b.tif", np.stack([z % 255] * 3), dtype="uint8")]) == ["dem_picture"]
    assert codes([write_dem(tmp_path / "c.tif", z % 255, dtype="uint8")]) == ["dem_picture"]
    assert codes([write_dem(tmp_path / "d.tif", np.full((9, 9), -32768.0))]) == ["dem_empty"]
    assert codes([write_dem(tmp_path / "e.tif", np.full((9, 9), 7.0))]) == ["dem_empty"]
    assert codes([write_dem(tmp_path / "f.tif", z, crs="EPSG:2263")]) == ["dem_crs_useless"]      # feet
    assert codes([write_dem(tmp_path / "g.tif", z, crs="EPSG:4326")]) == ["dem_crs_useless"]      # 500,000 degrees
    assert codes([tmp_path / "none.tif"]) == ["dem_missing"]
    assert codes([]) == ["dem_missing"]
    (tmp_path / "空").mkdir()
    assert codes([tmp_path / "空"]) == ["dem_folder_empty"]


def test_all_that_is_wrong_with_several_files_is_said_at_once(tmp_path):
    z = tilted()
    good = write_dem(tmp_path / "a.tif", z)
    assert codes([good, tmp_path / "none.tif", write_dem(tmp_path / "b.tif", z, crs=None)]) == [
        "dem_missing", "dem_no_crs"]
    assert codes([good, write_dem(tmp_path / "c.tif", z, cell=25.0)]) == ["dem_tiles_differ"]
    assert codes([good, write_dem(tmp_path / "d.tif", z, west=WEST + 10)]) == ["dem_tiles_differ"]
    assert codes([good, write_dem(tmp_path / "e.tif", z, crs="EPSG:4546")]) == ["dem_tiles_differ"]


def test_damaged_files_and_claims_of_size_give_problems_and_no_traceback(tmp_path):
    whole = write_dem(tmp_path / "a.tif", tilted(200, 200)).read_bytes()
    rng = np.random.default_rng(5)
    refused = 0
    for k in range(60):
        raw = bytearray(whole[: int(rng.integers(0, len(whole)))] if k % 2 else whole)
        for at in rng.integers(0, max(len(raw), 1), 12):
            if raw:
                raw[min(int(at) % 600, len(raw) - 1)] = int(rng.integers(0, 256))
        path = tmp_path / f"bad{k}.tif"
        path.write_bytes(raw)
        try:
            read_grid(open_dem([path]))
        except InputError as error:
            refused += 1
            assert all(p.text("zh") for p in error.problems)
    assert refused > 30
    rest = "xllcorner 107\nyllcorner 29\ncellsize 0.0001\n1 2 3\n"
    (tmp_path / "huge.asc").write_text(f"ncols 60000\nnrows 60000\n{rest}")
    assert codes([tmp_path / "huge.asc"])[-1] == "dem_too_large"
    (tmp_path / "short.asc").write_text(f"ncols 600\nnrows 600\n{rest}")
    assert codes([tmp_path / "short.asc"]) == ["dem_unreadable"]

"""What is drawn on: pictures, GeoTIFFs and tiles lie where they should; bad files are refused in words."""

import io
import sqlite3

import numpy as np
import pytest
import rasterio
from PIL import Image
from pyproj import Transformer
from rasterio.transform import Affine

from riverplan.errors import InputError
from riverplan.river.georeference import fit_control_points
from riverplan.river.picture import read_picture, warp
from riverplan.river.raster import read_geotiff
from riverplan.river.tiles import read_tile_file, tile


def code_of(call, *args):
    with pytest.raises(InputError) as error:
        call(*args)
    assert all(p.text("zh") and p.text("en") for p in error.value.problems)
    return error.value.problems[0].code


def found_at(overlay, lon, lat):
    """Colour of an overlay at a place."""
    picture = np.asarray(Image.open(io.BytesIO(overlay.png)))
    west, south, east, north = overlay.bounds
    to = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True)
    (x0, x, x1), (y0, y, y1) = to.transform([west, lon, east], [south, lat, north])
    return picture[int((y1 - y) / (y1 - y0) * picture.shape[0]), int((x - x0) / (x1 - x0) * picture.shape[1])]


def test_a_placed_picture_lies_right_on_the_map():
    """A red square drawn on a turned map must come out where its pixels lie on the ground."""
    pixels = np.full((600, 900, 3), 255, np.uint8)
    pixels[395:406, 695:706] = (255, 0, 0)
    corners = np.array([[0, 0], [900, 0], [900, 600], [0, 600.0]])
    plane = corners @ np.array([[60.0, 12.0], [10.0, -58.0]]) + [480_000.0, 3_310_000.0]
    to = Transformer.from_crs("EPSG:4545", "EPSG:4326", always_xy=True)
    placement = fit_control_points(corners, np.column_stack(to.transform(*plane.T)))
    overlay = warp(pixels, placement)
    lon, lat = to.transform(*(np.array([700.5, 400.5]) @ [[60.0, 12.0], [10.0, -58.0]] + [480_000.0, 3_310_000.0]))
    assert found_at(overlay, lon, lat).tolist() == [255, 0, 0, 255]
    assert found_at(overlay, lon, lat + 0.02).tolist() == [255, 255, 255, 255]
    west, _, _, north = overlay.bounds
    assert found_at(overlay, west + 1e-4, north - 1e-4)[3] == 0             # outside the turned sheet
    assert 50 < overlay.grain < 90


def test_a_phone_picture_is_turned_upright(tmp_path):
    path = tmp_path / "map.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6                                                        # turned by a quarter
    Image.new("RGB", (300, 200), "white").save(path, exif=exif)
    assert read_picture(path).shape == (300, 200, 3)


def test_a_large_scan_is_kept_at_four_thousand_pixels(tmp_path):
    path = tmp_path / "scan.png"
    Image.new("L", (6000, 3000), 200).save(path)
    assert read_picture(path).shape == (2000, 4000, 3)


def test_pictures_that_are_none_or_bombs_are_refused(tmp_path):
    torn, words, bomb, dot = (tmp_path / n for n in ("torn.png", "words.jpg", "bomb.png", "dot.png"))
    Image.effect_noise((400, 300), 50).save(torn)
    torn.write_bytes(torn.read_bytes()[:20_000])
    words.write_text("这不是图片", encoding="utf-8")
    Image.new("1", (20_000, 20_000)).save(bomb)
    Image.new("L", (3, 3)).save(dot)
    assert [code_of(read_picture, p) for p in (torn, words, bomb, dot)] == [
        "picture_unreadable", "picture_unreadable", "picture_huge", "picture_tiny"]


def geotiff(path, bands, crs="EPSG:4545", transform=None, **more):
    transform = transform or Affine(50, 0, 480_000, 0, -50, 3_320_000)
    with rasterio.open(path, "w", driver="GTiff", height=bands.shape[1], width=bands.shape[2], count=len(bands),
                       dtype=bands.dtype, crs=crs, transform=transform, **more) as file:
        file.write(bands)
    return path


def test_a_colour_geotiff_lies_where_it_says(tmp_path):
    bands = np.full((3, 400, 500), 250, np.uint8)
    bands[:, 195:206, 295:306] = np.array([0, 0, 255])[:, None, None]
    overlay = read_geotiff(geotiff(tmp_path / "map.tif", bands))
    to = Transformer.from_crs("EPSG:4545", "EPSG:4326", always_xy=True)
    lon, lat = to.transform(480_000 + 300.5 * 50, 3_320_000 - 200.5 * 50)
    assert found_at(overlay, lon, lat).tolist() == [0, 0, 255, 255]
    assert overlay.grain == pytest.approx(50, rel=0.1)


def test_a_height_raster_is_stretched_to_grey_and_its_holes_are_clear(tmp_path):
    heights = np.linspace(200, 900, 300 * 300, dtype=np.float32).reshape(1, 300, 300)
    heights[0, :100, :100] = -9999
    overlay = read_geotiff(geotiff(tmp_path / "dem.tif", heights, nodata=-9999, crs="EPSG:4326",
                                   transform=Affine(0.001, 0, 107, 0, -0.001, 30)))
    assert found_at(overlay, 107.05, 29.95)[3] == 0
    low, high = found_at(overlay, 107.2, 29.95), found_at(overlay, 107.2, 29.71)
    assert low[3] == high[3] == 255 and int(high[0]) - int(low[0]) > 150
    assert high[0] == high[1] == high[2]


def test_geotiffs_that_cannot_be_used_are_refused(tmp_path):
    plain, broken = tmp_path / "plain.tif", tmp_path / "broken.tif"
    Image.new("RGB", (100, 100)).save(plain)
    geotiff(broken, np.full((1, 200, 200), 7, np.uint8))
    broken.write_bytes(broken.read_bytes()[:90])
    assert code_of(read_geotiff, plain) == "raster_without_place"
    assert code_of(read_geotiff, broken) == "raster_unreadable"
    sparse = tmp_path / "sparse.tif"
    with rasterio.open(sparse, "w", driver="GTiff", height=60_000, width=60_000, count=1, dtype="uint8",
                       crs="EPSG:4326", transform=Affine(1e-4, 0, 100, 0, -1e-4, 40), sparse_ok=True, tiled=True):
        pass
    assert code_of(read_geotiff, sparse) == "raster_huge"


def mbtiles(path, tiles):
    db = sqlite3.connect(path)
    db.execute("create table tiles (zoom_level integer, tile_column integer, tile_row integer, tile_data blob)")
    db.executemany("insert into tiles values (?, ?, ?, ?)", tiles)
    db.commit()
    db.close()
    return path


def png():
    out = io.BytesIO()
    Image.new("RGB", (256, 256), "green").save(out, "PNG")
    return out.getvalue()


def test_a_tile_file_says_where_it_lies_and_gives_tiles_by_the_rows_of_a_browser(tmp_path):
    """At zoom 10 Fengdu (107.73 E, 29.86 N) lies in tile column 818, row 422 from the north."""
    path = mbtiles(tmp_path / "m.mbtiles", [(9, 409, 300, png()), (10, 818, 1023 - 422, png())])
    found = read_tile_file(path)
    west, south, east, north = found.bounds
    assert west < 107.73 < east and south < 29.86 < north
    assert found.zooms == (9, 10) and found.grain == pytest.approx(132.6, abs=1)     # 152.87 m · cos 29.9°
    assert tile(path, 10, 818, 422) == png()
    assert tile(path, 10, 818, 421) is None and tile(path, -3, 0, 0) is None and tile(path, 10, 2**70, 0) is None


def test_tile_files_that_are_none_are_refused(tmp_path):
    words = tmp_path / "w.mbtiles"
    words.write_bytes(b"SQLite format 3\0 but not really")
    assert code_of(read_tile_file, words) == "tiles_unreadable"
    assert code_of(read_tile_file, mbtiles(tmp_path / "e.mbtiles", [])) == "tiles_unreadable"
    assert code_of(read_tile_file, mbtiles(tmp_path / "v.mbtiles", [(3, 1, 1, b"\x1f\x8bpbf")])) == "tiles_not_pictures"
    assert code_of(read_tile_file, mbtiles(tmp_path / "x.mbtiles", [(3, 99, 1, png())])) == "tiles_unreadable"
    assert code_of(read_tile_file, tmp_path / "none.mbtiles") == "tiles_unreadable"

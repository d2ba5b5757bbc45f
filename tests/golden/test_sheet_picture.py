"""The sheet of a small river looks as it was approved: compared tile by tile with a stored picture.

After an intended change look at the new picture, then renew the stored ones by running this file.
"""

import io
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import riverplan as rp
from riverplan.exporting.sheet import SheetOptions, sheet

FOLDER = Path(__file__).parent
TILES = (10, 14)
THEMES = {"colour": "sheet_colour.png", "mono": "sheet_mono.png"}


def draw(theme: str) -> bytes:
    from river_fixtures import y_river

    spill = rp.Spill(site_id="S01", substance="苯酚", mass=2_000.0, duration=3_600.0, at=rp.clock("2026-07-01 21:00"))
    forecast = rp.forecast(y_river(), spill, scenario="low")
    return sheet(forecast, options=SheetOptions(format="png", dpi=50, theme=theme))


def grey(png: bytes) -> np.ndarray:
    """Luminance of a picture, cut to whole tiles."""
    with Image.open(io.BytesIO(png)) as image:
        values = np.asarray(image.convert("L"), float)
    high, wide = (n // t * t for n, t in zip(values.shape, TILES, strict=True))
    return values[:high, :wide]


def tiles(values: np.ndarray) -> np.ndarray:
    rows, columns = TILES
    return values.reshape(rows, values.shape[0] // rows, columns, -1).mean(axis=(1, 3))


@pytest.mark.parametrize("theme", THEMES)
def test_the_sheet_looks_as_approved(theme):
    stored = FOLDER / THEMES[theme]
    assert stored.stat().st_size < 100_000
    now, then = grey(draw(theme)), grey(stored.read_bytes())
    assert now.shape == then.shape
    # letters may be hinted differently elsewhere: tiles may differ a little, the whole hardly
    assert np.abs(tiles(now) - tiles(then)).max() < 10.0
    assert np.abs(now - then).mean() < 4.0


def test_the_comparison_would_notice_a_missing_plume():
    then = grey((FOLDER / THEMES["colour"]).read_bytes())
    rows, columns = then.shape
    blank = then.copy()
    blank[int(rows * 0.35):int(rows * 0.65), :int(columns * 0.6)] = 255.0
    assert np.abs(tiles(blank) - tiles(then)).max() > 10.0


if __name__ == "__main__":
    sys.path.insert(0, str(FOLDER.parent))
    for name, file in THEMES.items():
        with Image.open(io.BytesIO(draw(name))) as picture:
            picture.convert("L").quantize(32).save(FOLDER / file, optimize=True)

"""Time and memory of ``riverplan dem`` on a made landscape: ``python tests/benchmark/bench_dem.py [side in cells]``.

The landscape is fractal noise on a slope with a meandering valley, 30 m cells, compressed tiles with a few voids.
Run by hand; the command runs in a process of its own, so that its compiling counts and the making does not.
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import rasterio
from pyproj import Transformer

CELL = 30.0
WEST, NORTH = 400_000.0, 3_450_000.0


def landscape(side: int, seed: int = 1) -> np.ndarray:
    """Heights [m], falling to the middle of the southern edge."""
    rng = np.random.default_rng(seed)
    wave = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side)[None, :]).astype(np.float32)
    wave[0, 0] = np.inf
    noise = np.fft.irfft2(np.fft.rfft2(rng.standard_normal((side, side), np.float32)) * wave**-1.6, (side, side))
    noise = (60 * noise / noise.std()).astype(np.float32)
    row, column = np.arange(side, dtype=np.float32)[:, None], np.arange(side, dtype=np.float32)[None, :]
    middle = side / 2 + side / 12 * np.sin(row / side * 9) * (1 - row / side)
    z = noise + 600 * np.abs(column - middle) / side + 400 * (1 - row / side)
    z[side // 3: side // 3 + 8, side // 4: side // 4 + 8] = -32768
    return np.round(z).astype(np.int16)


def main(side: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder) / "dem.tif", Path(folder) / "river.gpkg"
        z = landscape(side)
        with rasterio.open(path, "w", driver="GTiff", width=side, height=side, count=1, dtype="int16", nodata=-32768,
                           crs="EPSG:4545", transform=rasterio.Affine(CELL, 0, WEST, 0, -CELL, NORTH),
                           tiled=True, compress="deflate") as sink:
            sink.write(z, 1)
        to = Transformer.from_crs("EPSG:4545", "EPSG:4326", always_xy=True).transform
        column = int(np.argmin(np.where(z[-20] < -1000, 32767, z[-20])))
        lon, lat = to(WEST + (column + 0.5) * CELL, NORTH - (side - 19.5) * CELL)
        del z
        begin = time.perf_counter()
        subprocess.run([sys.executable, "-m", "riverplan", "dem", str(path), f"--outlet={lon},{lat}", "--area", "10",
                        "--out", str(out), "--lang", "en"], check=True)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
        print(f"{side} x {side} cells: {time.perf_counter() - begin:.1f} s, {peak:.2f} GB at the most")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000)

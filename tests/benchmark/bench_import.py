"""How long lines take to become a river, and what memory: run by hand, prints, asserts nothing.

    python tests/benchmark/bench_import.py 11248 100000

The network is a tree of bent lines (12 vertices each), rows shuffled, one line in thirty stopping 20 m short.
"""

import resource
import sys
import time

import geopandas as gpd
import numpy as np
import shapely

from riverplan.river.bare_network import network_of

CRS = "EPSG:4546"
EAST, NORTH = 500_000.0, 3_300_000.0


def tree(n: int, seed: int = 1) -> gpd.GeoDataFrame:
    """A binary tree of ``n`` lines of about 1.5 km laid out on a plane, drawn downstream, in longitude and latitude."""
    random = np.random.default_rng(seed)
    side = int(np.ceil(np.sqrt(n + 1)))
    node = np.arange(n + 1)
    x, y = node % side, node // side                           # a comb: every row drains west, the west edge south
    below = np.where(x > 0, node - 1, node - side)
    at = np.column_stack([EAST + 1_500.0 * x, NORTH + 1_500.0 * y]) + random.uniform(-300, 300, (n + 1, 2))
    start, end = at[1:], at[below[1:]]
    short = random.random(n) < 0.03
    way = end - start
    far = np.hypot(*way.T)
    end = np.where(short[:, None], end - way / far[:, None] * 20.0, end)
    share = np.linspace(0, 1, 12)[None, :, None]
    bend = random.normal(0, 25, (n, 12, 2)) * (np.sin(np.pi * share) > 1e-9)
    xy = start[:, None] + (end - start)[:, None] * share + bend
    lines = shapely.linestrings(xy.reshape(-1, 2), indices=np.repeat(np.arange(n), 12))
    frame = gpd.GeoDataFrame({"source_id": [str(i) for i in range(n)], "name": ""}, geometry=lines, crs=CRS)
    return frame.iloc[random.permutation(n)].reset_index(drop=True).to_crs("EPSG:4326")


def main() -> None:
    """Print seconds, peak memory and seconds per 1,000 lines."""
    for n in [int(a) for a in sys.argv[1:]] or [11_248]:
        frame = tree(n)
        mouth = frame.loc[frame["source_id"] == "0"].geometry.iloc[0].coords[-1]
        began = time.perf_counter()
        river, problems = network_of(frame, name="bench", outlets=[mouth])
        took = time.perf_counter() - began
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{n} lines → {len(river.reaches)} reaches, {len(problems)} problems: {took:.1f} s, "
              f"{1000 * took / n:.2f} s per 1,000 lines, peak {peak:.0f} MB")


if __name__ == "__main__":
    main()

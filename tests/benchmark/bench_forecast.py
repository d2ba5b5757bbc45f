"""Times of the demonstration, and of the walk beside networkx: run by hand, prints, asserts nothing.

    python tests/benchmark/bench_forecast.py RIVER.gpkg
"""

import statistics
import subprocess
import sys
import time
from pathlib import Path

import networkx as nx
import numpy as np

from riverplan.forecasting.rise import rise_from
from riverplan.forecasting.run import forecast
from riverplan.forecasting.spill import Spill
from riverplan.river.store import read_river


def median(call, times: int = 15) -> float:
    """Median seconds of a call."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        call()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def main(path: Path) -> None:
    """Print the table."""
    river = read_river(path)
    site = next(s for s in river.sites if s.kind == "risk_source")
    spill = Spill(site_id=site.site_id, substance="挥发酚", mass=2_000.0)
    forecast(river, spill)
    warm = median(lambda: forecast(river, spill))
    rise = rise_from("2026-07-01 20:00,2026-07-02 08:00,50%")
    spanned = median(lambda: forecast(river, spill, rise=rise))
    members = len(forecast(river, spill, rise=rise).bracket)
    command = [sys.executable, "-m", "riverplan", "forecast", str(path), "--site", site.site_id,
               "--substance", "挥发酚", "--mass-kg", "2000", "--json"]
    cold = median(lambda: subprocess.run(command, check=True, capture_output=True), 5)
    graph = nx.DiGraph()
    for tail, head, length in river.reaches[["tail", "head", "length"]].itertuples(index=False):
        graph.add_edge(tail, head, weight=length)
    start = river.reaches["head"].iat[river.reach_row[site.reach_id]]
    peer = median(lambda: nx.single_source_dijkstra_path_length(graph, start, weight="weight"))
    print(f"reaches {len(river.reaches)}, sites {len(river.sites)}, numpy {np.__version__}, networkx {nx.__version__}")
    print(f"read the river            {1e3 * median(lambda: read_river(path), 5):8.1f} ms")
    print(f"forecast, warm            {1e3 * warm:8.1f} ms")
    print(f"  with {members} variants         {1e3 * spanned:8.1f} ms, ratio {spanned / warm:.1f}")
    print(f"  = all arrivals, bands, curves; networkx Dijkstra alone {1e3 * peer:.2f} ms, ratio {warm / peer:.0f}")
    print(f"forecast, command line    {cold:8.2f} s")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

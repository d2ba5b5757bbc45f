"""How long the monitoring plan of a river with 300 sites takes, over the forecast it is made of.

    python tests/benchmark/bench_monitoring.py
"""

import sys
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from river_fixtures import R, build

import riverplan as rp
from riverplan.planning.monitoring import monitoring
from riverplan.river.sites import Bridge, Intake, Section, Team

REACHES = 60


def river():
    nodes = {f"n{i}": ("junction" if 0 < i < REACHES else "source", 5.0 * i, 0.0) for i in range(REACHES + 1)}
    sites = [kind(site_id=f"{kind.kind}{i}-{k}", reach_id=f"r{i}", chainage=400.0 + 900.0 * k, lon=float("nan"),
                  lat=float("nan"))
             for i in range(REACHES) for k, kind in enumerate((Section, Bridge, Section, Intake, Section))]
    return build("长河", nodes, [R(id=f"r{i}", tail=f"n{i}", head=f"n{i + 1}", velocity=0.5) for i in range(REACHES)],
                 sites=sites)


def best(call, times=5):
    taken = []
    for _ in range(times):
        began = perf_counter()
        call()
        taken.append(perf_counter() - began)
    return min(taken)


def main():
    long = river()
    spill = rp.Spill(reach_id="r0", chainage=2_000.0, substance="苯酚", mass=500.0)
    forecast = rp.forecast(long, spill)
    teams = [Team(resource_id=f"T{i}", lon=107.7 + 0.3 * i, lat=29.8, category="monitoring") for i in range(6)]
    plan, whole = best(lambda: monitoring(forecast, teams=teams)), best(lambda: rp.forecast(long, spill))
    print(f"{len(long.sites)} sites, {len(monitoring(forecast, teams=teams).sections)} sections: plan {plan:.3f} s, "
          f"forecast {whole:.3f} s, ratio {plan / whole:.2f}")


if __name__ == "__main__":
    main()

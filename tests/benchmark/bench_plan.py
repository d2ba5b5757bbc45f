"""How long a plan takes on the demonstration river and on one of 300 spaces, and what it leaves beside the simplest.

    python tests/benchmark/bench_plan.py

Prints seconds, the sets simulated, and the person-hours left over those of doing nothing and of nearest first: the
peers of a plan are the officer who does nothing and the one who takes what is nearest.
"""

import sys
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from planned_rivers import wide

import riverplan as rp


def told(name, river, spill, flow="normal"):
    began = perf_counter()
    found = rp.plan(river, spill, flow)
    took = perf_counter() - began
    nothing, greedy, plan = (found.harm[k] for k in ("nothing", "greedy", "plan"))
    over = [plan.population_hours / max(h.population_hours, 1e-9) for h in (nothing, greedy)]
    print(f"{name:34s} {took:6.2f} s  {found.tried:4d} sets  {len(found.actions):2d} actions  "
          f"left / nothing {over[0]:.3f}  left / greedy {over[1]:.3f}  gap to the bound {found.gap:,.0f} h  "
          f"({found.chosen_by})")


def main():
    start = rp.clock("2026-07-01 08:00")
    raw = rp.demonstration()
    demo = rp.import_river(list(raw.lines), name=raw.name, workbook=raw.workbook, outlets=raw.outlets)
    rp.plan(demo, rp.Spill(site_id="F06", substance="苯酚", mass=100.0, at=start), "low")       # compiles the kernels
    for site, mass, flow in (("F04", 2_000.0, "normal"), ("F06", 1_000.0, "low"), ("F11", 3_000.0, "high"),
                             ("F27", 500.0, "normal")):
        told(f"demonstration {site} {flow}", demo, rp.Spill(site_id=site, substance="苯酚", mass=mass, at=start), flow)
    for seed in (7, 8):
        told(f"300 spaces, 20 stores, 10 teams #{seed}", wide(seed=seed),
             rp.Spill(site_id="S1", substance="苯酚", mass=20_000.0, at=start))


if __name__ == "__main__":
    main()

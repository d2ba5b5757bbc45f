"""Time of many runs of one spill prepared once: ``python tests/benchmark/bench_simulation_runs.py``.

The demonstration river (its first risk source), and 300 km in 300 reaches with a gate at 100 km; 72 h, cells of 100 and
200 m. Each line: to prepare once, the mean of runs with other operations and velocities, and how much of a run is not
the march. Compiled code is warm.
"""

import sys
from pathlib import Path
from time import perf_counter

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from river_fixtures import R, build

from riverplan.forecasting.simulating.prepared import prepared, run
from riverplan.forecasting.spill import Spill
from riverplan.river.demonstration import demonstration
from riverplan.river.importing import import_river
from riverplan.river.sites import RiskSource, Section, Space
from riverplan.transport import simulation_kernels as kernels
from riverplan.transport.operation import Operation

H = 3600.0
HERE = {"lon": 107.7, "lat": 29.8}
RUNS = 100


def long_river(n=300):
    """Reaches of 1 km, a gate in the middle of the upper part, ten sections."""
    nodes = {f"n{i}": ("source" if i == 0 else "outlet" if i == n else "junction", i, 0) for i in range(n + 1)}
    nodes["n100"] = ("dam", 100, 0)
    sites = [Space(site_id="G", reach_id="r99", chainage=1_000.0, node_id="n100", usable_volume=1e7, **HERE)]
    sites += [Section(site_id=f"S{k}", reach_id=f"r{k}", chainage=500.0, **HERE) for k in range(5, n, 30)]
    return build("长河", nodes, [R(id=f"r{i}", tail=f"n{i}", head=f"n{i + 1}", velocity=1.0) for i in range(n)],
                 sites=sites)


def report(name, river, spill, operations, cell):
    """Print one line."""
    begin = perf_counter()
    ready = prepared(river, spill, operations=operations, cell=cell)
    before = perf_counter() - begin
    run(ready, operations)
    march, marched = kernels.march, [0.0]

    def timed(*arguments):
        begin = perf_counter()
        found = march(*arguments)
        marched[0] += perf_counter() - begin
        return found

    kernels.march = timed
    plans = [operations[:i % (len(operations) + 1)] for i in range(RUNS)]
    begin = perf_counter()
    for i, plan in enumerate(plans):
        run(ready, plan, velocity_factor=np.exp(0.3 * (i % 3 - 1)))
    each = (perf_counter() - begin) / RUNS
    kernels.march = march
    beside = each - marched[0] / RUNS
    size = f"{ready.stage.water.length.sum() / 1e3:.0f} km in {ready.stage.rows.size} reaches"
    print(f"{name}, {size}, cells of {cell:.0f} m: "
          f"prepared in {1e3 * before:.0f} ms, {1e3 * each:.0f} ms a run, {1e3 * beside:.1f} ms of it beside the march")


def main():
    """Both rivers."""
    raw = demonstration()
    demo = import_river(raw.lines, name=raw.name, workbook=raw.workbook, outlets=raw.outlets)
    gates = [s for s in demo.sites if isinstance(s, Space) and s.node_id and s.usable_volume]
    source = next(s for s in demo.sites if isinstance(s, RiskSource))
    acts = [Operation(place=g.site_id, action="close", at=(2 + i) * H) for i, g in enumerate(gates[:3])]
    for cell in (100.0, 200.0):
        report("demonstration", demo, Spill(site_id=source.site_id, substance="phenol", mass=1e3, duration=H), acts,
               cell)
        report("long river", long_river(), Spill(reach_id="r0", chainage=0.0, substance="phenol", mass=1e3, duration=H),
               [Operation(place="G", action="close", at=5 * H), Operation(place="G", action="open", at=30 * H),
                Operation(place="S35", action="dose", at=0.0, value=0.5)], cell)


if __name__ == "__main__":
    main()

"""Time of the simulation, beside SWMM where it is installed: ``python tests/benchmark/bench_simulate.py``.

100 km at 50 m³/s in cells of 100 m for 72 h with dispersion and a release of 1 h; SWMM routes the same channel as
1000 conduits of 100 m, kinematic, with a step of 30 s. Times are the best of five runs, compiled code warm.
"""

import tempfile
from pathlib import Path
from time import perf_counter

import numpy as np

from riverplan.transport.compiled import compile_network
from riverplan.transport.operation import Gate, Operation, Place, Release
from riverplan.transport.simulate import simulate
from riverplan.transport.waterway import waterway

H = 3600.0
N, LENGTH, Q, WIDTH, ROUGHNESS, SLOPE = 100, 1_000.0, 50.0, 40.0, 0.03, 3e-4


def best(run, times=5):
    """Shortest time of some runs [s]."""
    run()
    found = []
    for _ in range(times):
        begin = perf_counter()
        run()
        found.append(perf_counter() - begin)
    return min(found)


def ours(**more):
    """The simulation of the channel."""
    network = compile_network(np.arange(N), np.arange(1, N + 1), N + 1)
    water = waterway(np.full(N, LENGTH), np.full(N, Q), np.full(N, 0.8), exponent=0.4, dispersion=30.0)
    return simulate(network, water, end=72 * H, releases=[Release(place=Place(reach=0), mass=1e3, duration=H)],
                    places={"out": Place(reach=N - 1, chainage=LENGTH)}, **more)


def swmm_input(path):
    """The channel as an input of SWMM."""
    n, short = 1000, 100.0
    nodes = "\n".join(f"N{i} {100 - i * short * SLOPE:.4f} 20" for i in range(n))
    links = "\n".join(f"C{i} N{i} {f'N{i + 1}' if i < n - 1 else 'OUT'} {short} {ROUGHNESS} 0 0 {Q}" for i in range(n))
    shapes = "\n".join(f"C{i} RECT_OPEN 20 {WIDTH} 0 0" for i in range(n))
    path.write_text(f"""[OPTIONS]
FLOW_UNITS CMS
FLOW_ROUTING KINWAVE
START_DATE 01/01/2026
START_TIME 00:00:00
END_DATE 01/04/2026
END_TIME 00:00:00
REPORT_STEP 00:05:00
ROUTING_STEP 30
[JUNCTIONS]
{nodes}
[OUTFALLS]
OUT {100 - n * short * SLOPE:.4f} FREE
[CONDUITS]
{links}
[XSECTIONS]
{shapes}
[POLLUTANTS]
P MG/L 0 0 0 0 NO
[INFLOWS]
N0 FLOW "" FLOW 1.0 1.0 {Q}
N0 P S CONCEN 1.0 1.0 0
[TIMESERIES]
S 0 100
S 1 100
S 1.001 0
S 72 0
""")


def swmm(path):
    """One run of SWMM."""
    from pyswmm import Simulation

    with Simulation(str(path)) as run:
        for _ in run:
            pass


def main():
    """Print times and ratios."""
    steady = best(ours)
    gated = best(lambda: ours(gates={"g": Gate(node=50, usable=1e7)}, operations=[
        Operation(place="g", action="close", at=5 * H), Operation(place="g", action="open", at=30 * H)]))
    found = ours()
    print(f"100 km, 1000 cells, 72 h, steps of {found.step:.0f} s: {steady:.3f} s steady, {gated:.3f} s with a gate")
    for cell in (50.0, 200.0, 400.0):
        print(f"cells of {cell:.0f} m: {best(lambda size=cell: ours(cell=size)):.3f} s")
    try:
        import pyswmm  # noqa: F401
    except ImportError:
        print("pyswmm is not installed")
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "channel.inp"
        swmm_input(path)
        other = best(lambda: swmm(path), times=2)
    print(f"SWMM 5.2: {other:.2f} s, {other / steady:.0f} times the steady simulation")


if __name__ == "__main__":
    main()

"""Breakthrough curves of a large network beside a cascade of FFTs: run by hand, prints, asserts nothing.

    python tests/benchmark/bench_response.py
"""

import statistics
import time

import numpy as np

from riverplan.channel import Stretch
from riverplan.spread import TRANSFER_MODELS
from riverplan.transport.compiled import compile_network
from riverplan.transport.linear import breakthrough, resolved
from riverplan.transport.linear_ways import LinearRiver, Source, lay_out
from riverplan.transport.moments import moments
from riverplan.transport.pools import Pools

REACHES, PLACES, STEPS = 500, 100, 1000
STEP = 100.0
"""Step of the peer [s]: a reach of 1 km passes a plume on over some 700 s."""


def braided_river(model: str) -> LinearRiver:
    """A main stem of 1 km reaches; every tenth node has a side arm of two reaches that rejoins."""
    rng = np.random.default_rng(1)
    tail, head, share, nodes, node = [], [], [], 1, 0
    while len(tail) < REACHES:
        low = nodes
        nodes += 1
        tail.append(node)
        head.append(low)
        share.append(1.0)
        if low % 10 == 0:
            mid, main, end = nodes, nodes + 1, nodes + 2
            nodes += 3
            tail += [low, mid, low, main]
            head += [mid, end, main, end]
            share += [0.25, 0.25, 0.75, 0.75]
            low = end
        node = low
    n = len(tail)

    def full(value):
        return np.full(n, float(value))

    stretch = Stretch(length=1000.0 * rng.uniform(0.5, 1.5, n), velocity=rng.uniform(0.3, 0.9, n), width=full(40),
                      depth=full(1.5), shear_velocity=full(0.07), dispersion=full(np.nan),
                      storage_ratio=full(np.nan), exchange=full(np.nan))
    return LinearRiver(network=compile_network(np.array(tail), np.array(head), nodes), discharge=30 * np.array(share),
                       model=TRANSFER_MODELS[model], stretch=stretch, is_pool=np.zeros(n, bool),
                       pools=Pools(delay=full(0), mixing_time=full(0), mixed_before=full(0), tanks=full(1),
                                   bypass=full(0), bypass_delay=full(0)),
                       decay=full(1e-6), dam_at=np.zeros(nodes, bool))


def cascade(river: LinearRiver, places: set[int], window: float) -> dict[int, np.ndarray]:
    """What one writes first: sample each reach's density, convolve reach by reach with FFTs."""
    steps = int(window / STEP)
    t = np.arange(steps) * STEP
    net, s = river.network, river.stretch
    D = river.model.coefficient(s)
    at = {0: np.eye(1, steps)[0] / STEP}
    out = {}
    for r in np.argsort(net.rank[net.tail], kind="stable"):
        with np.errstate(divide="ignore", invalid="ignore", under="ignore"):
            f = np.nan_to_num(s.length[r] / np.sqrt(4 * np.pi * D[r] * t**3)
                              * np.exp(-(s.length[r] - s.velocity[r] * t) ** 2 / (4 * D[r] * t)))
        share = river.discharge[r] / river.discharge[net.leaving(int(net.tail[r]))].sum()
        y = np.fft.irfft(np.fft.rfft(at[int(net.tail[r])], 2 * steps) * np.fft.rfft(f, 2 * steps))[:steps] * STEP
        at[int(net.head[r])] = at.get(int(net.head[r]), 0) + share * y
        if int(r) in places:
            out[int(r)] = share * y
    return out


def median(call, times: int = 9) -> float:
    took = []
    for _ in range(times):
        begin = time.process_time()
        call()
        took.append(time.process_time() - begin)
    return 1e3 * statistics.median(took)


if __name__ == "__main__":
    reach = np.linspace(0, REACHES - 1, PLACES).astype(np.intp)
    source = [Source(reach=0, chainage=0.0)]
    for model in TRANSFER_MODELS:
        river = braided_river(model)
        chainage = river.stretch.length[reach]
        ways = lay_out(river, source, reach, chainage)
        each = median(lambda r=river, c=chainage: breakthrough(r, source, reach, c, steps=STEPS))
        one = median(lambda r=river, c=chainage: breakthrough(r, source, reach, c, steps=STEPS, window=2e6))
        fine = median(lambda r=river, c=chainage: resolved(r, source, reach, c))
        parts = (median(lambda r=river, c=chainage: lay_out(r, source, reach, c)),
                 median(lambda r=river, w=ways: moments(r, w, source)))
        print(f"{model:30s} own windows {each:6.1f} ms, one window {one:6.1f} ms, resolved {fine:6.1f} ms"
              f"; of these ways {parts[0]:.1f}, moments {parts[1]:.1f}")
        if model == "advection_dispersion":
            naive = median(lambda r=river: cascade(r, set(reach.tolist()), 2e6), 3)
            y = cascade(river, {int(reach[-1])}, 2e6)[int(reach[-1])]
            found = breakthrough(river, source, reach[-1:], chainage[-1:])
            exact = np.interp(np.arange(y.size) * STEP, found.time[0], found.flux[0]) * np.exp(
                -found.moments.log_mass[0])
            print(f"{'cascade of FFTs':30s} {naive:.1f} ms at {STEP:g} s: {naive / each:.1f} times as long, peak "
                  f"{y.max() / exact.max():.3f} of ours (without decay)")

"""The simulation beside SWMM 5.2 and the exact solutions of the advection–dispersion equation.

Each conduit of SWMM is one mixed tank, so a row of conduits of length ``L`` disperses with ``D = v L / 2``; and
SWMM is late by one routing step per conduit. With both allowed for, means and spreads must agree.
"""

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import norm

from riverplan.transport.compiled import compile_network
from riverplan.transport.operation import Place, Release
from riverplan.transport.simulate import simulate
from riverplan.transport.waterway import waterway

H = 3600.0
Q, WIDTH, ROUGHNESS, SLOPE = 50.0, 40.0, 0.03, 3e-4
CONDUITS, LENGTH, STEP = 200, 500.0, 15.0


def normal_velocity():
    def surplus(depth):
        area = WIDTH * depth
        return area / ROUGHNESS * (area / (WIDTH + 2 * depth)) ** (2 / 3) * SLOPE**0.5 - Q

    return Q / (WIDTH * brentq(surplus, 0.01, 20.0))


def moments(time, flux):
    mean = (time * flux).sum() / flux.sum()
    return mean, np.sqrt(((time - mean) ** 2 * flux).sum() / flux.sum())


def chain(n, length, v, dispersion):
    network = compile_network(np.arange(n), np.arange(1, n + 1), n + 1)
    return network, waterway(np.full(n, length), np.full(n, Q), np.full(n, v), exponent=0.4, dispersion=dispersion)


def written(path):
    """A SWMM input of the channel: 100 mg/L for an hour from 1:00."""
    nodes = "\n".join(f"N{i} {100 - i * LENGTH * SLOPE:.4f} 20" for i in range(CONDUITS))
    links = "\n".join(f"C{i} N{i} {f'N{i + 1}' if i < CONDUITS - 1 else 'OUT'} {LENGTH} {ROUGHNESS} 0 0 {Q}"
                      for i in range(CONDUITS))
    shapes = "\n".join(f"C{i} RECT_OPEN 20 {WIDTH} 0 0" for i in range(CONDUITS))
    path.write_text(f"""[OPTIONS]
FLOW_UNITS CMS
FLOW_ROUTING KINWAVE
START_DATE 01/01/2026
START_TIME 00:00:00
END_DATE 01/03/2026
END_TIME 12:00:00
REPORT_STEP 00:05:00
ROUTING_STEP {STEP}
[JUNCTIONS]
{nodes}
[OUTFALLS]
OUT {100 - CONDUITS * LENGTH * SLOPE:.4f} FREE
[CONDUITS]
{links}
[XSECTIONS]
{shapes}
[POLLUTANTS]
T MG/L 0 0 0 0
[INFLOWS]
N0 FLOW "" FLOW 1 1 {Q}
N0 T PULSE CONCEN 1 1
[TIMESERIES]
PULSE 0.000 0
PULSE 0.9999 0
PULSE 1.000 100
PULSE 2.000 100
PULSE 2.0001 0
PULSE 80.0 0
[REPORT]
INPUT NO
""")
    return path


@pytest.mark.filterwarnings("ignore")
def test_mean_and_spread_agree_with_swmm_on_a_hundred_kilometres(tmp_path):
    pyswmm = pytest.importorskip("pyswmm", reason="SWMM is not installed")
    time, value = [], []
    with pyswmm.Simulation(str(written(tmp_path / "channel.inp"))) as simulation:
        outfall = pyswmm.Nodes(simulation)["OUT"]
        simulation.step_advance(300)
        begin = simulation.start_time
        for _ in simulation:
            time.append((simulation.current_time - begin).total_seconds())
            value.append(outfall.pollut_quality["T"])
    mean, spread = moments(np.array(time), np.array(value))
    v = normal_velocity()
    found = simulate(*chain(CONDUITS, LENGTH, v, v * LENGTH / 2), end=60 * H, releases=[
        Release(place=Place(reach=0), mass=0.1 * Q * H, at=H, duration=H)],
        places={"end": Place(reach=CONDUITS - 1, chainage=LENGTH)})
    ours, our_spread = moments(found.time - 150.0, found.mass_flux[:, 0])
    assert ours == pytest.approx(mean - CONDUITS * STEP, rel=0.001)
    assert our_spread == pytest.approx(spread, rel=0.02)


def passed(time, x, v, d):
    """Share of an instantaneous release into the flow at 0 past ``x``: the inverse Gaussian (Ogata–Banks)."""
    t = np.maximum(time, 1e-9)
    s = np.sqrt(2 * d * t)
    return np.where(time > 0, norm.cdf((v * t - x) / s) + np.exp(
        v * x / d + norm.logcdf(-(v * t + x) / s)), 0.0)


@pytest.mark.parametrize(("d", "x"), [(20.0, 10_000.0), (100.0, 20_000.0), (500.0, 40_000.0)])
def test_a_release_follows_the_inverse_gaussian(d, x):
    v = 0.7
    found = simulate(*chain(4, 15_000.0, v, d), end=40 * H,
                     releases=[Release(place=Place(reach=0), mass=1.0, duration=H)],
                     places={"x": Place(reach=int(x // 15_000), chainage=x % 15_000)})
    edges = np.concatenate([[0.0], found.time])
    spread = np.linspace(0, H, 121)[:-1] + 15.0                # an even release is a mean of releases at once
    exact = np.diff(np.mean([passed(edges - s, x, v, d) for s in spread], axis=0)) / 300.0
    assert np.abs(found.mass_flux[:, 0] - exact).max() < 0.006 * exact.max()
    assert np.abs(found.mass_flux[:, 0] - exact).sum() < 0.006 * exact.sum()


def test_a_steady_source_follows_ogata_and_banks():
    v, d, x = 0.7, 100.0, 12_000.0
    found = simulate(*chain(4, 15_000.0, v, d), end=30 * H, places={"x": Place(reach=0, chainage=x)},
                     releases=[Release(place=Place(reach=0), mass=Q * 100 * H, duration=100 * H)])
    edges = np.concatenate([[0.0], found.time])
    fine = np.arange(0.0, 30 * H + 1, 10.0)
    total = np.concatenate([[0.0], np.cumsum(0.5 * (passed(fine[1:], x, v, d) + passed(fine[:-1], x, v, d))) * 10.0])
    exact = np.diff(np.interp(edges, fine, total)) / np.diff(edges)
    np.testing.assert_allclose(found.mass_flux[:, 0] / Q, exact, atol=0.004)


def test_decay_with_dispersion_follows_van_genuchten_and_alves():
    v, d, x, k = 0.7, 500.0, 12_000.0, 1.0 / (6 * H)
    found = simulate(*chain(4, 15_000.0, v, d), end=60 * H, places={"x": Place(reach=0, chainage=x)}, decay=k,
                     releases=[Release(place=Place(reach=0), mass=Q * 100 * H, duration=100 * H)])
    exact = np.exp(v * x / (2 * d) * (1 - np.sqrt(1 + 4 * k * d / v**2)))
    assert found.mass_flux[-1, 0] / Q == pytest.approx(exact, rel=0.003)

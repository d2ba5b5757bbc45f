"""What the simulation reads within pools, at dams below several reaches, and at other velocities: by hand."""

import numpy as np
import pytest

from riverplan.transport.compiled import compile_network
from riverplan.transport.operation import Gate, Operation, Place, Release
from riverplan.transport.simulate import simulate
from riverplan.transport.simulation_laws import flow_of
from riverplan.transport.waterway import waterway

H = 3600.0
Q, V, B = 40.0, 0.8, 0.57
SPILL = Release(place=Place(reach=0, chainage=5_000.0), mass=1.0, duration=H)


def with_pool(plug):
    """10 km of river, a pool of 20 h of flow and 10 km, 10 km of river."""
    network = compile_network(np.arange(3), np.arange(1, 4), 4)
    return network, waterway(np.full(3, 10_000.0), np.full(3, Q), np.full(3, V), exponent=B,
                             storage=np.array([0.0, Q * 20 * H, 0.0]), plug=np.array([0.0, plug, 0.0]))


def mean_time(found, place):
    flux = found.mass_flux[:, found.places.index(place)]
    return float(((found.time - 150.0) * flux).sum() / flux.sum())


@pytest.mark.parametrize("plug", [0.0, 0.25])
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_the_mean_time_to_a_site_in_a_pool_is_its_share_of_the_residence(plug, part):
    found = simulate(*with_pool(plug), end=400 * H, releases=[SPILL], places={
        "in": Place(reach=0, chainage=10_000.0), "site": Place(reach=1, chainage=10_000.0 * part)})
    assert mean_time(found, "site") - mean_time(found, "in") == pytest.approx(part * 20 * H, rel=0.02)
    assert found.mass_flux[:, 1].sum() * 300.0 == pytest.approx(1.0, abs=1e-3)


def test_down_a_pool_sites_are_reached_later_and_by_less_and_the_last_reads_what_leaves():
    chainages = [0.0, 2_000.0, 5_000.0, 9_000.0, 9_990.0, 10_000.0]
    found = simulate(*with_pool(0.25), end=200 * H, releases=[SPILL],
                     places={f"{c:.0f}": Place(reach=1, chainage=c) for c in chainages} | {"below": Place(reach=2)})
    peak = found.concentration.max(axis=0)
    assert (np.diff(peak[:6]) < 1e-12).all()
    assert peak[5] == pytest.approx(peak[6], rel=1e-9)
    assert peak[4] == pytest.approx(peak[5], rel=0.1)
    first = [found.time[np.argmax(c > 0.01 * c.max())] for c in found.concentration.T]
    assert (np.diff(first[:5]) > 0).all()


def test_what_is_spilled_in_a_pool_passes_the_part_below_it():
    spill = Release(place=Place(reach=1, chainage=4_000.0), mass=1.0, duration=H)
    found = simulate(*with_pool(0.25), end=300 * H, releases=[spill], places={
        "above": Place(reach=1, chainage=2_000.0), "site": Place(reach=1, chainage=8_000.0)})
    assert found.concentration[:, 0].max() < 1e-12
    assert mean_time(found, "site") == pytest.approx(0.4 * 20 * H + H / 2, rel=0.02)


def two_pools():
    """Two pools end at one dam, a river goes on below."""
    network = compile_network(np.array([0, 1, 2]), np.array([2, 2, 3]), 4)
    return network, waterway(np.full(3, 10_000.0), np.array([30.0, 10.0, 40.0]), np.full(3, V), exponent=B,
                             storage=np.array([1e6, 5e5, 0.0]), plug=np.array([0.2, 0.2, 0.0]))


def test_a_closed_dam_below_two_pools_holds_what_comes_from_both_and_spills_when_full():
    free = 40.0 * 5 * H
    found = simulate(*two_pools(), end=40 * H, gates={"dam": Gate(node=2, usable=free)},
                     releases=[Release(place=Place(reach=0), mass=1.0, duration=H)], places={"below": Place(reach=2)},
                     operations=[Operation(place="dam", action="close", at=2 * H)])
    assert found.spills_from[0] == pytest.approx(7 * H, rel=1e-6)
    assert found.held_volume.max() == pytest.approx(free)
    assert found.normal_volume[0] == 0.0
    assert (found.discharge[(found.time > 2.1 * H) & (found.time < 6.9 * H), 0] < 1e-9).all()
    assert found.discharge[-1, 0] == pytest.approx(40.0)
    assert found.water.error < 1e-12 and found.mass.error < 1e-12


@pytest.mark.parametrize("factor", [0.4, 1.0, 1.7])
def test_at_another_velocity_times_scale_and_discharges_stay(factor):
    network = compile_network(np.arange(2), np.arange(1, 3), 3)
    water = waterway(np.full(2, 10_000.0), np.full(2, Q), np.full(2, V), exponent=B)
    found = simulate(network, water, end=48 * H, velocity_factor=factor, releases=[SPILL],
                     places={"out": Place(reach=1, chainage=10_000.0)})
    assert mean_time(found, "out") == pytest.approx(15_000.0 / (V * factor) + H / 2, rel=2e-3)
    np.testing.assert_allclose(found.discharge, Q, rtol=1e-12)
    assert found.water.before == pytest.approx(20_000.0 * Q / (V * factor))


def test_a_pool_keeps_its_storage_at_another_velocity_and_its_plug_is_passed_sooner():
    places = {"in": Place(reach=0, chainage=10_000.0), "dam": Place(reach=1, chainage=10_000.0)}
    for factor in (0.5, 2.0):
        found = simulate(*with_pool(0.25), end=400 * H, releases=[SPILL], places=places, velocity_factor=factor)
        assert mean_time(found, "dam") - mean_time(found, "in") == pytest.approx(20 * H, rel=0.02)
        flux = found.mass_flux[:, 1]
        front = found.time[np.argmax(flux > 0.5 * flux.max())] - mean_time(found, "in")
        assert front == pytest.approx(5 * H / factor, abs=H)


def test_one_factor_for_each_reach_is_heeded():
    network = compile_network(np.arange(2), np.arange(1, 3), 3)
    water = waterway(np.full(2, 10_000.0), np.full(2, Q), np.full(2, V), exponent=B)
    found = simulate(network, water, end=48 * H, velocity_factor=np.array([1.0, 2.0]), releases=[SPILL],
                     places={"out": Place(reach=1, chainage=10_000.0)})
    assert mean_time(found, "out") == pytest.approx(5_000 / V + 5_000 / V + H / 2, rel=2e-3)


def test_the_discharge_of_a_cell_by_its_series_is_the_power():
    flow, at = np.zeros(1), np.full(1, -1.0)
    for power in (1.0, 1.25, 5.0 / 3.0, 2.3, 5.0):
        for held in 1e4 * np.cumprod(1.0 + np.linspace(-4e-3, 4e-3, 50)):
            assert flow_of(0, held, 300.0, power, flow, at) == pytest.approx((held / 300.0) ** power, rel=1e-13)
        at[0] = -1.0

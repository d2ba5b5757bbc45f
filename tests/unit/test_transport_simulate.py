"""The simulation against what can be computed by hand."""

from dataclasses import replace

import numpy as np
import pytest

from riverplan.transport.compiled import compile_network
from riverplan.transport.operation import Diversion, Gate, Inflow, Operation, Place, Release
from riverplan.transport.simulate import simulate
from riverplan.transport.waterway import balanced, waterway

H = 3600.0
Q, V, B = 40.0, 0.8, 0.57
M = 1.0 / (1.0 - B)


def river(n=2, length=10_000.0, **known):
    """Reaches in a row, all alike."""
    network = compile_network(np.arange(n), np.arange(1, n + 1), n + 1)
    return network, waterway(np.full(n, length), np.full(n, Q), np.full(n, V), exponent=B, **known)


def drawn(edges, discharge, velocity=V, length=5_000.0, **known):
    """A network of ``(tail, head)`` pairs."""
    tail, head = np.array(edges).T
    n = len(edges)
    network = compile_network(tail, head, int(max(tail.max(), head.max())) + 1)
    return network, waterway(np.full(n, length), np.array(discharge, float), np.full(n, velocity), exponent=B, **known)


def mean_time(found, place, every=300.0):
    flux = found.mass_flux[:, found.places.index(place)]
    return float(((found.time - 0.5 * every) * flux).sum() / flux.sum())


def curve(found, place, what="concentration"):
    return getattr(found, what)[:, found.places.index(place)]


SPILL = Release(place=Place(reach=0, chainage=2_000.0), mass=1_000.0, duration=H)
OUT = {"out": Place(reach=1, chainage=10_000.0)}


def test_water_without_changes_stays_as_it_was():
    found = simulate(*river(), end=24 * H, places={"mid": Place(reach=0, chainage=5_000.0), **OUT})
    np.testing.assert_allclose(found.discharge, Q, rtol=1e-12)
    assert found.water.error < 1e-12
    assert not found.concentration.any()


def test_the_middle_of_the_plume_moves_with_the_water_from_wherever_it_is_put():
    for chainage in (0.0, 20.0, 777.0, 9_990.0):
        spill = Release(place=Place(reach=0, chainage=chainage), mass=1.0, duration=H)
        found = simulate(*river(), end=24 * H, places=OUT, releases=[spill])
        assert mean_time(found, "out") == pytest.approx((20_000.0 - chainage) / V + H / 2, abs=0.25 * 100.0 / V)
        assert found.mass.error < 1e-12


def test_steps_grow_as_the_plume_leaves_the_reaches_with_short_cells():
    network, water = river(3)
    asked = {"end": 48 * H, "places": {"out": Place(reach=2, chainage=10_000.0)}, "releases": [SPILL], "every": 900.0,
             "cell": np.array([50.0, 200.0, 1_000.0])}
    never, left = np.full(3, np.inf), np.array([6 * H, 18 * H, np.inf])       # it has, in 3 h and 7 h
    plain, calm = simulate(network, water, **asked), simulate(network, water, **asked, calm=left)
    np.testing.assert_array_equal(curve(simulate(network, water, **asked, calm=never), "out"), curve(plain, "out"))
    np.testing.assert_allclose(curve(calm, "out"), curve(plain, "out"), atol=0.02 * curve(plain, "out").max())
    assert mean_time(calm, "out", 900.0) == pytest.approx(mean_time(plain, "out", 900.0), abs=60.0)
    assert calm.mass.error < 1e-12 and calm.water.error < 1e-12
    assert plain.step < 40.0 and calm.step > 400.0            # cells of 50 m and of 1 km, at 0.8 m/s / (1 - 0.57)


def test_a_confluence_dilutes_and_keeps_the_mass():
    network, water = drawn([(0, 2), (1, 2), (2, 3)], [10.0, 30.0, 40.0])
    spill = Release(place=Place(reach=0), mass=10.0 * 0.1 * 20 * H, duration=20 * H)          # 0.1 kg/m³ in reach 0
    places = {"above": Place(reach=0, chainage=4_000.0), "below": Place(reach=2, chainage=4_000.0)}
    found = simulate(network, water, end=15 * H, places=places, releases=[spill])
    assert curve(found, "above")[-1] == pytest.approx(0.1, rel=1e-9)
    assert curve(found, "below")[-1] == pytest.approx(0.1 * 10 / 40, rel=1e-9)


def test_arms_of_a_bifurcation_rejoin_by_their_flow():
    network, water = drawn([(0, 1), (1, 2), (1, 3), (3, 2), (2, 4)], [40.0, 30.0, 10.0, 10.0, 40.0])
    found = simulate(network, water, end=48 * H, releases=[Release(place=Place(reach=0), mass=1.0, duration=H)],
                     places={"one": Place(reach=1, chainage=5_000.0), "two": Place(reach=3, chainage=5_000.0),
                             "all": Place(reach=4, chainage=0.0)})
    passed = found.mass_flux.sum(axis=0) * 300.0
    np.testing.assert_allclose(passed, [0.75, 0.25, 1.0], rtol=1e-9)
    assert mean_time(found, "all") == pytest.approx(0.75 * mean_time(found, "one") + 0.25 * mean_time(found, "two"),
                                                    abs=60.0)


def test_a_rise_runs_ahead_of_the_plume():
    rise = Inflow(place=Place(node=0), time=(0.0, 1.0), value=(Q, Q))           # doubled at once
    network, water = river(4)
    places = {"far": Place(reach=3, chainage=10_000.0)}
    found = simulate(network, water, end=20 * H, places=places, inflows=[rise],
                     releases=[Release(place=Place(reach=0), mass=1.0, duration=H)])
    flow = curve(found, "far", "discharge")
    front = found.time[np.argmax(flow > 1.5 * Q)] - 150.0
    area = lambda q: Q / V * (q / Q) ** (1 - B)  # noqa: E731
    shock = Q / (area(2 * Q) - area(Q))                                         # dQ/dA of the jump, by hand
    assert front == pytest.approx(40_000.0 / shock, abs=300.0)
    fast = V * 2**B
    assert mean_time(found, "far") == pytest.approx(40_000.0 / fast + H / 2, rel=0.01)
    assert mean_time(found, "far") > 2 * front
    assert flow[-1] == pytest.approx(2 * Q)


def test_a_small_change_of_flow_travels_with_the_celerity():
    pulse = Inflow(place=Place(node=0), time=(0.0, H, 2 * H), value=(0.0, 0.1, 0.0))
    network, water = river(4)
    found = simulate(network, water, end=20 * H, inflows=[pulse], places={"far": Place(reach=3, chainage=10_000.0)})
    more = curve(found, "far", "discharge") - Q
    assert ((found.time - 150.0) * more).sum() / more.sum() == pytest.approx(H + 40_000.0 / (M * V), rel=0.002)


def test_a_closed_gate_spills_when_its_free_volume_is_full():
    free = 5.0 * H * Q
    found = simulate(*river(), end=12 * H, places=OUT, gates={"dam": Gate(node=1, usable=free)},
                     operations=[Operation(place="dam", action="close", at=H)])
    assert found.spills_from[0] == pytest.approx(H + free / Q, rel=1e-9)
    assert found.held_volume.max() == pytest.approx(free)
    assert curve(found, "out", "discharge").min() < 0.1 * Q                    # what was in the river runs off
    assert found.water.error < 1e-12


def test_a_closed_gate_does_not_hold_the_water_that_comes_in_along_the_reach_below():
    network, water = river()
    water = replace(water, discharge=np.array([Q, 1.2 * Q]), rated_discharge=np.array([Q, 1.2 * Q]))
    found = simulate(network, water, end=48 * H, places=OUT, gates={"dam": Gate(node=1, usable=1e9)},
                     operations=[Operation(place="dam", action="close", at=H)])
    assert curve(found, "out", "discharge")[-1] == pytest.approx(0.2 * Q, rel=0.01)
    assert found.held_volume[-1, 0] == pytest.approx(47 * H * Q, rel=1e-6)
    assert found.water.error < 1e-12


def test_an_opened_gate_lets_the_held_plume_go_as_computed_by_hand():
    closed, opened, tau = 0.5 * H, 10.0 * H, 2.0 * H
    found = simulate(*river(), end=40 * H, places=OUT, releases=[SPILL], gates={"dam": Gate(node=1, usable=1e9)},
                     emptying=tau, every=60.0, operations=[Operation(place="dam", action="close", at=closed),
                                                           Operation(place="dam", action="open", at=opened)])
    assert found.held_mass[found.time <= opened, 0].max() == pytest.approx(1_000.0)
    t = found.time[found.time >= opened] - opened
    whole = Q * (opened - closed)
    by_hand = 1_000.0 * np.exp(-t / tau - Q * tau / whole * np.expm1(np.minimum(t / tau, 30.0)))
    np.testing.assert_allclose(found.held_mass[found.time >= opened, 0], by_hand, atol=8.0)
    free = simulate(*river(), end=40 * H, places=OUT, releases=[SPILL], every=60.0)
    # held until the gate opens, and then for the mean time in the emptying pool, less what the flood wave gains
    assert mean_time(found, "out", 60.0) > opened
    assert mean_time(found, "out", 60.0) - mean_time(free, "out", 60.0) == pytest.approx(6.6 * H, abs=1.2 * H)
    assert found.mass.error < 1e-12


def test_a_gate_that_opens_before_the_plume_comes_only_slows_the_water_below():
    gate = {"dam": Gate(node=1, usable=1e9)}
    acts = [Operation(place="dam", action="close", at=0.0), Operation(place="dam", action="open", at=H)]
    found = simulate(*river(), end=40 * H, places={"gate": Place(reach=0, chainage=10_000.0)}, releases=[SPILL],
                     gates=gate, operations=acts)
    assert mean_time(found, "gate") == pytest.approx(8_000.0 / V + H / 2, abs=30.0)


def test_a_set_gate_passes_what_it_is_set_to():
    found = simulate(*river(), end=20 * H, places=OUT, gates={"dam": Gate(node=1, usable=1e9)},
                     operations=[Operation(place="dam", action="set", at=0.0, value=15.0)])
    assert curve(found, "out", "discharge")[-1] == pytest.approx(15.0, rel=1e-6)


def test_a_pool_is_a_stirred_tank_behind_its_plug():
    network, water = river(3)
    volume = Q * 20 * H
    storage, plug = np.array([0.0, volume, 0.0]), np.array([0.0, 0.25, 0.0])
    water = waterway(water.length, water.discharge, np.full(3, V), exponent=B, storage=storage, plug=plug)
    found = simulate(network, water, end=240 * H, releases=[Release(place=Place(reach=0), mass=1.0, duration=H)],
                     places={"in": Place(reach=0, chainage=10_000.0), "dam": Place(reach=1, chainage=10_000.0)})
    flux = curve(found, "dam", "mass_flux")
    first, after = mean_time(found, "in"), mean_time(found, "dam")
    assert after - first == pytest.approx(20 * H, rel=0.01)
    assert found.time[np.argmax(flux)] == pytest.approx(first + 5 * H, abs=0.7 * H)
    late = (found.time > 50 * H) & (found.time < 90 * H)
    slope = np.polyfit(found.time[late], np.log(flux[late]), 1)[0]
    assert -1.0 / slope == pytest.approx(15 * H, rel=0.01)


def test_a_dam_closed_over_a_pool_uses_its_free_volume():
    network, water = river(3)
    water = waterway(water.length, water.discharge, np.full(3, V), exponent=B, storage=np.array([0.0, 1e6, 0.0]))
    found = simulate(network, water, end=20 * H, places={}, gates={"dam": Gate(node=2, usable=Q * 3 * H)},
                     operations=[Operation(place="dam", action="close", at=2 * H)])
    assert found.spills_from[0] == pytest.approx(5 * H)
    assert found.held_volume[-1, 0] == pytest.approx(1e6 + Q * 3 * H)


def test_dosing_takes_its_share_of_the_mass_that_passes_meanwhile():
    acts = [Operation(place="works", action="dose", at=0.0, until=100 * H, value=0.8)]
    for place in (Place(reach=0, chainage=8_000.0), Place(node=1)):
        found = simulate(*river(), end=40 * H, places={"works": place, **OUT}, releases=[SPILL], operations=acts)
        assert found.dosed[0].passed == pytest.approx(1_000.0)
        assert found.dosed[0].removed == pytest.approx(800.0)
        assert found.mass.left == pytest.approx(200.0)
        assert found.mass.error < 1e-12
    half = [Operation(place="works", action="dose", at=0.0, until=mean_time(
        simulate(*river(), end=40 * H, places={"works": Place(reach=0, chainage=8_000.0)}, releases=[SPILL]), "works"),
        value=0.8)]
    found = simulate(*river(), end=40 * H, places={"works": Place(reach=0, chainage=8_000.0)}, releases=[SPILL],
                     operations=half)
    assert found.dosed[0].passed == pytest.approx(500.0, rel=0.02)
    assert found.dosed[0].removed == pytest.approx(0.8 * found.dosed[0].passed)


def test_a_release_of_clean_water_dilutes_and_hurries():
    acts = [Operation(place="dam", action="release", at=0.0, value=Q)]
    plain = simulate(*river(), end=40 * H, places={"dam": Place(node=1), **OUT}, releases=[SPILL])
    found = simulate(*river(), end=40 * H, places={"dam": Place(node=1), **OUT}, releases=[SPILL], operations=acts)
    assert curve(found, "out").max() == pytest.approx(0.5 * curve(plain, "out").max(), rel=0.03)
    assert mean_time(found, "out") < mean_time(plain, "out") - H


def test_a_diversion_takes_what_is_above_the_ecological_flow_and_nothing_when_stopped():
    network, water = drawn([(0, 1), (1, 2), (1, 3), (3, 2), (2, 4)], [40.0, 10.0, 30.0, 30.0, 40.0])
    station = {"P": Diversion(conduit=2, rated=35.0, ecological=10.0, asked=35.0)}
    places = {"dewatered": Place(reach=1, chainage=100.0), "canal": Place(reach=2, chainage=100.0)}
    acts = [Operation(place="P", action="divert", at=5 * H, value=0.0),
            Operation(place="P", action="divert", at=15 * H),
            Operation(place="P", action="divert", at=25 * H, value=12.0)]
    found = simulate(network, water, end=40 * H, places=places, diversions=station, operations=acts)
    at = {h: found.discharge[np.argmin(np.abs(found.time - h * H))] for h in (4, 14, 24, 39)}
    np.testing.assert_allclose(at[4], [10.0, 30.0], rtol=1e-6)
    np.testing.assert_allclose(at[14], [40.0, 0.0], rtol=1e-6, atol=0.01)
    np.testing.assert_allclose(at[24], [10.0, 30.0], rtol=1e-3)
    np.testing.assert_allclose(at[39], [28.0, 12.0], rtol=1e-3)
    assert found.water.error < 1e-12


def test_water_taken_carries_its_share_of_the_mass():
    taking = Inflow(place=Place(node=1), time=(0.0,), value=(-10.0,))
    found = simulate(*river(), end=40 * H, places=OUT, releases=[SPILL], inflows=[taking])
    assert found.mass.taken == pytest.approx(250.0, rel=1e-9)
    beside = Inflow(place=Place(reach=0, chainage=6_000.0), time=(0.0,), value=(-10.0,))
    found = simulate(*river(), end=40 * H, places=OUT, releases=[SPILL], inflows=[beside])
    assert found.mass.taken == pytest.approx(250.0, rel=0.01)
    assert found.mass.error < 1e-12


def test_what_is_drawn_into_a_space_takes_its_share_of_the_plume_until_it_ends():
    places = {"pond": Place(reach=0, chainage=5_000.0), **OUT}
    found = simulate(*river(), end=40 * H, places=places, releases=[SPILL], operations=[
        Operation(place="pond", action="draw", at=0.0, value=Q / 4, until=20 * H)])
    assert found.mass.left == pytest.approx(750.0, rel=2e-3)
    assert found.water.taken == pytest.approx(Q / 4 * 20 * H, rel=1e-9)
    assert curve(found, "out", "discharge")[-1] == pytest.approx(Q, rel=1e-4)
    assert found.water.error < 1e-12 and found.mass.error < 1e-12


def test_water_the_steady_flow_loses_takes_its_share():
    network, water = drawn([(0, 1), (1, 2)], [40.0, 30.0])
    assert balanced(network, water).kept[1] == 0.75
    found = simulate(network, water, end=40 * H, places={}, releases=[Release(place=Place(reach=0), mass=1.0)])
    assert found.mass.taken == pytest.approx(0.25)


def test_decay_is_the_exponential_of_the_travel_time():
    k = 1.0 / (5 * H)
    spill = Release(place=Place(reach=0), mass=Q * 0.1 * 60 * H, duration=60 * H)
    found = simulate(*river(), end=40 * H, places={"mid": Place(reach=1, chainage=5_000.0)}, releases=[spill], decay=k)
    assert curve(found, "mid")[-1] == pytest.approx(0.1 * np.exp(-k * 15_000.0 / V), rel=2e-4)
    assert found.mass.error < 1e-12


def test_a_dry_reach_gives_numbers_and_fills_when_water_comes():
    network, water = river(2)
    water = waterway(water.length, np.zeros(2), np.full(2, V), exponent=B, rated_discharge=np.full(2, Q))
    places = {"dry": Place(reach=0, chainage=5_000.0), **OUT}
    found = simulate(network, water, end=5 * H, places=places, releases=[SPILL])
    assert np.isfinite(found.concentration).all() and np.isfinite(found.mass_flux).all()
    assert found.mass.flowing == pytest.approx(1_000.0)
    found = simulate(network, water, end=60 * H, places=places, releases=[SPILL],
                     inflows=[Inflow(place=Place(node=0), time=(H, 2 * H), value=(0.0, Q))])
    assert np.isfinite(found.concentration).all()
    assert curve(found, "out", "discharge")[-1] == pytest.approx(Q, rel=1e-6)
    assert found.mass.left == pytest.approx(1_000.0, rel=1e-6)
    assert found.water.error < 1e-12 and found.mass.error < 1e-12


def test_the_first_drops_on_a_dry_bed_carry_no_peak_ahead_of_the_plume():
    network, water = river(2)
    water = waterway(water.length, np.zeros(2), np.full(2, V), exponent=B, rated_discharge=np.full(2, Q))
    places = {"near": Place(reach=0, chainage=9_000.0), **OUT}
    long = Release(place=Place(reach=0, chainage=2_000.0), mass=1_000.0, duration=20 * H)
    found = simulate(network, water, end=60 * H, places=places, releases=[long],
                     inflows=[Inflow(place=Place(node=0), time=(H, 2 * H), value=(0.0, Q))])
    first = [int(np.argmax(curve(found, p) > 0.01 * curve(found, p).max())) for p in ("near", "out")]
    assert found.time[first[0]] < found.time[first[1]]
    flow = curve(found, "out", "discharge")
    assert (curve(found, "out")[flow <= 1e-6] == 0.0).all()


def test_operations_before_the_release_are_in_place_when_it_comes():
    acts = [Operation(place="dam", action="close", at=-3 * H)]
    found = simulate(*river(), begin=-3 * H, end=10 * H, places=OUT, releases=[SPILL], operations=acts,
                     gates={"dam": Gate(node=1, usable=Q * 4 * H)})
    assert found.spills_from[0] == pytest.approx(H)
    assert found.time[0] == -3 * H + 300.0


def test_an_operation_a_hair_before_the_release_leaves_the_outputs_as_they_are():
    op = Operation(place="out", action="dose", at=-6e-7, value=0.5)
    found = simulate(*river(), end=40 * H, places=OUT, releases=[SPILL], operations=[op])
    assert found.time.size == found.concentration.shape[0] == 480


def test_the_profile_holds_all_that_is_in_the_water():
    network, water = river(2)
    found = simulate(network, water, end=4 * H, places=OUT, releases=[SPILL], snapshots=[2 * H, 4 * H])
    assert found.profile.concentration.shape == (2, 200)
    held = found.profile.concentration.sum(axis=1) * 100.0 * Q / V
    np.testing.assert_allclose(held, 1_000.0, rtol=1e-9)
    middle = (found.profile.concentration * (found.profile.chainage + 1e4 * found.profile.reach)).sum(axis=1) \
        / found.profile.concentration.sum(axis=1)
    np.testing.assert_allclose(np.diff(middle), 2 * H * V, rtol=1e-3)


def test_very_short_reaches_do_not_shorten_the_step_and_pass_the_plume_on():
    n = 21
    network = compile_network(np.arange(n), np.arange(1, n + 1), n + 1)
    length = np.where(np.arange(n) % 2 == 1, 3.0, 2_000.0)
    water = waterway(length, np.full(n, Q), np.full(n, V), exponent=B)
    found = simulate(network, water, end=24 * H, places={"out": Place(reach=n - 1, chainage=2_000.0)},
                     releases=[Release(place=Place(reach=0), mass=1.0, duration=H)])
    assert found.step > 30.0
    assert mean_time(found, "out") == pytest.approx(length.sum() / V + H / 2, abs=30.0)
    assert found.mass.error < 1e-12

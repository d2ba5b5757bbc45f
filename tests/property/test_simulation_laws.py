"""Laws of the simulation: nothing is lost, nothing is negative, and how exact it is."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from riverplan.transport import simulation_kernels as kernels
from riverplan.transport.compiled import compile_network
from riverplan.transport.operation import Diversion, Gate, Inflow, Operation, Place, Release
from riverplan.transport.simulate import simulate
from riverplan.transport.waterway import waterway

H = 3600.0
B = 0.57


@st.composite
def worlds(draw):
    """A random network with gates, stations, doses, taps and a spill: arguments of ``simulate``."""
    n_nodes = draw(st.integers(2, 7))
    edges = [(i, draw(st.integers(i + 1, n_nodes - 1))) for i in range(n_nodes - 1)]
    edges += [(i, draw(st.integers(i + 1, n_nodes - 1)))
              for i in draw(st.lists(st.integers(0, n_nodes - 2), max_size=4))]
    n = len(edges)
    number = lambda low, high: st.floats(low, high, allow_nan=False)  # noqa: E731

    def column(values):
        return np.array(draw(st.lists(values, min_size=n, max_size=n)))

    network = compile_network(*np.array(edges).T, n_nodes)
    pool = column(st.sampled_from([0.0, 0.0, 0.0, 1e4, 3e6]))
    rated = column(number(0.5, 80.0))
    water = waterway(column(number(1.0, 6_000.0)), rated * column(st.sampled_from([0.0, 1.0, 1.0, 1.0])),
                     column(number(0.05, 3.0)), exponent=column(number(0.0, 0.7)), rated_discharge=rated,
                     dispersion=column(st.sampled_from([0.0, 0.0, 20.0, 500.0])), storage=pool,
                     plug=column(st.sampled_from([0.0, 0.4])), lateral=column(st.sampled_from([0.0, 0.0, 2.0])))
    spot = st.builds(lambda r, x: Place(reach=r, chainage=float(x * water.length[r])), st.integers(0, n - 1),
                     number(0.0, 1.0)) | st.builds(lambda i: Place(node=i), st.integers(0, n_nodes - 1))
    places = {f"p{i}": draw(spot) for i in range(3)}
    gates = {f"g{i}": Gate(node=i, usable=draw(st.sampled_from([0.0, 1e3, 1e6])))
             for i in draw(st.sets(st.integers(0, n_nodes - 1), max_size=3))}
    diversions = {f"d{r}": Diversion(conduit=r, rated=draw(number(0.1, 50.0)), ecological=draw(number(0.0, 5.0)))
                  for r in draw(st.sets(st.integers(0, n - 1), max_size=2))
                  if network.leaving(int(network.tail[r])).size > 1
                  and sum(int(network.tail[r]) == e[0] for e in edges) > 1}
    diversions = dict(list(diversions.items())[:1])
    time = number(0.0, 10 * H)
    acts = []
    for _ in range(draw(st.integers(0, 6))):
        kinds = ["dose", "release"] + ["close", "open", "set"] * bool(gates) + ["divert"] * bool(diversions)
        action = draw(st.sampled_from(kinds))
        whose = gates if action in ("close", "open", "set") else diversions if action == "divert" else places
        begin = draw(time)
        acts.append(Operation(place=draw(st.sampled_from(sorted(whose))), action=action, at=begin,
                              value=draw(number(0.0, 1.0)) if action == "dose" else draw(number(0.0, 60.0)),
                              until=begin + draw(time)))
    taps = [Inflow(place=draw(spot), time=(0.0, draw(number(1.0, 5 * H))), value=(draw(number(-20.0, 60.0)),
                                                                               draw(number(-20.0, 60.0))))
            for _ in range(draw(st.integers(0, 2)))]
    spills = [Release(place=draw(spot), mass=draw(number(0.001, 1e5)), at=draw(time),
                      duration=draw(st.just(0.0) | time))
              for _ in range(draw(st.integers(1, 2)))]
    return {"network": network, "water": water, "end": 12 * H, "places": places, "gates": gates,
            "diversions": diversions, "operations": acts, "inflows": taps, "releases": spills,
            "decay": draw(st.sampled_from([0.0, 1e-5])), "every": 1800.0, "cell": draw(st.sampled_from([200.0, 700.0]))}


@settings(max_examples=150, deadline=None)
@given(worlds())
def test_water_and_mass_are_conserved_whatever_is_done(world):
    found = simulate(**world)
    assert found.water.error < 1e-10
    assert found.mass.error < 1e-10
    for values in (found.concentration, found.held_volume, found.held_mass):
        assert np.isfinite(values).all()
        assert (values >= 0).all()
    assert np.isfinite(found.mass_flux).all() and np.isfinite(found.discharge).all()
    assert (found.discharge >= 0).all()


@settings(max_examples=40, deadline=None)
@given(worlds(), st.floats(0.01, 100.0))
def test_the_answer_is_linear_in_the_mass(world, factor):
    one = simulate(**world)
    from dataclasses import replace
    more = simulate(**{**world, "releases": [replace(r, mass=r.mass * factor) for r in world["releases"]]})
    # traces below NOTHING of the mass are dropped: they are no number to compare
    scale = max(one.concentration.max(initial=0.0), 1e-9 * max(1.0, sum(r.mass for r in world["releases"])))
    # a bed that fills from nothing carries what rounding makes of its first drops
    np.testing.assert_allclose(more.concentration / factor, one.concentration, atol=1e-7 * scale, rtol=1e-7)


def row(n, length, v=0.7, q=50.0, **known):
    network = compile_network(np.arange(n), np.arange(1, n + 1), n + 1)
    return network, waterway(np.full(n, length), np.broadcast_to(q, n), np.full(n, v), exponent=B, **known)


def test_a_constant_concentration_stays_constant_while_the_flow_changes():
    """Gates, rises and dispersion move water of one concentration: it stays what it is, to rounding."""
    c0, q = 0.02, 50.0
    network, water = row(3, 4_000.0, q=q, dispersion=50.0)
    found = simulate(network, water, end=200 * H, gates={"g": Gate(node=1, usable=1e9)},
                     releases=[Release(place=Place(reach=0), mass=c0 * q * 300 * H, duration=300 * H)],
                     places={"a": Place(reach=1, chainage=1_000.0), "b": Place(reach=2, chainage=4_000.0)},
                     operations=[Operation(place="g", action="set", at=100 * H, value=5.0),
                                 Operation(place="g", action="set", at=120 * H, value=90.0),
                                 Operation(place="g", action="close", at=130 * H),
                                 Operation(place="g", action="open", at=150 * H)])
    late = found.time > 95 * H
    assert np.ptp(found.discharge[late, 1]) > 60.0
    np.testing.assert_allclose(found.concentration[late], c0, rtol=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.floats(0.05, 3.0), st.floats(0.0, 1.0), st.floats(-1.0, 3.0), st.floats(60.0, 6 * H))
def test_no_concentration_exceeds_what_is_put_in(v, place, change, duration):
    """The limiter: a pulse of 1 kg/m³ never rises above it, whatever the flow below does."""
    network, water = row(2, 5_000.0, v=v)
    rise = Inflow(place=Place(node=1), time=(0.0, 2 * H, 4 * H), value=(0.0, 50.0 * max(change, 0.0), 0.0))
    found = simulate(network, water, end=20 * H, releases=[Release(place=Place(reach=0), mass=50.0 * duration,
                                                                  duration=duration)], inflows=[rise],
                     places={"a": Place(reach=0, chainage=5_000.0 * place),
                             "b": Place(reach=1, chainage=5_000.0 * place)})
    assert found.concentration.max() <= 1.0 + 1e-9


def smooth_error(cell, length=30_000.0, v=0.7, spread=1800.0):
    """Relative L1 error of a Gaussian of 30 min after 30 km, all steps at the same Courant number."""
    middle = 6 * spread
    edges = np.arange(0.0, 2 * middle + 1, 60.0)
    parts = np.diff(norm.cdf(edges, middle, spread))
    found = simulate(*row(1, length, v=v), end=length / v + 2 * middle, cell=cell,
                     places={"x": Place(reach=0, chainage=length)},
                     releases=[Release(place=Place(reach=0), mass=float(m), at=float(t), duration=60.0)
                               for m, t in zip(parts, edges, strict=False)])
    exact = np.diff(norm.cdf(np.concatenate([[0.0], found.time]), middle + length / v, spread)) / 300.0
    return np.abs(found.mass_flux[:, 0] - exact).sum() / exact.sum()


def test_a_smooth_plume_converges_with_an_order_between_two_and_three():
    errors = [smooth_error(cell) for cell in (400.0, 200.0, 100.0)]
    orders = np.log2(np.array(errors[:-1]) / errors[1:])
    assert (orders > 2.3).all(), (errors, orders)
    assert errors[-1] < 0.003


def test_the_numerical_dispersion_of_an_hour_long_release_is_far_below_that_of_rivers():
    v, length = 0.7, 100_000.0
    found = simulate(*row(1, length, v=v), end=60 * H, places={"x": Place(reach=0, chainage=length)},
                     releases=[Release(place=Place(reach=0), mass=1.0, duration=H)])
    time, flux = found.time - 150.0, found.mass_flux[:, 0]
    mean = (time * flux).sum() / flux.sum()
    more = ((time - mean) ** 2 * flux).sum() / flux.sum() - H**2 / 12 - 300.0**2 / 12
    assert mean == pytest.approx(length / v + H / 2, abs=1.0)
    assert more * v**3 / (2 * length) < 0.5                    # m²/s; first-order upwind would have 23


@pytest.mark.parametrize("dispersion", [0.0, 80.0])
def test_cutting_a_reach_in_parts_changes_nothing(dispersion):
    args = {"end": 30 * H, "releases": [Release(place=Place(reach=0), mass=1.0, duration=H)],
            "inflows": [Inflow(place=Place(reach=0), time=(0.0, 5 * H, 10 * H), value=(0.0, 60.0, 0.0))]}
    one = simulate(*row(1, 20_000.0, dispersion=dispersion), places={"x": Place(reach=0, chainage=15_000.0)}, **args)
    many = simulate(*row(10, 2_000.0, dispersion=dispersion), places={"x": Place(reach=7, chainage=1_000.0)}, **args)
    np.testing.assert_allclose(many.mass_flux, one.mass_flux, rtol=1e-6, atol=1e-4 * one.mass_flux.max())


@pytest.mark.parametrize("cell", [100.0, 700.0])
@pytest.mark.parametrize("more", [1.02, 1.1])
def test_clean_water_that_joins_dilutes_a_plume_and_changes_nothing_else_of_it(more, cell):
    """With one velocity everywhere, mass per discharge obeys the law of a river without inflows."""
    def passing(q):
        network, water = row(10, 2_000.0, q=q, dispersion=80.0)
        found = simulate(network, replace(water, exponent=np.zeros(10)), end=30 * H, cell=cell,
                         releases=[Release(place=Place(reach=0), mass=1.0, duration=H)],
                         places={"x": Place(reach=7, chainage=1_000.0)})
        return found.mass_flux
    lone = passing(np.full(10, 50.0))
    np.testing.assert_allclose(passing(50.0 * more ** np.arange(10)), lone, rtol=0, atol=1e-12 * lone.max())


def test_plumes_are_not_drawn_up_a_brook_that_a_river_joins():
    """What is put in below the mouth stays below; past a small inflow it comes up to hardly more than it is below."""
    found = simulate(*row(2, 4_000.0, q=np.array([5.0, 50.0]), dispersion=80.0), end=10 * H,
                     releases=[Release(place=Place(reach=1, chainage=100.0), mass=1.0, duration=H)],
                     places={"brook": Place(reach=0, chainage=3_950.0), "river": Place(reach=1, chainage=2_000.0)})
    assert found.concentration[:, 0].max() == 0.0
    assert found.concentration[:, 1].max() > 0.0
    steady = Release(place=Place(reach=1, chainage=100.0), mass=50.0 * 0.02 * 60 * H, duration=60 * H)
    above = [simulate(*row(2, 4_000.0, v=0.1, q=np.array([q, 50.0]), dispersion=80.0), end=60 * H, releases=[steady],
                      places={"x": Place(reach=0, chainage=3_950.0)}).concentration.max() for q in (50.0, 46.0, 30.0)]
    assert above[0] == pytest.approx(0.0156, rel=0.05)         # nothing comes in: up against the flow all the same
    assert above[0] < above[1] < 1.1 * above[0] and above[2] == 0.0


def test_a_later_release_gives_the_same_plume_later():
    def flux(at):
        return simulate(*row(2, 8_000.0), end=30 * H, places={"x": Place(reach=1, chainage=4_000.0)},
                        releases=[Release(place=Place(reach=0, chainage=1_000.0), mass=1.0, at=at,
                                          duration=H)]).mass_flux
    np.testing.assert_allclose(flux(2 * H)[24:], flux(0.0)[:-24], rtol=1e-9, atol=1e-16)


@pytest.mark.parametrize("velocity", [0.1, 1.0, 3.0])
def test_doubling_the_dispersion_doubles_the_variance_it_adds_and_leaves_the_mean(velocity):
    spread = 600.0 / velocity                                  # smooth over cells: the limiter has nothing to do
    edges = np.arange(0.0, 12 * spread + 1, 30.0)
    parts = np.diff(norm.cdf(edges, 6 * spread, spread))

    def moments(d):
        found = simulate(*row(1, 40_000.0, v=velocity, dispersion=d), end=70_000.0 / velocity, every=100.0,
                         places={"x": Place(reach=0, chainage=20_000.0)},
                         releases=[Release(place=Place(reach=0), mass=float(m), at=float(t), duration=30.0)
                                   for m, t in zip(parts, edges, strict=False)])
        t, f = found.time - 50.0, found.mass_flux[:, 0]
        mean = (t * f).sum() / f.sum()
        return mean, ((t - mean) ** 2 * f).sum() / f.sum()
    still, one, two = moments(0.0), moments(10.0), moments(20.0)
    assert one[0] == pytest.approx(still[0], rel=1e-3)
    assert two[1] - still[1] == pytest.approx(2 * (one[1] - still[1]), rel=0.03)
    assert one[1] - still[1] == pytest.approx(2 * 10.0 * 20_000.0 / velocity**3, rel=0.04)


@settings(max_examples=30, deadline=None)
@given(worlds(), st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.floats(0.0, 12.0))
def test_the_more_is_taken_out_the_less_mass_leaves_whatever_else_is_done(world, one, other, at):
    place = next(iter(world["places"]))
    lost = []
    for share in sorted((one, other)):
        dose = Operation(place=place, action="dose", at=at * H, value=share)
        found = simulate(**{**world, "operations": [*world["operations"], dose]})
        lost.append(found.mass)
    assert lost[1].left <= lost[0].left + 1e-9 * lost[0].entered
    assert lost[1].left + lost[1].flowing + lost[1].held <= (
        lost[0].left + lost[0].flowing + lost[0].held) + 1e-9 * lost[0].entered


@settings(max_examples=25, deadline=None)
@given(st.floats(0.1, 3.0), st.floats(-5.0, 0.0), st.floats(0.3, 3.0), st.floats(0.0, 100.0))
def test_a_gate_closed_in_time_that_can_hold_all_keeps_the_water_below_clean(v, closed, factor, dispersion):
    network, water = row(4, 5_000.0, v=v, dispersion=dispersion)
    found = simulate(network, water, begin=min(closed, 0.0) * H, end=40 * H, velocity_factor=factor,
                     gates={"g": Gate(node=2, usable=1e9)},
                     operations=[Operation(place="g", action="close", at=closed * H)],
                     releases=[Release(place=Place(reach=0), mass=1.0, duration=H)],
                     places={"below": Place(reach=2, chainage=0.0), "far": Place(reach=3, chainage=2_500.0)})
    assert found.concentration.max() == 0.0 and found.mass.left == 0.0
    assert found.mass.error < 1e-12


@pytest.mark.parametrize("acts", [[("set", 2.0)], [("close", 2.0), ("open", 6.0)],
                                  [("set", 2.0), ("close", 6.0), ("open", 9.0)]])
def test_shorter_cells_and_steps_converge_to_one_answer_while_a_gate_moves(acts):
    """Of the mass: when it passes below the gate in the mean, and what the gate holds at 10 h."""
    acts = [Operation(place="g", action=a, at=t * H, value=20.0 if a == "set" else None) for a, t in acts]

    def read(cell, step=None):
        found = simulate(*row(2, 8_000.0, dispersion=20.0), end=30 * H, cell=cell, step=step, operations=acts,
                         gates={"g": Gate(node=1, usable=1e9)}, places={"x": Place(reach=1, chainage=6_000.0)},
                         releases=[Release(place=Place(reach=0), mass=1.0, duration=H)])
        flux = found.mass_flux[:, 0]
        return (found.time * flux).sum() / flux.sum(), float(np.interp(10 * H, found.time, found.held_mass[:, 0]))
    (coarse, held), (usual, _), (fine, least) = (read(cell) for cell in (400.0, 100.0, 25.0))
    assert abs(usual - fine) < 0.003 * fine
    assert abs(usual - fine) < abs(coarse - fine) + 10.0
    assert held == pytest.approx(least, abs=2e-3)
    assert read(100.0, 10.0)[0] == pytest.approx(fine, rel=0.003)


def in_full(**world):
    """The march in Python, with no water ever taken for steady: nothing is left out."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("_through_reach", "_water_through", "march"):
            patch.setattr(kernels, name, getattr(kernels, name).py_func)
        patch.setattr(kernels, "UNCHANGED", -1.0)
        return simulate(**world)


@settings(max_examples=60, deadline=None, phases=(Phase.reuse, Phase.generate))     # to shrink takes minutes in Python
@given(worlds(), st.sampled_from([12, 30]))
def test_what_is_left_out_where_water_is_steady_changes_nothing(world, hours):
    world = {**world, "end": hours * H, "cell": 700.0}
    short, full = simulate(**world), in_full(**world)
    most = max(float(full.concentration.max(initial=0.0)), 1e-30)
    np.testing.assert_allclose(short.concentration, full.concentration, atol=1e-7 * most)
    np.testing.assert_allclose(short.discharge, full.discharge, atol=1e-7 * full.discharge.max(initial=1.0))
    for one, other in ((short.water, full.water), (short.mass, full.mass)):
        for part in ("left", "flowing", "held", "taken"):
            whole = 1e-7 * max(full.water.before + full.water.entered if one is short.water else full.mass.entered, 1.0)
            assert getattr(one, part) == pytest.approx(getattr(other, part), abs=whole)


def test_what_is_put_in_along_a_reach_runs_off_when_it_ends():
    network, water = row(2, 4_000.0)
    before = simulate(network, water, end=H, places={}).water.flowing
    release = Operation(place="mid", action="release", at=0.0, value=20.0, until=30 * H)
    found = simulate(network, water, end=60 * H, operations=[release], places={
        "mid": Place(reach=0, chainage=1_500.0), "out": Place(reach=1, chainage=3_900.0)})
    assert found.discharge[np.argmin(np.abs(found.time - 29 * H)), 1] > found.discharge[-1, 1] + 19.0
    assert found.water.flowing == pytest.approx(before, rel=1e-6)


@settings(max_examples=25, deadline=None)
@given(worlds(), st.floats(0.2, 4.0))
def test_water_and_mass_are_conserved_at_any_velocity(world, factor):
    found = simulate(**world, velocity_factor=factor)
    assert found.water.error < 1e-9 and found.mass.error < 1e-9     # 1 m of river, a flow in thousands of its steps
    assert (found.concentration >= 0).all() and np.isfinite(found.concentration).all()

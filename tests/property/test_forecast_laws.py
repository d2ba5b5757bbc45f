"""Laws every forecast obeys, on random networks that split and rejoin, with pools, at any flow."""

from dataclasses import dataclass, replace

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from riverplan.channel import Z99, Velocity
from riverplan.forecasting.arrivals import Passing, passing
from riverplan.forecasting.order import never_before_upstream
from riverplan.forecasting.spill import Spill
from riverplan.spread.jobson_unit_response import JOBSON_UNIT_RESPONSE
from riverplan.transport import arms as a
from riverplan.transport.arrival import Reached, Way, walk
from riverplan.transport.compiled import Compiled, compile_network


@dataclass
class Net:
    """A random acyclic network with everything the walk needs; nodes are in topological order."""

    compiled: Compiled
    way: Way


def peaks(ratio: np.ndarray) -> dict[str, np.ndarray]:
    """How the unit peak starts and falls, by discharge over mean discharge."""
    return {"first_peak": JOBSON_UNIT_RESPONSE.first_peak(ratio), "peak_power": JOBSON_UNIT_RESPONSE.peak_power(ratio)}


@st.composite
def nets(draw, most=9, pools=True):
    m = draw(st.integers(3, most))
    edges = {(i, draw(st.integers(i + 1, m - 1))) for i in range(m - 1)}
    for _ in range(draw(st.integers(0, 5))):                        # bifurcations, which rejoin below
        i = draw(st.integers(0, m - 2))
        edges.add((i, draw(st.integers(i + 1, m - 1))))
    tail, head = np.array(sorted(edges)).T
    n = tail.size
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    net = compile_network(tail, head, m)
    q = np.zeros(n)
    for node in range(m):                                           # water is conserved, with lateral inflow
        below = net.leaving(node)
        if below.size:
            share = rng.dirichlet(np.ones(below.size))
            q[below] = share * (q[net.entering(node)].sum() + rng.uniform(0.5, 50.0))
    v = rng.uniform(0.05, 2.0, n)
    is_pool = rng.random(n) < (0.25 if pools else 0.0)
    sigma = rng.uniform(0.1, 0.8, n)
    mixing = np.where(is_pool, rng.uniform(0.0, 40 * 3600.0, n), 0.0)
    is_pool &= mixing > 0
    way = Way(length=rng.uniform(200.0, 60_000.0, n), discharge=q,
              velocity=Velocity(most_probable=v, maximum_probable=v * np.exp(Z99 * sigma), sigma_ln=sigma,
                                mixing_time=mixing),
              is_pool=is_pool, **peaks(np.where(rng.random(n) < 0.8, rng.uniform(0.1, 8.0, n), np.nan)),
              mixing_length=rng.uniform(500.0, 50_000.0, n), group=rng.integers(0, 3, n),
              dam_at=np.zeros(m, bool), correlation=20_000.0, leading=0.89, shortest=60.0, loss=np.zeros(n))
    return Net(net, way)


def ends(net: Net) -> tuple[np.ndarray, np.ndarray]:
    return np.arange(net.compiled.n_reaches), net.way.length


def run(net: Net, reach: int = 0, chainage: float = 0.0, duration: float = 0.0, mass: float = 1000.0,
        decay: float = 0.0) -> tuple[Reached, Passing]:
    places, at = ends(net)
    reached = walk(net.compiled, net.way, reach, chainage, places, at)
    return reached, passing(reached, net.way.discharge[places], Spill(mass=mass, duration=duration), decay,
                            JOBSON_UNIT_RESPONSE)


def weights(reached: Reached) -> dict[int, float]:
    total: dict[int, float] = {}
    for place, arm in zip(reached.place, reached.arms, strict=True):
        total[int(place)] = total.get(int(place), 0.0) + arm[a.WEIGHT]
    return total


@given(nets(), st.sampled_from([0.0, 3 * 3600.0, 72 * 3600.0]))
@settings(deadline=None, max_examples=60)
def test_earliest_leading_peak_and_trailing_come_in_this_order_with_their_bands(net, duration):
    _, p = run(net, duration=duration)
    assert (p.earliest <= p.leading_band[0] + 1e-6).all()
    for nominal, (low, high) in ((p.leading, p.leading_band), (p.peak, p.peak_band), (p.trailing, p.trailing_band)):
        assert (low <= nominal + 1e-6).all()
        assert (nominal <= high + 1e-6).all()
    assert (p.leading <= p.peak).all()
    assert (p.peak <= p.trailing).all()
    assert np.isfinite(p.concentration).all()
    assert (p.concentration >= 0).all()


@given(nets(most=12))
@settings(deadline=None, max_examples=60)
def test_the_maximum_probable_edge_is_dijkstra_s_shortest_path(net):
    reached, _ = run(net)
    w = net.way
    cost = np.where(w.is_pool, 1.0, 0.89) * w.length / w.velocity.maximum_probable
    graph = nx.DiGraph()
    for t, h, c in zip(net.compiled.tail, net.compiled.head, cost, strict=True):
        graph.add_edge(int(t), int(h), weight=float(c))
    start = int(net.compiled.tail[0])
    first_head = int(net.compiled.head[0])
    there = nx.single_source_dijkstra_path_length(graph, first_head, weight="weight")
    for reach in np.unique(reached.place):
        found = reached.arms[reached.place == reach, a.EARLY].min()
        t = int(net.compiled.tail[reach])
        expected = cost[0] if reach == 0 else cost[0] + there[t] + cost[reach]
        np.testing.assert_allclose(found, expected, rtol=1e-9)
    assert start == 0


@given(nets())
@settings(deadline=None, max_examples=60)
def test_no_mass_is_made_or_lost_where_water_only_joins_and_divides(net):
    reached, _ = run(net)
    total = weights(reached)
    sinks = [r for r in range(net.compiled.n_reaches) if net.compiled.leaving(int(net.compiled.head[r])).size == 0]
    np.testing.assert_allclose(sum(total.get(r, 0.0) for r in sinks), 1.0, rtol=1e-9)


@given(nets(), st.floats(0.05, 0.95))
@settings(deadline=None, max_examples=40)
def test_splitting_a_reach_in_two_changes_nothing_below(net, share):
    """The reach of the spill is cut; the last reach's end must feel nothing, whatever settles on the way."""
    c = net.compiled
    w = replace(net.way, loss=np.linspace(0.0, 1e-5, c.n_reaches))
    net = Net(c, w)
    n, m = c.n_reaches, c.n_nodes
    cut = n - 1
    compiled = compile_network(np.append(c.tail, m), np.append(np.where(np.arange(n) == cut, m, c.head), c.head[cut]),
                               m + 1)

    def twice(x: np.ndarray) -> np.ndarray:
        return np.append(x, x[cut])

    length = twice(w.length)
    length[cut], length[n] = share * w.length[cut], (1 - share) * w.length[cut]
    mixing = twice(w.velocity.mixing_time)
    mixing[cut], mixing[n] = share * mixing[cut], (1 - share) * mixing[cut]
    v = w.velocity
    split = Net(compiled, replace(
        w, length=length, discharge=twice(w.discharge), is_pool=twice(w.is_pool), first_peak=twice(w.first_peak),
        peak_power=twice(w.peak_power),
        mixing_length=twice(w.mixing_length), group=twice(w.group), dam_at=np.zeros(m + 1, bool),
        loss=twice(w.loss),
        velocity=Velocity(most_probable=twice(v.most_probable), maximum_probable=twice(v.maximum_probable),
                          sigma_ln=twice(v.sigma_ln), mixing_time=mixing)))
    (_, whole), (_, parts) = run(net), run(split)
    i, j = np.flatnonzero(whole.place == cut), np.flatnonzero(parts.place == n)
    assert i.size == j.size
    for name in ("distance", "earliest", "leading", "peak", "trailing", "concentration", "sigma"):
        np.testing.assert_allclose(getattr(parts, name)[j], getattr(whole, name)[i], rtol=1e-6, atol=1e-6)


@given(nets(pools=False))
@settings(deadline=None, max_examples=40)
def test_doubling_all_lengths_doubles_all_leading_and_peak_times(net):
    double = Net(net.compiled, replace(net.way, length=2 * net.way.length))
    one, two = (walk(x.compiled, x.way, 0, 0.0, *ends(x)) for x in (net, double))
    for column in (a.RIVER_TIME, a.LEAD, a.EARLY, a.DISTANCE):
        np.testing.assert_allclose(two.arms[:, column], 2 * one.arms[:, column], rtol=1e-9)


@given(nets(), st.floats(0.1, 50.0))
@settings(deadline=None, max_examples=40)
def test_concentrations_are_linear_in_the_mass(net, factor):
    (_, one), (_, more) = run(net), run(net, mass=1000.0 * factor)
    np.testing.assert_allclose(more.concentration, factor * one.concentration, rtol=1e-9)
    np.testing.assert_allclose(more.peak, one.peak)


@given(nets(), st.sampled_from([0.0, 20 * 3600.0]))
@settings(deadline=None, max_examples=150)
def test_the_earliest_arrival_never_falls_along_the_way(net, duration):
    places, at = ends(net)
    _, p = run(net, duration=duration)
    earliest = never_before_upstream(net.compiled, places[p.place], at[p.place], p.earliest)
    # what is raised is rounding and the few per cent where a river becomes less sure, never a whole arm
    assert (earliest <= 1.25 * p.earliest + 1.0).all()
    where = {int(place): i for i, place in enumerate(p.place)}
    c = net.compiled
    for reach, i in where.items():
        above = [earliest[where[int(u)]] for u in c.entering(int(c.tail[reach])) if int(u) in where]
        assert earliest[i] >= (min(above) if above else 0.0)
        assert earliest[i] <= p.leading[i] + 1e-6


@given(nets(pools=False))
@settings(deadline=None, max_examples=60)
def test_a_plume_never_sharpens_on_its_way_down_a_river(net):
    """The unit peak, mass flux over mass, only falls: also where a low tributary enters a river in flood."""
    reached, _ = run(net)
    at = {int(p): [] for p in reached.place}
    for place, arm in zip(reached.place, reached.arms, strict=True):
        at[int(place)].append(arm[a.LOG_PEAK])
    c = net.compiled
    for reach, peaks_here in at.items():
        above = [x for u in c.entering(int(c.tail[reach])) if int(u) in at for x in at[int(u)]]
        if above:
            assert max(peaks_here) <= max(above) + 1e-12


@given(nets())
@settings(deadline=None, max_examples=30)
def test_decay_only_takes_away(net):
    (_, kept), (_, decayed) = run(net), run(net, decay=2e-5)
    assert (decayed.concentration <= kept.concentration * (1 + 1e-9)).all()
    np.testing.assert_allclose(run(net, decay=0.0)[1].concentration, kept.concentration)


def test_a_ladder_of_braids_stays_small_and_keeps_its_mass():
    """Forty bifurcations in series have 2^40 ways: the arms are merged, the mass and the earliest kept.

    ::

        o=o=o=o= … =o       each = is a short and a long arm
    """
    k = 40
    tail = np.repeat(np.arange(k), 2)
    joints = np.column_stack([np.arange(1, k + 1), np.arange(k + 1, 2 * k + 1)]).ravel()
    compiled = compile_network(np.concatenate([tail, np.arange(k + 1, 2 * k + 1)]),
                               np.concatenate([joints, np.arange(1, k + 1)]), 2 * k + 1)
    n = compiled.n_reaches
    length = np.where(np.arange(n) % 2 == 0, 1000.0, 900.0)
    v = np.full(n, 0.5)
    q = np.where(np.arange(n) < 2 * k, 5.0, 5.0)
    way = Way(length=length, discharge=q, is_pool=np.zeros(n, bool), **peaks(np.ones(n)),
              velocity=Velocity(most_probable=v, maximum_probable=2 * v, sigma_ln=np.full(n, 0.3),
                                mixing_time=np.zeros(n)),
              mixing_length=np.full(n, 1e4), group=np.zeros(n, np.intp), dam_at=np.zeros(2 * k + 1, bool),
              correlation=2e4, leading=0.89, shortest=60.0, loss=np.zeros(n))
    reached = walk(compiled, way, 0, 0.0, np.array([2 * k - 2]), np.array([1000.0]))
    assert len(reached.arms) <= a.ARMS_MOST
    assert reached.arms[:, a.WEIGHT].sum() == np.float64(0.5)            # half of the last pair's water
    assert reached.arms[:, a.EARLY].min() == np.float64(0.89 * k * 1000.0)

"""Laws of the linear response: mass, sign, superposition, shifts, splitting, and what dispersion may do."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linear_rivers import AT_TOP, linear_river, mass, measured_moments, places

from riverplan.spread import TRANSFER_MODELS
from riverplan.transport.linear import breakthrough, resolved
from riverplan.transport.linear_ways import Source

MODELS = sorted(TRANSFER_MODELS)
few = settings(max_examples=30, deadline=None)


@st.composite
def rivers(draw, decay=None, model=None):
    """Networks with forks and confluences, rivers and pools; node 0 is the source, the last the mouth."""
    m = draw(st.integers(3, 9))
    pairs = {(i, draw(st.integers(i + 1, m - 1))) for i in range(m - 1)}
    pairs |= {(i, draw(st.integers(i + 1, m - 1))) for i in draw(st.lists(st.integers(0, m - 2), max_size=4))}
    edges = sorted(pairs)
    n = len(edges)

    def each(low, high):
        return draw(st.lists(st.floats(low, high), min_size=n, max_size=n))

    pool = [x > 0.8 for x in each(0.0, 1.0)]
    # the flow that leaves a node is at least that which enters it
    flow, share = np.zeros(m), np.array(each(0.2, 1.0))
    flow[:] = 1.0
    q = np.zeros(n)
    for node in range(m - 1):
        out = [i for i, e in enumerate(edges) if e[0] == node]
        for i in out:
            q[i] = flow[node] * share[i] / share[out].sum()
            flow[edges[i][1]] += q[i]
    return linear_river(
        tuple(edges), length=each(300.0, 2e4), velocity=each(0.1, 2.0), dispersion=each(1.0, 200.0), discharge=q,
        decay=draw(st.floats(0.0, 2e-5)) if decay is None else decay, pool=pool, mixing=each(0.0, 1e5),
        delay=each(0.0, 5e4), tanks=draw(st.sampled_from([1.0, 3.0])), bypass=draw(st.sampled_from([0.0, 0.2])),
        bypass_delay=100.0, model=draw(st.sampled_from(MODELS)) if model is None else model)


def ends(river):
    n = river.stretch.length.size
    return np.arange(n), river.stretch.length


@few
@given(rivers())
def test_curves_never_fall_below_zero_and_hold_the_mass_that_the_transforms_say(river):
    found = breakthrough(river, AT_TOP, *ends(river))
    for i in range(found.moments.place.size):
        assert found.flux[i].min() >= -1e-6 * found.flux[i].max()
        assert mass(found, i) == pytest.approx(np.exp(found.moments.log_mass[i]), rel=1e-8)


@few
@given(rivers(decay=0.0))
def test_mass_is_conserved_where_nothing_decays(river):
    found = breakthrough(river, AT_TOP, *ends(river))
    to_mouth = river.network.head[found.moments.place] == river.network.n_nodes - 1
    assert sum(mass(found, i) for i in np.flatnonzero(to_mouth)) == pytest.approx(1.0, abs=1e-9)


@few
@given(rivers())
def test_curves_have_the_moments_that_one_pass_computes(river):
    found = breakthrough(river, AT_TOP, *ends(river), steps=2000)
    m = found.moments
    for i in range(m.place.size):
        _, mean, variance, third = measured_moments(found, i)
        width, window = np.sqrt(m.variance[i]) + found.blur[i, 0], np.ptp(found.time[i])
        assert abs(mean - m.mean[i]) <= 1e-6 * width + 1e-9 * window
        assert abs(variance - found.blur[i, 0] ** 2 - m.variance[i]) <= 1e-6 * width**2 + 1e-9 * window**2
        assert abs(third - m.third[i]) <= 1e-5 * width**3 + 1e-9 * window**3
        assert m.begin[i] <= m.mean[i] <= m.end[i]


@few
@given(rivers(), st.floats(0.0, 1e6), st.floats(0.1, 1e4))
def test_a_later_release_comes_that_much_later_and_a_larger_one_is_that_much_more(river, wait, amount):
    one = breakthrough(river, AT_TOP, *ends(river), window=2.0**22)
    two = breakthrough(river, [Source(reach=0, chainage=0.0, mass=amount, start=wait, until=wait)], *ends(river),
                       window=2.0**22)
    assert two.moments.mean - wait == pytest.approx(one.moments.mean, rel=1e-6, abs=1e-6)
    assert two.moments.variance == pytest.approx(one.moments.variance, rel=1e-6)
    assert two.moments.log_mass - one.moments.log_mass == pytest.approx(np.log(amount))
    at = one.time[0, np.argmax(one.flux[0])]
    if one.blur[0, 0] == 0:
        assert np.interp(at + wait, two.time[0], two.flux[0]) == pytest.approx(
            amount * one.flux[0].max(), rel=0.2)


@few
@given(rivers(), st.lists(st.tuples(st.floats(0.1, 5.0), st.floats(0.0, 3e5), st.floats(0.0, 1e5)), min_size=2,
                          max_size=4))
def test_several_releases_are_the_sum_of_each(river, parts):
    sources = [Source(reach=0, chainage=0.0, mass=m, start=s, until=s + d) for m, s, d in parts]
    whole = breakthrough(river, sources, *ends(river), window=2.0**23, steps=400)
    single = [breakthrough(river, [x], *ends(river), window=2.0**23, steps=400) for x in sources]
    for i in range(whole.moments.place.size):
        if max(x.blur[i, 0] for x in (whole, *single)) > 0:
            continue
        t = whole.time[i]
        total = sum(np.interp(t, x.time[i], x.flux[i], left=0.0) for x in single)
        # the grids are all multiples of one step
        inside = t < min(x.time[i, -1] for x in single)
        assert total[inside] == pytest.approx(whole.flux[i, inside], abs=1e-7 * whole.flux[i].max())


@few
@given(st.sampled_from(MODELS), st.floats(500.0, 3e4), st.floats(0.1, 1.5), st.floats(0.0, 100.0),
       st.floats(0.05, 0.95), st.floats(0.0, 1e-5))
def test_splitting_a_reach_changes_nothing(model, length, velocity, dispersion, where, decay):
    kind = {"velocity": velocity, "dispersion": dispersion, "model": model, "decay": decay}
    whole = linear_river(length=length, **kind)
    cut = linear_river(((0, 1), (1, 2)), length=[length * where, length * (1 - where)], **kind)
    a = breakthrough(whole, AT_TOP, *places((0, length)))
    b = breakthrough(cut, AT_TOP, *places((1, length * (1 - where))))
    assert a.time.shape == b.time.shape
    assert b.time[0] == pytest.approx(a.time[0], rel=1e-6, abs=1e-3)
    assert b.flux[0] == pytest.approx(a.flux[0], abs=1e-6 * a.flux[0].max())
    for x in ("mean", "variance", "third"):
        assert getattr(b.moments, x) == pytest.approx(getattr(a.moments, x))


@few
@given(rivers(model="advection_dispersion", decay=0.0))
def test_doubling_the_dispersion_of_rivers_never_sharpens_and_keeps_the_mean(river):
    from dataclasses import replace

    wider = replace(river, stretch=replace(river.stretch, dispersion=2.0 * river.stretch.dispersion))
    a, b = (breakthrough(r, AT_TOP, *ends(river), steps=16).moments for r in (river, wider))
    assert b.mean == pytest.approx(a.mean)
    assert (b.variance >= a.variance * (1 - 1e-12)).all()
    assert b.sharpness == pytest.approx(2.0 * a.sharpness)


@few
@given(st.floats(500.0, 3e4), st.floats(0.1, 1.5), st.floats(0.1, 100.0))
def test_doubling_the_dispersion_doubles_the_variance_and_without_it_water_is_a_plug(length, velocity, dispersion):
    def moments(d):
        river = linear_river(length=length, velocity=velocity, dispersion=d)
        return breakthrough(river, AT_TOP, *places((0, length)), steps=16).moments

    one, two, none = moments(dispersion), moments(2 * dispersion), moments(0.0)
    assert two.variance == pytest.approx(2 * one.variance)
    assert two.mean == pytest.approx(one.mean)
    assert none.mean == pytest.approx([length / velocity])
    assert none.variance[0] == 0.0
    assert none.end[0] - none.begin[0] < 1.0


@few
@given(rivers())
def test_resolved_curves_are_the_same_curves_with_times_where_they_are_needed(river):
    fine, even = (f(river, AT_TOP, *ends(river)) for f in (resolved, breakthrough))
    for i in range(fine.moments.place.size):
        t, f = fine.time[i], fine.flux[i]
        assert (np.diff(t) >= 0).all()
        assert f.min() >= -1e-6 * f.max()
        assert np.trapezoid(f, t) == pytest.approx(np.exp(fine.moments.log_mass[i]), rel=0.01)
        if even.blur[i, 0] == 0:
            clear = fine.blur[i] == 0
            assert f[clear] == pytest.approx(np.interp(t, even.time[i], even.flux[i])[clear], abs=0.05 * f.max())

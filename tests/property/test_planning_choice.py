"""The choice on exact tables: equal to trying everything, and never worse for having more."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riverplan.planning.choose import Means, Table, choose, estimated

NONE = -1


@st.composite
def cases(draw, most=5):
    n, teams, stores = draw(st.integers(1, most)), draw(st.integers(0, 3)), draw(st.integers(0, 2))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    nothing = np.array([1000.0, 2.0])
    saved = rng.uniform(-0.1, 0.6, (n, 2)) * nothing
    pairs = {(i, j): nothing - np.maximum(saved[i], saved[j]) - rng.uniform(0, 0.8) * np.minimum(saved[i], saved[j])
             for i in range(n) for j in range(i + 1, n) if rng.uniform() < 0.6}
    table = Table(nothing=nothing, alone=nothing - saved, pairs=pairs)
    late = lambda shape: np.where(rng.uniform(size=shape) < 0.3, np.inf, rng.uniform(0.5, 5.0, shape))  # noqa: E731
    means = Means(groups=rng.integers(0, n, n), cost=rng.uniform(0, 3, n), needs_team=rng.uniform(size=n) < 0.6,
                  needs_store=rng.uniform(size=n) < 0.5, team_cost=late((n, teams)), store_cost=late((n, stores)),
                  needed=rng.integers(0, 4, (n, 2)).astype(float), stock=rng.integers(0, 6, (stores, 2)).astype(float),
                  shared=rng.integers(0, 2, (n, 1)).astype(float), limit=np.array([2.0]))
    return table, means


def every_set(means):
    """All sets of options that can be done, with the least cost of each."""
    n, teams, stores = means.cost.size, means.team_cost.shape[1], means.stock.shape[0]
    best = {}
    ways = [[None, *product(range(teams) if means.needs_team[i] else [NONE],
                            range(stores) if means.needs_store[i] else [NONE])] for i in range(n)]
    for way in product(*ways):
        taken = [i for i in range(n) if way[i] is not None]
        if len({means.groups[i] for i in taken}) < len(taken):
            continue
        busy = [way[i][0] for i in taken if way[i][0] != NONE]
        if len(set(busy)) < len(busy) or (means.shared[taken].sum(axis=0) > means.limit).any():
            continue
        given_out = np.zeros_like(means.stock)
        for i in taken:
            if way[i][1] != NONE:
                given_out[way[i][1]] += means.needed[i]
        if (given_out > means.stock + 1e-9).any():
            continue
        cost = sum(means.cost[i] + (means.team_cost[i, way[i][0]] if way[i][0] != NONE else 0.0)
                   + (means.store_cost[i, way[i][1]] if way[i][1] != NONE else 0.0) for i in taken)
        key = tuple(taken)
        if np.isfinite(cost) and cost < best.get(key, np.inf):
            best[key] = cost
    return best


@settings(max_examples=60, deadline=None)
@given(cases())
def test_the_choice_is_that_of_trying_every_set(case):
    table, means = case
    tried = {s: (*estimated(table, s), cost) for s, cost in every_set(means).items()}
    least = min(v[0] for v in tried.values())
    on_rivers = min(v[1] for v in tried.values() if v[0] <= least + 1e-3)
    found = choose(table, means)
    hours, probability, cost = tried[found.picked]
    assert hours == pytest.approx(least, abs=2e-3)
    assert found.bound[0] <= least + 1e-6
    assert probability == pytest.approx(on_rivers, abs=1e-3)
    assert cost <= min(v[2] for v in tried.values() if v[0] <= least and v[1] <= on_rivers) + 1e-3


@settings(max_examples=60, deadline=None)
@given(cases(), st.sampled_from(["team", "store", "stock", "limit"]), st.integers(0, 1000))
def test_a_further_resource_never_makes_the_best_plan_worse(case, what, seed):
    table, means = case
    rng = np.random.default_rng(seed)
    n = means.cost.size
    more = {f: getattr(means, f) for f in means.__dataclass_fields__}
    if what == "team":
        more["team_cost"] = np.column_stack([means.team_cost, rng.uniform(0.5, 5.0, n)])
    elif what == "store":
        more["store_cost"] = np.column_stack([means.store_cost, rng.uniform(0.5, 5.0, n)])
        more["stock"] = np.vstack([means.stock, rng.integers(0, 6, 2)])
    elif what == "stock":
        more["stock"] = means.stock + rng.integers(0, 3, means.stock.shape)
    else:
        more["limit"] = means.limit + 1.0
    before, after = choose(table, means), choose(table, Means(**more))
    old, new = estimated(table, before.picked), estimated(table, after.picked)
    assert new[0] <= old[0] + 2e-3
    if new[0] >= old[0] - 2e-3:
        assert new[1] <= old[1] + 2e-3


@settings(max_examples=30, deadline=None)
@given(cases(), st.integers(0, 4))
def test_what_is_pinned_is_taken_and_what_is_forbidden_is_not(case, i):
    table, means = case
    i %= means.cost.size
    found = choose(table, means, pinned=[{i}])
    assert (found is not None) == any(i in s for s in every_set(means))
    assert found is None or i in found.picked
    assert i not in choose(table, means, forbidden=[i]).picked


def test_pins_that_need_the_same_team_cannot_be_done_together():
    means = Means(groups=np.arange(2), cost=np.zeros(2), needs_team=np.ones(2, bool), needs_store=np.zeros(2, bool),
                  team_cost=np.ones((2, 1)), store_cost=np.zeros((2, 0)), needed=np.zeros((2, 0)),
                  stock=np.zeros((0, 0)))
    table = Table(nothing=np.array([10.0, 1.0]), alone=np.array([[5.0, 1.0], [6.0, 1.0]]))
    assert choose(table, means, pinned=[{0}, {1}]) is None
    assert choose(table, means).picked == (0,)

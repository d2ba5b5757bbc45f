"""The plan of an officer in a hurry: the nearest first, each by whoever is soonest there of those still free."""

from collections.abc import Collection, Iterable, Sequence

import numpy as np

from riverplan.channel import Array
from riverplan.planning.choose import Choice, Means
from riverplan.planning.sets import only
from riverplan.planning.trials import Trials

MOST_PRUNED = 10
"""A greedy set of so many actions or fewer is rid of those that do nothing."""
NOTHING = 1e-4
"""What an action does that does nothing: share of the person-hours, and probability [-]."""


def greedy(means: Means, nearest: Iterable[int], pinned: Sequence[Collection[int]]) -> Choice | None:
    """Pins first, then the nearest to the spill, each by whoever is soonest there of those still free."""
    taken: list[int] = []
    teams: dict[int, int] = {}
    stores: dict[int, int] = {}
    stock, left = means.stock.copy(), means.limit.copy()
    for i in [*(i for some in pinned for i in sorted(some)), *nearest]:
        shared = means.shared[i] if means.shared.size else np.zeros(0)
        if (means.groups[i] in means.groups[taken] or (shared > left).any()
                or not set(means.requires.get(i, ())) <= set(taken)):
            continue
        team = _soonest(means.team_cost[i], [t not in teams.values() for t in range(means.team_cost.shape[1])])
        store = _soonest(means.store_cost[i], (stock >= means.needed[i]).all(axis=1))
        if (means.needs_team[i] and team < 0) or (means.needs_store[i] and store < 0):
            continue
        taken.append(i)
        left = left - shared
        if means.needs_team[i]:
            teams[i] = team
        if means.needs_store[i]:
            stores[i] = store
            stock[store] -= means.needed[i]
    if any(not set(taken) & set(some) for some in pinned):    # whoever was soonest was needed elsewhere
        return None
    return Choice(picked=tuple(sorted(taken)), teams=teams, stores=stores, bound=(np.nan, np.nan))


def pruned(trials: Trials, means: Means, nearest: Choice | None, pinned: Sequence[Collection[int]]) -> Choice | None:
    """The greedy set without what does nothing: nobody would send a team there twice."""
    if nearest is None or not 0 < len(nearest.picked) <= MOST_PRUNED:
        return nearest
    first = trials.outcome(nearest.picked).harm
    trials.outcomes([set(nearest.picked) - {i} for i in nearest.picked])

    def without(choice: Choice, some: Collection[int]) -> Choice | None:
        """A set without some of it, if that does as much as the first."""
        fewer = only(means, set(choice.picked) - set(some), pinned)
        if fewer is None:
            return None
        harm = trials.outcome(fewer.picked).harm
        same = (harm.population_hours <= (1.0 + NOTHING) * first.population_hours + NOTHING
                and harm.boundary_probability <= first.boundary_probability + NOTHING)
        return fewer if same else None

    idle = [i for i in nearest.picked if without(nearest, [i])]
    if fewest := without(nearest, idle):                      # mostly all of them at once
        return fewest
    for i in idle:
        nearest = without(nearest, [i]) or nearest
    return nearest


def _soonest(cost: Array, free: Sequence[bool] | Array) -> int:
    """The cheapest of those free that can be in time; -1 where there is none."""
    able = np.where(np.asarray(free, bool) & np.isfinite(cost), cost, np.inf)
    return int(able.argmin()) if able.size and np.isfinite(able).any() else -1

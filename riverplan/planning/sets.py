"""Sets of options that can be done, with the cheapest who serve them."""

from collections.abc import Collection, Iterable, Sequence

import numpy as np

from riverplan.planning.choose import Choice, Means, Table, choose


def no_choice() -> Choice:
    """Nothing is done."""
    return Choice(picked=(), teams={}, stores={}, bound=(np.nan, np.nan))


def only(means: Means, taken: Iterable[int], pinned: Sequence[Collection[int]]) -> Choice | None:
    """The choice that takes just these, with the cheapest who serve them; None where it cannot be done."""
    some = sorted(set(taken))
    if any(not set(some) & set(p) for p in pinned):
        return None
    if not some:
        return no_choice()
    return among(Table(nothing=np.zeros(2), alone=np.zeros((means.cost.size, 2))), means, some,
                  [{i} for i in some])


def among(table: Table, means: Means, some: Sequence[int], pinned: Sequence[Collection[int]]) -> Choice | None:
    """The program over some of the options alone: columns of the others would only slow it down."""
    some = [i for i in some if set(means.requires.get(i, ())) <= set(some)]
    place = {i: k for k, i in enumerate(some)}
    if any(not any(i in place for i in p) for p in pinned):
        return None
    part = Means(groups=means.groups[some], cost=means.cost[some], needs_team=means.needs_team[some],
                 needs_store=means.needs_store[some], team_cost=means.team_cost[some],
                 store_cost=means.store_cost[some], needed=means.needed[some], stock=means.stock,
                 shared=means.shared[some] if means.shared.size else np.zeros((len(some), 0)), limit=means.limit,
                 requires={place[i]: tuple(place[j] for j in others) for i, others in means.requires.items()
                           if i in place})
    found = choose(
        Table(nothing=table.nothing, alone=table.alone[some],
              pairs={(place[i], place[j]): h for (i, j), h in table.pairs.items() if i in place and j in place}),
        part, pinned=[{place[i] for i in p if i in place} for p in pinned])
    return None if found is None else Choice(
        picked=tuple(some[k] for k in found.picked), teams={some[k]: t for k, t in found.teams.items()},
        stores={some[k]: s for k, s in found.stores.items()}, bound=found.bound)

r"""Which actions, teams and stores: a mixed-integer program on tables of simulated harm, by order of what counts.

The harm of a set of actions is not the sum of what each saves: two dams in a row share the plume. The tables hold
the simulated harm of each action alone and of pairs; the program takes

.. math:: h(x) = \max(0, h_0 + \sum_i (h_i - h_0) x_i + \sum_{ij} (h_{ij} - h_i - h_j + h_0) x_i x_j)

exact for up to two actions, an estimate for more. Solved by HiGHS (Huangfu & Hall 2018, doi
10.1007/s12532-017-0130-5) through scipy.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from riverplan.channel import Array

TIME_LIMIT = 10.0
"""Longest time one solve may take [s]; the bound is then that of what was searched."""
SLACK = 1e-6
"""What an objective already fixed may give way, of itself and at least [-]."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Table:
    """Simulated harm: of nothing ``(2,)``, of each of ``n`` options alone ``(n, 2)``, and of pairs by their numbers.

    Columns are population-hours and the probability summed over boundaries.
    """

    nothing: Array
    alone: Array
    pairs: Mapping[tuple[int, int], Array] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Means:
    """What options need and what there is.

    Parameters
    ----------
    groups
        Number of the group of each option, shape ``(n,)``: one of a group at most (one space is used one way).
    team_cost, store_cost
        Cost for each team ``(n, teams)`` or store ``(n, stores)`` [h], ``inf`` where it cannot be in time.
    needs_team, needs_store
        Whether an option needs one, shape ``(n,)``.
    cost
        Of the option itself, shape ``(n,)`` [h].
    needed
        Amounts of each material, shape ``(n, materials)``.
    stock
        What each store has, shape ``(stores, materials)``.
    shared
        Amounts of means that are not carried from a store, such as machines, shape ``(n, k)``; of ``limit`` ``(k,)``.
    requires
        Options that can only be taken together with others: those others, by number.
    """

    groups: NDArray[np.intp]
    cost: Array
    needs_team: NDArray[np.bool_]
    needs_store: NDArray[np.bool_]
    team_cost: Array
    store_cost: Array
    needed: Array
    stock: Array
    shared: Array = field(default_factory=lambda: np.zeros((0, 0)))
    limit: Array = field(default_factory=lambda: np.zeros(0))
    requires: Mapping[int, tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Options by number with the team and the store of each (-1 where it needs none), and the bounds of the program.

    ``bound`` is the least ``(population-hours, probability)`` any set could leave on the tables.
    """

    picked: tuple[int, ...]
    teams: Mapping[int, int]
    stores: Mapping[int, int]
    bound: tuple[float, float]


class _Program:
    """Columns and rows of the mixed-integer program."""

    def __init__(self) -> None:
        self.n = 0
        self.rows: list[tuple[list[int], list[float], float, float]] = []
        self.upper: list[float] = []
        self.whole: list[int] = []

    def columns(self, count: int, upper: float, *, whole: bool = False) -> NDArray[np.intp]:
        first, self.n = self.n, self.n + count
        self.upper += [upper] * count
        self.whole += [int(whole)] * count
        return np.arange(first, self.n)

    def row(self, columns: Collection[int], values: Collection[float], low: float, high: float) -> None:
        self.rows.append(([int(c) for c in columns], [float(v) for v in values], low, high))

    def solve(self, objective: Mapping[int, float]) -> tuple[Array | None, float]:
        """The least of an objective and its bound; None where nothing is feasible."""
        cost = np.zeros(self.n)
        cost[list(objective)] = list(objective.values())
        at = [i for i, (columns, *_) in enumerate(self.rows) for _ in columns]
        matrix = coo_array(([v for _, values, *_ in self.rows for v in values],
                            (at, [c for columns, *_ in self.rows for c in columns])),
                           shape=(len(self.rows), self.n)).tocsr()
        limits = np.array([(low, high) for *_, low, high in self.rows])
        found = milp(cost, integrality=np.array(self.whole), bounds=Bounds(0.0, np.array(self.upper)),
                     constraints=LinearConstraint(matrix, limits[:, 0], limits[:, 1]),
                     options={"time_limit": TIME_LIMIT, "mip_rel_gap": 1e-7})
        if found.x is None:
            return None, np.nan
        return found.x, found.fun if found.mip_dual_bound is None else float(found.mip_dual_bound)


def choose(table: Table, means: Means, *, pinned: Collection[Collection[int]] = (), forbidden: Collection[int] = (),
           ) -> Choice | None:
    """The set of options that leaves the least harm on the tables, with who does what.

    Least population-hours first, of these the least probability at boundaries, then the least cost, then the
    fewest actions. Each team serves one action, each store gives no more than it has.

    Parameters
    ----------
    table, means
        Harm, needs and means of ``n`` options.
    pinned
        Sets of options of which one each must be taken.
    forbidden
        Options not to be taken.

    Returns
    -------
    Choice or None
        None where what is pinned cannot be done together.
    """
    n = means.cost.size
    program = _Program()
    x = program.columns(n, 1.0, whole=True)
    for i in forbidden:
        program.row([x[i]], [1.0], 0.0, 0.0)
    for some in pinned:
        program.row(x[list(some)], np.ones(len(some)), 1.0, np.inf)
    for group in np.unique(means.groups):
        inside = np.flatnonzero(means.groups == group)
        if inside.size > 1:
            program.row(x[inside], np.ones(inside.size), 0.0, 1.0)
    for i, others in means.requires.items():
        for j in others:
            program.row([x[i], x[j]], [1.0, -1.0], -np.inf, 0.0)
    teams = _served(program, x, means.needs_team, means.team_cost)
    for t in range(means.team_cost.shape[1]):
        columns = [c for (i, team), c in teams.items() if team == t]
        program.row(columns, np.ones(len(columns)), 0.0, 1.0)
    stores = _served(program, x, means.needs_store, means.store_cost)
    for s, m in np.ndindex(*means.stock.shape):
        takes = {c: float(means.needed[i, m]) for (i, store), c in stores.items()
                 if store == s and means.needed[i, m] > 0}
        if takes and sum(takes.values()) > means.stock[s, m]:
            program.row(takes.keys(), takes.values(), 0.0, float(means.stock[s, m]))
    for k, limit in enumerate(means.limit):
        program.row(x, means.shared[:, k], 0.0, float(limit))
    harms = _harms(program, x, table)
    costs = {**dict(zip(x.tolist(), means.cost, strict=True)),
             **{c: float(means.team_cost[key]) for key, c in teams.items()},
             **{c: float(means.store_cost[key]) for key, c in stores.items()}}
    bounds: list[float] = []
    found = np.zeros(program.n)
    for objective in (*({int(h): 1.0} for h in harms), costs, dict.fromkeys(x.tolist(), 1.0)):
        solved, bound = program.solve(objective)
        if solved is None:
            return None
        found = solved
        bounds.append(bound)
        best = sum(found[c] * v for c, v in objective.items())
        program.row(objective.keys(), objective.values(), -np.inf, best + SLACK * max(1.0, abs(best)))
    picked = tuple(int(i) for i in np.flatnonzero(found[x] > 0.5))
    return Choice(picked=picked, bound=(bounds[0], bounds[1]),
                  teams={i: t for (i, t), c in teams.items() if found[c] > 0.5},
                  stores={i: s for (i, s), c in stores.items() if found[c] > 0.5})


def _served(program: _Program, x: NDArray[np.intp], needs: NDArray[np.bool_], cost: Array,
            ) -> dict[tuple[int, int], int]:
    """A column for each option and each of those that can serve it: one serves it where it is taken."""
    found: dict[tuple[int, int], int] = {}
    for i in np.flatnonzero(needs):
        able = np.flatnonzero(np.isfinite(cost[i]))
        columns = program.columns(able.size, 1.0, whole=True)
        found.update({(int(i), int(k)): int(c) for k, c in zip(able, columns, strict=True)})
        program.row([*columns, x[i]], [*np.ones(able.size), -1.0], 0.0, 0.0)
    return found


def _harms(program: _Program, x: NDArray[np.intp], table: Table) -> NDArray[np.intp]:
    """Columns of the harms: no less than the sum of what is taken, no less than none."""
    pairs = list(table.pairs)
    y = program.columns(len(pairs), 1.0)
    for c, (i, j) in zip(y, pairs, strict=True):
        program.row([c, x[i]], [1.0, -1.0], -np.inf, 0.0)
        program.row([c, x[j]], [1.0, -1.0], -np.inf, 0.0)
        program.row([c, x[i], x[j]], [1.0, -1.0, -1.0], -1.0, np.inf)
    harms = program.columns(2, np.inf)
    for k, h in enumerate(harms):
        h0, alone = table.nothing[k], table.alone[:, k]
        joint = [table.pairs[i, j][k] - alone[i] - alone[j] + h0 for i, j in pairs]
        program.row([h, *x, *y], [1.0, *(h0 - alone), *(-np.array(joint))], float(h0), np.inf)
    return harms


def estimated(table: Table, taken: Collection[int]) -> Array:
    """Harm of a set of options on the tables, shape ``(2,)``: what the program takes for it."""
    inside = sorted(taken)
    total = table.nothing + (table.alone[inside] - table.nothing).sum(axis=0)
    for (i, j), both in table.pairs.items():
        if i in taken and j in taken:
            total = total + both - table.alone[i] - table.alone[j] + table.nothing
    return np.maximum(total, 0.0)

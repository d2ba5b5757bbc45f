"""Who and what could serve each option: teams and stores that can be in time, their hours, what they carry."""

from collections.abc import Sequence

import numpy as np

from riverplan.channel import Array
from riverplan.planning.choose import Means
from riverplan.planning.margin import ReadyTable
from riverplan.planning.options import Option
from riverplan.planning.stock import Need, Stock
from riverplan.planning.usable_space import UsableSpace
from riverplan.units import HOUR

SOON = 1.0
"""Who is ready this much after the time an option begins still serves it [s]: the rounding of times."""


def fetching(spaces: Sequence[UsableSpace], stocks: Sequence[Stock]) -> np.ndarray:
    """Which spaces need bags from a store; none where no store lists any: then it is said, and they are bought."""
    bags = any(s.worth("empty_bag") > 0 and not s.expired for s in stocks)
    return np.array([s.dam is not None and s.dam.bags > 0 and bags for s in spaces], bool)


def needs_of(space: UsableSpace) -> tuple[Need, ...]:
    """What a temporary dam needs, as of an empty store."""
    if space.dam is None or space.dam.bags <= 0:
        return ()
    return (Need(name="empty_bag", quantity=float(space.dam.bags), unit="count"),)


def means_of(options: Sequence[Option], ready: ReadyTable, stocks: Sequence[Stock]) -> Means:
    """Costs, needs and stocks of the choice.

    Parameters
    ----------
    options
        What can be done.
    ready
        Times of every space, team and store.
    stocks
        What lies in the stores.

    Returns
    -------
    Means
        Costs in hours: of a team its way and its work, of a store's lorry loading and way, of staff on the spot
        their work.
    """
    rows = np.array([o.row for o in options], np.intp)
    by = np.array([o.by for o in options], float) + SOON
    began = ready.heard + ready.delays.report + ready.delays.decide
    last, work = ready.last_stretch[rows], ready.work[rows]
    on_the_spot = np.isfinite(ready.drive[rows, 0])
    team = ready.muster[1:] + ready.drive[rows, 1:]
    lorry = ready.load[1:] + ready.haul[rows, 1:]
    fetches = ~np.isfinite(ready.haul[rows, 0])
    left = (by - began - last - work)[:, None]
    machines = _total(stocks, "excavator")
    builds = np.array([float(o.action == "build") for o in options])
    return Means(
        groups=rows, cost=np.where(on_the_spot, (ready.muster[0] + work) / HOUR, 0.0),
        needs_team=~on_the_spot, needs_store=fetches,
        team_cost=_in_time(team, left, (team + (last + work)[:, None]) / HOUR),
        store_cost=_in_time(lorry, left, lorry / HOUR),
        needed=np.array([[sum(n.quantity for n in needs_of(o.space))] if f else [0.0]
                         for o, f in zip(options, fetches, strict=True)], float).reshape(-1, 1),
        stock=np.array([[_total(stocks, "empty_bag", s)] for s in ready.store_ids[1:]], float).reshape(-1, 1),
        # machines are counted only where stores list any: else contractors bring them, which is said
        shared=builds[:, None] if machines > 0 else np.zeros((len(options), 0)),
        limit=np.array([machines]) if machines > 0 else np.zeros(0),
        requires={i: tuple(j for j, other in enumerate(options) if other.site_id in o.after and not other.after
                           and other.action in ("close", "build"))
                  for i, o in enumerate(options) if o.after})


def _in_time(takes: Array, left: Array, cost: Array) -> Array:
    return np.where(np.isfinite(takes) & (takes <= left), cost, np.inf)


def _total(stocks: Sequence[Stock], material: str, store: str | None = None) -> float:
    return sum(s.quantity * s.worth(material) for s in stocks
               if not s.expired and (store is None or s.store_id == store))

"""What can be done at each space in time: options for the choice, and what is out of the question, with the reason."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf

import numpy as np

from riverplan.errors import Problem
from riverplan.forecasting.result import Arrival
from riverplan.planning.margin import ReadyTable, may_work
from riverplan.planning.result import Refused
from riverplan.planning.travel import Conditions
from riverplan.planning.usable_space import UsableSpace
from riverplan.river.network import RiverNetwork
from riverplan.river.sites import Space
from riverplan.river.stations import laid_stations
from riverplan.transport.operation import Operation
from riverplan.units import HOUR

GATES = ("reservoir", "gate_dam", "hydropower_dam_type")
"""Spaces that are closed and not built."""
STATIONS = "hydropower_diversion_type"
LONGEST = 240.0
"""Plans look no farther ahead [h]: ten days."""
FARTHEST = (LONGEST - 2.0) * HOUR
"""What would begin later would show nothing before plans end [s after the release began]."""
WAIT = (0.5 * HOUR, 24.0 * HOUR)
"""A space beside the river waits for the peak if that is more and less than these after the front [s] (assumed)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One thing that can be done at one space; times in seconds after the release began.

    ``row`` is that of the space in the table of readiness. Whoever does it must be ready ``by`` then. ``after`` names
    spaces above that must hold the plume back for it to be in time.
    """

    space: UsableSpace
    action: str
    row: int
    at: float
    by: float
    until: float | None
    value: float | None
    earliest: float
    trailing: float
    operations: tuple[Operation, ...]
    after: tuple[str, ...] = ()

    @property
    def site_id(self) -> str:
        """The space it is done at."""
        return self.space.space_id


def staffed(spaces: Sequence[UsableSpace]) -> np.ndarray:
    """At which spaces the owner's people do it themselves: dams, gates and stations with a phone or an authority."""
    return np.array([s.category in (*GATES, STATIONS) and bool(s.phone or s.orders) for s in spaces], bool)


def options(river: RiverNetwork, spaces: Sequence[UsableSpace], arrivals: Mapping[str, Arrival], ready: ReadyTable, *,
            rising: bool | None = None, conditions: Conditions | None = None, forbidden: Collection[str] = (),
            ) -> tuple[list[Option], list[Refused]]:
    """What can be done before the plume is past, and what cannot.

    A gate is closed just before the plume may come and not at once: clean water would fill it. What is closed after
    the plume may have come holds the rest of it. Nothing is built in the channel that is not ready before.

    Parameters
    ----------
    river
        The staged river (:func:`riverplan.planning.staged.staged`).
    spaces
        In the order of ``ready``.
    arrivals
        Of the plume with nothing done, by ``site_id``; spaces it does not come to are left out.
    ready
        When each space is ready by whom.
    rising
        Whether the water rises; None where nobody says.
    conditions
        Darkness, rain, landslides.
    forbidden
        Spaces the officer forbids.
    """
    soonest, found, refused = soonest_of(ready), [], []
    nodes = {s.site_id: s.node_id for s in river.sites if isinstance(s, Space)}
    laid, barred = set(laid_stations(river)), set[str]()
    for row, space in enumerate(spaces):
        arrival = arrivals.get(space.space_id)
        if arrival is None:
            continue
        action = _action(space, laid)
        if not action:
            continue
        at, node = float(soonest[row]), nodes.get(space.space_id, "")
        if node and action in ("close", "build") and node in barred:
            node = ""                                         # two rows of the lists for one gate: the first counts
        reason = "forbidden" if space.space_id in forbidden else _reason(
            space, action, node, at, arrival, may_work(space, rising, conditions), laid=laid)
        if not reason and action in ("close", "build") and _unknown_pool(river, node):
            reason = "pool_volume"
        if reason:
            refused.append(_refused(space, action, arrival, at, reason))
            continue
        if node and action in ("close", "build"):
            barred.add(node)
        ways = _variants(space, action, row, at, arrival)
        found += [o for o in ways if o.at < FARTHEST]
        if ways[0].at >= FARTHEST:
            refused.append(_refused(space, action, arrival, at, "far"))
    return found, refused


def soonest_of(ready: ReadyTable) -> np.ndarray:
    """When each space can be ready by those who would do it [s], ``nan`` where by nobody: staff, where there are any.

    A team that would be quicker than the staff of a gate does not count: nobody but they close it.
    """
    staff = ready.ready[:, :1].min(axis=(1, 2), initial=np.inf, where=np.isfinite(ready.ready[:, :1]))
    return np.where(np.isfinite(staff), staff, ready.soonest())


def _unknown_pool(river: RiverNetwork, node: str) -> bool:
    """Whether a gate ends a pool whose volume no flow states: what it then holds cannot be reckoned."""
    above = river.compiled.entering(river.node_row[node])
    pools = [r for r in above if river.reaches["kind"].iat[r] == "reservoir"]
    return above.size == 1 and any(not any(s.storage[r] > 0 for s in river.scenarios.values()) for r in pools)


def _action(space: UsableSpace, laid: Collection[str]) -> str:
    """What is done with a space, as the plan calls it; empty where it is for dosing or sampling alone."""
    if space.category == STATIONS:
        return "divert" if space.space_id in laid or "divert" in space.functions else ""
    if space.side:
        return "draw" if space.functions & {"hold", "divert"} else ""
    if not space.functions & {"hold", "cut"}:
        return "divert" if "divert" in space.functions else ""
    return "close" if space.category in GATES else "build"


def _reason(space: UsableSpace, action: str, node: str, ready: float, arrival: Arrival, may: bool, *,
            laid: Collection[str]) -> str:
    """Why an action is out of the question; empty where it is not."""
    if action == "divert" and space.space_id not in laid:     # listed as diverting, and no water is known to get away
        return "no_conduit" if space.category == STATIONS else "no_way_aside"
    if action in ("close", "build", "draw") and not space.free_volume:
        return "no_volume" if space.free_volume is None else "full"
    if space.close_time is None:
        return "no_close_time"
    if action in ("close", "build") and not node:
        return "no_place"
    if action == "draw" and not space.capacity:
        return "no_capacity"
    if not may:
        return "rising_water"
    if not np.isfinite(ready):
        return "no_team"
    if action == "build" and ready > arrival.earliest:
        return "late"
    return "late" if ready > arrival.trailing else ""


def _refused(space: UsableSpace, action: str, arrival: Arrival, ready: float, reason: str) -> Refused:
    known = ready if np.isfinite(ready) else None
    fields = {"site": space.name or space.space_id, "earliest_h": f"{arrival.earliest / HOUR:.1f}",
              "ready_h": "—" if known is None else f"{known / HOUR:.1f}",
              "late_h": "—" if known is None else f"{(known - arrival.earliest) / HOUR:.1f}"}
    return Refused(site_id=space.space_id, name=space.name, action=action, earliest=arrival.earliest, ready=known,
                   why=Problem(code=f"refused_{reason}", severity="note", fields=fields))


def _variants(space: UsableSpace, action: str, row: int, ready: float, arrival: Arrival) -> list[Option]:
    """The ways one action can be done."""
    at = max(arrival.earliest, ready)
    plain = Option(space=space, action=action, row=row, at=at, by=at, until=None, value=None,
                   earliest=arrival.earliest, trailing=arrival.trailing, operations=())
    place = space.space_id
    if action == "draw":
        rate = min(space.capacity or inf, arrival.discharge)  # no more than the river brings, and so until it is full
        fills = (space.free_volume or 0.0) / rate
        # one that is full before the plume is at its strongest waits for it, if the wait is worth a variant
        begins = [at, b] if WAIT[0] < (b := arrival.peak - 0.5 * fills) - at < WAIT[1] else [at]
        return [replace(plain, at=b, by=b, until=b + fills, value=rate, operations=(
            Operation(place=place, action="draw", at=b, value=rate, until=b + fills),)) for b in begins]
    if action == "divert":
        return [replace(plain, value=None, operations=(Operation(place=place, action="divert", at=at),)),
                replace(plain, action="stop_station", value=0.0, operations=(
                    Operation(place=place, action="divert", at=at, value=0.0),))]
    return [replace(plain, operations=(Operation(place=place, action="close", at=at),))]

"""What a simulation is asked to do: operations matched with gates, stations and places; all that is wrong is said."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from riverplan.errors import Problem
from riverplan.i18n import listed
from riverplan.river.network import RiverNetwork, unknown
from riverplan.river.sites import Site, Space
from riverplan.river.stations import conduit_reaches, laid_stations
from riverplan.transport.operation import ACTIONS, ENDING_ACTIONS, GATE_ACTIONS, Operation
from riverplan.units import HOUR

LEAST_HOURS = 0.1
"""Shortest simulation [h]."""
MOST_HOURS = 2400.0
"""Longest simulation [h]: 100 days."""
CELLS = (10.0, 5_000.0)
"""Least and most length of a cell [m]."""
MOST_FLOW = 1e6
"""Most that can be meant of a discharge [m³/s]."""
MOST_BEFORE = 240.0
"""An operation begins no earlier than this before the spill [h]."""


@dataclass(slots=True, kw_only=True)
class Operated:
    """The operations by the names of places they share, and what they operate.

    ``gates`` holds the node and the usable volume [m³] by name, ``stations`` the ``site_id``, ``sites`` and ``nodes``
    the places of draws, doses and releases.
    """

    operations: list[Operation] = field(default_factory=list)
    gates: dict[str, tuple[int, float]] = field(default_factory=dict)
    stations: set[str] = field(default_factory=set)
    sites: dict[str, Site] = field(default_factory=dict)
    nodes: dict[str, int] = field(default_factory=dict)


def extent_problems(hours: float, cell: float) -> list[Problem]:
    """What is wrong with the length of the simulation [h] and of its cells [m]."""
    problems = []
    if not LEAST_HOURS <= hours <= MOST_HOURS:
        problems.append(Problem(code="simulation_hours", fields={"value": hours, "most": f"{MOST_HOURS:g}"}))
    if not CELLS[0] <= cell <= CELLS[1]:
        problems.append(Problem(code="simulation_cell", fields={
            "value": cell, "low": f"{CELLS[0]:g}", "high": f"{CELLS[1]:g}"}))
    return problems


def operated(river: RiverNetwork, operations: Sequence[Operation], hours: float) -> tuple[Operated, list[Problem]]:
    """The operations with what they operate, and all that is wrong with them.

    Parameters
    ----------
    river
        Its sites and nodes are the places: a site may be named by its ``site_id`` or its ``node_id``.
    operations
        As asked.
    hours
        When the simulation ends [h].
    """
    found, problems = Operated(), []
    hours = hours if 0 < hours <= MOST_HOURS else MOST_HOURS    # a wrong end is no fault of the operations
    for number, op in enumerate(operations, 1):
        wrong = _of_the_numbers(op, number, hours)
        if op.action not in ACTIONS:
            wrong.append(Problem(code="operation_action", fields={
                "number": number, "value": op.action, "known": listed(ACTIONS)}))
        site, node = _place(river, op.place)
        if site is None and node is None:
            known = {s.site_id: s for s in river.sites} | dict.fromkeys(river.nodes["node_id"])
            near = unknown("site", op.place, known).fields["near"]
            wrong.append(Problem(code="operation_place", fields={"number": number, "place": op.place, "near": near}))
        elif op.action in GATE_ACTIONS:
            wrong += _gate(river, found, op, number, site, node)
        elif op.action == "divert":
            wrong += _station(river, found, op, number, site)
        elif op.action in ACTIONS:
            wrong += _anywhere(river, found, op, number, site, node)
        problems += wrong
    return found, problems


def _of_the_numbers(op: Operation, number: int, hours: float) -> list[Problem]:
    """What is wrong with the times and the value of an operation."""
    problems = []
    fields = {"number": number, "place": op.place, "action": op.action}
    if not math.isfinite(op.at) or op.at < -MOST_BEFORE * HOUR or op.at >= hours * HOUR:
        problems.append(Problem(code="operation_time", fields={
            **fields, "at": op.at / HOUR, "low": f"{-MOST_BEFORE:g}", "high": f"{hours:g}"}))
    if not op.until > op.at:                                    # nan too
        problems.append(Problem(code="operation_backwards", fields={
            **fields, "at": op.at / HOUR, "until": op.until / HOUR}))
    if op.until != math.inf and op.action in ACTIONS and op.action not in ENDING_ACTIONS:
        problems.append(Problem(code="operation_until", fields=fields))
    if op.value is not None and op.action in ("close", "open"):
        problems.append(Problem(code="operation_valueless", fields=fields))
    if op.action == "dose":
        if op.value is None or not 0 <= op.value <= 1:
            problems.append(Problem(code="operation_share", fields={**fields, "value": _said(op.value)}))
    elif op.action in ("set", "draw", "release", "divert"):
        given = op.value is not None or op.action != "divert"
        if given and (op.value is None or not 0 <= op.value <= MOST_FLOW):
            problems.append(Problem(code="operation_value", fields={**fields, "value": _said(op.value)}))
    return problems


def _said(value: float | None) -> str:
    return "—" if value is None else f"{value:g}"


def _place(river: RiverNetwork, name: str) -> tuple[Site | None, int | None]:
    """The site and the node a name means."""
    rows = river.nodes["node_id"].tolist()
    site = next((s for s in river.sites if s.site_id == name), None)
    node_id = site.node_id if isinstance(site, Space) and site.node_id else "" if site else name
    node = rows.index(node_id) if node_id in rows else None
    if site is None and node is not None:
        site = next((s for s in river.sites if isinstance(s, Space) and s.node_id == name), None)
    return site, node


def _gate(river: RiverNetwork, found: Operated, op: Operation, number: int, site: Site | None, node: int | None,
          ) -> list[Problem]:
    """A gate by the name of its site, with the free volume of it."""
    fields = {"number": number, "place": op.place}
    if node is None or not isinstance(site, Space):
        gates = [s.site_id for s in river.sites if isinstance(s, Space) and s.node_id]
        return [Problem(code="operation_not_gate", fields={**fields, "known": listed(gates)})]
    volume = site.usable_volume
    if volume is None or not 0 <= volume < math.inf:
        return [Problem(code="operation_gate_volume", fields=fields)]
    if any(n == node and name != site.site_id for name, (n, _) in found.gates.items()):
        return [Problem(code="operation_same_gate", fields=fields)]
    kinds, storage = river.reaches["kind"].to_numpy(str), [s.storage for s in river.scenarios.values()]
    above = river.compiled.entering(node)
    pools = [r for r in above if kinds[r] == "reservoir"]
    # below several reaches it holds in front of the dam, whatever the pools hold
    if above.size == 1 and any(not any(s[r] > 0 for s in storage) for r in pools):
        return [Problem(code="operation_pool_volume", fields=fields)]
    found.gates[site.site_id] = (node, float(volume))
    found.operations.append(replace(op, place=site.site_id))
    return []


def _station(river: RiverNetwork, found: Operated, op: Operation, number: int, site: Site | None) -> list[Problem]:
    """A diversion station that was laid."""
    if site is None or not conduit_reaches(river, site.site_id):
        return [Problem(code="operation_not_station", fields={
            "number": number, "place": op.place, "known": listed(laid_stations(river))})]
    found.stations.add(site.site_id)
    found.operations.append(replace(op, place=site.site_id))
    return []


def _anywhere(river: RiverNetwork, found: Operated, op: Operation, number: int, site: Site | None, node: int | None,
              ) -> list[Problem]:
    """A place on the river."""
    if site is not None and site.site_id != op.place:
        site = None                                             # the node itself was named
    if site is not None and site.reach_id in river.reach_row and math.isfinite(site.chainage):
        found.sites[op.place] = site
    elif node is not None:
        found.nodes[op.place] = node
    else:
        return [Problem(code="operation_off_river", fields={"number": number, "place": op.place})]
    found.operations.append(op)
    return []

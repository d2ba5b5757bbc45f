"""What is done to the water, laid out step by step: steps that end where something begins, gates, doses, inflows."""

from collections.abc import Mapping, Sequence
from math import ceil, inf

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Array
from riverplan.transport.cells import faces_of, parts_of, point_of, pool_of
from riverplan.transport.compiled import Compiled
from riverplan.transport.operation import GATE_ACTIONS, Diversion, Gate, Inflow, Operation, Place, Release
from riverplan.transport.simulation_arrays import CLOSED, OPEN, SET, Cells, Forcing, Ints
from riverplan.transport.waterway import Waterway

COURANT = 0.9
"""Way of the wave in a step, in cells, on all but the shortest cells."""
SHORTEST = 0.05
"""Share of the length that is in cells too short to set the step [-]."""
AT_ONCE = 1e-3
"""A release that lasts less than this [s] is at once."""
LEAST = 1e-9
"""Water below this [m³, m³/s] is none."""
LONGER = 1.2
"""Times as long a later step must be to be worth a change [-]."""
_STATES = {"open": OPEN, "close": CLOSED, "set": SET}


def step_length(cells: Cells, water: Waterway, most: Array, longest: float, among: NDArray[np.bool_] | None = None,
                ) -> float:
    """The longest step [s] at which a wave crosses no more than a cell, the shortest cells left aside.

    Parameters
    ----------
    cells, water
        The network.
    most
        Largest discharge expected of each reach [m³/s].
    longest
        No step is longer [s].
    among
        Reaches that count; all if None.
    """
    wave = water.power * water.velocity(most)
    flows = (cells.reach_pool < 0) & (wave > 0) & (True if among is None else among)
    if not flows.any():
        return longest
    crossing = cells.dx[flows] / wave[flows]
    order = np.argsort(crossing)
    along = np.cumsum(water.length[flows][order])
    return float(min(longest, COURANT * crossing[order][np.searchsorted(along, SHORTEST * along[-1])]))


def steps_after(cells: Cells, water: Waterway, most: Array, longest: float, calm: Array) -> list[tuple[float, float]]:
    """Times [s] from which on steps may be longer, each with the longest from then on.

    ``calm`` is the time after which the cells of each reach no longer count, ``inf`` where never; the others as of
    :func:`step_length`.
    """
    found, step = [], step_length(cells, water, most, longest)
    for at in np.unique(calm[np.isfinite(calm)]):
        more = step_length(cells, water, most, longest, calm > at)
        if more >= LONGER * step:
            found.append((float(at), more))
            step = more
    return found


def times(begin: float, end: float, every: float, step: float, events: Sequence[float], snapshots: Sequence[float],
          later: Sequence[tuple[float, float]] = ()) -> tuple[Array, Ints, Ints]:
    """Edges of the steps [s]; row of output and of snapshot each step ends with, -1 where none.

    ``later`` has times, one after the other, and the longest step after each.
    """
    outputs = np.arange(1, max(ceil((end - begin - 2e-6) / every), 1) + 1) * every + begin
    outputs[-1] = end
    inner = [t for t in (*events, *snapshots, *(t for t, _ in later)) if begin < t < end]
    edges = np.unique(np.concatenate([[begin], outputs, inner]))
    edges = edges[np.concatenate([[True], np.diff(edges) > 1e-6])]
    spans = np.diff(edges)
    steps = np.full(spans.size, step)
    for at, longer in later:
        steps[edges[:-1] >= at - 1e-6] = longer
    count = np.maximum(np.ceil(spans / steps - 1e-9), 1.0).astype(int)
    number = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    time = np.append(np.repeat(edges[:-1], count) + number * np.repeat(spans / count, count), end)

    def rows(wanted: Array) -> Ints:
        out = np.full(time.size - 1, -1, np.int64)
        out[np.maximum(np.searchsorted(time, wanted - 2e-6), 1) - 1] = np.arange(wanted.size)
        return out

    return time, rows(np.asarray(outputs, float)), rows(np.array(snapshots, float))


def lay_out(network: Compiled, water: Waterway, cells: Cells, time: Array, held: Array, *,
            places: Mapping[str, Place], gates: Mapping[str, Gate], diversions: Mapping[str, Diversion],
            operations: Sequence[Operation], releases: Sequence[Release], inflows: Sequence[Inflow],
            outputs: Ints, snapshots: Ints, decay: float, emptying: float) -> tuple[Forcing, list[tuple[int, int]]]:
    """All arrays of the march, and for each dose the operation and the row it has there.

    ``time`` are the edges of the steps; ``held`` is the water of the cells at the beginning [m³].
    """
    steps = time.size - 1
    began = time[:-1] + 1e-6
    in_order = sorted(enumerate(operations), key=lambda item: item[1].at)
    gate = np.full((cells.pool_cell.size, steps), OPEN, np.int64)
    gate_flow = np.zeros((cells.pool_cell.size, steps))
    names = list(diversions)
    asked = np.array([[min(diversions[d].asked, diversions[d].rated)] * steps for d in names]).reshape(-1, steps)
    water_point, volumes = [], []
    faces: list[int] = []
    doses, dosed = [], []
    for number, op in in_order:
        on = began >= op.at
        if op.action in GATE_ACTIONS:
            pool = pool_of(cells, network, gates[op.place].node)
            gate[pool, on] = _STATES[op.action]
            gate_flow[pool, on] = op.value or 0.0
        elif op.action == "divert":
            rated = diversions[op.place].rated
            asked[names.index(op.place), on] = rated if op.value is None else min(op.value, rated)
        elif op.action == "dose":
            place = places[op.place]
            for face in faces_of(cells, network, place, _length(water, place)):
                dosed.append((number, len(faces)))
                faces.append(face)
                doses.append(np.where(on & (began < op.until), op.value or 0.0, 0.0))
        else:
            place = places[op.place]
            water_point.append(point_of(cells, place, _length(water, place)))
            sign = -1.0 if op.action == "draw" else 1.0
            volumes.append(np.where(on & (began < op.until), sign * (op.value or 0.0), 0.0) * np.diff(time))
    for inflow in inflows:
        water_point.append(point_of(cells, inflow.place, _length(water, inflow.place)))
        volumes.append(np.diff(_passed(np.array(inflow.time, float), np.array(inflow.value, float), time)))
    mass_point, masses = [], []
    for release in releases:
        place = release.place
        nu = _passing(water, cells, held, place, time)
        for point, share in parts_of(cells, place, _length(water, place), nu, lasts=release.duration >= AT_ONCE):
            in_cell = point >= network.n_nodes + network.n_reaches
            mass_point.append(point)
            masses.append(share * _put_in(release, time, at_beginning=in_cell))

    def rows(parts: list[Array]) -> Array:
        return np.array(parts, float).reshape(-1, steps)

    for flows in (gate_flow, asked, *volumes):
        flows[np.abs(flows) < LEAST] = 0.0

    conduit = np.array([diversions[d].conduit for d in names], np.int64)
    return Forcing(
        time=time, water_point=np.array(water_point, np.int64), water=rows(volumes),
        mass_point=np.array(mass_point, np.int64), mass=rows(masses), gate=gate, gate_flow=gate_flow,
        conduit=conduit, left=np.array([diversions[d].ecological for d in names], float), asked=asked,
        dose_face=np.array(faces, np.int64), dose=rows(doses), output=outputs, snapshot=snapshots, decay=decay,
        emptying=emptying), dosed


def events_of(operations: Sequence[Operation], releases: Sequence[Release]) -> list[float]:
    """Times at which something begins or ends [s]."""
    ends = [op.until for op in operations if op.until < inf]
    return [*(op.at for op in operations), *ends, *(r.at for r in releases),
            *(r.at + r.duration for r in releases)]


def _length(water: Waterway, place: Place) -> float:
    return float(water.length[place.reach]) if place.node is None else 1.0


def _passing(water: Waterway, cells: Cells, held: Array, place: Place, time: Array) -> float:
    """Share of a cell that passes in the first step."""
    if place.node is not None or held[cells.first[place.reach]] <= 0:
        return 0.0
    return float(water.discharge[place.reach] * (time[1] - time[0]) / held[cells.first[place.reach]])


def _put_in(release: Release, time: Array, *, at_beginning: bool) -> Array:
    """Mass put in with each step [kg], with the mean time of the release, at the beginning of steps or during them."""
    if release.duration < AT_ONCE:
        out = np.zeros(time.size)
        out[np.searchsorted(time, release.at - 1e-6)] = release.mass
        return out[:-1]
    mass = release.mass * np.diff(np.clip((time - release.at) / release.duration, 0.0, 1.0))
    if not at_beginning:
        return mass
    return 0.5 * (mass + np.concatenate([[0.0], mass[:-1]]))


def _passed(at: Array, value: Array, time: Array) -> Array:
    """Integral from the first time of a series that is linear between its points and constant beyond, exact."""
    whole = np.concatenate([[0.0], np.cumsum(0.5 * (value[1:] + value[:-1]) * np.diff(at))])
    i = np.clip(np.searchsorted(at, time, side="right") - 1, 0, at.size - 1)
    j = np.minimum(i + 1, at.size - 1)
    inside = np.clip(time, at[0], at[-1]) - at[i]
    slope = np.where(j > i, (value[j] - value[i]) / np.where(j > i, at[j] - at[i], 1.0), 0.0)
    beyond = np.minimum(time - at[0], 0.0) * value[0] + np.maximum(time - at[-1], 0.0) * value[-1]
    return whole[i] + value[i] * inside + 0.5 * slope * inside**2 + beyond

"""A discharge read today at a site, laid over a flow scenario so that water is conserved."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Array
from riverplan.errors import InputError, Problem
from riverplan.river import hydraulic_geometry as geometry
from riverplan.river.network import RiverNetwork
from riverplan.river.scenario import FlowScenario
from riverplan.river.stations import redivided
from riverplan.transport.compiled import Compiled

LEAST, MOST = 1e-6, 5e5
"""Discharges a gauge may read [m³/s]; the Amazon in flood carries 3e5."""


def with_readings(river: RiverNetwork, scenario: FlowScenario, readings: Mapping[str, float]) -> FlowScenario:
    """The scenario in which the sites read have the discharges read.

    Upstream of a reading the flow is scaled (down to the next reading above it), with the other arms of
    bifurcations there; downstream the difference is added and divides at bifurcations as the flow does.
    Velocities then follow from each reach's rating or formula; widths and depths that were taken from the discharge
    change with it as at a station, other depths are no longer known. Diversion stations then take what they can of the
    water that comes to them, unless it was read beside them what they take.

    Parameters
    ----------
    river
        The river.
    scenario
        The flow to start from.
    readings
        Discharge [m³/s] by ``site_id``.

    Raises
    ------
    InputError
        For sites that do not exist and discharges that are not positive, all at once.
    """
    if not readings:
        return scenario
    problems: list[Problem] = []
    at: dict[int, tuple[str, float]] = {}
    for site_id, value in readings.items():
        try:
            site = river.site(site_id)
        except InputError as error:
            problems.extend(error.problems)
            continue
        if not LEAST <= value <= MOST:
            problems.append(Problem(code="reading_not_positive", fields={"site": site_id, "value": value}))
        row = river.reach_row[site.reach_id]
        if row in at and abs(at[row][1] - value) > 0.01 * value:
            problems.append(Problem(code="readings_disagree", fields={"sites": f"{at[row][0]}、{site_id}"}))
        at[row] = (site_id, float(value))
    if problems:
        raise InputError(problems)
    net, discharge = river.compiled, scenario.discharge.copy()
    source = scenario.discharge_source.copy()
    fixed = np.zeros(net.n_reaches, bool)
    for reach in sorted(at, key=lambda r: int(net.rank[net.tail[r]])):           # from above downwards
        value, before = at[reach][1], discharge[reach]
        above = _above(net, reach) & ~fixed
        beside = _beside(net, above, reach) & ~fixed
        old = discharge.copy()
        if before > 0:
            discharge[above | beside] *= value / before
        discharge[reach] = value
        touched = above | beside
        for r in (reach, *np.flatnonzero(beside)):             # what is more below, divides as the flow does
            more = discharge[r] - (old[r] if old[r] > 0 else 0.0)
            touched |= _add_below(net, discharge, int(r), more, above | beside | fixed)
        fixed |= above | beside
        fixed[reach] = True
        source[touched] = "interpolated"
        source[reach] = "measured"
    flow = replace(at_discharge(scenario, discharge), discharge_source=source, readings=dict(readings))
    return redivided(river, flow, scenario, read=at)


def at_discharge(scenario: FlowScenario, discharge: Array) -> FlowScenario:
    """A scenario at another discharge [m³/s], shape ``(n,)``.

    Velocities are left to each reach's rating or formula; widths and depths that were taken from the discharge
    change with it as at a station, other depths are no longer known.
    """
    wider, deeper = geometry.at_station(discharge, scenario.discharge)
    on_discharge = scenario.depth_source == "geometry_regression"
    return replace(scenario, discharge=discharge,
                   velocity=np.full(discharge.size, np.nan), velocity_source=np.full(discharge.size, "", object),
                   depth=np.where(on_discharge, scenario.depth * deeper, np.nan),
                   depth_source=np.where(on_discharge, scenario.depth_source, ""),
                   width=np.where(scenario.width_source == "geometry_regression", scenario.width * wider,
                                  scenario.width))


def _above(net: Compiled, reach: int) -> NDArray[np.bool_]:
    """Reaches whose water comes to the tail of a reach."""
    found = np.zeros(net.n_reaches, bool)
    waiting = [int(net.tail[reach])]
    seen = set(waiting)
    while waiting:
        for r in net.entering(waiting.pop()):
            found[r] = True
            if (node := int(net.tail[r])) not in seen:
                seen.add(node)
                waiting.append(node)
    return found


def _beside(net: Compiled, above: NDArray[np.bool_], reach: int) -> NDArray[np.bool_]:
    """The other arms of bifurcations the water of a reach passed: they rise and fall with it."""
    found = np.zeros(net.n_reaches, bool)
    for r in (*np.flatnonzero(above), reach):
        found[net.leaving(int(net.tail[r]))] = True
    found[reach] = False
    return found & ~above


def _add_below(net: Compiled, discharge: Array, reach: int, extra: float, settled: NDArray[np.bool_],
               ) -> NDArray[np.bool_]:
    """Add water below a reach, dividing it as the flow divides; the reaches changed.

    Reaches already ``settled`` keep their discharge. Where a reach cannot give all that is taken off,
    only what it had is passed on.
    """
    changed = np.zeros(net.n_reaches, bool)
    more = {int(net.head[reach]): extra}
    while more:
        node = min(more, key=lambda n: int(net.rank[n]))
        amount = more.pop(node)
        below = np.array([r for r in net.leaving(node) if not settled[r]], np.intp)
        now = np.maximum(np.nan_to_num(discharge[below]), 0.0)
        share = now / now.sum() if now.sum() > 0 else np.full(below.size, 1.0 / max(below.size, 1))
        for r, before, part in zip(below, now, share, strict=True):
            discharge[r] = max(before + amount * part, 0.0)
            changed[r] = True
            head = int(net.head[r])
            more[head] = more.get(head, 0.0) + discharge[r] - before
    return changed

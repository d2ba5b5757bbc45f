"""A discharge read today at a site, laid over a flow scenario so that water is conserved."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Array
from riverplan.errors import InputError, Problem
from riverplan.river.network import RiverNetwork
from riverplan.river.scenario import FlowScenario
from riverplan.transport.compiled import Compiled


def with_readings(river: RiverNetwork, scenario: FlowScenario, readings: Mapping[str, float]) -> FlowScenario:
    """The scenario in which the sites read have the discharges read.

    Upstream of a reading the flow is scaled (down to the next reading above it); downstream the
    difference is added and divides at bifurcations as the flow does. Velocities then follow from
    each reach's rating or formula.

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
        if not (value > 0 and np.isfinite(value)):
            problems.append(Problem(code="reading_not_positive", fields={"site": site_id, "value": value}))
        at[river.reach_row[site.reach_id]] = (site_id, float(value))
    if problems:
        raise InputError(problems)
    net, discharge = river.compiled, scenario.discharge.copy()
    source = scenario.discharge_source.copy()
    fixed = np.zeros(net.n_reaches, bool)
    for reach in sorted(at, key=lambda r: int(net.rank[net.tail[r]])):           # from above downwards
        value, before = at[reach][1], discharge[reach]
        above = _above(net, reach) & ~fixed
        if before > 0:
            discharge[above] *= value / before
        discharge[reach] = value
        _add_below(net, discharge, reach, value - (before if before > 0 else 0.0))
        fixed |= above
        fixed[reach] = True
        source[above] = "interpolated"
        source[reach] = "measured"
    blank = np.full(net.n_reaches, np.nan)
    return replace(scenario, discharge=discharge, discharge_source=source, velocity=blank, depth=blank,
                   width=scenario.width, velocity_source=np.full(net.n_reaches, "", object),
                   readings=dict(readings))


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


def _add_below(net: Compiled, discharge: Array, reach: int, extra: float) -> None:
    """Add water below a reach, dividing it as the flow divides."""
    more = {int(net.head[reach]): extra}
    while more:
        node = min(more, key=lambda n: int(net.rank[n]))
        amount, below = more.pop(node), net.leaving(node)
        now = np.nan_to_num(discharge[below])
        share = now / now.sum() if now.sum() > 0 else np.full(below.size, 1.0 / max(below.size, 1))
        for r, part in zip(below, share, strict=True):
            before = discharge[r]
            discharge[r] = max((before if before > 0 else 0.0) + amount * part, 0.0)
            head = int(net.head[r])
            more[head] = more.get(head, 0.0) + amount * part

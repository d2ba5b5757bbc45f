"""What a diversion station takes from its river while it runs, and what it leaves."""

from dataclasses import replace

import numpy as np

from riverplan.errors import InputError, Problem
from riverplan.river.network import RiverNetwork
from riverplan.river.scenario import FlowScenario
from riverplan.river.sites import Space
from riverplan.river.water_balance import routed
from riverplan.transport.compiled import Compiled

DIVERSION = "hydropower_diversion_type"
STATES = ("running", "stopped", "spilling")
OUTPUT = 8.0
"""Output coefficient of the rule P = 8.0 Q H of small hydropower (P in kW, Q in m³/s, H in m)."""
CONDUIT_VELOCITY = {"canal": 1.5, "tunnel": 3.0}
"""Design velocities of headrace canals and pressure tunnels [m/s], assumed: near the upper end of practice, so
that the arrival is not too late."""


def rated_flow(station: Space) -> tuple[float, str]:
    """What the conduit of a station takes at most [m³/s], and ``stated``, ``estimated`` or empty.

    Where none is given it is ``P / (8.0 H)`` with P in kW and H in m; ``nan`` where these are not known.

    >>> station = Space(site_id="P", lon=0.0, lat=0.0, installed_capacity=1_600e3, head=50.0)
    >>> rated_flow(station)
    (4.0, 'estimated')
    """
    if station.rated_flow and station.rated_flow > 0:
        return float(station.rated_flow), "stated"
    if station.installed_capacity and station.head and station.installed_capacity > 0 and station.head > 0:
        return station.installed_capacity / 1000.0 / (OUTPUT * station.head), "estimated"
    return float("nan"), ""


def conduit_reaches(river: RiverNetwork, site_id: str) -> list[str]:
    """The reaches of a station's conduit, from its intake down; none where it was not laid."""
    names = (f"{site_id}.conduit", f"{site_id}.conduit.1", f"{site_id}.conduit.2")
    return [n for n in names if n in river.reach_row]


def with_station(river: RiverNetwork, scenario: str | FlowScenario, site_id: str, state: str) -> FlowScenario:
    """A scenario in which a diversion station runs, stands still or spills.

    Parameters
    ----------
    river
        The river.
    scenario
        Name of one of its scenarios, or a scenario.
    site_id
        The station, laid by ``lay_diversions``.
    state
        ``running``: the conduit takes min(Q − ecological flow, rated flow). ``stopped`` or ``spilling`` (gates
        open): it takes nothing, all goes down the river.

    Raises
    ------
    InputError
        If the site is no diversion station with a conduit, or the state is none of these.
    """
    flow = river.scenario(scenario) if isinstance(scenario, str) else scenario
    if state not in STATES or not conduit_reaches(river, river.site(site_id).site_id):
        raise InputError(Problem(code="station_not_diversion", fields={"site": site_id, "state": state}))
    return run_station(river, flow, site_id, state)


def run_station(river: RiverNetwork, flow: FlowScenario, site_id: str, state: str) -> FlowScenario:
    """A flow with the water at an intake divided anew; what changes is routed down, so none is lost."""
    station = river.site(site_id)
    assert isinstance(station, Space)
    net = river.compiled
    conduit = np.array([river.reach_row[r] for r in conduit_reaches(river, site_id)])
    node = int(net.tail[conduit[0]])
    beside = np.array([r for r in net.leaving(node) if r not in conduit], np.intp)
    discharge = flow.discharge
    total = float(discharge[beside].sum() + discharge[conduit[0]])
    if not np.isfinite(total):
        return flow
    rated, _ = rated_flow(station)
    takes = min(max(total - (station.ecological_flow or 0.0), 0.0), rated) if state == "running" else 0.0
    more = takes - float(discharge[conduit[0]])
    lateral = np.zeros(net.n_reaches)
    part = discharge[beside]
    lateral[beside] = -more * (part / part.sum() if part.sum() > 0 else 1.0 / part.size)
    lateral[conduit[0]] = more
    change = routed(net, lateral, _share_of_flow(net, discharge))
    changed = np.abs(change) > 1e-9
    new = np.where(changed, np.maximum(discharge + change, 0.0), discharge)
    new[conduit] = takes
    words = flow.discharge_source.copy()
    words[changed] = "diversion"
    words[conduit] = "diversion"
    velocity, said = flow.velocity.copy(), flow.velocity_source.copy()
    velocity[changed], said[changed] = np.nan, ""              # tabulated at another discharge
    kind = str(river.reaches["kind"].iloc[conduit[0]])
    velocity[conduit] = CONDUIT_VELOCITY[kind] if takes > 0 else np.nan
    said[conduit] = "assumed" if takes > 0 else ""
    depth, depth_said = flow.depth.copy(), flow.depth_source.copy()
    depth[changed], depth_said[changed] = np.nan, ""
    return replace(flow, discharge=new, discharge_source=words, velocity=velocity, velocity_source=said,
                   depth=depth, depth_source=depth_said)


def _share_of_flow(net: Compiled, discharge: np.ndarray) -> np.ndarray:
    """Share of the water at its tail each reach takes, as the flow divides now."""
    leaving = np.bincount(net.tail, np.nan_to_num(discharge), net.n_nodes)[net.tail]
    arms = net.n_leaving[net.tail]
    return np.where(leaving > 0, np.nan_to_num(discharge) / np.where(leaving > 0, leaving, 1.0), 1.0 / arms)

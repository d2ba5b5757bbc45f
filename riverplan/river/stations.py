"""What a diversion station takes from its river while it runs, and what it leaves."""

from collections.abc import Collection, Iterable
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

SHORT = 0.05
"""A conduit that takes this much less than it should [-] is named."""


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


def laid_stations(river: RiverNetwork) -> list[str]:
    """The diversion stations with a conduit, from the top of the river down."""
    return from_the_top(river, [s.site_id for s in river.sites if isinstance(s, Space) and s.category == DIVERSION
                                and conduit_reaches(river, s.site_id)])


def from_the_top(river: RiverNetwork, stations: Iterable[str]) -> list[str]:
    """Stations with a conduit in the order the water comes to them: one above divides what one below gets."""
    net = river.compiled
    return sorted(stations, key=lambda s: int(net.rank[net.tail[river.reach_row[conduit_reaches(river, s)[0]]]]))


def with_station(river: RiverNetwork, scenario: str | FlowScenario, site_id: str, state: str, *,
                 most: float | None = None) -> FlowScenario:
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
    most
        What the conduit takes at most [m³/s], where a schedule says so; its rated flow where ``None``.

    Raises
    ------
    InputError
        If the site is no diversion station with a conduit, or the state is none of these.
    """
    flow = river.scenario(scenario) if isinstance(scenario, str) else scenario
    if state not in STATES or not conduit_reaches(river, river.site(site_id).site_id):
        raise InputError(Problem(code="station_not_diversion", fields={"site": site_id, "state": state}))
    return run_station(river, flow, site_id, state, most=most)


def run_station(river: RiverNetwork, flow: FlowScenario, site_id: str, state: str, *,
                most: float | None = None) -> FlowScenario:
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
    takes = _allowed(station, total, most) if state == "running" else 0.0
    more = takes - float(discharge[conduit[0]])
    lateral = np.zeros(net.n_reaches)
    part = discharge[beside]
    lateral[beside] = -more * (part / part.sum() if part.sum() > 0 else 1.0 / part.size)
    lateral[conduit[0]] = more
    change = routed(net, lateral, share_of_flow(net, discharge))
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


def _allowed(station: Space, total: float, most: float | None) -> float:
    """What a running station takes of the water at its intake [m³/s]."""
    return min(max(total - (station.ecological_flow or 0.0), 0.0), most or rated_flow(station)[0])


def throttled(river: RiverNetwork, flow: FlowScenario, site_id: str) -> float | None:
    """What a station takes [m³/s] where it takes less than it could, as by a schedule; ``None`` where it does not."""
    station, net = river.site(site_id), river.compiled
    assert isinstance(station, Space)
    first = river.reach_row[conduit_reaches(river, site_id)[0]]
    takes = float(flow.discharge[first])
    total = float(flow.discharge[net.leaving(int(net.tail[first]))].sum())
    return takes if 0 < takes < _allowed(station, total, None) * (1 - SHORT) else None


def redivided(river: RiverNetwork, flow: FlowScenario, before: FlowScenario, *, read: Collection[int] = (),
              ) -> FlowScenario:
    """A flow whose stations take what they can of the water that now comes to them, as far as they ran before.

    A station that stood still, or that took less than it could (by a schedule), goes on so.

    Parameters
    ----------
    river, flow
        The river and a flow of it that was scaled or added to.
    before
        The flow it was made from.
    read
        Rows of reaches whose discharge was read: a station beside them is left as it is.
    """
    for site_id in laid_stations(river):
        if arms(river, site_id).isdisjoint(read):
            takes = before.discharge[river.reach_row[conduit_reaches(river, site_id)[0]]]
            flow = run_station(river, flow, site_id, "running" if takes > 0 else "stopped",
                               most=throttled(river, before, site_id))
    return flow


def arms(river: RiverNetwork, site_id: str) -> set[int]:
    """Rows of a station's conduit and of the dewatered reaches beside it."""
    net, kind = river.compiled, river.reaches["kind"].to_numpy(str)
    conduit = [river.reach_row[r] for r in conduit_reaches(river, site_id)]
    found, waiting = set(conduit), [int(net.tail[conduit[0]])]
    while waiting:
        for r in net.leaving(waiting.pop()).tolist():
            if kind[r] == "dewatered" and r not in found:
                found.add(r)
                waiting.append(int(net.head[r]))
    return found


def share_of_flow(net: Compiled, discharge: np.ndarray) -> np.ndarray:
    """Share of the water at its tail each reach takes, as the flow divides now."""
    leaving = np.bincount(net.tail, np.nan_to_num(discharge), net.n_nodes)[net.tail]
    arms = net.n_leaving[net.tail]
    return np.where(leaving > 0, np.nan_to_num(discharge) / np.where(leaving > 0, leaving, 1.0), 1.0 / arms)

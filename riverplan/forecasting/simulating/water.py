"""The part of a river a simulation marches through, and its hydraulics as arrays."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Array, Channel
from riverplan.errors import InputError, Problem
from riverplan.forecasting.caveats import lacking
from riverplan.forecasting.spreading import stretch_of
from riverplan.forecasting.way import speeds_of
from riverplan.river.network import RiverNetwork
from riverplan.river.scenario import FlowScenario
from riverplan.river.sites import Space
from riverplan.river.stations import CONDUIT_VELOCITY, conduit_reaches, laid_stations, rated_flow
from riverplan.spread.advection_dispersion import ADVECTION_DISPERSION
from riverplan.transport.compiled import Compiled, compile_network
from riverplan.transport.operation import Diversion, Place
from riverplan.transport.waterway import PLUG_MOST, Waterway
from riverplan.velocity import MODELS

EXPONENT = 0.4
"""Of velocity in discharge where no model says it: Manning's in a wide channel (assumed)."""
EXPONENTS = (0.0, 0.8)
"""Least and most exponent the simulation takes [-]: beyond, a wave would outrun any seen."""
BESIDE = 1.05
"""Factor on the discharge by which the exponent of a model is found [-]."""
MOST_WORK = 1e10
"""Most cells times steps that are simulated: some minutes."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stage:
    """The reaches simulated (``rows`` of the river), as a network of their own, with their water.

    ``reach`` and ``node`` give the number here of each of the river, -1 where it is left out; ``used`` is the
    velocity model of each row.
    """

    rows: NDArray[np.intp]
    reach: NDArray[np.intp]
    node: NDArray[np.intp]
    network: Compiled
    water: Waterway
    used: NDArray[np.intp]
    sigma: Array
    """Standard error of ln(velocity) of each row [-]; 0 where none is known."""
    blocked: tuple[Problem, ...] = ()
    """What is missing of the reaches at which the simulation ends because they have no discharge or no velocity."""

    def at(self, row: int, chainage: float) -> Place:
        """A place on a reach of the river."""
        reach = int(self.reach[row])
        return Place(reach=reach, chainage=min(max(chainage, 0.0), float(self.water.length[reach])))


def below(net: Compiled, rows: Iterable[int], blocked: Collection[int] = ()) -> set[int]:
    """Rows of these reaches and of all that water from them comes to without passing blocked ones."""
    found = set(rows).difference(blocked)
    waiting = [int(net.head[r]) for r in found]
    seen = set(waiting)
    while waiting:
        for r in net.leaving(waiting.pop()).tolist():
            if r in blocked:
                continue
            found.add(r)
            if (node := int(net.head[r])) not in seen:
                seen.add(node)
                waiting.append(node)
    return found


def leading_to(net: Compiled, rows: Iterable[int], among: Collection[int]) -> set[int]:
    """Of some rows these and those from which water comes to them."""
    found = set(rows).intersection(among)
    waiting = list(found)
    while waiting:
        for r in net.entering(int(net.tail[waiting.pop()])).tolist():
            if r in among and r not in found:
                found.add(r)
                waiting.append(r)
    return found


def stage_of(river: RiverNetwork, flow: FlowScenario, from_reaches: Iterable[int], from_nodes: Iterable[int],
             velocity: str, *, dispersion: bool = True, to_reaches: Collection[int] = ()) -> Stage:
    """All that lies below some reaches and nodes, with the pools that end at these nodes.

    Parameters
    ----------
    river, flow
        The river and its flow at the beginning.
    from_reaches
        Rows of reaches.
    from_nodes
        Numbers of nodes.
    velocity
        Name of the velocity model to prefer; empty for none.
    dispersion
        Whether the plume disperses.
    to_reaches
        Rows of reaches; where given, only what leads to one of them is simulated, beside what is given.

    Raises
    ------
    InputError
        Where one of the reaches given has no discharge or no velocity. Below it ends at such a reach, as a forecast
        does.
    """
    net = river.compiled
    pool = (river.reaches["kind"] == "reservoir").to_numpy(bool)
    first = set(from_reaches)
    for place in from_nodes:
        leaving = set(net.leaving(place).tolist())
        first |= leaving | {int(r) for r in net.entering(place) if pool[r] or not leaving}
    water, used, flowing, sigma = _waterway(river, flow, velocity, dispersion=dispersion)
    channel = replace(river.channel(flow), discharge=water.rated_discharge)
    if bad := sorted(r for r in first if not flowing[r]):
        raise InputError(lacking(river, channel, bad, severity="error"))
    dry = set(np.flatnonzero(~flowing).tolist())
    found = below(net, first, dry)
    if to_reaches:
        found = leading_to(net, [*to_reaches, *first], found)
    rows = np.array(sorted(found), np.intp)
    ends_at = sorted(dry & {int(r) for head in np.unique(net.head[rows]) for r in net.leaving(int(head))})
    reach = np.full(net.n_reaches, -1, np.intp)
    reach[rows] = np.arange(rows.size)
    ends = np.unique(np.concatenate([net.tail[rows], net.head[rows]]))
    node = np.full(net.n_nodes, -1, np.intp)
    node[ends] = np.arange(ends.size)
    return Stage(rows=rows, reach=reach, node=node, used=used[rows], sigma=sigma[rows], water=Waterway(
        **{f.name: getattr(water, f.name)[rows] for f in fields(Waterway)}),
        blocked=tuple(lacking(river, channel, ends_at, severity="warning")) if ends_at else (), network=compile_network(
        node[net.tail[rows]].astype(np.int32), node[net.head[rows]].astype(np.int32), ends.size))


def _waterway(river: RiverNetwork, flow: FlowScenario, velocity: str, *, dispersion: bool,
              ) -> tuple[Waterway, NDArray[np.intp], NDArray[np.bool_], Array]:
    """The hydraulics of all reaches, the velocity model of each, which flow, and the standard error of ln(velocity)."""
    channel = river.channel(flow)
    conduit, rated = _conduits(river)
    q = channel.discharge
    reference = np.where(q > 0, q, np.where(q == 0, np.where(conduit > 0, rated, channel.mean_discharge), np.nan))
    at = replace(channel, discharge=reference)
    speeds, used = speeds_of(at, velocity)
    v = np.where((conduit > 0) & ~(speeds.most_probable > 0), conduit, speeds.most_probable)
    faster, _ = speeds_of(replace(at, discharge=BESIDE * reference), velocity)
    with np.errstate(invalid="ignore", divide="ignore"):
        b = np.log(faster.most_probable / speeds.most_probable) / np.log(BESIDE)
    is_pool = used == list(MODELS).index("reservoir")
    b = np.where(np.isfinite(b) & ~is_pool, np.clip(b, *EXPONENTS), EXPONENT)
    spread = ADVECTION_DISPERSION.coefficient(stretch_of(at, v, is_pool))
    storage = np.where(is_pool, channel.storage, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        plug = np.where(is_pool, np.minimum(channel.length / v * reference / channel.storage, PLUG_MOST), 0.0)
    gains = river.gaining(flow)
    with np.errstate(invalid="ignore", divide="ignore"):
        # the velocity is that of the middle of the reach, whatever it gains
        rated = np.where(gains.along > 0, reference * gains.at_middle / q, reference)
    return Waterway(
        length=np.maximum(channel.length, 1.0), discharge=np.nan_to_num(gains.tail), rated_discharge=rated,
        rated_velocity=v, exponent=b, dispersion=np.where((spread > 0) & dispersion, spread, 0.0), storage=storage,
        plug=plug, lateral=gains.along), used, (reference > 0) & (v > 0), np.nan_to_num(speeds.sigma_ln)


def _conduits(river: RiverNetwork) -> tuple[Array, Array]:
    """Design velocity [m/s] and rated flow [m³/s] of the reaches of conduits; 0 elsewhere."""
    speed, rated = np.zeros(len(river.reaches)), np.zeros(len(river.reaches))
    for site_id in laid_stations(river):
        station = river.site(site_id)
        assert isinstance(station, Space)
        for name in conduit_reaches(river, site_id):
            row = river.reach_row[name]
            speed[row] = CONDUIT_VELOCITY[str(river.reaches["kind"].iat[row])]
            rated[row] = rated_flow(station)[0]
    return speed, rated


def diversions_of(river: RiverNetwork, flow: FlowScenario, stage: Stage) -> dict[str, Diversion]:
    """The diversion stations on the stage, as they run at the beginning."""
    found = {}
    for site_id in laid_stations(river):
        row = river.reach_row[conduit_reaches(river, site_id)[0]]
        if stage.reach[row] < 0:
            continue
        station = river.site(site_id)
        assert isinstance(station, Space)
        takes = float(np.nan_to_num(flow.discharge[row]))
        most = rated_flow(station)[0]
        found[site_id] = Diversion(conduit=int(stage.reach[row]), rated=max(most, takes) if most > 0 else takes,
                                   ecological=station.ecological_flow or 0.0, asked=takes)
    return found


def work_problems(water: Waterway, cell: float | Array, seconds: float, added: float) -> list[Problem]:
    """Whether the cells and steps are too many to be marched in minutes.

    Parameters
    ----------
    water
        The hydraulics.
    cell
        Length of a cell [m], one or one of each reach.
    seconds
        Time simulated [s].
    added
        Most water that is released at once [m³/s].
    """
    wave = float((water.power * water.velocity(water.discharge + added)).max(initial=1e-3))
    least = float(np.min(cell))
    work = float((water.length / cell).sum()) * seconds * wave / least
    return [Problem(code="simulation_work", fields={
        "km": f"{water.length.sum() / 1000.0:.0f}", "cell": f"{least:g}", "hours": f"{seconds / 3600.0:.0f}",
        "better": f"{least * (work / MOST_WORK) ** 0.5:.0f}"})] if work > MOST_WORK else []


def stage_problems(river: RiverNetwork, channel: Channel, stage: Stage, *, dispersion: bool) -> list[Problem]:
    """What had to be left out of the hydraulics: dispersion, and pools of unknown storage."""
    problems, name = [], river.reaches["reach_id"].to_numpy(str)
    plain = (stage.water.dispersion == 0) & (stage.water.storage == 0)
    if dispersion and plain.any():
        problems.append(Problem(code="simulation_no_dispersion", severity="warning", fields={
            "count": int(plain.sum()), "reaches": ", ".join(name[stage.rows[plain][:6]])}))
    unknown_pools = stage.rows[channel.is_reservoir[stage.rows] & (stage.water.storage == 0)]
    if unknown_pools.size:
        problems.append(Problem(code="pool_without_storage", severity="warning", fields={
            "reaches": ", ".join(name[unknown_pools[:6]])}))
    return problems

"""What a reader must know of a forecast, in words: what was missing, stretched, lost, or lies too near."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Channel
from riverplan.errors import Problem, Severity
from riverplan.forecasting.arrivals import Passing
from riverplan.forecasting.changing import changing_flow
from riverplan.forecasting.spill import Spill
from riverplan.i18n import listed
from riverplan.river.assumed_flow import ASSUMED
from riverplan.river.line_origin import origin_problems
from riverplan.river.locate import nearest_reach
from riverplan.river.network import RiverNetwork
from riverplan.river.road_stakes import stake_position, written
from riverplan.river.scenario import FlowScenario
from riverplan.river.sites import Site
from riverplan.transport.arrival import Reached
from riverplan.velocity import MODELS

NEAR = 200.0
"""An intake this far above a spill is as good as at it: places are not known better [m]."""
FAR_OFF = 10.0
"""A reading this many times off its scenario looks like a slip."""
_MEASURED, _RESERVOIR = (list(MODELS).index(name) for name in ("measured", "reservoir"))


def lacking(river: RiverNetwork, channel: Channel, rows: Sequence[int], *, severity: Severity) -> list[Problem]:
    """Which values the reaches lack to be forecast, one problem a river."""
    problems = []
    names = river.reaches["name"].to_numpy(str)
    for name in dict.fromkeys(names[list(rows)]):
        mine = [r for r in rows if names[r] == name]
        code = "no_discharge" if not np.all(channel.discharge[mine] > 0) else "no_velocity"
        problems.append(Problem(code=code, severity=severity, fields={
            "river": name or "?", "reaches": _named(river, mine)}))
    return problems


def limits_of_the_model(river: RiverNetwork, flow: FlowScenario, channel: Channel, spill: Spill,
                        reached: Reached, found: Passing, used: NDArray[np.intp],
                        sites: Sequence[Site]) -> list[Problem]:
    """What this forecast cannot do or had to assume.

    Parameters
    ----------
    river, flow, channel, spill
        What was forecast.
    reached, found
        The walk, and the plume at the places: the sites first, then the ends of all reaches.
    used
        Velocity model of each reach.
    sites
        The sites among the places.
    """
    problems = [Problem(code="model_scope", severity="note")]
    problems += _by_stake(river, spill)
    problems += [Problem(code="flow_estimated", severity="warning")] if flow.name == ASSUMED else []
    problems += _readings_far_off(river, flow)
    problems += changing_flow(river, flow, spill.at)
    problems += lacking(river, channel, reached.blocked, severity="warning") if reached.blocked else []
    problems += _intakes_just_above(river, spill)
    if reached.losing:
        nodes = ", ".join(river.nodes["node_id"].iloc[list(reached.losing)[:6]])
        problems.append(Problem(code="water_lost", severity="note", fields={"nodes": nodes}))
    at_reach = found.place >= len(sites)
    of_reach = (found.place[at_reach] - len(sites)) % len(river.reaches)
    if stretched := np.unique(of_reach[found.curves.widened[at_reach]]).size:
        problems.append(Problem(code="spread_widened", severity="note", fields={"count": int(stretched)}))
    rows = np.unique(of_reach)
    problems += origin_problems(river, rows)
    if np.any(used[rows] == _RESERVOIR):
        problems.append(Problem(code="pool_bounds", severity="note"))
    unknown = rows[channel.is_reservoir[rows] & (used[rows] != _RESERVOIR)]
    if unknown.size:
        problems.append(Problem(code="pool_without_storage", severity="warning",
                                fields={"reaches": _named(river, unknown)}))
    table = channel.rating_discharge[rows]
    low, high = np.fmin.reduce(table, axis=1), np.fmax.reduce(table, axis=1)
    q = channel.discharge[rows]
    beyond = (used[rows] == _MEASURED) & ((q > 1.001 * high) | (q < 0.999 * low))
    if beyond.any():
        problems.append(Problem(code="beyond_rating", severity="warning", fields={"count": int(beyond.sum())}))
    return problems


def _by_stake(river: RiverNetwork, spill: Spill) -> list[Problem]:
    """What the place of a spill at a road stake rests on."""
    if not spill.stake:
        return []
    at = stake_position(river, spill.stake)
    away = nearest_reach(river, at.lon, at.lat).offset
    severity: Severity = "warning" if at.spacing else "note"
    code = "spill_stake_between" if at.spacing else "spill_stake_known"
    return [Problem(code=code, severity=severity, lon=at.lon, lat=at.lat, fields={
        "stake": f"{at.road} {written(at.at)}".strip(), "low": written(at.low), "high": written(at.high),
        "spacing": at.spacing, "offset": away})]


def _readings_far_off(river: RiverNetwork, flow: FlowScenario) -> list[Problem]:
    """Readings that differ so much from the scenario they are laid over that a slip is likely."""
    before = river.scenarios.get(flow.name)
    problems = []
    for site_id, value in flow.readings.items():
        usual = float(before.discharge[river.reach_row[river.site(site_id).reach_id]]) if before else 0.0
        if usual > 0 and not 1 / FAR_OFF < value / usual < FAR_OFF:
            problems.append(Problem(code="reading_far_off", severity="warning", fields={
                "site": site_id, "value": f"{value:g}", "flow": f"{usual:.3g}",
                "times": f"{max(value / usual, usual / value):.0f}"}))
    return problems


def _named(river: RiverNetwork, rows: Sequence[int] | NDArray[np.intp]) -> str:
    return ", ".join(river.reaches["reach_id"].iloc[list(rows)[:6]])


def _intakes_just_above(river: RiverNetwork, spill: Spill) -> list[Problem]:
    """Intakes a little above the spill: the model leaves them out, the place of the spill may be wrong."""
    at, row = spill.chainage or 0.0, river.reach_row[spill.reach_id]
    reaches = river.reaches
    above = {spill.reach_id: 0.0}
    if at < NEAR:
        tail = reaches["tail"].iat[row]
        above |= {r: length for r, head, length in zip(reaches["reach_id"], reaches["head"], reaches["length"],
                                                      strict=True) if head == tail}
    near = []
    for site in river.sites:
        if site.kind == "intake" and site.reach_id in above:
            distance = at + above[site.reach_id] - site.chainage
            if 0 < distance <= NEAR:
                near.append(f"{site.site_id} {site.name}".strip())
    return [Problem(code="intake_just_above", severity="warning",
                    fields={"sites": listed(near), "distance": f"{NEAR:.0f}"})] if near else []

"""Clean water for the plume: reservoirs beside or above its way, what they can give and when it meets the plume."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from riverplan.errors import InputError, Problem
from riverplan.forecasting.result import Arrival, Forecast
from riverplan.forecasting.run import forecast
from riverplan.planning.dilution import Dilution, dilution, reservoir_of
from riverplan.planning.margin import ReadyTable
from riverplan.planning.options import Option, soonest_of
from riverplan.planning.usable_space import UsableSpace
from riverplan.river.network import RiverNetwork
from riverplan.river.sites import Intake, Space

MOST = 3
"""So many reservoirs are tried, those that come soonest to the intake."""
PROBE = 1.0
"""Mass of the tracer by which the way of the water is timed [kg]: any, the times do not depend on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Reservoirs off the plume's way whose water comes to an intake it harms: with the time its water takes [s]."""

    intake: Arrival
    way: dict[str, float]


def sources_of(river: RiverNetwork, said: Forecast, spaces: Sequence[UsableSpace]) -> Sources | None:
    """Reservoirs that could dilute the plume at the first intake that may exceed its limit; None where there is none.

    Parameters
    ----------
    river
        The river.
    said
        Of the spill.
    spaces
        As usable today; those with the function ``dilute`` off the plume's way count.
    """
    harmed = next((a for a in said.arrivals if a.kind == Intake.kind and a.limit is not None
                   and (a.exceed_probability or 0.0) >= 0.5), None)
    if harmed is None:
        return None
    on_way = {a.site_id for a in said.arrivals}
    tail = str(river.reaches["tail"].iat[river.reach_row[harmed.reach_id]])
    way: dict[str, float] = {}
    for space in spaces:
        site = river.site(space.space_id) if space.listed else None
        if ("dilute" not in space.functions or space.space_id in on_way or not isinstance(site, Space)
                or not site.node_id or site.node_id not in river.upstream(tail) | {tail}):
            continue
        try:
            found = forecast(river, replace(said.spill, site_id=site.site_id, reach_id="", chainage=None, lon=None,
                                            lat=None, stake="", mass=PROBE, release=(), duration=0.0),
                             scenario=said.scenario).arrival(harmed.site_id)
        except InputError:
            continue                                          # a reach above without discharge: it cannot be timed
        if found is not None:
            way[site.site_id] = found.peak
    return Sources(intake=harmed, way=dict(sorted(way.items(), key=lambda x: x[1])[:MOST])) if way else None


def room_below(river: RiverNetwork, said: Forecast, site: Space) -> float:
    """Water a reservoir can add without its river rising above what its high season carries [m³/s].

    Where no flow of the high season is known, as much as flows now (assumed). A flood wave is no means against a
    spill: whoever is on the banks below is not told of it in time.
    """
    below = river.compiled.leaving(river.node_row[site.node_id])
    now = float(np.nansum(said.scenario.discharge[below]))
    high = river.scenarios.get("high")
    most = 2.0 * now if high is None else float(np.nansum(high.discharge[below]))
    return max(most - now, 0.0)


def clean_water(river: RiverNetwork, said: Forecast, sources: Sources, spaces: Sequence[UsableSpace],
                ready: ReadyTable) -> tuple[list[Dilution], list[Option]]:
    """What each reservoir would have to give and can, and the option of it.

    The release begins so that its water meets the plume at the intake, or as soon as it is ordered; it lasts as long
    as the plume passes there.

    Parameters
    ----------
    river, said, sources
        As of :func:`sources_of`.
    spaces, ready
        Of one order.
    """
    a = sources.intake
    found, options = [], []
    soonest = soonest_of(ready)
    for row, space in enumerate(spaces):
        site = river.site(space.space_id) if space.space_id in sources.way else None
        if not isinstance(site, Space) or a.peak_concentration is None or a.limit is None:
            continue
        at = max(a.earliest - sources.way[space.space_id], float(soonest[row]) if soonest[row] >= 0 else 0.0)
        until = max(a.trailing - sources.way[space.space_id], at + 3600.0)
        room = room_below(river, said, site)
        most = room if site.discharge_capacity is None else min(room, site.discharge_capacity)
        made = dilution(reservoir_of(site, capacity=most), discharge=a.discharge,
                        concentration=a.peak_concentration, limit=a.limit, at=at, duration=until - at)
        made = replace(made, notes=(*made.notes, Problem(code="dilution_room", severity="note", fields={
            "room": f"{room:.3g}"})))
        found.append(made)
        if made.operation is not None:
            options.append(Option(
                space=space, action="dilute", row=row, at=at, by=at, until=until, value=made.given,
                earliest=max(a.earliest - sources.way[space.space_id], 0.0), trailing=until,
                operations=(made.operation,)))
    return found, options


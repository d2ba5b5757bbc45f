"""When a stopped power station will spill: a station without storage passes the plume on after its free volume."""

from collections.abc import Iterable
from dataclasses import dataclass

from riverplan.planning.usable_space import UsableSpace
from riverplan.planning.volumes import time_gained
from riverplan.river.network import RiverNetwork
from riverplan.river.scenario import FlowScenario
from riverplan.river.sites import Space

NO_STORAGE = ("", "none", "daily")
"""Regulation of stations that hold no more than a day's water; an unknown one is taken for such."""
STATIONS = ("hydropower_dam_type", "hydropower_diversion_type")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoppedStation:
    """A station that stands still: inflow [m³/s], free volume [m³], and how long until it spills [s].

    ``spills_after`` is infinite where what is let out is not less than what comes.
    """

    site_id: str
    inflow: float
    free_volume: float
    spills_after: float


def stopped_stations(river: RiverNetwork, scenario: str | FlowScenario, spaces: Iterable[UsableSpace],
                     ) -> tuple[StoppedStation, ...]:
    """How long each power station without storage holds the river when it stops, soonest first.

    Free volume over inflow less the ecological flow it lets out. A diversion station with no free volume listed spills
    at once; a dam station of which none is known is left out, as is one where the discharge is not known.

    Parameters
    ----------
    river, scenario
        As for :func:`riverplan.planning.spaces.usable_spaces`.
    spaces
        Its result, for the free volumes of the day.

    Raises
    ------
    UnknownNameError
        If there is no such flow.
    """
    flow = river.scenario(scenario) if isinstance(scenario, str) else scenario
    found = []
    for space in spaces:
        site = river.site(space.space_id) if space.listed and space.category in STATIONS else None
        if not isinstance(site, Space) or site.regulation not in NO_STORAGE:
            continue
        free = 0.0 if space.free_volume is None and space.category == STATIONS[1] else space.free_volume
        inflow = float(flow.discharge[river.reach_row[space.reach_id]])
        if free is None or not inflow > 0:
            continue
        after = float(time_gained(free, inflow, site.ecological_flow or 0.0))
        found.append(StoppedStation(site_id=site.site_id, inflow=inflow, free_volume=free, spills_after=after))
    return tuple(sorted(found, key=lambda s: (s.spills_after, s.site_id)))

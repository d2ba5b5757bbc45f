"""The listed spaces and bridges as a plan sees them on this day: what each can do, how much it takes, how soon."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from riverplan.errors import Problem
from riverplan.planning.space_functions import functions_of
from riverplan.planning.space_problems import Told
from riverplan.planning.space_volumes import SEASONS, Section, free_volume
from riverplan.planning.temporary_dams import (
    FREEBOARD,
    HEIGHT,
    MOST_DEPTH,
    MOST_WIDTH,
    flow_depth,
    temporary_dam,
    water_held,
)
from riverplan.planning.usable_space import OPENING, Dam, UsableSpace
from riverplan.river.network import RiverNetwork
from riverplan.river.scenario import FlowScenario
from riverplan.river.sites import Bridge, Space
from riverplan.river.stations import DIVERSION, rated_flow

FOOT = 500.0
"""Last stretch where a list says on foot or by boat and no distance [m] (assumed)."""
BESIDE = frozenset({"constructed_wetland", "pond", "dry_channel", "other"})
"""Types that lie beside the river, unless they cut it off."""
BUILT = frozenset({"temp_dam_site", "bridge", "island_reach"})
"""Types at which a dam is built first, by people in the channel."""
OPERATED = frozenset({"reservoir", "gate_dam", "hydropower_dam_type", "hydropower_diversion_type"})
"""Types with gates that somebody else has the right to order."""
_NO_LEVELS: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _River:
    """What is asked of the river for each space."""

    river: RiverNetwork
    flow: FlowScenario
    width: np.ndarray
    depth: np.ndarray
    slope: np.ndarray
    flood: bool | None
    told: Told

    def section(self, row: int) -> Section:
        return Section(width=float(self.width[row]), depth=float(self.depth[row]), slope=float(self.slope[row]))


def usable_spaces(river: RiverNetwork, scenario: str | FlowScenario, *, levels: Mapping[str, float] = _NO_LEVELS,
                  flood_season: bool | None = None) -> tuple[tuple[UsableSpace, ...], tuple[Problem, ...]]:
    """What every listed space can do, and every bridge as a place for a temporary dam or for dosing.

    Parameters
    ----------
    river
        With its sites located.
    scenario
        Name of one of its flows, or a flow; it decides which season's volume counts. For a flow that is no season,
        such as a measured one, that season counts whose discharge at the space is nearest.
    levels
        Today's level [m] by ``site_id``; of the others what the list says.
    flood_season
        Whether free volumes end at the flood limit; where None they do where the flow is that of the high season.

    Returns
    -------
    spaces
        In the order of the lists. One found not to be there any more, or that lies on no reach, is left out and named.
    problems
        Warnings and notes, one a kind, each naming its spaces: what is missing for a plan, and what was assumed.

    Raises
    ------
    UnknownNameError
        If there is no such flow.
    """
    flow = river.scenario(scenario) if isinstance(scenario, str) else scenario
    channel = river.channel(flow)
    told = Told()
    here = _River(river=river, flow=flow, width=channel.width, depth=flow_depth(channel), slope=channel.slope,
                  flood=flood_season, told=told)
    ids = {s.site_id for s in river.sites if isinstance(s, Space)}
    for site_id in levels:
        if site_id not in ids:
            told.say("space_level_unknown", site_id)
    found: list[UsableSpace] = []
    for listed_site in river.sites:
        if not isinstance(listed_site, Space | Bridge):
            continue
        site = told.sound(listed_site)
        if site.reach_id not in river.reach_row:
            told.say("space_off_river", site)
        elif isinstance(site, Space):
            if site.verified_result == "no":
                told.say("space_not_there", site)
            else:
                found.append(_space(here, site, levels.get(site.site_id)))
        else:
            found.append(_bridge(here, site))
    return tuple(found), tuple(told.problems())


def season_of(river: RiverNetwork, flow: FlowScenario, row: int) -> str:
    """The season a flow stands for at a reach: its own name, else that of the nearest discharge there."""
    if flow.name in SEASONS:
        return flow.name
    here = float(flow.discharge[row])
    known = {s: float(river.scenarios[s].discharge[row]) for s in SEASONS if s in river.scenarios}
    apart = {s: abs(np.log(q / here)) for s, q in known.items() if q > 0 and here > 0}
    return min(apart, key=lambda s: apart[s]) if apart else "normal"


def _space(here: _River, site: Space, level: float | None) -> UsableSpace:
    told, row = here.told, here.river.reach_row[site.reach_id]
    functions, treats, strange, assumed = functions_of(site.functions, site.category)
    for word in strange:
        told.say("space_function_unknown", site, word)
    if assumed:
        told.say("space_functions_assumed", site)
    if site.verified_result == "changed":
        told.say("space_changed", site)
    _consistent(told, site)
    side = site.category in BESIDE and "cut" not in functions
    section = here.section(row)
    season = season_of(here.river, here.flow, row)
    flood = season == "high" if here.flood is None else here.flood
    if here.flood is None and site.flood_limit_level is not None:
        told.say("space_flood_taken" if flood else "space_no_flood_taken", site)
    free = free_volume(site, season, level=level, flood_season=flood, section=section)
    if free.wrong:
        told.say(free.wrong, site, f"{site.today_level if level is None else level:g} m")
    if here.flow.name not in SEASONS and free.basis == "stated_season":
        told.say("space_season_taken", site)
    if free.basis == "level":
        told.say("space_level_linear", site)
    if free.volume is None and functions & {"hold", "cut"} and not (site.category == "other" and not side):
        told.say("space_no_volume", site)
    dam = _dam_of(here, site, section) if functions else None
    if dam is not None and free.basis == "wedge" and free.volume == 0.0:
        told.say("space_dam_low", site, f"{dam.height:g} m")
    close, basis = _closing(told, site, functions, dam, side=side)
    capacity = _capacity(site)
    if capacity is None and functions & {"hold", "divert"} and (side or site.category == DIVERSION):
        told.say("space_no_capacity", site)
    orders = site.dispatch_authority or site.operator or site.owner
    if not orders and site.category in OPERATED and functions:
        told.say("space_no_orders", site)
    foot, boat = _last_stretch(told, site)
    return UsableSpace(
        space_id=site.site_id, name=site.name, category=site.category, reach_id=site.reach_id, chainage=site.chainage,
        lon=site.lon, lat=site.lat, functions=functions, free_volume=free.volume, free_above_limit=free.above_limit,
        volume_basis=free.basis, close_time=close, close_basis=basis, capacity=capacity, dam=dam,
        in_channel=bool(functions) and (site.category in BUILT - {"bridge"} or
                                        ("cut" in functions and site.category in ("bridge", "other"))),
        side=side, foot=foot, boat=boat, treatable=site.treatable or treats or site.category == "constructed_wetland",
        orders=orders, phone=site.phone or site.control_phone, instruction=site.instruction)


def _consistent(told: Told, site: Space) -> None:
    """Say what of a row cannot be true together."""
    if site.normal_level is not None and site.flood_limit_level is not None \
            and site.flood_limit_level > site.normal_level:
        told.say("space_limit_wrong", site, f"{site.flood_limit_level:g} m > {site.normal_level:g} m")
    usable = max((v for v in (site.usable_volume, site.usable_low, site.usable_normal, site.usable_high)
                  if v is not None), default=0.0)
    if site.total_volume and usable > site.total_volume:
        told.say("space_usable_wrong", site, f"{usable:g} m³ > {site.total_volume:g} m³")


def _dam_of(here: _River, site: Space, section: Section) -> Dam | None:
    """The earthwork of a space at which a dam is built; None where its width is unknown or an arm is too deep."""
    if site.category not in BUILT or site.category == "bridge":
        return None
    island = site.category == "island_reach"
    height = site.height or (section.depth + FREEBOARD if island else HEIGHT)
    width = site.width or section.width
    if not width > 0 or not height > 0 or (island and not site.height and section.depth > MOST_DEPTH):
        return None
    if None in (site.crest_width, site.slope_up, site.slope_down, site.height):
        here.told.say("space_dam_assumed", site)
    return temporary_dam(width, height, crest=site.crest_width, slope_up=site.slope_up, slope_down=site.slope_down,
                         bed_width=site.bed_width)


def _closing(told: Told, site: Space, functions: frozenset[str], dam: Dam | None, *, side: bool,
             ) -> tuple[float | None, str]:
    """Time to close, build or open [s], and what it rests on."""
    if site.close_time is not None:
        return site.close_time, "stated"
    if dam is not None:
        told.say("space_time_earthwork", site)
        return dam.excavator_time, "earthwork"
    if side and functions & {"hold", "divert"}:
        told.say("space_time_assumed", site)
        return OPENING, "assumed"
    if functions & {"hold", "cut", "divert"}:
        told.say("space_no_close_time", site)
    return None, "unknown"


def _capacity(site: Space) -> float | None:
    """What lets water in [m³/s]: canal or inlet and pumps together; of a diversion station what its conduit takes."""
    if site.category == DIVERSION and site.canal_capacity is None:
        rated = rated_flow(site)[0]
        return rated if np.isfinite(rated) else None
    ways = [q for q in (site.canal_capacity, site.pump_capacity) if q is not None]
    return sum(ways) if ways else None


def _last_stretch(told: Told, site: Space) -> tuple[float, bool]:
    """Last stretch [m] no car takes, and whether it is by boat."""
    boat = site.access == "boat"
    if site.foot_distance is None and site.access in ("foot", "boat"):
        told.say("space_foot_assumed", site)
        return FOOT, boat
    return site.foot_distance or 0.0, boat


ON_FOOT = ("步行", "人行", "徒步", "foot", "pedestrian")
"""Words of a bridge's access that mean that no car gets there."""


def _bridge(here: _River, site: Bridge) -> UsableSpace:
    """A bridge: dosing from its deck, and a dam beside it where the channel is narrow and shallow enough."""
    row = here.river.reach_row[site.reach_id]
    section = here.section(row)
    walked = any(word in site.access.lower() for word in ON_FOOT)
    if walked:
        here.told.say("space_foot_assumed", site)
    dosing = UsableSpace(
        space_id=site.site_id, name=site.name, category="bridge", reach_id=site.reach_id, chainage=site.chainage,
        lon=site.lon, lat=site.lat, functions=frozenset({"dose"}), free_volume=None, volume_basis="unknown",
        close_time=None, close_basis="unknown", foot=FOOT if walked else 0.0)
    width = min(w for w in (section.width, site.span or np.inf) if w > 0) if section.width > 0 else np.nan
    held = float(water_held(width, HEIGHT, section.depth, section.slope))
    if walked or not (width <= MOST_WIDTH and section.depth <= MOST_DEPTH and held > 0):
        return dosing
    here.told.say("space_bridge_dam", site)
    dam = temporary_dam(width, HEIGHT)
    return replace(dosing, functions=frozenset({"cut", "dose"}), free_volume=held, volume_basis="wedge",
                   close_time=dam.excavator_time, close_basis="earthwork", dam=dam, in_channel=True)

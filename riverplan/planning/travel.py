"""How long teams and lorries drive: over a net of roads where there is one, else by distance."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from pyproj import Geod

from riverplan.channel import Array
from riverplan.errors import Problem
from riverplan.i18n import listed
from riverplan.planning.road_classes import MINOR
from riverplan.planning.road_ways import FARTHEST, Driving, quickest_ways
from riverplan.planning.roads import Roads
from riverplan.planning.usable_space import UsableSpace
from riverplan.river.sites import Store, Team
from riverplan.units import KILOMETRE

NIGHT = 0.8
"""Speed by night over speed by day [-] (assumed)."""
RAIN = 0.8
"""Speed in rain over speed on dry roads [-] (assumed)."""
LANDSLIDE_MAIN = 0.8
"""Speed where landslides are about over speed else, on expressways, national and provincial roads [-] (assumed)."""
LANDSLIDE_MINOR = 0.5
"""The same on all other roads [-] (assumed)."""
FERRY_WAIT = 1800.0
"""Waiting and loading at a ferry [s] (assumed). By night a ferry does not run (assumed)."""
DETOUR = 1.6
"""Way by road over straight distance in mountains [-] (assumed). A river without a bridge makes it longer."""
STRAIGHT_SPEED = 30.0 / 3.6
"""Mean speed over such a way [m/s] (assumed; mountains)."""
OFF_ROAD_SPEED = 10.0 / 3.6
"""Speed between a place and the nearest road of the net [m/s] (assumed)."""
_GEOD = Geod(ellps="WGS84")


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What slows everyone down: darkness, rain, landslides about."""

    night: bool = False
    rain: bool = False
    landslide: bool = False

    def factor(self, *, minor: np.ndarray | bool) -> Array:
        """Speed in these conditions over speed by day on dry roads [-], in the shape of ``minor``."""
        every = (NIGHT if self.night else 1.0) * (RAIN if self.rain else 1.0)
        slide = np.where(minor, LANDSLIDE_MINOR, LANDSLIDE_MAIN) if self.landslide else np.ones(np.shape(minor))
        return np.asarray(every * slide, np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    """What drives: ``share`` of a car's speed [-], ``top`` speed [m/s], ``mass`` [kg] that roads must bear."""

    share: float
    top: float
    mass: float


CAR = Vehicle(share=1.0, top=100.0 / 3.6, mass=3_000.0)
"""A team's car (assumed)."""
LORRY = Vehicle(share=0.8, top=70.0 / 3.6, mass=25_000.0)
"""A laden lorry (assumed)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TravelTimes:
    """Driving from n origins to m targets.

    Parameters
    ----------
    seconds, metres
        Shape (n, m). nan where a position is missing; infinite where the net has no open way.
    by
        ``roads``, ``distance``, or empty where a position is missing; shape (n, m).
    problems
        What was supposed.
    """

    seconds: Array
    metres: Array
    by: np.ndarray
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Travel:
    """Driving to s spaces: t teams by car, shape (t, s), and k stores' lorries, laden, shape (k, s).

    ``of_roads`` is what was found in the file of roads.
    """

    teams: TravelTimes
    stores: TravelTimes
    conditions: Conditions = field(default_factory=Conditions)
    of_roads: tuple[Problem, ...] = ()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the roads and what was supposed, each once."""
        return (*self.of_roads, *self.teams.problems,
                *(p for p in self.stores.problems if p not in self.teams.problems))


def road_times(origins: Array, targets: Array, *, roads: Roads | None = None, conditions: Conditions | None = None,
               vehicle: Vehicle = CAR, origin_names: Sequence[str] = (), target_names: Sequence[str] = (),
               ) -> TravelTimes:
    """Times and ways of driving between all origins and all targets.

    Parameters
    ----------
    origins, targets
        Longitude and latitude [degrees], shapes (n, 2) and (m, 2); nan where a position is not known.
    roads
        Without it, and where it does not lead, the straight distance times :data:`DETOUR` at
        :data:`STRAIGHT_SPEED`; the problems say for which.
    conditions
        By day on dry roads if None.
    vehicle
        Lines that do not bear it are closed to it.
    origin_names, target_names
        For the problems; the number of the row where they are not given.

    Notes
    -----
    By roads the time is the quickest way over open lines plus a leg at :data:`OFF_ROAD_SPEED` at each end, plus
    :data:`FERRY_WAIT` for each ferry.
    """
    conditions = conditions or Conditions()
    origins, targets = (np.asarray(p, np.float64).reshape(-1, 2) for p in (origins, targets))
    names = (_names(origin_names, len(origins)), _names(target_names, len(targets)))
    placed: list[np.ndarray] = [np.asarray(np.isfinite(p).all(axis=1)) for p in (origins, targets)]
    known = placed[0][:, None] & placed[1][None, :]
    seconds, metres = _by_distance(origins, targets, conditions, vehicle)
    by = np.where(known, "distance", "").astype(object)
    problems = _without_position(names, placed)
    if roads is None:
        if known.any():
            problems.append(Problem(code="travel_by_distance", severity="warning", fields={
                "detour": f"{DETOUR:g}", "speed": f"{STRAIGHT_SPEED * 3.6:g}"}))
        return TravelTimes(seconds=seconds, metres=metres, by=by, problems=tuple(problems))
    rows, columns = (np.flatnonzero(p) for p in placed)
    if len(rows) and len(columns):
        ways = quickest_ways(roads, origins[rows], targets[columns], _driving(roads, conditions, vehicle))
        leads = ~np.isnan(ways.seconds)
        at = np.ix_(rows, columns)
        seconds[at] = np.where(leads, ways.seconds, seconds[at])
        metres[at] = np.where(leads, ways.metres, metres[at])
        by[at] = np.where(leads, "roads", "distance")
        far = [names[0][i] for i in rows[~ways.near_origin]] + [names[1][j] for j in columns[~ways.near_target]]
        parted = ~leads & ways.near_origin[:, None] & ways.near_target[None, :]
        cut = np.isinf(ways.seconds)
        fields = {"detour": f"{DETOUR:g}", "speed": f"{STRAIGHT_SPEED * 3.6:g}", "km": f"{FARTHEST / KILOMETRE:g}"}
        if far:
            problems.append(Problem(code="travel_road_far", severity="warning", fields={
                **fields, "names": listed(far)}))
        for code, pairs in (("travel_roads_parted", parted), ("travel_roads_cut", cut)):
            if pairs.any():
                problems.append(Problem(code=code, severity="warning", fields={
                    **fields, "count": int(pairs.sum()),
                    "names": listed((f"{names[0][rows[i]]} → {names[1][columns[j]]}"
                                     for i, j in np.argwhere(pairs)), 5)}))
        if conditions.night and roads.ferry.any():
            problems.append(Problem(code="travel_no_ferry_by_night", severity="note"))
    return TravelTimes(seconds=seconds, metres=metres, by=by, problems=tuple(problems))


def travel_to(spaces: Sequence[UsableSpace], teams: Sequence[Team], stores: Sequence[Store], *,
              roads: Roads | None = None, conditions: Conditions | None = None) -> Travel:
    """Driving of every team (by car) and of every store's lorry (laden) to every space."""
    conditions = conditions or Conditions()
    targets = _positions([(s.lon, s.lat) for s in spaces])
    names = [s.name or s.space_id for s in spaces]

    def times(things: Sequence[Team] | Sequence[Store], vehicle: Vehicle) -> TravelTimes:
        return road_times(_positions([(r.lon, r.lat) for r in things]), targets, roads=roads, conditions=conditions,
                          vehicle=vehicle, origin_names=[r.name or r.resource_id for r in things], target_names=names)

    return Travel(teams=times(teams, CAR), stores=times(stores, LORRY), conditions=conditions,
                  of_roads=roads.problems if roads is not None else ())


def _driving(roads: Roads, conditions: Conditions, vehicle: Vehicle) -> Driving:
    minor = np.isin(roads.road_class, list(MINOR))
    speed = np.minimum(roads.speed * vehicle.share, vehicle.top) * conditions.factor(minor=minor)
    is_open = roads.passable & (roads.load >= vehicle.mass) & ~(roads.ferry & conditions.night)
    return Driving(speed=np.where(roads.ferry, roads.speed, speed), wait=np.where(roads.ferry, FERRY_WAIT, 0.0),
                   is_open=is_open, off_road=OFF_ROAD_SPEED * vehicle.share * float(conditions.factor(minor=True)))


def _by_distance(origins: Array, targets: Array, conditions: Conditions, vehicle: Vehicle) -> tuple[Array, Array]:
    lon, lat = (np.broadcast_arrays(origins[:, None, k], targets[None, :, k]) for k in (0, 1))
    straight = np.full(lon[0].shape, np.nan)
    known = np.isfinite(lon[0]) & np.isfinite(lat[0]) & np.isfinite(lon[1]) & np.isfinite(lat[1])
    straight[known] = _GEOD.inv(lon[0][known], lat[0][known], lon[1][known], lat[1][known])[2]
    metres = straight * DETOUR
    return metres / (STRAIGHT_SPEED * vehicle.share * float(conditions.factor(minor=True))), metres


def _without_position(names: tuple[list[str], list[str]], placed: list[np.ndarray]) -> list[Problem]:
    missing = [name for each, known in zip(names, placed, strict=True)
               for name, there in zip(each, known, strict=True) if not there]
    return [Problem(code="travel_no_position", severity="warning", fields={
        "count": len(missing), "names": listed(missing)})] if missing else []


def _positions(places: Sequence[tuple[float | None, float | None]]) -> Array:
    """Longitude and latitude, shape (n, 2); nan where there is none on earth."""
    found = np.array([[np.nan if v is None else v for v in place] for place in places], np.float64).reshape(-1, 2)
    found[~((np.abs(found[:, 0]) <= 180.0) & (np.abs(found[:, 1]) <= 90.0))] = np.nan
    return found


def _names(given: Sequence[str], count: int) -> list[str]:
    return list(given) if len(given) else [str(i + 1) for i in range(count)]

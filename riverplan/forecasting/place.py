"""Where a spill is: a site, a position on a reach, or the reach nearest to a road stake or a point."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from riverplan.channel import Z95
from riverplan.errors import InputError, Problem, UnknownNameError
from riverplan.forecasting.spill import Spill
from riverplan.reference import impossible_strength
from riverplan.river.network import RiverNetwork, unknown
from riverplan.river.road_stakes import stake_position
from riverplan.units import DAY, HOUR, MG_PER_L

FARTHEST = 2_000.0
"""A point farther from every reach than this is not a place on the river [m]."""


_MOST = {"mass": 1e10, "background": 1e3, "duration": 10 * 365.25 * 86_400.0, "decay": 1.0}
"""Most that can be meant: mass [kg], background [kg/m³], release [s], loss [1/s]."""

_RANGES: Mapping[str, tuple[float, float]] = {
    "temperature": (-2.0, 45.0), "alkalinity": (0.001, 50.0), "recovery": (0.001, 1.0), "settling": (0.0, 0.1),
    "sigma_mass": (0.0, 5.0), "sigma_duration": (0.0, 5.0), "sigma_at": (0.0, 10 * 86_400.0)}
"""Least and most that can be meant: water [°C], alkalinity [mol/m³], share kept [-], settling [m/s], standard errors
of ln(mass), of ln(duration) [-] and of the time [s]."""
_WINDIEST = 60.0
"""Most that can be meant of a wind [m/s]."""

_YEARS = (1900, 2200)
"""Years a spill may be in: far from the ends of the calendar, which no clock time may pass."""


def check_spill(spill: Spill) -> list[Problem]:
    """What is wrong with the amounts and times of a spill."""
    problems = []
    for name, value, least_exclusive in (("mass", spill.mass, True), ("duration", spill.duration, False),
                                         ("background", spill.background, False), ("decay", spill.decay, False)):
        if value is None:
            continue
        if not (value > 0 if least_exclusive else value >= 0) or value > _MOST.get(name, float("1e300")):
            problems.append(Problem(code=f"spill_{name}", fields={"value": _said(name, value)}))
    for name, (low, high) in _RANGES.items():
        value = getattr(spill, name)
        if value is not None and not low <= value <= high:
            problems.append(Problem(code=f"spill_{name}", fields={"value": _said(name, value)}))
    if spill.wind and not (0 <= spill.wind.speed <= _WINDIEST and 0 <= spill.wind.direction <= 360):
        problems.append(Problem(code="spill_wind", fields={"speed": spill.wind.speed,
                                                           "direction": spill.wind.direction}))
    problems += release_problems(spill.release)
    percent = impossible_strength(spill.substance)
    if percent is not None:
        problems.append(Problem(code="strength_impossible", fields={
            "name": spill.substance.strip(), "percent": f"{percent:g}"}))
    if spill.chainage is not None and not math.isfinite(spill.chainage):
        problems.append(Problem(code="spill_chainage", fields={"value": spill.chainage}))
    if spill.at is not None and not _YEARS[0] <= spill.at.year <= _YEARS[1]:
        problems.append(Problem(code="spill_year", fields={"year": spill.at.year}))
    if spill.at is not None and spill.at.tzinfo is None:
        problems.append(Problem(code="spill_naive_time", fields={"value": spill.at}))
    return problems


def _said(name: str, value: float) -> str:
    """A value in the unit in which people give it."""
    if name in ("sigma_mass", "sigma_duration"):
        return f"{math.exp(min(Z95 * value, 700.0)):.4g}"
    scale = {"duration": 1.0 / HOUR, "background": 1.0 / MG_PER_L, "decay": DAY, "settling": DAY,
             "sigma_at": Z95 / HOUR}.get(name, 1.0)
    return f"{value * scale:.4g}"


PIECES_MOST = 200
"""Most parts of a release."""


def release_problems(release: Sequence[tuple[float, float, float]]) -> list[Problem]:
    """What is wrong with the parts of a release: times out of order or out of range, masses, nothing released."""
    if len(release) > PIECES_MOST:
        return [Problem(code="release_many", fields={"number": len(release), "most": PIECES_MOST})]
    problems = []
    for number, (begin, until, kg) in enumerate(release, 1):
        fields = {"number": number, "since": begin / HOUR, "until": until / HOUR, "mass": kg}
        if not (0 <= begin <= _MOST["duration"] and 0 <= until <= _MOST["duration"]):
            problems.append(Problem(code="release_time", fields=fields))
        elif until < begin:
            problems.append(Problem(code="release_backwards", fields=fields))
        if not 0 <= kg <= _MOST["mass"]:
            problems.append(Problem(code="release_mass", fields=fields))
    if release and not problems and not 0 < sum(kg for _, _, kg in release) <= _MOST["mass"]:
        problems.append(Problem(code="release_nothing", fields={"mass": sum(kg for _, _, kg in release)}))
    return problems


def locate_spill(river: RiverNetwork, spill: Spill) -> Spill:
    """The spill with ``reach_id``, ``chainage``, ``lon`` and ``lat`` filled in, mass and duration those of its release.

    Raises
    ------
    InputError
        If amounts or place cannot be used; all problems at once.
    """
    problems = check_spill(spill)
    reach_id, chainage = spill.reach_id, spill.chainage or 0.0
    try:
        if spill.site_id:
            site = river.site(spill.site_id)
            reach_id, chainage = site.reach_id, site.chainage
        elif reach_id:
            if reach_id not in river.reach_row:
                raise UnknownNameError(unknown("reach", reach_id, river.reach_row))
        elif spill.stake:
            at = stake_position(river, spill.stake)
            reach_id, chainage = _nearest(river, at.lon, at.lat)
        elif spill.lon is not None and spill.lat is not None:
            reach_id, chainage = _nearest(river, spill.lon, spill.lat)
        else:
            raise InputError(Problem(code="spill_nowhere"))
    except InputError as error:
        problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    row = river.reach_row[reach_id]
    length = float(river.reaches["length"].iat[row])
    chainage = min(max(chainage, 0.0), length)
    point = river.reaches.geometry.iat[row].interpolate(chainage / length if length > 0 else 0.0, normalized=True)
    lon, lat = river.lonlat(point.x, point.y)
    if spill.release:
        spill = replace(spill, mass=sum(kg for _, _, kg in spill.release),
                        duration=max(until for _, until, _ in spill.release) - min(x for x, _, _ in spill.release))
    return replace(spill, reach_id=reach_id, chainage=chainage, lon=float(lon), lat=float(lat))


def _nearest(river: RiverNetwork, lon: float, lat: float) -> tuple[str, float]:
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise InputError(Problem(code="spill_not_lonlat", fields={"lon": lon, "lat": lat}))
    from riverplan.river.locate import nearest_reach

    position = nearest_reach(river, lon, lat)
    if position.offset > FARTHEST:
        raise InputError(Problem(code="spill_far", lon=lon, lat=lat, fields={
            "distance": f"{position.offset / 1000:.1f}", "limit": f"{FARTHEST / 1000:g}"}))
    return position.reach_id, position.chainage

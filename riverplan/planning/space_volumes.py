"""How much polluted water a listed space can take: by today's level, by season, by area and depth, or by a wedge."""

from dataclasses import dataclass

from riverplan.planning.temporary_dams import HEIGHT, section_of, water_held
from riverplan.river.sites import Space

SEASONS = ("low", "normal", "high")


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeVolume:
    """A free volume [m³] and what it rests on (one of ``VOLUME_BASES``).

    ``above_limit`` [m³] is what lies above the flood limit, up to the normal level. ``wrong`` is empty, or the code of
    what is wrong with the levels.
    """

    volume: float | None
    above_limit: float = 0.0
    basis: str
    wrong: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The river where a space lies: width, depth of the water [m] and slope of the bed [m/m]; ``nan`` unknown."""

    width: float
    depth: float
    slope: float


def bottom_level(space: Space) -> float | None:
    """Level at which a space is empty [m]: its crest, else its normal level, less its height; None unknown."""
    top = space.crest_level if space.crest_level is not None else space.normal_level
    return None if top is None or not space.height or space.height <= 0 else top - space.height


def free_volume(space: Space, season: str, *, level: float | None = None, flood_season: bool = False,
                section: Section | None = None) -> FreeVolume:
    """The free volume of a space, by the surest there is.

    In this order: today's level; the volume stated for the season; the one stated; area times usable depth; for a
    site of a temporary dam the wedge behind it.

    Parameters
    ----------
    space
        As listed.
    season
        Of :data:`SEASONS`.
    level
        Today's level [m], of the same datum as the levels of the list; the list's own where None.
    flood_season
        Whether the free volume ends at the flood limit.
    section
        Where a temporary dam would stand.

    Notes
    -----
    Between the level at which it is empty and the normal level the volume is taken as linear, the total volume at
    the normal level. Valleys widen upwards, so near the top this says less than there is: the safe side.
    """
    today = space.today_level if level is None else level
    by_level = _by_level(space, today, flood_season) if today is not None else None
    if by_level is not None and not by_level.wrong:
        return by_level
    wrong = by_level.wrong if by_level is not None else ""
    above = _above_limit(space) if flood_season else 0.0
    stated = {"low": space.usable_low, "normal": space.usable_normal, "high": space.usable_high}.get(season)
    if stated is not None:
        if flood_season and space.usable_high is not None:
            stated = min(stated, space.usable_high)             # what is stated for the high season ends at the limit
        return FreeVolume(volume=stated, above_limit=above, basis="stated_season", wrong=wrong)
    if space.usable_volume is not None:
        return FreeVolume(volume=space.usable_volume, above_limit=above, basis="stated", wrong=wrong)
    if space.area is not None and space.usable_depth is not None:
        return FreeVolume(volume=space.area * space.usable_depth, basis="area_depth", wrong=wrong)
    if space.category == "temp_dam_site" and section is not None:
        width, height = space.width or section.width, space.height or HEIGHT
        bed, side = section_of(width, height, space.bed_width)
        held = float(water_held(bed, height, section.depth, section.slope, side))
        if held == held:  # noqa: PLR0124  (not nan)
            return FreeVolume(volume=held, basis="wedge", wrong=wrong)
    return FreeVolume(volume=None, basis="unknown", wrong=wrong)


def _rise(space: Space) -> float | None:
    """Volume a metre of level adds [m²]; None where levels, height or total volume are not known."""
    bottom = bottom_level(space)
    if bottom is None or space.normal_level is None or not space.total_volume or space.normal_level <= bottom:
        return None
    return space.total_volume / (space.normal_level - bottom)


def _above_limit(space: Space) -> float:
    """What lies between the flood limit and the normal level [m³]; 0 where it cannot be told."""
    rise = _rise(space)
    if rise is None or space.flood_limit_level is None or space.normal_level is None:
        return 0.0
    return rise * max(space.normal_level - space.flood_limit_level, 0.0)


def _by_level(space: Space, today: float, flood_season: bool) -> FreeVolume:
    """The free volume at a level; ``wrong`` where the level cannot be used."""
    rise, bottom = _rise(space), bottom_level(space)
    if rise is None or bottom is None or space.normal_level is None:
        return FreeVolume(volume=None, basis="unknown", wrong="space_level_unused")
    top = space.crest_level if space.crest_level is not None else space.normal_level
    if not bottom <= today <= top:
        return FreeVolume(volume=None, basis="unknown", wrong="space_level_wrong")
    limit = space.normal_level
    if flood_season and space.flood_limit_level is not None:
        limit = min(space.flood_limit_level, limit)
    return FreeVolume(volume=rise * max(limit - today, 0.0), basis="level",
                      above_limit=rise * max(space.normal_level - max(limit, today), 0.0))

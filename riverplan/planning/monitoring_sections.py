"""Which sections to sample: for each wanted place the nearest section or bridge, else a bank to be found."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from riverplan.errors import Problem
from riverplan.forecasting.result import Arrival
from riverplan.planning.course import Course, Place
from riverplan.river.sites import Bridge, Section, Site
from riverplan.units import HOUR, KILOMETRE

ROLES = ("reference", "receptor", "boundary", "control", "attenuation", "tracking")
"""What a section is for: 对照、受体、交界、控制、削减、跟踪断面."""
MERGED = 1.0 * KILOMETRE
"""Sections nearer than this along the water are one [m] (assumed)."""
REFERENCE_NEAR, REFERENCE_ABOVE, REFERENCE_FAR = 100.0, 300.0, 500.0
"""The reference section lies 0.1 to 0.5 km above the spill (practice), here 0.3 km where no site is [m]."""
REFERENCE_REACH = 5.0 * KILOMETRE
"""How far up a section or bridge serves as reference where none is nearer [m] (assumed)."""
CONTROL_FROM = 500.0
"""The first control section, and that below a confluence, lies no nearer than this [m] (assumed)."""
CONTROL_REACH = 5.0 * KILOMETRE
"""How far below the wanted place a section or bridge still serves [m] (assumed); else a bank is to be found."""
JOINING = 0.1
"""Water that joins counts from this share of the river's discharge on [-] (assumed)."""
ATTENUATED = 0.5
"""At the attenuation section the peak is at most this share of that where it is first mixed [-] (assumed)."""
ATTENUATION_RIVER = 10.0 * KILOMETRE
"""An attenuation section is set only where so much river lies below the spill [m] (practice of routine monitoring)."""
BACK = 300.0
"""A section or bridge so little above a wanted place serves too [m] (assumed)."""
TRACKING_AHEAD = (0.0, 6.0 * HOUR)
"""Tracking sections stand where the front is predicted so long from now [s]."""
TRACKING_REACH = 3.0 * KILOMETRE
"""How far below the front a section or bridge serves to track it [m] (assumed)."""
_TRIES, _SHORTEST_MOVE = 20, HOUR / 6.0

Ready = Callable[[float, float], float | None]
"""Longitude and latitude → when the first team can be there [s after the release]; None where no team is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """One chosen place: its roles, the site it is at (None: a bank to be found), and the sites it stands for."""

    place: Place
    roles: tuple[str, ...]
    site: Site | None = None
    serves: tuple[str, ...] = ()
    joins: int | None = None
    """Of a reference on a river that joins: the row below the confluence."""
    moved: bool = False
    """Whether it lies further down than wanted, so that a team is there before the front."""


class _Choice:
    """The sections chosen so far, of the sections and bridges that stand by the river and those below the spill."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.chosen: list[Chosen] = []
        self.problems: list[Problem] = []
        row = course.ground.river.reach_row
        self.stands = [(s, Place(row=row[s.reach_id], chainage=min(max(s.chainage, 0.0),
                                                                   course.length(row[s.reach_id]))))
                       for s in course.ground.river.sites if isinstance(s, Section | Bridge) and s.reach_id in row
                       and math.isfinite(s.chainage)]
        self.below = [(s, place) for s, place in self.stands if self.below_spill(place)]

    def below_spill(self, place: Place) -> bool:
        course = self.course
        return course.on_way(place) and course.along("distance", place) >= REFERENCE_NEAR

    def take(self, role: str, place: Place, site: Site | None = None, serves: tuple[str, ...] = (), *,
             moved: bool = False) -> None:
        """Take a place, or let one near it that was taken before serve."""
        for i, c in enumerate(self.chosen):
            if "reference" in c.roles:
                continue
            near = self.course.metres_down(c.place, place, MERGED, same_water=True)
            if near is None and role != "receptor":           # nothing below an intake stands for it
                near = self.course.metres_down(place, c.place, MERGED, same_water=True)
            if near is not None:
                self.chosen[i] = replace(c, roles=tuple(dict.fromkeys((*c.roles, role))),
                                         serves=tuple(dict.fromkeys((*c.serves, *serves))))
                return
        self.chosen.append(Chosen(place=place, roles=(role,), site=site, serves=serves, moved=moved))

    def first_below(self, place: Place, most: float) -> tuple[Place, Site | None]:
        """The first section or bridge below a place, or just above it, dead water last; else the bank there."""
        found = []
        for site, at in self.below:
            metres = self.course.metres_down(place, at, most)
            if metres is None:
                metres = self.course.metres_down(at, place, BACK, same_water=True)
            if metres is not None:
                found.append((self.course.is_pool(at.row), metres, site.site_id, site, at))
        if found:
            *_, site, at = min(found, key=lambda f: f[:3])
            return at, site
        return place, None

    def reference(self) -> None:
        course, spill = self.course, self.course.spill
        place = self._above(spill)
        if place is None:
            self.problems.append(Problem(code="monitoring_no_reference", severity="warning"))
        else:
            self.chosen.append(Chosen(place=place[0], roles=("reference",), site=place[1]))
        for below, joining, ratio in course.confluences(1.0):
            end = Place(row=joining, chainage=course.length(joining))
            place = self._above(end)
            if ratio > 1.0 and place and not any(c.place == place[0] for c in self.chosen):
                self.chosen.append(Chosen(place=place[0], roles=("reference",), site=place[1], joins=below))

    def _above(self, place: Place) -> tuple[Place, Site | None] | None:
        """A reference for what comes to a place: a section or bridge above it, else a bank; not in dead water."""
        found = []
        for site, at in self.stands:
            metres = self.course.metres_down(at, place, REFERENCE_REACH)
            if metres is not None and metres >= REFERENCE_NEAR and not self.course.is_pool(at.row):
                found.append((metres > REFERENCE_FAR, metres, site.site_id, site, at))
        bank = self.course.above(place, REFERENCE_ABOVE) or self.course.above(place, REFERENCE_NEAR)
        near = bank is not None and not self.course.is_pool(bank.row)
        if found:
            far, *_, site, at = min(found, key=lambda f: f[:3])
            if not far or not near:
                return at, site
        if bank is None:
            return None
        if not near:                                      # above the pool the river runs
            above: Place | None = bank
            while above is not None and self.course.is_pool(above.row):
                above = self.course.above(above, above.chainage + REFERENCE_ABOVE)
            if above is None:
                return None
            bank = above
        return bank, None

    def receptors(self, arrivals: tuple[Arrival, ...]) -> None:
        for a in arrivals:
            if a.kind not in ("intake", "boundary"):
                continue
            site = self.course.ground.river.site(a.site_id)
            row = self.course.ground.river.reach_row[a.reach_id]
            place = Place(row=row, chainage=min(max(a.chainage, 0.0), self.course.length(row)))
            at, stand = (self._before(place) if a.kind == "intake" else self._at_boundary(place)) or (place, site)
            self.take("receptor" if a.kind == "intake" else "boundary", at, stand, (a.site_id,))

    def _before(self, place: Place) -> tuple[Place, Site] | None:
        """The nearest section or bridge just above an intake, in the same water."""
        found = [(metres, site.site_id, site, at) for site, at in self.below
                 if (metres := self.course.metres_down(at, place, MERGED, same_water=True)) is not None]
        if not found:
            return None
        *_, site, at = min(found, key=lambda f: f[:2])
        return at, site

    def _at_boundary(self, place: Place) -> tuple[Place, Site] | None:
        """The section nearest to a boundary, a little above or below, else a bridge above."""
        found = []
        for site, at in self.below:
            up = self.course.metres_down(at, place, MERGED, same_water=True)
            down = self.course.metres_down(place, at, MERGED, same_water=True)
            metres = up if up is not None else down if isinstance(site, Section) else None
            if metres is not None:
                found.append((not isinstance(site, Section), metres, site.site_id, site, at))
        if not found:
            return None
        *_, site, at = min(found, key=lambda f: f[:3])
        return at, site

    def controls(self) -> None:
        course = self.course
        wanted = [course.below(course.spill, CONTROL_FROM), course.mixed_at()]
        wanted += [course.below(Place(row=row, chainage=0.0), CONTROL_FROM)
                   for row in dict.fromkeys(row for row, _, _ in course.confluences(JOINING))]
        for place in wanted:
            if place is not None and course.on_way(place):
                self.take("control", *self.first_below(self._out_of_pool(place), CONTROL_REACH))
        if wanted[1] is None:
            self.problems.append(Problem(code="monitoring_mixing_unknown", severity="note"))

    def _out_of_pool(self, place: Place) -> Place:
        """Below the dam, where a place lies in a pool that ends at one; the place itself else."""
        course, row = self.course, place.row
        while course.is_pool(row):
            down = [r for r in course.leaving(row) if course.reached(r)]
            if not down or len(course.entering(row)) > 1:
                return place
            row = down[0]
        return place if row == place.row else Place(row=row, chainage=min(REFERENCE_NEAR, course.length(row)))

    def attenuation(self, arrivals: tuple[Arrival, ...]) -> None:
        course, mixed = self.course, self.course.mixed_at()
        below = sum(map(course.length, course.main)) - course.spill.chainage
        if below < ATTENUATION_RIVER:
            self.problems.append(Problem(code="monitoring_river_short", severity="note",
                                         fields={"km": f"{ATTENUATION_RIVER / KILOMETRE:g}"}))
            return
        if mixed is None:
            return                                        # said where the mixing cannot be told
        passing = {a.site_id: a for a in arrivals}
        begin = course.along("distance", mixed)
        after = [a for a in arrivals if a.peak_concentration is not None and a.distance >= begin]
        first = after[0].peak_concentration if after else None
        found = []
        for site, at in self.stands:
            a = passing.get(site.site_id)
            if a is None or a.fully_mixed is not True or a.distance <= begin or first is None:
                continue
            if a.peak_concentration is not None and a.peak_concentration <= ATTENUATED * first:
                found.append((course.is_pool(at.row), a.distance, site.site_id, site, at))
        if found:
            *_, site, at = min(found, key=lambda f: f[:3])
            self.take("attenuation", at, site)
        elif first is not None:
            self.problems.append(Problem(code="monitoring_no_attenuation", severity="note",
                                         fields={"percent": f"{100 * ATTENUATED:.0f}"}))

    def tracking(self, now: float, ready: Ready) -> None:
        course = self.course
        for ahead in TRACKING_AHEAD:
            wanted = max(now + ahead, 0.0)
            when = wanted
            for _ in range(_TRIES):
                front = course.at_time(when)
                if front is None:
                    break
                place, site = self.first_below(front, TRACKING_REACH)
                comes = ready(*course.lonlat(place))
                passing = course.forecast.arrival(site.site_id) if site else None
                leading = passing.leading if passing else course.along("leading", place)
                if comes is None or comes <= leading:
                    break
                when += max(comes - leading, _SHORTEST_MOVE)
            if front is None:
                self.problems.append(Problem(code="monitoring_front_gone", severity="note",
                                             fields={"hours": f"{ahead / HOUR:g}"}))
                continue
            if course.along("distance", place) < REFERENCE_NEAR:
                continue                                  # at the spill itself nothing is tracked
            self.take("tracking", place, site, moved=when > wanted)


def chosen_sections(course: Course, now: float, ready: Ready) -> tuple[list[Chosen], list[Problem]]:
    """The sections to sample, down the river.

    Parameters
    ----------
    course
        The plume's way.
    now
        [s after the release began].
    ready
        When the first team can be at a place.
    """
    choice = _Choice(course)
    arrivals = course.forecast.arrivals
    choice.reference()
    choice.receptors(arrivals)
    choice.controls()
    choice.attenuation(arrivals)
    choice.tracking(now, ready)

    def down_the_river(c: Chosen) -> tuple[float, bool]:
        if c.joins is not None:
            return course.along("distance", Place(row=c.joins, chainage=0.0)), False
        return (-1.0, False) if "reference" in c.roles else (course.along("distance", c.place), True)

    return sorted(choice.chosen, key=down_the_river), choice.problems

"""From a forecast to the plan of emergency monitoring: sections, times, teams."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from riverplan.errors import InputError, Problem
from riverplan.forecasting.result import Forecast
from riverplan.i18n import LANGS, listed, text
from riverplan.planning.course import Course, Place, course_of
from riverplan.planning.monitoring_parameters import criteria_of, handling_of, parameters_of, points_of
from riverplan.planning.monitoring_result import MonitoringPlan, MonitoringSection
from riverplan.planning.monitoring_sections import Chosen, Ready, chosen_sections
from riverplan.planning.monitoring_teams import (
    SECTIONS_A_GROUP,
    Drive,
    assign,
    lonlat_of,
    most_important_first,
    muster_of,
    placed,
    straight_drive,
)
from riverplan.planning.sampling import (
    HORIZON,
    REFERENCE_STEP,
    START_BEFORE,
    Passage,
    depth_points,
    reference_times,
    sampling_times,
    times_kept,
    verticals,
)
from riverplan.planning.travel import DETOUR, STRAIGHT_SPEED
from riverplan.river.naming import site_name
from riverplan.river.sites import Team
from riverplan.units import HOUR

SHIFT = 12.0 * HOUR
"""Sections the front may come to within this time from now are manned by the plan [s] (assumed)."""
SLIGHT = 0.01
"""An intake or boundary less likely than this to exceed its limit has no team sent to it [-] (assumed)."""
BELT_WIDTH = 20.0
"""From this width on a plume that is not mixed is sampled left, middle and right [m] (assumed)."""
BELT_VERTICALS = 3
LEADING = ("receptor", "boundary", "reference", "attenuation", "control", "tracking")
"""Which role names a section that has several."""
SKILL = "监测"
"""The word by which a list says that a team of another kind can sample."""


def monitoring(forecast: Forecast, *, teams: Sequence[Team] = (), now: float | None = None,
               travel: Drive | None = None) -> MonitoringPlan:
    """Where, what and when to sample, and who does.

    The kinds of sections follow practice: a reference above the spill, control sections below it, at its full
    mixing and below confluences, one where it has weakened, every intake and boundary it reaches, and two that
    follow its front. Intervals, distances and the load of teams are assumed constants of the modules.

    Parameters
    ----------
    forecast
        Where and when the plume goes.
    teams
        Those to send; the river's own where none are given. Teams of category ``monitoring`` with a place count.
    now
        Seconds after the release began; 0 where it is not given. Sections the plume has left are dropped, tracking
        sections go with it.
    travel
        Driving times [s], shape ``(t, s)``, from longitude and latitude of teams ``(t, 2)`` and sections
        ``(s, 2)``; by straight distance where it is not given.

    Raises
    ------
    InputError
        If ``now`` is no time at or after the release.
    """
    at = 0.0 if now is None else now
    if not (np.isfinite(at) and at >= 0):
        raise InputError(Problem(code="monitoring_now", fields={"value": f"{at:g}"}))
    course = course_of(forecast)
    every = tuple(teams) or tuple(r for r in forecast.river.resources if isinstance(r, Team))
    able, drive = placed(every), travel or straight_drive
    chosen, problems = chosen_sections(course, at, _ready(able, drive, at))
    sections = _described(course, chosen, at)
    passed = [s for s in sections if not s.times.size]
    sections = [s for s in sections if s.times.size]
    if passed:
        problems.append(Problem(code="monitoring_passed", severity="warning", fields={"names": _names(passed)}))
    if dead := [s for s in sections if s.in_pool]:
        problems.append(Problem(code="monitoring_in_pool", severity="note", fields={"names": _names(dead)}))
    sections, about = _manned(sections, course, able, drive, at)
    problems += [*about, *_of_teams(every, able, travel), Problem(code="monitoring_practice", severity="note")]
    return MonitoringPlan(
        forecast=forecast, now=at, parameters=parameters_of(forecast), handling=handling_of(forecast.substance),
        criteria=criteria_of(forecast), problems=tuple(problems),
        teams={t.resource_id: t.name for t in every if t.name},
        sections=tuple(replace(s, number=f"W{i}") for i, s in enumerate(sections, 1)))


def _ready(teams: Sequence[Team], drive: Drive, now: float) -> Ready:
    def first(lon: float, lat: float) -> float | None:
        if not teams:
            return None
        comes = float(np.min(now + muster_of(teams) + drive(lonlat_of(teams), np.array([[lon, lat]]))[:, 0]))
        return comes if np.isfinite(comes) else None
    return first


def _names(sections: Sequence[MonitoringSection]) -> dict[str, str]:
    return {lang: listed(s.name[lang] for s in sections)[lang] for lang in LANGS}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Passing:
    """The passage at one section, and whether the plume is mixed there."""

    earliest: float
    leading: float
    peak: float
    trailing: float
    until: float
    mixed: bool | None
    slight: bool = False


def _passing(course: Course, chosen: Chosen) -> _Passing | None:
    """The predicted passage: that of the site where there is one, else between the ends of the reach."""
    if not course.on_way(chosen.place) or "reference" in chosen.roles:
        return None
    a = course.forecast.arrival(chosen.site.site_id) if chosen.site else None
    if a is not None:
        until = max(a.trailing, a.exceeds_until or 0.0)
        spared = not {"control", "attenuation", "tracking"} & set(chosen.roles)
        slight = spared and a.exceed_probability is not None and a.exceed_probability < SLIGHT
        return _Passing(earliest=a.earliest, leading=a.leading, peak=a.peak, trailing=a.trailing, until=until,
                        mixed=a.fully_mixed, slight=slight)
    earliest, leading, peak, trailing = (course.along(n, chosen.place)
                                         for n in ("earliest", "leading", "peak", "trailing"))
    head, mixed = course.mixed_head(chosen.place.row), course.mixed_at()
    if head and mixed is not None and mixed.row == chosen.place.row:
        head = chosen.place.chainage >= mixed.chainage
    over = max((b.exceeds_until or 0.0 for b in course.forecast.arrivals if b.reach_id == course.reach_id(
        chosen.place.row)), default=0.0)
    return _Passing(earliest=earliest, leading=leading, peak=peak, trailing=trailing, until=max(trailing, over),
                    mixed=head)


def _comes(course: Course, chosen: Chosen, passing: _Passing | None) -> float:
    """When the plume may first come to a section, or to where the river of a reference joins [s]."""
    if passing is not None:
        return passing.earliest
    return 0.0 if chosen.joins is None else course.along("earliest", Place(row=chosen.joins, chainage=0.0))


def _offset(forecast: Forecast) -> float:
    at = forecast.spill.at
    return 0.0 if at is None else at.hour * HOUR + at.minute * 60.0 + at.second


def _described(course: Course, chosen: Sequence[Chosen], now: float) -> list[MonitoringSection]:
    passing = [_passing(course, c) for c in chosen]
    rows = np.array([c.place.row for c in chosen], np.intp)
    width, depth = course.ground.channel.width[rows], course.depth()[rows]
    across, down = verticals(width), depth_points(depth)
    last = max((p.until for p in passing if p), default=now)
    out = []
    for i, (c, p) in enumerate(zip(chosen, passing, strict=True)):
        lon, lat = (c.site.lon, c.site.lat) if c.site and c.site.reach_id == course.reach_id(c.place.row) else \
            course.lonlat(c.place)
        belt = p is not None and p.mixed is not True and width[i] >= BELT_WIDTH
        out.append(MonitoringSection(
            number="", role=next(r for r in LEADING if r in c.roles), roles=c.roles,
            site_id=c.site.site_id if c.site else "", name=_named(course, c), reach_id=course.reach_id(c.place.row),
            chainage=c.place.chainage, lon=lon, lat=lat, distance=course.along("distance", c.place) if p else None,
            serves=c.serves, in_pool=course.is_pool(c.place.row), mixed=p.mixed if p else None,
            width=_known(width[i]), depth=_known(depth[i]),
            verticals=max(int(across[i]), BELT_VERTICALS) if belt else int(across[i]),
            points=points_of(int(down[i]), course.forecast.substance),
            earliest=p.earliest if p else None, leading=p.leading if p else None, peak=p.peak if p else None,
            trailing=p.trailing if p else None, times=np.zeros(0), interval=REFERENCE_STEP, continues=False,
            this_shift=_comes(course, c, p) <= now + SHIFT, moved=c.moved,
            slight=p is not None and p.slight))
    return _timed(out, passing, now, last, _offset(course.forecast))


def _timed(sections: Sequence[MonitoringSection], passing: Sequence[_Passing | None], since: float, last: float,
           offset: float) -> list[MonitoringSection]:
    """The sections with their sampling times, none before ``since``."""
    come = [i for i, p in enumerate(passing) if p is not None]
    plume = Passage(**{n: np.array([getattr(passing[i], n) for i in come]) for n in (
        "earliest", "leading", "peak", "trailing", "until")})
    sampled = dict(zip(come, sampling_times(plume, since=since, offset=offset), strict=True))
    out = []
    for i, s in enumerate(sections):
        if i in sampled:
            x = sampled[i]
            out.append(replace(s, times=x.times, interval=x.interval, continues=x.continues))
        else:
            out.append(replace(s, times=reference_times(since, last, offset),
                               continues=last > since + HORIZON))
    return out


def _named(course: Course, chosen: Chosen) -> dict[str, str]:
    river = course.ground.river
    if chosen.site is not None:
        return {lang: site_name(river, chosen.site, lang) for lang in LANGS}
    row = chosen.place.row
    far = float(river.reaches["river_km"].iat[row]) + course.length(row) - chosen.place.chainage
    name = str(river.reaches["name"].iat[row]) or course.reach_id(row)
    if np.isnan(far):
        lon, lat = course.lonlat(chosen.place)
        return {lang: text("plan_monitoring.bank_at", lang, river=name, lon=f"{lon:.4f}", lat=f"{lat:.4f}")
                for lang in LANGS}
    return {lang: text("plan_monitoring.bank", lang, river=name, km=f"{far / 1e3:.1f}") for lang in LANGS}


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _manned(sections: list[MonitoringSection], course: Course, teams: Sequence[Team], drive: Drive, now: float,
            ) -> tuple[list[MonitoringSection], list[Problem]]:
    """The sections of this shift with their teams; a team that comes later samples from then on."""
    shift = [i for i, s in enumerate(sections) if s.this_shift and not s.slight]
    if not teams or not shift:
        return sections, []
    needed = np.array([max((sections[i].earliest or now) - START_BEFORE, now) for i in shift])
    found = assign(teams, np.array([(sections[i].lon, sections[i].lat) for i in shift]), needed, now, drive)
    out, late = list(sections), []
    for j, i in enumerate(shift):
        s, comes = sections[i], float(found.arrives[j])
        if not np.isfinite(comes):
            continue
        is_late = s.leading is not None and comes > s.leading
        out[i] = replace(s, team_id=teams[found.team[j]].resource_id, team_arrives=comes, late=is_late,
                         tight=not is_late and s.earliest is not None and comes > s.earliest,
                         times=times_kept(s.times, comes, _offset(course.forecast)))
        late += [s] if is_late else []
    problems = []
    if late:
        problems.append(Problem(code="monitoring_late", severity="warning", fields={"names": _names(late)}))
    if found.lacking:
        ordered = [shift[i] for i in most_important_first([out[i] for i in shift])]
        for number, i in enumerate(ordered, 1):
            out[i] = replace(out[i], order=number)
        kept = found.groups * SECTIONS_A_GROUP
        problems.append(Problem(code="monitoring_groups", severity="warning", fields={
            "sections": len(shift), "groups": found.groups, "each": SECTIONS_A_GROUP, "kept": kept,
            "first": listed((f"W{i + 1}" for i in ordered[:kept]), kept), "lacking": found.lacking}))
    return out, problems


def _of_teams(every: Sequence[Team], able: Sequence[Team], travel: Drive | None) -> list[Problem]:
    found = []
    if not able:
        found.append(Problem(code="monitoring_no_team", severity="warning"))
    elif travel is None:
        found.append(Problem(code="monitoring_straight", severity="note", fields={
            "detour": f"{DETOUR:g}", "speed": f"{STRAIGHT_SPEED * 3.6:g}"}))
    lost = [t.name or t.resource_id for t in every if t.category == "monitoring" and t not in able]
    if lost:
        found.append(Problem(code="monitoring_team_nowhere", severity="warning", fields={"names": listed(lost)}))
    others = [t.name or t.resource_id for t in every if t.category != "monitoring" and SKILL in t.skills]
    if others:
        found.append(Problem(code="monitoring_other_teams", severity="note", fields={"names": listed(others)}))
    return found

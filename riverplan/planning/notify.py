"""Notification: who is told what, by whom, by when, in the order in which the water comes.

Words have different signers and forms: 报告 goes upward, 通报 to neighbours and departments, 通知 to waterworks,
stations and villages, 调度建议函 to the water department (the environment bureau orders no dam), 发布 to the public.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from riverplan.errors import InputError, Problem
from riverplan.forecasting.result import Arrival, Forecast
from riverplan.i18n import LANGS
from riverplan.planning import notice_recipients as who
from riverplan.planning.level import suggest_level
from riverplan.planning.notice import GROUPS, Desk, Notice
from riverplan.planning.notice_actions import WATER_WORKS, Planned, action_lines
from riverplan.planning.notice_recipients import Recipient
from riverplan.planning.notice_reports import publications, reports, sensitive
from riverplan.planning.notice_texts import Sentences
from riverplan.reference.deadlines import Deadline
from riverplan.river.sites import Boundary, Intake, Site, Space, Town
from riverplan.units import km

_DEPARTMENTS = ("emergency", "transport", "health", "agriculture")
"""Told besides the water department, which gets the letter."""
_AFTER_REPORT = ("health", "agriculture")
"""Departments whose call can wait until the first report is made."""
_DRINKING = ("drinking", "township", "")
"""Categories of intakes with a waterworks behind them; one whose category is not stated is told as one."""


def notices(forecast: Forecast, *, heard_at: datetime, jurisdiction: str, deadlines: Sequence[Deadline],
            actions: Sequence[Planned] = ()) -> tuple[Notice, ...]:
    """Drafts of all that is to be told, the first to be told first.

    Places come in the order in which the plume may reach them; reports and publications stand where their deadline
    falls among these; departments stand with the first place that may be harmed, or with the first report. What lies
    in another county is told by its bureau, which gets a circular with the list of it.

    Parameters
    ----------
    forecast
        The forecast; without a clock time of the release there are no clock times of arrival.
    heard_at
        When the call came in (接报), with time zone: deadlines run from it, never from the release.
    jurisdiction
        Of the bureau that writes: a county, a city, or both (娄底市新化县).
    deadlines
        Rules: :func:`riverplan.reference.deadlines.deadlines`, with or without a bureau's own.
    actions
        Actions of the plan, named in letters and reports as suggestions.

    Raises
    ------
    InputError
        If the call has no time zone or came before the release, or no jurisdiction is named; all problems.
    """
    problems = []
    if heard_at.tzinfo is None:
        problems.append(Problem(code="notice_no_zone", fields={"at": f"{heard_at:%Y-%m-%d %H:%M}"}))
    elif forecast.spill.at is not None and heard_at < forecast.spill.at:
        problems.append(Problem(code="notice_before_release", fields={
            "heard": f"{heard_at:%Y-%m-%d %H:%M}", "at": f"{forecast.spill.at:%Y-%m-%d %H:%M}"}))
    if not jurisdiction.strip():
        problems.append(Problem(code="notice_no_jurisdiction"))
    if problems:
        raise InputError(problems)
    river, planned = forecast.river, tuple(actions)
    desk = Desk(forecast=forecast, heard_at=heard_at, jurisdiction=jurisdiction.strip(), rules=tuple(deadlines),
                suggested=suggest_level(forecast), bureau=who.department(river, jurisdiction, "bureau"),
                government=who.department(river, jurisdiction, "government"),
                sentences={lang: Sentences(forecast=forecast, heard_at=heard_at, lang=lang) for lang in LANGS})
    found = [*_places(desk, planned), *_neighbours(desk), *_works(desk, planned), *_departments(desk),
             *reports(desk, planned), *publications(desk)]
    first = min((a.earliest for a in sensitive(desk)), default=0.0)
    waited = (heard_at - forecast.spill.at).total_seconds() if forecast.spill.at else first
    reported = waited + min(((n.deadline - heard_at).total_seconds() for n in found if n.kind == "report"), default=0.0)

    def order(notice: Notice) -> tuple[float, int]:
        by = notice.earliest
        if by is None:
            by = reported if notice.group in _AFTER_REPORT else min(first, reported)
            if notice.kind in ("report", "publication"):
                by = waited + (notice.deadline - heard_at).total_seconds()
        return by, GROUPS.index(notice.group)

    return tuple(sorted(found, key=order))


def _places(desk: Desk, actions: tuple[Planned, ...]) -> Iterator[Notice]:
    """Word to each town, village intake, waterworks and other intake on the way."""
    river = desk.forecast.river
    stops = {a.site_id: a.at for a in actions if a.action == "stop_intake"}
    for a in desk.forecast.arrivals:
        site = river.site(a.site_id)
        if not desk.own(site):
            continue
        if isinstance(site, Town):
            yield _people(desk, a, "town", who.township(river, site.township or site.name, site.county))
        elif isinstance(site, Intake) and site.category == "village":
            yield _people(desk, a, "village", who.township(river, site.township, site.county, site.phone))
        elif isinstance(site, Intake):
            yield _intake(desk, a, site, stops.get(a.site_id))


def _people(desk: Desk, a: Arrival, group: str, to: Recipient) -> Notice:
    return desk.call("notice", group, to, lambda said: said.of(f"ask_{group}"), front=lambda said: said.plain(a),
                     earliest=a.earliest, site_id=a.site_id)


def _intake(desk: Desk, a: Arrival, site: Intake, stop: float | None) -> Notice:
    drinking = site.category in _DRINKING

    def ask(said: Sentences) -> str:
        lines = [said.of("ask_drinking", before=said.before(a), tank=said.tank(a, site), tested=said.tested)
                 if drinking else said.of("ask_other", before=said.before(a))]
        if a.film:
            lines.append(said.of("ask_film"))
        if stop is not None:
            lines.append(said.of("planned_stop", at=said.when(stop)))
        return "\n".join(lines)

    return desk.call("notice", "waterworks" if drinking else "other_intake", who.operator(desk.forecast.river, site),
                     ask, front=lambda said: said.front(a), earliest=a.earliest, site_id=a.site_id)


def _neighbours(desk: Desk) -> Iterator[Notice]:
    """A circular to each unit below a boundary and above one the cause may lie across, then to other counties.

    A unit below is told at the section the plume reaches first, another county where something in it matters.
    """
    forecast, river = desk.forecast, desk.forecast.river
    told: list[str] = []
    for boundary in who.cause_may_lie_above(forecast, desk.jurisdiction):
        told.append(boundary.upstream_unit)
        yield desk.call("circular", "upstream", who.across(river, boundary.upstream_unit), _ask(
            desk, boundary.upstream_unit, "ask_upstream", boundary), position=True, site_id=boundary.site_id)
    for a in sorted(forecast.arrivals, key=lambda a: a.earliest):
        site = river.site(a.site_id)
        if isinstance(site, Boundary) and site.category in who.COUNTY_OR_ABOVE and \
                not who.same_place(site.downstream_unit, desk.jurisdiction) and site.downstream_unit not in told:
            told += [site.downstream_unit] if site.downstream_unit else []
            yield desk.call("circular", "boundary", who.across(river, site.downstream_unit, site.phone), _ask(
                desk, site.downstream_unit, "ask_boundary", site), front=_front(a), earliest=a.earliest,
                site_id=a.site_id)
    for county in {s.county: None for s in (*_listed(desk), *(s for s, _, _ in who.stations(forecast)))
                   if not desk.own(s)}:
        if not any(who.same_place(county, unit) for unit in told):
            times = [a.earliest for a in forecast.arrivals if river.site(a.site_id).county == county]
            yield desk.call("circular", "boundary" if times else "upstream", who.across(river, county), _ask(
                desk, county, "ask_county", None), earliest=min(times, default=None))


def _front(a: Arrival) -> Callable[[Sentences], str]:
    return lambda said: said.front(a)


def _listed(desk: Desk) -> list[Site]:
    sites = map(desk.forecast.river.site, (a.site_id for a in desk.forecast.arrivals))
    return [s for s in sites if isinstance(s, (Intake, Town))]


def _ask(desk: Desk, unit: str, key: str, boundary: Boundary | None) -> Callable[[Sentences], str]:
    """What is asked of another county, with what of it the plume reaches and the stations that drive it."""
    forecast = desk.forecast

    def inside(site: Site) -> bool:
        return not desk.own(site) and who.same_place(site.county, unit)

    places = [a for a in forecast.arrivals if a.kind in ("intake", "town") and inside(forecast.river.site(a.site_id))]
    works = [row for row in who.stations(forecast) if inside(row[0])]

    def ask(said: Sentences) -> str:
        lines = [said.of(key, **({"place": said.site(boundary)} if boundary else {}))]
        if places:
            lines.append(said.of("your_places", places=said.places(places)))
        if works:
            lines.append(said.of("your_works", works="\n".join(_work_line(said, *row) for row in works)))
        return "\n".join(lines)

    return ask


def _works(desk: Desk, actions: tuple[Planned, ...]) -> Iterator[Notice]:
    """Word to each station of the jurisdiction that matters, and a letter to its water department."""
    listed = [row for row in who.stations(desk.forecast) if desk.own(row[0])]
    for site, _, far in listed:
        yield _station(desk, site, far)
    yield _letter(desk, listed, actions)


def _station(desk: Desk, site: Space, far: float) -> Notice:
    a = desk.forecast.arrival(site.site_id)

    def front(said: Sentences) -> str:
        return said.of("comes", front=said.front(a)) if a else said.of("above_spill", km=f"{km(far):.1f}")

    return desk.call("notice", "station", who.operator(desk.forecast.river, site, site.control_phone),
                     lambda said: said.of("ask_station"), earliest=a.earliest if a else None, site_id=site.site_id,
                     front=front)


def _work_line(said: Sentences, site: Space, earliest: float | None, far: float) -> str:
    phone = site.control_phone or site.phone or said.gap("phone")
    if earliest is None:
        return said.of("station_above", name=said.site(site), km=f"{km(far):.1f}", phone=phone)
    return said.of("station_line", name=said.site(site), earliest=said.when(earliest, "down"), phone=phone)


def _letter(desk: Desk, listed: list[tuple[Space, float | None, float]], actions: tuple[Planned, ...]) -> Notice:
    to = who.department(desk.forecast.river, desk.jurisdiction, "water")
    signer = desk.signer("letter")

    def body(said: Sentences) -> str:
        planned = action_lines(said, actions, WATER_WORKS)
        return said.of(
            "letter", river=said.water, unit=to.unit[said.lang], event=said.event(position=True),
            stations="\n".join(_work_line(said, *row) for row in listed) or said.of("no_station"),
            actions=said.of("action_lines", lines=planned) if planned else said.of("no_action"),
            bureau=desk.bureau.unit[said.lang], phone=desk.phone(said.lang), signer=signer[said.lang],
            signature=said.gap("signature"))

    times = [earliest for _, earliest, _ in listed if earliest is not None]
    above = any(earliest is None for _, earliest, _ in listed)
    return desk.notice("letter", "letter", to, body, earliest=None if above or not times else min(times))


def _departments(desk: Desk) -> Iterator[Notice]:
    for name in _DEPARTMENTS:
        yield _department(desk, name)
    for to, a in who.navigation(desk.forecast, desk.jurisdiction):
        yield _navigation(desk, to, a)


def _department(desk: Desk, name: str) -> Notice:
    places = sensitive(desk)
    return desk.call("circular", name, who.department(desk.forecast.river, desk.jurisdiction, name),
                     lambda said: said.of(f"ask_{name}"), position=True,
                     front=(lambda said: said.plain(places[0])) if places else None)


def _navigation(desk: Desk, to: Recipient, a: Arrival | None) -> Notice:
    return desk.call("circular", "navigation", to, lambda said: said.of("ask_navigation"),
                     front=(lambda said: said.front(a)) if a else None, earliest=a.earliest if a else None)

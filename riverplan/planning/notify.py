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
from riverplan.planning.notice_recipients import Recipient, both, gap, words
from riverplan.planning.notice_reports import publications, reports, sensitive
from riverplan.planning.notice_texts import Sentences
from riverplan.reference.deadlines import Deadline
from riverplan.river.sites import Boundary, Intake, Space, Town

_DEPARTMENTS = ("emergency", "transport", "health", "agriculture")
"""Told besides the water department, which gets the letter."""


def notices(forecast: Forecast, *, heard_at: datetime, jurisdiction: str, deadlines: Sequence[Deadline],
            actions: Sequence[Planned] = ()) -> tuple[Notice, ...]:
    """Drafts of all that is to be told, the first to be told first.

    Places come in the order in which the plume may reach them; reports and publications stand where their deadline
    falls among these; departments stand with the first place that may be harmed.

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
    found = [*_places(desk, planned), *_boundaries(desk), *_works(desk, planned), *_departments(desk),
             *_upstream(desk), *reports(desk, planned), *publications(desk)]
    anchor = forecast.spill.at or heard_at
    first = min((a.earliest for a in sensitive(desk)), default=0.0)

    def order(notice: Notice) -> tuple[float, int]:
        by = notice.earliest
        if by is None:
            owed = notice.kind in ("report", "publication")
            by = (notice.deadline - anchor).total_seconds() if owed else first
        return by, GROUPS.index(notice.group)

    return tuple(sorted(found, key=order))


def _places(desk: Desk, actions: tuple[Planned, ...]) -> Iterator[Notice]:
    stops = {a.site_id: a.at for a in actions if a.action == "stop_intake"}
    for a in desk.forecast.arrivals:
        site = desk.forecast.river.site(a.site_id)
        if isinstance(site, Town):
            yield _place(desk, a, "town", _township(site.township or site.name, site.county, ""),
                         lambda said: said.of("ask_town"))
        elif isinstance(site, Intake) and site.category == "village":
            yield _place(desk, a, "village", _township(site.township, site.county, site.phone),
                         lambda said: said.of("ask_village"))
        elif isinstance(site, Intake):
            drinking = site.category in ("drinking", "township", "")
            to = Recipient(unit=both(site.operator or site.name) if site.operator or site.name else gap("operator"),
                           post=words("duty"), phone=site.phone)
            yield _place(desk, a, "waterworks" if drinking else "other_intake", to,
                         lambda said, a=a, site=site, drinking=drinking: _ask_intake(
                             said, a, site, drinking, stops.get(a.site_id)))


def _place(desk: Desk, a: Arrival, group: str, to: Recipient, ask: Callable[[Sentences], str]) -> Notice:
    return desk.call("notice", group, to, ask, front=lambda said: said.front(a), earliest=a.earliest,
                     site_id=a.site_id)


def _township(township: str, county: str, phone: str) -> Recipient:
    unit = words("unit_township", place=township) if township else {
        lang: f"{county} {mark}".strip() for lang, mark in gap("township").items()}
    return Recipient(unit=unit, post=words("duty"), phone=phone)


def _ask_intake(said: Sentences, a: Arrival, site: Intake, drinking: bool, stop: float | None) -> str:
    earliest = said.when(a.earliest, "down")
    ask = said.of("ask_drinking", earliest=earliest, tank=said.tank(a, site), substance=said.substance) \
        if drinking else said.of("ask_other", earliest=earliest)
    return ask if stop is None else f"{ask}\n{said.of('planned_stop', at=said.when(stop))}"


def _boundaries(desk: Desk) -> Iterator[Notice]:
    """A circular to each unit below a boundary, at the section the plume reaches first."""
    told: set[str] = set()
    for a in sorted(desk.forecast.arrivals, key=lambda a: a.earliest):
        site = desk.forecast.river.site(a.site_id)
        if not isinstance(site, Boundary) or site.category not in who.COUNTY_OR_ABOVE or \
                who.same_place(site.downstream_unit, desk.jurisdiction) or site.downstream_unit in told:
            continue
        told |= {site.downstream_unit} - {""}
        yield desk.call("circular", "boundary", who.across(desk.forecast.river, site.downstream_unit, site.phone),
                        lambda said, a=a: said.of("ask_boundary", place=said.name(a)),
                        front=lambda said, a=a: said.front(a), earliest=a.earliest, site_id=a.site_id)


def _works(desk: Desk, actions: tuple[Planned, ...]) -> Iterator[Notice]:
    """Word to each station on the way, and a letter to the water department of each county they lie in."""
    by_county: dict[str, list[tuple[Space, float]]] = {}
    for site, earliest in who.stations(desk.forecast):
        county = desk.jurisdiction if who.same_place(site.county, desk.jurisdiction) else site.county
        by_county.setdefault(county or desk.jurisdiction, []).append((site, earliest))
        arrival = desk.forecast.arrival(site.site_id)
        to = Recipient(unit=both(site.operator or site.name) if site.operator or site.name else gap("operator"),
                       post=words("duty"), phone=site.control_phone or site.phone)
        yield desk.call("notice", "station", to, lambda said: said.of("ask_station"), earliest=earliest,
                        front=lambda said, a=arrival: said.front(a) if a else "", site_id=site.site_id)
    by_county.setdefault(desk.jurisdiction, [])
    for county, listed in by_county.items():
        own = county == desk.jurisdiction
        to = who.department(desk.forecast.river, county, "water")
        yield desk.call("letter", "letter", to, lambda said, listed=listed, own=own: _letter(
            said, listed, actions if own else ()), earliest=listed[0][1] if listed else None)


def _letter(said: Sentences, listed: list[tuple[Space, float]], actions: tuple[Planned, ...]) -> str:
    lines = [said.of("station_line", name=site.name or site.site_id, earliest=said.when(earliest, "down"),
                     phone=site.control_phone or site.phone or said.gap("phone")) for site, earliest in listed]
    planned = action_lines(said, actions, WATER_WORKS)
    ask = said.of("ask_letter", stations="\n".join(lines) or said.of("no_station"),
                  actions=said.of("action_lines", lines=planned) if planned else said.of("no_action"))
    return "\n".join([said.of("letter_title", river=said.forecast.river.name), ask, said.of("ask_water")])


def _departments(desk: Desk) -> Iterator[Notice]:
    river = desk.forecast.river
    places = sensitive(desk)
    for name in _DEPARTMENTS:
        yield desk.call("circular", name, who.department(river, desk.jurisdiction, name),
                        lambda said, name=name: said.of(f"ask_{name}"),
                        front=(lambda said: said.front(places[0])) if places else None)
    passed: dict[str, float] = {}
    for a in desk.forecast.arrivals:
        water = river.site(a.site_id).river
        passed[water] = min(a.earliest, passed.get(water, a.earliest))
    for to, earliest in who.navigation(river, passed, desk.jurisdiction):
        yield desk.call("circular", "navigation", to, lambda said: said.of("ask_navigation"), earliest=earliest)


def _upstream(desk: Desk) -> Iterator[Notice]:
    river = desk.forecast.river
    for boundary in who.cause_may_lie_above(desk.forecast, desk.jurisdiction):
        yield desk.call("circular", "upstream", who.across(river, boundary.upstream_unit),
                        lambda said, b=boundary: said.of("ask_upstream", place=who.site_words(river, b)[said.lang]),
                        site_id=boundary.site_id)

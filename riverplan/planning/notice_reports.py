"""Reports upward (初报, contents of Order 17 art. 12-13) and drafts of what the government publishes."""

from collections.abc import Iterator
from datetime import timedelta

from riverplan.forecasting.result import Arrival
from riverplan.forecasting.table import percent
from riverplan.planning import notice_recipients as who
from riverplan.planning.level import chance
from riverplan.planning.notice import Desk, Kind, Notice
from riverplan.planning.notice_actions import Planned, action_lines
from riverplan.planning.notice_clocks import clock_words, full_clock
from riverplan.planning.notice_recipients import Recipient
from riverplan.planning.notice_texts import Sentences
from riverplan.reference.deadlines import Deadline, strictest
from riverplan.river.sites import Boundary


def sensitive(desk: Desk) -> list[Arrival]:
    """Intakes, towns and boundaries of county or above the plume reaches where harm cannot be ruled out."""
    river = desk.forecast.river
    return [a for a in sorted(desk.forecast.arrivals, key=lambda a: a.earliest) if chance(a) != "unlikely" and (
        a.kind in ("intake", "town") or (a.kind == "boundary" and river.site(a.site_id) in _boundaries(desk)))]


def _boundaries(desk: Desk) -> list[Boundary]:
    return [s for s in desk.forecast.river.sites if isinstance(s, Boundary) and s.category in who.COUNTY_OR_ABOVE]


def reports(desk: Desk, actions: tuple[Planned, ...]) -> Iterator[Notice]:
    """A report for each recipient and medium the rules name, at the level by which to report."""
    found = strictest(desk.rules, jurisdiction=desk.jurisdiction, level=desk.suggested.reporting, kind="report")
    written = {name: rule for name, rule in found if rule.medium == "writing"}
    for name, rule in found:
        to = who.by_rule(desk.forecast.river, desk.jurisdiction, name, _english(rule, name))
        yield _by_phone(desk, to, rule, written.get(name)) if rule.medium == "phone" else _written(
            desk, to, rule, actions)


def _english(rule: Deadline, to: str) -> str:
    at = rule.to.index(to)
    return rule.to_en[at] if at < len(rule.to_en) else ""


def _front(desk: Desk, said: Sentences) -> str:
    places = sensitive(desk) or [a for a in desk.forecast.arrivals if a.kind in ("intake", "town", "boundary")]
    return said.front(min(places, key=lambda a: a.earliest)) if places else said.of("no_place_reached")


def _signed(desk: Desk, said: Sentences, kind: Kind) -> str:
    return said.of("signed", signer=desk.signer(kind)[said.lang], signature=said.gap("signature"))


def _by_phone(desk: Desk, to: Recipient, rule: Deadline, later: Deadline | None) -> Notice:
    def body(said: Sentences) -> str:
        at = desk.heard_at + timedelta(seconds=later.within if later else 0.0)
        written = said.of("written_follows", at=clock_words(at, desk.heard_at, said.lang)) if later else ""
        return "\n".join([
            said.of("opening", unit=to.unit[said.lang], bureau=desk.bureau.unit[said.lang],
                    caller=said.gap("caller")),
            said.of("report_phone", event=said.event(position=True), front=_front(desk, said),
                    places=said.places(sensitive(desk)[1:]), level=desk.suggested.words(said.lang),
                    done=said.gap("done"), written=written),
            _signed(desk, said, "report")])

    return desk.notice("report", "report", to, body, rule=rule)


def _written(desk: Desk, to: Recipient, rule: Deadline, actions: tuple[Planned, ...]) -> Notice:
    def body(said: Sentences) -> str:
        first = said.of(
            "report_written", title=said.of("report_title", place=said.place_name, substance=said.substance),
            unit=to.unit[said.lang], front=_front(desk, said), place=said.place, began=said.began_on,
            heard=full_clock(desk.heard_at, said.lang), informant=said.gap("informant"), cause=said.gap("cause"),
            course=said.gap("course"), substance=said.substance, mass=said.mass, readings=said.gap("readings"),
            casualties=said.gap("casualties"), places=said.places(sensitive(desk)), trend=_trend(desk, said),
            done=said.gap("done"), planned=action_lines(said, actions) or said.gap("planned"),
            level=desk.suggested.words(said.lang), bureau=desk.bureau.unit[said.lang], phone=desk.phone(said.lang))
        return f"{first}\n{_signed(desk, said, 'report')}"

    return desk.notice("report", "report", to, body, rule=rule)


def _trend(desk: Desk, said: Sentences) -> str:
    boundary = next((a for a in sorted(desk.forecast.arrivals, key=lambda a: a.earliest)
                     if desk.forecast.river.site(a.site_id) in _boundaries(desk)), None)
    if boundary is None:
        return said.of("trend_plain")
    p = boundary.exceed_probability
    return said.of("trend_boundary", at=said.when(boundary.earliest, "down"), place=said.name(boundary),
                   share=said.of("unknown_share") if p is None else percent(p))


def publications(desk: Desk) -> Iterator[Notice]:
    """Drafts for the government, where a level the rule binds cannot be ruled out (I and II only)."""
    for _, rule in strictest(desk.rules, jurisdiction=desk.jurisdiction, level=desk.suggested.possible,
                             kind="publication"):
        yield _publication(desk, rule)


def _publication(desk: Desk, rule: Deadline) -> Notice:
    def body(said: Sentences) -> str:
        draft = said.of("public_conference") if rule.medium == "conference" else said.of(
            "public_writing", began=said.began_in_full, place=said.place_name, done=said.gap("done"),
            hotline=said.gap("hotline"))
        return f"{draft}\n{_signed(desk, said, 'publication')}"

    to = Recipient(unit=who.words("unit_public"), post=desk.government.unit, phone=desk.government.phone)
    return desk.notice("publication", "publication", to, body, rule=rule)

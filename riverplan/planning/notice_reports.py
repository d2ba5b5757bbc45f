"""Reports upward (初报, contents of Order 17 art. 12-13) and drafts of what the government publishes."""

from collections.abc import Iterator
from datetime import timedelta

from riverplan.forecasting.result import Arrival
from riverplan.forecasting.table import percent
from riverplan.planning import notice_recipients as who
from riverplan.planning.level import chance
from riverplan.planning.notice import Desk, Notice
from riverplan.planning.notice_actions import Planned, action_lines
from riverplan.planning.notice_recipients import Recipient, Words
from riverplan.planning.notice_texts import Sentences, clock_words
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
    for name, rule in found:
        to = who.by_rule(desk.forecast.river, desk.jurisdiction, name, _english(rule, name))
        later = next((r for n, r in found if n == name and r.medium == "writing"), None)
        if rule.medium == "phone":
            yield desk.notice("report", "report", to, lambda said, to=to, later=later: _by_phone(
                desk, said, to, later), rule=rule)
        else:
            yield desk.notice("report", "report", to, lambda said, to=to: _written(desk, said, to, actions), rule=rule)


def _english(rule: Deadline, to: str) -> str:
    at = rule.to.index(to)
    return rule.to_en[at] if at < len(rule.to_en) else ""


def _front(desk: Desk, said: Sentences) -> str:
    places = sensitive(desk) or sorted(desk.forecast.arrivals, key=lambda a: a.earliest)
    return said.front(places[0]) if places else said.of("no_place_reached")


def _signed(desk: Desk, said: Sentences) -> str:
    return said.of("signed", signer=desk.signer("report")[said.lang], signature=said.gap("signature"))


def _by_phone(desk: Desk, said: Sentences, to: Recipient, later: Deadline | None) -> str:
    written = ""
    if later is not None:
        at = desk.heard_at + timedelta(seconds=later.within)
        written = said.of("written_follows", at=clock_words(at, desk.heard_at, said.lang))
    return "\n".join([
        said.of("opening", unit=to.unit[said.lang], bureau=desk.bureau.unit[said.lang], caller=said.gap("caller")),
        said.of("report_phone", event=said.event, front=_front(desk, said), places=said.places(sensitive(desk)[1:]),
                level=desk.suggested.words(said.lang), done=said.gap("done"), written=written),
        _signed(desk, said)])


def _written(desk: Desk, said: Sentences, to: Recipient, actions: tuple[Planned, ...]) -> str:
    boundary = next((a for a in sensitive(desk) if a.kind == "boundary"), None)
    trend = said.of("trend_plain") if boundary is None else said.of(
        "trend_boundary", at=said.when(boundary.earliest, "down"), place=said.name(boundary),
        share=said.of("unknown_share") if boundary.exceed_probability is None else percent(boundary.exceed_probability))
    body = said.of(
        "report_written", title=said.of("report_title", place=said.place, substance=said.substance),
        unit=to.unit[said.lang], front=_front(desk, said), place=said.place, began=said.began,
        heard=clock_words(desk.heard_at, desk.heard_at, said.lang), informant=said.gap("informant"),
        cause=said.gap("cause"), course=said.gap("course"), substance=said.substance, mass=said.mass,
        readings=said.gap("readings"), casualties=said.gap("casualties"), places=said.places(sensitive(desk)),
        trend=trend, done=said.gap("done"), planned=action_lines(said, actions) or said.gap("planned"),
        level=desk.suggested.words(said.lang), bureau=desk.bureau.unit[said.lang], phone=desk.phone(said.lang))
    return f"{body}\n{_signed(desk, said)}"


def publications(desk: Desk) -> Iterator[Notice]:
    """Drafts for the government, where a level the rule binds cannot be ruled out (I and II only)."""
    public: Words = who.words("unit_public")
    for _, rule in strictest(desk.rules, jurisdiction=desk.jurisdiction, level=desk.suggested.possible,
                             kind="publication"):
        key = "public_conference" if rule.medium == "conference" else "public_writing"

        def body(said: Sentences, key: str = key) -> str:
            draft = said.of("public_conference") if key == "public_conference" else said.of(
                "public_writing", began=said.began, place=said.place, hotline=said.gap("hotline"))
            return "\n".join([draft, said.of("signed", signer=desk.signer("publication")[said.lang],
                                             signature=said.gap("signature"))])

        yield desk.notice("publication", "publication", Recipient(
            unit=public, post=desk.government.unit, phone=desk.government.phone), body, rule=rule)

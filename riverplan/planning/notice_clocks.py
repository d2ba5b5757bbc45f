"""Clock times and deadlines in the words of notices: the date where it is another day, no minutes far ahead."""

from datetime import datetime, timedelta

from riverplan.forecasting.table import Rounding
from riverplan.i18n import Lang, catalogue, text
from riverplan.reference.deadlines import Deadline
from riverplan.units import HOUR

FAR = 48 * HOUR
"""Times beyond this after the release are given to the hour [s] (assumed)."""


def to_the_hour(at: datetime, rounding: Rounding) -> datetime:
    """A clock time by the hour: up, down, or the nearest."""
    on = at.replace(minute=0, second=0, microsecond=0)
    up = at > on if rounding == "up" else at - on >= timedelta(minutes=30) and rounding == "nearest"
    return on + timedelta(hours=1) if up else on


def clock_words(at: datetime, told: datetime, lang: Lang, *, hour_only: bool = False) -> str:
    """A clock time, with its date where that is not the day of the call."""
    at = at.astimezone(told.tzinfo)
    if at.date() == told.date():
        return f"{at:%H:%M}"
    year = text("plan_notice.year", lang, year=at.year) if at.year != told.year else ""
    clock = text("plan_notice.hour", lang, hour=at.hour) if hour_only else f"{at:%H:%M}"
    return text("plan_notice.date", lang, year=year, month=at.month, day=at.day, clock=clock)


def full_clock(at: datetime, lang: Lang) -> str:
    """A clock time with year, month and day."""
    year = text("plan_notice.year", lang, year=at.year)
    return text("plan_notice.date", lang, year=year, month=at.month, day=at.day, clock=f"{at:%H:%M}")


def deadline_words(rule: Deadline, deadline: datetime, heard_at: datetime, lang: Lang) -> str:
    """By when, counted from what, on what ground and how sure: for the desk, not to be read out."""
    since = text(f"plan_notice.since_{rule.since}", lang)
    ground = text("plan_notice.advice", lang) if rule.confidence == "design" else text(
        "plan_notice.ground", lang, source=rule.source or text("plan_notice.own_table", lang),
        confidence=text(f"plan_notice.sure_{rule.confidence}", lang)
        if f"plan_notice.sure_{rule.confidence}" in catalogue() else text("plan_notice.sure_unknown", lang))
    if rule.within == 0:
        return text("plan_notice.at_once", lang, ground=ground)
    return text("plan_notice.by", lang, at=clock_words(deadline, heard_at, lang), since=since, ground=ground,
                heard=clock_words(heard_at, heard_at, lang), hours=f"{rule.within / HOUR:g}")

"""Times on paper: clock times with the day, or times after release where the clock time is not known."""

import math
from datetime import timedelta

from riverplan.forecasting.result import Forecast
from riverplan.forecasting.table import Rounding, whole_minutes
from riverplan.i18n import Lang, text
from riverplan.units import DAY, hours

NOTHING = "—"
_NEAR, _FAR = 9, 365
"""Days up to which the time of day is printed, and from which nothing more is said than that."""


def short_clock(forecast: Forecast, seconds: float | None, lang: Lang, rounding: Rounding = "nearest") -> str:
    """A time for a table: ``08:40``, ``02:15+1d`` on the next day; ``18:15`` after release without a clock.

    After more than nine days the date alone is printed, ``07-15``, and after a year only that.
    Earliest times are rounded down and last ones up, to the minute: never later than they may come.
    """
    if seconds is None or not math.isfinite(seconds):
        return NOTHING
    if seconds > _FAR * DAY:
        return text("sheet.far", lang, days=_FAR)
    minutes = whole_minutes(seconds, rounding)
    if forecast.spill.at is None:
        return f"{minutes // 60}:{minutes % 60:02d}" if seconds <= _NEAR * DAY else \
            text("sheet.days", lang, days=round(seconds / DAY))
    at = forecast.spill.at + timedelta(minutes=minutes)
    days = (at.date() - forecast.spill.at.date()).days
    if days > _NEAR:
        return f"{at:%m-%d}"
    return f"{at:%H:%M}" + (text("sheet.day_mark", lang, days=days) if days else "")


def long_clock(forecast: Forecast, seconds: float, lang: Lang, rounding: Rounding = "nearest") -> str:
    """A time for a sentence: ``7月2日 02:15``; ``释放后 18:15`` without a clock."""
    if forecast.spill.at is None or seconds > _FAR * DAY:
        return text("sheet.after_release", lang, time=short_clock(forecast, seconds, lang, rounding))
    at = forecast.spill.at + timedelta(minutes=whole_minutes(seconds, rounding))
    return text("sheet.date_time", lang, month=at.month, day=at.day, time=f"{at:%H:%M}", date=f"{at:%m-%d}")


def next_clock(forecast: Forecast, seconds: float, before: float, lang: Lang, rounding: Rounding = "nearest") -> str:
    """A further time of a sentence: its day is said where it is another than that of the time ``before``.

    A reader at night need not count days; more than nine days on, the day alone is said.
    """
    begin = forecast.spill.at
    if begin is None or not math.isfinite(seconds) or seconds > _FAR * DAY:
        return short_clock(forecast, seconds, lang, rounding)
    at, then = (begin + timedelta(minutes=whole_minutes(s, rounding)) for s in (seconds, before))
    if at.date() == then.date():
        return f"{at:%H:%M}"
    if (at.date() - begin.date()).days > _NEAR:
        return text("sheet.date_only", lang, month=at.month, day=at.day, date=f"{at:%m-%d}")
    return long_clock(forecast, seconds, lang, rounding)


def band_clock(forecast: Forecast, band: tuple[float, float], lang: Lang) -> str:
    """A 5–95 % band of times, such as ``08:20–11:05``."""
    return f"{short_clock(forecast, band[0], lang, 'down')}–{short_clock(forecast, band[1], lang, 'up')}"


def span_text(seconds: float, lang: Lang) -> str:
    """A span of time in hours, one decimal below ten; in days from the fourth on."""
    if seconds >= 4 * DAY:
        return text("sheet.span_days", lang, days=f"{seconds / DAY:.0f}") if seconds <= _FAR * DAY else \
            text("sheet.far", lang, days=_FAR)
    value = hours(seconds)
    return text("sheet.span", lang, hours=f"{value:.1f}" if value < 10 else f"{value:.0f}")

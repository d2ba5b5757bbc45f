"""Times on paper: clock times with the day, or times after release where the clock time is not known."""

import math
from datetime import timedelta
from typing import Literal

from riverplan.forecasting.result import Forecast
from riverplan.i18n import Lang, text
from riverplan.units import DAY, hours

Rounding = Literal["down", "nearest", "up"]
NOTHING = "—"
_NEAR, _FAR = 9, 365
"""Days up to which the time of day is printed, and from which nothing more is said than that."""


def _minutes(seconds: float, rounding: Rounding) -> int:
    minutes = round(seconds / 60.0, 6)
    return math.floor(minutes) if rounding == "down" else math.ceil(minutes) if rounding == "up" else round(minutes)


def short_clock(forecast: Forecast, seconds: float | None, lang: Lang, rounding: Rounding = "nearest") -> str:
    """A time for a table: ``08:40``, ``02:15+1d`` on the next day; ``18:15`` after release without a clock.

    After more than nine days the date alone is printed, ``07-15``, and after a year only that.
    Earliest times are rounded down and last ones up, to the minute: never later than they may come.
    """
    if seconds is None or not math.isfinite(seconds):
        return NOTHING
    if seconds > _FAR * DAY:
        return text("sheet.far", lang, days=_FAR)
    minutes = _minutes(seconds, rounding)
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
    at = forecast.spill.at + timedelta(minutes=_minutes(seconds, rounding))
    return text("sheet.date_time", lang, month=at.month, day=at.day, time=f"{at:%H:%M}", date=f"{at:%m-%d}")


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

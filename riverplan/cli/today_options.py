"""The options of the flow of today: gauge readings, schedules of stations, and the time they are wanted for."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from riverplan.errors import InputError
from riverplan.forecasting.spill import BEIJING
from riverplan.i18n import LANGS, text


def time_of(_: click.Context, __: click.Parameter, written: str | None) -> datetime | None:
    """A time as written.

    Raises
    ------
    click.BadParameter
        Where it is none.
    """
    from riverplan.forecasting.spill import clock

    try:
        return None if written is None else clock(written)
    except (InputError, ValueError):
        raise click.BadParameter(both("time_form", written)) from None


def wanted_at(at: datetime | None, gauges: Path | None, schedule: Path | None) -> datetime | None:
    """The time asked for; now (Beijing time), where a schedule stands alone and none was.

    Raises
    ------
    click.UsageError
        If a time is asked for that nothing is read for.
    """
    if at is not None and gauges is None and schedule is None:
        raise click.UsageError(both("at_nothing", None))
    return datetime.now(BEIJING) if at is None and gauges is None and schedule is not None else at


def both(key: str, value: str | None) -> str:
    """Why an option cannot be used, in both languages: which one to speak is not known yet."""
    return " / ".join(text(f"import.{key}", lang, value=value) for lang in LANGS)


_OPTIONS = (
    click.option("--scenario-from", "gauges", metavar="GAUGES.csv", type=click.Path(path_type=Path),
                 help="测站读数，生成“实测流量” / gauge readings: make the measured flow"),
    click.option("--schedule", "schedule", metavar="PLAN.xlsx", type=click.Path(path_type=Path),
                 help="电站调度计划：此刻发电、停机还是开闸 / schedule of stations"),
    click.option("--at", "at", metavar="TIME", callback=time_of,
                 help="当日流量的时刻，默认最后一次读数，无读数时为现在 / time wanted"),
)


def today_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the three options."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command

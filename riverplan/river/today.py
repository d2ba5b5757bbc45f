"""The flow of today: what gauges read and what stations are scheduled to do, as a scenario of the river."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from riverplan.errors import InputError, Problem
from riverplan.river.measured import measured_scenario
from riverplan.river.network import RiverNetwork
from riverplan.river.scheduling import with_schedule
from riverplan.tables.gauges import read_gauges
from riverplan.tables.schedules import read_schedule


def with_today(river: RiverNetwork, *, gauges: Path | str | None = None, schedule: Path | str | None = None,
               at: datetime | None = None) -> RiverNetwork:
    """The river with a flow of today: ``measured`` where gauges were read, else ``scheduled``.

    Readings come first; stations are then set on that flow, so that what is gauged is shared out between
    the conduits and the river as the schedule says.

    Parameters
    ----------
    river
        With a scenario to start from (``normal``, else its first).
    gauges
        Readings (:func:`riverplan.tables.gauges.read_gauges`).
    schedule
        Of power stations (:func:`riverplan.tables.schedules.read_schedule`).
    at
        The time (aware) wanted; where it is None that of the last reading, else the beginning of the
        schedule.

    Raises
    ------
    InputError
        If a file cannot be read, no reading can be used, or the river has no scenario to start from; with the
        problems of both files.
    """
    said: list[Problem] = []
    readings = read = None
    if gauges is not None:
        try:
            readings = read_gauges(gauges)
        except InputError as error:
            said += error.problems
    if schedule is not None:
        try:
            read = read_schedule(schedule)
        except InputError as error:
            said += error.problems
    base = "normal" if "normal" in river.scenarios else next(iter(river.scenarios), "")
    if not base:
        said.append(Problem(code="gauges_no_flow", file=Path(gauges or schedule or "").name))
    if said:
        raise InputError(said)
    flow = river.scenarios[base]
    report = [p for p in river.report if not p.code.startswith(("gauge_", "schedule_"))]     # those of another day
    if readings is not None:
        at = at or max(r.at for r in readings.readings)
        flow, problems = measured_scenario(river, readings.readings, at=at, base=base)
        report += [*readings.problems, *problems]
    if read is not None:
        at = at or read.entries[0].since
        flow, problems = with_schedule(river, flow, read.entries, at)
        files = "、".join(dict.fromkeys(e.file for e in read.entries if e.file))
        source = "；".join(p for p in (flow.source, f"{files} {at:%Y-%m-%d %H:%M}") if p)
        flow = replace(flow, name="scheduled" if readings is None else flow.name, source=source)
        report += [*read.problems, *problems]
    return river.replace(scenarios={**river.scenarios, flow.name: flow}, report=tuple(report))


def with_today_if_usable(river: RiverNetwork, *, gauges: Path | str | None = None,
                         schedule: Path | str | None = None, at: datetime | None = None) -> RiverNetwork:
    """As :func:`with_today`; where the files cannot be used the river as it was, and why: it is good without."""
    if gauges is None and schedule is None:
        return river
    try:
        return with_today(river, gauges=gauges, schedule=schedule, at=at)
    except InputError as error:
        file = Path(gauges or schedule or "").name
        said = (replace(p, severity="warning", file=p.file or file) for p in error.problems)
        return river.replace(report=(*river.report, *said))

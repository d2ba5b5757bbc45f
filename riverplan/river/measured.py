"""Readings of gauges laid over a river: a measured scenario for now, with how it changed by the hour."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from riverplan.errors import InputError, Problem
from riverplan.river.network import RiverNetwork
from riverplan.river.reading import LEAST, MOST, with_readings
from riverplan.river.scenario import FlowScenario, blank_scenario
from riverplan.tables.gauges import Reading

TOO_OLD = 3 * 86_400.0
"""Readings farther than this [s] from the time asked for are not used: they are no flow of that day."""
STALE = 6 * 3600.0
"""A reading older than this [s] says little of now."""
JUMP = 10.0
"""Two readings within ``JUMP_TIME`` that differ by more than this factor are doubted: the later is left out."""
JUMP_TIME = 3600.0
CHANGES = 0.2
"""A discharge that changes by more than this share within its readings is said to change."""


def measured_scenario(river: RiverNetwork, readings: Sequence[Reading], *, at: datetime, base: str = "normal",
                      ) -> tuple[FlowScenario, tuple[Problem, ...]]:
    """A scenario ``measured`` of the discharges read, at the time asked for.

    At each station the discharge is linear in time between the readings before and after ``at``, and that of
    the last one where none comes after. The whole of its readings stays in ``series``.

    Parameters
    ----------
    river
        The river; a station is known by its ``site_id``, or by a name only one site has.
    readings
        Of ``tables.gauges.read_gauges``.
    at
        The time asked for, aware.
    base
        Scenario the readings are laid over; where the river has none, they stand alone.

    Raises
    ------
    InputError
        If no reading can be used, with all problems; or readings contradict each other.
    """
    problems: list[Problem] = []
    series: dict[str, list[tuple[float, float]]] = {}
    now = at.timestamp()
    for station, rows in _by_station(readings).items():
        site_id = _site_of(river, station, rows[0], problems)
        usable = _usable(station, rows, problems)
        if site_id and usable:
            series.setdefault(site_id, []).extend(usable)
    for site_id, pairs in series.items():
        series[site_id] = sorted(dict(pairs).items())
    values = {}
    for site_id, pairs in series.items():
        value, age = value_at(pairs, now)
        if age > TOO_OLD:
            problems.append(Problem(code="gauge_too_old", severity="warning", fields={
                "station": river.site(site_id).name or site_id, "days": age / 86_400.0, "most": TOO_OLD / 86_400.0}))
            continue
        if age > STALE:
            problems.append(Problem(code="gauge_stale", severity="warning", fields={
                "station": site_id, "hours": age / 3600.0}))
        low, high = min(q for _, q in pairs), max(q for _, q in pairs)
        if high - low > CHANGES * high:
            problems.append(Problem(code="gauge_changes", severity="note", fields={
                "station": site_id, "low": low, "high": high}))
        values[site_id] = value
    if not values:
        raise InputError([*problems, Problem(code="gauge_none_usable")])
    start = river.scenarios.get(base) or blank_scenario(len(river.reaches))
    files = "、".join(dict.fromkeys(r.file for r in readings if r.file))
    flow = with_readings(river, start, values)
    return replace(flow, name="measured", source=f"{files} {at:%Y-%m-%d %H:%M}".strip(),
                   series={k: tuple(v) for k, v in series.items()}), tuple(problems)


def value_at(pairs: Sequence[tuple[float, float]], now: float) -> tuple[float, float]:
    """Discharge [m³/s] at a time [s], and how far from it the nearest reading lies [s].

    >>> value_at([(0.0, 10.0), (3600.0, 20.0)], 1800.0)
    (15.0, 1800.0)
    """
    before = [p for p in pairs if p[0] <= now]
    after = [p for p in pairs if p[0] > now]
    age = min(abs(t - now) for t, _ in pairs)
    if before and after:
        (t0, q0), (t1, q1) = before[-1], after[0]
        return q0 + (q1 - q0) * (now - t0) / (t1 - t0), age
    return (before[-1] if before else after[0])[1], age


def _by_station(readings: Sequence[Reading]) -> Mapping[str, list[Reading]]:
    found: dict[str, list[Reading]] = defaultdict(list)
    for reading in sorted(readings, key=lambda r: r.at):
        found[reading.station].append(reading)
    return found


def _about(reading: Reading, code: str, **fields: object) -> Problem:
    return Problem(code=code, severity="warning", file=reading.file, sheet=reading.sheet, row=reading.row or None,
                   fields={"station": reading.station, **fields})


def _site_of(river: RiverNetwork, station: str, reading: Reading, problems: list[Problem]) -> str:
    """The site a station means; empty where none does, or several of one name do."""
    by_id = [s.site_id for s in river.sites if s.site_id == station]
    found = by_id or [s.site_id for s in river.sites if s.name and s.name == station]
    if len(found) == 1:
        return found[0]
    if found:
        problems.append(_about(reading, "gauge_homonym", sites="、".join(found)))
    else:
        problems.append(_about(reading, "gauge_unknown"))
    return ""


def _usable(station: str, rows: Sequence[Reading], problems: list[Problem]) -> list[tuple[float, float]]:
    """Times and discharges of a station; what is impossible is named and left out."""
    kept: list[tuple[float, float]] = []
    if all(r.discharge is None for r in rows):
        problems.append(_about(rows[0], "gauge_level_only"))
        return kept
    for reading in rows:
        if reading.discharge is None:
            continue
        if not LEAST <= reading.discharge <= MOST:
            problems.append(_about(reading, "gauge_impossible", value=reading.discharge))
            continue
        when = reading.at.timestamp()
        if kept and when - kept[-1][0] <= JUMP_TIME and not (
                1 / JUMP <= reading.discharge / kept[-1][1] <= JUMP):
            problems.append(_about(reading, "gauge_jump", before=kept[-1][1], value=reading.discharge))
            continue
        kept.append((when, reading.discharge))
    return kept

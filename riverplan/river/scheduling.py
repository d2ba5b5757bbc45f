"""A schedule of power stations laid over a flow: the states of the moment, and how they change."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from math import inf

from riverplan.errors import Problem
from riverplan.river.network import RiverNetwork
from riverplan.river.scenario import FlowScenario
from riverplan.river.sites import Site
from riverplan.river.stations import SHORT, conduit_reaches, from_the_top, with_station
from riverplan.tables.gauges import BEIJING
from riverplan.tables.schedules import Entry

Period = tuple[float, float, Entry]
"""Beginning and end [s after the epoch] of an entry; ``inf`` where it has no end."""


def with_schedule(river: RiverNetwork, scenario: str | FlowScenario, entries: Sequence[Entry], at: datetime,
                  ) -> tuple[FlowScenario, tuple[Problem, ...]]:
    """A flow with each scheduled station in its state at a time, and what its conduit takes in ``series``.

    Where a flow is given, the conduit takes that, as far as there is water above the ecological flow. Stations
    are set from the top of the river down. One without an entry for the time stays as it is in the scenario.

    Parameters
    ----------
    river
        The river, its diversions laid; a station is known by its ``site_id``, or by a name only one site has.
    scenario
        Name of one of its scenarios, or a scenario.
    entries
        Of ``tables.schedules.read_schedule``. Where two contradict each other, the later row counts.
    at
        The time of the spill; Beijing time where it names no zone.
    """
    flow = river.scenario(scenario) if isinstance(scenario, str) else scenario
    now = (at if at.tzinfo else at.replace(tzinfo=BEIJING)).timestamp()
    problems: list[Problem] = []
    periods = {s: _periods(rows, problems) for s, rows in _by_site(river, entries, problems).items()}
    ordered = from_the_top(river, periods)
    for site_id in ordered:
        entry = _entry_at(periods[site_id], now)
        if entry is None:
            problems.append(_about(periods[site_id][0][2], "schedule_none_now", time=f"{at:%Y-%m-%d %H:%M}"))
            continue
        flow = _set(river, flow, site_id, entry)
        takes = _taken(river, flow, site_id)
        if entry.state == "running" and entry.flow and takes < entry.flow * (1 - SHORT):
            problems.append(_about(entry, "schedule_short", flow=entry.flow, takes=takes))
    series = {s: _series(river, flow, s, periods[s]) for s in ordered}
    return replace(flow, series={**flow.series, **series}), tuple(problems)


def _by_site(river: RiverNetwork, entries: Sequence[Entry], problems: list[Problem]) -> Mapping[str, list[Entry]]:
    """Entries by the site their station means; stations that cannot be set are named once."""
    found: dict[str, list[Entry]] = defaultdict(list)
    for station in dict.fromkeys(e.station for e in entries):
        rows = [e for e in entries if e.station == station]
        sites: list[Site] = [s for s in river.sites if s.site_id == station]
        sites = sites or [s for s in river.sites if s.name and s.name == station]
        if not sites:
            problems.append(_about(rows[0], "schedule_unknown"))
        elif len(sites) > 1:
            problems.append(_about(rows[0], "schedule_homonym", sites="、".join(s.site_id for s in sites)))
        elif not conduit_reaches(river, sites[0].site_id):
            problems.append(_about(rows[0], "schedule_not_diversion"))
        else:
            found[sites[0].site_id] += rows
    return found


def _periods(entries: Sequence[Entry], problems: list[Problem]) -> list[Period]:
    """Periods of a station, the one that counts last; contradictions are named."""
    begins = sorted({e.since.timestamp() for e in entries})
    periods = []
    for entry in entries:
        begin = entry.since.timestamp()
        end = entry.until.timestamp() if entry.until else next((b for b in begins if b > begin), inf)
        periods.append((begin, end, entry))
    periods.sort(key=lambda p: p[2].row)
    by_time, reach = sorted(periods, key=lambda p: p[0]), None
    for period in by_time:
        begin, end, entry = period
        if reach and begin < reach[1] and (entry.state, entry.flow) != (reach[2].state, reach[2].flow):
            counts, other = sorted((entry, reach[2]), key=lambda e: -e.row)
            problems.append(_about(counts, "schedule_overlap", other=other.row))
        reach = period if reach is None or end > reach[1] else reach
    return periods


def _entry_at(periods: Sequence[Period], time: float) -> Entry | None:
    return next((e for begin, end, e in reversed(periods) if begin <= time < end), None)


def _set(river: RiverNetwork, flow: FlowScenario, site_id: str, entry: Entry) -> FlowScenario:
    """A flow with a station as an entry says."""
    return with_station(river, flow, site_id, entry.state, most=entry.flow)


def _taken(river: RiverNetwork, flow: FlowScenario, site_id: str) -> float:
    return float(flow.discharge[river.reach_row[conduit_reaches(river, site_id)[0]]])


def _series(river: RiverNetwork, flow: FlowScenario, site_id: str, periods: Sequence[Period],
            ) -> tuple[tuple[float, float], ...]:
    """What the conduit takes, as steps: a value at the beginning of each stretch and one a second before its end."""
    known: dict[tuple[str, float | None], float] = {}
    edges = sorted({t for begin, end, _ in periods for t in (begin, end)})
    out: dict[float, float] = {}
    for begin, end in pairwise(edges):
        entry = _entry_at(periods, begin)
        if entry is None:
            continue
        key = entry.state, entry.flow
        if key not in known:
            known[key] = _taken(river, _set(river, flow, site_id, entry), site_id)
        out[begin] = known[key]
        if end != inf:
            out[max(end - 1.0, begin)] = known[key]
    return tuple(sorted(out.items()))


def _about(entry: Entry, code: str, **fields: object) -> Problem:
    return Problem(code=code, severity="warning", file=entry.file, sheet=entry.sheet, row=entry.row or None,
                   fields={"station": entry.station, **fields})

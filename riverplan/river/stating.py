"""What diversion stations are said to be doing tonight, and which of them nobody knows about."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import datetime

import numpy as np

from riverplan.errors import InputError, Problem
from riverplan.i18n import listed
from riverplan.river.measured import value_at
from riverplan.river.network import RiverNetwork
from riverplan.river.scenario import FlowScenario
from riverplan.river.stations import SHORT, arms, conduit_reaches, from_the_top, laid_stations, run_station
from riverplan.tables.measures import fold
from riverplan.tables.schedules import STATES

LEAST_CHANGE = 1e-9
"""Discharges that differ by less [m³/s] are one."""
Stated = Mapping[str, str] | Iterable[tuple[str, str]]
"""States by station: its ``site_id`` or a name only one site has, and a word for the state."""


def stated(river: RiverNetwork, states: Stated) -> dict[str, str]:
    """States by ``site_id`` as ``running``, ``stopped`` or ``spilling``.

    >>> from riverplan.tables.schedules import STATES
    >>> STATES["停机"]
    'stopped'

    Parameters
    ----------
    river
        The river, its diversions laid.
    states
        What was said; the words are those of schedules (发电, 停机, 开闸, running, stopped, spilling …).

    Raises
    ------
    InputError
        For sites that do not exist, are several or no diversion stations, words that are no state, and states that
        contradict each other, all at once.
    """
    problems: list[Problem] = []
    found: dict[str, str] = {}
    for station, word in states.items() if isinstance(states, Mapping) else states:
        state = STATES.get(fold(str(word)), "")
        if not state:
            problems.append(Problem(code="state_word", fields={"station": station, "value": word}))
        site_id = _site_of(river, station.strip(), problems)
        if not site_id or not state:
            continue
        if not conduit_reaches(river, site_id):
            problems.append(Problem(code="state_not_diversion", fields={
                "station": station, "known": listed(laid_stations(river))}))
        elif found.setdefault(site_id, state) != state:
            problems.append(Problem(code="state_twice", fields={
                "station": station, "states": f"{found[site_id]}、{state}"}))
    if problems:
        raise InputError(problems)
    return found


def _site_of(river: RiverNetwork, station: str, problems: list[Problem]) -> str:
    """The site a station means; empty where none does, or several of one name do."""
    named = [s.site_id for s in river.sites if s.site_id == station] or [
        s.site_id for s in river.sites if s.name and s.name == station]
    if len(named) == 1:
        return named[0]
    if named:
        problems.append(Problem(code="state_homonym", fields={"station": station, "sites": listed(named)}))
        return ""
    try:
        return river.site(station).site_id
    except InputError as error:
        problems.extend(error.problems)
        return ""


def with_states(river: RiverNetwork, flow: FlowScenario, states: Mapping[str, str]) -> FlowScenario:
    """A flow with stations set from the top of the river down; one that is so already stays as it is.

    Parameters
    ----------
    river, flow
        The river, its diversions laid, and a flow of it.
    states
        ``running``, ``stopped`` or ``spilling`` by ``site_id``, as :func:`stated` gives them.
    """
    for site_id in from_the_top(river, states):
        changed = run_station(river, flow, site_id, states[site_id])
        if not same_discharge(changed, flow):
            flow = changed
    return flow


def same_discharge(one: FlowScenario, other: FlowScenario) -> bool:
    """Whether two flows carry the same discharge everywhere."""
    return bool(np.allclose(one.discharge, other.discharge, rtol=0.0, atol=LEAST_CHANGE, equal_nan=True))


def unknown_stations(river: RiverNetwork, flow: FlowScenario, states: Mapping[str, str], at: datetime | None,
                     ) -> list[str]:
    """The laid stations of which nothing says what they do at a time, from the top of the river down.

    Known are those stated, those whose schedule (``flow.series``) covers the time and says what the flow has, and
    those beside which a discharge was read: in the conduit or the dewatered reach. What the list of sites says
    (``station_state``) is what a station mostly does, not what it does tonight.

    Parameters
    ----------
    river, flow
        The river and the flow forecast with.
    states
        By ``site_id``.
    at
        Time of the spill; where it is ``None``, any schedule counts.
    """
    read = {river.reach_row.get(s.reach_id) for s in river.sites if s.site_id in flow.readings}
    return [s for s in laid_stations(river) if s not in states
            and not _scheduled(river, flow, s, at) and not read & arms(river, s)]


def _scheduled(river: RiverNetwork, flow: FlowScenario, site_id: str, at: datetime | None) -> bool:
    """Whether a schedule says what a station does at a time, and the flow has it so.

    The steps of a schedule come in pairs: the beginning of a stretch and a second before its end.
    """
    pairs = flow.series.get(site_id, ())
    if not pairs or at is None:
        return bool(pairs)
    now = at.timestamp()
    last = bisect_right([t for t, _ in pairs], now) - 1
    if last < 0 or (last % 2 and now >= pairs[last][0] + 1.0):
        return False
    planned = value_at(pairs, now)[0]
    takes = float(flow.discharge[river.reach_row[conduit_reaches(river, site_id)[0]]])
    return abs(planned - takes) <= SHORT * max(planned, takes)

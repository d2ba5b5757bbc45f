"""When a space can be ready and what margin that leaves: of every space, team and store at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from riverplan.channel import Array
from riverplan.errors import InputError, Problem
from riverplan.i18n import listed
from riverplan.planning.travel import Conditions, Travel
from riverplan.planning.usable_space import UsableSpace
from riverplan.river.sites import Store, Team
from riverplan.units import HOUR

REPORT = 0.5 * HOUR
"""From the call to the report to those who decide [s] (assumed)."""
DECIDE = 0.5 * HOUR
"""From the report to the order [s] (assumed)."""
SAFETY = 1.0 * HOUR
"""Margin below which a space is too near to being late [s] (assumed)."""
MUSTER = 0.5 * HOUR
"""Of a team whose time to muster is not listed [s] (assumed)."""
LOADING = 1.0 * HOUR
"""Finding a lorry and loading the first load at a store [s] (assumed)."""
STAFF_MUSTER = 600.0
"""Of staff who are at the gate already [s] (assumed)."""
FOOT_SPEED = 0.8
"""On foot, with tools, off the road, by day, dry [m/s] (assumed)."""
BOAT_SPEED = 3.0
"""By boat [m/s] (assumed)."""
LAUNCH = 900.0
"""Launching a boat [s] (assumed)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delays:
    """What passes before anyone moves, and what is kept in hand [s].

    ``report`` and ``decide`` are part of the time a space is ready; ``safety`` is not: it is compared with the
    margin by :func:`in_time`.
    """

    report: float = REPORT
    decide: float = DECIDE
    safety: float = SAFETY


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """When one space is ready by one team with one store's load, and how that time comes about.

    ``muster`` and ``drive`` are of whoever arrives last: the team, or the store's lorry (then ``muster`` is its
    loading). ``store_id`` is empty where nothing is fetched, ``team_id`` where staff on the spot do it.
    ``ready`` [s after the release began] is the sum of all others [s]; the safety is not in it. ``travel_by`` is
    ``roads``, ``distance``, or empty for staff on the spot.
    """

    space_id: str
    team_id: str
    store_id: str
    heard: float
    report: float
    decide: float
    muster: float
    drive: float
    last_stretch: float
    work: float
    ready: float
    travel_by: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReadyTable:
    """When each of s spaces is ready by each of t teams with the load of each of k stores.

    Parameters
    ----------
    space_ids, team_ids, store_ids
        The axes. The first team is ``""``, the staff on the spot; the first store is ``""``, nothing fetched.
    ready
        [s after the release began], shape (s, t, k). nan where the combination is of no use (a gate needs no
        store, a dam needs one) or a time is not known; infinite where no road is open.
    delays, heard
        As given.
    muster, load
        Of teams (t,) and stores (k,) [s].
    drive, haul
        Of teams (s, t) and of stores' lorries (s, k) [s].
    last_stretch, work
        Of spaces (s,) [s]; staff on the spot have no last stretch.
    drive_by, haul_by
        ``roads``, ``distance`` or empty, shapes (s, t) and (s, k).
    problems
        What was supposed.
    """

    space_ids: tuple[str, ...]
    team_ids: tuple[str, ...]
    store_ids: tuple[str, ...]
    ready: Array
    delays: Delays
    heard: float
    muster: Array
    load: Array
    drive: Array
    haul: Array
    last_stretch: Array
    work: Array
    drive_by: np.ndarray
    haul_by: np.ndarray
    problems: tuple[Problem, ...]

    def of(self, space_id: str, team_id: str, store_id: str = "") -> Readiness | None:
        """One combination; None where it is of no use, not known or has no open road.

        Raises
        ------
        ValueError
            If one of the ids is none of the table's.
        """
        i, j, k = self.space_ids.index(space_id), self.team_ids.index(team_id), self.store_ids.index(store_id)
        if not np.isfinite(self.ready[i, j, k]):
            return None
        is_lorry_last = bool(self.load[k] + self.haul[i, k] > self.muster[j] + self.drive[i, j])
        by = {str(self.drive_by[i, j]), str(self.haul_by[i, k])}
        return Readiness(
            space_id=space_id, team_id=team_id, store_id=store_id, heard=self.heard, report=self.delays.report,
            decide=self.delays.decide, muster=float(self.load[k] if is_lorry_last else self.muster[j]),
            drive=float(self.haul[i, k] if is_lorry_last else self.drive[i, j]),
            last_stretch=float(self.last_stretch[i]) if j else 0.0, work=float(self.work[i]),
            ready=float(self.ready[i, j, k]),
            travel_by=next((w for w in ("distance", "roads") if w in by), ""))

    def soonest(self) -> Array:
        """The soonest each space can be ready [s after the release began], nan where it cannot, shape (s,)."""
        best = np.where(np.isfinite(self.ready), self.ready, np.inf).min(axis=(1, 2), initial=np.inf)
        return np.where(np.isfinite(best), best, np.nan)

    def best(self, space_id: str) -> Readiness | None:
        """The combination by which a space is ready soonest, None where there is none."""
        ready = self.ready[self.space_ids.index(space_id)]
        if not np.isfinite(ready).any():
            return None
        j, k = np.unravel_index(np.argmin(np.where(np.isfinite(ready), ready, np.inf)), ready.shape)
        return self.of(space_id, self.team_ids[j], self.store_ids[k])


def readiness(spaces: Sequence[UsableSpace], teams: Sequence[Team], stores: Sequence[Store], *, travel: Travel,
              delays: Delays | None = None, heard: float = 0.0, work: Array | None = None,
              fetches: np.ndarray | None = None, holds: np.ndarray | None = None,
              staffed: np.ndarray | None = None) -> ReadyTable:
    """When each space is ready, by each team and with each store's load.

    Ready = heard + report + decide + the later of (muster + drive of the team) and (loading + drive of the store's
    lorry) + last stretch + work. The lorry sets out by itself at the same time as the team (assumed: the store has
    one, or one can be hired); only its first load is waited for.

    Parameters
    ----------
    spaces, teams, stores
        s, t and k of them.
    travel
        From :func:`riverplan.planning.travel.travel_to` of the same spaces, teams and stores.
    delays
        The assumed ones if None.
    heard
        When the call comes in [s after the release began].
    work
        Closing, building or setting up [s], shape (s,); the spaces' ``close_time`` if None.
    fetches
        Which spaces need something from a store, shape (s,); those with a dam to build if None. Gates need nothing.
    holds
        Whether a store has what a space needs, shape (s, k); all do if None.
    staffed
        At which spaces staff are on the spot, shape (s,); nowhere if None.

    Raises
    ------
    InputError
        If a delay is below zero or not finite.
    """
    delays = delays or Delays()
    _check(delays, heard)
    s, k = len(spaces), len(stores)
    close = np.array([np.nan if p.close_time is None else p.close_time for p in spaces], np.float64)
    work = close if work is None else np.asarray(work, np.float64)
    needs = np.array([p.dam is not None for p in spaces], bool) if fetches is None else np.asarray(fetches, bool)
    has = np.ones((s, k), bool) if holds is None else np.asarray(holds, bool)
    there = np.zeros(s, bool) if staffed is None else np.asarray(staffed, bool)
    muster = np.array([STAFF_MUSTER, *(MUSTER if t.muster_time is None else t.muster_time for t in teams)], np.float64)
    load = np.r_[0.0, np.full(k, LOADING)]
    drive = np.column_stack([np.where(there, 0.0, np.nan), travel.teams.seconds.T])
    haul = np.column_stack([np.where(needs, np.nan, 0.0),
                            np.where(needs[:, None] & has, travel.stores.seconds.T, np.nan)])
    last = _last_stretch(spaces, travel.conditions)
    gone = np.maximum((muster + drive)[:, :, None], (load + haul)[:, None, :])
    on_the_spot = np.where(np.arange(len(muster)) == 0, 0.0, last[:, None])
    ready = heard + delays.report + delays.decide + gone + on_the_spot[:, :, None] + work[:, None, None]
    return ReadyTable(
        space_ids=tuple(p.space_id for p in spaces), team_ids=("", *(t.resource_id for t in teams)),
        store_ids=("", *(r.resource_id for r in stores)), ready=ready, delays=delays, heard=heard, muster=muster,
        load=load, drive=drive, haul=haul, last_stretch=last, work=work,
        drive_by=np.column_stack([np.full(s, "", object), travel.teams.by.T]),
        haul_by=np.column_stack([np.full(s, "", object), travel.stores.by.T]),
        problems=(*travel.problems, *_supposed(spaces, teams, work, needs, has)))


def margin(earliest: Array, ready: Array) -> Array:
    """What is left when a space is ready before the plume comes [s]; below zero it comes too late.

    ``earliest`` is the earliest arrival of the leading edge and ``ready`` a time of the same clock [s]. The safety
    is not taken off: see :func:`in_time`.

    >>> margin(36_000.0, 28_800.0)
    7200.0
    """
    return earliest - ready


def in_time(margins: Array, delays: Delays) -> np.ndarray:
    """Whether margins [s] leave the safety; not where a margin is not known."""
    return np.asarray(margins) >= delays.safety


def may_work(space: UsableSpace, rising: bool | None, conditions: Conditions | None = None) -> bool:
    """Whether people may work at a space: never in the channel, nor reaching it by boat, on rising water.

    Parameters
    ----------
    space
        The space.
    rising
        Whether the water there rises; None where nobody says. Then darkness or rain forbid it too: who works there
        does not see the water come.
    conditions
        By day and dry if None.
    """
    if not (space.in_channel or space.boat):
        return True
    if rising is None:
        conditions = conditions or Conditions()
        return not (conditions.night or conditions.rain)
    return not rising


def _last_stretch(spaces: Sequence[UsableSpace], conditions: Conditions) -> Array:
    """On foot or by boat from the road to each space [s]; slowed as the smallest roads are."""
    metres = np.array([p.foot for p in spaces], np.float64)
    boat = np.array([p.boat for p in spaces], bool)
    seconds = np.where(boat, LAUNCH + metres / BOAT_SPEED, metres / FOOT_SPEED)
    return seconds / float(conditions.factor(minor=True))


def _check(delays: Delays, heard: float) -> None:
    problems = [Problem(code="plan_delay_wrong", fields={"name": name, "value": f"{value / HOUR:g}"})
                for name, value in (("report", delays.report), ("decide", delays.decide), ("safety", delays.safety))
                if not (np.isfinite(value) and value >= 0)]
    if not np.isfinite(heard):
        problems.append(Problem(code="plan_delay_wrong", fields={"name": "heard", "value": heard}))
    if problems:
        raise InputError(problems)


def _supposed(spaces: Sequence[UsableSpace], teams: Sequence[Team], work: Array, needs: np.ndarray,
              has: np.ndarray) -> list[Problem]:
    problems = []
    unsaid = [t.name or t.resource_id for t in teams if t.muster_time is None]
    if unsaid:
        problems.append(Problem(code="plan_muster_assumed", severity="note", fields={
            "names": listed(unsaid), "minutes": f"{MUSTER / 60:g}"}))
    for code, bad in (("plan_no_store", needs & ~has.any(axis=1)), ("plan_no_work_time", np.isnan(work))):
        if bad.any():
            problems.append(Problem(code=code, severity="warning", fields={
                "count": int(bad.sum()), "names": listed(
                    f"{p.space_id} {p.name}".strip() for p, is_bad in zip(spaces, bad, strict=True) if is_bad)}))
    if not teams:
        problems.append(Problem(code="plan_no_team", severity="warning"))
    return problems

"""A discharge that changes for a while: rain, a release from above, a gate that closes."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from riverplan.errors import Problem
from riverplan.forecasting.result import Forecast
from riverplan.forecasting.spill import Spill, clock
from riverplan.i18n import listed
from riverplan.river.network import RiverNetwork
from riverplan.river.reading import LEAST, MOST, at_discharge
from riverplan.river.scenario import FlowScenario
from riverplan.river.stations import redivided, share_of_flow
from riverplan.river.water_balance import order, routed

_BY = re.compile(r"(?P<times>[x×*])?(?P<number>[+-]?\d+(?:\.\d*)?|[+-]?\.\d+)(?P<unit>%|m3/s|)", re.IGNORECASE)
_PLAIN = str.maketrans("，＋－−．％Ｘｘ³", ",+--.%xx3")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rise:
    """From ``start`` to ``end`` the discharge is greater, or less.

    Parameters
    ----------
    start, end
        When the change begins and ends, aware.
    by
        Water added at the spill [m³/s], passed down and divided at forks as the flow divides; less than 0 where
        water is withheld. Where ``relative``, the factor on the discharge of the whole river: 1.5 is half as much
        again, as after rain.
    relative
        Whether ``by`` is a factor.
    """

    start: datetime
    end: datetime
    by: float
    relative: bool = False


def rise_from(written: str) -> Rise:
    """A rise as people write it: ``FROM,TO,BY``.

    ``BY`` is ``+50`` (m³/s at the spill), ``x1.5`` (the factor) or ``50%`` (half as much again, the same as
    ``x1.5``); with a minus sign the discharge falls. Times without a zone are Beijing time.

    >>> rise = rise_from("2026-07-01 20:00,2026-07-02 06:00,50%")
    >>> rise.by, rise.relative, rise.start.isoformat()
    (1.5, True, '2026-07-01T20:00:00+08:00')
    >>> rise_from("2026-07-01 20:00,2026-07-02 06:00,+50").by
    50.0

    Raises
    ------
    ValueError
        If it is not written so.
    """
    start, end, by = written.translate(_PLAIN).split(",")
    found = _BY.fullmatch(by.replace(" ", ""))
    if found is None or (found["times"] and found["unit"]):
        raise ValueError(by)
    value = float(found["number"])
    if found["unit"] == "%":
        value = 1.0 + value / 100.0
    return Rise(start=clock(start), end=clock(end), by=value, relative=bool(found["times"]) or found["unit"] == "%")


def rise_problems(rise: Rise | None) -> list[Problem]:
    """What is wrong with the times and the amount of a rise, whatever the flow."""
    if rise is None:
        return []
    problems = [Problem(code="rise_naive_time", fields={"value": at})
                for at in (rise.start, rise.end) if at.tzinfo is None]
    if not problems and rise.end <= rise.start:
        problems.append(Problem(code="rise_backwards", fields={
            "start": f"{rise.start:%Y-%m-%d %H:%M}", "end": f"{rise.end:%Y-%m-%d %H:%M}"}))
    if not math.isfinite(rise.by) or (rise.relative and rise.by <= 0):
        problems.append(Problem(code="rise_by", fields={"value": f"{rise.by:g}"}))
    return problems


def risen_problems(river: RiverNetwork, flow: FlowScenario, spill: Spill, rise: Rise) -> list[Problem]:
    """Where a change would leave no water, or more than any river has; the spill located, the rise sound."""
    row = river.reach_row[spill.reach_id]
    before, after = flow.discharge, _changed(river, flow, row, rise)
    if before[row] > 0 and not LEAST <= after[row] <= MOST:
        return [Problem(code="rise_flow", fields={"before": f"{before[row]:.3g}", "after": f"{after[row]:.3g}"})]
    dry = np.flatnonzero(below(river, row) & (before > LEAST) & (after < LEAST))
    return [Problem(code="rise_dry", fields={
        "reaches": listed(river.reaches["reach_id"].iloc[dry], 6)})] if dry.size else []


def without_effect(rise: Rise, spill: Spill, found: Sequence[Forecast]) -> Problem | None:
    """That a change is over before the release, or begins when the plume has passed every site; else ``None``.

    Where the time of the spill is not known, the change may fall on it. Where no site is reached, the end of the
    last reach stands for the last site.
    """
    if spill.at is None:
        return None
    start, end = period(rise, spill)
    if rise.end <= spill.at:
        return Problem(code="rise_before_spill", severity="note", fields={"start": start, "end": end})
    last = max(max((a.trailing_band[1] for a in f.arrivals if a.site_id != spill.site_id),
                   default=float(f.reach_times.trailing_head.max(initial=0.0))) for f in found)
    if (rise.start - spill.at).total_seconds() <= last:
        return None
    passed = found[0].clock(last)
    return Problem(code="rise_after_plume", severity="note", fields={
        "start": start, "end": f"{passed:%Y-%m-%d %H:%M}" if passed else "—"})


def period(rise: Rise, spill: Spill) -> tuple[str, str]:
    """Beginning and end of a change in words, on the clock of the spill."""
    zone = spill.at.tzinfo if spill.at else rise.start.tzinfo
    return f"{rise.start.astimezone(zone):%Y-%m-%d %H:%M}", f"{rise.end.astimezone(zone):%Y-%m-%d %H:%M}"


def risen(river: RiverNetwork, flow: FlowScenario, row: int, rise: Rise) -> FlowScenario:
    """The flow after the change, everywhere and at once; stations that run take what they then can.

    Velocities follow the velocity models at the new discharge.

    Parameters
    ----------
    river, flow
        The river and a flow of it.
    row
        Row of the reach of the spill.
    rise
        The change.
    """
    return redivided(river, at_discharge(flow, _changed(river, flow, row, rise)), flow)


def _changed(river: RiverNetwork, flow: FlowScenario, row: int, rise: Rise) -> NDArray[np.float64]:
    if rise.relative:
        return flow.discharge * rise.by
    added = np.zeros(flow.discharge.size)
    added[row] = rise.by
    return flow.discharge + routed(river.compiled, added, share_of_flow(river.compiled, flow.discharge))


def below(river: RiverNetwork, row: int) -> NDArray[np.bool_]:
    """Which reaches a reach's water can come to, itself among them; shape ``(n,)``."""
    net = river.compiled
    reached = np.zeros(net.n_nodes, bool)
    reached[net.head[row]] = True
    for r in order(net):
        if reached[net.tail[r]]:
            reached[net.head[r]] = True
    found = reached[net.tail]
    found[row] = True
    return found

"""From a march to how the plume passes the sites, what gates held, and the bands of a fast and a slow run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from riverplan.channel import Array
from riverplan.forecasting.arrivals import limit_at
from riverplan.forecasting.behaviour import soluble
from riverplan.forecasting.result import Curve
from riverplan.forecasting.simulating.prepared import Prepared, Run
from riverplan.forecasting.simulating.result import GateUse, Passage
from riverplan.transport import simulate as t
from riverplan.transport.response import first_above, last_above

EDGE, TAIL = 0.01, 0.1
"""Shares of the peak that bound the passage [-]."""
LEVEL = 0.9999
"""Share of the peak from which on a curve is level [-]."""
REACHED = 1e-6
"""A site where less than this share of the mass passed is not reached [-]."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Read:
    """Passages by time, curves of the sites reached, discharges at all; ``assumed`` where a water class was."""

    passages: tuple[Passage, ...]
    curves: Mapping[str, Curve]
    flows: Mapping[str, Curve]
    assumed: bool


def passages_of(ready: Prepared, found: t.Simulated) -> Read:
    """How the plume passes the sites in one run."""
    river, spill, substance = ready.question.river, ready.question.spill, ready.substance
    unit, cell, known = ready.unit, ready.cell, ready.known
    spans = np.diff(found.time, prepend=found.begin)
    time, passages, curves, flows, assumed = found.time, [], {}, {}, False
    kind, classes = (river.reaches[c].to_numpy() for c in ("kind", "water_class"))
    for site in ready.sites:
        column = found.places.index(site.site_id)
        value = np.minimum(found.concentration[:, column], soluble(substance))
        flows[site.site_id] = Curve(time=time, concentration=found.discharge[:, column])
        passed = float((found.mass_flux[:, column] * spans).sum() / unit)
        if passed < REACHED or value.max() <= 0:
            continue
        after = time > 0
        c = Curve(time=np.concatenate([[0.0], time[after]]), concentration=np.concatenate([[0.0], value[after]]))
        curves[site.site_id] = c
        top = int(np.argmax(c.concentration))
        peak = float(c.concentration[top])
        row, rising = river.reach_row[site.reach_id], top == c.time.size - 1
        at = float(c.time[top])
        if len(spill.pieces) == 1 and spill.duration > 0 and not rising:
            # an even release keeps the peak for a while: its middle, as in a forecast
            first, last = _above(c, LEVEL * peak)
            at = 0.5 * (first + (at if last is None else last))
        at_spill = site.reach_id == spill.reach_id and abs(site.chainage - (spill.chainage or 0.0)) <= cell
        limit, class_assumed = limit_at(site, kind[row], classes[row], substance)
        assumed = assumed or class_assumed
        begin, until = (None, None)
        if known and limit is not None and limit.concentration <= spill.background:
            begin = 0.0                                    # above it all the while, with or without the plume
        elif known and limit is not None and 0 < limit.concentration - spill.background <= peak:
            begin, until = _above(c, limit.concentration - spill.background)
        passages.append(Passage(
            site_id=site.site_id, name=site.name, kind=site.kind, reach_id=site.reach_id, chainage=site.chainage,
            leading=_above(c, EDGE * peak)[0], peak=at, trailing=_above(c, TAIL * peak)[1],
            rising=rising,
            peak_concentration=peak + spill.background if known else None,
            passed=None if at_spill else min(passed, 1.0), discharge=float(found.discharge[np.argmax(value), column]),
            limit=limit.concentration if limit else None,
            limit_basis=f"{limit.standard} {limit.table} {limit.water_class}" if limit else "",
            exceeds_from=begin, exceeds_until=until))
    return Read(passages=tuple(sorted(passages, key=lambda p: (p.leading, p.peak, p.site_id))), curves=curves,
                flows=flows, assumed=assumed)


def with_bands(passages: Sequence[Passage], fast: Sequence[Passage], slow: Sequence[Passage],
               ) -> tuple[tuple[Passage, ...], dict[str, float]]:
    """The passages with what a fast and a slow run say of them; and where the fast run alone comes, first times [s].

    What is done falls on another part of a faster plume, so the highest concentration may be that of any run, and
    a faster plume is not earlier everywhere: the earliest is that of whichever run is first.
    """
    quick, late = {p.site_id: p for p in fast}, {p.site_id: p for p in slow}
    banded = []
    for p in passages:
        runs = [p, *(x[p.site_id] for x in (quick, late) if p.site_id in x)]
        tops = [x.peak_concentration for x in runs if x.peak_concentration is not None]
        open_end = p.site_id not in late or any(x.rising for x in runs)
        banded.append(replace(
            # 1 % of what still rises says little of when it came
            p, leading_early=min(x.leading for x in runs if x is p or not x.rising),
            peak_band=(min(x.peak for x in runs), None if open_end else max(x.peak for x in runs)),
            concentration_band=(None if open_end else min(tops), max(tops)) if tops else None))
    known = {p.site_id for p in passages}
    return tuple(banded), {p.site_id: p.leading for p in (*slow, *fast) if p.site_id not in known}


def _above(curve: Curve, level: float) -> tuple[float, float | None]:
    """First and last time at or above a level that is reached; ``None`` where the curve ends above it."""
    time, value = curve.time[None], curve.concentration[None]
    levels: Array = np.array([level])
    last = None if curve.concentration[-1] >= level else float(last_above(time, value, levels)[0])
    return float(first_above(time, value, levels)[0]), last


def gates_of(ready: Prepared, run: Run) -> tuple[GateUse, ...]:
    """What the operated gates of a run held."""
    river, found, what, known = ready.question.river, run.found, run.what, ready.known
    uses = []
    for i, name in enumerate(found.gates):
        node, usable = what.gates[name]
        volume, mass, spills = found.held_volume[:, i], found.held_mass[:, i], float(found.spills_from[i])
        usual = float(found.normal_volume[i])                   # a pool holds its normal volume anyway
        uses.append(GateUse(
            site_id=name, node_id=str(river.nodes["node_id"].iat[node]), usable=usable,
            most_volume=max(float(volume.max() - usual), 0.0), most_mass=float(mass.max()) if known else None,
            last_volume=float(volume[-1] - usual), last_mass=float(mass[-1]) if known else None,
            spills_from=None if np.isnan(spills) else spills))
    return tuple(uses)

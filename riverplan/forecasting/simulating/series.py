"""Discharges that change by the hour, as the simulation takes them: inflows at a place, settings of stations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

import numpy as np

from riverplan.errors import Problem
from riverplan.forecasting.asked import Question
from riverplan.forecasting.result import Curve
from riverplan.forecasting.simulating.water import Stage, below
from riverplan.i18n import listed
from riverplan.river.measured import value_at
from riverplan.river.scenario import FlowScenario
from riverplan.river.stations import conduit_reaches
from riverplan.transport.operation import Inflow, Operation, Place

DIFFERS = 0.2
"""Share of the water read by which that simulated may differ in the mean before it is said [-] (assumed)."""


@dataclass(slots=True, kw_only=True)
class Changes:
    """What the ``series`` of a flow bring into a simulation.

    ``rows`` are the reaches of the gauges that count; a gauge below the spill changes the water at the spill.
    """

    gauges: dict[str, int] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    """Gauges left out because another on the same way counts."""
    at_spill: bool = False
    operations: list[Operation] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def changes_of(question: Question, hours_end: float, operations: Sequence[Operation]) -> Changes:
    """Which gauges and stations change the flow between the spill and the end [s] of the simulation.

    What is ordered of a station (``operations``) holds from then on, whatever its series says.

    Of gauges above the spill the nearest counts, of others those whose water joins the way of the plume; a change
    read at two gauges on one way must not come twice. Where all lie on the way of the plume, the first of them
    counts, at the spill. Stations whose state was stated keep it.
    """
    river, flow, spill = question.river, question.flow, question.spill
    found = Changes()
    if not flow.series:
        return found
    if spill.at is None:
        found.problems.append(Problem(code="simulation_series_undated", severity="warning"))
        return found
    begin = spill.at.timestamp()
    rows: dict[str, int] = {}
    ordered: dict[str, float] = {}
    for op in operations:
        if op.action == "divert":
            ordered[op.place] = min(op.at, ordered.get(op.place, inf))
    for site_id, pairs in flow.series.items():
        site = next((s for s in river.sites if s.site_id == site_id), None)
        if site is None or not any(begin < t for t, _ in pairs):
            continue
        if conduit_reaches(river, site_id):
            if site_id not in question.states:
                found.operations += [Operation(place=site_id, action="divert", at=t - begin, value=q)
                                     for t, q in pairs if 0 < t - begin < min(hours_end, ordered.get(site_id, inf))]
        elif site.reach_id in river.reach_row:
            rows[site_id] = river.reach_row[site.reach_id]
    net, here = river.compiled, river.reach_row[spill.reach_id]
    reached = {site_id: below(net, [row]) for site_id, row in rows.items()}
    way = below(net, [here])
    chainage = {s.site_id: s.chainage for s in river.sites if s.site_id in rows}
    above = {s for s in rows if here in reached[s] and (rows[s] != here or chainage[s] <= (spill.chainage or 0.0))}
    on_way = {s for s in rows if rows[s] in way} - above
    beside = {s for s in rows if s not in above | on_way and reached[s] & way}

    def nearest(some: set[str]) -> set[str]:
        """Those from which the water comes to none of the others."""
        return {s for s in some if not any(rows[o] in reached[s] and (rows[o] != rows[s] or chainage[o] > chainage[s])
                                           for o in some if o != s)}

    chosen = nearest(above) | nearest(beside)
    if not above and on_way:
        first = min(on_way, key=lambda s: (int(net.rank[net.tail[rows[s]]]), chainage[s]))
        found.at_spill, chosen = True, chosen | {first}
    found.gauges = {s: rows[s] for s in sorted(chosen)}
    found.left = sorted((above | on_way | beside) - chosen)
    if found.left:
        found.problems.append(Problem(code="simulation_series_unused", severity="note", fields={
            "sites": listed(found.left), "used": listed(sorted(chosen))}))
    if found.at_spill:
        found.problems.append(Problem(code="simulation_series_at_spill", severity="warning", fields={
            "site": next(s for s in found.gauges if s in on_way)}))
    return found


def differing(flow: FlowScenario, left: Sequence[str], begin: float, flows: Mapping[str, Curve]) -> list[Problem]:
    """Gauges left out at which the water simulated is not the water read, with how far it is from it in the mean.

    Their readings are not forced upon the simulation: where they say less than comes from above, water would have to
    be taken out with the plume in it, and nobody knows whether it was there.

    Parameters
    ----------
    flow
        Holds the readings.
    left
        The gauges.
    begin
        When the release began [s since 1970].
    flows
        Discharges simulated, by the gauge.
    """
    said = []
    for site_id in left:
        if site_id not in flows:
            continue
        time, seen = flows[site_id].time, flows[site_id].concentration
        at, read = (np.array(x, float) for x in zip(*flow.series[site_id], strict=True))
        inside = (time >= max(0.0, at[0] - begin)) & (time <= at[-1] - begin)
        there = float(np.interp(time[inside], at - begin, read).sum())
        off = float(seen[inside].sum()) / there - 1.0 if there > 0 else 0.0
        if abs(off) > DIFFERS:
            said.append(f"{site_id} ({100 * off:+.0f} %)")
    return [Problem(code="simulation_series_differs", severity="warning", fields={"sites": listed(said)})] \
        if said else []


def inflows_of(question: Question, changes: Changes, stage: Stage) -> list[Inflow]:
    """The changes at the gauges against the steady flow, as water that comes or is missing there."""
    river, flow, spill = question.river, question.flow, question.spill
    assert not changes.gauges or spill.at is not None
    begin = spill.at.timestamp() if spill.at else 0.0
    here = river.reach_row[spill.reach_id]
    way, inflows = below(river.compiled, [here]), []
    for site_id, row in changes.gauges.items():
        pairs = flow.series[site_id]
        base = value_at(pairs, begin)[0]
        points = [(0.0, 0.0), *((t - begin, q - base) for t, q in pairs if t > begin)]
        # on the spill's own reach water missing must not be taken with the plume in it
        on_way = row == here or (changes.at_spill and row in way)
        # above the plume: where the flow falls, water is taken that has not met it
        place = Place(node=int(stage.node[river.compiled.tail[here]])) if on_way else stage.at(
            row, river.site(site_id).chainage)
        inflows.append(Inflow(place=place, time=tuple(t for t, _ in points), value=tuple(q for _, q in points)))
    return inflows

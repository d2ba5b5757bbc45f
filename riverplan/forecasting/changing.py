"""What a steady forecast must say of a flow that is not: it changes within the day, or was read long ago."""

from datetime import datetime

from riverplan.errors import Problem
from riverplan.river.measured import STALE, value_at
from riverplan.river.network import RiverNetwork
from riverplan.river.scenario import FlowScenario
from riverplan.river.stations import conduit_reaches

CHANGE = 0.1
"""A discharge that departs by more than this share from the one forecast with is named."""
AHEAD = 24 * 3600.0
"""How far ahead of the spill changes are looked for [s]."""


def changing_flow(river: RiverNetwork, flow: FlowScenario, at: datetime | None) -> list[Problem]:
    """Warnings where a discharge of the scenario's ``series`` changes after the spill, or is old.

    The discharge forecast with is compared with that of the series from the spill to 24 h after it. Where the
    time of the spill is not known, it is compared with the whole series.

    Parameters
    ----------
    river, flow
        What was forecast.
    at
        When the spill began; ``None`` where unknown.
    """
    problems = []
    for site_id, pairs in flow.series.items():
        site = next((s for s in river.sites if s.site_id == site_id), None)
        if not pairs or site is None:
            continue
        conduit = conduit_reaches(river, site_id)
        row = river.reach_row.get(conduit[0] if conduit else site.reach_id)
        if row is None:
            continue
        used, now = float(flow.discharge[row]), at.timestamp() if at else None
        name = site.name or site_id
        ahead = [(t, q) for t, q in pairs if now is None or now < t <= now + AHEAD]
        if now is not None:
            ahead.insert(0, (now, value_at(pairs, now)[0]))
        other = [(t, q) for t, q in ahead if abs(q - used) > CHANGE * max(used, 1e-9)]
        if other:
            first, most = other[0][0], max((q for _, q in other), key=lambda q: abs(q - used))
            fields = {"site": name, "used": f"{used:.3g}", "value": f"{most:.3g}"}
            if now is None:
                problems.append(Problem(code="flow_changes_undated", severity="warning", fields=fields))
            else:
                problems.append(Problem(code="flow_changes_soon", severity="warning", fields={
                    **fields, "hours": f"{(first - now) / 3600:.1f}"}))
        planned = bool(conduit) and now is not None and pairs[0][0] <= now <= pairs[-1][0]
        if now is not None and not planned and (age := value_at(pairs, now)[1]) > STALE:
            problems.append(Problem(code="flow_read_long_ago", severity="warning", fields={
                "site": name, "hours": f"{age / 3600:.1f}"}))
    return problems

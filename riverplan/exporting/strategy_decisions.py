"""What must be decided by when: the last moment at which each action and each stop of an intake is still in time."""

from dataclasses import dataclass

from riverplan.planning.result import ResponsePlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What must be decided by when [s after the release]: the last moment at which it is still in time."""

    by: float
    key: str
    site_id: str
    name: str


def decisions(made: ResponsePlan) -> list[Decision]:
    """Everything that is to be decided, the most urgent first; actions that save little after all others."""
    found = [Decision(by=a.order_by, key=a.action, site_id=a.site_id, name=a.name) for a in made.actions]
    found += [Decision(by=p.stop_by, key="stop_intake", site_id=p.site_id, name=p.name) for p in made.protections]
    slight = {a.site_id for a in made.actions} - {a.site_id for a in made.weighty}
    return sorted(found, key=lambda d: (d.site_id in slight, d.by, d.site_id))

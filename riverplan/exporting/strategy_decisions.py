"""What must be decided by when: the last moment at which each action and each stop of an intake is still in time."""

from dataclasses import dataclass

from riverplan.planning.result import Action, ResponsePlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What must be decided by when [s after the release]: the last moment at which it is still in time."""

    by: float
    key: str
    site_id: str
    name: str


def decide_by(action: Action) -> float:
    """The last moment [s] at which an action can be ordered and be ready before the plume may come."""
    made = action.ready
    return action.earliest - (made.muster + made.drive + made.last_stretch + made.work)


def decisions(made: ResponsePlan) -> list[Decision]:
    """Everything that is to be decided, the most urgent first."""
    found = [Decision(by=decide_by(a), key=a.action, site_id=a.site_id, name=a.name) for a in made.actions]
    found += [Decision(by=p.stop_by, key="stop_intake", site_id=p.site_id, name=p.name) for p in made.protections]
    return sorted(found, key=lambda d: (d.by, d.site_id))

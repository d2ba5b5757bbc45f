"""Actions of a plan as lines of a letter: what is suggested where, from when, with whose approval."""

from collections.abc import Iterable
from typing import Protocol

from riverplan.planning.notice_texts import Sentences
from riverplan.river.naming import site_name

SUGGESTED = ("close", "build", "draw", "divert", "stop_station", "dose", "dilute")
"""Actions a letter or a report names; stopping an intake is decided by the waterworks and the government."""
WATER_WORKS = ("close", "build", "draw", "divert", "stop_station", "dilute")
"""Actions the water department is asked about."""


class Planned(Protocol):
    """What a notice reads of an action of a plan; ``at`` is seconds after the release."""

    @property
    def site_id(self) -> str:
        """Where."""

    @property
    def action(self) -> str:
        """What."""

    @property
    def at(self) -> float:
        """From when [s]."""

    @property
    def approval(self) -> str:
        """Whose approval is needed; empty where nobody's beyond the owner's."""


def action_lines(said: Sentences, actions: Iterable[Planned], kinds: tuple[str, ...] = SUGGESTED) -> str:
    """The actions of some kinds, in the order of time, one a line; empty where there are none."""
    lines = []
    for action in sorted((a for a in actions if a.action in kinds), key=lambda a: a.at):
        known = {s.site_id for s in said.forecast.river.sites}
        name = action.site_id if action.site_id not in known else site_name(
            said.forecast.river, said.forecast.river.site(action.site_id), said.lang)
        approval = said.of("approval_flood_office") if action.approval == "flood_office" else ""
        lines.append(said.of("action_line", at=said.when(action.at), name=name,
                             action=said.of(f"action_{action.action}"), approval=approval))
    return "\n".join(lines)

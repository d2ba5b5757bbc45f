"""What a session remembers of a plan: its question, the spaces pinned and forbidden, the intakes supplied."""

from collections.abc import Container, Hashable, Iterable
from datetime import datetime

import streamlit as st

from riverplan.app import state
from riverplan.errors import Problem
from riverplan.forecasting.spill import BEIJING
from riverplan.i18n import Lang
from riverplan.planning.roads import Roads

_PINNED, _FORBIDDEN, _ASKED, _ROADS = "plan_pinned", "plan_forbidden", "plan_asked", "plan_roads_kept"
_SUPPLIED = "plan_supplied"
TURNS = ("", "pin", "forbid")
"""What a space is told by one click after the other."""


def pinned() -> tuple[str, ...]:
    """Spaces the plan must use, in the order they were pinned."""
    return tuple(st.session_state.get(_PINNED, ()))


def forbidden() -> tuple[str, ...]:
    """Spaces the plan must not use."""
    return tuple(st.session_state.get(_FORBIDDEN, ()))


def supplied() -> tuple[str, ...]:
    """Intakes that have other water meanwhile."""
    return tuple(st.session_state.get(_SUPPLIED, ()))


def supply(intakes: Iterable[str]) -> None:
    """These intakes, and no others, have other water meanwhile; the next run solves again."""
    st.session_state[_SUPPLIED] = tuple(dict.fromkeys(intakes))


def supplied_box(offered: Container[str], lang: Lang) -> str:
    """The key of the widget that chooses them, after what is chosen is in place."""
    key = f"plan_supplied_box.{lang}"
    st.session_state[key] = [s for s in supplied() if s in offered]
    return key


def supply_chosen(key: str) -> None:
    """Those chosen in the widget have other water."""
    supply(st.session_state[key])


def told(site_id: str) -> str:
    """What a space is told: one of :data:`TURNS`."""
    return "pin" if site_id in pinned() else "forbid" if site_id in forbidden() else ""


def tell(site_id: str, what: str) -> None:
    """Pin a space, forbid it, or (``""``) leave it to the plan again; the next run solves again."""
    for key, others, turn in ((_PINNED, pinned(), "pin"), (_FORBIDDEN, forbidden(), "forbid")):
        left = tuple(s for s in others if s != site_id)
        st.session_state[key] = (*left, site_id) if what == turn else left


def turn(site_id: str) -> str:
    """Go on to what a space is told by the next click, and give that."""
    after = TURNS[(TURNS.index(told(site_id)) + 1) % len(TURNS)]
    tell(site_id, after)
    return after


def clear() -> None:
    """Leave all spaces to the plan again, and count all intakes."""
    st.session_state[_PINNED] = st.session_state[_FORBIDDEN] = st.session_state[_SUPPLIED] = ()


def ask(question: Hashable) -> None:
    """A plan is wanted for a question, from now on."""
    st.session_state[_ASKED] = (question, datetime.now(BEIJING).replace(second=0, microsecond=0))


def asked(question: Hashable) -> datetime | None:
    """When a plan was wanted for this very question; None where it was not."""
    before, at = st.session_state.get(_ASKED) or (None, None)
    return at if before == question else None


def keep_roads(name: str, roads: Roads | None, unread: tuple[Problem, ...]) -> None:
    """Keep what a file of roads gave for this session: the browser forgets the file when another page is opened."""
    st.session_state[_ROADS] = (name, roads, unread)


def drop_roads() -> None:
    """Do without the file of roads."""
    st.session_state[_ROADS] = None


def roads() -> tuple[str, Roads | None, tuple[Problem, ...]] | None:
    """Name of the file, its roads, and why it has none; None where there is no file."""
    kept: tuple[str, Roads | None, tuple[Problem, ...]] | None = st.session_state.get(_ROADS)
    return kept


def is_asked() -> bool:
    """Whether a plan was wanted for any question: then a click on the map speaks of spaces, not of the spill."""
    return bool(st.session_state.get(_ASKED)) and state.mode() == "plan"


def forget() -> None:
    """Go back to placing the spill; pins are kept."""
    st.session_state[_ASKED] = None

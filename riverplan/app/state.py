"""What a browser session remembers between runs of the page: the only user of ``st.session_state``."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import streamlit as st

from riverplan.forecasting.spill import BEIJING
from riverplan.i18n import LANGS, Lang

MAP = "map"
"""Key of the map component."""
Mode = Literal["spill", "sites"]
MODES: tuple[Mode, ...] = ("spill", "sites")
_LATER = "_later"
_KEPT = ("spill_site", "substance", "mass", "mass_unit", "duration", "date", "time", "flow", "station", "reading",
         "shown", "edit_site", "edit_kind")
"""Widgets whose values outlive a visit to another page."""
_MEMORY = "_memory"


@dataclass(frozen=True, slots=True)
class Point:
    """A place clicked on the map [degrees]."""

    lon: float
    lat: float


def begin() -> None:
    """Start a run: put in place what the last run decided for widgets that were already drawn."""
    memory = st.session_state.setdefault(_MEMORY, {})          # Streamlit forgets widgets that are not drawn
    memory.update({name: st.session_state[f"{name}.{lang}"] for name in _KEPT for lang in LANGS
                   if f"{name}.{lang}" in st.session_state})
    for name, value in st.session_state.pop(_LATER, {}).items():
        _put(name, value)


def first(name: str, value: Any) -> str:
    """The key of a widget, after its value is in place: as it was left, or the first one given here.

    A widget has a key for each language: the browser would keep the words of the one before.
    """
    key = _key(name)
    if key not in st.session_state:
        st.session_state[key] = st.session_state.get(_MEMORY, {}).get(name, value)
    return key


def first_of(name: str, options: Sequence[str], value: str = "") -> str:
    """As :func:`first`, for a choice: one that is no longer among the options, such as a deleted site, is let go."""
    key = first(name, value)
    if st.session_state[key] not in options:
        st.session_state[key] = value if value in options else options[0]
    return key


def language() -> Lang:
    """The language of this session, Chinese until told otherwise."""
    return "en" if st.session_state.get("language") == "en" else "zh"


def mode() -> Mode:
    """Which page is open."""
    return "sites" if st.session_state.get("mode") == "sites" else "spill"


def started() -> datetime:
    """Beijing time when this session began, to five minutes: the first guess of when a spill began."""
    if "started" not in st.session_state:
        now = datetime.now(BEIJING)
        st.session_state["started"] = now - timedelta(minutes=now.minute % 5, seconds=now.second,
                                                      microseconds=now.microsecond)
    at: datetime = st.session_state["started"]
    return at


def note_click() -> None:
    """Take a click on the map: a site's symbol chooses the site, water or land sets the point."""
    clicked = (st.session_state.get(MAP) or {}).get("clicked")
    if not clicked:
        return
    site_key, point_key = ("spill_site", "spill_point") if mode() == "spill" else ("edit_site", "edit_point")
    site_id = str(clicked.get("site") or "")
    if site_id or mode() == "spill":
        _put(site_key, site_id)
    point = None if site_id else Point(float(clicked["lon"]), float(clicked["lat"]))
    st.session_state[point_key] = point


def spill_point() -> Point | None:
    """Where the map was clicked for the spill; a chosen site goes before it."""
    return st.session_state.get("spill_point")


def edit_point() -> Point | None:
    """Where the map was clicked for the site being edited; None leaves it where it is."""
    return st.session_state.get("edit_point")


def forget_edit_point() -> None:
    """Another site was chosen for editing: the clicked position was for the one before."""
    st.session_state["edit_point"] = None


def edit_next(site_id: str) -> None:
    """Open a site (or a new one, for ``""``) for editing in the next run."""
    _later(edit_site=site_id, edit_point=None)


def say(words: str) -> None:
    """Say something at the next run, once."""
    _later(said=words)


def said() -> str:
    """What is to be said now."""
    return st.session_state.pop("said", "")


def _key(name: str) -> str:
    return f"{name}.{language()}"


def _put(name: str, value: Any) -> None:
    st.session_state.setdefault(_MEMORY, {})[name] = value
    st.session_state[_key(name) if name in _KEPT else name] = value


def _later(**values: Any) -> None:
    st.session_state.setdefault(_LATER, {}).update(values)

"""What a browser session remembers between runs of the page: the only user of ``st.session_state``."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import streamlit as st

from riverplan.forecasting.spill import BEIJING
from riverplan.i18n import Lang

MAP = "map"
"""Key of the map component."""
Mode = Literal["spill", "sites"]
MODES: tuple[Mode, ...] = ("spill", "sites")
_LATER = "_later"
_KEPT = ("spill_site", "substance", "mass", "mass_unit", "duration", "date", "time", "flow", "station", "reading",
         "edit_site", "edit_kind")
"""Widgets whose values outlive a visit to another page."""


@dataclass(frozen=True, slots=True)
class Point:
    """A place clicked on the map [degrees]."""

    lon: float
    lat: float


def begin() -> None:
    """Start a run: put in place what the last run decided for widgets that were already drawn."""
    for key in _KEPT:
        if key in st.session_state:
            st.session_state[key] = st.session_state[key]     # else Streamlit forgets widgets not drawn
    for key, value in st.session_state.pop(_LATER, {}).items():
        st.session_state[key] = value


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
        st.session_state[site_key] = site_id
    point = None if site_id else Point(float(clicked["lon"]), float(clicked["lat"]))
    st.session_state[point_key] = point


def spill_site() -> str:
    """The site chosen as the place of the spill, or empty."""
    return st.session_state.get("spill_site") or ""


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


def keep_options(key: str, options: list[str]) -> None:
    """Forget a choice that is no longer among the options, such as a deleted site."""
    if st.session_state.get(key, "") not in options:
        st.session_state.pop(key, None)


def _later(**values: Any) -> None:
    st.session_state.setdefault(_LATER, {}).update(values)

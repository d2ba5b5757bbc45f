"""Where a click on the map goes, page by page."""

from collections.abc import Mapping

import streamlit as st

from riverplan.app import import_state, state
from riverplan.app.state import Mode

_CLICKED: Mapping[Mode, tuple[str, str]] = {
    "spill": ("spill_site", "spill_point"), "sites": ("edit_site", "edit_point"),
    "import": ("import_site", "import_point")}
"""Where a click on the map goes, by page: what holds the site, what holds the point."""


def note_click() -> None:
    """Take a click on the map: a site's symbol chooses the site, water or land sets the point."""
    clicked = (st.session_state.get(state.MAP) or {}).get("clicked")
    if not clicked:
        return
    site_id = str(clicked.get("site") or "")
    if site_id.startswith("#"):                                # a numbered pin: a finding of the import
        import_state.set_finding(int(site_id[1:]) - 1)
        st.session_state["import_point"] = state.Point(float(clicked["lon"]), float(clicked["lat"]))
        return
    site_key, point_key = _CLICKED[state.mode()]
    if site_id or state.mode() == "spill":
        state.put(site_key, site_id)
    if state.mode() == "spill":
        state.put("spill_stake", "")
    point = None if site_id else state.Point(float(clicked["lon"]), float(clicked["lat"]))
    st.session_state[point_key] = point

"""Where a click on the map goes, page by page."""

from collections.abc import Mapping

import streamlit as st

from riverplan.app import import_state, plan_state, state
from riverplan.app.state import Mode
from riverplan.i18n import text

_CLICKED: Mapping[Mode, tuple[str, str]] = {
    "spill": ("spill_site", "spill_point"), "sites": ("edit_site", "edit_point"),
    "import": ("import_site", "import_point")}
"""Where a click on the map goes, by page: what holds the site, what holds the point. The pages of a simulation
and of a plan share the spill until something is done on it, or a plan is made."""


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
    mode = state.mode()
    if mode == "trace":
        if site_id and (seen := state.rows("sighting")):       # a click beside the symbols unsays no section
            state.put(f"sighting_site_{seen[-1]}", site_id)
        return
    if mode == "screen":
        if site_id:
            state.put("screen_intake", site_id)
        return
    if mode == "plan":
        if plan_state.is_asked():                              # a click beside the spaces says nothing
            if site_id:
                state.say(text(f"app_plan.told_{plan_state.turn(site_id) or 'none'}", state.language(), site=site_id))
            return
        mode = "spill"
    if mode == "simulate":
        if done := state.rows("operation"):                    # the place of what was written down last
            state.put(f"operation_place_{done[-1]}", site_id)
            return
        mode = "spill"
    site_key, point_key = _CLICKED[mode]
    if site_id or mode == "spill":
        state.put(site_key, site_id)
    if mode == "spill":
        state.put("spill_stake", "")
    point = None if site_id else state.Point(float(clicked["lon"]), float(clicked["lat"]))
    st.session_state[point_key] = point

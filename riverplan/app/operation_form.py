"""What is done on the river, row by row: what, where, from when until when, how much."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from riverplan.app import drawing, labels, state
from riverplan.app.what_if import VALUED, operation
from riverplan.forecasting.result import Forecast
from riverplan.forecasting.spill import BEIJING
from riverplan.i18n import Lang, text
from riverplan.river.network import RiverNetwork
from riverplan.river.sites import Space
from riverplan.river.stations import laid_stations
from riverplan.transport.operation import ACTIONS, ENDING_ACTIONS, GATE_ACTIONS, Operation


def operation_form(river: RiverNetwork, forecast: Forecast, hours: float, lang: Lang,
                   ) -> tuple[dict[int, Operation], dict[int, DeltaGenerator]]:
    """Draw the rows; gives the complete ones by their place (from 1), and a place under each for what is wrong.

    Parameters
    ----------
    river
        The river.
    forecast
        Of the spill: the sites it comes to are offered first, with their distance.
    hours
        How long is simulated [h].
    lang
        Language of the words.
    """
    numbers = state.rows("operation")
    sites = labels.stations_below(river, forecast, lang) if numbers else {}
    found: dict[int, Operation] = {}
    slots: dict[int, DeltaGenerator] = {}
    for place, number in enumerate(numbers, start=1):
        with st.container(border=True, gap="xxsmall"):
            row = _row(river, forecast, sites, hours, (place, number), lang)
            slots[place] = st.empty()
        if row is None:
            slots[place].html(drawing.note(text("app_operation.incomplete", lang)))
        else:
            found[place] = row
    st.button(text("app_operation.add" if numbers else "app_operation.add_first", lang), key="operation_add",
              on_click=state.add_row, args=("operation",), width="stretch",
              type="secondary" if numbers else "primary")
    return found, slots


def _row(river: RiverNetwork, forecast: Forecast, sites: Mapping[str, str], hours: float, row: tuple[int, int],
         lang: Lang) -> Operation | None:
    place, number = row
    left, right = st.columns([6, 1], vertical_alignment="bottom")
    action = left.selectbox(
        text("app_operation.number", lang, number=place), ACTIONS,
        key=state.first_of(f"operation_action_{number}", ACTIONS),
        format_func=lambda a: text(f"app_operation.{a}", lang)) or ACTIONS[0]
    right.button("✕", key=f"operation_remove_{number}", help=text("app_operation.remove", lang),
                 on_click=state.remove_row, args=("operation", number), type="tertiary")
    offered = _places(river, sites, action)
    if not offered:
        kind = "gate" if action in GATE_ACTIONS else "station"
        st.html(drawing.note(text(f"app_operation.no_{kind}", lang)))
        return None
    options = ["", *offered]
    site_id = st.selectbox(
        text("app_operation.place", lang), options, key=state.first_of(f"operation_place_{number}", options),
        format_func=lambda s: offered[s] if s else text("app_operation.choose", lang),
        label_visibility="collapsed") or ""
    begin = forecast.spill.at or state.started()
    left, right = st.columns([11, 9] if action in VALUED else [1, 0.001])
    at = left.datetime_input(text("app_operation.at", lang), format="YYYY-MM-DD", step=300,
                             key=state.first(f"operation_at_{number}", _soonest(begin, hours)))
    value = right.number_input(text(f"app_operation.value_{action}", lang), value=None, format="%g",
                               key=state.first(f"operation_value_{number}", None),
                               help=text(f"app_operation.help_{action}", lang)) if action in VALUED else None
    until = st.datetime_input(text("app_operation.until", lang), value=None, format="YYYY-MM-DD", step=300,
                              key=state.first(f"operation_until_{number}", None)) if action in ENDING_ACTIONS else None
    _takes(river, site_id, action, lang)
    return operation(action, site_id, at, until, value, begin=begin)


def _places(river: RiverNetwork, sites: Mapping[str, str], action: str) -> dict[str, str]:
    """Where a thing can be done, with labels: gates, stations with a conduit, or anything on the river."""
    if action in GATE_ACTIONS:
        some = {s.site_id for s in river.sites if isinstance(s, Space) and s.node_id}
    elif action == "divert":
        some = set(laid_stations(river))
    else:
        some = {s.site_id for s in river.sites if s.reach_id in river.reach_row}
    return {i: label for i, label in sites.items() if i in some}


def _soonest(begin: datetime, hours: float) -> datetime:
    """When something is done where nothing else is said: now, or when the spill begins if that is not now."""
    now = state.started()
    soonest = now if begin <= now < begin + timedelta(hours=hours) else begin
    return soonest.astimezone(BEIJING).replace(tzinfo=None)


def _takes(river: RiverNetwork, site_id: str, action: str, lang: Lang) -> None:
    """Say how long it takes to close a gate: the time of the row is when it is shut."""
    site = river.site(site_id) if site_id else None
    if action == "close" and isinstance(site, Space) and site.close_time:
        st.html(drawing.note(text("app_operation.takes", lang, minutes=f"{site.close_time / 60.0:.0f}")))

"""The form of a spill: where, what, how much, when, at which flow, under which conditions."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from riverplan.app import labels, state
from riverplan.app.conditions_form import conditions_form
from riverplan.app.question import Question, put
from riverplan.app.station_form import station_states
from riverplan.forecasting.table import flow_name
from riverplan.i18n import Lang, text
from riverplan.river.network import RiverNetwork


def spill_form(river: RiverNetwork, lang: Lang) -> tuple[DeltaGenerator, DeltaGenerator, Question]:
    """Draw the widgets; gives the places of the lines under place and flow, and the question without observations."""
    by_id = {s.site_id: s for s in sorted(river.sites, key=lambda s: s.kind != "risk_source")}
    options = ["", *by_id]
    site_id = st.selectbox(
        text("app_form.place", lang), options, key=state.first_of("spill_site", options),
        format_func=lambda i: labels.site_label(river, by_id[i], lang) if i else text("app_form.place_by_map", lang),
        on_change=state.go_by, args=("spill_site",))
    stake = ""
    if any(r.kind == "road_stake" for r in river.resources):
        stake = st.text_input(text("app_form.stake", lang), key=state.first("spill_stake", ""), on_change=state.go_by,
                              args=("spill_stake",), placeholder=text("app_form.stake_hint", lang))
    place_note = st.empty()
    substance = st.selectbox(
        text("app_form.substance", lang), labels.substance_names(), index=None,
        key=state.first("substance", None), format_func=lambda n: labels.substance_label(n, lang),
        accept_new_options=True, filter_mode="contains", placeholder=text("app_form.substance_hint", lang)) or ""
    left, middle, right = st.columns([5, 4, 5])
    mass = left.number_input(text("app_form.mass", lang), value=None, key=state.first("mass", None), format="%g",
                             placeholder=text("app_form.mass_hint", lang), help=text("app_form.mass_help", lang))
    unit = middle.selectbox(text("app_form.unit", lang), ("kg", "t"), key=state.first("mass_unit", "kg"))
    duration = right.number_input(text("app_form.duration", lang), step=0.5, format="%g",
                                  key=state.first("duration", 0.0), help=text("app_form.duration_help", lang))
    left, right = st.columns(2)
    day = left.date_input(text("app_form.date", lang), format="YYYY-MM-DD",
                          key=state.first("date", state.started().date()))
    time = right.time_input(text("app_form.time", lang), step=300, key=state.first("time", state.started().time()))
    flows = list(river.scenarios)
    flow = st.radio(text("app_form.flow", lang), flows, horizontal=True, key=state.first_of("flow", flows, "normal"),
                    format_func=lambda f: flow_name(f, lang)) if flows else "normal"
    estimate = None if flows else st.number_input(
        text("app_form.estimate", lang), value=None, key=state.first("estimate", None), format="%g",
        help=text("app_form.estimate_help", lang))
    flow_note = st.empty()
    station, read = _reading(river, lang)
    return place_note, flow_note, put(
        site_id=site_id or "", stake=stake or "", point=state.spill_point(), substance=substance, mass=mass,
        mass_unit=unit, hours=duration, day=day, time=time, flow=flow, station=station, reading=read,
        estimate=estimate, states=station_states(river, lang),
        conditions=conditions_form(substance, lang))


def _reading(river: RiverNetwork, lang: Lang) -> tuple[str, float | None]:
    """A discharge read today and where; a river without a place to read one has no field for it."""
    by_id = {s.site_id: s for s in river.sites if s.kind in ("section", "space", "bridge")}
    if not by_id:
        return "", None
    with st.expander(text("app_form.reading", lang)):
        stations = ["", *by_id]
        station = st.selectbox(
            text("app_form.reading_station", lang), stations, key=state.first_of("station", stations),
            format_func=lambda i: labels.site_label(river, by_id[i], lang) if i else text("app_form.none", lang))
        read = st.number_input(text("app_form.reading_value", lang), value=None, key=state.first("reading", None))
    return station or "", read

"""A spill: place it, say what and how much, read when it arrives where, take the map along."""

from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from riverplan import exporting
from riverplan.app import answer, drawing, labels, state
from riverplan.app.frame import Frame, show_map
from riverplan.app.question import Question, ask, put
from riverplan.app.station_form import station_states
from riverplan.errors import InputError
from riverplan.forecasting.result import Forecast
from riverplan.forecasting.table import flow_name
from riverplan.i18n import Lang, text
from riverplan.river.network import RiverNetwork

STARTS = ("risk_source", "bridge")
"""Sites a spill starts from: a click on another one means the water there."""


def spill_page(river: RiverNetwork, lang: Lang, places: Frame) -> None:
    """Draw the page."""
    with places.form:
        place_note, flow_note, question = _form(river, lang)
    if not (question.spill.site_id or question.spill.stake or question.spill.lon is not None):
        places.answer.html(drawing.hint(text("app_answer.start", lang)))
        place_note.html(drawing.note(text("app_form.place_none", lang)))
        show_map(places.map, river, lang, pickable=STARTS)
        return
    try:
        forecast = ask(river, question)
    except InputError as error:
        places.answer.html(drawing.problems(error.problems, lang))
        show_map(places.map, river, lang, draft=state.spill_point(), pickable=STARTS)
        return
    place_note.html(drawing.note(labels.spill_place(forecast, lang)))
    flow_note.html(drawing.note(labels.spill_flow(forecast, lang)))
    places.form.html(drawing.problems(forecast.problems, lang))
    places.answer.html(drawing.cards(answer.key_answers(forecast, lang)))
    show_map(places.map, river, lang, forecast=forecast, selected=question.spill.site_id,
             tips=answer.tips(forecast, lang), pickable=STARTS)
    with places.table:
        _table(forecast, lang)


def _form(river: RiverNetwork, lang: Lang) -> tuple[DeltaGenerator, DeltaGenerator, Question]:
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
        estimate=estimate, states=station_states(river, lang))


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


def _table(forecast: Forecast, lang: Lang) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.html(drawing.summary(answer.summary(forecast, lang)), width="stretch")
        shown = st.segmented_control(
            text("app_table.show", lang), ("key", "all"), key=state.first("shown", "key"), required=True,
            format_func=lambda s: text(f"app_table.{s}", lang), label_visibility="collapsed")
        for kind, exporter in exporting.EXPORTS.items():
            if exporter.of != "forecast" or (kind == "curves" and not forecast.plumes):
                continue
            st.download_button(
                text(f"app_table.{kind}", lang), key=f"get-{kind}", on_click="ignore", mime=exporter.media_type,
                file_name=labels.file_name(forecast, exporter.suffix),
                type="primary" if kind == "sheet" else "secondary",
                data=partial(exporting.export, forecast, kind, lang=lang))
        st.download_button(text("app_table.csv", lang), lambda: answer.table_csv(forecast, lang), key="get-csv",
                           on_click="ignore", file_name=labels.file_name(forecast, ".csv"), mime="text/csv")
    st.html(drawing.table(forecast, lang, answer.KEY_KINDS if shown == "key" else ()))

"""Tracing back: say where it was seen and where not, read where it may have come from, and look there."""

import streamlit as st

from riverplan.app import drawing, labels, state, traced
from riverplan.app.frame import Frame, show_map
from riverplan.app.sighting_form import OFFERED, sighting_form
from riverplan.errors import InputError
from riverplan.forecasting.table import flow_name
from riverplan.forecasting.tracing.result import Trace
from riverplan.i18n import Lang, text
from riverplan.river.network import RiverNetwork


def trace_page(river: RiverNetwork, lang: Lang, places: Frame) -> None:
    """Draw the page."""
    with places.form:
        st.html(drawing.hint_small(text("app_trace.head", lang)))
        sightings = sighting_form(river, lang)
        substance = st.selectbox(
            text("app_form.substance", lang), labels.substance_names(), index=None,
            key=state.first("substance", None), format_func=lambda n: labels.substance_label(n, lang),
            accept_new_options=True, filter_mode="contains", placeholder=text("app_trace.substance_hint", lang)) or ""
        left, right = st.columns([3, 2])
        flows = list(river.scenarios)
        flow = left.selectbox(text("app_form.flow", lang), flows, key=state.first_of("trace_flow", flows, "normal"),
                              format_func=lambda f: flow_name(f, lang)) if flows else "normal"
        lookback = right.number_input(text("app_trace.lookback", lang), min_value=1.0, step=12.0, format="%g",
                                      key=state.first("trace_lookback", 72.0))
    if not any(s.kind != "clean" for s in sightings):
        places.answer.html(drawing.hint(text("app_trace.start", lang)))
        show_map(places.map, river, lang, pickable=OFFERED)
        return
    try:
        found = traced.traced(river, sightings, flow or "normal", substance, lookback)
    except InputError as error:
        places.answer.html(drawing.problems(error.problems, lang))
        show_map(places.map, river, lang, pickable=OFFERED)
        return
    with places.form:
        _go_on(found, lang)
        if found.problems:
            st.html(drawing.problems(found.problems, lang))
    places.answer.html(traced.cards(found, lang))
    show_map(places.map, river, lang, shaded=traced.shaded(found, lang), tips=traced.tips(found, lang),
             selected=next((s.site_id for s in found.suspects if s.site_id), ""), pickable=OFFERED)
    places.table.html(traced.below(found, lang))


def _go_on(found: Trace, lang: Lang) -> None:
    """A forecast from one of the suspects, at its likeliest release time."""
    offered = traced.choices(found, lang)
    if not offered:
        return
    likeliest = next(iter(offered))                            # where another one leads, the choice begins with that
    chosen = st.selectbox(text("app_trace.forecast_from", lang), list(offered), format_func=offered.__getitem__,
                          key=state.first_of(f"trace_suspect_{likeliest}", list(offered)))
    suspect = next(s for s in found.suspects if s.site_id == chosen)
    st.button(text("app_trace.forecast", lang), key="trace_forecast", width="stretch",
              on_click=state.spill_from, args=(suspect.site_id, suspect.released[1], found.scenario.name))

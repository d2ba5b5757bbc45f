"""A plan: who acts where by when, who is saved by it, the race with the plume; pinned and forbidden by a click."""

from dataclasses import replace

import streamlit as st

from riverplan.app import drawing, labels, plan_conclusion, plan_state, state
from riverplan.app.below_plan import below_plan
from riverplan.app.frame import Frame, show_map
from riverplan.app.observation_form import observation_form
from riverplan.app.pages.spill import STARTS
from riverplan.app.plan_actions import action_list, chips, refused_list, spared_button, vain_pins
from riverplan.app.plan_advice import worries
from riverplan.app.plan_form import plan_form
from riverplan.app.plan_map import CLICKABLE, planned
from riverplan.app.plan_question import solve
from riverplan.app.question import ask
from riverplan.app.spill_form import spill_form
from riverplan.errors import InputError
from riverplan.i18n import Lang, text
from riverplan.river.network import RiverNetwork


def plan_page(river: RiverNetwork, lang: Lang, places: Frame) -> None:
    """Draw the page."""
    with places.form:
        said, top, listed = st.empty(), st.container(), st.container()      # what to do stands over the forms
        with st.expander(text("app_whatif.spill", lang), expanded=not plan_state.is_asked()):
            place_note, flow_note, question = spill_form(river, lang)
    if not (question.spill.site_id or question.spill.stake or question.spill.lon is not None):
        places.answer.html(drawing.hint(text("app_plan.start", lang)))
        place_note.html(drawing.note(text("app_form.place_none", lang)))
        plan_state.forget()
        show_map(places.map, river, lang, pickable=STARTS)
        return
    try:
        forecast = ask(river, question)
        with places.form:
            observed = observation_form(river, forecast, lang)
        question = replace(question, observations=observed)
        forecast = ask(river, question) if observed else forecast
    except InputError as error:
        places.answer.html(drawing.problems(error.problems, lang))
        show_map(places.map, river, lang, draft=state.spill_point(), pickable=STARTS)
        return
    place_note.html(drawing.note(labels.spill_place(forecast, lang)))
    flow_note.html(drawing.note(labels.spill_flow(forecast, lang)))
    said.html(drawing.spill_said(labels.spill_said(forecast, lang)))
    with places.form, st.expander(text("app_plan.known", lang), expanded=not plan_state.is_asked()):
        asked = plan_form(river, forecast, question, lang)
    at = plan_state.asked((river.digest, asked))
    with top:
        st.button(text("app_plan.make_again" if at else "app_plan.make", lang), key="plan_make", width="stretch",
                  type="secondary" if at else "primary", on_click=plan_state.ask, args=((river.digest, asked),))
        chips(river, lang)
    here = state.Point(forecast.spill.lon, forecast.spill.lat) if forecast.spill.lon is not None \
        and forecast.spill.lat is not None else None
    if at is None:
        places.answer.html(drawing.hint(text("app_plan.changed" if plan_state.is_asked() else "app_plan.ready", lang)))
        show_map(places.map, river, lang, draft=here, selected=question.spill.site_id,
                 pickable=CLICKABLE if plan_state.is_asked() else STARTS)
        return
    full = replace(asked.at(at), pins=plan_state.pinned(), forbid=plan_state.forbidden(),
                   supplied=plan_state.supplied())
    try:
        with places.answer, st.spinner(text("app_plan.working", lang), show_time=True):
            plan = solve(river, full, forecast.spill.reach_id)
    except InputError as error:
        places.answer.html(drawing.problems(error.problems, lang))
        show_map(places.map, river, lang, draft=here)
        return
    with listed:
        if full.heard_at is not None and asked.heard_at is None:
            st.html(drawing.note(text("app_plan.heard_now", lang, clock=f"{full.heard_at:%m-%d %H:%M}")))
        if vain := vain_pins(plan, lang):
            st.html(vain)
        action_list(plan, lang)
        spared_button(plan, lang)
        refused_list(plan, lang)
        if grave := [p for p in worries(plan, question) if p.severity != "note"]:
            with st.expander(text("app_plan.worries", lang, count=len(grave)), key="plan-worries"):
                st.html(drawing.problems(grave, lang))
    places.answer.html(plan_conclusion.cards(plan, lang))
    show_map(places.map, river, lang, forecast=plan.forecast, selected=question.spill.site_id,
             tips=plan_conclusion.tips(plan, lang), pickable=CLICKABLE, planned=planned(plan, lang))
    with places.table:
        below_plan(plan, question, lang)

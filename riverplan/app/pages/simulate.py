"""What if: write down what is done on the river, read at once who is saved by it and what it costs."""

import streamlit as st

from riverplan.app import compared, conclusion, drawing, labels, state
from riverplan.app.below_trial import below_trial
from riverplan.app.frame import Frame, show_map
from riverplan.app.operation_form import operation_form
from riverplan.app.pages.spill import STARTS
from riverplan.app.question import Question, ask
from riverplan.app.spill_form import spill_form
from riverplan.app.what_if import try_out
from riverplan.errors import InputError, Problem
from riverplan.forecasting.simulating.operated import MOST_HOURS
from riverplan.forecasting.steady import SPREAD
from riverplan.i18n import Lang, text
from riverplan.river.network import RiverNetwork


def simulate_page(river: RiverNetwork, lang: Lang, places: Frame) -> None:
    """Draw the page."""
    with places.form:
        said, doing = st.empty(), st.container()               # what is done stands over the form of the spill
        with st.expander(text("app_whatif.spill", lang), expanded=not state.rows("operation")):
            place_note, flow_note, question = spill_form(river, lang)
    if not (question.spill.site_id or question.spill.stake or question.spill.lon is not None):
        places.answer.html(drawing.hint(text("app_whatif.start", lang)))
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
    said.html(drawing.spill_said(labels.spill_said(forecast, lang)))
    with doing:
        hours = st.number_input(text("app_whatif.hours", lang), min_value=1.0, max_value=MOST_HOURS, format="%g",
                                step=12.0, key=state.first("simulate_hours", 72.0))
        rows, slots = operation_form(river, forecast, hours, lang)
    here = state.Point(forecast.spill.lon, forecast.spill.lat) if forecast.spill.lon is not None \
        and forecast.spill.lat is not None else None
    pickable = () if state.rows("operation") else STARTS
    try:
        tried = try_out(forecast, question, rows, hours)
    except InputError as error:
        places.answer.html(drawing.problems(error.problems, lang))
        show_map(places.map, river, lang, draft=here, pickable=pickable)
        return
    for place, wrong in tried.wrong.items():
        slots[place].html(drawing.problems(wrong, lang))
    found = compared.compared(tried, lang)
    bounds = [*tried.after.problems, *_unheeded(question)]
    told = {"simulation_short"} if any(c.outcome == "open" for c in found) else set()      # the first card says it
    if warned := [p for p in bounds if p.severity != "note" and p.code not in told]:
        places.form.html(drawing.problems(warned, lang))
    places.answer.html(conclusion.cards(found, tried, lang))
    show_map(places.map, river, lang, draft=here, selected=question.spill.site_id,
             tips=conclusion.tips(found, tried, lang), pickable=pickable)
    with places.table:
        below_trial(forecast, tried, found, bounds, lang)


def _unheeded(question: Question) -> list[Problem]:
    """What was given for the forecast and is no part of a simulation."""
    given = question.conditions
    named = {"rise": given.rise is not None, "wind": given.wind is not None, "ice": given.ice,
             "alkalinity": given.alkalinity is not None, "spread": given.spread != SPREAD.name,
             "observations": bool(state.rows("observation"))}
    some = [name for name, is_given in named.items() if is_given]
    if not some:
        return []
    return [Problem(code="simulation_unheeded", severity="warning", fields={"what": {
        "zh": "、".join(text(f"app_whatif.unheeded_{name}", "zh") for name in some),
        "en": ", ".join(text(f"app_whatif.unheeded_{name}", "en") for name in some)}})]

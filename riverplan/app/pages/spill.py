"""A spill: place it, say what and how much, read when it arrives where, take the map along."""

from dataclasses import replace

from riverplan.app import answer, drawing, labels, state
from riverplan.app.below_map import below_map
from riverplan.app.frame import Frame, show_map
from riverplan.app.observation_form import observation_form
from riverplan.app.question import Question, ask
from riverplan.app.spill_form import spill_form
from riverplan.errors import InputError
from riverplan.forecasting.result import Forecast
from riverplan.i18n import Lang, text
from riverplan.river.network import RiverNetwork

STARTS = ("risk_source", "bridge")
"""Sites a spill starts from: a click on another one means the water there."""


def spill_page(river: RiverNetwork, lang: Lang, places: Frame) -> None:
    """Draw the page."""
    with places.form:
        place_note, flow_note, question = spill_form(river, lang)
    if not (question.spill.site_id or question.spill.stake or question.spill.lon is not None):
        places.answer.html(drawing.hint(text("app_answer.start", lang)))
        place_note.html(drawing.note(text("app_form.place_none", lang)))
        show_map(places.map, river, lang, pickable=STARTS)
        return
    with places.form:
        question = replace(question, observations=observation_form(river, _unobserved(river, question), lang))
    try:
        forecast = ask(river, question)
    except InputError as error:
        places.answer.html(drawing.problems(error.problems, lang))
        show_map(places.map, river, lang, draft=state.spill_point(), pickable=STARTS)
        return
    place_note.html(drawing.note(labels.spill_place(forecast, lang)))
    flow_note.html(drawing.note(labels.spill_flow(forecast, lang)))
    corrected = [p for p in forecast.problems if p.code == "observed"]
    places.form.html(drawing.problems([p for p in forecast.problems if p not in corrected], lang))
    places.answer.html(drawing.corrected(corrected, lang) + drawing.cards(answer.key_answers(forecast, lang)))
    show_map(places.map, river, lang, forecast=forecast, selected=question.spill.site_id,
             tips=answer.tips(forecast, lang), pickable=STARTS)
    with places.table:
        below_map(forecast, lang)


def _unobserved(river: RiverNetwork, question: Question) -> Forecast | None:
    """The forecast before anything was observed, for the sites it comes to; None where there is none."""
    try:
        return ask(river, question)
    except InputError:
        return None

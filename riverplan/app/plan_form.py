"""What is known beside the spill: darkness and rain, the call, levels of reservoirs, season, rising water, roads."""

from datetime import datetime

import streamlit as st

from riverplan.app import drawing, plan_state, state
from riverplan.app.plan_question import PlanQuestion, roads_of_file
from riverplan.app.question import Question
from riverplan.errors import Problem
from riverplan.forecasting.result import Forecast
from riverplan.forecasting.spill import BEIJING
from riverplan.i18n import Lang, text
from riverplan.planning.options import GATES
from riverplan.planning.roads import Roads
from riverplan.planning.travel import Conditions
from riverplan.river.naming import site_name
from riverplan.river.network import RiverNetwork
from riverplan.river.sites import Intake, Space

DARK = (6, 19)
"""It is dark before the first of these hours and from the second on (assumed): how the box is first ticked."""
KNOWN = ("unknown", "yes", "no")
ROAD_FILES = ["geojson", "json", "gpkg", "kml", "kmz", "zip"]


def plan_form(river: RiverNetwork, forecast: Forecast, question: Question, lang: Lang) -> PlanQuestion:
    """Draw the widgets and give the question of a plan, without pins.

    Parameters
    ----------
    river
        The river.
    forecast
        Of the spill: the reservoirs it comes to are asked for today's level.
    question
        The spill and its flow.
    lang
        Language of the words.
    """
    began = (forecast.spill.at or state.started()).astimezone(BEIJING)
    columns = st.columns(3)
    said = [column.checkbox(text(f"app_plan.{name}", lang), key=state.first(f"plan_{name}", first))
            for column, (name, first) in zip(columns, (
                ("night", not DARK[0] <= began.hour < DARK[1]), ("rain", False), ("landslide", False)), strict=True)]
    heard = st.datetime_input(text("app_plan.heard", lang), value=None, format="YYYY-MM-DD", step=300,
                              key=state.first("plan_heard", None), help=text("app_plan.heard_help", lang))
    left, right = st.columns(2)
    rising = left.selectbox(text("app_plan.rising", lang), KNOWN, key=state.first_of("plan_rising", KNOWN),
                            format_func=lambda k: text(f"app_plan.rising_{k}", lang),
                            help=text("app_plan.rising_help", lang))
    flood = right.selectbox(text("app_plan.flood", lang), KNOWN, key=state.first_of("plan_flood", KNOWN),
                            format_func=lambda k: text(f"app_plan.flood_{k}", lang),
                            help=text("app_plan.flood_help", lang))
    _supplied(river, forecast, lang)
    levels = _levels(river, forecast, lang)
    candidates = st.checkbox(text("app_plan.candidates", lang), key=state.first("plan_candidates", True),
                             help=text("app_plan.candidates_help", lang))
    roads, unread = _roads(lang)
    return PlanQuestion(
        question=question, conditions=Conditions(night=said[0], rain=said[1], landslide=said[2]),
        heard_at=_zoned(heard), levels=levels, rising=_told(rising), flood_season=_told(flood), roads=roads,
        unread=unread, candidates=candidates)


def _zoned(at: datetime | None) -> datetime | None:
    return None if at is None else at.replace(tzinfo=BEIJING)


def _told(said: str | None) -> bool | None:
    return {"yes": True, "no": False}.get(said or "")


def _supplied(river: RiverNetwork, forecast: Forecast, lang: Lang) -> None:
    """The intakes that have other water meanwhile: like pins no part of the question, the plan follows at once."""
    names = {a.site_id: site_name(river, river.site(a.site_id), lang) for a in forecast.arrivals
             if a.kind == Intake.kind}
    if names:
        key = plan_state.supplied_box(names, lang)
        st.multiselect(text("app_plan.supplied", lang), list(names), key=key, format_func=names.__getitem__,
                       placeholder=text("app_plan.supplied_none", lang), help=text("app_plan.supplied_help", lang),
                       on_change=plan_state.supply_chosen, args=(key,))


def _levels(river: RiverNetwork, forecast: Forecast, lang: Lang) -> tuple[tuple[str, float], ...]:
    """Today's levels of the reservoirs the plume comes to; where nothing is given, what the list says counts."""
    reached = [a.site_id for a in forecast.arrivals]
    some = [s for s in river.sites if isinstance(s, Space) and s.category in GATES and s.site_id in reached
            and s.normal_level is not None]
    found = []
    for s in sorted(some, key=lambda s: reached.index(s.site_id)):
        given = st.number_input(
            text("app_plan.level", lang, name=site_name(river, s, lang)), value=None, format="%g",
            key=state.first(f"plan_level_{s.site_id}", None), placeholder=text(
                "app_plan.level_listed" if s.today_level is not None else "app_plan.level_unknown", lang,
                level=f"{s.today_level or 0.0:g}"))
        if given is not None:
            found.append((s.site_id, float(given)))
    return tuple(found)


def _roads(lang: Lang) -> tuple[Roads | None, tuple[Problem, ...]]:
    """The net of roads of the file chosen; why it has none stands under it, and distances serve instead."""
    file = st.file_uploader(text("app_plan.roads", lang), type=ROAD_FILES, help=text("app_plan.roads_help", lang),
                            key=f"plan_roads.{lang}")
    if file is not None:
        plan_state.keep_roads(file.name, *roads_of_file(file.name, file.getvalue()))
    kept = plan_state.roads()
    if kept is None:
        return None, ()
    name, roads, unread = kept
    st.html(drawing.problems(unread, lang) if roads is None else drawing.note(
        text("app_plan.roads_read", lang, name=name, count=len(roads.shapes))))
    if file is None:
        st.button(text("app_plan.roads_drop", lang), key="plan_roads_drop", on_click=plan_state.drop_roads)
    return roads, unread

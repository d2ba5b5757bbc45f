"""Screening: every source against every receptor before anything has happened, one intake at a time."""

from functools import partial

import streamlit as st

from riverplan import exporting
from riverplan.app import drawing, screened, state
from riverplan.app.frame import Frame, show_map
from riverplan.errors import InputError
from riverplan.forecasting.screening.words import said
from riverplan.i18n import Lang, text
from riverplan.river.network import RiverNetwork


def screen_page(river: RiverNetwork, lang: Lang, places: Frame) -> None:
    """Draw the page."""
    try:
        found = screened.screened(river)
    except InputError as error:
        places.answer.html(drawing.problems(error.problems, lang))
        show_map(places.map, river, lang)
        return
    with places.form:
        offered = screened.intakes(found, lang)
        intake = ""
        if offered:
            intake = st.selectbox(text("app_screen.intake", lang), list(offered), format_func=offered.__getitem__,
                                  key=state.first_of("screen_intake", list(offered)))
        st.html(drawing.note(said(found, lang)))
        exporter = exporting.EXPORTS["screening"]
        st.download_button(text("app_screen.get", lang), key="get-screening", on_click="ignore", type="primary",
                           width="stretch", file_name=f"{river.name}-{text('app.mode_screen', lang)}{exporter.suffix}",
                           mime=exporter.media_type, data=partial(exporting.export, found, "screening", lang=lang))
        if found.problems:
            st.html(drawing.problems(found.problems, lang))
    places.answer.html(screened.cards(found, intake, lang))
    show_map(places.map, river, lang, selected=intake, pickable=("intake",), tips=screened.tips(found, intake, lang),
             shaded=screened.shaded(found, intake, lang))
    with places.table:
        shown = st.segmented_control(
            text("app_table.show", lang), list(screened.SHOWN), key=state.first("screen_shown", "warned"),
            required=True, format_func=lambda s: text(f"app_screen.show_{s}", lang), label_visibility="collapsed")
        st.dataframe(screened.frame(found, shown or "warned", intake, lang), hide_index=True, width="stretch",
                     height=330)

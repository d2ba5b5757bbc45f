"""The script Streamlit runs at every interaction: the frame around the pages."""

from pathlib import Path

import streamlit as st

from riverplan.app import drawing, state
from riverplan.app.desk import desk
from riverplan.app.frame import frame
from riverplan.app.pages import PAGES
from riverplan.errors import InputError
from riverplan.i18n import LANGS, text


def main() -> None:
    """Draw the page this session has open."""
    state.begin()
    lang = state.language()
    st.set_page_config(page_title=text("app.title", lang), layout="wide",
                       page_icon=str(Path(__file__).with_name("icon.png")))
    st.html(drawing.style())
    head, switch = st.columns([6, 1], vertical_alignment="center")
    with switch:
        st.segmented_control(text("app.language", lang), LANGS, key="language", default="zh", required=True,
                             format_func=lambda code: text(f"app.language_{code}", lang),
                             label_visibility="collapsed")
    try:
        river = desk().river()
    except InputError as error:
        head.html(drawing.header(None, lang))
        st.subheader(text("app.no_river", lang))
        st.html(drawing.problems(error.problems, lang))
        return
    head.html(drawing.header(river, lang))
    if words := state.said():
        st.toast(words)
    PAGES[state.mode()](river, lang, frame(lang))


main()

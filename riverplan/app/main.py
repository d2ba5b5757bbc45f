"""The script Streamlit runs at every interaction: the frame around the pages."""

from pathlib import Path

import streamlit as st

from riverplan.app import drawing, import_state, rivers, state
from riverplan.app.frame import frame
from riverplan.app.pages import PAGES
from riverplan.app.river_choice import choices, choose
from riverplan.errors import InputError
from riverplan.i18n import LANGS, text


def main() -> None:
    """Draw the page this session has open."""
    state.begin()
    lang = state.language()
    st.set_page_config(page_title=text("app.title", lang), layout="wide",
                       page_icon=str(Path(__file__).with_name("icon.png")))
    st.html(drawing.style())
    draft = import_state.draft() if state.mode() == "import" else None
    found = choices() if draft is None else ()                 # a draft is no river of the list
    head, *choice, switch = st.columns([10, 3, 2] if found else [6, 1], vertical_alignment="center")
    with switch:
        st.segmented_control(text("app.language", lang), LANGS, key="language", default="zh", required=True,
                             format_func=lambda code: text(f"app.language_{code}", lang),
                             label_visibility="collapsed")
    for place in choice:
        with place:
            choose(found, lang)
    try:
        river = rivers.opened().river()
    except InputError as error:
        head.html(drawing.header(None, lang))
        st.subheader(text("app.no_river", lang))
        st.html(drawing.problems(error.problems, lang))
        return
    head.html(drawing.header(river, lang, draft=draft.name if draft else None, named=not found))
    if words := state.said():
        st.toast(words)
    PAGES[state.mode()](river, lang, frame(lang))
    state.end()


main()

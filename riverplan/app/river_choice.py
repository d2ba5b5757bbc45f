"""The list of rivers in the head of the page."""

import streamlit as st

from riverplan.app import state
from riverplan.app.rivers import Listed, listed, titles
from riverplan.errors import InputError
from riverplan.i18n import Lang, text


def choices() -> tuple[Listed, ...]:
    """The rivers to choose from; none where the folder holds only the one that is open."""
    try:
        found = listed()
    except InputError:                                         # the page says what is wrong
        return ()
    return () if [r.stem for r in found] == [state.river() or found[0].stem] else found


def choose(found: tuple[Listed, ...], lang: Lang) -> None:
    """Draw the list; a choice opens that river in this session."""
    own = found[0].stem
    now = state.river() or own
    said = titles(found, lang)
    stems = list(said)
    # a key for each river: the box begins anew when the river was changed elsewhere, by an import or a drawing
    chosen = st.selectbox(text("app.river", lang), stems, index=stems.index(now) if now in said else None,
                          key=f"river {now} {lang}", format_func=lambda s: said[s], label_visibility="collapsed",
                          placeholder=text("app.river_choose", lang))
    if chosen and chosen != now:
        state.open_river("" if chosen == own else chosen)
        st.rerun()

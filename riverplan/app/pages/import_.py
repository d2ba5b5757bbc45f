"""Import a river: bring files, see what is doubtful in order of importance, mend it by a click, save."""

from functools import lru_cache

import streamlit as st

from riverplan.app import drawing, import_draft, import_state
from riverplan.app.desk import desk
from riverplan.app.frame import Frame, show_map
from riverplan.app.import_columns import columns_form
from riverplan.app.import_draft import Draft, drafted
from riverplan.app.import_findings import findings, picked, reach_at, repairs
from riverplan.app.import_form import draft_form
from riverplan.app.import_mends import finding_mend, reach_mends, site_mends
from riverplan.app.import_start import give_up, keep, save, start
from riverplan.app.import_walk import counts_line, walk
from riverplan.app.kept_draft import folder_of
from riverplan.errors import InputError, Problem
from riverplan.i18n import Lang, text
from riverplan.river.mends import mends_csv
from riverplan.river.network import RiverNetwork

_SHOWN = 4
"""So many of the last mends are named beside the button that takes the last one back."""


def import_page(river: RiverNetwork, lang: Lang, places: Frame) -> None:
    """Draw the page; ``river`` is the one open in this session, shown until another is drafted."""
    draft = import_state.draft()
    first, files, then = (places.form.container() for _ in range(3))      # the form of files stays in its place
    if draft is None:
        with files, st.expander(text("app_import.files", lang), expanded=import_state.import_saved() is None):
            draft_form(lang)
        with places.answer:
            start(lang)
        show_map(places.map, river, lang)
        return
    unkept = keep(draft)
    draft, unread = import_draft.with_mappings(draft, desk().mappings)
    new, problems = _drafted(draft)
    with files, st.expander(text("app_import.files", lang), expanded=new is None):
        draft_form(lang)
        st.button(text("app_import.discard_draft", lang), key="import_give_up", width="stretch",
                  on_click=give_up, args=(draft,))
    with first if new is None else then:                       # what hinders the import is asked first
        columns_form(draft, unread, lang)
    places.answer.html(drawing.problems(unkept, lang) or "<i></i>")
    if new is None:
        places.answer.html(drawing.hint(text("app_import.failed", lang)) + drawing.problems(problems, lang) +
                           drawing.note(text("app_import.other_map", lang, name=river.name)))
        if import_state.draft_steps():
            places.form.button(text("app_import.undo", lang, count=import_state.draft_steps()), key="import_undo",
                               on_click=import_state.undo_draft)
        show_map(places.map, river, lang)
        return
    found = findings(new, lang)
    with places.answer:
        st.html(drawing.summary(text("app_import.unsaved", lang, name=draft.name) + counts_line(new, found, lang)))
        chosen = walk(found, lang)
        if chosen is not None:
            finding_mend(draft, new, found[chosen], lang)
    with places.form:
        clicked = _mends(draft, new, lang)
    joining = import_state.join_from()
    show_map(places.map, new, lang, draft=import_state.import_point(), selected=import_state.import_site(),
             repairs=repairs(new, found, chosen, site=import_state.import_site(), picked=clicked,
                             start=picked(draft, new, joining).rows if joining else ()), subject=str(folder_of(draft)))


@lru_cache(maxsize=8)
def _drafted(draft: Draft) -> tuple[RiverNetwork | None, tuple[Problem, ...]]:
    """The river, or why there is none; a failure is kept too, or every click on the form would wait for it."""
    try:
        return drafted(draft), ()
    except InputError as error:
        return None, error.problems


def _mends(draft: Draft, river: RiverNetwork, lang: Lang) -> tuple[int, ...]:
    """The mends for the place clicked and for the site chosen; undo, save, take the mends along.

    Returns the rows of the reach clicked.
    """
    point = import_state.import_point()
    rows: tuple[int, ...] = ()
    if point is None:
        st.html(drawing.note(text("app_import.here_none", lang)))
    else:
        here = reach_at(draft, river, point.lon, point.lat)
        reach_mends(draft, here, point, lang)
        rows = here.rows
    site_mends(draft, river, point, lang)
    if draft.mends:
        done = "、".join(m.label(lang) for m in draft.mends[-_SHOWN:])
        st.html(drawing.note(text("app_import.done", lang, mends=f"{'… ' if draft.mends[_SHOWN:] else ''}{done}")))
    undo, take = st.columns(2)
    undo.button(text("app_import.undo", lang, count=import_state.draft_steps()), key="import_undo", width="stretch",
                disabled=not import_state.draft_steps(), on_click=import_state.undo_draft)
    take.download_button(text("app_import.mends", lang), mends_csv(draft.mends), key="import_mends", width="stretch",
                         file_name=f"{draft.name}-mends.csv", mime="text/csv", on_click="ignore")
    if st.button(text("app_import.save", lang), key="import_save", type="primary", width="stretch"):
        save(draft, river, lang)
    return rows

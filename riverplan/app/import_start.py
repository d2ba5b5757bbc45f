"""How an import begins and ends: the unsaved one to go on with, what is kept of it, the river saved, the way on."""

from datetime import datetime
from pathlib import Path

import streamlit as st

from riverplan.app import drawing, import_state, kept_draft, state
from riverplan.app.desk import desk
from riverplan.app.import_draft import Draft
from riverplan.app.rivers import save_new
from riverplan.errors import InputError, Problem
from riverplan.forecasting.spill import BEIJING
from riverplan.i18n import Lang, text
from riverplan.river.network import RiverNetwork


def start(lang: Lang) -> None:
    """Say where a person stands and offer what comes next."""
    path = import_state.import_saved()
    if path is not None:
        _saved(path, lang)
        return
    st.html(drawing.hint(text("app_import.start", lang)))
    root = desk().path.parent
    try:
        last = kept_draft.kept(root)
    except InputError as error:
        st.html(drawing.problems(error.problems, lang))
        return
    if last is not None:
        _offer(root, last, lang)


def keep(draft: Draft) -> tuple[Problem, ...]:
    """Keep the draft of this session on disk after each step of it; says why where that cannot be done."""
    if import_state.kept() == draft:
        return ()
    hold = kept_draft.Hold(kept_draft.folder_of(draft))
    try:
        kept_draft.keep(desk().path.parent, draft, datetime.now(BEIJING))
    except InputError as error:
        import_state.note_kept(None, hold)
        return error.problems
    import_state.note_kept(draft, hold)
    return ()


def replace_by(draft: Draft) -> None:
    """Begin a draft of other files: the one before is let go, and one on disk that nobody works on."""
    root, before = desk().path.parent, import_state.draft()
    if before is not None:
        kept_draft.drop(root, before, import_state.hold())
    kept_draft.drop_idle(root, datetime.now(BEIJING))
    import_state.set_draft(draft, fresh=True)


def give_up(draft: Draft) -> None:
    """Let the draft of this session go."""
    kept_draft.drop(desk().path.parent, draft, import_state.hold())
    import_state.set_draft(None)


def save(draft: Draft, river: RiverNetwork, lang: Lang) -> None:
    """Save a drafted river to a file of its own and open it in this session."""
    try:
        path = save_new(river)
    except InputError as error:
        st.html(drawing.problems(error.problems, lang))
        return
    give_up(draft)
    state.open_river(path.stem)
    import_state.note_import_saved(path)
    st.rerun()


def _saved(path: Path, lang: Lang) -> None:
    """The file of the river just saved, and the way on."""
    with st.container(border=True):
        st.html(drawing.step_done(text("app_import.saved", lang, path=path)))
        go, take, _ = st.columns([2, 2, 3])
        go.button(text("app_import.forecast", lang), key="import_forecast", type="primary", width="stretch",
                  on_click=state.switch_to, args=("spill",))
        if path.is_file():
            take.download_button(text("app_import.download", lang), path.read_bytes, key="import_download",
                                 width="stretch", file_name=path.name, mime="application/geopackage+sqlite3",
                                 on_click="ignore")


def _offer(root: Path, last: kept_draft.Kept, lang: Lang) -> None:
    """The unsaved import kept on disk: go on with it, or discard it."""
    at = last.at.astimezone(BEIJING)
    today = at.date() == datetime.now(BEIJING).date()
    words = text("app_import.go_on", lang, name=last.draft.name or "—", time=f"{at:%H:%M}" if today else
                 f"{at:%m-%d %H:%M}")
    go, leave, _ = st.columns([4, 1, 2])
    go.button(words, key="import_go_on", type="primary", width="stretch", on_click=import_state.go_on_with,
              args=(last.draft,))
    leave.button(text("app_import.discard", lang), key="import_discard", width="stretch",
                 on_click=kept_draft.drop, args=(root, last.draft))

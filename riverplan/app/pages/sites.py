"""Sites: add one where the map is clicked, change or delete one, take the last change back."""

from dataclasses import replace

import streamlit as st

from riverplan.app import drawing, edits, labels, state
from riverplan.app.frame import Frame, show_map
from riverplan.app.rivers import opened
from riverplan.app.site_form import site_fields
from riverplan.errors import InputError, Problem
from riverplan.i18n import Lang, text
from riverplan.river.network import RiverNetwork
from riverplan.river.sites import SITES, Site


def sites_page(river: RiverNetwork, lang: Lang, places: Frame) -> None:
    """Draw the page."""
    with places.form:
        site, problems = _form(river, lang)
        save, delete, undo = (c.button(text(f"app_site.{name}", lang), key=name, width="stretch",
                                       type="primary" if name == "save" else "secondary", disabled=off)
                              for c, name, off in zip(
                                  st.columns([3, 3, 5]), ("save", "delete", "undo"),
                                  (False, site.site_id not in {s.site_id for s in river.sites}, not opened().can_undo),
                                  strict=True))
    try:
        if save:
            if problems:
                raise InputError(problems)
            opened().save(edits.with_site(river, site), base=river)
            _done("saved", site, site.site_id, lang)
        if delete:
            opened().save(edits.without_site(river, site.site_id), base=river)
            _done("deleted", site, "", lang)
        if undo:
            opened().undo()
            _done("undone", site, "", lang)
    except InputError as error:
        problems = list(error.problems)
        places.answer.html(drawing.hint(text("app_site.refused", lang)) if save else "")
    with places.answer:
        if not problems:
            st.html(drawing.hint(labels.site_place(site, lang)))
        st.html(drawing.problems([*problems, *edits.remarks(site)], lang) or "<i></i>")
    show_map(places.map, river, lang, draft=state.edit_point(), selected=site.site_id)


def _form(river: RiverNetwork, lang: Lang) -> tuple[Site, list[Problem]]:
    by_id = {s.site_id: s for s in river.sites}
    options = ["", *by_id]
    site_id = st.selectbox(
        text("app_site.choose", lang), options, key=state.first_of("edit_site", options),
        on_change=state.forget_edit_point,
        format_func=lambda i: labels.site_label(river, by_id[i], lang) if i else text("app_site.new", lang))
    old = by_id.get(site_id or "")
    if old is None:
        kind = st.selectbox(text("app_site.kind", lang), list(SITES), key=state.first("edit_kind", "intake"),
                            format_func=lambda k: labels.kind_label(k, lang))
        old = SITES[kind](site_id=edits.new_id(river, kind), lon=float("nan"), lat=float("nan"))
    problems: list[Problem] = []
    point = state.edit_point()
    if point is not None:
        try:
            old = edits.located(river, old, point.lon, point.lat)
        except InputError as error:
            problems = list(error.problems)
    with st.container(height=430, border=False):
        values = site_fields(old, lang)
    return replace(old, **values), problems


def _done(what: str, site: Site, edit: str, lang: Lang) -> None:
    state.say(text(f"app_site.{what}", lang, name=site.name or site.site_id))
    state.edit_next(edit)
    st.rerun()

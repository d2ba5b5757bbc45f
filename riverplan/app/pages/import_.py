"""Import a river: bring files, see what is doubtful in order of importance, mend it by a click, save."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from riverplan.app import drawing, import_draft, labels, state
from riverplan.app.desk import desk
from riverplan.app.frame import Frame, show_map
from riverplan.app.import_draft import Draft, drafted, findings
from riverplan.app.import_form import draft_form
from riverplan.errors import InputError, Problem
from riverplan.i18n import Lang, text
from riverplan.river.doubting import doubtful_sites
from riverplan.river.judging import Candidate
from riverplan.river.mends import Mend, mends_csv
from riverplan.river.network import RiverNetwork


def import_page(river: RiverNetwork, lang: Lang, places: Frame) -> None:
    """Draw the page; ``river`` is the one on the desk, shown until another is drafted."""
    with places.form, st.expander(text("app_import.files", lang), expanded=state.draft() is None):
        draft_form(lang)
    draft = state.draft()
    if draft is None:
        places.answer.html(drawing.hint(text("app_import.start", lang)))
        show_map(places.map, river, lang)
        return
    try:
        new = drafted(draft)
    except InputError as error:
        places.answer.html(drawing.hint(text("app_import.failed", lang)) + drawing.problems(error.problems, lang))
        if draft.mends:
            places.form.button(text("app_import.undo", lang, count=len(draft.mends)), key="import_undo",
                               on_click=state.set_draft, args=(draft.undone(),))
        show_map(places.map, river, lang)
        return
    found = findings(new)
    with places.answer:
        st.html(drawing.summary(_counts(new, found, lang)))
        chosen = _finding(found, lang)
    with places.form:
        _mends(draft, new, lang)
    show_map(places.map, new, lang, draft=state.import_point(), selected=state.import_site(),
             repairs=import_draft.repairs(new, chosen))


def _counts(river: RiverNetwork, found: tuple[Problem, ...], lang: Lang) -> str:
    severity = [p.severity for p in found]
    return text("app_import.counts", lang, reaches=len(river.reaches), km=float(river.reaches["length"].sum()) / 1000,
                sites=len(river.sites), errors=severity.count("error"), warnings=severity.count("warning"),
                notes=severity.count("note"))


def _finding(found: tuple[Problem, ...], lang: Lang) -> int | None:
    """The finding being looked at, in words with its mend; buttons lead to the next."""
    if not found:
        return None
    at = min(state.finding(), len(found) - 1)
    back, on, words = st.columns([1, 1, 10], vertical_alignment="center")
    back.button(text("app_import.previous", lang), key="finding_back", on_click=state.set_finding,
                args=((at - 1) % len(found),), width="stretch")
    on.button(text("app_import.next", lang), key="finding_on", on_click=state.set_finding,
              args=((at + 1) % len(found),), width="stretch")
    words.html(f'<div class="rp-summary">{at + 1} / {len(found)}　{text("app_import.finding", lang)}</div>')
    st.html(drawing.problems([found[at]], lang))
    return at


def _mends(draft: Draft, river: RiverNetwork, lang: Lang) -> None:
    """The mends for the place clicked and for the site chosen; undo, save, take the mends along."""
    point = state.import_point()
    if point is None:
        st.html(drawing.note(text("app_import.here_none", lang)))
    else:
        _reach_mends(draft, river, point, lang)
    _site_mends(draft, river, point, lang)
    undo, take = st.columns(2)
    undo.button(text("app_import.undo", lang, count=len(draft.mends)), key="import_undo", width="stretch",
                disabled=not draft.mends, on_click=state.set_draft, args=(draft.undone(),))
    take.download_button(text("app_import.mends", lang), mends_csv(draft.mends), key="import_mends", width="stretch",
                         file_name=f"{draft.name}-mends.csv", mime="text/csv", on_click="ignore")
    if st.button(text("app_import.save", lang), key="import_save", type="primary", width="stretch"):
        _save(river, lang)


def _reach_mends(draft: Draft, river: RiverNetwork, point: state.Point, lang: Lang) -> None:
    reach, name, metres = import_draft.reach_at(river, point.lon, point.lat)
    st.html(drawing.note(text("app_import.here", lang, reach=reach, river=name or "—", metres=metres)))
    start = state.join_from()
    lon, lat = round(point.lon, 6), round(point.lat, 6)
    if start:
        st.html(drawing.note(text("app_import.join_target", lang)))
        done, stop = st.columns(2)
        _button(done, "join_finish", lang, draft, Mend(action="join", id=start, to=reach, lon=lon, lat=lat))
        stop.button(text("app_import.join_cancel", lang), key="join_cancel", on_click=state.set_join_from, args=("",),
                    width="stretch")
        return
    for column, name, mend in zip(st.columns(2) * 2, ("flip", "cut", "delete"), (
            Mend(action="flip", id=reach), Mend(action="cut", id=reach, lon=lon, lat=lat),
            Mend(action="delete", id=reach)),
            strict=False):
        _button(column, name, lang, draft, mend)
    st.button(text("app_import.join", lang), key="import_join", on_click=state.set_join_from, args=(reach,),
              width="stretch")


def _site_mends(draft: Draft, river: RiverNetwork, point: state.Point | None, lang: Lang) -> None:
    if not river.sites:
        return
    doubts = {d.site.site_id: d for d in doubtful_sites(river)}
    by_id = {s.site_id: s for s in sorted(river.sites, key=lambda s: s.site_id not in doubts)}
    options = ["", *by_id]
    site_id = st.selectbox(
        text("app_import.site", lang), options, key=state.first_of("import_site", options),
        format_func=lambda i: (f"{'? ' if i in doubts else ''}{labels.site_label(river, by_id[i], lang)}" if i else
                               text("app_import.site_none", lang)))
    if not site_id:
        return
    if site_id in doubts:
        candidates = doubts[site_id].candidates
        reach = st.radio(text("app_import.candidates", lang), [c.reach_id for c in candidates],
                         format_func=lambda r: _candidate(next(c for c in candidates if c.reach_id == r), lang))
        _button(st.container(), "choose", lang, draft, Mend(action="choose", id=site_id, to=str(reach)))
    if point is not None:
        _button(st.container(), "move", lang, draft, Mend(action="move", id=site_id, lon=round(point.lon, 6),
                                              lat=round(point.lat, 6)))


def _candidate(c: Candidate, lang: Lang) -> str:
    return text("app_import.candidate", lang, river=c.river or c.reach_id, reach=c.reach_id, metres=c.offset,
                share=round(100 * c.confidence))


def _button(place: DeltaGenerator, name: str, lang: Lang, draft: Draft, mend: Mend) -> None:
    place.button(text(f"app_import.{name}", lang), key=f"import_{name}", on_click=state.set_draft,
                 args=(draft.mended(mend),), width="stretch")


def _save(river: RiverNetwork, lang: Lang) -> None:
    try:
        path = desk().open_new(river)
    except InputError as error:
        st.html(drawing.problems(error.problems, lang))
        return
    state.say(text("app_import.saved", lang, path=path))
    state.set_draft(None)
    st.rerun()

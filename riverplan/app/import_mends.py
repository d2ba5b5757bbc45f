"""The mends a person may make to a drafted river: buttons for the reach and the site chosen."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from riverplan.app import drawing, import_state, labels, state
from riverplan.app.import_draft import Draft
from riverplan.app.import_findings import Picked, upside_down
from riverplan.errors import said
from riverplan.exporting.report_rows import ReportRow
from riverplan.i18n import Lang, text
from riverplan.river.doubting import doubtful_sites
from riverplan.river.judging import Candidate
from riverplan.river.mends import Mend
from riverplan.river.network import RiverNetwork

UPSIDE_DOWN = ("stray_end", "river_upside_down")
"""Findings of lines drawn from the mouth upwards."""
SHIFTED = ("datum_shift_between", "datum_shift_found")
"""Findings that name the file to convert and its datum."""


def finding_mend(draft: Draft, river: RiverNetwork, finding: ReportRow, lang: Lang) -> None:
    """The button that mends the finding looked at, where one click can."""
    if finding.code in UPSIDE_DOWN:
        flips = [Mend(action="flip", id=i) for i in upside_down(draft, river, finding)]
        st.button(text("app_import.flip_all", lang, lines=said(finding.fields, lang)["lines"], count=len(flips)),
                  key="import_flip_all", on_click=import_state.set_draft, args=(draft.mended(*flips),),
                  disabled=not flips)
    if finding.code not in SHIFTED:
        return
    file, datum = str(finding.fields["file"]), str(finding.fields["datum"])
    st.button(text("app_import.convert", lang, file=file, datum=datum), key="import_convert",
              on_click=import_state.set_draft, args=(draft.with_datum(file, datum),))


def reach_mends(draft: Draft, here: Picked, point: state.Point, lang: Lang) -> None:
    """Buttons for the reach nearest to the place clicked."""
    reach = here.reach_id
    st.html(drawing.note(text("app_import.here", lang, reach=reach, river=here.river or "—", metres=here.offset,
                              km=here.km)))
    start = import_state.join_from()
    lon, lat = round(point.lon, 6), round(point.lat, 6)
    if start:
        st.html(drawing.note(text("app_import.join_target", lang, start=start, to="…" if reach == start else reach)))
        done, stop = st.columns(2)
        _button(done, "join_finish", lang, draft, Mend(action="join", id=start, to=reach, lon=lon, lat=lat))
        stop.button(text("app_import.join_cancel", lang), key="join_cancel", on_click=import_state.set_join_from,
                    args=("",), width="stretch")
        return
    mends = {name: Mend(action=name, id=reach, lon=lon, lat=lat) for name in ("flip", "cut", "delete")}
    for column, (name, mend) in zip(st.columns(3), mends.items(), strict=True):
        _button(column, name, lang, draft, mend)
    join, leave = st.columns(2)
    join.button(text("app_import.join", lang), key="import_join", on_click=import_state.set_join_from, args=(reach,),
                width="stretch")
    _button(leave, "outlet", lang, draft, Mend(action="outlet", id="", lon=lon, lat=lat))


def site_mends(draft: Draft, river: RiverNetwork, point: state.Point | None, lang: Lang) -> None:
    """The site to move, or to put on another of the reaches it may stand on."""
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
    site = by_id[site_id]
    at = next((n for n in river.reaches["name"].iloc[[river.reach_row[site.reach_id]]] if n), site.reach_id)
    st.html(drawing.note(text("app_import.site_at", lang, site=site.name or site_id, reach=at, metres=site.offset)))
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
    place.button(text(f"app_import.{name}", lang), key=f"import_{name}", on_click=import_state.set_draft,
                 args=(draft.mended(mend),), width="stretch")

"""The form of an import: files, name, datums, tolerance, outlets."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from riverplan.app import drawing, state
from riverplan.app.desk import desk
from riverplan.app.import_draft import Draft, keep_files
from riverplan.app.import_start import replace_by
from riverplan.app.kept_draft import new_folder
from riverplan.crs import DATUMS
from riverplan.errors import InputError, Problem
from riverplan.i18n import Lang, text

ASKED = (".kml", ".kmz", ".ovkml", ".ovkmz", ".csv", ".txt", ".gpx")
"""Files that cannot say their datum: it is asked for each in plain sight."""
_PARTS = (".dbf", ".shx", ".prj", ".cpg", ".tif", ".tiff")


def draft_form(lang: Lang) -> None:
    """Draw the form; pressing its button makes a new draft of the session, in the place of the one before."""
    files = st.file_uploader(text("app_import.files", lang), accept_multiple_files=True, key="import_files",
                             help=text("app_import.files_help", lang), label_visibility="collapsed")
    name = st.text_input(text("app_import.name", lang), key=state.first("import_name", ""))
    names = [f.name for f in files or [] if Path(f.name).suffix.lower() not in _PARTS]
    asked = [n for n in names if Path(n).suffix.lower() in ASKED]
    datums = [_datum(n, lang) for n in asked]
    with st.popover(text("app_import.more", lang), width="stretch"):
        datums += [_datum(n, lang) for n in names if n not in asked]
        snap = st.number_input(text("app_import.snap", lang), value=None, min_value=0.0, key="import_snap")
        outlets = st.text_area(text("app_import.outlets", lang), key="import_outlets", height=80)
    if not st.button(text("app_import.run", lang), key="import_run", type="primary", width="stretch"):
        return
    try:
        new = _new_draft([(f.name, f.getvalue()) for f in files or []], name=name, snap=snap, outlets=outlets,
                         datums=tuple(d for d in datums if d[1]))
    except InputError as error:
        st.html(drawing.problems(error.problems, lang))
        return
    replace_by(new)
    st.rerun()                                                 # the head of the page names the draft


def _new_draft(files: Sequence[tuple[str, bytes]], *, name: str, snap: float | None, outlets: str,
               datums: tuple[tuple[str, str], ...]) -> Draft:
    """A draft of uploaded files; of those refused nothing is kept."""
    places = read_outlets(outlets)
    folder = new_folder(desk().path.parent)
    try:
        kept = keep_files(files, folder)
        twice = [Problem(code="today_twice", fields={"files": "、".join(p.name for p in several)})
                 for several in (kept.gauges, kept.schedules) if len(several) > 1]
        if twice or not files:
            raise InputError(twice or Problem(code="import_without_files"))
    except InputError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    gauges, schedule = (str(one[0]) if one else None for one in (kept.gauges, kept.schedules))
    return Draft(lines=tuple(map(str, kept.lines)), lists=tuple(map(str, kept.lists)),
                 dem=tuple(map(str, kept.rasters)), gauges=gauges, schedule=schedule,
                 at=None if gauges else state.started(), name=name, datums=datums, snap=snap, outlets=places)


def _datum(file: str, lang: Lang) -> tuple[str, str]:
    """A file and the datum chosen for it; empty where the file itself is to say it."""
    datum = st.selectbox(text("app_import.datum", lang, file=file), ["", *DATUMS], key=f"datum {file}",
                         format_func=lambda d: d or text("app_import.datum_auto", lang), accept_new_options=True,
                         help=text("app_import.datum_help", lang))
    return file, str(datum or "")


def read_outlets(written: str) -> tuple[tuple[float, float], ...]:
    """Outlets as typed, one a line.

    Raises
    ------
    InputError
        With one problem for each line that is no pair of numbers.
    """
    found, problems = [], []
    for line in filter(str.strip, written.splitlines()):
        try:
            lon, lat = (float(part) for part in line.replace("，", ",").split(","))
            found.append((lon, lat))
        except ValueError:
            problems.append(Problem(code="outlet_invalid", fields={"value": line.strip()}))
    if problems:
        raise InputError(problems)
    return tuple(found)

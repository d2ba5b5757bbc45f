"""Draw a river where no line exists: put a picture down, place it, draw on it, make a river of it."""

import streamlit as st

from riverplan.app import board, drawing, drawing_state, state
from riverplan.app.backdrops import Shown
from riverplan.app.desk import addresses
from riverplan.app.draw_component import Board, show_board
from riverplan.app.frame import Frame
from riverplan.app.payload import extent
from riverplan.app.place_form import backdrop_form, picking, place_form, shown_list
from riverplan.errors import InputError, Problem
from riverplan.i18n import Lang, text
from riverplan.river.drawn import Drawing, accuracy_of, loose_ends
from riverplan.river.line_origin import BY_HAND
from riverplan.river.network import RiverNetwork


def draw_page(river: RiverNetwork, lang: Lang, places: Frame) -> None:
    """Draw the page."""
    problems: list[Problem] = []
    with places.form:
        try:
            backdrop_form(lang)
        except InputError as error:
            problems += error.problems
        work = board.draft().load()
        good, bad = board.ready(work)
        problems += [p for error in bad for p in error.problems]
        placing = next((s for s in good if s.backdrop.digest == drawing_state.placing() and s.kind == "picture"), None)
        try:
            if placing is not None:
                problems += place_form(placing, lang)
            else:
                shown_list(good, lang)
                _finish_form(work, lang)
        except InputError as error:
            problems += error.problems
        st.html(drawing.problems(problems, lang) or "<i></i>")
    places.answer.html(drawing.note(_summary(work, good, lang)))
    with places.map:
        lines, _ = addresses(river)
        show_board(Board(
            lines=work.lines, epoch=drawing_state.epoch(), saved=drawing_state.saved(), lang=lang, river=lines,
            layers=[s.layer for s in good if s.layer is not None], view=_view(river, work, good),
            picking=None if placing is None else picking(placing)),
            key=state.BOARD, on_drawn=board.save_lines, on_picked=drawing_state.note_pick)


def _finish_form(work: Drawing, lang: Lang) -> None:
    st.html(drawing.hint_small(text("app_draw.step_finish", lang)))
    first = work.name or (work.lines[0].name if work.lines else "")
    name = st.text_input(text("app_draw.river_name", lang), placeholder=first, key=state.fresh("river_name"))
    discharge = st.number_input(text("app_draw.mouth_discharge", lang), value=None, key=state.fresh("mouth_discharge"),
                                format="%g", help=text("app_draw.mouth_discharge_help", lang))
    book = st.file_uploader(text("app_draw.workbook", lang), type=["xlsx", "csv"], key=state.fresh("workbook"))
    if st.button(text("app_draw.finish", lang), type="primary", width="stretch", key="finish"):
        _, path = board.finish(name.strip() or first, None if book is None else (book.name, book.getvalue()), discharge)
        for field in ("river_name", "mouth_discharge", "workbook"):
            state.empty(field)
        state.say(text("app_draw.finished", lang, file=path.name))
        state.switch_to("spill")
        st.rerun()


def _summary(work: Drawing, good: list[Shown], lang: Lang) -> str:
    if not work.lines:
        return text("app_draw.start", lang)
    loose = len(loose_ends(work))
    words = text(f"app_draw.loose_{('none', 'one')[loose] if loose < 2 else 'many'}", lang, count=loose)
    known = board.accuracies(good)
    told = [accuracy_of(line, known) for line in work.lines]
    far = "　".join(text(f"app_draw.far_{course}", lang, count=len(of), far=max(of)) for course in BY_HAND
                     if (of := [f for c, f in told if c == course]))
    return text("app_draw.summary", lang, count=len(work.lines), km=sum(line.length for line in work.lines) / 1000,
                loose=words) + "　" + far


def _view(river: RiverNetwork, work: Drawing, good: list[Shown]) -> list[float]:
    """The frame to show first: the backdrops, else what is drawn, else the river on the desk."""
    boxes = [s.layer.get("bounds") or s.layer["frame"] for s in good if s.layer is not None]
    if not boxes and work.lines:
        points = [p for line in work.lines for p in line.points]
        lons, lats = [p[0] for p in points], [p[1] for p in points]
        boxes = [(min(lons), min(lats), max(lons), max(lats))]
    if not boxes:
        return extent(river)
    return [f(b[i] for b in boxes) for i, f in enumerate((min, min, max, max))]

"""Draw a river where no line exists: put a picture down, place it, draw on it, make a river of it."""

from dataclasses import replace
from typing import Any

import streamlit as st

from riverplan.app import board, drawing, state
from riverplan.app.backdrops import Shown
from riverplan.app.desk import addresses
from riverplan.app.draw_component import Board, show_board
from riverplan.app.frame import Frame
from riverplan.app.payload import extent
from riverplan.errors import InputError, Problem
from riverplan.i18n import Lang, text
from riverplan.river.drawn import Drawing, accuracy_of, loose_ends
from riverplan.river.line_origin import BY_HAND
from riverplan.river.network import RiverNetwork
from riverplan.tables.points import read_point, split_pair


def draw_page(river: RiverNetwork, lang: Lang, places: Frame) -> None:
    """Draw the page."""
    problems: list[Problem] = []
    with places.form:
        try:
            _backdrop_form(lang)
        except InputError as error:
            problems += error.problems
        work = board.draft().load()
        good, bad = board.ready(work)
        problems += [p for error in bad for p in error.problems]
        placing = next((s for s in good if s.backdrop.digest == state.placing() and s.kind == "picture"), None)
        try:
            if placing is not None:
                _place_form(placing, lang)
            else:
                _shown_list(good, lang)
                _finish_form(work, lang)
        except InputError as error:
            problems += error.problems
        st.html(drawing.problems(problems, lang) or "<i></i>")
    places.answer.html(drawing.note(_summary(work, good, lang)))
    with places.map:
        lines, _ = addresses(river)
        show_board(Board(
            lines=work.lines, epoch=state.epoch(), saved=state.saved(), lang=lang, river=lines,
            layers=[s.layer for s in good if s.layer is not None], view=_view(river, work, good),
            picking=None if placing is None else _picking(placing)),
            key=state.BOARD, on_drawn=board.save_lines, on_picked=state.note_pick)


def _backdrop_form(lang: Lang) -> None:
    with st.expander(text("app_draw.step_back", lang), expanded=not state.placing()):
        given = st.file_uploader(text("app_draw.upload", lang), key=state.fresh("backdrop"))
        names = ["", *board.nearby()]
        near = st.selectbox(text("app_draw.nearby", lang), names, key=state.fresh("nearby"), format_func=lambda n: n
                            or text("app_draw.none", lang)) if len(names) > 1 else ""
    if given is None and not near:
        return
    state.empty("backdrop")
    state.empty("nearby")
    added = board.add_file(given.name, given.getvalue()) if given is not None else board.add_nearby(near or "")
    good, _ = board.ready(Drawing(backdrops=(added,)))
    if good and good[0].layer is None:
        state.place_picture(added.digest)
    st.rerun()


def _shown_list(good: list[Shown], lang: Lang) -> None:
    if not good:
        st.html(drawing.note(text("app_draw.no_backdrop", lang)))
    for one in good:
        words = "unplaced" if one.layer is None else "shown"
        st.html(drawing.note(text(f"app_draw.{words}", lang, file=one.backdrop.file, far=one.accuracy)))
        left, right = st.columns(2)
        if one.kind == "picture" and left.button(text("app_draw.place", lang), key=f"place-{one.backdrop.digest}",
                                                 width="stretch"):
            state.place_picture(one.backdrop.digest)
            st.rerun()
        if right.button(text("app_draw.drop", lang), key=f"drop-{one.backdrop.digest}", width="stretch"):
            board.change_backdrop(one.backdrop, None)
            st.rerun()


def _place_form(one: Shown, lang: Lang) -> None:
    back, pixel = one.backdrop, state.pixel()
    st.html(drawing.hint_small(text("app_draw.placing", lang, file=back.file)))
    st.html(drawing.note(text("app_draw.pick_pixel", lang, number=len(back.points) + 1)))
    if pixel is not None:
        st.html(drawing.note(text("app_draw.pick_place", lang)))
        written = st.text_input(text("app_draw.position", lang), key=state.fresh("position"),
                                placeholder=text("app_draw.position_hint", lang))
        if st.button(text("app_draw.cancel_point", lang), width="stretch"):
            state.forget_pixel()
            st.rerun()
        point = state.take_pixel_place()
        if point is None and written:
            read = read_point(*split_pair(written))
            if not read.usable:
                raise InputError(Problem(code="control_point_place", fields={"number": len(back.points) + 1}))
            point = state.Point(read.lon, read.lat)
        if point is not None:
            board.change_backdrop(back, board.with_point(back, pixel, point.lon, point.lat))
            state.forget_pixel()
            st.rerun()
    if back.points:
        st.html(drawing.control_points(one, lang))
        _point_buttons(one, lang)
    if one.placement is not None:
        fit = one.placement
        st.html(drawing.note(text("app_draw.fit", lang, rms=fit.rms, left=fit.left_out_rms, far=fit.accuracy)))
    if st.button(text("app_draw.placed", lang), type="primary", width="stretch", disabled=one.layer is None):
        state.place_picture("")
        st.rerun()
    if len(back.points) >= 3 and one.problems:
        raise InputError(one.problems)


def _point_buttons(one: Shown, lang: Lang) -> None:
    back = one.backdrop
    numbers = [0, *range(1, len(back.points) + 1)]
    gone = st.selectbox(text("app_draw.remove_point", lang), numbers, key=state.fresh("gone"),
                        format_func=lambda n: str(n) if n else text("app_draw.none", lang))
    bent = st.checkbox(text("app_draw.bent", lang), value=back.order == 2, key=f"bent-{back.digest}-{back.order}",
                       disabled=len(back.points) < 6 and back.order == 1)
    if gone:
        state.empty("gone")
        board.change_backdrop(back, replace(back, points=back.points[:gone - 1] + back.points[gone:]))
        st.rerun()
    if bent != (back.order == 2):
        board.change_backdrop(back, replace(back, order=2 if bent else 1))
        st.rerun()


def _finish_form(work: Drawing, lang: Lang) -> None:
    st.html(drawing.hint_small(text("app_draw.step_finish", lang)))
    first = work.name or (work.lines[0].name if work.lines else "")
    name = st.text_input(text("app_draw.river_name", lang), placeholder=first, key=state.fresh("river_name"))
    book = st.file_uploader(text("app_draw.workbook", lang), type=["xlsx", "csv"], key=state.fresh("workbook"))
    if st.button(text("app_draw.finish", lang), type="primary", width="stretch", key="finish"):
        river, path = board.finish(name.strip() or first, None if book is None else (book.name, book.getvalue()))
        for field in ("river_name", "workbook"):
            state.empty(field)
        words = text("app_draw.finished", lang, path=path)
        state.say(words if river.scenarios else words + text("app_draw.no_flows", lang))
        state.switch_to("spill")
        st.rerun()


def _summary(work: Drawing, good: list[Shown], lang: Lang) -> str:
    if not work.lines:
        return text("app_draw.start", lang)
    loose = len(loose_ends(work))
    words = text(f"app_draw.loose_{('none', 'one')[loose] if loose < 2 else 'many'}", lang, count=loose)
    known = board.accuracies(good)
    told = [accuracy_of(line, known) for line in work.lines]
    far = " · ".join(text(f"app_draw.far_{course}", lang, count=len(of), far=max(of)) for course in BY_HAND
                     if (of := [f for c, f in told if c == course]))
    return text("app_draw.summary", lang, count=len(work.lines), km=sum(line.length for line in work.lines) / 1000,
                loose=words) + far


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


def _picking(one: Shown) -> dict[str, Any]:
    outlier = None if one.placement is None else one.placement.outlier
    return {**one.picture, "pending": state.pixel(),
            "points": [[p.x, p.y, p.lon, p.lat, i == outlier] for i, p in enumerate(one.backdrop.points)]}

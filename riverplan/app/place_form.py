"""The part of the drawing page about backdrops: files put down, pictures placed by control points."""

from dataclasses import replace
from typing import Any

import streamlit as st

from riverplan.app import board, drawing, drawing_state, state
from riverplan.app.backdrops import Shown
from riverplan.errors import Problem
from riverplan.i18n import Lang, text
from riverplan.river.drawn import Drawing
from riverplan.river.georeference import LEAST
from riverplan.tables.points import read_point, split_pair


def backdrop_form(lang: Lang) -> None:
    """Take a file to draw on; one without a place is placed next."""
    with st.expander(text("app_draw.step_back", lang), expanded=not drawing_state.placing()):
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
        drawing_state.place_picture(added.digest)
    st.rerun()


def shown_list(good: list[Shown], lang: Lang) -> None:
    """What is drawn on, how good it is, and the buttons to place it anew or take it away."""
    if not good:
        st.html(drawing.note(text("app_draw.no_backdrop", lang)))
    for one in good:
        words = "unplaced" if one.layer is None else "shown"
        st.html(drawing.note(text(f"app_draw.{words}", lang, file=one.backdrop.file, far=one.accuracy)))
        left, right = st.columns(2)
        if one.kind == "picture" and left.button(text("app_draw.place", lang), key=f"place-{one.backdrop.digest}",
                                                 width="stretch"):
            drawing_state.place_picture(one.backdrop.digest)
            st.rerun()
        if right.button(text("app_draw.drop", lang), key=f"drop-{one.backdrop.digest}", width="stretch"):
            board.change_backdrop(one.backdrop, None)
            st.rerun()


def place_form(one: Shown, lang: Lang) -> list[Problem]:
    """Place a picture: points clicked on it, their positions, the residuals at once; gives what is wrong."""
    problems: list[Problem] = list(one.problems) if len(one.backdrop.points) >= LEAST[1] else []
    back, pixel = one.backdrop, drawing_state.pixel()
    st.html(drawing.hint_small(text("app_draw.placing", lang, file=back.file)))
    st.html(drawing.note(text("app_draw.pick_pixel", lang, number=len(back.points) + 1)))
    if pixel is not None:
        st.html(drawing.note(text("app_draw.pick_place", lang)))
        written = st.text_input(text("app_draw.position", lang), key=state.fresh("position"),
                                placeholder=text("app_draw.position_hint", lang))
        if st.button(text("app_draw.cancel_point", lang), width="stretch"):
            drawing_state.forget_pixel()
            st.rerun()
        point = drawing_state.take_pixel_place()
        if point is None and written:
            read = read_point(*split_pair(written))
            if read.usable:
                point = state.Point(read.lon, read.lat)
            else:
                problems.append(Problem(code="control_point_place", fields={"number": len(back.points) + 1}))
        if point is not None:
            board.change_backdrop(back, board.with_point(back, pixel, point.lon, point.lat))
            drawing_state.forget_pixel()
            st.rerun()
    if back.points:
        st.html(drawing.control_points(one, lang))
        _point_buttons(one, lang)
    if one.placement is not None:
        fit = one.placement
        off = text("app_draw.fit_rms", lang, rms=fit.rms) if fit.checked else \
            text("app_draw.fit_unchecked", lang, least=LEAST[fit.order] + 1)
        st.html(drawing.note(text("app_draw.fit", lang, off=off, left=fit.left_out_rms, far=fit.accuracy)))
    if st.button(text("app_draw.placed", lang), type="primary", width="stretch", disabled=one.layer is None):
        drawing_state.place_picture("")
        st.rerun()
    return problems


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


def picking(one: Shown) -> dict[str, Any]:
    """What the board needs to know of the picture that is being placed."""
    outlier = None if one.placement is None else one.placement.outlier
    return {**one.picture, "pending": drawing_state.pixel(),
            "points": [[p.x, p.y, p.lon, p.lat, i == outlier] for i, p in enumerate(one.backdrop.points)]}

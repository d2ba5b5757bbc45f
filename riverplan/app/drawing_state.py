"""What a session remembers of its drawing: lines of the browser, the picture being placed, what was clicked."""

import secrets
from typing import Any

import streamlit as st

from riverplan.app import state
from riverplan.app.state import Point


def drawn() -> dict[str, Any]:
    """What the drawing board told last: epoch, number of the step, lines."""
    return (st.session_state.get(state.BOARD) or {}).get("drawn") or {}


def note_saved(step: int) -> None:
    """A step of the drawing was saved."""
    st.session_state["drawing_saved"] = step


def saved() -> int:
    """The last step of the drawing that was saved."""
    return int(st.session_state.get("drawing_saved", 0))


def epoch() -> str:
    """Names the drawing of this session: another name makes the browser take the page's drawing."""
    session = st.session_state.setdefault("drawing_session", secrets.token_hex(4))
    return f"{session}-{st.session_state.get('drawing', 0)}"


def new_drawing() -> None:
    """From now on the browser takes the page's drawing, not its own."""
    st.session_state["drawing"] = st.session_state.get("drawing", 0) + 1
    st.session_state["drawing_saved"] = 0


def note_pick() -> None:
    """Take a click while a picture is placed: on the picture, or on the map for the place clicked before."""
    picked = (st.session_state.get(state.BOARD) or {}).get("picked") or {}
    if "x" in picked:
        st.session_state["pixel"] = (float(picked["x"]), float(picked["y"]))
    elif "lon" in picked and pixel() is not None:
        st.session_state["pixel_place"] = Point(float(picked["lon"]), float(picked["lat"]))


def pixel() -> tuple[float, float] | None:
    """The place clicked on the picture that has no position yet."""
    return st.session_state.get("pixel")


def take_pixel_place() -> Point | None:
    """The place clicked on the map for it, once."""
    return st.session_state.pop("pixel_place", None)


def forget_pixel() -> None:
    """The place on the picture has its position, or is given up; the field for it is empty again."""
    st.session_state["pixel"] = None
    state.empty("position")


def placing() -> str:
    """Digest of the picture that is being placed; ``""`` for none."""
    return st.session_state.get("placing", "")


def place_picture(digest: str) -> None:
    """Place a picture from now on, or (``""``) draw."""
    st.session_state["placing"] = digest
    st.session_state["pixel"] = None

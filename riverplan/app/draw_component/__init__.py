"""The drawing board: a Leaflet map on which rivers are drawn, as a Streamlit component (version 2).

The browser owns the drawing while the page is open and tells each step; ``epoch`` makes it take the
page's drawing instead. Backdrops are fetched from the same server by addresses that name their content.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import streamlit as st

from riverplan.app.map_component import vendor_folder
from riverplan.i18n import Lang, text
from riverplan.river.drawn import WIDTHS, DrawnLine, lines_as_json

_HTML = """<div class="rp-draw"><div class="rp-picture" hidden></div>
<div class="rp-field"><div class="rp-board"></div><div class="rp-tools"></div><output class="rp-where"></output>
<div class="rp-fault" role="alert"></div></div><div class="rp-list"></div></div>"""
_SCRIPTS = ("model.js", "snap.js", "edit.js", "panel.js", "place.js", "page.js")
_WORDS = ("draw", "end", "undo", "redo", "hint_start", "hint_first", "hint_next", "hint_vertex", "hint_more", "into",
          "mouth", "loose", "line", "name", "width", "turn", "remove", "total", "fault")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Board:
    """What the drawing board shows in one run of the page.

    Parameters
    ----------
    lines
        The drawing as it is saved; taken by the browser when ``epoch`` is new to it.
    epoch, saved
        Names the drawing; number of the last step that was saved.
    layers
        Backdrops from the lowest to the uppermost, as :mod:`riverplan.app.backdrops` describes them.
    river
        Address of the lines of the river on the desk, to find one's way by.
    view
        West, south, east, north [degrees] to show first.
    picking
        The picture being placed and its control points; None while drawing.
    """

    lines: Sequence[DrawnLine]
    epoch: str
    saved: int
    layers: Sequence[Mapping[str, Any]]
    river: str
    view: Sequence[float]
    lang: Lang
    picking: Mapping[str, Any] | None = None


@cache
def _component() -> Any:
    here, shared = files(__package__), files("riverplan.app.map_component")
    script = "\n".join([*((shared / name).read_text(encoding="utf-8") for name in ("load.js", "draw.js")),
                        *((here / name).read_text(encoding="utf-8") for name in _SCRIPTS)])
    style = (vendor_folder() / "leaflet.css").read_text(encoding="utf-8")
    style += (here / "draw.css").read_text(encoding="utf-8")
    return st.components.v2.component("riverplan_drawing", html=_HTML, css=style, js=script)


def show_board(board: Board, *, key: str, on_drawn: Callable[[], None], on_picked: Callable[[], None]) -> None:
    """Draw the board; what was drawn or clicked then stands in the session under ``key``."""
    _component()(key=key, data=arguments(board), on_drawn_change=on_drawn, on_picked_change=on_picked)


def arguments(board: Board) -> dict[str, Any]:
    """What a run of the page sends to the browser."""
    return {
        "lines": lines_as_json(board.lines), "epoch": board.epoch, "saved": board.saved, "lang": board.lang,
        "layers": [dict(layer) for layer in board.layers], "river": board.river, "view": list(board.view),
        "picking": None if board.picking is None else dict(board.picking),
        "widths": [[key, text(f"app_draw.width_{key or 'none'}", board.lang)] for key in WIDTHS],
        "words": {word: text(f"app_draw.{word}", board.lang) for word in _WORDS},
    }

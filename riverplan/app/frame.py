"""The places of the screen that all pages share, so that the map stays where it is when the page changes."""

from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from riverplan.app import click_state, state
from riverplan.app.desk import addresses
from riverplan.app.map_component import MapView, Planned, Repairs, Shaded, draw_map
from riverplan.forecasting.result import Forecast
from riverplan.i18n import Lang, text
from riverplan.river.network import RiverNetwork


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """Form on the left; answer, map and table from top to bottom on the right."""

    form: DeltaGenerator
    answer: DeltaGenerator
    map: DeltaGenerator
    table: DeltaGenerator


def frame(lang: Lang) -> Frame:
    """Lay out the screen and draw the switch between the pages."""
    left, right = st.columns([23, 77])
    with left:
        st.segmented_control(text("app.mode", lang), state.MODES, key="mode", default="spill", required=True,
                             format_func=lambda m: text(f"app.mode_{m}", lang), label_visibility="collapsed",
                             width="stretch")
    return Frame(left.container(), right.container(), right.container(), right.container())


def show_map(place: DeltaGenerator, river: RiverNetwork, lang: Lang, *, forecast: Forecast | None = None,
             draft: state.Point | None = None, selected: str = "",
             tips: dict[str, list[str]] | None = None, pickable: tuple[str, ...] = (),
             repairs: Repairs | None = None, shaded: Shaded | None = None, planned: Planned | None = None,
             subject: str = "") -> None:
    """Draw the one map of the app in its place; where ``subject`` is another than before, the river is shown whole.

    The subject is the river open in this session where nothing else is said.
    """
    lines, sites = addresses(river)
    with place:
        draw_map(MapView(river=river, lines=lines, sites=sites, lang=lang, forecast=forecast,
                         draft=None if draft is None else (draft.lat, draft.lon), selected=selected,
                         tips=tips or {}, pickable=pickable, repairs=repairs, shaded=shaded, planned=planned,
                         subject=subject or state.river()),
                 key=state.MAP, on_click=click_state.note_click)

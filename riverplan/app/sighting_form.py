"""What was seen in the river, abnormal or clean, row by row: what tracing goes by."""

from collections.abc import Mapping
from datetime import datetime

import streamlit as st

from riverplan.app import drawing, labels, state
from riverplan.forecasting.spill import BEIJING
from riverplan.forecasting.tracing.sighting import Kind, Sighting
from riverplan.i18n import Lang, text
from riverplan.river.network import RiverNetwork
from riverplan.units import MG_PER_L

KINDS: tuple[Kind, ...] = ("seen", "first", "peak", "clean")
"""The commonest first."""
OFFERED = ("section", "intake", "bridge", "boundary", "town")
"""Kinds of sites a sample is taken at, offered before the others."""


def sighting_form(river: RiverNetwork, lang: Lang) -> tuple[Sighting, ...]:
    """Draw the rows and give the complete ones; a row that lacks something says so and does not count yet."""
    rows = state.rows("sighting")
    order = {kind: n for n, kind in enumerate(OFFERED)}
    sites = sorted((s for s in river.sites if s.reach_id in river.reach_row), key=lambda s: order.get(s.kind, 9))
    stations = {s.site_id: labels.site_label(river, s, lang) for s in sites}
    found = []
    for place, number in enumerate(rows, start=1):
        with st.container(border=True, gap="xxsmall"):
            row = _row(number, place, stations, lang)
            if row is None:
                st.html(drawing.note(text("app_trace.incomplete", lang)))
            else:
                found.append(row)
    st.button(text("app_trace.add" if rows else "app_trace.add_first", lang), key="sighting_add",
              on_click=state.add_row, args=("sighting",), width="stretch", type="secondary" if rows else "primary")
    return tuple(found)


def sighted(site_id: str, kind: Kind, at: datetime | None, mg_l: float | None) -> Sighting | None:
    """A row in SI and with its zone; None while station or time is missing.

    >>> sighted("D04", "clean", None, None) is None
    True
    """
    if not site_id or at is None:
        return None
    return Sighting(site_id=site_id, at=at.replace(tzinfo=BEIJING), kind=kind,
                    concentration=None if mg_l is None or kind == "clean" else mg_l * MG_PER_L)


def _row(number: int, place: int, stations: Mapping[str, str], lang: Lang) -> Sighting | None:
    left, middle, right = st.columns([9, 7, 2], vertical_alignment="bottom")
    kind = left.selectbox(text("app_trace.number", lang, number=place), KINDS,
                          key=state.first_of(f"sighting_kind_{number}", KINDS),
                          format_func=lambda k: text(f"trace.kind_{k}", lang)) or KINDS[0]
    read = None if kind == "clean" else middle.number_input(
        text("app_trace.value", lang), value=None, format="%g", key=state.first(f"sighting_value_{number}", None),
        help=text("app_trace.value_help", lang))
    right.button("✕", key=f"sighting_remove_{number}", help=text("app_trace.remove", lang),
                 on_click=state.remove_row, args=("sighting", number), type="tertiary")
    options = ["", *stations]
    site_id = st.selectbox(
        text("app_trace.station", lang), options, key=state.first_of(f"sighting_site_{number}", options),
        format_func=lambda s: stations[s] if s else text("app_trace.choose", lang), label_visibility="collapsed")
    at = st.datetime_input(text("app_trace.at", lang), value=None, format="YYYY-MM-DD", step=300,
                             key=state.first(f"sighting_at_{number}", None))
    return sighted(site_id or "", kind, at, read)

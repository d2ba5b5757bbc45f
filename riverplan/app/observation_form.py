"""What the field reported of the plume, row by row; every complete row corrects the forecast at once."""

from collections.abc import Mapping
from datetime import datetime

import streamlit as st

from riverplan.app import drawing, labels, state
from riverplan.app.question import needs, seen
from riverplan.forecasting.observation import Observation
from riverplan.forecasting.result import Forecast
from riverplan.i18n import Lang, text
from riverplan.river.network import RiverNetwork

KINDS = ("leading", "peak", "none", "conc", "velocity", "discharge")
"""As the field reports them, the commonest first."""


def observation_form(river: RiverNetwork, forecast: Forecast | None, lang: Lang) -> tuple[Observation, ...]:
    """Draw the rows and give the complete ones; a row that lacks something waits, and says for what.

    Parameters
    ----------
    river
        The river.
    forecast
        Without observations; its sites, those the plume comes to, are offered first, with their distance.
    lang
        Language of the words.
    """
    rows = state.rows("observation")
    stations = labels.stations_below(river, forecast, lang) if rows else {}
    found = []
    with st.expander(text("app_observation.head", lang), expanded=bool(rows)):
        for place, number in enumerate(rows, start=1):
            row = _row(number, stations, lang)
            if row is None:
                st.html(drawing.note(text("app_observation.incomplete", lang, number=place)))
            else:
                found.append(row)
        st.button(text("app_observation.add", lang), key="observation_add", on_click=state.add_row,
                  args=("observation",), width="stretch")
    return tuple(found)


def _row(number: int, stations: Mapping[str, str], lang: Lang) -> Observation | None:
    options = ["", *stations]
    left, right = st.columns([5, 1], vertical_alignment="bottom")
    kind = left.selectbox(text("app_observation.kind", lang), KINDS,
                          key=state.first_of(f"observation_kind_{number}", KINDS),
                          format_func=lambda k: text(f"observation.{k}", lang))
    right.button("✕", key=f"observation_remove_{number}", help=text("app_observation.remove", lang),
                 on_click=state.remove_row, args=("observation", number), type="tertiary")
    site_id = st.selectbox(
        text("app_observation.station", lang), options, key=state.first_of(f"observation_site_{number}", options),
        format_func=lambda s: stations[s] if s else text("app_observation.choose", lang), label_visibility="collapsed")
    needs_value, needs_time = needs(kind)
    at = None
    if needs_time:
        left, right = st.columns([6, 5])
        day = left.date_input(text("app_observation.date", lang), format="YYYY-MM-DD",
                              key=state.first(f"observation_date_{number}", state.started().date()))
        time = right.time_input(text("app_observation.time", lang), value=None, step=300,
                                key=state.first(f"observation_time_{number}", None))
        at = datetime.combine(day, time) if time is not None else None
    value = st.number_input(text(f"app_observation.{kind}", lang), value=None, format="%g",
                            key=state.first(f"observation_value_{number}", None)) if needs_value else None
    return seen(site_id or "", kind, value, at)

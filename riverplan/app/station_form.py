"""What each diversion station is doing, as far as the officer knows: a forecast spans the rest."""

import streamlit as st

from riverplan.app import labels, state
from riverplan.i18n import Lang, text
from riverplan.river.network import RiverNetwork
from riverplan.river.stations import STATES, laid_stations

_OPTIONS = ("", *STATES)
"""Unknown first: nobody is taken to have asked."""


def station_states(river: RiverNetwork, lang: Lang) -> tuple[tuple[str, str], ...]:
    """Pairs of site id and state of the stations of which one was chosen; no control where there are none."""
    stations = laid_stations(river)
    if not stations:
        return ()
    with st.expander(text("app_station.head", lang)):
        chosen = [(site_id, st.selectbox(
            labels.site_label(river, river.site(site_id), lang), _OPTIONS,
            key=state.first_of(f"station_state_{site_id}", _OPTIONS),
            format_func=lambda s: text(f"app_station.{s or 'unknown'}", lang))) for site_id in stations]
    return tuple((site_id, s) for site_id, s in chosen if s)

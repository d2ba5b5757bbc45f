"""What stands under the map of a trial: downloads, then receptors, curves, gates and balance, or what it cannot do."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from riverplan import exporting
from riverplan.app import compared, conclusion, drawing, labels, state
from riverplan.app.answer import KEY_KINDS
from riverplan.app.chart_component import draw_chart
from riverplan.app.compared import Compared
from riverplan.app.compared_chart import MOST, compared_chart
from riverplan.app.what_if import Tried
from riverplan.errors import Problem
from riverplan.exporting.simulation_table import SimulationOptions
from riverplan.forecasting.result import Forecast
from riverplan.i18n import Lang, text

SHOWN = ("key", "all", "curves", "works", "bounds")
"""Receptors that matter first, all, curves, gates and balance, what the simulation cannot do."""


def below_trial(forecast: Forecast, tried: Tried, found: Sequence[Compared], bounds: Sequence[Problem], lang: Lang,
                ) -> None:
    """Draw the line of choices and downloads, and below it what is chosen."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        shown = st.segmented_control(
            text("app_table.show", lang), SHOWN, key=state.first("simulate_shown", "key"), required=True,
            format_func=lambda s: text(f"app_whatif.show_{s}", lang), label_visibility="collapsed")
        st.html(drawing.summary(text("app_whatif.no_bands", lang)), width="stretch")
        st.download_button(
            text("app_whatif.get_table", lang), key="get-simulation", on_click="ignore", type="primary",
            file_name=labels.file_name(forecast, exporting.EXPORTS["simulation"].suffix),
            mime=exporting.EXPORTS["simulation"].media_type,
            data=partial(exporting.export, tried.after, "simulation", lang=lang,
                         options=SimulationOptions(without=tried.before if tried.done else None)))
        if tried.after.curves:
            st.download_button(text("app_table.curves_csv", lang), key="get-simulated-curves", on_click="ignore",
                               file_name=labels.file_name(forecast, ".csv"), mime="text/csv",
                               data=partial(exporting.export, tried.after, "curves", lang=lang))
    if shown == "curves":
        _curves(tried, found, lang)
    elif shown == "works":
        st.html(conclusion.works(tried, lang))
    elif shown == "bounds":
        st.html(drawing.problems(bounds, lang))
    else:
        st.html(conclusion.receptors([c for c in found if shown == "all" or c.kind in KEY_KINDS], tried, lang))


def _curves(tried: Tried, found: Sequence[Compared], lang: Lang) -> None:
    """The chart of the chosen sites: what changes most where none was chosen."""
    by_id = {c.site_id: c for c in compared.by_importance(found)}
    left, right = st.columns([80, 20])
    with right:
        options = sorted(by_id, key=[c.site_id for c in found].index)
        first = list(by_id)[:MOST]
        chosen = st.multiselect(
            text("app_chart.sites", lang), [*first, *(i for i in options if i not in first)], max_selections=MOST,
            key=state.first_sites("chart_sites_simulate_" + tried.before.spill.reach_id, [*first, *options], MOST),
            format_func=lambda i: by_id[i].name)
    with left:
        draw_chart(compared_chart(tried, [by_id[i] for i in chosen], lang), key="chart-simulate")

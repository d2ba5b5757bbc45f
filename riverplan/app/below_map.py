"""What stands under the map: counts and downloads, then the table of arrivals or the curves over time."""

from functools import partial

import streamlit as st

from riverplan import exporting
from riverplan.app import answer, charts, drawing, labels, state
from riverplan.app.chart_component import draw_chart
from riverplan.forecasting.result import Forecast
from riverplan.i18n import Lang, text

SHOWN = ("key", "all", "curves")
"""Sites that matter first, all sites, or concentration over time."""


def below_map(forecast: Forecast, lang: Lang) -> None:
    """Draw the line of counts and downloads, and below it the table or the curves, whichever is chosen."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.html(drawing.summary(answer.summary(forecast, lang)), width="stretch")
        shown = st.segmented_control(
            text("app_table.show", lang), SHOWN, key=state.first("shown", "key"), required=True,
            format_func=lambda s: text(f"app_table.{s}", lang), label_visibility="collapsed")
        for kind, exporter in exporting.EXPORTS.items():
            if exporter.of != "forecast" or (kind == "curves" and not forecast.plumes):
                continue
            st.download_button(
                text("app_table.curves_csv" if kind == "curves" else f"app_table.{kind}", lang), key=f"get-{kind}",
                on_click="ignore", mime=exporter.media_type,
                file_name=labels.file_name(forecast, exporter.suffix),
                type="primary" if kind == "sheet" else "secondary",
                data=partial(exporting.export, forecast, kind, lang=lang))
        st.download_button(text("app_table.csv", lang), lambda: answer.table_csv(forecast, lang), key="get-csv",
                           on_click="ignore", file_name=labels.file_name(forecast, ".csv"), mime="text/csv")
    if shown == "curves":
        curves_over_time(forecast, lang)
    else:
        st.html(drawing.table(forecast, lang, answer.KEY_KINDS if shown == "key" else ()))


def curves_over_time(forecast: Forecast, lang: Lang) -> None:
    """Draw the breakthrough chart of the chosen sites, the most important ones where none was chosen."""
    by_id = {a.site_id: a for a in charts.by_importance(forecast)}
    left, right = st.columns([80, 20])
    with right:
        chosen = st.multiselect(
            text("app_chart.sites", lang), list(by_id), max_selections=charts.MOST + 1,
            # other sites that matter most: the plume goes elsewhere, and what was chosen for it counts no more
            key=state.first_sites("_".join(["chart_sites", *list(by_id)[:charts.MOST]]), list(by_id), charts.MOST),
            format_func=lambda i: answer.name_of(by_id[i], forecast, lang))
    with left:
        draw_chart(charts.chart(forecast, tuple(by_id[i] for i in chosen), lang), key="chart")

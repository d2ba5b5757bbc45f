"""What stands under the map of a plan: the race first; then receptors, curves, advice, sampling, notices, grounds."""

import json
from functools import partial

import streamlit as st

from riverplan import exporting
from riverplan.app import compared, drawing, labels, plan_advice, plan_conclusion, state
from riverplan.app.chart_component import draw_chart
from riverplan.app.compared_chart import MOST, compared_chart
from riverplan.app.plan_curves import tried
from riverplan.app.question import Question
from riverplan.app.race import race_of
from riverplan.app.race_chart import race_chart
from riverplan.i18n import Lang, text
from riverplan.planning.as_json import plan_as_json
from riverplan.planning.result import ResponsePlan

SHOWN = ("race", "receptors", "curves", "advice", "watch", "notices", "grounds")
"""The race, receptors before and after, curves, advice, sampling, notices, what it rests on."""


def below_plan(plan: ResponsePlan, question: Question, lang: Lang) -> None:
    """Draw the line of choices, and below it what is chosen."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        shown = st.segmented_control(
            text("app_table.show", lang), SHOWN, key=state.first("plan_shown", "race"), required=True,
            format_func=lambda s: text(f"app_plan.show_{s}", lang), label_visibility="collapsed")
        st.html(drawing.summary(text("app_plan.click", lang)), width="stretch")
        _downloads(plan, lang)
    if shown == "race":
        draw_chart(race_chart(race_of(plan, lang), plan.forecast, lang), key="chart-race")
    elif shown == "receptors":
        st.html(plan_conclusion.receptors(plan, lang))
    elif shown == "curves":
        _curves(plan, lang)
    elif shown == "advice":
        st.html(plan_advice.advice(plan, lang))
    elif shown == "watch":
        st.html(plan_advice.monitoring(plan, lang))
    elif shown == "notices":
        _notices(plan, lang)
    else:
        st.html(plan_advice.grounds(plan, question, lang))


def _downloads(plan: ResponsePlan, lang: Lang) -> None:
    """The plan as a document, made when it is asked for, and as data."""
    strategy = exporting.EXPORTS["strategy"]
    st.download_button(text("app_plan.get_strategy", lang), key="get-strategy", on_click="ignore", type="primary",
                       mime=strategy.media_type, file_name=labels.file_name(plan.forecast, strategy.suffix),
                       data=partial(exporting.export, plan, "strategy", lang=lang))
    st.download_button("JSON", key="get-plan-json", on_click="ignore", mime="application/json",
                       file_name=labels.file_name(plan.forecast, ".json"),
                       data=lambda: json.dumps(plan_as_json(plan), ensure_ascii=False, indent=1))


def _curves(plan: ResponsePlan, lang: Lang) -> None:
    """The chart of the chosen receptors: those that change most where none was chosen."""
    runs = tried(plan)
    found = compared.compared(runs, lang)
    by_id = {c.site_id: c for c in compared.by_importance(found)}
    left, right = st.columns([80, 20])
    with right:
        chosen = st.multiselect(
            text("app_chart.sites", lang), list(by_id), max_selections=MOST, format_func=lambda i: by_id[i].name,
            key=state.first_sites("chart_sites_plan_" + plan.spill.reach_id, list(by_id), MOST))
    with left:
        draw_chart(compared_chart(runs, [by_id[i] for i in chosen], lang), key="chart-plan")


def _notices(plan: ResponsePlan, lang: Lang) -> None:
    """The drafts in the order they are told; the text of each stands ready to be copied."""
    if not plan.notices:
        st.html(drawing.note(text("app_plan.notices_none", lang)))
        return
    with st.container(height=330, key="rp-notices"):
        st.html(drawing.note(text("app_plan.notices_note", lang, count=len(plan.notices))))
        for number, notice in enumerate(plan.notices, start=1):
            with st.expander(plan_advice.notice_line(notice, number, lang)):
                st.html(drawing.note(notice.deadline_words(lang)))
                st.code(notice.text[lang], language=None, wrap_lines=True)

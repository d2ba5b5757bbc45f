"""The list of what to do, in order, with a button to pin and one to forbid each; chips; what is not used and why."""

from html import escape

import streamlit as st

from riverplan.app import drawing, plan_state
from riverplan.app.plan_words import (
    begins,
    margin_tone,
    margin_words,
    needs_words,
    ordered,
    place_name,
    when,
    who,
)
from riverplan.forecasting.table import significant
from riverplan.i18n import Lang, listed, text
from riverplan.planning.plan_words import gives_way, spared_by
from riverplan.planning.result import LATE, Action, Refused, ResponsePlan
from riverplan.river.naming import site_name
from riverplan.river.network import RiverNetwork
from riverplan.units import DAY, HOUR

SURGE = 2.0
"""From this many times the discharge on, a release is a wave people below must be warned of (assumed)."""


def action_list(plan: ResponsePlan, lang: Lang) -> None:
    """Draw the cards of the actions in the order of time."""
    st.html(f'<div class="rp-list-head">{escape(text("app_plan.list", lang, count=len(plan.actions)))}</div>')
    for number, action in enumerate(plan.actions, start=1):
        with st.container(gap="xxsmall", key=f"rp-plan-{number}"):
            st.html(action_card(plan, action, number, lang))
            buttons(action.site_id, lang)
    if not plan.actions:
        st.html(f'<div class="rp-hint">{escape(text("app_plan.list_empty", lang))}</div>')


def action_card(plan: ResponsePlan, action: Action, number: int, lang: Lang) -> str:
    """One action as HTML: what and where, by when ordered, ready, done; the margin; by whom; why."""
    name, phone = who(plan, action, lang)
    tone = "none" if gives_way(action) else margin_tone(action.margin)
    margin = text("app_plan.margin_follows", lang) if gives_way(action) else margin_words(action.margin, lang)
    clocks = {"order": ordered(plan, action, lang), "ready": when(plan, action.ready.ready, ceil=True),
              "begin": begins(plan, action)}
    times = "".join(f"<span><small>{escape(text(f'app_plan.time_{k}', lang))}</small><b>{escape(words)}</b></span>"
                    for k, words in clocks.items())
    fetched = needs_words(plan, action.needs, lang)
    lines = [("by", name), ("phone", phone or text("app_plan.no_phone", lang)), ("fetch", fetched),
             ("amount", _amount(plan, action, lang))]
    rows = "".join(f'<div class="rp-row"><small>{escape(text(f"app_plan.row_{k}", lang))}</small>'
                   f'<span class="rp-{k}">{escape(words)}</span></div>' for k, words in lines if words)
    times_over = surge(plan, action)
    if times_over:
        rows += f'<div class="rp-surge">{escape(text("app_plan.surge", lang, times=f"{times_over:.0f}"))}</div>'
    pinned = f'<em>{escape(text("app_plan.is_pinned", lang))}</em>' if action.pinned else ""
    return (f'<section class="rp-act rp-{tone}" data-site="{escape(action.site_id)}"><h4><i class="rp-no">{number}</i>'
            f"<b>{escape(place_name(plan, action.site_id, action.name, lang))}</b>"
            f'<span>{escape(text(f"app_plan.action_{action.action}", lang))}</span>{pinned}</h4>'
            f'<div class="rp-times">{times}</div><div class="rp-margin">{escape(margin)}</div>{rows}'
            f"{_reasons(action, lang)}</section>")


def surge(plan: ResponsePlan, action: Action) -> float:
    """How many times what flows in the river a release of clean water is; 0 where it raises it less than so much."""
    row = plan.river.reach_row.get(action.space.reach_id)
    flows = float(plan.scenario.discharge[row]) if row is not None else 0.0
    if action.action != "dilute" or not action.value or not flows > 0:
        return 0.0
    return action.value / flows if action.value >= SURGE * flows else 0.0


def _amount(plan: ResponsePlan, action: Action, lang: Lang) -> str:
    """How much and until when; how long what is closed gains."""
    parts = []
    if action.value:
        parts.append(text("app_plan.amount", lang, value=significant(action.value)))
    if action.until is not None:
        parts.append(text("app_plan.until", lang, clock=when(plan, action.until, ceil=True)))
    if action.gained is not None:
        parts.append(_held(action.gained, lang))
    return "　".join(parts)


def _held(seconds: float, lang: Lang) -> str:
    days = seconds / DAY
    return text("app_plan.gained_days", lang, days=f"{days:.0f}") if days > 3 else text(
        "app_plan.gained", lang, hours=f"{seconds / HOUR:.0f}")


def _reasons(action: Action, lang: Lang) -> str:
    why = "".join(f"<li>{escape(p.what(lang))}</li>" for p in action.why)
    change = "".join(f'<li class="rp-{p.severity}">{escape(p.text(lang))}</li>' for p in action.changes)
    told = action.space.instruction
    extra = f"<li>{escape(text('app_plan.listed', lang, words=told))}</li>" if told else ""
    return (f'<ul class="rp-why">{why}</ul><details><summary>{escape(text("app_plan.changes", lang))}</summary>'
            f"<ul>{change}{extra}</ul></details>")


def buttons(site_id: str, lang: Lang) -> None:
    """Pin and forbid a space, or take that back; the next run solves again."""
    told = plan_state.told(site_id)
    with st.container(horizontal=True, gap="xxsmall", key=f"rp-tell-{_key(site_id)}"):
        for what in ("pin", "forbid"):
            on = told == what
            st.button(text(f"app_plan.{'un' if on else ''}{what}", lang), key=f"plan-{what}-{site_id}",
                      type="primary" if on else "secondary", on_click=plan_state.tell,
                      args=(site_id, "" if on else what))


def _key(site_id: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in site_id)


def chips(river: RiverNetwork, lang: Lang) -> None:
    """What is pinned and forbidden, each to be taken back by a click; nothing where nothing is."""
    told = [(s, "pin") for s in plan_state.pinned()] + [(s, "forbid") for s in plan_state.forbidden()]
    dry = plan_state.supplied()
    if not told and not dry:
        return
    names = {s.site_id: site_name(river, s, lang) for s in river.sites}
    with st.container(horizontal=True, gap="xxsmall", key="rp-chips"):
        for site_id, what in told:
            st.button(text(f"app_plan.chip_{what}", lang, name=names.get(site_id, site_id)), key=f"chip-{site_id}",
                      on_click=plan_state.tell, args=(site_id, ""))
        for site_id in dry:
            st.button(text("app_plan.chip_supplied", lang, name=names.get(site_id, site_id)),
                      key=f"chip-dry-{site_id}", on_click=plan_state.supply, args=([s for s in dry if s != site_id],))
        if len(told) + len(dry) > 1:
            st.button(text("app_plan.chip_clear", lang), key="chip-clear", type="tertiary", on_click=plan_state.clear)


def spared_button(plan: ResponsePlan, lang: Lang) -> None:
    """Plan again with the intakes supplied otherwise that alone speak against a space; nothing where none does."""
    if (most := spared_by(plan)) is None:
        return
    names = [place_name(plan, s, s, lang) for s in most.dries]
    st.button(text("app_plan.supply_again", lang, names=listed(names, 3)[lang],
                   space=place_name(plan, most.site_id, most.name, lang)),
              key="plan-supply", width="stretch", on_click=plan_state.supply, args=((*plan.supplied, *most.dries),))


def vain_pins(plan: ResponsePlan, lang: Lang) -> str:
    """Why spaces that were pinned are not used, or not known, or nothing is forbidden; empty where all are heeded."""
    kinds = ("plan_pin_", "plan_forbid_", "plan_supplied_")
    vain = [p for p in (*plan.problems, *plan.assumptions) if p.code.startswith(kinds)]
    return drawing.problems(vain, lang) if vain else ""


def refused_list(plan: ResponsePlan, lang: Lang) -> None:
    """Spaces that are not used, each with the reason, folded; those that come too late first."""
    if not plan.refused:
        return
    with st.expander(text("app_plan.refused", lang, count=len(plan.refused)), key="plan-refused"):
        for r in sorted(plan.refused, key=lambda r: (r.why.code != LATE, -(r.margin or 0.0))):
            with st.container(gap="xxsmall", key=f"rp-refused-{_key(r.site_id)}"):
                st.html(refused_row(plan, r, lang))
                buttons(r.site_id, lang)


def refused_row(plan: ResponsePlan, r: Refused, lang: Lang) -> str:
    """One space that is not used, and why."""
    return (f'<section class="rp-refused" data-site="{escape(r.site_id)}">'
            f"<b>{escape(place_name(plan, r.site_id, r.name, lang))}</b> "
            f'<span>{escape(text(f"app_plan.action_{r.action}", lang))}</span><p>{escape(r.why.what(lang))}</p>'
            f"<small>{escape(r.why.mend(lang))}</small></section>")

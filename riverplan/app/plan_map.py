"""A plan on the map: numbered actions, lines from teams and stores to them, receptors without and with the plan."""

from riverplan.app import plan_state
from riverplan.app.map_component import Planned
from riverplan.app.plan_words import TONES, margin_tone, outcome, place_name, resource
from riverplan.i18n import Lang, text
from riverplan.planning.plan_words import gives_way
from riverplan.planning.result import Effect, ResponsePlan

COLOURS = {"good": "#1d7a35", "warn": "#e08a00", "bad": "#c00018", "none": "#77736a"}
CLICKABLE = ("space", "bridge")
"""Kinds of sites a click pins or forbids."""


def planned(plan: ResponsePlan, lang: Lang) -> Planned:
    """What the map draws of a plan."""
    marks, lines = [], []
    for number, a in enumerate(plan.actions, start=1):
        tone = "none" if gives_way(a) else margin_tone(a.margin)
        marks.append((a.space.lat, a.space.lon, str(number), COLOURS[tone], a.site_id, a.pinned,
                      place_name(plan, a.site_id, a.name, lang)))
        for kind, one in (("team", resource(plan, a.team_id)), ("store", resource(plan, a.store_id))):
            if one is not None and one.lat is not None and one.lon is not None:
                lines.append((one.lat, one.lon, a.space.lat, a.space.lon, kind, one.name or one.resource_id))
    taken = {a.site_id for a in plan.actions}
    for s in plan.spaces:
        if s.space_id in taken:
            continue
        told = plan_state.told(s.space_id)
        if told or not s.listed:                               # the others stand there as symbols of the river
            label = {"forbid": "×", "pin": "!", "": ""}[told]
            marks.append((s.lat, s.lon, label, COLOURS["bad" if told else "none"], s.space_id, told == "pin",
                          place_name(plan, s.space_id, s.name, lang)))
    sites = {s.site_id for s in plan.river.sites}
    rings = tuple((e.site_id, *_colours(plan, e)) for e in plan.receptors
                  if e.site_id in sites and TONES[outcome(plan, e)] != "none")
    return Planned(marks=tuple(marks), lines=tuple(lines), rings=rings, words={
        name: text(f"app_plan.map_{name}", lang) for name in (
            "title", "good", "warn", "bad", "team", "store", "found", "rings", "saved", "less", "risk", "still")})


def _colours(plan: ResponsePlan, e: Effect) -> tuple[str, str]:
    """Of the ring (nothing done) and of the middle (with the plan)."""
    kind = outcome(plan, e)
    return COLOURS["none" if kind in ("new", "risk") else "bad"], COLOURS[TONES[kind]]

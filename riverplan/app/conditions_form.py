"""Conditions of a forecast: what matters for the substance stands open, the rest is folded away."""

from datetime import datetime

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from riverplan.app import drawing, state
from riverplan.app.question import Conditions
from riverplan.forecasting.rise import Rise
from riverplan.forecasting.spill import BEIJING, Wind
from riverplan.forecasting.steady import SPREAD
from riverplan.i18n import Lang, text
from riverplan.reference import find_substance
from riverplan.spread import MODELS as SPREAD_MODELS
from riverplan.spread import TRANSFER_MODELS
from riverplan.units import MG_PER_L
from riverplan.velocity import MODELS

WINDS = {"": None, "n": 0.0, "ne": 45.0, "e": 90.0, "se": 135.0, "s": 180.0, "sw": 225.0, "w": 270.0, "nw": 315.0}
"""Where the wind comes from [degrees from north], as people say it."""
RISES = ("added", "times", "percent")
"""How a change of discharge is told: in m³/s, as a factor, or in per cent more."""
FIELDS = ("wind", "ice", "alkalinity", "temperature", "background")


def matters(substance: str) -> tuple[str, ...]:
    """The conditions that change what is forecast of a substance, by its name or alias.

    >>> matters("柴油"), matters("盐酸")
    (('wind', 'ice'), ('alkalinity', 'temperature'))
    """
    found = find_substance(substance)
    if not substance.strip():
        return ()
    if found.behaviour == "floats":
        return ("wind", "ice")
    if found.by_ph or found.behaviour in ("acid", "alkali"):
        return ("alkalinity", "temperature")
    return ("temperature",) if found.decay > 0 else ()


def conditions_form(substance: str, lang: Lang) -> Conditions:
    """Draw the widgets and give what was entered, in SI; half a wind or half a change counts for nothing and is said.

    Parameters
    ----------
    substance
        As it was reported; decides which fields stand open.
    lang
        Language of the words.
    """
    open_here = matters(substance)
    given: dict[str, float | bool | Wind | None] = {}
    if open_here:
        with st.container():
            given |= {name: _field(name, lang) for name in open_here}
    with st.expander(text("app_conditions.head", lang)):
        given |= {name: _field(name, lang) for name in FIELDS if name not in open_here}
        rise = _rise(st.container(), lang)
        spread, velocity = _models(lang)
    wind, background = given["wind"], given["background"]
    return Conditions(wind=wind if isinstance(wind, Wind) else None, ice=bool(given["ice"]), rise=rise,
                      temperature=_number(given["temperature"]), alkalinity=_number(given["alkalinity"]),
                      background=(_number(background) or 0.0) * MG_PER_L, spread=spread, velocity=velocity)


def change(start: datetime | None, end: datetime | None, by: float | None, told: str) -> Rise | None:
    """A change of discharge of what was entered on the clock of the desk; None while a part is missing.

    >>> from datetime import datetime
    >>> at, until = datetime(2026, 7, 1, 20), datetime(2026, 7, 2, 6)
    >>> change(at, until, 50.0, "percent").by, change(at, until, 50.0, "added").relative, change(at, None, 2.0, "times")
    (1.5, False, None)
    """
    if start is None or end is None or by is None:
        return None
    return Rise(start=start.replace(tzinfo=BEIJING), end=end.replace(tzinfo=BEIJING),
                by=1.0 + by / 100.0 if told == "percent" else by, relative=told != "added")


def _number(value: float | bool | Wind | None) -> float | None:
    return None if value is None or isinstance(value, Wind) else float(value)


def _field(name: str, lang: Lang) -> float | bool | Wind | None:
    if name == "wind":
        return _wind(lang)
    if name == "ice":
        return st.checkbox(text("app_conditions.ice", lang), key=state.first("condition_ice", False))
    return st.number_input(text(f"app_conditions.{name}", lang), value=None, format="%g",
                           key=state.first(f"condition_{name}", None),
                           placeholder=text(f"app_conditions.{name}_unknown", lang),
                           help=text(f"app_conditions.{name}_help", lang))


def _wind(lang: Lang) -> Wind | None:
    left, right = st.columns(2)
    speed = left.number_input(text("app_conditions.wind_speed", lang), value=None, format="%g",
                              key=state.first("condition_wind_speed", None),
                              placeholder=text("app_conditions.wind_unknown", lang),
                              help=text("app_conditions.wind_help", lang))
    side = right.selectbox(text("app_conditions.wind_from", lang), list(WINDS),
                           key=state.first_of("condition_wind_from", list(WINDS)),
                           format_func=lambda w: text(f"app_conditions.wind_{w or 'nowhere'}", lang))
    direction = WINDS[side or ""]
    if speed is not None and direction is None and speed > 0:
        st.html(drawing.note(text("app_conditions.wind_half", lang)))
    if speed is None or (direction is None and speed > 0):
        return None
    return Wind(speed=speed, direction=direction or 0.0)       # a calm blows from nowhere


def _rise(place: DeltaGenerator, lang: Lang) -> Rise | None:
    place.html(drawing.hint_small(text("app_conditions.rise", lang)))
    start = place.datetime_input(text("app_conditions.rise_start", lang), value=None, format="YYYY-MM-DD", step=900,
                                 key=state.first("condition_rise_start", None))
    end = place.datetime_input(text("app_conditions.rise_end", lang), value=None, format="YYYY-MM-DD", step=900,
                               key=state.first("condition_rise_end", None))
    left, right = place.columns(2)
    by = left.number_input(text("app_conditions.rise_by", lang), value=None, format="%g",
                           key=state.first("condition_rise_by", None))
    told = right.selectbox(text("app_conditions.rise_told", lang), RISES, key=state.first_of(
        "condition_rise_told", RISES), format_func=lambda r: text(f"app_conditions.rise_{r}", lang))
    rise = change(start, end, by, told)
    if rise is None and (start or end or by is not None):
        place.html(drawing.note(text("app_conditions.rise_half", lang)))
    return rise


def _models(lang: Lang) -> tuple[str, str]:
    st.html(drawing.hint_small(text("app_conditions.models", lang)))
    spreads = (SPREAD.name, *(name for name in (*SPREAD_MODELS, *TRANSFER_MODELS) if name != SPREAD.name))
    spread = st.selectbox(text("app_conditions.spread", lang), spreads,
                          key=state.first_of("condition_spread", spreads),
                          format_func=lambda m: text(f"app_spread.{m}", lang))
    speeds = ("", *MODELS)
    velocity = st.selectbox(text("app_conditions.velocity", lang), speeds,
                            key=state.first_of("condition_velocity", speeds),
                            format_func=lambda m: text(f"model.{m}" if m else "app_conditions.velocity_usual", lang))
    return spread, velocity or ""

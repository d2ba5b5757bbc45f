"""What a browser session remembers between runs of the page.

``st.session_state`` is used here and in the ``*_state`` files beside, and nowhere else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf
from time import monotonic
from typing import Any, Literal

import streamlit as st

from riverplan.forecasting.spill import BEIJING
from riverplan.i18n import LANGS, Lang

MAP = "map"
"""Key of the map component."""
BOARD = "board"
"""Key of the drawing board."""
Mode = Literal["spill", "simulate", "plan", "trace", "screen", "sites", "import", "draw"]
MODES: tuple[Mode, ...] = ("spill", "simulate", "plan", "trace", "screen", "sites", "import", "draw")
_LATER = "_later"
_ADDRESSED = "river"
"""The part of the page's address that names the river, so that a reload or a bookmark finds it again."""
_KEPT = ("spill_site", "spill_stake", "substance", "mass", "mass_unit", "duration", "date", "time", "flow", "station",
         "reading", "estimate", "shown", "simulate_hours", "simulate_shown", "plan_shown", "plan_night", "plan_rain",
         "plan_landslide", "plan_heard", "plan_rising", "plan_flood", "plan_candidates", "trace_lookback", "trace_flow",
         "screen_intake", "screen_shown", "edit_site", "edit_kind", "import_site", "import_name")
"""Widgets whose values outlive a visit to another page."""
_KEPT_BEGINNINGS = ("observation_", "operation_", "sighting_", "trace_suspect_", "condition_", "station_state_",
                    "plan_level_", "chart_sites_")
"""So do those whose names begin like this: there are as many as there are rows or stations."""
_MEMORY = "_memory"
_UNTOLD = "_untold"
"""Keys of widgets whose first value the browser may not have heard of."""
_OWN_FIRST = ("flow", "date", "time", "simulate_hours", "plan_night", "plan_candidates", "trace_flow", "trace_lookback")
"""Widgets that begin with something other than the browser would of itself, and that an answer hangs on."""
_ENDED = "_ended"
"""When the last run came to its end; nothing where it was broken off."""
SENT = 1.0
"""What a run drew is sent within this time [s] (assumed)."""


@dataclass(frozen=True, slots=True)
class Point:
    """A place clicked on the map [degrees]."""

    lon: float
    lat: float


def begin() -> None:
    """Start a run: put in place what the last run decided for widgets that were already drawn."""
    memory = st.session_state.setdefault(_MEMORY, {})          # Streamlit forgets widgets that are not drawn
    for key in list(st.session_state):
        name, _, lang = str(key).rpartition(".")
        if lang in LANGS and _is_kept(name):
            memory[name] = st.session_state[key]
    if monotonic() - st.session_state.pop(_ENDED, inf) > SENT:
        st.session_state[_UNTOLD] = set()
    for name, value in st.session_state.pop(_LATER, {}).items():
        put(name, value)
    if "river" not in st.session_state:
        st.session_state["river"] = str(st.query_params.get(_ADDRESSED) or "")
    if river():                                                # the address follows the session, not the other way:
        st.query_params[_ADDRESSED] = river()                  # going back in the browser changes nobody's river
    else:
        st.query_params.pop(_ADDRESSED, None)


def first(name: str, value: Any) -> str:
    """The key of a widget, after its value is in place: as it was left, or the first one given here.

    A widget has a key for each language: the browser would keep the words of the one before.

    Where a run is broken off by the next click, the browser may never have heard of the value, and would answer with
    the first option, an empty box or the hour of the server: these are told again until all of a run has been sent.
    """
    key, untold = _key(name), st.session_state.setdefault(_UNTOLD, set())
    if key not in st.session_state:
        st.session_state[key] = st.session_state.get(_MEMORY, {}).get(name, value)
        if name in _OWN_FIRST:
            untold.add(key)
    elif key in untold:
        st.session_state[key] = st.session_state[key]
    return key


def end() -> None:
    """End a run: all it drew is on its way to the browser, unless another begins at once."""
    st.session_state[_ENDED] = monotonic()


def first_of(name: str, options: Sequence[str], value: str = "") -> str:
    """As :func:`first`, for a choice: one that is no longer among the options, such as a deleted site, is let go."""
    key = first(name, value)
    if st.session_state[key] not in options:
        st.session_state[key] = value if value in options else options[0]
    return key


def first_sites(name: str, options: Sequence[str], count: int) -> str:
    """As :func:`first`, for some of several sites: the first ``count`` ones where none of those left is offered."""
    key = first(name, options[:count])
    st.session_state[key] = [o for o in st.session_state[key] if o in options] or list(options[:count])
    return key


def language() -> Lang:
    """The language of this session, Chinese until told otherwise."""
    return "en" if st.session_state.get("language") == "en" else "zh"


def mode() -> Mode:
    """Which page is open."""
    chosen = st.session_state.get("mode")
    return chosen if chosen in MODES else "spill"


def river() -> str:
    """Stem of the file of the river this session has open, as it was asked for; empty for the server's own."""
    return str(st.session_state.get("river") or "")


def open_river(stem: str) -> None:
    """Open another river in this session, from the next run on.

    What was chosen by ids of the one before is let go: the same id may stand for another place in the new one.
    """
    _later(river=stem, spill_site="", spill_stake="", spill_point=None, edit_site="", edit_point=None, station="",
           reading=None, observation_rows=(), operation_rows=(), sighting_rows=(), plan_pinned=(), plan_forbidden=(),
           plan_asked=None, plan_roads_kept=None)


def started() -> datetime:
    """Beijing time when this session began, to five minutes: the first guess of when a spill began."""
    if "started" not in st.session_state:
        now = datetime.now(BEIJING)
        st.session_state["started"] = now - timedelta(minutes=now.minute % 5, seconds=now.second,
                                                      microseconds=now.microsecond)
    at: datetime = st.session_state["started"]
    return at


def go_by(name: str) -> None:
    """The place of a spill was given by a field: what the other one held no longer counts."""
    if st.session_state[_key(name)]:
        put("spill_stake" if name == "spill_site" else "spill_site", "")


def spill_point() -> Point | None:
    """Where the map was clicked for the spill; a chosen site goes before it."""
    return st.session_state.get("spill_point")


def edit_point() -> Point | None:
    """Where the map was clicked for the site being edited; None leaves it where it is."""
    return st.session_state.get("edit_point")


def forget_edit_point() -> None:
    """Another site was chosen for editing: the clicked position was for the one before."""
    st.session_state["edit_point"] = None


def edit_next(site_id: str) -> None:
    """Open a site (or a new one, for ``""``) for editing in the next run."""
    _later(edit_site=site_id, edit_point=None)


def switch_to(page: Mode) -> None:
    """Open a page in the next run."""
    st.session_state.setdefault(_LATER, {})["mode"] = page


def fresh(name: str) -> str:
    """A key for a field that is emptied by :func:`empty`."""
    return f"{name}-{st.session_state.get(f'{name}_turn', 0)}"


def empty(name: str) -> None:
    """Empty a field in the next run."""
    st.session_state[f"{name}_turn"] = st.session_state.get(f"{name}_turn", 0) + 1


def say(words: str) -> None:
    """Say something at the next run, once."""
    _later(said=words)


def said() -> str:
    """What is to be said now."""
    return st.session_state.pop("said", "")


def spill_from(site_id: str, at: datetime, flow: str) -> None:
    """Open the page of forecasts with a spill from a site at a time and a flow, in the next run."""
    local = at.astimezone(BEIJING)
    _later(mode="spill", spill_site=site_id, spill_stake="", flow=flow, date=local.date(),
           time=local.time().replace(second=0, microsecond=0))


def rows(of: str) -> tuple[int, ...]:
    """Numbers of the rows of a form that has some (``observation``, ``operation``), in their order."""
    return tuple(st.session_state.get(f"{of}_rows", ()))


def add_row(of: str) -> None:
    """Open another row; no number is used twice, so that a row never shows what was in one taken away."""
    number = st.session_state.get(f"{of}_made", 0)
    st.session_state[f"{of}_made"] = number + 1
    st.session_state[f"{of}_rows"] = (*rows(of), number)


def remove_row(of: str, number: int) -> None:
    """Take a row away."""
    st.session_state[f"{of}_rows"] = tuple(n for n in rows(of) if n != number)


def _is_kept(name: str) -> bool:
    return name in _KEPT or name.startswith(_KEPT_BEGINNINGS)


def _key(name: str) -> str:
    return f"{name}.{language()}"


def put(name: str, value: Any) -> None:
    """Set a value; of a widget, before it is drawn."""
    st.session_state.setdefault(_MEMORY, {})[name] = value
    st.session_state[_key(name) if _is_kept(name) else name] = value


def remembered(name: str) -> Any:
    """What the widget of a name held last, on whichever page; None where nothing."""
    return st.session_state.get(_MEMORY, {}).get(name)


def _later(**values: Any) -> None:
    st.session_state.setdefault(_LATER, {}).update(values)

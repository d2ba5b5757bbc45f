"""What a browser session remembers between runs of the page: the only user of ``st.session_state``."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import streamlit as st

from riverplan.forecasting.spill import BEIJING
from riverplan.i18n import LANGS, Lang

if TYPE_CHECKING:
    from riverplan.app.import_draft import Draft
    from riverplan.app.kept_draft import Hold

MAP = "map"
"""Key of the map component."""
BOARD = "board"
"""Key of the drawing board."""
Mode = Literal["spill", "sites", "import", "draw"]
MODES: tuple[Mode, ...] = ("spill", "sites", "import", "draw")
_LATER = "_later"
_ADDRESSED = "river"
"""The part of the page's address that names the river, so that a reload or a bookmark finds it again."""
_KEPT = ("spill_site", "spill_stake", "substance", "mass", "mass_unit", "duration", "date", "time", "flow", "station",
         "reading", "estimate", "shown", "edit_site", "edit_kind", "import_site", "import_name")
"""Widgets whose values outlive a visit to another page."""
_KEPT_BEGINNINGS = ("observation_", "condition_", "station_state_", "chart_sites_")
"""So do those whose names begin like this: there are as many as there are rows or stations."""
_MEMORY = "_memory"


_CLICKED: Mapping[Mode, tuple[str, str]] = {
    "spill": ("spill_site", "spill_point"), "sites": ("edit_site", "edit_point"),
    "import": ("import_site", "import_point")}
"""Where a click on the map goes, by page: what holds the site, what holds the point."""


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
    for name, value in st.session_state.pop(_LATER, {}).items():
        _put(name, value)
    if "river" not in st.session_state:
        st.session_state["river"] = str(st.query_params.get(_ADDRESSED) or "")
    if river():                                                # the address follows the session, not the other way:
        st.query_params[_ADDRESSED] = river()                  # going back in the browser changes nobody's river
    else:
        st.query_params.pop(_ADDRESSED, None)


def first(name: str, value: Any) -> str:
    """The key of a widget, after its value is in place: as it was left, or the first one given here.

    A widget has a key for each language: the browser would keep the words of the one before.
    """
    key = _key(name)
    if key not in st.session_state:
        st.session_state[key] = st.session_state.get(_MEMORY, {}).get(name, value)
    return key


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
           reading=None, observations=())


def started() -> datetime:
    """Beijing time when this session began, to five minutes: the first guess of when a spill began."""
    if "started" not in st.session_state:
        now = datetime.now(BEIJING)
        st.session_state["started"] = now - timedelta(minutes=now.minute % 5, seconds=now.second,
                                                      microseconds=now.microsecond)
    at: datetime = st.session_state["started"]
    return at


def note_click() -> None:
    """Take a click on the map: a site's symbol chooses the site, water or land sets the point."""
    clicked = (st.session_state.get(MAP) or {}).get("clicked")
    if not clicked:
        return
    site_id = str(clicked.get("site") or "")
    if site_id.startswith("#"):                                # a numbered pin: a finding of the import
        set_finding(int(site_id[1:]) - 1)
        st.session_state["import_point"] = Point(float(clicked["lon"]), float(clicked["lat"]))
        return
    site_key, point_key = _CLICKED[mode()]
    if site_id or mode() == "spill":
        _put(site_key, site_id)
    if mode() == "spill":
        _put("spill_stake", "")
    point = None if site_id else Point(float(clicked["lon"]), float(clicked["lat"]))
    st.session_state[point_key] = point


def go_by(name: str) -> None:
    """The place of a spill was given by a field: what the other one held no longer counts."""
    if st.session_state[_key(name)]:
        _put("spill_stake" if name == "spill_site" else "spill_site", "")


def spill_point() -> Point | None:
    """Where the map was clicked for the spill; a chosen site goes before it."""
    return st.session_state.get("spill_point")


def edit_point() -> Point | None:
    """Where the map was clicked for the site being edited; None leaves it where it is."""
    return st.session_state.get("edit_point")


def forget_edit_point() -> None:
    """Another site was chosen for editing: the clicked position was for the one before."""
    st.session_state["edit_point"] = None


def draft() -> "Draft | None":
    """The river being imported in this session."""
    return st.session_state.get("import_draft")


def set_draft(new: "Draft | None", *, fresh: bool = False) -> None:
    """Go on with another draft; what was clicked for the one before is forgotten.

    A ``fresh`` one, of other files, has nothing before it to go back to.
    """
    steps = st.session_state.setdefault("import_steps", [])
    if new is None or fresh or draft() is None:
        steps.clear()
        st.session_state["import_saved"] = None
        if new is None:                                        # nothing is worked on, nothing is held
            st.session_state["import_kept"] = st.session_state["import_hold"] = None
        st.session_state["finding"] = 0
    else:
        steps.append(draft())
    _put_draft(new)


def go_on_with(kept: "Draft") -> None:
    """Take up a draft kept on disk; its mends can be taken back one by one, the last first."""
    set_draft(kept, fresh=True)
    st.session_state["import_steps"] = [replace(kept, mends=kept.mends[:n]) for n in range(len(kept.mends))]


def kept() -> "Draft | None":
    """The draft as this session kept it on disk last."""
    return st.session_state.get("import_kept")


def hold() -> "Hold | None":
    """The hold of this session on the folder of its draft."""
    return st.session_state.get("import_hold")


def note_kept(kept: "Draft | None", hold: "Hold") -> None:
    """The draft is held, and was kept on disk; None where it could not be."""
    st.session_state["import_kept"], st.session_state["import_hold"] = kept, hold


def import_saved() -> Path | None:
    """The river file just saved by an import, until another draft is begun or another river opened."""
    path: Path | None = st.session_state.get("import_saved")
    return path if path is not None and path.stem == river() else None


def note_import_saved(path: Path) -> None:
    """The draft was saved as a river file."""
    st.session_state["import_saved"] = path


def undo_draft() -> None:
    """Go back to the draft before the last step."""
    if st.session_state.get("import_steps"):
        _put_draft(st.session_state["import_steps"].pop())


def draft_steps() -> int:
    """How many steps can be taken back."""
    return len(st.session_state.get("import_steps", ()))


def _put_draft(new: "Draft | None") -> None:
    st.session_state["import_draft"] = new
    st.session_state["import_point"] = None
    set_join_from("")


def finding() -> int:
    """Index of the finding being looked at."""
    return int(st.session_state.get("finding", 0))


def set_finding(index: int, site_id: str = "") -> None:
    """Look at another finding, and choose the site it is about."""
    st.session_state["finding"] = index
    _put("import_site", site_id)


def pick_finding(key: str, sites: Sequence[str]) -> None:
    """Look at the finding chosen in the widget of a key; ``sites`` are those the findings are about."""
    index = int(st.session_state[key])
    set_finding(index, sites[index])


def import_point() -> Point | None:
    """Where the map was clicked for a mend."""
    return st.session_state.get("import_point")


def import_site() -> str:
    """The site chosen for a mend."""
    return str(st.session_state.get(_MEMORY, {}).get("import_site") or "")


def join_from() -> str:
    """The reach whose loose end is being joined; empty where none is."""
    return str(st.session_state.get("join_from") or "")


def set_join_from(reach: str) -> None:
    """Begin or end joining."""
    st.session_state["join_from"] = reach


def edit_next(site_id: str) -> None:
    """Open a site (or a new one, for ``""``) for editing in the next run."""
    _later(edit_site=site_id, edit_point=None)


def drawn() -> dict[str, Any]:
    """What the drawing board told last: epoch, number of the step, lines."""
    return (st.session_state.get(BOARD) or {}).get("drawn") or {}


def note_saved(step: int) -> None:
    """A step of the drawing was saved."""
    st.session_state["drawing_saved"] = step


def saved() -> int:
    """The last step of the drawing that was saved."""
    return int(st.session_state.get("drawing_saved", 0))


def epoch() -> str:
    """Names the drawing of this session: another name makes the browser take the page's drawing."""
    session = st.session_state.setdefault("drawing_session", secrets.token_hex(4))
    return f"{session}-{st.session_state.get('drawing', 0)}"


def new_drawing() -> None:
    """From now on the browser takes the page's drawing, not its own."""
    st.session_state["drawing"] = st.session_state.get("drawing", 0) + 1
    st.session_state["drawing_saved"] = 0


def note_pick() -> None:
    """Take a click while a picture is placed: on the picture, or on the map for the place clicked before."""
    picked = (st.session_state.get(BOARD) or {}).get("picked") or {}
    if "x" in picked:
        st.session_state["pixel"] = (float(picked["x"]), float(picked["y"]))
    elif "lon" in picked and pixel() is not None:
        st.session_state["pixel_place"] = Point(float(picked["lon"]), float(picked["lat"]))


def pixel() -> tuple[float, float] | None:
    """The place clicked on the picture that has no position yet."""
    return st.session_state.get("pixel")


def take_pixel_place() -> Point | None:
    """The place clicked on the map for it, once."""
    return st.session_state.pop("pixel_place", None)


def forget_pixel() -> None:
    """The place on the picture has its position, or is given up; the field for it is empty again."""
    st.session_state["pixel"] = None
    empty("position")


def placing() -> str:
    """Digest of the picture that is being placed; ``""`` for none."""
    return st.session_state.get("placing", "")


def place_picture(digest: str) -> None:
    """Place a picture from now on, or (``""``) draw."""
    st.session_state["placing"] = digest
    st.session_state["pixel"] = None


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


def observations() -> tuple[int, ...]:
    """Numbers of the rows of the observation form, in their order."""
    return tuple(st.session_state.get("observations", ()))


def add_observation() -> None:
    """Open another row; no number is used twice, so that a row never shows what was in one taken away."""
    number = st.session_state.get("observations_made", 0)
    st.session_state["observations_made"] = number + 1
    st.session_state["observations"] = (*observations(), number)


def remove_observation(number: int) -> None:
    """Take a row away."""
    st.session_state["observations"] = tuple(n for n in observations() if n != number)


def _is_kept(name: str) -> bool:
    return name in _KEPT or name.startswith(_KEPT_BEGINNINGS)


def _key(name: str) -> str:
    return f"{name}.{language()}"


def _put(name: str, value: Any) -> None:
    st.session_state.setdefault(_MEMORY, {})[name] = value
    st.session_state[_key(name) if _is_kept(name) else name] = value


def _later(**values: Any) -> None:
    st.session_state.setdefault(_LATER, {}).update(values)

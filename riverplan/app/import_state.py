"""What a session remembers of the river it imports: the draft and its steps, the finding, what was clicked."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from riverplan.app import state
from riverplan.app.state import Point

if TYPE_CHECKING:
    from riverplan.app.import_draft import Draft
    from riverplan.app.kept_draft import Hold


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
    return path if path is not None and path.stem == state.river() else None


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
    state.put("import_site", site_id)


def pick_finding(key: str, sites: Sequence[str]) -> None:
    """Look at the finding chosen in the widget of a key; ``sites`` are those the findings are about."""
    index = int(st.session_state[key])
    set_finding(index, sites[index])


def import_point() -> Point | None:
    """Where the map was clicked for a mend."""
    return st.session_state.get("import_point")


def import_site() -> str:
    """The site chosen for a mend."""
    return str(state.remembered("import_site") or "")


def join_from() -> str:
    """The reach whose loose end is being joined; empty where none is."""
    return str(st.session_state.get("join_from") or "")


def set_join_from(reach: str) -> None:
    """Begin or end joining."""
    st.session_state["join_from"] = reach

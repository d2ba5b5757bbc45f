"""Lines that were drawn by hand or only sketched, and how far off they may be: said wherever they are used."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from riverplan.errors import Problem
from riverplan.i18n import Lang, text
from riverplan.river.network import RiverNetwork
from riverplan.units import km

Course = Literal["digitised", "sketched"]
BY_HAND: tuple[Course, ...] = ("digitised", "sketched")


@dataclass(frozen=True, slots=True, kw_only=True)
class HandDrawn:
    """A river whose line was drawn by hand.

    Parameters
    ----------
    name
        Name of the river.
    course
        ``digitised`` on a picture or map, ``sketched`` from memory or a table.
    accuracy
        How far off the worst of its lines may be [m]; nan where that is not known.
    """

    name: str
    course: Course
    accuracy: float

    @property
    def far(self) -> str:
        """The accuracy as it is written, ``?`` where it is not known."""
        far = self.accuracy
        return "?" if not far > 0 else f"{far:.0f} m" if far < 1000 else f"{km(far):.3g} km"

    def words(self) -> str:
        """Name and accuracy, the same in both languages: ``龙河 3 km``."""
        return f"{self.name or '—'} {self.far}"


def hand_drawn(river: RiverNetwork, rows: ArrayLike | None = None) -> list[HandDrawn]:
    """Rivers among some reaches (all, where ``rows`` is None) whose lines were drawn by hand, in their order."""
    among = slice(None) if rows is None else np.asarray(rows, np.intp)
    course_of, name_of, far = (river.reaches[c].to_numpy()[among] for c in ("course", "name", "drawn_accuracy"))
    found = []
    for course in BY_HAND:
        mine = course_of == course
        for name in dict.fromkeys(name_of[mine]):
            worst = float(far[mine & (name_of == name)].max())
            found.append(HandDrawn(name=str(name), course=course, accuracy=worst))
    return found


def sketch_mark(river: RiverNetwork, reach_id: str, lang: Lang) -> str:
    """What stands behind coordinates on a reach that is only a sketch: they are places of the drawing."""
    sketched = river.reaches["course"].iat[river.reach_row[reach_id]] == "sketched"
    return text("line_origin.place", lang) if sketched else ""


def origin_problems(river: RiverNetwork, rows: ArrayLike | None = None) -> list[Problem]:
    """What to know of the hand-drawn lines among some reaches: a note, a warning where they are sketched."""
    found = hand_drawn(river, rows)
    return [Problem(code=f"line_{course}", severity="warning" if course == "sketched" else "note", fields={
        "rivers": "、".join(h.words() for h in found if h.course == course)})
        for course in BY_HAND if any(h.course == course for h in found)]

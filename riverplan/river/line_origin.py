"""Lines that were drawn by hand or only sketched, and how far off they may be: said wherever they are used."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

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
    reaches = river.reaches if rows is None else river.reaches.iloc[np.asarray(rows, np.intp)]
    found = []
    for course in BY_HAND:
        mine = reaches[(reaches["course"] == course).to_numpy(bool)]
        for name, group in mine.groupby("name", sort=False):
            worst = group["drawn_accuracy"].to_numpy(np.float64)
            found.append(HandDrawn(name=str(name), course=course, accuracy=float(worst.max())))
    return found

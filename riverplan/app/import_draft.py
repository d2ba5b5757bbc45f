"""A river being imported on the screen: files kept on the server, mends one by one, the river they make.

The lines are read and directed once for the same files; each mend then costs only its own replay, so
that a click is answered at once. Nothing is saved before the person says so.
"""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path, PurePosixPath

import numpy as np

from riverplan.app.map_component import Repairs
from riverplan.errors import InputError, Problem
from riverplan.river.importance import ranked
from riverplan.river.importing import Bare, bare_river, finished
from riverplan.river.locate import nearest_reach
from riverplan.river.mends import Mend
from riverplan.river.network import RiverNetwork
from riverplan.tables.lists import look
from riverplan.tables.mappings import read_mappings
from riverplan.tables.sheets import Source
from riverplan.tables.sorting_files import SortedFiles, sorted_files

PINS = 60
"""So many findings get a pin on the map, the most important ones."""
DOUBTFUL = 0.7
"""Directions less sure than this are drawn as guesses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a person has brought and decided so far.

    ``lines``, ``lists``, ``dem``, ``gauges`` and ``schedule`` are paths of the kept files; ``at`` is the time a
    schedule without readings is wanted for; ``datums`` are pairs of file name and datum.
    """

    lines: tuple[str, ...]
    lists: tuple[str, ...] = ()
    dem: tuple[str, ...] = ()
    gauges: str | None = None
    schedule: str | None = None
    at: datetime | None = None
    name: str
    datums: tuple[tuple[str, str], ...] = ()
    snap: float | None = None
    outlets: tuple[tuple[float, float], ...] = ()
    mends: tuple[Mend, ...] = ()
    mapped: tuple[str, str] = ("", "")
    """The file of what was said of columns, and a digest of it: where more is said, the lists are read anew."""

    def mended(self, mend: Mend) -> "Draft":
        """The draft with one more mend."""
        return replace(self, mends=(*self.mends, mend))

    def with_datum(self, file: str, datum: str) -> "Draft":
        """The draft with a file taken as in another datum."""
        return replace(self, datums=(*(pair for pair in self.datums if pair[0] != file), (file, datum)))

    def with_outlet(self, lon: float, lat: float) -> "Draft":
        """The draft with one more place where the water leaves."""
        return replace(self, outlets=(*self.outlets, (lon, lat)))


def keep_files(files: Sequence[tuple[str, bytes]], folder: Path) -> SortedFiles:
    """Uploaded files put into a folder of their own, sorted by what they are for.

    A name is taken without any folder; files of one name get a number. Parts of a shapefile stay
    together and are given as their ``.shp`` only.

    Raises
    ------
    InputError
        If they cannot be written.
    """
    kept: list[Path] = []
    for name, content in files:
        plain = PurePosixPath(name.replace("\\", "/")).name.replace("\0", "") or "file"
        path = folder / plain
        number = 2
        while path.exists():
            path = folder / f"{Path(plain).stem}-{number}{Path(plain).suffix}"
            number += 1
        try:
            path.write_bytes(content)
        except OSError as error:
            raise InputError(Problem(code="draft_not_saved", file=plain,
                                     fields={"detail": error.strerror or str(error)})) from None
        kept.append(path)
    parts = {p.with_suffix(".shp") for p in kept} & set(kept)
    kept = [p for p in kept if p.suffix.lower() not in (".shx", ".dbf", ".prj", ".cpg") or
            p.with_suffix(".shp") not in parts]
    return sorted_files(kept)


def with_mappings(draft: Draft, path: Path) -> tuple[Draft, tuple[Problem, ...]]:
    """The draft read with what was said of columns before; without, and why, where that cannot be read."""
    try:
        known = read_mappings(path)
    except InputError as error:                                # the river can be imported without it
        return replace(draft, mapped=("", "")), error.problems
    digest = hashlib.sha256(repr(dict(known)).encode()).hexdigest()
    return replace(draft, mapped=(str(path), digest)), ()


@lru_cache(maxsize=8)
def sheets(lists: tuple[str, ...], mapped: tuple[str, str]) -> tuple[Source, ...]:
    """The sheets of files of lists as a person maps them; what cannot be read is left to the import to say."""
    found: list[Source] = []
    for path in lists:
        with suppress(InputError):
            found += look(path, mappings=mapped[0] or None)
    return tuple(found)


@lru_cache(maxsize=8)
def _bare(draft: Draft) -> Bare:
    return bare_river(draft.lines, name=draft.name, lists=draft.lists, dem=draft.dem, snap=draft.snap,
                      outlets=draft.outlets, datums=dict(draft.datums), mappings=draft.mapped[0] or None,
                      gauges=draft.gauges, schedule=draft.schedule, at=draft.at)


@lru_cache(maxsize=8)
def drafted(draft: Draft) -> RiverNetwork:
    """The river of a draft.

    Raises
    ------
    InputError
        With all problems, as :func:`riverplan.river.importing.import_river` does.
    """
    return finished(_bare(replace(draft, mends=())), mends=draft.mends)


@lru_cache(maxsize=8)
def findings(river: RiverNetwork) -> tuple[Problem, ...]:
    """What the import has to say, the most important first."""
    return tuple(ranked(river.report, river))


def repairs(river: RiverNetwork, chosen: int | None, place: tuple[float, float] | None = None) -> Repairs:
    """Pins of the findings, and the reaches turned round or guessed, for the map.

    Parameters
    ----------
    river
        The drafted river.
    chosen
        Index of the finding being looked at.
    place
        Longitude and latitude to look at instead.
    """
    found = findings(river)
    pins = [(float(p.lat), float(p.lon), p.severity, str(i + 1)) for i, p in enumerate(found)
            if p.lon is not None and p.lat is not None and (i < PINS or i == chosen)]
    status = river.reaches["status"].to_numpy(object)
    sure = river.reaches["direction_confidence"].to_numpy(np.float64)
    turned = np.array(["flipped" in s for s in status], bool)
    at = found[chosen] if chosen is not None and chosen < len(found) else None
    focus = (float(at.lat), float(at.lon)) if at is not None and at.lon is not None and at.lat is not None else None
    return Repairs(pins=tuple(pins), turned=tuple(np.flatnonzero(turned).tolist()),
                   guessed=tuple(np.flatnonzero(~turned & (sure < DOUBTFUL)).tolist()),
                   chosen="" if chosen is None else str(chosen + 1), focus=place or focus)


def reach_at(river: RiverNetwork, lon: float, lat: float) -> tuple[str, str, float]:
    """The reach nearest to a click: its id, its river's name, and how far it is [m]."""
    found = nearest_reach(river, lon, lat)
    return found.reach_id, found.name, found.offset

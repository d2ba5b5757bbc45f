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

import geopandas as gpd

from riverplan.errors import InputError, Problem
from riverplan.river.importing import Bare, bare_river, finished
from riverplan.river.mending import apply_mends
from riverplan.river.mends import Mend, outlets_of
from riverplan.river.network import RiverNetwork
from riverplan.tables.lists import look
from riverplan.tables.mappings import read_mappings
from riverplan.tables.sheets import Source
from riverplan.tables.sorting_files import SortedFiles, sorted_files


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

    def mended(self, *mends: Mend) -> "Draft":
        """The draft with more mends, made in one step."""
        return replace(self, mends=(*self.mends, *mends))

    def with_datum(self, file: str, datum: str) -> "Draft":
        """The draft with a file taken as in another datum."""
        return replace(self, datums=(*(pair for pair in self.datums if pair[0] != file), (file, datum)))


_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


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
    plains = [PurePosixPath(name.replace("\\", "/")).name.replace("\0", "") or "file" for name, _ in files]
    stems = {Path(p).stem.casefold(): Path(p).stem for p in plains if p.lower().endswith(".shp")}
    for name, (_, content) in zip(plains, files, strict=True):
        is_part = name.lower().endswith(_PARTS) and Path(name).stem.casefold() in stems
        # RIVER.DBF belongs to river.shp
        plain = stems[Path(name).stem.casefold()] + Path(name).suffix.lower() if is_part else name
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
    kept = [p for p in kept if not p.name.lower().endswith(_PARTS[1:]) or
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
    """The river of the lines; lists that cannot be read are left aside and said: they can be mapped, or come later."""
    try:
        return _read(draft, draft.lists)
    except InputError as error:
        if not draft.lists:
            raise
        try:
            bare = _read(draft, ())
        except InputError:
            raise error from None
        more = [p for p in error.problems if p not in bare.river.report]
        return replace(bare, river=bare.river.replace(report=(*more, *bare.river.report)))


def _read(draft: Draft, lists: tuple[str, ...]) -> Bare:
    return bare_river(draft.lines, name=draft.name, lists=lists, dem=draft.dem, snap=draft.snap,
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
    return finished(_bare(_plain(draft)), mends=draft.mends)


def _plain(draft: Draft) -> Draft:
    """The draft as its lines are read: of the mends only the outlets count."""
    return replace(draft, mends=(), outlets=(*draft.outlets, *outlets_of(draft.mends)))


@lru_cache(maxsize=8)
def mended_reaches(draft: Draft) -> gpd.GeoDataFrame:
    """The reaches that mends are made to: before lists, dams and waters cut them."""
    river = _bare(_plain(draft)).river
    return apply_mends(river.reaches, river.nodes, draft.mends, river.xy)[0]

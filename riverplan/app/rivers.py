"""The rivers of the desk's folder, and the one a session has open."""

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock

from riverplan.app import state
from riverplan.app.desk import DEMONSTRATION, Desk, desk, desk_of
from riverplan.errors import InputError, Problem
from riverplan.i18n import Lang, text
from riverplan.river.network import RiverNetwork

_saving = Lock()
"""Two sessions that save at once must not find the same name free."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A river file of the folder; without a ``name`` where its file cannot be read."""

    path: Path
    name: str = ""

    @property
    def stem(self) -> str:
        """What the file is called, as in the page's address."""
        return self.path.stem


def listed() -> tuple[Listed, ...]:
    """The rivers a session may open: the server's own first, the others of its folder by name."""
    own = desk().path
    others = [] if not own.parent.is_dir() else [
        p for p in own.parent.iterdir() if p.suffix.lower() == ".gpkg" and not p.name.startswith(".")
        and p.stem != own.stem]
    found = [Listed(path=p, name=name) for p in others if (name := _name(p)) is not None]
    return (Listed(path=own, name=_name(own) or ""), *sorted(found, key=lambda r: (r.name or r.stem, r.stem)))


def titles(rivers: tuple[Listed, ...], lang: Lang) -> dict[str, str]:
    """What each is called in a list, by stem: by the name of its file too where two rivers have one name."""
    count = Counter(r.name for r in rivers)
    said = {}
    for r in rivers:
        title = r.name or r.stem
        if r.stem.startswith(DEMONSTRATION):
            title = text("app.river_demonstration", lang, name=title)
        said[r.stem] = f"{title} · {r.stem}" if r.name and count[r.name] > 1 else title
    return said


def opened() -> Desk:
    """The desk of the river this session has open.

    Raises
    ------
    InputError
        If the folder has no such river: the session is not given another one instead.
    """
    return desk_named(state.river())


def desk_named(stem: str) -> Desk:
    """The desk of a river of the folder, by what its file is called; the server's own for an empty name.

    Raises
    ------
    InputError
        If the folder has no such river. A name is looked up, never made into a path.
    """
    if not stem:
        return desk()
    for r in listed():
        if r.stem == stem:
            return desk_of(r.path)
    raise InputError(Problem(code="river_not_here", fields={"name": stem[:80]}))


def save_new(river: RiverNetwork) -> Path:
    """Save a river to a file of its own in the folder. No file is replaced: a name that is taken gets a number.

    Raises
    ------
    StoreError
        If it cannot be written.
    """
    from riverplan.river.store import save_river

    name = "".join(c for c in river.name if c.isalnum() or c in "-_（）()") or "river"
    folder = desk().path.parent
    folder.mkdir(parents=True, exist_ok=True)
    with _saving:
        path, number = folder / f"{name}.gpkg", 2
        while path.exists():
            path, number = folder / f"{name}-{number}.gpkg", number + 1
        return save_river(river, path)


def _name(path: Path) -> str | None:
    """The name of a river; empty where its file cannot be read, None for a GeoPackage of something else."""
    try:
        now = path.stat()
    except OSError:
        return ""
    return _name_then(path, now.st_mtime_ns, now.st_size)


@lru_cache(maxsize=512)
def _name_then(path: Path, _changed: int, _size: int) -> str | None:
    from riverplan.river.store import read_name

    try:
        return read_name(path)
    except InputError as error:
        return None if error.problems[0].code == "not_a_river" else ""

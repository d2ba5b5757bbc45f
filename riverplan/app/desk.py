"""Rivers on desks: each file in memory once for all sessions, reread when it changes, saved when edited."""

import hashlib
import logging
import os
import sys
from functools import cache, lru_cache
from importlib import import_module
from pathlib import Path
from threading import RLock

from riverplan import __version__
from riverplan.app.payload import lines_payload, sites_payload
from riverplan.app.server import payloads
from riverplan.errors import InputError, Problem
from riverplan.river.network import RiverNetwork

RIVER_VARIABLE = "RIVERPLAN_RIVER"
"""Environment variable with the path of the river to show; the demonstration river where it is not set."""
DEMONSTRATION = "demonstration-"
"""How the file of the demonstration river begins."""
_desks: dict[Path, "Desk"] = {}
_log = logging.getLogger(__name__)


class Desk:
    """One river file, held in memory and kept true to its file.

    Parameters
    ----------
    path
        The GeoPackage of the river. The demonstration river is imported to it where ``demonstration``
        is set and the file does not exist yet.
    demonstration
        Whether a missing file is to be made from the demonstration data.
    """

    def __init__(self, path: Path, *, demonstration: bool = False) -> None:
        self.path = path
        self._demonstration = demonstration
        self._lock = RLock()
        self._river: RiverNetwork | None = None
        self._stamp: tuple[int, int] | None = None
        self._before: list[RiverNetwork] = []

    def river(self) -> RiverNetwork:
        """The river as its file says it now.

        Raises
        ------
        InputError
            If the file cannot be read; the river in memory is kept for when it can.
        """
        from riverplan.river.store import read_river

        with self._lock:
            if self._demonstration and not self.path.exists():
                self._import_demonstration()
            stamp = self._file_stamp()
            if self._river is None or stamp is None or stamp != self._stamp:
                self._river = read_river(self.path)
                self._stamp = stamp
            return self._river

    def save(self, river: RiverNetwork, *, base: RiverNetwork) -> None:
        """Save an edited river; ``base`` is the one it was made from.

        Raises
        ------
        StoreError
            If the file was changed by someone else meanwhile or cannot be written; it is unharmed.
        """
        from riverplan.river.store import save_river

        with self._lock:
            save_river(river, self.path, base_digest=base.digest)
            self._before.append(base)
            del self._before[:-20]
            self._river, self._stamp = river, self._file_stamp()

    def undo(self) -> None:
        """Put the version before the last save back.

        Raises
        ------
        InputError
            If nothing was saved since the server started, or the file cannot be written.
        """
        from riverplan.river.store import save_river

        with self._lock:
            if not self._before or self._river is None:
                raise InputError(Problem(code="nothing_to_undo"))
            save_river(self._before[-1], self.path, base_digest=self._river.digest)
            self._river, self._stamp = self._before.pop(), self._file_stamp()

    @property
    def mappings(self) -> Path:
        """The file of what persons said of the columns of lists, for all rivers of the folder."""
        return self.path.parent / "columns.json"

    @property
    def can_undo(self) -> bool:
        """Whether a save of this server can be taken back."""
        return bool(self._before)

    def _file_stamp(self) -> tuple[int, int] | None:
        try:
            state = self.path.stat()
        except OSError:
            return None
        return state.st_mtime_ns, state.st_size

    def _import_demonstration(self) -> None:
        from riverplan.river.demonstration import demonstration
        from riverplan.river.importing import import_river
        from riverplan.river.store import save_river

        raw = demonstration()
        river = import_river(raw.lines, name=raw.name, workbook=raw.workbook, outlets=raw.outlets)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        save_river(river, self.path)


@cache
def desk() -> Desk:
    """The desk a session begins at: the river of ``RIVERPLAN_RIVER``, or the demonstration river."""
    named = os.environ.get(RIVER_VARIABLE)
    return Desk(Path(named)) if named else Desk(demonstration_path(), demonstration=True)


def desk_of(path: Path) -> Desk:
    """The one desk of a river file: edits, the way back and the lock are shared by all sessions that have it open."""
    return desk() if path == desk().path else _desks.setdefault(path, Desk(path))


def demonstration_path() -> Path:
    """Where the imported demonstration river is kept: in the user's data folder, by its raw files' content."""
    from riverplan.river.demonstration import demonstration

    raw = demonstration()
    sha = hashlib.sha256(__version__.encode())
    for file in (*raw.lines, raw.workbook):
        sha.update(Path(file).read_bytes())
    return _data_folder() / f"{DEMONSTRATION}{sha.hexdigest()[:12]}.gpkg"


def _data_folder() -> Path:
    if sys.platform == "win32":
        home = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        home = Path.home() / "Library" / "Application Support"
    else:
        home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(home) / "riverplan"


@lru_cache(maxsize=4)
def addresses(river: RiverNetwork) -> tuple[str, str]:
    """Addresses of a river's lines and sites on this server."""
    lines, sites = payloads().put(lines_payload(river)), payloads().put(sites_payload(river))
    return f"rp/net/{lines}.json", f"rp/net/{sites}.json"


def warm() -> None:
    """Before the first click: read the river, pack it, run one forecast, load the exports and the walks."""
    _warm_river()
    from riverplan.transport.warming import warm as warm_walks

    warm_walks()


def _warm_river() -> None:
    try:
        river = desk().river()
        addresses(river)
    except InputError:
        return                                   # the page says what is wrong with the file
    from riverplan.app.question import Question, ask
    from riverplan.forecasting.spill import Spill

    if river.sites:
        try:
            ask(river, Question(spill=Spill(site_id=river.sites[0].site_id, mass=1.0, substance="COD"),
                                scenario=next(iter(river.scenarios), "normal")))
        except InputError:
            _log.info("the first site of %s gives no forecast", river.name)
    load_exports()


def load_exports() -> None:
    """Load the drawing libraries behind the downloads, so that the first one is not kept waiting."""
    from riverplan.exporting import EXPORTS

    for exporter in EXPORTS.values():
        if exporter.of == "forecast":
            import_module(exporter.module)

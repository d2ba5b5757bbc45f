"""The unsaved import on disk, so that a reload or a power cut loses no mend: one JSON, its files beside it.

Each session's draft has a folder of its own. A folder is deleted only with its draft, and only while no
other session of this server works on it.
"""

import json
import os
import secrets
import shutil
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from pathlib import Path
from threading import RLock
from typing import Any
from weakref import WeakSet, finalize

from riverplan.app.import_draft import Draft
from riverplan.errors import InputError, Problem
from riverplan.river.mends import ACTIONS, Mend

NAME = "import-draft.json"
FOLDER = "import-files"


class Hold:
    """A session's word that it works on a folder; it ends with the session."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        with _lock:
            _holds.add(self)
        finalize(self, _left, folder)


_holds: "WeakSet[Hold]" = WeakSet()
_done: set[Path] = set()
"""Folders of drafts that were let go while a session still held them: a reloaded page ends minutes later."""
_lock = RLock()                                                # a session may end within any of the steps below
_SERVER = secrets.token_hex(6)
"""This process: whether a session of another one still works on a draft cannot be known here."""
_IDLE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft found on disk, when it was kept and by which process."""

    draft: Draft
    at: datetime
    server: str


def new_folder(root: Path) -> Path:
    """A folder for the files of one import; elsewhere, and lost with a reload, where ``root`` cannot be written."""
    folder = (root / FOLDER / secrets.token_hex(6)).resolve()
    try:
        folder.mkdir(parents=True)
    except OSError:
        return Path(tempfile.mkdtemp(prefix="riverplan-import-"))
    return folder


def keep(root: Path, draft: Draft, at: datetime) -> None:
    """Write a draft, in the place of the one kept before; the old one stands until the new one is complete.

    Raises
    ------
    InputError
        If it cannot be written.
    """
    said = {"at": at.isoformat(), "server": _SERVER,
            "draft": {k: v for k, v in asdict(draft).items() if k != "mapped"}}
    with _lock:
        _done.discard(folder_of(draft) or root)
    try:
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=root, prefix=f".{NAME}.", suffix=".tmp",
                                         delete=False) as file:
            fresh = Path(file.name)
            try:
                json.dump(said, file, ensure_ascii=False, default=lambda time: time.isoformat())
                file.flush()
                os.fsync(file.fileno())
                file.close()                                   # Windows moves no open file
                fresh.replace(root / NAME)
            finally:
                fresh.unlink(missing_ok=True)
    except OSError as error:
        raise InputError(Problem(code="import_not_kept", severity="warning", file=NAME,
                                 fields={"detail": error.strerror or str(error)})) from None


def kept(root: Path) -> Kept | None:
    """The draft kept last, if there is one.

    Raises
    ------
    InputError
        If it cannot be read, or its files are gone.
    """
    try:
        said = json.loads((root / NAME).read_text(encoding="utf-8"))
        return Kept(_draft(said["draft"]), datetime.fromisoformat(said["at"]).astimezone(), str(said["server"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise InputError(Problem(code="import_kept_unreadable", severity="note", file=NAME)) from None


def drop(root: Path, draft: Draft, mine: Hold | None = None) -> None:
    """Let a draft go: its folder, unless another session works on it, and what is kept of it.

    What is kept of another draft, and files that are in no folder of :func:`new_folder`, stay.
    """
    with suppress(InputError):
        last = kept(root)
        if last is not None and _files(last.draft) == _files(draft):
            (root / NAME).unlink(missing_ok=True)
    folder = folder_of(draft)
    if folder is None or folder.parent != (root / FOLDER).resolve():
        return
    with _lock:
        if mine is not None:
            _holds.discard(mine)
        _done.add(folder)
        _delete_done(folder)


def _left(folder: Path | None) -> None:
    """A session ended or went on to another step."""
    with _lock:
        if folder in _done:
            _delete_done(folder)


def _delete_done(folder: Path) -> None:
    if folder not in [h.folder for h in _holds]:
        shutil.rmtree(folder, ignore_errors=True)
        _done.discard(folder)


def drop_idle(root: Path, now: datetime) -> None:
    """Let the draft on disk go, which another is about to replace, unless another process may work on it."""
    with suppress(InputError):
        last = kept(root)
        if last is not None and (last.server == _SERVER or now - last.at > _IDLE):
            drop(root, last.draft)


def folder_of(draft: Draft) -> Path | None:
    """The folder of a draft's files; None for one without files."""
    return next((Path(f).parent for f in _files(draft)), None)


def _files(draft: Draft) -> tuple[str, ...]:
    today = tuple(f for f in (draft.gauges, draft.schedule) if f)
    return (*draft.lines, *draft.lists, *draft.dem, *today)


def _draft(said: dict[str, Any]) -> Draft:
    """A draft as it was written; raises what Python raises where it is not one."""
    known = {f.name for f in fields(Draft)} - {"mapped"}
    values = {k: _tuples(v) for k, v in said.items() if k in known}
    values["at"] = None if said["at"] is None else datetime.fromisoformat(said["at"])
    values["mends"] = tuple(_mend(m) for m in said["mends"])
    values["outlets"] = tuple((float(lon), float(lat)) for lon, lat in said["outlets"])
    values["datums"] = tuple((str(file), str(datum)) for file, datum in said["datums"])
    values["snap"] = None if said["snap"] is None else float(said["snap"])
    draft = Draft(**values)
    hash(draft)                                                # results are kept by draft
    if not isinstance(draft.name, str) or not all(Path(f).is_file() for f in _files(draft)):
        raise ValueError("files")
    return draft


def _mend(said: dict[str, Any]) -> Mend:
    places = {k: None if said[k] is None else float(said[k]) for k in ("lon", "lat")}
    mend = Mend(**{**said, **places})
    if mend.action not in ACTIONS or not isinstance(mend.id, str) or not isinstance(mend.to, str):
        raise ValueError("mend")
    return mend


def _tuples(value: Any) -> Any:
    return tuple(_tuples(v) for v in value) if isinstance(value, list) else value

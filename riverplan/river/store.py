"""The river file: one GeoPackage per river, saved whole or not at all.

A save writes a complete new file, reads it back, keeps the version before as ``<name>.gpkg.bak`` and
moves the new one into place. A program that dies half-way leaves the old file whole.
"""

import contextlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import shapely

from riverplan.errors import Problem, StoreError
from riverplan.river.file_lock import locked
from riverplan.river.geopackage import keep_foreign, opened, read_tables, table_names, write_layers
from riverplan.river.layers import FORMAT, TABLES, declared, river_layers, river_of
from riverplan.river.network import RiverNetwork
from riverplan.river.soundness import unsound

_SQLITE = b"SQLite format 3\0"


def read_river(path: Path | str) -> RiverNetwork:
    """Read a river file.

    Parameters
    ----------
    path
        A ``.gpkg`` written by :func:`save_river`, perhaps edited in QGIS since.

    Raises
    ------
    StoreError
        If it is missing, damaged, locked, of a newer format, or not a river file.
    """
    path = Path(path)
    _check_is_geopackage(path)
    with _said_plainly(path), opened(path) as db:
        if TABLES["metadata"] not in table_names(db):
            raise _error("not_a_river", path)
        meta = dict(db.execute(f'SELECT key, value FROM "{TABLES["metadata"]}"').fetchall())
        if not str(meta.get("format", "")).isdigit():
            raise _error("not_a_river", path)
        if int(meta["format"]) > FORMAT:
            raise _error("newer_format", path, found=meta["format"], known=FORMAT,
                         version=meta.get("version", "?"))
        try:
            tables = read_tables(db, TABLES)
        except IndexError as error:                            # a geometry cut off in its head
            raise _error("unsound_values", path, detail=str(error), backup=_backup(path).name) from None
        try:
            river = river_of(tables)
        except KeyError as missing:
            part = str(missing.args[0])
            raise _error("river_damaged", path, part=TABLES.get(part, part),
                         backup=_backup(path).name) from None
        except (ValueError, TypeError) as error:               # a word where a number belongs, broken JSON
            raise _error("unsound_values", path, detail=str(error), backup=_backup(path).name) from None
    if problems := unsound(river, file=path.name, backup=_backup(path).name):
        raise StoreError(problems)
    return river


def read_name(path: Path | str) -> str:
    """The name of a river, without reading the river.

    Raises
    ------
    StoreError
        As :func:`read_river`; ``not_a_river`` for a GeoPackage of something else.
    """
    path = Path(path)
    _check_is_geopackage(path)
    with _said_plainly(path), opened(path) as db:
        if TABLES["metadata"] not in table_names(db):
            raise _error("not_a_river", path)
        row = db.execute(f'SELECT value FROM "{TABLES["metadata"]}" WHERE key = \'name\'').fetchone()
    return str(row[0] or "") if row else ""


def save_river(river: RiverNetwork, path: Path | str, *, base_digest: str | None = None) -> Path:
    """Save a river as one GeoPackage, atomically; the version before is kept as ``<name>.gpkg.bak``.

    Parameters
    ----------
    river
        What to save.
    path
        Where, ending in ``.gpkg``. Layers in an existing river file that are not riverplan's are kept.
    base_digest
        Digest of the river as it was read; a file that has another one since is not overwritten.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    StoreError
        If it cannot be saved; whatever stood there before is unharmed.
    """
    path = Path(path)
    if path.suffix.lower() != ".gpkg":
        raise _error("not_gpkg_name", path, name=path.stem.strip(". ").removesuffix("gpkg") or "river")
    if not path.parent.is_dir():
        raise _error("folder_missing", path, folder=str(path.parent))
    asked, path = path, path.resolve() if path.is_symlink() else path       # a link stays a link
    river = declared(river)
    with _said_plainly(path, writing=True), locked(path.with_name(f".{path.name}.lock")) as alone:
        if not alone:
            raise _error("file_busy", path, detail="riverplan")
        exists = path.exists()
        if exists:
            _check_may_replace(path, base_digest)
        with tempfile.TemporaryDirectory(prefix="riverplan-") as folder:
            new = _written(river, Path(folder) / "river.gpkg", path if exists else None)
            _move_into_place(new, path, exists)
    return asked


@contextmanager
def altered(path: Path | str) -> Iterator[Path]:
    """A private copy of a river file to alter; it takes the file's place when the block ends without an error.

    For what lies beside the river in its file: the river itself must come out as it went in.

    Raises
    ------
    StoreError
        As :func:`save_river`, and if the river of the copy is another one; what stood there before is unharmed.
    """
    path = Path(path)
    path = path.resolve() if path.is_symlink() else path
    if not path.is_file():
        raise _error("file_missing", path)
    with _said_plainly(path, writing=True), locked(path.with_name(f".{path.name}.lock")) as alone:
        if not alone:
            raise _error("file_busy", path, detail="riverplan")
        before = _check_may_replace(path, None)
        with tempfile.TemporaryDirectory(prefix="riverplan-") as folder:
            new = Path(folder) / "river.gpkg"
            shutil.copyfile(path, new)
            yield new
            if (found := read_river(new).digest) != before:
                raise _error("cannot_write", path, detail=f"{found[:12]} ≠ {before[:12]}")
            _move_into_place(new, path, exists=True)


def _written(river: RiverNetwork, new: Path, old: Path | None) -> Path:
    """Write the river to a new file in a private folder, and read it back by two ways."""
    import pyogrio

    from riverplan import __version__

    layers = river_layers(river, __version__)
    try:
        write_layers(new, layers)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise _error("cannot_write", new, detail=str(error)) from None
    if old is not None:
        keep_foreign(old, new, TABLES.values())
    for layer in layers:
        count = pyogrio.read_info(new, layer=layer.table)["features"]
        if count != len(layer.frame):
            raise _error("cannot_write", new, detail=f"{layer.table}: {count} ≠ {len(layer.frame)}")
    if (found := read_river(new).digest) != river.digest:
        raise _error("cannot_write", new, detail=f"{found[:12]} ≠ {river.digest[:12]}")
    return new


def _move_into_place(new: Path, path: Path, exists: bool) -> None:
    """Copy beside the target, to the disk's surface; keep the old version; swap."""
    for left in path.parent.glob(f".{path.name}.tmp-*"):             # of a save that was killed
        left.unlink(missing_ok=True)
    beside = path.with_name(f".{path.name}.tmp-{os.getpid()}")
    try:
        shutil.copyfile(new, beside)
        with beside.open("r+b") as file:
            os.fsync(file.fileno())
        if exists:
            with contextlib.suppress(OSError):
                shutil.copymode(path, beside)
            _keep_backup(path)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _keep_backup(path: Path) -> None:
    """The old version under its backup name too, without a moment in which the river has no file."""
    backup, fresh = _backup(path), path.with_name(f".{path.name}.tmp-{os.getpid()}-bak")
    try:
        os.link(path, fresh)
    except OSError:                                  # a file system without hard links
        shutil.copyfile(path, fresh)
    fresh.replace(backup)


def _sync_folder(folder: Path) -> None:
    """Make the new name survive a power cut, where the system can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _backup(path: Path) -> Path:
    return path.with_name(path.name + ".bak")


def _check_is_geopackage(path: Path) -> None:
    """Refuse what is not a GeoPackage before SQLite sees it, with the reason."""
    if not path.is_file():
        raise _error("file_missing", path)
    try:
        with path.open("rb") as file:
            head = file.read(100)
        size = path.stat().st_size
    except OSError as error:
        raise _error("cannot_read", path, detail=error.strerror or str(error)) from None
    if not head:
        raise _error("not_geopackage", path, detail="0 B", backup=_backup(path).name)
    if not head.startswith(_SQLITE) or len(head) < 100:
        raise _error("not_geopackage", path, detail="SQLite?", backup=_backup(path).name)
    page = int.from_bytes(head[16:18], "big")
    pages = int.from_bytes(head[28:32], "big") * (65536 if page == 1 else page)
    if head[18] == 1 and size < pages:
        raise _error("not_geopackage", path, detail=f"{size} < {pages} B", backup=_backup(path).name)


def _check_may_replace(path: Path, base_digest: str | None) -> str:
    """The digest of the river there; what is no river, newer, in use or changed since it was read is refused."""
    for tail in ("-wal", "-journal"):
        if path.with_name(path.name + tail).exists():
            raise _error("file_busy", path, detail=path.name + tail)
    try:
        found = read_river(path).digest
    except StoreError as error:
        if error.problems[0].code in {"not_geopackage", "not_a_river"}:
            raise _error("foreign_file", path) from None
        raise
    if base_digest is not None and found != base_digest:
        raise _error("digest_moved", path)
    if not os.access(path, os.W_OK):
        raise _error("cannot_write", path, detail="read-only")
    return found


@contextmanager
def _said_plainly(path: Path, *, writing: bool = False) -> Iterator[None]:
    """Turn what SQLite, GDAL and the disk say into a problem with a mend."""
    try:
        yield
    except StoreError as error:
        if writing and error.problems[0].file != path.name:          # the private copy's name says nothing
            raise _error(error.problems[0].code, path, **error.problems[0].fields) from None
        raise
    except sqlite3.OperationalError as error:
        if "malformed" in str(error):
            raise _error("not_geopackage", path, detail=str(error), backup=_backup(path).name) from None
        code = "file_busy" if "locked" in str(error) or "readonly" in str(error) else "cannot_read"
        raise _error("cannot_write" if writing and code == "cannot_read" else code, path,
                     detail=str(error)) from None
    except (sqlite3.DatabaseError, UnicodeDecodeError, shapely.GEOSException) as error:
        raise _error("not_geopackage", path, detail=str(error), backup=_backup(path).name) from None
    except OSError as error:
        raise _error("cannot_write" if writing else "cannot_read", path,
                     detail=error.strerror or str(error)) from None


def _error(code: str, path: Path, **fields: object) -> StoreError:
    return StoreError(Problem(code=code, file=path.name, fields=fields))

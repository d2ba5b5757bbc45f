"""GeoPackage files: writing a new one layer by layer, reading tables without GDAL, keeping strange ones.

A file is always written anew in a private place; nothing here touches a file that somebody uses.
Reading goes through SQLite itself, because a forecast from the command line has no time to load GDAL,
and because only SQLite says whether another program is writing.
"""

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from riverplan.i18n import LANGS, text
from riverplan.river.layers import Columns, Layer
from riverplan.river.qgis_style import style_for, with_words

CHANGED = "2000-01-01T00:00:00.000Z"
"""The time of the last change as written into a file whose bytes must not depend on the clock."""
_ENVELOPE = (0, 32, 48, 48, 64)
_STYLES = """CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256),
styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT(30),
ui TEXT(30), update_time DATETIME)"""
_ALIASES = """CREATE TABLE IF NOT EXISTS gpkg_data_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL,
name TEXT, title TEXT, description TEXT, mime_type TEXT, constraint_name TEXT,
CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name), CONSTRAINT gdc_tn UNIQUE (table_name, name))"""


def quoted(name: str) -> str:
    """A table or column name as SQL writes it.

    >>> quoted('a"b')
    '"a""b"'
    """
    return '"' + name.replace('"', '""') + '"'


# ── writing ─────────────────────────────────────────────────────────────────────────────────────────
def write_layers(path: Path, layers: Sequence[Layer], *, changed: str = CHANGED) -> None:
    """Write a new GeoPackage 1.2 (QGIS 3.22 and later) with aliases and styles.

    Parameters
    ----------
    path
        A new file ending in ``.gpkg``, in a folder nobody else uses.
    layers
        What to write, in this order.
    changed
        Time of the last change, as the file states it, UTC.
    """
    import pyogrio

    before = pyogrio.get_gdal_config_option("OGR_SQLITE_SYNCHRONOUS")
    # a private file that nobody has read yet needs no fsync a layer: whoever moves it into place does one
    pyogrio.set_gdal_config_options({"OGR_SQLITE_SYNCHRONOUS": "OFF"})
    try:
        for layer in layers:
            pyogrio.write_dataframe(
                layer.frame, path, layer=layer.table, driver="GPKG", geometry_type=layer.geometry or None,
                promote_to_multi=False, dataset_options={"VERSION": "1.2"},
                layer_options={"IDENTIFIER": layer.table, "GEOMETRY_NAME": "geom"} if layer.geometry else
                              {"IDENTIFIER": layer.table, "ASPATIAL_VARIANT": "GPKG_ATTRIBUTES"})
    finally:
        pyogrio.set_gdal_config_options({"OGR_SQLITE_SYNCHRONOUS": before})
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA synchronous = OFF")
        db.execute("BEGIN")
        _name_fields(db, layers)
        _add_styles(db, layers, changed)
        db.execute("UPDATE gpkg_contents SET last_change = ?", (changed,))
        db.execute("COMMIT")
        db.execute("VACUUM")
    _forget_commits(path)


def _forget_commits(path: Path) -> None:
    """Set SQLite's counter of commits, whose number depends on the clock: the same content, the same bytes."""
    with path.open("r+b") as file:
        for place in (24, 92):                     # the file change counter, and what its page count is valid for
            file.seek(place)
            file.write((1).to_bytes(4, "big"))


def _name_fields(db: sqlite3.Connection, layers: Sequence[Layer]) -> None:
    """Give every field its words."""
    db.execute(_ALIASES)
    db.execute("INSERT INTO gpkg_extensions VALUES ('gpkg_data_columns', NULL, 'gpkg_schema', "
               "'http://www.geopackage.org/spec120/#extension_schema', 'read-write')")
    for layer in layers:
        alias_columns(db, layer.table, {c: f"{layer.words}.{c}" for c in layer.frame.columns if c != "geometry"})


def alias_columns(db: sqlite3.Connection, table: str, keys: Mapping[str, str]) -> None:
    """Give the fields of a table their words, by the keys of these, which QGIS shows as alias and comment."""
    for column, key in keys.items():
        zh, en = (text(key, lang) for lang in LANGS)
        db.execute("INSERT INTO gpkg_data_columns (table_name, column_name, name, title, "
                   "description) VALUES (?, ?, ?, ?, ?)", (table, column, zh, zh, en))


def _add_styles(db: sqlite3.Connection, layers: Sequence[Layer], changed: str) -> None:
    db.execute(_STYLES)
    db.execute("INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change) "
               "VALUES ('layer_styles', 'attributes', 'layer_styles', ?)", (changed,))
    for layer in layers:
        qml = layer.style or style_for(layer.key)
        if layer.geometry and qml:
            columns = [c for c in layer.frame.columns if c != "geometry"]
            qml = with_words(qml, {c: text(f"{layer.words}.{c}", "zh") for c in columns},
                             "name" if "name" in columns else "")
            db.execute("INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, "
                       "f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner, "
                       "ui, update_time) VALUES ('', '', ?, 'geom', 'riverplan', ?, '', 1, '', '', '', ?)",
                       (layer.table, qml, changed))


def keep_foreign(old: Path, new: Path, own: Collection[str]) -> None:
    """Copy the tables of an old file that are not ours into a new one, with their styles and aliases.

    Spatial indexes and triggers stay behind: QGIS makes them again on wish, and the rows are whole.
    """
    with closing(sqlite3.connect(new.as_uri(), uri=True, isolation_level=None)) as db:
        db.execute("ATTACH ? AS old", (_uris(old)[0],))
        names = {r[0] for r in db.execute("SELECT table_name FROM old.gpkg_contents")}
        foreign = sorted(names - set(own) - {"layer_styles"})
        if not foreign:
            return
        db.execute("BEGIN")
        marks = ",".join("?" * len(foreign))
        db.execute("INSERT OR IGNORE INTO gpkg_spatial_ref_sys SELECT * FROM old.gpkg_spatial_ref_sys")
        found = db.execute("SELECT name, sql FROM old.sqlite_master WHERE type IN ('table', 'view') "
                           f"AND name IN ({marks})", foreign).fetchall()
        for name, sql in found:
            db.execute(sql)
            if sql.lstrip().upper().startswith("CREATE TABLE"):
                db.execute(f"INSERT INTO main.{quoted(name)} SELECT * FROM old.{quoted(name)}")
        for book, key in _books(db):
            columns = ",".join(quoted(c) for c in _columns_in(db, "old", book) if c != "id")
            db.execute(f"INSERT INTO main.{book} ({columns}) SELECT {columns} FROM old.{book} "
                       f"WHERE {key} IN ({marks})", foreign)
        db.execute("COMMIT")
        db.execute("DETACH old")


def _books(db: sqlite3.Connection) -> list[tuple[str, str]]:
    """Tables that describe other tables, and their column of the table's name; made where they lack."""
    books = []
    for book, key in (("gpkg_contents", "table_name"), ("gpkg_geometry_columns", "table_name"),
                      ("gpkg_tile_matrix_set", "table_name"), ("gpkg_tile_matrix", "table_name"),
                      ("gpkg_data_columns", "table_name"), ("layer_styles", "f_table_name")):
        found = db.execute("SELECT sql FROM old.sqlite_master WHERE name = ?", (book,)).fetchone()
        if found:
            if not db.execute("SELECT 1 FROM main.sqlite_master WHERE name = ?", (book,)).fetchone():
                db.execute(found[0])
            books.append((book, key))
    return books


def _columns_in(db: sqlite3.Connection, schema: str, table: str) -> list[str]:
    return [r[1] for r in db.execute(f"PRAGMA {schema}.table_info({quoted(table)})")]


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────
@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The file for reading, changing nothing in it or beside it.

    A file in write-ahead mode (QGIS has it open) is read with what its ``-wal`` holds; without one, and
    in a folder that cannot be written, as it stands.
    """
    uris = _uris(path)
    for uri in uris:
        db = sqlite3.connect(uri, uri=True, timeout=3.0)
        try:
            db.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.DatabaseError as error:
            db.close()
            if uri is uris[-1] or not isinstance(error, sqlite3.OperationalError):
                raise
            continue
        with closing(db):
            yield db
        return


def _uris(path: Path) -> list[str]:
    """How to open a file for reading, the better way first."""
    with path.open("rb") as file:
        head = file.read(20)
    ahead = len(head) == 20 and head[18] == 2                       # written in write-ahead mode
    modes = ["immutable=1"] if ahead else ["mode=ro"]
    if ahead and path.with_name(path.name + "-wal").exists():
        modes.insert(0, "mode=ro")
    return [f"{path.resolve().as_uri()}?{mode}" for mode in modes]


def table_names(db: sqlite3.Connection) -> set[str]:
    """Names of all tables and views."""
    return {r[0] for r in db.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")}


def read_tables(db: sqlite3.Connection, tables: Mapping[str, str]) -> dict[str, Columns]:
    """Read tables whole, in the order of their rows; those that do not exist are left out.

    Parameters
    ----------
    db
        An open GeoPackage.
    tables
        Name of the table by the key the result goes by.
    """
    present = table_names(db)
    drawn = dict(db.execute("SELECT table_name, column_name FROM gpkg_geometry_columns"))
    return {key: _read(db, name, drawn.get(name)) for key, name in tables.items() if name in present}


def _read(db: sqlite3.Connection, name: str, drawn: str | None) -> dict[str, Sequence[Any]]:
    cursor = db.execute(f"SELECT * FROM {quoted(name)} ORDER BY rowid")
    heads = [d[0] for d in cursor.description]
    rows = cursor.fetchall()
    columns = dict(zip(heads, zip(*rows, strict=True) if rows else [()] * len(heads), strict=True))
    if drawn is not None:
        blobs = np.array([_wkb(b) for b in columns.pop(drawn)], dtype=object)
        columns["geometry"] = shapely.from_wkb(blobs)
    return columns


def _wkb(blob: bytes | None) -> bytes | None:
    """The WKB in a GeoPackage geometry: behind 8 bytes of head and an optional envelope."""
    return None if blob is None else blob[8 + _ENVELOPE[(blob[3] >> 1) & 7]:]

"""Map tiles from an MBTiles file, which is read where it lies and never written."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from riverplan.errors import InputError, Problem

_KINDS = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"RIFF": "image/webp"}
_LARGEST = 4_000_000
"""A single tile larger than this [bytes] is not handed out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TileFile:
    """What a file of tiles holds.

    Parameters
    ----------
    path
        The file.
    zooms
        Lowest and highest zoom level.
    bounds
        West, south, east, north [degrees] of the tiles of the highest level.
    grain
        Size of a pixel of the highest level on the ground [m].
    """

    path: Path
    zooms: tuple[int, int]
    bounds: tuple[float, float, float, float]
    grain: float


def read_tile_file(path: Path) -> TileFile:
    """What an MBTiles file holds.

    Raises
    ------
    InputError
        If it is no MBTiles file, is damaged, empty, or holds vector tiles.
    """
    try:
        with _opened(path) as db:
            row = db.execute("SELECT min(zoom_level), max(zoom_level) FROM tiles").fetchone()
            if row is None or not all(isinstance(z, int) and 0 <= z <= 24 for z in row):
                raise InputError(Problem(code="tiles_unreadable", file=path.name))
            low, high = row
            box = db.execute("SELECT min(tile_column), min(tile_row), max(tile_column), max(tile_row) "
                             "FROM tiles WHERE zoom_level = ?", (high,)).fetchone()
            sample = db.execute("SELECT tile_data FROM tiles WHERE zoom_level = ? LIMIT 1", (high,)).fetchone()[0]
    except (sqlite3.Error, TypeError, OverflowError):
        raise InputError(Problem(code="tiles_unreadable", file=path.name)) from None
    if not all(isinstance(v, int) and 0 <= v < 2**high for v in box):
        raise InputError(Problem(code="tiles_unreadable", file=path.name))
    if not isinstance(sample, bytes) or not media_type(sample):
        raise InputError(Problem(code="tiles_not_pictures", file=path.name))
    west, south, east, north = (float(v) for v in (
        *_corner(box[0], box[1], high), *_corner(box[2] + 1, box[3] + 1, high)))
    grain = 2 * np.pi * 6_378_137.0 / 256 / 2**high * float(np.cos(np.radians((south + north) / 2)))
    return TileFile(path=path, zooms=(low, high), bounds=(west, south, east, north), grain=grain)


def tile(path: Path, zoom: int, column: int, row: int) -> bytes | None:
    """One tile, rows counted from the north as browsers do; None where the file has none."""
    if not 0 <= zoom <= 24:
        return None
    try:
        with _opened(path) as db:
            found = db.execute(
                "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?",
                (zoom, column, 2**zoom - 1 - row)).fetchone()
    except (sqlite3.Error, OverflowError):
        return None
    data = found[0] if found else None
    return data if isinstance(data, bytes) and len(data) <= _LARGEST else None


def media_type(data: bytes) -> str:
    """What kind of picture some bytes are; ``""`` for none a browser shows."""
    return next((kind for head, kind in _KINDS.items() if data.startswith(head)), "")


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The file, read only; nothing is written beside it."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as db:
        yield db


def _corner(column: int, row: int, zoom: int) -> tuple[float, float]:
    """Longitude and latitude of the south-west corner of a tile counted from the south."""
    n = 2.0**zoom
    return column / n * 360 - 180, float(np.degrees(np.arctan(np.sinh(np.pi * (2 * row / n - 1)))))

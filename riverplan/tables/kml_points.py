"""Placemarks of KML and KMZ (also Ovital's .ovkml) as grids, one a folder; data under the names people gave.

GDAL is not asked here: it turns every Chinese name of extended data into underscores.
"""

import io
import re
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from riverplan.errors import InputError, Problem
from riverplan.tables.decoding import detect
from riverplan.tables.grids import UNPACKING, Grid, about

_LARGEST = 100_000_000
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_PARTS = frozenset({"Folder", "Document"})


@dataclass(slots=True, kw_only=True)
class _Mark:
    """A placemark while it is read."""

    folder: str
    over: str
    data: dict[str, str] = field(default_factory=dict)
    lon: float | None = None
    lat: float | None = None
    is_line: bool = False
    is_area: bool = False
    words: dict[str, str] = field(default_factory=dict)


def read(path: Path) -> tuple[tuple[Grid, ...], tuple[Problem, ...]]:
    """The folders of a KML or KMZ file that hold points or areas; an area counts at the middle of its corners.

    Raises
    ------
    InputError
        If the file cannot be read or holds no points.
    """
    problems: list[Problem] = []
    marks = _marks(path, _document(path))
    lines = sum(m.is_line for m in marks)
    if lines == len(marks):
        raise InputError(about(path, "points_none", lines=lines))
    areas = sum(m.is_area for m in marks)
    if areas:
        problems.append(Problem(code="points_of_areas", severity="note", file=path.name, fields={"count": areas}))
    folders: dict[str, list[_Mark]] = {}
    for mark in marks:
        folders.setdefault(mark.folder, []).append(mark)
    return tuple(_grid(folder, own) for folder, own in folders.items()), tuple(problems)


def _document(path: Path) -> bytes:
    """The bytes of the KML, out of its archive where it is in one: nothing is unpacked by its own name."""
    try:
        if path.stat().st_size > _LARGEST:
            raise InputError(about(path, "input_too_large", megabytes=_LARGEST // 1_000_000))
        raw = path.read_bytes()
        if not raw.startswith(b"PK"):
            return raw
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            inner = [m for m in archive.infolist() if m.filename.lower().endswith((".kml", ".ovkml"))]
            if not inner:
                raise InputError(about(path, "points_none", lines=0))
            if inner[0].file_size > _LARGEST:
                raise InputError(about(path, "input_too_large", megabytes=_LARGEST // 1_000_000))
            return archive.read(inner[0])
    except UNPACKING as error:
        raise InputError(about(path, "points_broken", reason=str(error))) from None


def _marks(path: Path, raw: bytes) -> list[_Mark]:
    """All placemarks in their order; what follows a break in the file is not guessed at."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = raw.decode("utf-16", "replace")
    else:
        found = detect(raw.splitlines())
        text = raw.decode("utf-8-sig" if found.encoding == "utf-8" else found.encoding, "replace")
    text = _DECLARATION.sub("", text).replace("\0", "")
    marks: list[_Mark] = []
    stack: list[str] = []                              # local names of the open elements
    folders: list[str] = []
    mark: _Mark | None = None
    key = ""
    try:
        for event, element in ET.iterparse(io.BytesIO(text.encode()), events=("start", "end")):
            name = element.tag.rpartition("}")[2]
            if event == "start":
                stack.append(name)
                if name in _PARTS:
                    folders.append("")
                elif name == "Placemark":
                    named = [f for f in folders if f]
                    mark = _Mark(folder=named[-1] if named else "", over=" ".join(named[:-1][-2:]))
                elif name in ("Data", "SimpleData"):
                    key = element.get("name") or ""
                continue
            stack.pop()
            parent = stack[-1] if stack else ""
            words = (element.text or "").strip()
            if mark is not None:
                _take(mark, name, parent, words, key)
            elif name == "name" and parent in _PARTS:
                folders[-1] = " ".join(words.split())[:120]
            if name == "Placemark" and mark is not None:
                marks.append(mark)
                mark = None
            elif name in _PARTS:
                folders.pop()
            if name not in ("value", "coordinates"):
                element.clear()
    except (ET.ParseError, ValueError, RecursionError) as error:
        raise InputError(about(path, "points_broken", reason=str(error)[:160])) from None
    return marks


def _take(mark: _Mark, name: str, parent: str, words: str, key: str) -> None:
    """What one element says of its placemark."""
    if name in ("name", "description", "address", "phoneNumber") and parent == "Placemark":
        mark.words[name] = words
    elif (name == "value" and parent == "Data") or name == "SimpleData":
        if key:
            mark.data[key] = words
    elif name == "coordinates" and mark.lon is None:
        places = [place for item in words.split() if (place := _place(item))]
        if parent == "Point" and places:
            mark.lon, mark.lat = places[0]
        elif parent == "LineString":
            mark.is_line = True
        elif parent == "LinearRing" and places:
            ring = places[:-1] if len(places) > 1 and places[0] == places[-1] else places
            mark.lon = sum(p[0] for p in ring) / len(ring)
            mark.lat = sum(p[1] for p in ring) / len(ring)
            mark.is_area = True
        if mark.lon is not None:
            mark.is_line = False


def _place(item: str) -> tuple[float, float] | None:
    try:
        lon, lat, *_ = (float(v) for v in item.split(",") if v)
    except ValueError:
        return None
    return lon, lat


def _grid(folder: str, marks: list[_Mark]) -> Grid:
    keys = list(dict.fromkeys(k for m in marks for k in m.data))
    rows: list[list[object]] = [["经度", "纬度", "名称", "备注", "地址", "值班电话", *keys]]
    for mark in marks:
        if mark.is_line:
            rows.append([])
            continue
        own = (mark.words.get(k) or None for k in ("name", "description", "address", "phoneNumber"))
        rows.append([mark.lon, mark.lat, *own, *(mark.data.get(k) or None for k in keys)])
    used = [c for c in range(len(rows[0])) if any(c < len(r) and r[c] is not None for r in rows[1:])]
    lines = sum(m.is_line for m in marks)
    return Grid(sheet=folder, title=marks[0].over, rows=[[r[c] for c in used] if r else [] for r in rows],
                left_out={"point_is_line": lines} if lines else {})

"""Files of lists for tests, built byte by byte: .xls (BIFF8 in an OLE file), .docx, .kml."""

import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import docx

Rows = Sequence[Sequence[Any]]


def xls(path: Path, sheets: dict[str, Rows], *,
        merge: dict[str, list[tuple[int, int, int, int]]] | None = None) -> Path:
    """An old workbook; ``merge`` holds (first row, last row, first column, last column)."""
    path.write_bytes(_ole(_biff(sheets, merge or {})))
    return path


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _words(text: str, size: str) -> bytes:
    return struct.pack(size, len(text)) + b"\x01" + text.encode("utf-16-le")


def _biff(sheets: dict[str, Rows], merge: dict[str, list[tuple[int, int, int, int]]]) -> bytes:
    begin = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 1996, 0, 6))
    head = begin + _record(0x0042, struct.pack("<H", 1200)) + _record(0x00E0, bytes(20))
    bound = [_words(name, "<B") for name in sheets]
    size = len(head) + sum(4 + 6 + len(b) for b in bound) + 4
    bodies = [_sheet(rows, merge.get(name, [])) for name, rows in sheets.items()]
    for b, body in zip(bound, bodies, strict=True):
        head += _record(0x0085, struct.pack("<IH", size, 0) + b)
        size += len(body)
    return head + _record(0x000A, b"") + b"".join(bodies)


def _sheet(rows: Rows, merge: list[tuple[int, int, int, int]]) -> bytes:
    out = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 1996, 0, 6))
    width = max((len(r) for r in rows), default=0)
    out += _record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if isinstance(value, str):
                out += _record(0x0204, struct.pack("<HHH", r, c, 0) + _words(value, "<H"))
            elif value is not None:
                out += _record(0x0203, struct.pack("<HHHd", r, c, 0, float(value)))
    if merge:
        out += _record(0x00E5, struct.pack("<H", len(merge)) + b"".join(struct.pack("<HHHH", *m) for m in merge))
    return out + _record(0x000A, b"")


def _ole(stream: bytes) -> bytes:
    """A compound file of one stream ``Workbook``; sectors of 512 bytes, the table of sectors first."""
    stream = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")
    body = len(stream) // 512
    fats = next(n for n in range(1, 99) if 128 * n >= body + n + 1)
    chain = [*([0xFFFFFFFD] * fats), 0xFFFFFFFE, *range(fats + 2, fats + 1 + body), 0xFFFFFFFE]
    chain += [0xFFFFFFFF] * (128 * fats - len(chain))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack(
        "<HHHHHHIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 0, 0, fats, fats, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE)
    header += struct.pack("<I", 0) + struct.pack("<109I", *range(fats), *([0xFFFFFFFF] * (109 - fats)))
    folder = (_entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + _entry("Workbook", 2, 0xFFFFFFFF, fats + 1, len(stream))
              + _entry("", 0, 0xFFFFFFFF, 0, 0) * 2)
    return header[:512] + struct.pack(f"<{128 * fats}I", *chain) + folder + stream


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    written = name.encode("utf-16-le")
    return (written.ljust(64, b"\0") + struct.pack("<HBB", len(written) + 2 if name else 0, kind, 1)
            + struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, child) + bytes(36) + struct.pack("<IQ", start, size))


def document(path: Path, tables: Sequence[tuple[str, Rows]], *,
             merge: Sequence[tuple[int, tuple[int, int], tuple[int, int]]] = ()) -> Path:
    """A document of tables, each under a paragraph; ``merge`` holds table, first and last cell."""
    file = docx.Document()
    for title, rows in tables:
        file.add_paragraph(title)
        table = file.add_table(rows=len(rows), cols=max(len(r) for r in rows))
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if value is not None:
                    table.cell(r, c).text = str(value)
    for number, first, last in merge:
        table = file.tables[number]
        table.cell(*first).merge(table.cell(*last))
    file.save(str(path))
    return path


def kml(path: Path, folders: dict[str, Sequence[tuple[str, float, float, dict[str, str]]]], extra: str = "") -> Path:
    """Placemarks in folders: name, longitude, latitude, further data."""
    inner = "".join(
        f"<Folder><name>{folder}</name>" + "".join(
            f"<Placemark><name>{name}</name><ExtendedData>"
            + "".join(f'<Data name="{k}"><value>{v}</value></Data>' for k, v in data.items())
            + f"</ExtendedData><Point><coordinates>{lon},{lat},0</coordinates></Point></Placemark>"
            for name, lon, lat, data in marks) + extra + "</Folder>" for folder, marks in folders.items())
    path.write_text('<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
                    f"{inner}</Document></kml>", encoding="utf-8")
    return path

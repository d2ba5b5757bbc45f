"""A shapefile as bureaus send it: parts missing, encoding unsaid, the index lost. Read from a copy."""

import shutil
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from riverplan.errors import InputError, Problem
from riverplan.tables.decoding import Decoding, canonical, decode, decodes, detect

_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_CODE = struct.pack(">i", 9994)
_SAMPLED = 20_000
"""Records of the attribute table looked at to find its encoding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """A copy of a shapefile that GDAL reads without guessing or writing beside the user's file."""

    path: Path
    encoding: str
    has_attributes: bool
    problems: tuple[Problem, ...]


def stage(path: Path, folder: Path) -> Staged:
    """Copy a shapefile into a folder, with a rebuilt index where needed, and find its encoding.

    Parameters
    ----------
    path
        Any of its parts; the others are found beside it, in upper or lower case.
    folder
        An empty folder to copy into.

    Raises
    ------
    InputError
        If there is no ``.shp``, or it is no shapefile; all missing parts are named.
    """
    parts = _siblings(path)
    name = path.with_suffix(".shp").name
    if not parts:
        raise InputError(Problem(code="input_missing", file=path.name, fields={"file": path.name}))
    if ".shp" not in parts:
        present = "、".join(sorted(p.name for p in parts.values())) or "—"
        raise InputError(Problem(code="shp_missing", file=name, fields={"present": present}))
    raw = parts[".shp"].read_bytes()
    if not raw:
        raise InputError(Problem(code="input_empty", file=name, fields={"file": name}))
    if len(raw) < 100 or not raw.startswith(_CODE):
        raise InputError(Problem(code="shp_not", file=name))
    staged = folder / "lines.shp"
    staged.write_bytes(raw)
    problems: list[Problem] = []
    if ".shx" in parts and parts[".shx"].stat().st_size >= 100:
        shutil.copyfile(parts[".shx"], staged.with_suffix(".shx"))
    else:
        staged.with_suffix(".shx").write_bytes(rebuilt_index(raw))
        problems.append(Problem(code="shx_rebuilt", severity="note", file=name))
    encoding = "utf-8"
    table = parts[".dbf"].read_bytes() if ".dbf" in parts else b""
    if len(table) > 32:
        encoding, said = _encoding(name, list(dbf_texts(table)), parts.get(".cpg"))
        problems += said
        repaired, spoilt = decodable(table, encoding)
        staged.with_suffix(".dbf").write_bytes(repaired)
        if spoilt:
            problems.append(Problem(code="encoding_spoilt", severity="warning", file=name,
                                    fields={"encoding": encoding, "count": spoilt}))
    else:
        problems.append(Problem(code="dbf_missing", severity="warning", file=name))
    if ".prj" in parts:
        staged.with_suffix(".prj").write_text(_plain_prj(parts[".prj"].read_bytes()), encoding="ascii")
    return Staged(path=staged, encoding=encoding, has_attributes=len(table) > 32, problems=tuple(problems))


def rebuilt_index(shp: bytes) -> bytes:
    """The ``.shx`` of a ``.shp``: offset and length of each record, in words of two bytes."""
    entries = bytearray()
    at = 100
    while at + 12 <= len(shp):
        words = struct.unpack_from(">i", shp, at + 4)[0]
        if words < 2 or at + 8 + 2 * words > len(shp):
            break                                          # a truncated last record is left out
        entries += struct.pack(">ii", at // 2, words)
        at += 8 + 2 * words
    header = bytearray(shp[:100])
    struct.pack_into(">i", header, 24, (100 + len(entries)) // 2)
    return bytes(header + entries)


def dbf_texts(table: bytes) -> Iterator[bytes]:
    """Field names and text values of a dBase table, as bytes; of a long table every so many records."""
    for at in _descriptors(table):
        yield table[at:at + 11].split(b"\0")[0]
    records = struct.unpack_from("<I", table, 4)[0]
    for at, width in _cells(table, step=max(1, records // _SAMPLED)):
        yield table[at:at + width].split(b"\0")[0]


def decodable(table: bytes, encoding: str) -> tuple[bytes, int]:
    """A dBase table whose texts all decode, and how many texts had to be changed for it.

    A character cut at the end of its field is blanked and not counted: the field was too short for it.
    """
    whole = bytearray(table)
    spoilt = 0
    for at in _descriptors(table):                             # a name too long for its ten bytes ends in half a letter
        name = table[at:at + 11].split(b"\0")[0]
        if not decodes([name], encoding):
            whole[at:at + 11] = decode(name, encoding).encode(encoding)[:10].ljust(11, b"\0")
    for at, width in _cells(table):
        piece = table[at:at + width]
        if piece.isascii():
            continue
        try:
            piece.decode(encoding)
        except UnicodeDecodeError:
            bare = piece.rstrip(b" \0")
            kept = decode(bare, encoding).encode(encoding)
            spoilt += not decodes([bare], encoding, truncated=True)
            whole[at:at + width] = kept.ljust(width)
    return bytes(whole), spoilt


def _descriptors(table: bytes) -> Iterator[int]:
    """Where the description of each field begins."""
    start = struct.unpack_from("<H", table, 8)[0]
    for at in range(32, min(start, len(table)) - 31, 32):
        if table[at] == 0x0D:
            return
        yield at


def _cells(table: bytes, step: int = 1) -> Iterator[tuple[int, int]]:
    """Position and width of each text value."""
    records, start, size = struct.unpack_from("<IHH", table, 4)
    columns = []
    offset = 1
    for at in _descriptors(table):
        width = table[at + 16]
        if table[at + 11:at + 12] == b"C":
            columns.append((offset, width))
        offset += width
    for record in range(0, records, step):
        first = start + record * size
        if first + size > len(table):
            return
        yield from ((first + offset, width) for offset, width in columns)


def _plain_prj(raw: bytes) -> str:
    """A ``.prj`` in ASCII: GDAL fails on Chinese names in it, and only the name of the datum matters."""
    text = raw.decode(detect([raw]).encoding, "replace").replace("西安", "Xian ").replace("北京", "Beijing ")
    return text.encode("ascii", "replace").decode("ascii")


def _siblings(path: Path) -> dict[str, Path]:
    """The parts of a shapefile by their suffix in lower case."""
    if not path.parent.is_dir():
        return {}
    stem = path.stem.casefold()
    return {p.suffix.lower(): p for p in sorted(path.parent.iterdir())
            if p.suffix.lower() in _PARTS and p.stem.casefold() == stem}


def _encoding(name: str, pieces: list[bytes], cpg: Path | None) -> tuple[str, list[Problem]]:
    """The encoding to read attributes in: the ``.cpg`` where it can be true, else what the bytes say."""
    found: Decoding = detect(pieces, truncated=True)
    if found.plain:
        return "utf-8", []
    said = cpg.read_bytes()[:40].decode("ascii", "ignore").strip() if cpg else ""
    declared = canonical(said) if said else None
    if declared and decodes(pieces, declared, truncated=True):
        western = declared in ("cp1252", "utf-8", "gb18030")
        if declared == found.encoding or not western or not found.sure:
            return declared, []
    fields = {"encoding": found.encoding, "sample": found.sample, "declared": said or "—"}
    if said:
        return found.encoding, [Problem(code="cpg_contradicts", severity="warning", file=name, fields=fields)]
    if not found.sure:
        return found.encoding, [Problem(code="encoding_unsure", severity="warning", file=name, fields=fields)]
    return found.encoding, [Problem(code="encoding_found", severity="note", file=name, fields=fields)]

"""Tables inside Word documents (.docx) as grids; the paragraph above a table is its title."""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docx import Document
from docx.oxml.ns import qn

from riverplan.errors import InputError, Problem
from riverplan.tables.grids import UNPACKING, Grid, about, keep_columns

_LARGEST = 60_000_000
"""No document with lists is larger unpacked, pictures aside [bytes]."""
_LONG_TITLE = 60
"""A paragraph longer than this is text and no title."""


def read(path: Path) -> tuple[tuple[Grid, ...], tuple[Problem, ...]]:
    """The tables of a document, each a sheet named by its number (``表1``) with the paragraph above as title.

    Cells merged over rows count for every row they cover, as in a workbook.

    Raises
    ------
    InputError
        If the document is broken, too large or holds no table.
    """
    _inspect(path)
    try:
        body = Document(str(path)).element.body
    except Exception as error:              # a document of missing or foreign parts fails in many ways
        raise InputError(about(path, "document_broken", reason=str(error).split("\n")[0][:160])) from None
    grids: list[Grid] = []
    problems: list[Problem] = []
    title = ""
    for block in body.iterchildren():
        if block.tag == qn("w:p"):
            words = " ".join(_words(block).split())
            title = words if 0 < len(words) <= _LONG_TITLE else title if not words else ""
        elif block.tag == qn("w:tbl"):
            grids.append(_table(path, block, f"表{len(grids) + 1}", title, problems))
            title = ""
    if not grids:
        raise InputError(about(path, "document_no_table"))
    return tuple(grids), tuple(problems)


def _inspect(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(m.file_size for m in archive.infolist() if not m.filename.startswith("word/media/"))
            pictures = sum(m.file_size for m in archive.infolist())
    except UNPACKING as error:
        raise InputError(about(path, "document_broken", reason=str(error))) from None
    if size > _LARGEST or pictures > 5 * _LARGEST:
        raise InputError(about(path, "input_too_large", megabytes=_LARGEST // 1_000_000))


def _table(path: Path, table: Any, name: str, title: str, problems: list[Problem]) -> Grid:
    rows: list[list[Any]] = []
    filled: set[tuple[int, int]] = set()
    above: dict[int, Any] = {}
    for r, row in enumerate(_inner(table, "w:tr")):
        cells: list[Any] = [None] * _number(row.find(f"{qn('w:trPr')}/{qn('w:gridBefore')}"), 0)
        for cell in _inner(row, "w:tc"):
            span = _number(cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}"), 1)
            merged = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
            text = "\n".join(_words(p) for p in cell.findall(qn("w:p"))).strip() or None
            at = len(cells)
            if merged is not None and merged.get(qn("w:val")) != "restart" and at in above:
                if text is None:
                    text = above[at]
                    filled.add((r, at))
            elif merged is not None:
                above[at] = text
            else:
                above.pop(at, None)
            cells += [text, *[None] * (span - 1)]
        rows.append(cells)
    keep_columns(path, name, rows, problems)
    return Grid(sheet=name, title=title, rows=rows, filled=frozenset(filled))


def _inner(parent: Any, tag: str) -> Iterator[Any]:
    """Children of a tag, also inside content controls, but never those of a table within a cell."""
    for child in parent.iterchildren():
        if child.tag == qn(tag):
            yield child
        elif child.tag == qn("w:sdt"):
            yield from (c for content in child.findall(qn("w:sdtContent")) for c in _inner(content, tag))


def _words(paragraph: Any) -> str:
    parts = {qn("w:t"): lambda e: e.text or "", qn("w:tab"): lambda _: " ", qn("w:br"): lambda _: "\n"}
    return "".join(parts[e.tag](e) for e in paragraph.iter(*parts))


def _number(element: Any, otherwise: int) -> int:
    """A count an element states, between 1 and the columns a table can have."""
    try:
        return min(max(int(element.get(qn("w:val"))), otherwise), 1_000)
    except (AttributeError, TypeError, ValueError):
        return otherwise

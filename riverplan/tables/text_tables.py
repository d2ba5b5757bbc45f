"""CSV files as grids, in whatever encoding Excel or a database left them."""

import csv
import io
from pathlib import Path

from riverplan.errors import InputError, Problem
from riverplan.tables.decoding import detect
from riverplan.tables.grids import Grid, about, keep_columns


def read(path: Path) -> tuple[tuple[Grid, ...], tuple[Problem, ...]]:
    """A CSV file as one sheet without a name.

    Raises
    ------
    InputError
        If the bytes are no text.
    """
    raw = path.read_bytes()
    if b"\0" in raw[:4096] and not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError(about(path, "workbook_not", suffix=path.suffix))
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):                     # Excel's "Unicode text"
        raw = raw.decode("utf-16", "replace").encode()
    found = detect(raw.splitlines())
    encoding = found.encoding
    raw = raw.removeprefix(b"\xef\xbb\xbf")                # a mark of plain ASCII heads too: Excel's "CSV UTF-8"
    text = raw.decode("utf-8-sig" if encoding == "utf-8" else encoding, errors="replace").replace("\0", "")
    first = text.splitlines()[:12]
    separator = max(",;\t", key=lambda c: sum(line.count(c) for line in first))
    problems = []
    if "�" in text or not found.sure:
        problems.append(Problem(code="encoding_unsure", severity="warning", file=path.name,
                                fields={"encoding": encoding, "sample": found.sample}))
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=separator))
    except csv.Error as error:                     # a quote never closed makes one cell of the whole file
        raise InputError(about(path, "csv_broken", reason=str(error))) from None
    keep_columns(path, "", rows, problems)
    return (Grid(sheet="", rows=rows),), tuple(problems)

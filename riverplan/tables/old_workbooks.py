"""Workbooks of older programs (.xls) and of LibreOffice (.ods) as grids; values only, merged cells filled down."""

import pickle
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from riverplan.errors import InputError, Problem
from riverplan.tables.grids import Grid, about, keep_columns

_ENCRYPTED = ("EncryptedPackage".encode("utf-16-le"), "EncryptionInfo".encode("utf-16-le"))
_LARGEST = 100_000_000
_MOST_CELLS = 2_000_000
"""Cells of the box around a sheet: the reader makes every one of them."""
_PATIENCE = 60.0
"""A sound workbook of the most cells takes a few seconds [s]."""


def read(path: Path) -> tuple[tuple[Grid, ...], tuple[Problem, ...]]:
    """The sheets of an ``.xls`` or ``.ods`` workbook.

    Raises
    ------
    InputError
        If it has a password, is broken, or is no workbook (a ``.doc`` or ``.et`` under another name).
    """
    if path.stat().st_size > _LARGEST:
        raise InputError(about(path, "input_too_large", megabytes=_LARGEST // 1_000_000))
    raw = path.read_bytes()
    if any(word in raw for word in _ENCRYPTED):
        raise InputError(about(path, "workbook_protected"))
    what, held = _asked(path)
    if what == "cells":
        raise InputError(about(path, "workbook_huge", cells=held, most=_MOST_CELLS))
    problems: list[Problem] = []
    grids = [_grid(path, name, rows, merged, problems, hidden=not shown) for name, shown, rows, merged in held]
    return tuple(grids), tuple(problems)


def _asked(path: Path) -> tuple[str, Any]:
    """What the child that reads the file answers; whatever ends it, this process goes on."""
    child = Path(__file__).with_name("old_workbook_child.py")
    try:
        done = subprocess.run([sys.executable, "-I", str(child), str(path.absolute()), str(_MOST_CELLS)],
                              capture_output=True, timeout=_PATIENCE, check=True)
        answer: tuple[str, Any] = pickle.loads(done.stdout)
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode("utf-8", "replace").strip().splitlines()
        raise InputError(about(path, "workbook_old", reason=said[-1][:160] if said else "—")) from None
    except (subprocess.TimeoutExpired, pickle.UnpicklingError, EOFError):
        raise InputError(about(path, "workbook_old", reason="—")) from None
    return answer


def _grid(path: Path, name: str, cells: list[list[Any]], merged: Sequence[Any], problems: list[Problem], *,
          hidden: bool) -> Grid:
    rows: list[list[Any]] = [[None if v == "" else v for v in row] for row in cells]
    keep_columns(path, name, rows, problems)
    filled = set()
    for (top, left), (bottom, _) in merged:
        if top >= len(rows) or left >= len(rows[top]) or rows[top][left] is None:
            continue
        for r in range(top + 1, min(bottom + 1, len(rows))):
            if rows[r][left] is None:
                rows[r][left] = rows[top][left]
                filled.add((r, left))
    return Grid(sheet=name, rows=rows, filled=frozenset(filled), hidden=hidden)

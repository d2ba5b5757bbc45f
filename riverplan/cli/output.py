"""How commands print: problems, tables whose Chinese columns line up, JSON."""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import click

from riverplan.errors import InputError, Problem, RiverplanError
from riverplan.i18n import LANGS, Lang, text

MANY = 20
"""So many problems of one kind are printed; ``--json`` has them all."""
CELL = 120
"""Characters of a cell that are printed."""
LINE = 100
"""Columns that a table of a plan may take: a Windows console has 120, a printed page fewer."""
_PIECES = re.compile(r"\d\d-\d\d \d\d:\d\d\s*|"
                     r"[（【《“]?(?:[^\s\u2e80-\uffef]+|[\u2e80-\uffef])[，。；：、）】》”]*\s*|\s+")
"""What no line breaks: a clock time, a word, a number, a Chinese letter with the signs that may not part from it."""
_MARKS = {"error": "✗", "warning": "!", "note": "·"}


def print_json(value: Any) -> None:
    """Print a value as JSON, Chinese readable, nothing that is not JSON (no NaN)."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False))


def print_problems(problems: Iterable[Problem], *, lang: Lang | None = None, err: bool = False) -> None:
    """Print problems in one language, or Chinese first and English second."""
    said: Counter[str] = Counter()
    for problem in problems:
        said[problem.code] += 1
        if said[problem.code] > MANY:
            continue
        mark = _MARKS[problem.severity]
        for one in (lang,) if lang else LANGS:
            click.echo(f"{mark} {problem.text(one)}", err=err)
            mark = " "
    for code, count in said.items():
        if count > MANY:
            for one in (lang,) if lang else LANGS:
                click.echo(f"  {text('problem_place.more', one, count=count - MANY, like=code)}", err=err)


def print_error(error: RiverplanError, *, as_json: bool) -> None:
    """Print an error with all its problems: to stderr for people, as JSON to stdout if asked."""
    problems = error.problems if isinstance(error, InputError) else ()
    if as_json:
        print_json({"problems": [p.as_json() for p in problems]})
    elif problems:
        print_problems(problems, err=True)
    else:
        click.echo(str(error), err=True)


def width(text: str) -> int:
    """Columns a text takes on a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _cell(text: str) -> str:
    one = " ".join(text.split())
    return one if len(one) <= CELL else f"{one[:CELL - 1]}…"


def folded(text: str, room: int) -> list[str]:
    """A text in lines of so many columns: Chinese parts anywhere, words and numbers only where they are too long.

    >>> folded("引入 0.25 m³/s", 8), folded("0123456789", 4), folded("关闸", 9)
    (['引入', '0.25', 'm³/s'], ['0123', '4567', '89'], ['关闸'])
    """
    lines, line = [], ""
    for piece in _PIECES.findall(text):
        if line and width(line + piece.rstrip()) > room:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
        while width(line.rstrip()) > room:
            fits = max(k for k in range(1, len(line)) if k == 1 or width(line[:k]) <= room)
            lines.append(line[:fits])
            line = line[fits:]
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def print_table(head: Sequence[str], rows: Sequence[Sequence[str]], *, within: int | None = None) -> None:
    """Print rows under a head in aligned columns, each cell no longer than :data:`CELL`.

    Parameters
    ----------
    head, rows
        Cells; of one with line breaks each line stands by itself where ``within`` is given.
    within
        Columns of the terminal: the widest columns are folded till the table is no wider. A cell is one line where
        it is not given.
    """
    parted = [[[_cell(line) for line in (cell.split("\n") if within else [cell])] for cell in row]
              for row in [head, *rows]]
    widths = [max(width(line) for row in parted for line in row[i]) for i in range(len(head))]
    if within:
        least = [max(width(piece.strip()) for row in parted for line in row[i]
                     for piece in _PIECES.findall(line) or [""]) for i in range(len(head))]
        while sum(widths) + 2 * (len(widths) - 1) > within:
            wide = [i for i, w in enumerate(widths) if w > max(least[i], 2)] or [
                i for i, w in enumerate(widths) if w > 2]
            if not wide:
                break
            widths[max(wide, key=lambda i: widths[i])] -= 1
        parted = [[[f for line in cell for f in folded(line, w)] for cell, w in zip(row, widths, strict=True)]
                  for row in parted]
    for row in [parted[0], [["─" * w] for w in widths], *parted[1:]]:
        for n in range(max(len(cell) for cell in row)):
            shown = [cell[n] if n < len(cell) else "" for cell in row]
            click.echo("  ".join(c + " " * (w - width(c)) for c, w in zip(shown, widths, strict=True)).rstrip())

"""How commands print: problems, tables whose Chinese columns line up, JSON."""

import json
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


def print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows under a head in aligned columns, each cell on one line and no longer than :data:`CELL`."""
    head, rows = [_cell(c) for c in head], [[_cell(c) for c in row] for row in rows]
    widths = [max(width(r[i]) for r in [head, *rows]) for i in range(len(head))]
    for row in [head, ["─" * w for w in widths], *rows]:
        click.echo("  ".join(c + " " * (w - width(c)) for c, w in zip(row, widths, strict=True)).rstrip())

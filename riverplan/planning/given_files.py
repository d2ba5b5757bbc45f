"""Files given beside a river, of roads and of deadlines: what cannot be read of them is said, and no plan waits for it.

Whoever is called at night has to have his plan: by distance and by the general deadlines, where his files fail him.
"""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from riverplan.errors import InputError, Problem
from riverplan.planning.roads import Roads, read_roads
from riverplan.reference.deadlines import Deadline
from riverplan.tables.deadlines import read_deadlines


def roads_given(path: Path | None) -> tuple[Roads | None, tuple[Problem, ...]]:
    """The roads of a file, none where there is no file or it cannot be read; and then why, as warnings."""
    if path is None:
        return None, ()
    try:
        roads = read_roads(path)
    except InputError as error:
        return None, (_unread("plan_roads_unread", path), *_warnings(error.problems))
    return replace(roads, problems=_warnings(roads.problems)), ()


def rules_given(path: Path | None) -> tuple[tuple[Deadline, ...], tuple[Problem, ...]]:
    """The deadlines of a file, as far as they can be read; and as warnings what cannot.

    The rules that can be read count beside one that cannot: the strictest holds, so each can only make a report sooner.
    """
    if path is None:
        return (), ()
    try:
        rules, problems = read_deadlines(path)
    except InputError as error:
        return (), (_unread("plan_deadlines_unread", path), *_warnings(error.problems))
    rows = {(p.sheet, p.row) for p in problems if p.severity == "error"}
    part = [_unread("plan_deadlines_part", path, rows=len(rows), count=len(rules))] if rows else []
    return rules, (*part, *_warnings(problems))


def _unread(code: str, path: Path, **fields: object) -> Problem:
    return Problem(code=code, severity="warning", fields={"file": path.name, **fields})


def _warnings(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(replace(p, severity="warning") if p.severity == "error" else p for p in problems)

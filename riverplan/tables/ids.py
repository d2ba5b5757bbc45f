"""Ids of sites and resources: unique on the whole river, given where missing, and every change said."""

from collections.abc import Mapping, Sequence

from riverplan.errors import Problem
from riverplan.tables.rows import Row
from riverplan.tables.schema import tables


def settle_ids(rows: Mapping[str, Sequence[Row]]) -> tuple[Problem, ...]:
    """Make the ids of all lists unique, in place.

    Running numbers (序号 1, 2, 3 …) get the letter of their list, because every list counts from 1;
    missing ids are numbered on; repeated ones get ``-2``, ``-3``. Sites and resources are two spaces.

    Parameters
    ----------
    rows
        The rows of each list; their id column is changed.
    """
    problems: list[Problem] = []
    for key in ("site_id", "resource_id"):
        kinds = [k for k, t in tables().items() if t.key == key and rows.get(k)]
        for kind in kinds:
            problems += _letter(rows[kind], key, tables()[kind].prefix)
        taken: set[str] = set()
        wanted = {str(row[key]) for kind in kinds for row in rows[kind] if row[key]}
        next_number: dict[str, int] = {}
        for kind in kinds:
            for row in rows[kind]:
                if row[key]:
                    problems += _renumber(row, key, taken, wanted, next_number)
                    taken.add(row[key])
        for kind in kinds:
            problems += _give(rows[kind], key, tables()[kind].prefix, taken)
    return tuple(problems)


def _letter(rows: Sequence[Row], key: str, prefix: str) -> list[Problem]:
    changed: dict[tuple[str, str], tuple[str, str]] = {}
    for row in rows:
        if row[key] and row[key].isascii() and row[key].isdigit() and len(row[key]) <= 4:
            lettered = f"{prefix}{int(row[key]):02d}"
            changed.setdefault((row["file"], row["sheet"]), (row[key], lettered))
            row[key] = lettered
    return [Problem(code="ids_lettered", severity="note", file=file, sheet=sheet,
                    fields={"prefix": prefix, "old": old, "new": new}) for (file, sheet), (old, new) in changed.items()]


def _renumber(row: Row, key: str, taken: set[str], wanted: set[str],
              next_number: dict[str, int]) -> list[Problem]:
    old = row[key]
    if old not in taken:
        return []
    number = next_number.get(old, 2)
    while f"{old}-{number}" in taken or f"{old}-{number}" in wanted:
        number += 1
    next_number[old] = number + 1                  # 50,000 rows of one id are numbered in one pass
    row[key] = f"{old}-{number}"
    return [Problem(code="id_twice", severity="warning", file=row["file"], sheet=row["sheet"], row=row["row"],
                    fields={"old": old, "new": row[key]})]


def _give(rows: Sequence[Row], key: str, prefix: str, taken: set[str]) -> list[Problem]:
    given: dict[tuple[str, str], list[str]] = {}
    number = 0
    for row in rows:
        if not row[key]:
            number += 1
            while f"{prefix}{number:02d}" in taken:
                number += 1
            row[key] = f"{prefix}{number:02d}"
            taken.add(row[key])
            given.setdefault((row["file"], row["sheet"]), []).append(row[key])
    return [Problem(code="ids_given", severity="note", file=file, sheet=sheet,
                    fields={"count": len(ids), "first": ids[0], "last": ids[-1]})
            for (file, sheet), ids in given.items()]

"""Response plans kept in the river's file: a plain table beside its layers, every version of every plan.

A row is one version of the plan for a spill from one source under one flow. What it says stands in ``content`` as JSON
with its own digest; this file knows neither spills nor actions. Rows are added and signed, never changed or removed.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

from riverplan.errors import Problem, StoreError
from riverplan.i18n import text
from riverplan.river.geopackage import CHANGED, alias_columns, opened, quoted, table_names
from riverplan.river.store import altered, read_name

TABLE = "方案_plans"
"""Name of the table, as QGIS lists it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPlan:
    """One version of one plan.

    Parameters
    ----------
    source_id, scenario
        The risk source and the flow it is for.
    version
        Counts up from 1 for each source and flow; 0 until it is kept.
    made_on, signed_on
        Days (ISO 8601); ``signed_on`` is empty until somebody signs it.
    river_digest
        Of the river it was made on.
    words
        What it says in one line, for people who open the file in QGIS.
    content
        All it says, as JSON.
    """

    source_id: str
    scenario: str
    version: int = 0
    made_on: str
    signed_on: str = ""
    river_digest: str
    words: str = ""
    content: str

    @property
    def digest(self) -> str:
        """SHA-256 of what it says and for which river, 64 hexadecimal digits; version and signature are not in it."""
        said = (self.source_id, self.scenario, self.made_on, self.river_digest, self.content)
        return hashlib.sha256("\0".join(said).encode()).hexdigest()


_COLUMNS = (*(f.name for f in fields(KeptPlan)), "digest")
_MAKE = f"""CREATE TABLE "{TABLE}" (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, source_id TEXT NOT NULL,
scenario TEXT NOT NULL, version INTEGER NOT NULL, made_on TEXT, signed_on TEXT, river_digest TEXT, words TEXT,
content TEXT, digest TEXT, UNIQUE (source_id, scenario, version))"""


def read_plans(path: Path | str) -> tuple[tuple[KeptPlan, ...], tuple[Problem, ...]]:
    """All versions of all plans in a river file, by source, flow and version, and what of the table is damaged.

    A row that cannot be read, or whose content was changed by hand, is left out and named.

    Raises
    ------
    StoreError
        If the file is missing, locked or no river file.
    """
    path = Path(path)
    read_name(path)                                    # says what is wrong with the file, with its mend
    try:
        with opened(path) as db:
            if TABLE not in table_names(db):
                return (), ()
            cursor = db.execute(f"SELECT * FROM {quoted(TABLE)} ORDER BY rowid")
            heads = [d[0] for d in cursor.description]
            rows = [dict(zip(heads, row, strict=True)) for row in cursor]
    except sqlite3.DatabaseError as error:
        return (), (Problem(code="plans_table_damaged", fields={"table": TABLE, "detail": str(error)}, file=path.name),)
    if lacking := [c for c in _COLUMNS if c not in heads]:
        return (), (Problem(code="plans_table_damaged", fields={"table": TABLE, "detail": ", ".join(lacking)},
                            file=path.name),)
    plans, problems = [], []
    for row in rows:
        found = _plan(row)
        if isinstance(found, KeptPlan):
            plans.append(found)
        else:
            problems.append(replace(found, file=path.name))
    return tuple(sorted(plans, key=lambda p: (p.source_id, p.scenario, p.version))), tuple(problems)


def newest(plans: Iterable[KeptPlan]) -> tuple[KeptPlan, ...]:
    """The newest version for each source and flow: the one that counts."""
    last: dict[tuple[str, str], KeptPlan] = {}
    for plan in plans:
        key = (plan.source_id, plan.scenario)
        if key not in last or plan.version > last[key].version:
            last[key] = plan
    return tuple(last[key] for key in sorted(last))


def keep_plans(path: Path | str, plans: Sequence[KeptPlan]) -> tuple[KeptPlan, ...]:
    """Keep plans in a river file, each as the next version for its source and flow; older ones stay.

    The file is altered whole or not at all, by one writer at a time (:func:`riverplan.river.store.altered`).

    Returns
    -------
    tuple of KeptPlan
        With their versions.

    Raises
    ------
    StoreError
        If they cannot be kept; the file is then as it was.
    """
    kept: list[KeptPlan] = []
    with altered(path) as copy, closing(sqlite3.connect(copy, isolation_level=None)) as db:
        db.execute("BEGIN")
        _make_table(db, Path(path))
        for plan in plans:
            last = db.execute(f"SELECT max(CAST(version AS INTEGER)) FROM {quoted(TABLE)} WHERE source_id = ? "
                              "AND scenario = ?", (plan.source_id, plan.scenario)).fetchone()[0]
            kept.append(replace(plan, version=int(last or 0) + 1))
            values = [getattr(kept[-1], c) for c in _COLUMNS]
            db.execute(f"INSERT INTO {quoted(TABLE)} ({','.join(_COLUMNS)}) VALUES ({','.join('?' * len(values))})",
                       values)
        db.execute("COMMIT")
    return tuple(kept)


def sign(path: Path | str, source_id: str, scenario: str, on: date) -> KeptPlan:
    """Sign the newest version of a plan.

    Raises
    ------
    StoreError
        If no such plan is kept, or the file cannot be altered.
    """
    return sign_all(path, [(source_id, scenario)], on)[0]


def sign_all(path: Path | str, which: Sequence[tuple[str, str]], on: date) -> tuple[KeptPlan, ...]:
    """Sign the newest versions for several sources and flows, all or none.

    Raises
    ------
    StoreError
        With all plans that are not kept, or if the file cannot be altered.
    """
    path = Path(path)
    signed: list[KeptPlan] = []
    with altered(path) as copy:
        last = {(p.source_id, p.scenario): p for p in newest(read_plans(copy)[0])}
        if missing := [key for key in which if key not in last]:
            raise StoreError([Problem(code="plans_not_kept", file=path.name, fields={
                "source": source, "scenario": scenario}) for source, scenario in missing])
        with closing(sqlite3.connect(copy, isolation_level=None)) as db:
            db.execute("BEGIN")
            for key in which:
                signed.append(replace(last[key], signed_on=on.isoformat()))
                db.execute(f"UPDATE {quoted(TABLE)} SET signed_on = ? WHERE source_id = ? AND scenario = ? "
                           "AND version = ?", (on.isoformat(), *key, last[key].version))
            db.execute("COMMIT")
    return tuple(signed)


def _make_table(db: sqlite3.Connection, path: Path) -> None:
    """The table, as one that QGIS lists with the words of its fields; one of other columns is refused."""
    if TABLE in table_names(db):
        heads = {r[1] for r in db.execute(f"PRAGMA table_info({quoted(TABLE)})")}
        if lacking := [c for c in _COLUMNS if c not in heads]:
            raise StoreError(Problem(code="plans_table_damaged", file=path.name, fields={
                "table": TABLE, "detail": ", ".join(lacking)}))
        return
    db.execute(_MAKE)
    db.execute("INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change) "
               "VALUES (?, 'attributes', ?, ?)", (TABLE, TABLE, CHANGED))
    alias_columns(db, TABLE, {c: f"plan_field.{c}" for c in _COLUMNS})


def _plan(row: dict[str, Any]) -> KeptPlan | Problem:
    """The plan of a row, or what is wrong with the row."""
    said = {"row": row.get("fid") or "?", "source": row.get("source_id") or "—", "scenario": row.get("scenario") or "—"}
    try:
        words = {c: str(row[c] or "") for c in _COLUMNS if c not in ("version", "digest")}
        plan = KeptPlan(version=int(row["version"]), **words)
        for day in (plan.made_on, *([plan.signed_on] if plan.signed_on else [])):
            date.fromisoformat(day)
        if not isinstance(json.loads(plan.content), dict) or plan.version < 1:
            raise ValueError(text("plan_field.content", "en"))
    except (ValueError, TypeError) as error:
        return Problem(code="plans_row_damaged", severity="warning", fields={**said, "detail": str(error)[:80]})
    if plan.digest != row["digest"]:
        return Problem(code="plans_row_changed", severity="warning", fields={**said, "version": plan.version})
    return plan

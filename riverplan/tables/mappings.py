"""Columns a person has named once, remembered by the heads they stood among, for every table alike."""

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from riverplan.errors import InputError, Problem
from riverplan.tables.measures import fold
from riverplan.tables.schema import tables

_FORMAT = 1
_LARGEST = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """What a person said of the tables of one source: which list they are, and the field of each head.

    An empty ``kind`` leaves the list to be found; an empty field means that the column is not wanted.
    """

    kind: str
    columns: Mapping[str, str]


def source_key(stem: str, sheet: str, heads: Iterable[str]) -> str:
    """The key of a source: its file without dates and numbers, its sheet, and a fingerprint of its heads.

    The sheet counts because a workbook may have several lists with the same heads.

    >>> source_key("台账2025年3月", "", ["名称", "经 度"]) == source_key("台账2026年11月", "", ["经度", "名称"])
    True
    """
    pattern = re.sub(r"[\d\s_\-.()年月日版vV]+", "", fold(stem))
    folded = "\n".join(sorted({fold(h) for h in heads if h}))
    return f"{pattern}/{fold(sheet)}|{hashlib.sha256(folded.encode()).hexdigest()[:16]}"


def find(known: Mapping[str, Remembered], key: str) -> Remembered | None:
    """What is remembered of a source: of just this one, else of one with the same heads; None if nothing is.

    Of several with the same heads one of a like file counts first.
    """
    same = [k for k in known if k.rpartition("|")[2] == key.rpartition("|")[2]]
    file = key.partition("/")[0]
    same.sort(key=lambda k: (k != key, k.partition("/")[0] != file))
    return known[same[0]] if same else None


def remember(path: Path | str, key: str, columns: Mapping[str, str], *, kind: str = "") -> None:
    """Remember a mapping; what was remembered of other sources stays, and the file is never half written.

    Parameters
    ----------
    path
        The file of mappings (JSON), made if it is not there.
    key
        From :func:`source_key`.
    columns
        Field by head as written in the list; an empty field for a column that is not wanted.
    kind
        The list the table is, where a person chose it.

    Raises
    ------
    InputError
        If the list or a field does not exist, or the file cannot be read or written.
    """
    path = Path(path)
    _check(columns, kind)
    known = {**read_mappings(path), key: Remembered(kind=kind, columns=dict(columns))}
    sources = {k: {"list": r.kind, "columns": dict(r.columns)} for k, r in known.items()}
    content = {"format": _FORMAT, "sources": sources}
    try:
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, suffix=".tmp", delete=False) as file:
            draft = Path(file.name)
            try:
                json.dump(content, file, ensure_ascii=False, indent=1)
                file.flush()
                os.fsync(file.fileno())
                draft.replace(path)
            finally:
                draft.unlink(missing_ok=True)
    except OSError as error:
        raise InputError(_about(path, "mappings_unwritable", error.strerror or str(error))) from None


def read_mappings(path: Path | str) -> Mapping[str, Remembered]:
    """All that is remembered, by source; empty where the file does not exist.

    Raises
    ------
    InputError
        If the file is there but cannot be read.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            content = json.loads(file.read(_LARGEST).decode("utf-8"))
        sources = content["sources"]
        return MappingProxyType({str(k): Remembered(kind=_known(r["list"]), columns=MappingProxyType(
            {str(h): str(f) for h, f in r["columns"].items()})) for k, r in sources.items()})
    except FileNotFoundError:
        return MappingProxyType({})
    except OSError as error:
        raise InputError(_about(path, "mappings_broken", error.strerror or str(error))) from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(_about(path, "mappings_broken", str(error)[:120])) from None


def _known(kind: object) -> str:
    return str(kind) if kind in tables() else ""


def _check(columns: Mapping[str, str], kind: str) -> None:
    kinds = [tables()[kind]] if kind in tables() else list(tables().values())
    fields = {f.name for t in kinds for f in t.fields}
    wrong = {h: f for h, f in columns.items() if f and f not in fields}
    if kind and kind not in tables():
        wrong["—"] = kind
    if wrong:
        names = "、".join(sorted(fields)[:12])
        raise InputError([Problem(code="map_unknown", fields={"head": h, "field": f, "fields": names})
                          for h, f in wrong.items()])


def _about(path: Path, code: str, reason: str) -> Problem:
    return Problem(code=code, file=path.name, fields={"file": path.name, "reason": reason})

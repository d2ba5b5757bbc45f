"""A file of mends: what a person put right on an import, replayed by the next one.

One row a mend, UTF-8 or GBK, heads in Chinese or English (the words stand in ``i18n/mends.toml``)::

    操作,编号,到,经度,纬度,备注
    翻转,19097-1,,,,现场核实向北流
    打断,4742-2,,107.40,29.71,
    连接,8831-1,4742-1,,,
    删除,77-1,,,,废弃渠道
    移动,D03,,107.73,29.88,
    选定,Q01,4742-1,,,

The ids are those of the import without mends; the lower pieces of a cut reach ``x`` are ``x.1`` and ``x.2``
in the rows after the cut. Rows are worked through from the top.
"""

import csv
import io
import math
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from riverplan.errors import InputError, Problem
from riverplan.i18n import LANGS, Lang, text
from riverplan.tables.cells import is_empty, text_of
from riverplan.tables.grids import read_grids
from riverplan.tables.measures import fold
from riverplan.tables.points import read_point

Action = Literal["flip", "cut", "join", "delete", "move", "choose"]
ACTIONS: tuple[Action, ...] = get_args(Action)
COLUMNS = ("action", "id", "to", "lon", "lat", "note")
_NEEDS_PLACE = ("cut", "move")
_NEEDS_TO = ("choose",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mend:
    """One thing a person put right.

    Parameters
    ----------
    action
        ``flip`` turns a reach round; ``cut`` parts it at a place; ``join`` leads its loose end to the reach
        ``to``, or to the node nearest to the place; ``delete`` takes it out. For sites: ``move`` puts one
        to a place, ``choose`` puts it on the reach ``to``.
    id
        Reach id, or site id for ``move`` and ``choose``.
    to
        Reach id joined to or chosen; empty if none.
    lon, lat
        Place [degrees]; nan if none.
    note
        Why, in the words of who did it.
    row
        Row in the file as Excel counts it; None for a mend made by the app. Not compared.
    """

    action: Action
    id: str
    to: str = ""
    lon: float = math.nan
    lat: float = math.nan
    note: str = ""
    row: int | None = field(default=None, compare=False)

    @property
    def placed(self) -> bool:
        """Whether it names a place."""
        return math.isfinite(self.lon) and math.isfinite(self.lat)

    def __eq__(self, other: object) -> bool:
        """Alike in all but the row; two missing places are alike."""
        return isinstance(other, Mend) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[object, ...]:
        return (self.action, self.id, self.to, (self.lon, self.lat) if self.placed else None, self.note)


def read_mends(path: Path | str) -> tuple[Mend, ...]:
    """The mends of a file (CSV, or the first sheet of a workbook).

    Raises
    ------
    InputError
        If the file cannot be read, has no column for action or id, or rows say an unknown action, lack
        the id, place or target their action needs, or hold an unreadable place: all of them.
    """
    path = Path(path)
    grids, warnings = read_grids(path)
    rows = grids[0].rows
    first = next((i for i, cells in enumerate(rows) if any(_column(c) for c in cells)), None)
    found = {} if first is None else {_column(c): k for k, c in enumerate(rows[first]) if _column(c)}
    lacking = [c for c in ("action", "id") if c not in found]
    if first is None or lacking:
        raise InputError(Problem(code="mends_heads", file=path.name, fields={
            f"heads_{lang}": ", ".join(text(f"mend_head.{c}", lang) for c in lacking) for lang in LANGS}))
    mends, problems = [], [p for p in warnings if p.severity == "error"]
    for i, cells in enumerate(rows[first + 1:], first + 2):
        if all(is_empty(c) for c in cells):
            continue
        value = {c: cells[k] if k < len(cells) else "" for c, k in found.items()}
        mend = _mend(value, row=i, file=path.name, problems=problems)
        if mend is not None:
            mends.append(mend)
    if problems:
        raise InputError(problems)
    return tuple(mends)


def _column(cell: object) -> str:
    return _meant(cell, "mend_head", COLUMNS)


def _meant(cell: object, section: str, keys: Sequence[str]) -> str:
    """Which of the keys a cell names, in either language; empty if none."""
    said = fold(text_of(cell)).rstrip("*")
    for key in keys:
        if said and said in {fold(key), *(fold(text(f"{section}.{key}", lang)) for lang in LANGS)}:
            return key
    return ""


def _mend(value: dict[str, Any], *, row: int, file: str, problems: list[Problem]) -> Mend | None:
    wrong: list[Problem] = []

    def say(code: str, head: str, **fields: object) -> None:
        wrong.append(Problem(code=code, file=file, row=row, head=text(f"mend_head.{head}", "zh"), fields=fields))

    said = text_of(value["action"])
    action = _meant(said, "mend_action", ACTIONS)
    if not action:
        say("mend_action_unknown", "action", value=said,
            **{f"known_{lang}": ", ".join(text(f"mend_action.{a}", lang) for a in ACTIONS) for lang in LANGS})
    name, to = ("" if is_empty(v) else text_of(v) for v in (value["id"], value.get("to", "")))
    names = {f"action_{lang}": text(f"mend_action.{action}", lang) for lang in LANGS if action}
    if not name:
        say("mend_no_id", "id")
    place = read_point(value.get("lon", ""), value.get("lat", ""))
    if not place.usable and place.problem:
        say("mend_place_unreadable", "lon", lon=text_of(value.get("lon", "")), lat=text_of(value.get("lat", "")))
    elif action in _NEEDS_PLACE and not place.usable:
        say("mend_no_place", "lon", **names)
    if action in _NEEDS_TO and not to:
        say("mend_no_to", "to", **names)
    if action == "join" and not to and not place.usable and not place.problem:
        say("mend_no_target", "to", **names)
    if action == "join" and to and to == name:
        say("mend_to_itself", "to", id=name)
    problems += wrong
    if wrong:
        return None
    return Mend(action=action, id=name, to=to, lon=place.lon, lat=place.lat,   # type: ignore[arg-type]
                note=text_of(value.get("note", "")), row=row)


def write_mends(mends: Iterable[Mend], path: Path | str, *, lang: Lang = "zh") -> Path:
    """Write mends as CSV (UTF-8 with BOM, so that Excel shows Chinese); the old file stays until it is whole.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    path = Path(path)
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow([text(f"mend_head.{c}", lang) for c in COLUMNS])
    for m in mends:
        place = (f"{m.lon:.7f}", f"{m.lat:.7f}") if m.placed else ("", "")
        writer.writerow([text(f"mend_action.{m.action}", lang), m.id, m.to, *place, m.note])
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".tmp", delete=False) as file:
            draft = Path(file.name)
            file.write(sheet.getvalue().encode("utf-8-sig"))
        try:
            draft.chmod(0o644)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise InputError(Problem(code="mends_unwritable", file=path.name, fields={
            "file": path.name, "reason": error.strerror or str(error)})) from None
    return path

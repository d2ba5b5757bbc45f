"""Mends a person made to an import: a list of flips, cuts, joins and deletions, replayed at the next import.

The list is a CSV that a person can write by hand and the app writes too::

    操作,编号,到,经度,纬度,备注
    调转,19097-1,,,,
    打断,4742-1,,107.7203,29.8601,老桥
    连接,L3-1,19022-2,,,
    删除,L9-1,,,,
    出口,,,107.9512,30.0403,
    移动,Q04,,107.7210,29.8612,
    选定,I02,19097-2,,,

Reaches are named by the ids the import gives without mends, so that a mend means the same at every replay.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from riverplan.errors import InputError, Problem
from riverplan.i18n import Lang, text
from riverplan.tables.decoding import detect
from riverplan.tables.measures import fold
from riverplan.tables.points import parse_angle

ACTIONS: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "flip": ("调转", "翻转", "反向"), "cut": ("打断", "切断"), "join": ("连接", "接上"), "delete": ("删除", "删去"),
    "outlet": ("出口", "此处为出口"), "move": ("移动", "移到"), "choose": ("选定", "选择")})
"""What a mend does, and how it is written; ``move`` and ``choose`` are for sites."""
REACH_ACTIONS = ("flip", "cut", "join", "delete")
_HEADS: Mapping[str, tuple[str, ...]] = {
    "action": ("action", "操作", "动作"), "id": ("id", "编号", "河段", "河段编号", "reach_id", "site_id"),
    "to": ("to", "到", "连到", "目标", "目标河段"), "lon": ("lon", "经度", "longitude"),
    "lat": ("lat", "纬度", "latitude"), "note": ("note", "备注", "说明")}
_ZH = ("操作", "编号", "到", "经度", "纬度", "备注")
_MOST = 5_000_000
"""A file larger than this [bytes] is no list of mends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mend:
    """One mend.

    Parameters
    ----------
    action
        One of :data:`ACTIONS`.
    id
        The reach, or for ``move`` and ``choose`` the site; empty for ``outlet``.
    to
        For ``join`` the reach or node to join to, for ``choose`` the reach the site lies on.
    lon, lat
        The place [degrees]: where to cut, which end to join, where to move, where the water leaves. Beside a
        flip or a deletion it tells which reach of the line is meant, should they be numbered anew. None where
        none is needed.
    note
        Why.
    row
        Row of the file it was read from, as Excel counts it.
    """

    action: str
    id: str
    to: str = ""
    lon: float | None = None
    lat: float | None = None
    note: str = ""
    row: int | None = None

    def label(self, lang: Lang) -> str:
        """The mend in a few words."""
        place = f"({self.lon:.4f}, {self.lat:.4f})" if not self.id and self.lon is not None else ""
        return f"{text(f'mend.{self.action}', lang)} {self.id or place}{f' → {self.to}' if self.to else ''}"


def read_mends(path: Path | str) -> tuple[Mend, ...]:
    """Read a list of mends (CSV; UTF-8 or GBK).

    Raises
    ------
    InputError
        If it cannot be read or a row cannot be understood: with all rows at once.
    """
    path = Path(path)
    try:
        if path.stat().st_size > _MOST:
            raise InputError(Problem(code="mends_no_table", file=path.name))
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(Problem(code="input_unreadable", file=path.name, fields={
            "file": path.name, "reason": error.strerror or str(error)})) from None
    try:
        written = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        written = raw.decode(detect(raw.splitlines()).encoding, "replace")
    try:
        rows = list(csv.reader(io.StringIO(written.replace("\0", ""), newline=""), delimiter=_separator(written)))
    except csv.Error:
        raise InputError(Problem(code="mends_no_table", file=path.name)) from None
    heads = {fold(h): i for i, h in enumerate(rows[0])} if rows else {}
    column = {f: heads[name] for f, names in _HEADS.items() for name in reversed(names) if name in heads}
    if not {"action", "id"} <= set(column):
        raise InputError(Problem(code="mends_no_table", file=path.name))
    mends, problems = [], []
    for number, cells in enumerate(rows[1:], 2):
        said = {f: cells[i].strip() if i < len(cells) else "" for f, i in column.items()}
        if not any(said.values()):
            continue
        found = _mend(said, number)
        if isinstance(found, Mend):
            mends.append(found)
        else:
            problems.append(Problem(code=found, file=path.name, row=number, fields={
                "action": said["action"], "id": said["id"]}))
    if problems:
        raise InputError(problems)
    return tuple(mends)


def _separator(written: str) -> str:
    first = written.partition("\n")[0]
    return max(",;\t", key=first.count)


def _mend(said: Mapping[str, str], row: int) -> Mend | str:
    """The mend of a row, or the code of what is wrong with it."""
    action = next((a for a, names in ACTIONS.items() if fold(said["action"]) in (a, *names)), "")
    if not action:
        return "mend_action"
    if not said["id"] and action != "outlet":
        return "mend_no_id"
    lon, lat = (parse_angle(said.get(axis, "")) for axis in ("lon", "lat"))
    placed = lon is not None and lat is not None and abs(lon[0]) <= 180 and abs(lat[0]) <= 90
    if (said.get("lon") or said.get("lat")) and not placed:
        return "mend_place"
    if action in ("cut", "move", "outlet") and not placed:
        return "mend_needs_place"
    if action in ("join", "choose") and not said.get("to"):
        return "mend_needs_to"
    return Mend(action=action, id=said["id"], to=said.get("to", ""), lon=lon[0] if placed and lon else None,
                lat=lat[0] if placed and lat else None, note=said.get("note", ""), row=row)


def mends_csv(mends: Iterable[Mend]) -> bytes:
    """The list as a file that Excel opens: UTF-8 with a mark, Chinese heads."""
    out = io.StringIO(newline="")
    table = csv.writer(out)
    table.writerow(_ZH)
    for m in mends:
        table.writerow([ACTIONS[m.action][0], m.id, m.to, *("" if v is None else f"{v:.6f}" for v in (m.lon, m.lat)),
                        m.note])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def outlets_of(mends: Sequence[Mend]) -> tuple[tuple[float, float], ...]:
    """Where a person said that water leaves: longitude and latitude [degrees]."""
    return tuple((m.lon, m.lat) for m in mends if m.action == "outlet" and m.lon is not None and m.lat is not None)


def site_mends(mends: Sequence[Mend]) -> tuple[dict[str, tuple[float, float]], dict[str, str]]:
    """Where sites were moved to (longitude, latitude), and which reach was chosen for them; the last word counts."""
    moved = {m.id: (m.lon, m.lat) for m in mends if m.action == "move" and m.lon is not None and m.lat is not None}
    return moved, {m.id: m.to for m in mends if m.action == "choose"}

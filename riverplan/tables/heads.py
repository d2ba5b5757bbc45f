"""Which list a sheet is, where its heads stand, and which column is which field."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cache, lru_cache
from itertools import zip_longest
from types import MappingProxyType
from typing import Any

from riverplan.tables.cells import text_of
from riverplan.tables.grids import Grid
from riverplan.tables.measures import fold, is_unit, unit_for
from riverplan.tables.point_datum import named_datum, without_datum
from riverplan.tables.schema import Field, Table, fields_of, tables

_SEARCHED = 12
"""Rows searched for the heads."""
_BRACKETS = re.compile(r"[(\[【〔<{]([^()\[\]【】〔〕<>{}]*)[)\]】〕>}]")
_STATE = re.compile(r"^(?:.{0,4}状态|生产状况|运行状况|目前状况|现状|是否(?:撤销|停产|关闭|在用|运行|搬迁)"
                    r"|(?:变更|撤销|搬迁)情况)$")
_MEASURED = ("number", "integer", "longitude", "latitude")
_DEEPEST = 3
"""Rows heads may stand in: groups over groups over heads."""
_MARKS = "*:※★#"
_NUMERIC = re.compile(r"^[\d\s.,:/%+-]+$")
"""Numbers and dates of a CSV file, where everything is text."""
_MOST = 0.75
"""A row with so many of the most texts may be the heads: a row of data may fill a column that has no head."""
Named = Mapping[str, str]
"""Field by folded head, as a person mapped them; an empty field: the column is not wanted."""
_CUT = 8
"""A head of fewer bytes was not cut by dBase, which keeps ten; a character cut in two is gone."""
_NONE: Named = MappingProxyType({})
_IGNORED_SHEETS = frozenset(fold(s) for s in (
    "填写说明", "说明", "封面", "目录", "字典", "编制说明", "河流信息总览", "notes", "readme", "instructions",
    "contents", "river overview"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a sheet that was recognised."""

    index: int
    field: Field
    unit: str
    """The unit its head names, or the field's own."""
    head: str
    """As written in the file."""
    bad_unit: str = ""
    """A unit in the head that is none of this field's dimension."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heads:
    """The heads of a sheet: their columns and the first row of data (index)."""

    columns: tuple[Column, ...]
    data_row: int
    unknown: tuple[str, ...]
    twice: tuple[str, ...]
    states: tuple[tuple[int, str], ...] = ()
    """Columns that are no field but say whether a thing is still there (运行状态, 是否撤销)."""
    texts: tuple[str, ...] = ()
    """The head of every column, without a unit from a row of its own: what a person maps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Match:
    field: Field
    rank: int
    unit: str | None
    bad_unit: str


def kind_by_name(name: str) -> str:
    """The list a sheet, a title or a file is named after; empty where it is none.

    The longest name of a list that stands in it counts; of equally long ones the last (河流断面 is a
    list of sections).
    """
    text = fold(name)
    best = (0, -1, "")
    for kind, table in tables().items():
        for alias in (table.zh, table.en, kind, *table.aliases):
            written = fold(alias)
            at = text.rfind(written)
            if at >= 0 and (len(written), at) > best[:2]:
                if written.isascii() and written != text and not _stands_free(text, written):
                    continue
                best = (len(written), at, kind)
    return best[2]


def is_ignored(sheet: str) -> bool:
    """Whether a sheet is an explanation and not a list."""
    return fold(sheet) in _IGNORED_SHEETS


def find_heads(grid: Grid, table: Table, *, least: int = 1, named: Named = _NONE) -> Heads | None:
    """The heads of a list in a sheet: one to three rows, or a row of heads over a row of units.

    Parameters
    ----------
    grid, table
        The sheet and the list it is.
    least
        Fewest heads that must be recognised.
    named
        Heads a person has mapped: they count before all others.

    Returns
    -------
    Heads or None
        None where no row holds at least ``least`` heads of the list.
    """
    best: tuple[int, int, int] = (least - 1, 0, 0)       # heads matched, row, depth
    for r in range(min(_SEARCHED, len(grid.rows))):
        for depth in range(1, _DEEPEST + 1):
            matches = (_match_named(text, uncut(text, table) if grid.cut else text, table.kind, named)
                       for text in _texts(grid, r, depth))
            matched = len({m.field.name for m in matches if m})
            if matched > best[0]:
                best = (matched, r, depth)
    matched, row, depth = best
    if not depth:
        return None
    texts = _texts(grid, row, depth)
    below = grid.rows[row + depth] if row + depth < len(grid.rows) else ()
    units = [text_of(v) for v in below]
    full = [uncut(t, table) for t in texts] if grid.cut else texts
    if any(units) and all(not u or is_unit(u.strip("()（）")) for u in units):
        full = [f"{t}({units[c].strip('()（）')})" if t and c < len(units) and units[c] else t
                for c, t in enumerate(texts)]
        depth += 1
    return _choose(texts, full, table, row + depth, named)


def titles(grid: Grid) -> tuple[str, ...]:
    """What stands over a sheet: its name, the title of its table, and rows over the heads with one text in them."""
    over = [texts[0] for row in grid.rows[:4] if len(texts := [t for v in row if (t := _head_text(v))]) == 1]
    return tuple(t for t in (grid.sheet, grid.title, *over) if t)


def likely_heads(grid: Grid) -> tuple[str, ...]:
    """The texts of the row most likely to be heads: the first with (nearly) most different texts near the top."""
    rows = [tuple(dict.fromkeys(t for t in head_texts(grid, r) if t and not _NUMERIC.match(t)))
            for r in range(min(_SEARCHED, len(grid.rows)))]
    most = max(map(len, rows), default=0)
    return next((row for row in rows if len(row) >= _MOST * most), ())


def repeats_heads(row: Sequence[Any], heads: Heads) -> bool:
    """Whether a row only repeats the heads, as at the top of a printed page."""
    same = sum(c.index < len(row) and fold(text_of(row[c.index])) == fold(c.head) for c in heads.columns)
    return same >= max(2, len(heads.columns) // 2)


def kind_by_heads(grid: Grid) -> str:
    """The list whose heads a sheet bears, if one fits clearly better than all others; else empty."""
    scores: dict[str, float] = {}
    for kind, table in tables().items():
        heads = find_heads(grid, table, least=3)
        if heads:
            own = sum(_rarity(c.head) for c in heads.columns)
            if own >= 1.0:
                scores[kind] = own + 0.25 * len(heads.columns) - 0.25 * len(heads.unknown)
    order = sorted(scores, key=lambda k: scores[k], reverse=True)
    if not order or (len(order) > 1 and scores[order[0]] - scores[order[1]] < 0.5):
        return ""
    return order[0]


def uncut(head: str, table: Table) -> str:
    """The head that a dBase table cut to its ten bytes (河流名 of 河流名称), where one field alone begins so."""
    text = fold(head)
    if len(head.encode()) < _CUT or len(head) < 2 or _match(head, table.kind) is not None:
        return head
    like = {match.field.name: name for name, match in [*_names(table.kind).items()][::-1] if name.startswith(text)}
    return next(iter(like.values())) if len(like) == 1 else head


def best_columns(texts: Sequence[str], table: Table) -> Heads:
    """The columns among the given heads, the best head of each field."""
    return _choose(texts, texts, table, 0)


def _choose(texts: Sequence[str], full: Sequence[str], table: Table, data_row: int, named: Named = _NONE) -> Heads:
    """The best column of each field; ``full`` are the heads with the units that stand under them."""
    best: dict[str, tuple[int, Column]] = {}
    unknown: list[str] = []
    twice: list[str] = []
    states: list[tuple[int, str]] = []
    for index, (written, text) in enumerate(zip(texts, full, strict=True)):
        match = _match_named(written, text, table.kind, named)
        if match is None:
            if _STATE.search(fold(written)):
                states.append((index, written))
            elif written and fold(written) not in named:
                unknown.append(written)
            continue
        column = Column(index=index, field=match.field, head=text, bad_unit=match.bad_unit,
                        unit=match.field.unit if match.unit is None else match.unit)
        own = match.rank + _datum_rank(text)
        rank, other = best.get(match.field.name, (999, column))
        if own < rank:
            if other is not column:
                twice.append(other.head)
            best[match.field.name] = (own, column)
        else:
            twice.append(text)
    columns = tuple(sorted((c for _, c in best.values()), key=lambda c: c.index))
    return Heads(columns=columns, data_row=data_row, unknown=tuple(unknown), twice=tuple(twice),
                 states=tuple(states), texts=tuple(texts))


def _texts(grid: Grid, row: int, depth: int) -> list[str]:
    """The head of each column: the lowest of the rows where it is filled."""
    if row + depth > len(grid.rows):
        return []
    over: list[str] = []
    for r in range(row, row + depth):
        over = [below or above for above, below in zip_longest(over, head_texts(grid, r), fillvalue="")]
    return over


def head_texts(grid: Grid, row: int) -> list[str]:
    """The texts of a row, numbers and dates left out."""
    return [_head_text(v) for v in grid.rows[row]]


def _head_text(value: Any) -> str:
    return text_of(value) if isinstance(value, str) else ""


@cache
def _names(kind: str) -> Mapping[str, _Match]:
    """Folded head → field of a list; the better rank where two fields share one."""
    names: dict[str, _Match] = {}
    for field in fields_of(kind):
        own: list[tuple[str, str | None]] = [(field.zh, None), (field.en, None), (field.name, None)]
        for order, (alias, unit) in enumerate([*own, *field.aliases]):
            key, rank = fold(alias), max(order - 2, 0)
            known = names.get(key)
            if known is None or rank < known.rank or (unit is not None and known.field.name == field.name):
                names[key] = _Match(field=field, rank=rank, unit=unit, bad_unit="")
    return MappingProxyType(names)


def _match_named(written: str, full: str, kind: str, named: Named) -> _Match | None:
    """The field of a head: what a person mapped it to as written, else what it says with its unit."""
    if not named or fold(written) not in named:
        return _match(full, kind)
    field = named[fold(written)]
    if not field:
        return None
    brackets = _BRACKETS.findall(fold(full))
    match = _Match(field=next(f for f in fields_of(kind) if f.name == field), rank=-1, unit=None, bad_unit="")
    return _with_unit(match, brackets[-1]) if brackets else match


@lru_cache(maxsize=65_536)
def _match(head: str, kind: str) -> _Match | None:
    """The field of a head: as it stands, without marks, without its unit."""
    names = _names(kind)
    text = fold(head).strip(_MARKS).replace("(必填)", "").replace("(选填)", "")
    if not text or len(text) > 40:
        return None
    if text in names:
        return names[text]
    brackets = _BRACKETS.findall(text)
    bare = _BRACKETS.sub("", text).strip(_MARKS)
    if brackets and bare in names:
        return _with_unit(names[bare], brackets[-1])
    for separator in "/,:_":
        first, found, last = text.rpartition(separator) if separator == "_" else text.partition(separator)
        if found and first in names:
            match = _with_unit(names[first], last)
            if separator in "/," or (match.field.type in _MEASURED and not match.bad_unit):
                return match                       # length_km, lon_wgs84; but source_url is no source
    plain = names.get(without_datum(text))
    return plain if plain and plain.field.type in ("longitude", "latitude") else None         # 百度经度


def _datum_rank(head: str) -> int:
    """Columns of one meaning: lon_wgs84 before lon_bj54, and both before lon_gcj02."""
    datum = named_datum(head)
    if datum is None or datum.key in ("wgs84", "cgcs2000"):
        return 0
    return 200 if datum.is_shifted else 100


def _with_unit(match: _Match, writing: str) -> _Match:
    field = match.field
    if field.type not in ("number", "integer") or not writing:
        return match
    unit = unit_for(writing, field.unit)
    if unit is not None:
        return replace(match, unit=unit)
    foreign = writing if field.unit and (is_unit(writing) or len(writing) <= 4) else ""
    return replace(match, bad_unit=foreign)


def field_named(word: str, kind: str) -> str:
    """The field of a list a person means by its name or head; empty where there is none."""
    match = _match(word, kind)
    return match.field.name if match else ""


def fields_like(head: str, table: Table, taken: Collection[str] = ()) -> tuple[Field, ...]:
    """Up to three fields whose heads are written most like an unknown one, the likeliest first.

    Fields that are ``taken`` have a column already and are not meant.
    """
    text = _BRACKETS.sub("", fold(head)).strip(_MARKS)
    scores: dict[str, float] = {}
    for name, match in _names(table.kind).items():
        if match.field.name in taken:
            continue
        alike = SequenceMatcher(None, text, name, autojunk=False).ratio()
        if text and (text in name or name in text) and min(len(text), len(name)) >= 2:
            alike = max(alike, 0.8 if not text.isascii() else alike)
        scores[match.field.name] = max(scores.get(match.field.name, 0.0), alike)
    least = 0.8 if text.isascii() else 0.5                # letters are alike by chance, characters are not
    best = sorted((n for n in scores if scores[n] >= least), key=lambda n: -scores[n])[:3]
    return tuple(table.field(n) for n in best)


def _rarity(head: str) -> float:
    """How much a head says about which list this is: 1 where one list only has such a column."""
    shares = sum(_match(head, kind) is not None for kind in tables())
    return {1: 1.0, 2: 0.4, 3: 0.2}.get(shares, 0.0)


def _stands_free(text: str, word: str) -> bool:
    return re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])", text) is not None

"""One sheet: which list it is, what a person has said of its columns, and its rows."""

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from riverplan.crs import Datum
from riverplan.errors import InputError, Problem
from riverplan.tables.cells import is_empty
from riverplan.tables.grids import Grid
from riverplan.tables.heads import (
    Heads,
    Named,
    best_columns,
    field_named,
    fields_like,
    find_heads,
    kind_by_heads,
    kind_by_name,
    likely_heads,
    titles,
)
from riverplan.tables.mappings import Remembered, find, source_key
from riverplan.tables.measures import fold
from riverplan.tables.rows import Row, SheetRows, read_rows
from riverplan.tables.schema import Table, tables
from riverplan.tables.station_types import DAM, is_of_stations, settle_types
from riverplan.tables.wide_flows import wide_flows

_LOOKED_AT = 100
_BY_CATEGORY = ("risk_source", "space")
"""Lists that bureaus keep apart by type: a sheet 尾矿库清单 is risk sources, all of them 尾矿库."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A sheet as a person maps it: its key, the list it was taken for, its heads and what they were taken for.

    Heads that stand neither in ``columns`` nor in ``unknown`` are read in a way of their own: states of
    things, flows side by side.
    """

    file: str
    sheet: str
    key: str
    kind: str
    heads: tuple[str, ...]
    columns: Mapping[str, str]
    """Field by head; empty for a column left out."""
    unknown: Mapping[str, tuple[str, ...]]
    """Fields each unknown head may mean, likeliest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLists:
    """What one sheet gave: rows by list, problems, and the sheet as a person maps it."""

    source: Source
    rows: Mapping[str, SheetRows]
    problems: tuple[Problem, ...]


def kind_of(grid: Grid, path: Path, columns: Mapping[str, str] = MappingProxyType({})) -> str:
    """The list a sheet is: by its name or title, its heads, or the name of its file; empty where it is none.

    Heads that a person has mapped (``columns``) count as known ones.
    """
    over = titles(grid)
    named = next((kind for title in over if (kind := kind_by_name(title))), "")
    named = named or next((kind for title in over for kind in _BY_CATEGORY if _category(title, tables()[kind])), "")
    if named == "store" and _is_of_items(grid):
        return "material"
    if named:
        return named
    by_heads = kind_by_heads(grid)
    if by_heads:
        return by_heads
    by_file = kind_by_name(path.stem)
    by_file = by_file or next((kind for kind in _BY_CATEGORY if _category(path.stem, tables()[kind])), "")
    if by_file == "store" and _is_of_items(grid):
        return "material"
    if not by_file:
        return ""
    mapped = _named(tables()[by_file], None, columns)
    known = find_heads(grid, tables()[by_file], least=2, named=mapped) or \
        (by_file in ("river", "flow") and wide_flows(grid))
    return by_file if known else ""


def read_sheet(path: Path, grid: Grid, *, columns: Mapping[str, str], known: Mapping[str, Remembered],
               datum: Datum | None = None) -> SheetLists:
    """Read a sheet that holds something.

    Parameters
    ----------
    path, grid
        The file, for names and problems, and the sheet.
    columns
        Field or head of ours by head of the list, as a person said for this call; ``""`` leaves a column out.
    known
        What is remembered of sources.
    datum
        Of the coordinates, as a person stated it for the file.
    """
    likely = likely_heads(grid)
    key = source_key(path.stem, grid.sheet, likely)
    told = find(known, key)
    kind = (known[key].kind if key in known else "") or kind_of(grid, path, columns) or (told.kind if told else "")
    if told and told.kind not in ("", kind):
        told = None                                            # the same heads, but of another list
    problems: list[Problem] = []
    source = Source(file=path.name, sheet=grid.sheet, key=key, kind=kind, heads=likely, columns={}, unknown={})
    if not kind:
        names = "、".join(t.zh for t in tables().values())
        problems.append(Problem(code="sheet_unknown", severity="note", file=path.name, sheet=grid.sheet,
                                fields={"lists": names}))
        return SheetLists(source=source, rows={}, problems=tuple(problems))
    table = tables()[kind]
    source = replace(source, unknown=_may_mean(likely, table))
    named = _named(table, told, columns)
    heads = find_heads(grid, table, named=named)
    beside = wide_flows(grid) if kind in ("river", "flow") else ()
    read: dict[str, SheetRows] = {}
    flows: list[SheetRows] = []
    for scenario, own in beside:
        flows.append(read_rows(path.name, grid, tables()["flow"], own, given={"scenario": scenario}))
    if flows:
        read["flow"] = _together(flows)
    used = {c.head for _, own in beside for c in own.columns}
    if heads is not None:
        heads = replace(heads, unknown=tuple(h for h in heads.unknown if h not in used))
        source = _mapped(source, heads, table, used)
    elif flows:
        source = replace(source, unknown={})
    if heads is None and not flows:
        expected = "、".join(f.zh for f in table.fields if f.required) or table.fields[0].zh
        problems.append(Problem(code="heads_missing", file=path.name, sheet=grid.sheet,
                                fields={"list": table.zh, "heads": expected}))
    if heads is not None and not (kind == "flow" and flows):
        category = _category_over(grid, path, table) if kind in _BY_CATEGORY else ("", "")
        heads = _without_blank_types(grid, heads)
        has = any(c.field.name == "category" for c in heads.columns)
        given: Row = {"category": category[1]} if category[1] and not has else {}
        stations = kind == "space" and not has and not given and is_of_stations((*titles(grid), path.stem), heads)
        given = {"category": DAM} if stations else given
        read[kind] = read_rows(path.name, grid, table, heads, assumed=given, datum=datum)
        if stations and (types := settle_types(read[kind].rows, path.name, grid.sheet)):
            problems.append(types)
        elif given and read[kind].rows:
            problems.append(Problem(
                code="category_of_sheet", severity="note", file=path.name, sheet=grid.sheet,
                fields={"count": len(read[kind].rows), "title": category[0],
                        "category": next(c.labels[0] for c in table.field("category").choices
                                         if c.code == category[1])}))
        problems += _of_heads(path, grid, table, source.unknown, named, told)
    for part in read.values():
        problems += part.problems
    return SheetLists(source=source, rows=read, problems=tuple(problems))


def taken_as(source: Source, kind: str) -> Source:
    """The sheet as another list, as its heads say by themselves: nothing that is remembered counts."""
    table = tables()[kind]
    return _mapped(replace(source, kind=kind), best_columns(source.heads, table), table, frozenset())


def _mapped(source: Source, heads: Heads, table: Table, used: Set[str]) -> Source:
    """The sheet with what its heads were taken for; ``used`` are read otherwise."""
    fields = {heads.texts[c.index]: c.field.name for c in heads.columns}
    apart = {*heads.unknown, *used, *(text for _, text in heads.states)}
    written = tuple(dict.fromkeys(filter(None, heads.texts)))
    return replace(source, heads=written, unknown=_may_mean(heads.unknown, table, {*fields.values()}),
                   columns={h: fields.get(h, "") for h in written if h in fields or h not in apart})


def _may_mean(heads: Sequence[str], table: Table, taken: Collection[str] = ()) -> dict[str, tuple[str, ...]]:
    """The fields each head may mean; beyond the first ones none is looked for: thousands of heads are no list."""
    return {h: tuple(f.name for f in fields_like(h, table, taken)) if n < _LOOKED_AT else ()
            for n, h in enumerate(heads)}


def check_columns(columns: Mapping[str, str], sources: tuple[Source, ...], used: frozenset[str]) -> None:
    """Refuse a mapping to fields that no list has, or of heads that no sheet has.

    Raises
    ------
    InputError
        Naming every one of them.
    """
    problems = []
    kinds = [s.kind for s in sources if s.kind] or list(tables())
    for head, word in columns.items():
        if word and not any(field_named(word, kind) for kind in kinds):
            names = "、".join(dict.fromkeys(f.zh for kind in kinds for f in tables()[kind].fields))
            problems.append(Problem(code="map_unknown", fields={"head": head, "field": word, "fields": names[:120]}))
        elif fold(head) not in used:
            problems.append(Problem(code="map_unused", fields={"head": head}))
    if problems:
        raise InputError(problems)


def _named(table: Table, told: Remembered | None, columns: Mapping[str, str]) -> Named:
    """The field of each head a person has mapped, those of this call before remembered ones."""
    named = {fold(h): f for h, f in (told.columns.items() if told else ()) if not f or table.has(f)}
    for head, word in columns.items():
        field = field_named(word, table.kind) if word else ""
        if field or not word:
            named[fold(head)] = field
    return named


def _of_heads(path: Path, grid: Grid, table: Table, unknown: Mapping[str, tuple[str, ...]], named: Named,
              told: Remembered | None) -> list[Problem]:
    """What unknown heads may mean, and which were read as a person once said."""
    problems = []
    for head, fields in list(unknown.items())[:30]:
        like = [table.field(f) for f in fields]
        if like:
            problems.append(Problem(code="heads_like", severity="note", file=path.name, sheet=grid.sheet, head=head,
                                    fields={"head": head, "fields": "、".join(f.zh for f in like),
                                            "first": like[0].zh}))
    if told and named:
        pairs = "、".join(f"{h}={table.field(f).zh if f else '—'}" for h, f in named.items())
        problems.append(Problem(code="mapping_used", severity="note", file=path.name, sheet=grid.sheet,
                                fields={"pairs": pairs}))
    return problems


def _without_blank_types(grid: Grid, heads: Heads) -> Heads:
    """The heads without a column of types in which nothing stands: a list of one type need not fill it in."""
    kept = tuple(c for c in heads.columns if c.field.name != "category" or any(
        c.index < len(row) and not is_empty(row[c.index]) for row in grid.rows[heads.data_row:]))
    return replace(heads, columns=kept)


def _category_over(grid: Grid, path: Path, table: Table) -> tuple[str, str]:
    """The title that names one type of a list, and the code of the type; empty where none does."""
    return next(((title, code) for title in (*titles(grid), path.stem) if (code := _category(title, table))), ("", ""))


def _category(title: str, table: Table) -> str:
    """The one type of a list that a title names; the longest writing counts."""
    text = fold(title)
    found = {len(fold(label)): choice.code for choice in table.field("category").choices if choice.code != "other"
             for label in choice.labels if len(label) >= 2 and fold(label) in text}
    return found[max(found)] if found else ""


def _is_of_items(grid: Grid) -> bool:
    """Whether a sheet named after stores has an item a row: names with quantities."""
    heads = find_heads(grid, tables()["material"], least=2)
    return heads is not None and {"name", "quantity"} <= {c.field.name for c in heads.columns}


def _together(parts: list[SheetRows]) -> SheetRows:
    """Flows of several scenarios as one reading; what columns they share have wrong is said once."""
    problems: list[Problem] = []
    for part in parts:
        problems += [p for p in part.problems if p.code != "rows_skipped" and not _said(p, problems)]
    outcomes: dict[int, str] = {}
    for part in parts:
        for row, outcome in part.outcomes.items():
            outcomes[row] = "" if not outcome else outcomes.get(row, outcome)
    return SheetRows(rows=tuple(row for part in parts for row in part.rows), problems=tuple(problems),
                     seen=sum(part.seen for part in parts), has_points=False, outcomes=outcomes)


def _said(problem: Problem, problems: list[Problem]) -> bool:
    """Whether the same cell was named already (columns that scenarios side by side share)."""
    place = (problem.code, problem.sheet, problem.row, problem.head)
    return problem.row is not None and any((p.code, p.sheet, p.row, p.head) == place for p in problems)

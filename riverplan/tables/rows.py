"""The rows under the heads of one sheet: to our names and SI, with every problem named by row and head."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from riverplan.crs import Datum
from riverplan.errors import Problem, Severity
from riverplan.i18n import listed
from riverplan.tables.cells import UnreadableCellError, is_empty, number_and_rest, read_cell, text_of
from riverplan.tables.grids import Grid
from riverplan.tables.heads import Heads, repeats_heads
from riverplan.tables.measures import fold, shown
from riverplan.tables.point_datum import Points, datum_of_pair
from riverplan.tables.points import names_pair, read_point, split_pair
from riverplan.tables.schema import Field, Table

Row = dict[str, Any]
_PAIRS = (("lon", "lat"), ("mouth_lon", "mouth_lat"), ("tailrace_lon", "tailrace_lat"))
_PUT_RIGHT = ("point_swapped", "point_projected")
_FOOT = tuple(fold(w) for w in ("注:", "注1", "备注:", "说明:", "填表", "制表", "审核", "单位负责人", "填报", "联系人:",
                                "数据来源:", "资料来源:", "note:", "notes:", "source:"))
_TOTALS = frozenset(fold(w) for w in ("合计", "总计", "小计", "共计", "total", "sum", "……", "...", "…"))
_EXAMPLES = tuple(fold(w) for w in ("示例", "样例", "填写示例", "例:", "例如", "example"))


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRows:
    """What one sheet gave: usable rows, problems, and how many rows held anything.

    ``has_points`` says whether there are points whose datum no head names.
    """

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    seen: int
    has_points: bool
    outcomes: Mapping[int, str]
    """What became of each row that held anything: empty where it is among ``rows``, else the code of the reason."""


def read_rows(file: str, grid: Grid, table: Table, heads: Heads, *, given: Row | None = None,
              assumed: Row | None = None, datum: Datum | None = None) -> SheetRows:
    """Read the rows of a list.

    Parameters
    ----------
    file
        Name of the file, for the problems.
    grid, table, heads
        The sheet, the list it is, and where its heads stand.
    given
        Values all rows have though no column holds them (the scenario of flows side by side); rows in
        which the other required columns are empty then say nothing and are passed over.
    assumed
        Values all rows have by the name of the sheet (the type of a list of one type).
    datum
        Of the coordinates, as a person stated it for the file; a head that names one counts before it.

    Returns
    -------
    SheetRows
        Each row holds every field of the list (None where empty) and ``sheet`` and ``row``. Rows without
        a usable required value or place are left out and named.
    """
    given = given or {}
    sheet = _Sheet(file=file, grid=grid, table=table, heads=heads, given={**given, **(assumed or {})}, datum=datum)
    sheet.check_heads()
    missing = sheet.missing_columns()
    rows: list[Row] = []
    left_out: list[int] = []
    outcomes: dict[int, str] = {}
    seen = 0
    for r in range(heads.data_row, len(grid.rows)):
        if not grid.rows[r]:
            continue
        why = sheet.is_no_data(r) or ("row_says_nothing" if given and sheet.says_nothing(r) else "")
        if why:
            if why != "row_blank":
                outcomes[r + 1] = why
            continue
        seen += 1
        outcomes[r + 1] = "column_missing" if missing else ""
        if missing:
            continue
        row = sheet.read(r)
        if row is None:
            left_out.append(r + 1)
            outcomes[r + 1] = sheet.reasons.get(r + 1, "cell_required")
        else:
            rows.append(row)
    if seen and missing:
        for name in missing:
            sheet.say("column_missing", "error", head=table.field(name).zh,
                      heads=listed(c.head for c in heads.columns))
    if left_out:
        sheet.say("rows_left_out", "error", rows=listed(left_out), count=len(left_out), total=seen)
    sheet.points_to_wgs84(rows)
    if sheet.skipped:
        sheet.say("rows_skipped", "note", rows=listed(sheet.skipped))
    return SheetRows(rows=tuple(rows), problems=tuple(sheet.problems), seen=seen, has_points=sheet.points > 0,
                     outcomes=outcomes)


def _state(value: str, head: str) -> str:
    """What a column of states says: of 是否停产, 是 means 停产; of 是否在用, 否 means 停用."""
    asked = fold(head).removeprefix("是否")
    if asked == fold(head):
        return value
    yes = fold(value) in ("是", "√", "y", "yes", "1", "true")
    if asked in ("在用", "运行"):
        return "" if yes else "停用"
    return asked if yes else ""


def _counted(value: str) -> tuple[object, str]:
    """A quantity that carries its unit (``500米``, ``2 t``) as number and unit."""
    parts = number_and_rest(value)
    if parts is None or not parts[1] or len(parts[1]) > 6:
        return value, ""
    return parts[0], parts[1]


@dataclass(slots=True, kw_only=True)
class _Sheet:
    """One sheet while it is read; problems and skipped rows grow."""

    file: str
    grid: Grid
    table: Table
    heads: Heads
    given: Row
    datum: Datum | None = None
    problems: list[Problem] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)
    reasons: dict[int, str] = field(default_factory=dict)
    points: int = 0
    """How many points stand under heads that name no datum."""
    pairs: dict[str, Points] = field(default_factory=dict)
    """The points of each pair of columns, by its longitude, until all are converted."""

    def __post_init__(self) -> None:
        heads = {c.field.name: c.head for c in self.heads.columns}
        for lon, lat in _PAIRS:
            if lon in heads:
                self.pairs[lon] = Points(pair=datum_of_pair(heads[lon], heads.get(lat, ""), self.datum))

    def points_to_wgs84(self, kept: Sequence[Row]) -> None:
        """Convert all points of the rows that are kept, pair by pair."""
        for lon, lat in _PAIRS:
            if lon in self.pairs:
                self.problems += self.pairs[lon].to_wgs84(self.file, self.grid.sheet, lon, lat, kept)

    def say(self, code: str, severity: Severity, *, row: int | None = None, head: str = "",
            **fields: object) -> None:
        if row is not None and severity == "error":
            self.reasons.setdefault(row, code)
        self.problems.append(Problem(code=code, severity=severity, file=self.file, sheet=self.grid.sheet, row=row,
                                     head=head, fields=fields))

    def check_heads(self) -> None:
        heads = self.heads
        if heads.unknown:
            self.say("heads_unknown", "note", heads=listed(heads.unknown, 30))
        if heads.twice:
            self.say("heads_twice", "note", heads=listed(heads.twice))
        for column in heads.columns:
            if column.bad_unit:
                self.say("head_unit", "warning", head=column.head, unit=column.bad_unit,
                         taken=shown(column.unit) or "—")
        for points in self.pairs.values():
            for code, fields in points.pair.problems:
                self.problems.append(Problem(code=code, severity="error" if points.pair.mixed else "warning",
                                             file=self.file, sheet=self.grid.sheet, head=points.pair.head,
                                             fields=fields))

    @property
    def paired(self) -> bool:
        """Whether one column holds longitude and latitude together."""
        columns = {c.field.name: c.head for c in self.heads.columns}
        return "lat" not in columns and names_pair(columns.get("lon", ""))

    def missing_columns(self) -> list[str]:
        """Fields without which no row can be used."""
        names = {c.field.name for c in self.heads.columns} | set(self.given)
        missing = [f.name for f in self.table.fields if f.required == "yes" and f.name not in names]
        names -= {n for lon, lat in _PAIRS if lon in self.pairs and self.pairs[lon].pair.mixed for n in (lon, lat)}
        places = [f.name for f in self.table.fields if f.required == "place"]
        if self.paired:
            names.add("lat")
        if places and not {"river", "river_km"} <= names:
            missing += [p for p in places if p not in names]
        return missing

    def is_no_data(self, r: int) -> str:
        """Why a row is no row of the list: blank, only numbered, a total, a note, an example, heads once more."""
        row = self.grid.rows[r]
        own = [(c, v) for c, v in enumerate(row) if not is_empty(v) and (r, c) not in self.grid.filled]
        pending = any((r, c) in self.grid.uncalculated for c in range(len(row))) if self.grid.uncalculated else False
        if not own:
            return "" if pending else "row_blank"
        first = fold(text_of(own[0][1]))
        texts = {fold(text_of(v)) for _, v in own[:3]}
        if repeats_heads(row, self.heads):
            return "row_heads"
        if texts & _TOTALS or first.startswith(_EXAMPLES) or (first.startswith(_FOOT) and len(own) <= 4):
            self.skipped.append(r + 1)
            return "row_total" if texts & _TOTALS else "row_note"
        if len(own) == 1 and not pending and self.table.key:
            key = next((c.index for c in self.heads.columns if c.field.name == self.table.key), None)
            if own[0][0] == key or len(first) > 20:
                if not first.isalnum() or len(first) > 12:
                    self.skipped.append(r + 1)          # a sentence under the table
                    return "row_note"
                return "row_numbered"                   # a row numbered in advance
        return ""

    def says_nothing(self, r: int) -> bool:
        """Whether any required column of a row is empty."""
        row = self.grid.rows[r]
        return any(c.field.required == "yes" and (c.index >= len(row) or is_empty(row[c.index]))
                   and (r, c.index) not in self.grid.uncalculated for c in self.heads.columns)

    def read(self, r: int) -> Row | None:
        """The values of a row; None if it cannot be used (its problems are noted)."""
        values: Row = {f.name: None for f in self.table.fields} | self.given
        cells: dict[str, Any] = {}
        usable = True
        counts = unread = ""
        for column in self.heads.columns:
            row, name = self.grid.rows[r], column.field.name
            value = row[column.index] if column.index < len(row) else None
            if name == self.table.key and (r, column.index) in self.grid.filled:
                value = None                              # a merged id is one id, not several
            if (r, column.index) in self.grid.uncalculated:
                self.say("cell_uncalculated", self._severity(column.field), row=r + 1, head=column.head)
                usable &= column.field.required != "yes"
                continue
            cells[name] = value
            if name == "lon" and self.paired:
                cells["lon"], cells["lat"] = split_pair(value)
            if column.field.type in ("longitude", "latitude"):
                continue
            if name == "quantity" and isinstance(value, str):
                value, counted = _counted(value)
                counts = counted
            try:
                values[name] = read_cell(value, column.field, column.unit)
            except UnreadableCellError as error:
                self.say(error.code, self._severity(column.field), row=r + 1, head=column.head, **error.fields)
                if name == "quantity":                    # 若干 is no number, and worth keeping
                    unread = f"{column.field.zh}：{text_of(value)}"
                usable &= column.field.required != "yes"
            else:
                if column.field.required == "yes" and values[name] is None:
                    self.say("cell_required", "error", row=r + 1, head=column.head)
                    usable = False
        if counts:
            values["unit"] = values["unit"] or counts
        if unread:
            values["note"] = "；".join(p for p in (values["note"], unread) if p)
        usable &= self._places(r, values, cells)
        values.update(file=self.file, sheet=self.grid.sheet, row=r + 1, remark=self.remark(r, values))
        return values if usable else None

    def remark(self, r: int, values: Row) -> str:
        """What a row says about its state: its note, and the columns of states that are no field."""
        row = self.grid.rows[r]
        states = [_state(text_of(row[c]), head) for c, head in self.heads.states
                  if c < len(row) and not is_empty(row[c])]
        return "；".join(dict.fromkeys(p for p in (str(values.get("note") or ""), *states) if p))

    def _severity(self, column: Field) -> Severity:
        return "error" if column.required == "yes" else "warning"

    def _places(self, r: int, values: Row, cells: Row) -> bool:
        """Read the coordinates of a row; whether it has the place its list needs."""
        usable = True
        for lon, lat in _PAIRS:
            if not self.table.has(lon):
                continue
            needed = self.table.field(lon).required == "place"
            by_km = needed and values.get("river") is not None and values.get("river_km") is not None
            head = next((c.head for c in self.heads.columns if c.field.name == lon), "")
            points = self.pairs.get(lon)
            if points is not None and points.pair.mixed:
                continue                                  # said once, with the heads
            reading = read_point(cells.get(lon), cells.get(lat), points.pair.datum if points else None)
            if reading.usable:
                values[lon], values[lat] = reading.lon, reading.lat
                self.points += points is None or not points.pair.named
                if points is not None:
                    points.add(values, reading)
            elif needed and not by_km:
                usable = False
            if reading.problem:
                severity: Severity = "warning" if reading.usable or by_km or not needed else "error"
                self.say(reading.problem, severity, row=r + 1, head=head, **reading.fields)
            elif needed and not reading.usable and not by_km:
                self.say("place_missing", "error", row=r + 1)
        return usable



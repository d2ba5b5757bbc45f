"""The first sheet of the river information list: what river, which lists, how complete, where from."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from openpyxl.styles import Alignment, Font

from riverplan.exporting.workbook_layout import BOLD, BOX, CHANGED, FONT, GAP, HEAD, for_print, put, width_of
from riverplan.exporting.workbook_rows import ListSheet, placed_elsewhere
from riverplan.i18n import Lang, listed, text
from riverplan.river.locate import matching_names
from riverplan.river.network import RiverNetwork
from riverplan.tables.schema import Field, tables

_WIDTHS = (22, 24, 16, 16, 16, 16, 40)
_SHOWN = 12
"""Names listed of what would be read back otherwise."""


def fill_overview(sheet: Any, river: RiverNetwork, sheets: Sequence[ListSheet],
                  changed: Sequence[tuple[ListSheet, int, Field]], *, dated: str, lang: Lang) -> None:
    """Write the first sheet.

    Parameters
    ----------
    sheet
        Of openpyxl, empty.
    river
        The river.
    sheets
        The lists that follow.
    changed
        Cells that would be read back otherwise.
    dated
        Date of this version, as it is to be printed; may be empty.
    """
    page = _Page(sheet, lang)
    page.title(text("workbook.title", lang, river=river.name))
    page.pairs(_about(river, dated, lang))
    page.table([text(f"workbook.flow_{c}", lang) for c in ("name", "discharge", "rests", "source")],
               [_flow(river, name, lang) for name in river.scenarios], text("workbook.flows", lang))
    page.table([text(f"workbook.list_{c}", lang) for c in ("name", "rows", "verified", "gaps", "assumed", "source")],
               [_list(s, lang) for s in sheets], text("workbook.lists", lang))
    page.line(text("workbook.legend_gap", lang), GAP)
    if changed:
        names = listed((f"{s.name} {s.rows[r].get(tables()[s.kind].key) or r + 2} {f.head(lang)}"
                        for s, r, f in changed), _SHOWN)[lang]
        page.line(text("workbook.legend_changed", lang, count=len(changed), cells=names), CHANGED)
    if elsewhere := placed_elsewhere(river):
        names = listed((s.name or s.site_id for s in elsewhere), _SHOWN)[lang]
        page.line(text("workbook.elsewhere", lang, count=len(elsewhere), sites=names), CHANGED)
    for note in ("reading", "hydraulics", "units"):
        page.line(text(f"workbook.note_{note}", lang))
    for letter, width in zip("ABCDEFG", _WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    for_print(sheet, 0)


def _about(river: RiverNetwork, dated: str, lang: Lang) -> list[tuple[str, str]]:
    reaches = river.reaches
    main = reaches[reaches["name"].isin(matching_names(river, river.name)[:1])]
    length = reaches["length"].to_numpy(np.float64)
    area = reaches["drainage_area"].to_numpy(np.float64)
    named = list(dict.fromkeys(n for n in reaches["name"] if n))
    known = [
        ("name", river.name), ("code", river.code), ("stamp", river.stamp), ("dated", dated),
        ("length", text("workbook.length_words", lang, total=f"{length.sum() / 1000:.1f}", count=len(reaches))),
        ("main", f"{main['length'].sum() / 1000:.1f} km" if len(main) else ""),
        ("area", f"{np.nanmax(area) / 1e6:,.0f} km²" if np.isfinite(area).any() else ""),
        ("rivers", listed(named, 30)[lang]),
        ("scenarios", listed(text(f"flow.{n}", lang) for n in river.scenarios)[lang]),
        ("crs", text("workbook.crs_words", lang, crs=river.crs)),
        ("attribution", river.attribution), ("sources", _sources(river, lang)), ("digest", river.digest[:12]),
    ]
    return [(text(f"workbook.about_{key}", lang), value or "—") for key, value in known]


def _sources(river: RiverNetwork, lang: Lang) -> str:
    """How many sites and resources come from where."""
    choices = {c.code: c for c in tables()["space"].field("source").choices}
    counts = Counter([*(s.source for s in river.sites), *(r.source for r in river.resources)])
    return "；".join(f"{choices[c].label(lang) if c in choices else text('workbook.no_source', lang)} {n}"
                    for c, n in counts.most_common())


def _flow(river: RiverNetwork, name: str, lang: Lang) -> list[str]:
    flow = river.scenarios[name]
    known = flow.discharge[np.isfinite(flow.discharge)]
    span = f"{_plain(known.min())} – {_plain(known.max())} m³/s" if known.size else "—"
    words = Counter(w for w in flow.discharge_source.tolist() if w)
    rests = "、".join(f"{text(f'flow_source.{w}', lang)} {n}" for w, n in words.most_common())
    return [text(f"flow.{name}", lang), span, rests, flow.source]


def _plain(value: float) -> str:
    """Three significant digits and no exponent."""
    return f"{float(f'{value:.3g}'):,.12g}"


def _list(sheet: ListSheet, lang: Lang) -> list[str | int]:
    columns = {f.name: f for f in sheet.fields}
    rows = sheet.rows
    verified = sum(bool(r.get("verified_on")) for r in rows) if "verified_on" in columns else "—"
    counts = Counter(r.get("source") for r in rows if r.get("source"))
    assumed = counts.pop("assumed", 0) if "source" in columns else "—"
    labels = {c.code: c for c in columns["source"].choices} if "source" in columns else {}
    said = "、".join(f"{labels[c].label(lang) if c in labels else c} {n}" for c, n in counts.most_common())
    return [sheet.name, len(rows), verified, sum(map(len, sheet.gaps)), assumed, said]


class _Page:
    """A sheet written from the top down."""

    def __init__(self, sheet: Any, lang: Lang) -> None:
        self.sheet, self.lang, self.row = sheet, lang, 1

    def title(self, words: str) -> None:
        self._wide(words, Font(size=16, bold=True), 26)
        self.row += 1

    def line(self, words: str, fill: Any = None) -> None:
        cell = self._wide(words, FONT, 15 * (1 + width_of(words) // (sum(_WIDTHS) - 4)))
        if fill is not None:
            cell.fill = fill

    def _wide(self, words: str, font: Font, height: float) -> Any:
        cell = self.sheet.cell(row=self.row, column=1)
        put(cell, words)
        cell.font, cell.alignment = font, Alignment(vertical="center", wrap_text=True)
        self.sheet.merge_cells(start_row=self.row, end_row=self.row, start_column=1, end_column=len(_WIDTHS))
        self.sheet.row_dimensions[self.row].height = height
        self.row += 1
        return cell

    def pairs(self, pairs: Sequence[tuple[str, str]]) -> None:
        for label, value in pairs:
            self._cells([label, value], bold=1, last=len(_WIDTHS))
        self.row += 1

    def table(self, heads: Sequence[str], rows: Sequence[Sequence[str | int]], title: str) -> None:
        if not rows:
            return
        self._wide(title, Font(size=12, bold=True), 20)
        self._cells(heads, bold=len(heads), last=len(_WIDTHS))
        for row in rows:
            self._cells(row, bold=0, last=len(_WIDTHS))
        self.row += 1

    def _cells(self, values: Sequence[str | int], *, bold: int, last: int) -> None:
        """One row of boxed cells; the last value goes on to the edge of the page."""
        for column in range(1, last + 1):
            cell = self.sheet.cell(row=self.row, column=column)
            cell.border, cell.font = BOX, BOLD if column <= bold else FONT
            cell.alignment = Alignment(vertical="center", wrap_text=True)
            if column <= bold:
                cell.fill = HEAD
            if column <= len(values):
                put(cell, values[column - 1])
        lines = 1
        for column, value in enumerate(values, start=1):
            room = sum(_WIDTHS[column - 1:]) if column == len(values) else _WIDTHS[column - 1]
            lines = max(lines, -(-width_of(value) // int(room - 2)))
        self.sheet.row_dimensions[self.row].height = 15 * lines + 2
        if len(values) < last:
            self.sheet.merge_cells(start_row=self.row, end_row=self.row, start_column=len(values), end_column=last)
        self.row += 1

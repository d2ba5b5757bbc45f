"""The lists of a river as rows of sheets: every site and resource it has, its rivers, stretches and flows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from riverplan.exporting.workbook_hydraulics import flow_rows, river_rows, stretch_rows
from riverplan.i18n import Lang, text
from riverplan.river.judging import judge
from riverplan.river.locate import Position, river_km
from riverplan.river.network import RiverNetwork
from riverplan.river.sites import RESOURCES, SITES, Site
from riverplan.tables.cells import UnreadableCellError, read_cell, text_of
from riverplan.tables.schema import Field, TemplateSheet, tables, template_sheets
from riverplan.units import FILE_UNITS

LONGEST = 32_000
"""Characters a cell may hold, a little less than Excel's limit."""
SAME_PLACE = 1.0
"""A site read back may lie this far along its river from where it was [m]."""
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSheet:
    """One sheet to be written.

    Parameters
    ----------
    name, kind
        Of the sheet, in its language, and of the list.
    fields
        The columns.
    rows
        Values by field, SI and codes as the river holds them.
    gaps
        For each row the columns a plan needs and that are empty.
    """

    name: str
    kind: str
    fields: tuple[Field, ...]
    rows: tuple[Values, ...]
    gaps: tuple[frozenset[str], ...]


def list_sheets(river: RiverNetwork, lang: Lang) -> list[ListSheet]:
    """The sheets of a river in the order of the template, those without a row left out."""
    rows: dict[str, list[Values]] = {"river": list(river_rows(river)), "reach_parameter": list(stretch_rows(river)),
                                     "flow": list(flow_rows(river))}
    sites = located(river)
    for kind in SITES:
        rows[kind] = [values for site, values in sites if site.kind == kind]
    for kind in RESOURCES:
        rows[kind] = [_values(kind, r) for r in river.resources if r.kind == kind]
    found = []
    for sheet in template_sheets():
        own = [r for r in rows[sheet.kind] if _belongs(sheet, r)]
        if own:
            found.append(_list_sheet(sheet, own, lang))
    return found


def _belongs(sheet: TemplateSheet, row: Values) -> bool:
    """Whether a row stands on a sheet: power stations have one of their own."""
    table = tables()[sheet.kind]
    if not table.stations:
        return True
    return (row.get("category") in table.stations["category"]) == bool(sheet.part)


def _list_sheet(sheet: TemplateSheet, rows: Sequence[Values], lang: Lang) -> ListSheet:
    table = tables()[sheet.kind]
    there = {f.name for f in sheet.fields}
    used = {k for row in rows for k, v in row.items() if not missing(v)}
    of_part = {f.name: f for f in sheet.fields}
    columns = tuple(of_part.get(f.name, f) for f in table.fields if f.name in there | used)
    gaps = tuple(frozenset(f.name for f in columns if f.name in table.needed(str(row.get("category") or ""))
                           and missing(row.get(f.name))) for row in rows)
    return ListSheet(name=sheet.name(lang), kind=sheet.kind, fields=columns, rows=tuple(rows), gaps=gaps)


def missing(value: Any) -> bool:
    """Whether nothing is known."""
    return value is None or value == "" or (isinstance(value, float) and not np.isfinite(value))


def _values(kind: str, item: object) -> Values:
    return {f.name: getattr(item, f.name) for f in tables()[kind].fields if hasattr(item, f.name)}


def located(river: RiverNetwork) -> list[tuple[Site, Values]]:
    """Every site with its row: as it was given, and the kilometre of the place it has on the river.

    A row that names no river gets the name of its reach where it would be placed elsewhere without.
    """
    sites = [s for kind in SITES for s in river.sites if s.kind == kind]
    km = [_km(river, s) for s in sites]
    names = dict(zip(river.reaches["reach_id"], river.reaches["name"], strict=True))
    nameless = [i for i in _elsewhere(river, sites, km) if not sites[i].river and names.get(sites[i].reach_id)]
    named = dict(enumerate(sites)) | {i: replace(sites[i], river=names[sites[i].reach_id]) for i in nameless}
    in_vain = set(_elsewhere(river, [named[i] for i in range(len(sites))], km)) if nameless else set()
    sites = [site if i in in_vain else named[i] for i, site in enumerate(sites)]
    return [(s, {**_values(s.kind, s), "river_km": k if np.isfinite(k) else None})
            for s, k in zip(sites, km, strict=True)]


def placed_elsewhere(river: RiverNetwork) -> list[Site]:
    """The sites whose rows, read on this river, would be placed on other water: a person had chosen theirs."""
    sites = [s for s, _ in located(river)]
    return [sites[i] for i in _elsewhere(river, sites, [_km(river, s) for s in sites])]


def _elsewhere(river: RiverNetwork, sites: Sequence[Site], km: Sequence[float]) -> list[int]:
    judged = judge(river, sites, listed_km=km, lists=[s.kind for s in sites])
    found = []
    for i, (site, candidates) in enumerate(zip(sites, judged, strict=True)):
        best = candidates[0] if candidates else None
        same_reach = best is not None and best.reach_id == site.reach_id \
            and abs(best.chainage - site.chainage) <= SAME_PLACE
        same_km = best is not None and abs(best.river_km - km[i]) <= SAME_PLACE \
            and best.river == river.reaches["name"].iat[river.reach_row[site.reach_id]]
        if site.reach_id in river.reach_row and not (same_reach or same_km):
            found.append(i)
    return found


def _km(river: RiverNetwork, site: Site) -> float:
    """Distance of a site from the mouth of its river [m]; ``nan`` where that is not known."""
    if site.reach_id not in river.reach_row:
        return float("nan")
    return river_km(river, Position(reach_id=site.reach_id, chainage=site.chainage, offset=site.offset,
                                    bank=site.bank, lon=site.lon, lat=site.lat))


def written(value: Any, field: Field, lang: Lang) -> str | float | int | None:
    """A value as its cell holds it: in the unit of the list, a choice in words; None where nothing is known.

    >>> from riverplan.tables.schema import tables
    >>> written(25_000.0, tables()["space"].field("total_volume"), "zh")
    2.5
    """
    if field.type == "boolean":
        return text("template.yes" if value else "template.no", lang)
    if missing(value):
        return None
    if field.type == "choice":
        choice = next((c for c in field.choices if c.code == value), None)
        return str(value) if choice is None else choice.label("zh") if lang == "zh" else choice.code
    if field.type in ("longitude", "latitude"):
        return float(value)
    if field.type in ("number", "integer"):
        number = float(value) / FILE_UNITS[field.unit]
        if field.unit == "km":
            number = round(number, 9)                           # micrometres
        return int(number) if number.is_integer() and abs(number) < 1e15 else number
    return text_of(value)[:LONGEST]


def reads_back(value: Any, field: Field, cell: str | float | int | None) -> bool:
    """Whether the reader of lists makes the same value of a cell."""
    if field.type in ("longitude", "latitude") or cell is None:
        return cell is not None or missing(value)
    try:
        read = read_cell(cell, field)
    except UnreadableCellError:
        return False
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return read is not None and bool(np.isclose(read, value, rtol=1e-9, atol=1e-9))
    return bool(read == value)


def changed(sheets: Iterable[ListSheet], lang: Lang) -> list[tuple[ListSheet, int, Field]]:
    """The cells a reader would make something else of, such as a name that is a mark for nothing (无, —)."""
    return [(sheet, r, f) for sheet in sheets for r, row in enumerate(sheet.rows) for f in sheet.fields
            if not reads_back(row.get(f.name), f, written(row.get(f.name), f, lang))]

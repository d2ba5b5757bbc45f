"""A screening as a workbook, a CSV of its matrix, or JSON."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from riverplan.exporting.table_file import csv_table, workbook
from riverplan.forecasting.screening.result import Screening
from riverplan.forecasting.screening.words import (
    Table,
    above_table,
    matrix_table,
    notes_table,
    screening_as_json,
    sensitive_table,
    warned_table,
)
from riverplan.i18n import Lang, text

SHEETS: Mapping[str, Callable[[Screening, Lang], Table]] = {
    "matrix": matrix_table, "warned": warned_table, "above": above_table, "sensitive": sensitive_table,
    "notes": notes_table}
"""The tables of the workbook, in their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningOptions:
    """What is written: a workbook with all tables, a CSV of the matrix alone, or JSON."""

    format: Literal["xlsx", "csv", "json"] = "xlsx"


def screening(subject: Screening, *, options: ScreeningOptions, lang: Lang = "zh") -> bytes:
    """The content of the file."""
    if options.format == "json":
        return json.dumps(screening_as_json(subject), ensure_ascii=False, indent=1, allow_nan=False).encode()
    if options.format == "csv":
        return csv_table(matrix_table(subject, lang))
    return workbook({text(f"screen.sheet_{name}", lang): table(subject, lang) for name, table in SHEETS.items()})

"""An empty workbook to fill in: one sheet a list, drop-downs, and a sheet that explains every column."""

import tempfile
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from riverplan.errors import InputError, Problem
from riverplan.i18n import Lang, catalogue, text
from riverplan.tables.measures import shown
from riverplan.tables.schema import Field, TemplateSheet, tables, template_sheets

_ROWS = 500
"""Rows the drop-downs reach."""
_HEAD = PatternFill("solid", fgColor="DCE9F2")
_NEEDED = PatternFill("solid", fgColor="F7E3B5")
_LINE = Border(bottom=Side(style="thin", color="7F8C99"))
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def write_template(path: Path | str, lang: Lang = "zh", *, replace: bool = False) -> Path:
    """Write the empty workbook of all lists.

    Parameters
    ----------
    path
        Where to; the suffix must be ``.xlsx``.
    lang
        Language of sheets, heads and notes; the reader knows both.
    replace
        Whether a file that stands there may be overwritten.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    InputError
        If the file exists and ``replace`` is not given, or it cannot be written.
    """
    path = Path(path)
    if path.suffix.lower() != ".xlsx":
        raise InputError(Problem(code="template_suffix", file=path.name, fields={"file": path.name}))
    if path.exists() and not replace:
        raise InputError(Problem(code="template_exists", file=path.name, fields={"file": path.name}))
    book = Workbook()
    book.remove(book.active)
    _explain(book, lang)
    for sheet in template_sheets():
        _sheet(book, sheet, lang)
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".tmp", delete=False) as file:
            draft = Path(file.name)
        try:
            book.save(draft)
            draft.chmod(0o644)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise InputError(Problem(code="template_unwritable", file=path.name, fields={
            "file": path.name, "reason": error.strerror or str(error)})) from None
    return path


def head_of(field: Field, lang: Lang) -> str:
    """The head of a column as the template writes it: ``最大存量（t）``, a star where it is required."""
    unit = shown(field.unit)
    if unit == "人" and lang == "en":
        unit = "persons"
    bracketed = (f"（{unit}）" if lang == "zh" else f" ({unit})") if unit else ""
    return f"{field.head(lang)}{bracketed}{'*' if field.required else ''}"


def example(sheet: TemplateSheet, field: Field, lang: Lang) -> str:
    """A value of a column as one writes it; what the reader gives back for it is tested."""
    if field.type in ("choice", "boolean"):
        return _options(field, lang)[0]
    if field.type == "date":
        return "2026-07-01"
    if field.type in ("longitude", "latitude"):
        return {"longitude": "107°43′12″", "latitude": "29.8612"}[field.type]
    if field.type in ("number", "integer"):
        low, high = field.minimum or 0.0, field.maximum if field.maximum is not None else 10.0
        return f"{next((v for v in (12, 3, 0.4, 0.03, 0.001) if low <= v <= high), low):g}"
    key = f"example.name_{sheet.part or sheet.kind}" if field.name == "name" else f"example.{field.name}"
    known = {"phone": "023-70000000", "stake": "K1523+400", "road": "G69"}
    return known.get(field.name) or (text(key, lang) if key in catalogue() else "")


def neutral(value: str) -> str:
    """A text that Excel will not take for a formula: an apostrophe before ``= + - @``.

    >>> neutral("=1+1"), neutral("龙河")
    ("'=1+1", '龙河')
    """
    return f"'{value}" if value.startswith(_DANGEROUS) else value


def _sheet(book: Workbook, wanted: TemplateSheet, lang: Lang) -> None:
    sheet = book.create_sheet(wanted.name(lang)[:31])
    for number, field in enumerate(wanted.fields, start=1):
        cell = sheet.cell(row=1, column=number, value=neutral(head_of(field, lang)))
        cell.font = Font(bold=True)
        cell.fill = _NEEDED if field.required else _HEAD
        cell.border = _LINE
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        note = _how(field, lang)
        if note:
            cell.comment = Comment(note, "riverplan", height=90, width=260)
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = _width(field, lang)
        if field.type in ("text", "date"):
            sheet.column_dimensions[letter].number_format = "@"         # phones and ids keep their zeros
        _validate(sheet, field, letter, lang)
    sheet.row_dimensions[1].height = 32
    sheet.freeze_panes = "C2" if tables()[wanted.kind].key else "B2"


def _width(field: Field, lang: Lang) -> float:
    wide = {"name": 22, "note": 28, "instruction": 40, "items": 40, "skills": 28, "substances": 22, "stamp": 24,
            "attribution": 24, "jurisdiction": 22, "unit": 22, "functions": 20, "parameters": 22}
    letters = len(head_of(field, lang)) * (2 if lang == "zh" else 1)
    return max(wide.get(field.name, 11), min(letters + 2, 24))


def _validate(sheet: Any, field: Field, letter: str, lang: Lang) -> None:
    options = _options(field, lang)
    if not options:
        return
    rule = DataValidation(type="list", formula1='"' + ",".join(options) + '"', allow_blank=True)
    rule.errorTitle = text("template.choose_title", lang)
    rule.error = text("template.choose", lang)
    rule.add(f"{letter}2:{letter}{_ROWS}")
    sheet.add_data_validation(rule)


def _options(field: Field, lang: Lang) -> list[str]:
    if field.type == "boolean":
        return [text("template.yes", lang), text("template.no", lang)]
    return [choice.label("zh") if lang == "zh" else choice.code for choice in field.choices]


def _how(field: Field, lang: Lang) -> str:
    """How to fill in a column, in one or two lines."""
    parts = []
    if field.required:
        parts.append(text(f"template.required_{field.required}", lang))
    if field.note(lang):
        parts.append(field.note(lang))
    options = _options(field, lang)
    if options:
        parts.append(text("template.choices", lang, choices=("、" if lang == "zh" else ", ").join(options)))
    return "\n".join(parts)


def _explain(book: Workbook, lang: Lang) -> None:
    sheet = book.create_sheet(text("template.notes_sheet", lang))
    for line in ("intro", "intro_required", "intro_coordinates", "intro_units", "intro_names"):
        sheet.append([text(f"template.{line}", lang)])
    sheet.append([])
    sheet.append([text(f"template.column_{c}", lang) for c in ("list", "head", "type", "unit", "required", "example",
                                                                  "note")])
    for cell in sheet[sheet.max_row]:
        cell.font, cell.fill, cell.border = Font(bold=True), _HEAD, _LINE
    head_row = sheet.max_row
    for wanted in template_sheets():
        for field in wanted.fields:
            sheet.append([neutral(v) for v in (
                wanted.name(lang), field.head(lang), text(f"template.type_{field.type}", lang), shown(field.unit),
                text(f"template.needed_{field.required}", lang) if field.required else "",
                example(wanted, field, lang),
                _how(field, lang).replace("\n", "；" if lang == "zh" else "; "))])
    for letter, width in zip("ABCDEFG", (16, 20, 12, 10, 12, 24, 90), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = f"A{head_row + 1}"

"""One cell: from what a bureau writes to a number, date, boolean, choice or text."""

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from riverplan.tables.measures import fold, multiplier_unit, shown, unit_for
from riverplan.tables.schema import Field
from riverplan.units import FILE_UNITS

_EMPTY = frozenset({"", "-", "--", "—", "——", "―", "–", "/", "\\", "无", "暂无", "不详", "未知", "空", "待定", "待核实",
                    "n/a", "na", "nan", "null", "none", "#n/a", "*", "?", "无数据", "未填"})
_ERRORS = ("#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#N/A")
_YES = frozenset({"是", "有", "√", "✓", "✔", "y", "yes", "true", "t", "1", "对"})
_NO = frozenset({"否", "无", "×", "✗", "✘", "x", "n", "no", "false", "f", "0", "没有", "不是", "非"})
_NUMBER = re.compile(r"([-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?)(.*)", re.DOTALL)
_GROUPED = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+(?!\d)")
_STATION = re.compile(r"[a-z]{0,2}(\d+)\+(\d{3}(?:\.\d+)?)")
_DATE = re.compile(r"(\d{4})(?:[年\-/.](\d{1,2})(?:[月\-/.](\d{1,2})日?|月)?|年)?(?:[ T]*\d{1,2}:\d{2}(?::\d{2})?)?")
_SERIAL = (20_000, 60_000)                               # Excel's day numbers of 1954 … 2064
_ABSURD = 1e300
_EPOCH = dt.date(1899, 12, 30)


class UnreadableCellError(ValueError):
    """A cell that cannot be read: the code of its problem and the fields of its words."""

    def __init__(self, code: str, fields: Mapping[str, object]) -> None:
        self.code = code
        self.fields = dict(fields)
        super().__init__(code)


def is_empty(value: object) -> bool:
    """Whether a cell holds nothing, or one of the marks for nothing (``—``, ``/``, ``无``)."""
    if value is None:
        return True
    return isinstance(value, str) and fold(value) in _EMPTY


def read_cell(value: object, field: Field, unit: str | None = None) -> Any:
    """The value of a cell, SI.

    Parameters
    ----------
    value
        What the file holds: text, number, date or None.
    field
        The column; not a longitude or latitude (these are read in pairs, see ``points``).
    unit
        The unit the head names, where it differs from the field's.

    Returns
    -------
    float, bool, str or None
        Numbers and integers as float [SI], dates as ISO text, choices as their code; None where empty.

    Raises
    ------
    UnreadableCellError
        If there is something in the cell that cannot be understood.
    """
    if isinstance(value, str) and value.strip() in _ERRORS:
        raise UnreadableCellError("cell_formula_error", {"value": value.strip()})
    if field.type == "boolean":
        return _boolean(value)
    if is_empty(value) and not _is_choice(value, field):
        return None
    if field.type in ("number", "integer"):
        return _quantity(value, field, field.unit if unit is None else unit)
    if field.type == "date":
        return _date(value)
    if field.type == "choice":
        return _choice(value, field)
    return text_of(value)


def text_of(value: object) -> str:
    """A cell as text: whole numbers without ``.0`` (phones, ids), dates as ISO, white space folded."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int) and abs(value) > _ABSURD:
        return "∞"                                        # longer than anything Excel can mean
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    kept = "".join(c for c in str(value) if c.isspace() or unicodedata.category(c)[0] != "C")
    return " ".join(kept.split())


def number_and_rest(text: str) -> tuple[float, str] | None:
    """The number a text begins with and what follows it; thousands may be grouped, digits full-width."""
    plain = unicodedata.normalize("NFKC", text).strip().replace("−", "-")
    plain = re.sub(r"(?<=\d) (?=\d{3}(?!\d))", ",", plain)            # 1 200 as 1,200
    grouped = _GROUPED.match(plain)
    if grouped:
        plain = grouped.group().replace(",", "") + plain[grouped.end():]
    match = _NUMBER.fullmatch(plain)
    return (float(match[1]), match[2].strip()) if match else None


def _quantity(value: object, field: Field, unit: str) -> float:
    said = {"value": text_of(value), "unit": shown(unit) or "—"}
    if isinstance(value, (dt.date, dt.time, dt.timedelta)):
        raise UnreadableCellError("cell_is_date", said)
    if isinstance(value, bool):
        raise UnreadableCellError("cell_not_number", said)
    if isinstance(value, (int, float)):
        number = float(value) if abs(value) < _ABSURD else math.inf
    elif field.unit == "km" and (station := _STATION.fullmatch(fold(str(value)))):
        number, unit = float(station[1]) + float(station[2]) / 1000, "km"               # K12+500
    else:
        parts = number_and_rest(str(value))
        if parts is None:
            raise UnreadableCellError("cell_not_number" if unit else "cell_not_number_plain", said)
        number, rest = parts
        if rest:
            own = unit_for(rest, field.unit) or multiplier_unit(rest, field.unit)
            if own is None:
                raise UnreadableCellError("cell_not_number" if unit else "cell_not_number_plain", said)
            unit = own
    if not math.isfinite(number):
        _check_range(math.copysign(_ABSURD, number), said, field)
        raise UnreadableCellError("cell_not_number" if unit else "cell_not_number_plain", said)
    si = number * FILE_UNITS[unit]
    _check_range(si, said, field)
    if field.type == "integer":
        if abs(si - round(si)) > 1e-6 * max(1.0, abs(si)):
            raise UnreadableCellError("cell_not_whole", said)
        si = float(round(si))
    return si


def _check_range(si: float, said: Mapping[str, object], field: Field) -> None:
    scale = FILE_UNITS[field.unit]
    slack = 1e-9 * max(1.0, abs(si))
    low = field.minimum is not None and si < field.minimum * scale - slack
    high = field.maximum is not None and si > field.maximum * scale + slack
    if low or high:
        limits = {"minimum": f"{field.minimum:g}" if field.minimum is not None else "−∞",
                  "maximum": f"{field.maximum:g}" if field.maximum is not None else "+∞",
                  "limit_unit": shown(field.unit)}
        raise UnreadableCellError("cell_out_of_range", {**said, **limits})


def _date(value: object) -> str:
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, (int, float)) and not isinstance(value, bool) and _SERIAL[0] <= value <= _SERIAL[1]:
        return (_EPOCH + dt.timedelta(days=int(value))).isoformat()
    text = unicodedata.normalize("NFKC", text_of(value))
    compact = re.fullmatch(r"(\d{4})(\d{2})(\d{2})", text)
    match = compact or _DATE.fullmatch(text.replace(" ", "") if "年" in text else text)
    if match:
        year, month, day = (int(g) if g else None for g in match.groups())
        try:
            dt.date(year or 1, month or 1, day or 1)
        except ValueError:
            match = None
    if not match:
        raise UnreadableCellError("cell_not_date", {"value": text_of(value)})
    return "-".join(f"{part:02d}" for part in (year, month, day) if part is not None)


def _boolean(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    if value is None:
        return None
    text = fold(text_of(value))
    if text in _YES:
        return True
    if text in _NO:
        return False
    if text in _EMPTY:
        return None
    raise UnreadableCellError("cell_not_boolean", {"value": text_of(value)})


def _is_choice(value: object, field: Field) -> bool:
    """Whether a mark for nothing is one of the choices: 无 (none) as a regulation says that there is none."""
    return isinstance(value, str) and any(fold(value) == fold(w) for c in field.choices for w in (c.code, *c.labels))


def _choice(value: object, field: Field) -> str:
    text = fold(text_of(value))
    found: dict[str, int] = {}                        # code → length of its writing that stands in the cell
    for choice in field.choices:
        for label in (choice.code, *choice.labels):
            written = fold(label)
            if written == text:
                return choice.code
            if len(written) >= 2 and written in text:
                found[choice.code] = max(found.get(choice.code, 0), len(written))
    best = [code for code, length in found.items() if length == max(found.values())]
    if not best and len(text) >= 2:                     # 引水 stands for 引水式电站, if for nothing else
        best = [c.code for c in field.choices if any(fold(w).startswith(text) for w in c.labels)]
    if len(best) == 1:
        return best[0]
    known = "、".join(c.labels[0] for c in field.choices)
    raise UnreadableCellError("cell_not_choice", {"value": text_of(value), "choices": known})

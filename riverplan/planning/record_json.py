"""Records as JSON and back: frozen dataclasses of numbers, words, tuples and mappings, by their declared types."""

import json
import math
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

DIGITS = 7
"""Significant digits that are kept of a number: a second in a year, and no more than any model tells."""

Record = TypeVar("Record")


def dumped(record: Any) -> str:
    """A record as JSON; a number that is not finite as a word.

    >>> dumped({"a": float("inf"), "b": 1.23456789})
    '{"a":"inf","b":1.234568}'
    """
    return json.dumps(_plain(record), ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def loaded(cls: type[Record], written: str) -> Record:
    """The record that was written.

    Raises
    ------
    ValueError
        If a field without a default is missing, or one is of another type.
    """
    return _made(cls, json.loads(written), cls.__name__)


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(v) for v in value]
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else str(float(value))
    return value


@cache
def _types(cls: type) -> Mapping[str, Any]:
    hints = get_type_hints(cls)
    return {f.name: hints[f.name] for f in fields(cls)}


def _made(kind: Any, value: Any, where: str) -> Any:
    """A value of a declared type, of the one that was written."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return None if value is None else _made(next(k for k in inner if k is not type(None)), value, where)
    if isinstance(kind, type) and is_dataclass(kind) and isinstance(value, dict):
        asked = _types(kind)
        later = {f.name for f in fields(kind) if f.default is not MISSING}       # a version before had none of these
        if lacking := [name for name in asked if name not in value and name not in later]:
            raise ValueError(f"{where}: {', '.join(lacking)}")
        return kind(**{n: _made(k, value[n], f"{where}.{n}") for n, k in asked.items() if n in value})
    if origin is tuple and isinstance(value, list):
        return tuple(_made(inner[0], v, where) for v in value)
    if origin is not None and issubclass(origin, Mapping) and isinstance(value, dict):
        return {k: _made(inner[1], v, where) for k, v in value.items()}
    if kind is float and (isinstance(value, int | float) or value in ("nan", "inf", "-inf")):
        return float(value)
    if kind in (str, bool, int) and type(value) is kind:
        return value
    raise ValueError(f"{where}: {value!r}"[:80])

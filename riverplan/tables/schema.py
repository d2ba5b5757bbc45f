"""The columns of every list, declared once in the CSV files of this folder.

One CSV a list, one row a field. They drive the reader, the template, the exports and a test that holds
them equal to the dataclasses of ``riverplan.river.sites``. ``lists.toml`` names the lists themselves.

Columns of a CSV
    ``field`` our name; ``zh``, ``en`` the heads we write; ``type`` one of :data:`TYPES`; ``unit`` the unit
    of the *file* (a key of ``units.FILE_UNITS``; values are SI after reading); ``required`` ``yes``, or
    ``place`` for a coordinate that river and river kilometre can stand in for; ``minimum``, ``maximum``
    in the unit of the file; ``choices`` as ``code=中文/另一种写法|code=…``; ``aliases`` other heads, as
    ``head|head@unit`` where that head implies another unit (``slope@``: a plain ratio);
    ``note_zh``, ``note_en`` for the template.
"""

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal, cast, get_args

from riverplan.i18n import Lang, pick
from riverplan.units import FILE_UNITS

Type = Literal["text", "number", "integer", "date", "boolean", "choice", "longitude", "latitude"]
TYPES: tuple[Type, ...] = get_args(Type)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of the values a choice field may hold: our code, and how bureaus write it (ours first)."""

    code: str
    labels: tuple[str, ...]

    def label(self, lang: Lang) -> str:
        """The choice as printed: the first Chinese writing, or the code in words."""
        return pick(lang, self.labels[0], self.code.replace("_", " "))


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One column of a list."""

    name: str
    zh: str
    en: str
    type: Type
    unit: str = ""
    required: Literal["", "yes", "place"] = ""
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[Choice, ...] = ()
    aliases: tuple[tuple[str, str | None], ...] = ()
    """Other heads, each with the unit it implies or None."""
    note_zh: str = ""
    note_en: str = ""

    def head(self, lang: Lang) -> str:
        """The head of the column, without unit."""
        return pick(lang, self.zh, self.en)

    def note(self, lang: Lang) -> str:
        """What to know when filling it in; may be empty."""
        return self.note_zh if lang == "zh" else self.note_en

    @property
    def is_text(self) -> bool:
        """Whether values are kept as text (an empty one is ``""``)."""
        return self.type in ("text", "choice", "date")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One list: its names and its columns."""

    kind: str
    zh: str
    en: str
    fields: tuple[Field, ...]
    aliases: tuple[str, ...] = ()
    key: str = ""
    """The id column of a list of sites or resources; empty for the others."""
    prefix: str = ""
    """What a generated id begins with."""
    stations: Mapping[str, Any] = field(default_factory=dict)
    """The part of the list that the template gives a sheet of its own, as ``lists.toml`` declares it."""
    needs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The fields a plan cannot do without: of ``every`` row, and by the code of its category."""

    def name(self, lang: Lang) -> str:
        """The name of the list, which is the name of its sheet."""
        return pick(lang, self.zh, self.en)

    def field(self, name: str) -> Field:
        """The field of a name.

        Raises
        ------
        KeyError
            If the list has no such column.
        """
        for own in self.fields:
            if own.name == name:
                return own
        raise KeyError(f"{self.kind} has no field {name}")

    def needed(self, category: str) -> frozenset[str]:
        """The fields a plan needs of a row of a category; those of every row where it has none."""
        return frozenset((*self.needs.get("every", ()), *self.needs.get(category, ())))

    def has(self, name: str) -> bool:
        """Whether the list has a column of this name."""
        return any(f.name == name for f in self.fields)


@cache
def tables() -> Mapping[str, Table]:
    """The lists of a workbook by kind, in the order of the template's sheets."""
    here = files("riverplan.tables")
    declared = tomllib.loads(here.joinpath("lists.toml").read_text(encoding="utf-8"))
    return MappingProxyType({
        kind: Table(kind=kind, zh=row["zh"], en=row["en"], aliases=tuple(row["aliases"]), fields=fields_of(kind),
                    key=row.get("key", ""), prefix=row.get("prefix", ""),
                    stations=MappingProxyType(row.get("stations", {})),
                    needs=MappingProxyType({k: tuple(v) for k, v in row.get("needs", {}).items()}))
        for kind, row in declared.items()
    })


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateSheet:
    """A sheet to fill in: a list, or that part of one which has columns of its own."""

    kind: str
    """The list it is read as."""
    part: str = ""
    """Which part of it; empty for the list itself."""
    zh: str
    en: str
    fields: tuple[Field, ...]

    def name(self, lang: Lang) -> str:
        """The name of the sheet."""
        return pick(lang, self.zh, self.en)


@cache
def template_sheets() -> tuple[TemplateSheet, ...]:
    """The sheets of the template, in their order."""
    found = []
    for kind, table in tables().items():
        part = table.stations
        own = part.get("own", ())
        found.append(TemplateSheet(kind=kind, zh=table.zh, en=table.en,
                                   fields=tuple(f for f in table.fields if f.name not in own)))
        if part:
            found.append(TemplateSheet(kind=kind, part="stations", zh=part["zh"], en=part["en"], fields=tuple(
                replace(f, choices=tuple(c for c in f.choices if c.code in part["category"]))
                if f.name == "category" else f for f in table.fields if f.name not in part["without"])))
    return tuple(found)


@cache
def reach_table() -> Table:
    """The attributes a file of river lines may carry."""
    return Table(kind="reach", zh="河段", en="reaches", fields=fields_of("reach"), key="source_id", prefix="L")


@cache
def fields_of(kind: str) -> tuple[Field, ...]:
    """The fields of ``<kind>.csv``.

    Raises
    ------
    ValueError
        If a row of the CSV is malformed: a mistake in the package, held by a test.
    """
    text = files("riverplan.tables").joinpath(f"{kind}.csv").read_text(encoding="utf-8")
    return tuple(_field(kind, row) for row in csv.DictReader(text.splitlines()))


def _field(kind: str, row: Mapping[str, str]) -> Field:
    if row["type"] not in TYPES or row["unit"] not in FILE_UNITS or row["required"] not in ("", "yes", "place"):
        raise ValueError(f"{kind}.csv: {row['field']} has an unknown type, unit or 'required'")
    if (row["type"] == "choice") != bool(row["choices"]):
        raise ValueError(f"{kind}.csv: {row['field']}: choices belong to the type choice, and to it alone")
    choices = []
    for part in filter(None, row["choices"].split("|")):
        code, _, labels = part.partition("=")
        choices.append(Choice(code=code, labels=tuple(labels.split("/"))))
    aliases = []
    for part in filter(None, row["aliases"].split("|")):
        alias, at, unit = part.partition("@")
        if unit not in FILE_UNITS:
            raise ValueError(f"{kind}.csv: {row['field']}: the alias {part} names an unknown unit")
        aliases.append((alias, unit if at else None))
    return Field(
        name=row["field"], zh=row["zh"], en=row["en"], type=cast(Type, row["type"]), unit=row["unit"],
        required=cast(Literal["", "yes", "place"], row["required"]),
        minimum=float(row["minimum"]) if row["minimum"] else None,
        maximum=float(row["maximum"]) if row["maximum"] else None,
        choices=tuple(choices), aliases=tuple(aliases), note_zh=row["note_zh"], note_en=row["note_en"],
    )

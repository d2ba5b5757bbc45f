"""What can go wrong, said so that a person can mend it.

::

    RiverplanError              everything below; worth catching at the surface
      InputError                bad input; carries *all* problems found, not the first
        NetworkError            the river itself cannot be used (cycles, nothing connected …)
        UnknownNameError        a site, scenario, substance or model that does not exist
      StoreError                a river file could not be read or written; the old one is unharmed

Bugs raise builtins and are not caught: their traceback is wanted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from riverplan.i18n import LANGS, Lang, text

Severity = Literal["error", "warning", "note"]


def said(fields: Mapping[str, object], lang: Lang) -> dict[str, object]:
    """Fields of a problem in one language: what differs by language is taken in that one."""
    return {k: v[lang] if isinstance(v, Mapping) and v.keys() == set(LANGS) else v for k, v in fields.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong: where, what, and the mend, in both languages.

    The words stand in ``i18n/problems.toml`` under ``[problem]`` as ``<code>`` (what is wrong) and
    ``<code>_mend`` (what to do); ``fields`` fill their placeholders. A field
    ``{"zh": …, "en": …}`` is put in in the language asked for.
    """

    code: str
    severity: Severity = "error"
    fields: Mapping[str, object] = field(default_factory=dict)
    file: str = ""
    sheet: str = ""
    row: int | None = None
    """Row as Excel counts it (the head is row 1)."""
    head: str = ""
    lon: float | None = None
    lat: float | None = None

    def where(self, lang: Lang) -> str:
        """File, sheet, row, head and position, as far as they are known; may be empty."""
        parts = [self.file, self.sheet]
        if self.row is not None:
            parts.append(text("problem_place.row", lang, row=self.row))
        if self.head:
            parts.append(text("problem_place.head", lang, head=self.head))
        if self.lon is not None and self.lat is not None:
            parts.append(f"({self.lon:.5f}, {self.lat:.5f})")
        return " ".join(p for p in parts if p)

    def what(self, lang: Lang) -> str:
        """What is wrong."""
        return text(f"problem.{self.code}", lang, **self.said(lang))

    def mend(self, lang: Lang) -> str:
        """What to do about it."""
        return text(f"problem.{self.code}_mend", lang, **self.said(lang))

    def said(self, lang: Lang) -> dict[str, object]:
        """The fields as they are put into the words of a language."""
        return said(self.fields, lang)

    def text(self, lang: Lang) -> str:
        """Place, what and mend as one sentence."""
        where = self.where(lang)
        colon, stop = ("：", "") if lang == "zh" else (": ", " ")
        return f"{where}{colon if where else ''}{self.what(lang)}{stop}{self.mend(lang)}"

    def as_json(self) -> dict[str, object]:
        """The problem as JSON-ready values, both languages."""
        return {
            "code": self.code, "severity": self.severity,
            "file": self.file or None, "sheet": self.sheet or None, "row": self.row,
            "head": self.head or None, "lon": self.lon, "lat": self.lat,
            **{lang: self.what(lang) for lang in LANGS},
            **{f"mend_{lang}": self.mend(lang) for lang in LANGS},
        }


class RiverplanError(Exception):
    """The root of all errors a user can cause or mend."""


class InputError(RiverplanError):
    """Input that cannot be used, with all its problems.

    Parameters
    ----------
    problems
        At least one :class:`Problem`.
    """

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(p.text("zh") + "\n" + p.text("en") for p in self.problems))


class NetworkError(InputError):
    """The river cannot be used as it is: the problems name the reaches and the mend."""


class UnknownNameError(InputError):
    """A site, flow scenario, substance or model of this name does not exist."""


class StoreError(InputError):
    """A river file could not be read or written. What stood there before is unharmed."""

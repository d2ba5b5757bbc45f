"""The counts of an import as findings of its report, so that they travel with the river, and back."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from riverplan.errors import Problem
from riverplan.i18n import LANGS, Lang, catalogue, text
from riverplan.river.network import RiverNetwork
from riverplan.tables.counts import Count

CODES = ("counted", "counted_short")
Place = tuple[str, str, int]
"""File, sheet and row of a row of a list."""


def counted(counts: Iterable[Count], left_out: Mapping[Place, str] | None = None) -> tuple[Problem, ...]:
    """The counts as findings; of a sheet without a row there is nothing to say.

    Parameters
    ----------
    counts
        As the rows were read.
    left_out
        Rows that were read well and yet could not be used with this river, each with the code of the reason.
    """
    lost: dict[tuple[str, str], dict[str, int]] = {}
    for (file, sheet, _), code in (left_out or {}).items():
        reasons = lost.setdefault((file, sheet), {})
        reasons[code] = reasons.get(code, 0) + 1
    found = []
    for count in counts:
        more = lost.get((count.file, count.sheet), {})
        dropped = {code: count.dropped.get(code, 0) + more.get(code, 0) for code in sorted({*count.dropped, *more})}
        found.append(replace(count, kept=count.kept - sum(more.values()), dropped=dropped))
    return tuple(counted_problem(c) for c in found if c.read)


def counted_problem(count: Count) -> Problem:
    """A count as a finding: a note where it adds up, a warning that says how many are missing where not.

    >>> from riverplan.tables.counts import Count
    >>> counted_problem(Count(file="a.csv", read=5, kept=3, dropped={"撤销": 2})).fields["dropped"]
    {'zh': '撤销 2', 'en': '撤销 2'}
    """
    lost = sum(count.dropped.values())
    fields: dict[str, Any] = {
        "file": count.file, "sheet": count.sheet, "read": count.read, "kept": count.kept, "merged": count.merged,
        "lost": lost, "dropped": {lang: reasons_said(count.dropped, lang) or "—" for lang in LANGS},
        "reasons": dict(count.dropped)}
    if count.adds_up:
        return Problem(code="counted", severity="note", file=count.file, sheet=count.sheet, fields=fields)
    short = count.read - count.kept - count.merged - lost
    return Problem(code="counted_short", severity="warning", file=count.file, sheet=count.sheet,
                   fields={**fields, "short": short})


def reasons_said(dropped: Mapping[str, int], lang: Lang) -> str:
    """Why rows were dropped, in words, and how many for each reason."""
    return ("；" if lang == "zh" else "; ").join(f"{reason_said(code, lang)} {n}" for code, n in dropped.items())


def reason_said(code: str, lang: Lang) -> str:
    """A reason in a few words; the code itself where it has none."""
    key = f"dropped.{code}"
    return text(key, lang) if key in catalogue() else code


def counts_of(river: RiverNetwork) -> tuple[Count, ...]:
    """The counts in the report of a river, in the order of the import."""
    return tuple(_count(p.fields) for p in river.report if p.code in CODES)


def _count(fields: Mapping[str, Any]) -> Count:
    return Count(file=str(fields["file"]), sheet=str(fields["sheet"]), read=int(fields["read"]),
                 kept=int(fields["kept"]), merged=int(fields["merged"]),
                 dropped={str(k): int(v) for k, v in dict(fields.get("reasons") or {}).items()})

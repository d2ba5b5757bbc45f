"""The counts of an import as findings of its report, so that they travel with the river, and back."""

from collections.abc import Mapping
from typing import Any

from riverplan.errors import Problem
from riverplan.river.network import RiverNetwork
from riverplan.tables.counts import Count

CODES = ("counted", "counted_short")


def counted_problem(count: Count) -> Problem:
    """A count as a finding: a note where it adds up, a warning that says how many are missing where not.

    >>> from riverplan.tables.counts import Count
    >>> counted_problem(Count(file="a.csv", read=5, kept=3, dropped={"撤销": 2})).fields["dropped"]
    '撤销 2'
    """
    lost = sum(count.dropped.values())
    fields: dict[str, Any] = {
        "file": count.file, "sheet": count.sheet, "read": count.read, "kept": count.kept, "merged": count.merged,
        "lost": lost, "dropped": "；".join(f"{reason} {n}" for reason, n in count.dropped.items()) or "—",
        "reasons": dict(count.dropped)}
    if count.adds_up:
        return Problem(code="counted", severity="note", file=count.file, sheet=count.sheet, fields=fields)
    short = count.read - count.kept - count.merged - lost
    return Problem(code="counted_short", severity="warning", file=count.file, sheet=count.sheet,
                   fields={**fields, "short": short})


def counts_of(river: RiverNetwork) -> tuple[Count, ...]:
    """The counts in the report of a river, in the order of the import."""
    return tuple(_count(p.fields) for p in river.report if p.code in CODES)


def _count(fields: Mapping[str, Any]) -> Count:
    return Count(file=str(fields["file"]), sheet=str(fields["sheet"]), read=int(fields["read"]),
                 kept=int(fields["kept"]), merged=int(fields["merged"]),
                 dropped={str(k): int(v) for k, v in dict(fields.get("reasons") or {}).items()})

"""Rows of lists that say two things of one place: the later one counts, and that is said."""

from collections.abc import Iterable, Sequence
from itertools import combinations

from riverplan.i18n import LANGS
from riverplan.river.parameters import LIMIT_SNUG, WHOLE, Row, Told, limits
from riverplan.tables.schema import tables

LIKE = 0.01
"""Values that differ by less than this share say the same."""
_VALUES = (*WHOLE, "depth", "drainage_area", "mean_discharge")


def say_contradictions(stretches: Sequence[Row], flows: Sequence[Row], told: Told) -> None:
    """Name flows given twice for a place and a flow, and stretches that overlap with other values."""
    first: dict[tuple[object, ...], Row] = {}
    for row in flows:
        place = (row["river"], row["scenario"], row.get("at_km"))
        before = first.setdefault(place, row)
        if before is not row and (differ := _differ(before, row, ("discharge", "velocity"))):
            told.say("flow_twice", row, river=row["river"], other=before.get("row"), values=_named("flow", differ))
        first[place] = row
    by_river: dict[str, list[Row]] = {}
    for row in stretches:
        by_river.setdefault(str(row["river"]), []).append(row)
    for river, rows in by_river.items():
        for a, b in combinations(rows[:500], 2):
            (low, high), (lower, upper) = limits(a), limits(b)
            whole = low < 0 and high > lower and upper - lower < high - low        # of the river, refined later
            if not whole and min(high, upper) - max(low, lower) > LIMIT_SNUG and (differ := _differ(a, b, _VALUES)):
                told.say("stretches_overlap", b, river=river, other=a.get("row"),
                         values=_named("reach_parameter", differ))


def _named(kind: str, names: Iterable[str]) -> dict[str, str]:
    """Fields in words, in both languages."""
    return {lang: ("、" if lang == "zh" else ", ").join(tables()[kind].field(n).head(lang) for n in names)
            for lang in LANGS}


def _differ(a: Row, b: Row, names: Iterable[str]) -> list[str]:
    """Fields both rows give, with values that are not alike."""
    return [n for n in names if a.get(n) and b.get(n) and abs(a[n] - b[n]) > LIKE * max(abs(a[n]), abs(b[n]))]

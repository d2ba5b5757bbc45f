"""Rows in = rows kept + merged + dropped, sheet by sheet: nothing a bureau wrote disappears uncounted."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

MERGED = "merged"
"""Outcome of a row that says what another one says already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What became of the rows of one sheet or layer.

    ``read`` rows held anything; ``dropped`` counts by the code of the reason, most of them codes of
    problems that name the row.
    """

    file: str
    sheet: str = ""
    read: int
    kept: int
    merged: int = 0
    dropped: Mapping[str, int] = field(default_factory=dict)

    @property
    def adds_up(self) -> bool:
        """Whether every row is accounted for."""
        return self.read == self.kept + self.merged + sum(self.dropped.values())


@dataclass(slots=True, kw_only=True)
class Tally:
    """Outcomes of rows while files are read; a row that more than one list uses is kept if one keeps it."""

    _rows: dict[tuple[str, str], dict[int, str]] = field(default_factory=dict)
    _more: dict[tuple[str, str], Counter[str]] = field(default_factory=dict)

    def add(self, file: str, sheet: str, outcomes: Mapping[int, str]) -> None:
        """Note what one reading of a sheet made of its rows (empty: kept)."""
        own = self._rows.setdefault((file, sheet), {})
        for row, outcome in outcomes.items():
            own[row] = "" if not outcome else own.get(row, outcome)

    def turn(self, file: str, sheet: str, row: int, outcome: str) -> None:
        """Change the outcome of a row that was kept."""
        self._rows[file, sheet][row] = outcome

    def drop(self, file: str, sheet: str, dropped: Mapping[str, int]) -> None:
        """Note rows that were never read as rows of a list."""
        self._rows.setdefault((file, sheet), {})
        self._more.setdefault((file, sheet), Counter()).update(dropped)

    def counts(self) -> tuple[Count, ...]:
        """The counts of all sheets, in the order they were read."""
        return tuple(self._count(*place) for place in self._rows)

    def _count(self, file: str, sheet: str) -> Count:
        by = Counter(self._rows[file, sheet].values())
        kept, merged = by.pop("", 0), by.pop(MERGED, 0)
        dropped = by + self._more.get((file, sheet), Counter())
        return Count(file=file, sheet=sheet, read=kept + merged + sum(dropped.values()), kept=kept, merged=merged,
                     dropped=MappingProxyType(dict(sorted(dropped.items()))))

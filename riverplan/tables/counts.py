"""What became of the rows or lines of a file: read = kept + merged + dropped with a reason."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """The rows of one sheet, or the lines of one layer.

    Parameters
    ----------
    file, sheet
        Where they stood; ``sheet`` may be empty, or the name of a layer.
    read, kept, merged
        How many were there, were taken over, and were put together with another one.
    dropped
        How many were left out, by reason.
    """

    file: str
    sheet: str = ""
    read: int
    kept: int
    merged: int = 0
    dropped: Mapping[str, int] = field(default_factory=dict)

    @property
    def adds_up(self) -> bool:
        """Whether nothing was lost without a word."""
        return self.read == self.kept + self.merged + sum(self.dropped.values())

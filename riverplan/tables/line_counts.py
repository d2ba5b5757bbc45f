"""What became of the features of each layer of lines: every one kept, merged, or dropped for a reason."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from riverplan.tables.counts import Count
from riverplan.tables.line_shapes import FEATURE

LAYER = "_layer"
"""Column of the number of the layer a line came in, while lines are read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerFate:
    """A layer while it is read.

    Parameters
    ----------
    file, layer
        Where the features stand.
    read
        How many there are.
    lost
        For each feature of which something was left out the code of the problem that says so.
    """

    file: str
    layer: str
    read: int
    lost: dict[int, str] = field(default_factory=dict)


def counts_of(fates: Sequence[LayerFate], frame: pd.DataFrame, merged: pd.DataFrame | None = None,
              ) -> tuple[Count, ...]:
    """The count of each layer.

    A feature is kept if any line of it is left, else merged if one was joined into a line of another
    feature, else dropped for the first reason that took something from it.

    Parameters
    ----------
    fates
        The layers in the order of :data:`LAYER`.
    frame, merged
        The lines that are left and those joined into one of them, with :data:`LAYER` and
        :data:`riverplan.tables.line_shapes.FEATURE`.
    """
    kept = _features(frame)
    joined = _features(merged) - kept if merged is not None else set()
    counts = []
    for number, fate in enumerate(fates):
        dropped: Counter[str] = Counter()
        here, into = 0, 0
        for feature in range(fate.read):
            if (number, feature) in kept:
                here += 1
            elif (number, feature) in joined:
                into += 1
            elif feature in fate.lost:
                dropped[fate.lost[feature]] += 1
        counts.append(Count(file=fate.file, sheet=fate.layer, read=fate.read, kept=here, merged=into,
                            dropped=dict(dropped)))
    return tuple(counts)


def _features(frame: pd.DataFrame) -> set[tuple[int, int]]:
    return set(zip(frame[LAYER].astype(int).tolist(), frame[FEATURE].astype(int).tolist(), strict=True))

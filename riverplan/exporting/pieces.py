"""The way of the plume cut where its leading edge passes from class to class, with the times at both ends."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from shapely.geometry import LineString
from shapely.ops import substring

from riverplan.exporting.symbology import ARRIVAL_CLASSES, arrival_class
from riverplan.forecasting.result import Forecast

Ends = tuple[float, float]
"""A value at the upper and at the lower end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of a reach within one arrival class: line in the river's plane, values at its two ends.

    Distances [m] are along the river from the spill, times [s] after release.
    """

    row: int
    part: int
    number: int
    """Arrival class, as in :mod:`riverplan.exporting.symbology`."""
    line: LineString
    distance: Ends
    earliest: Ends
    leading: Ends
    peak: Ends
    trailing: Ends
    peak_concentration: float
    """At the lower end of the reach [kg/m³]; ``nan`` where unknown."""
    fully_mixed: bool | None
    model: str
    """Key in the catalogue of the velocity model used on the reach."""
    velocity: float
    """[m/s]."""
    sigma_ln: float
    """Standard error of ln(velocity)."""
    ends_reach: bool
    """Whether it reaches the lower end of its reach."""


def pieces(forecast: Forecast) -> Iterator[Piece]:
    """The pieces of the way, reach by reach as the forecast lists them; those without a line are left out."""
    times, reaches = forecast.reach_times, forecast.river.reaches
    lines, lengths = reaches.geometry.to_numpy(), reaches["length"].to_numpy()
    for i, row in enumerate(times.reach):
        ends = {name: (float(getattr(times, f"{name}_tail")[i]), float(getattr(times, f"{name}_head")[i]))
                for name in ("distance", "earliest", "leading", "peak", "trailing")}
        if not np.isfinite(ends["leading"]).all():
            continue
        # drawn and stated lengths differ: positions go by the fraction of the reach
        whole = substring(lines[row], min(times.start[i] / lengths[row], 1.0), 1.0, normalized=True)
        if not isinstance(whole, LineString) or whole.length == 0:
            continue
        cuts = _cuts(ends["leading"])
        for part, (a, b) in enumerate(pairwise(cuts)):
            line = substring(whole, a, b, normalized=True)
            if isinstance(line, LineString) and line.length > 0:
                yield Piece(
                    row=int(row), part=part, line=line, ends_reach=b == 1.0,
                    number=arrival_class(_at(ends["leading"], (a + b) / 2)),
                    distance=_between(ends["distance"], a, b), earliest=_between(ends["earliest"], a, b),
                    leading=_between(ends["leading"], a, b), peak=_between(ends["peak"], a, b),
                    trailing=_between(ends["trailing"], a, b),
                    peak_concentration=float(times.peak_concentration_head[i]),
                    fully_mixed=times.fully_mixed_head[i], model=str(times.model[i]),
                    velocity=float(times.velocity[i]), sigma_ln=float(times.sigma_ln[i]))


def _cuts(leading: Ends) -> list[float]:
    """Fractions of a reach at which the leading edge passes from class to class, with 0 and 1."""
    low, high = leading
    met = [(c.until - low) / (high - low) for c in ARRIVAL_CLASSES if low < c.until < high]
    return [0.0, *met, 1.0]


def _at(ends: Ends, fraction: float) -> float:
    return ends[0] + (ends[1] - ends[0]) * fraction


def _between(ends: Ends, a: float, b: float) -> Ends:
    return _at(ends, a), _at(ends, b)

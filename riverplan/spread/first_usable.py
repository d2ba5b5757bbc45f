"""Two models of one stretch as one: where the first lacks what it requires, the second serves."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Array, Stretch, TransferModel, Transform


@dataclass(frozen=True, slots=True)
class FirstUsable:
    """A model and the one that stands in for it; what is said of the whole is said of the first.

    The quantity a curve shows is that of the model of the reach where it is observed.
    """

    model: TransferModel
    instead: TransferModel

    @property
    def name(self) -> str:
        """Identifier of the first."""
        return self.model.name

    @property
    def requires(self) -> tuple[str, ...]:
        """What the second requires: every stretch must have it."""
        return self.instead.requires

    @property
    def quantity(self) -> Literal["flux", "resident"]:
        """Quantity of the first."""
        return self.model.quantity

    @property
    def sigma_peak(self) -> float:
        """The larger of the two."""
        return max(self.model.sigma_peak, self.instead.sigma_peak)

    def usable(self, stretch: Stretch) -> NDArray[np.bool_]:
        """Where either is."""
        return self.model.usable(stretch) | self.instead.usable(stretch)

    def _parts(self, stretch: Stretch) -> list[tuple[TransferModel, NDArray[np.intp], Stretch]]:
        first = self.model.usable(stretch)
        return [(m, rows, stretch.take(rows, stretch.length[rows])) for m, here in
                ((self.model, first), (self.instead, ~first)) if (rows := np.flatnonzero(here)).size]

    def log_transfer(self, s: Transform, stretch: Stretch) -> Transform:
        """That of the model of each stretch."""
        out: Transform = np.empty((stretch.length.size, s.shape[-1]), s.dtype)
        for model, rows, part in self._parts(stretch):
            out[rows] = model.log_transfer(_of(s, rows, stretch), part)
        return out

    def log_observed(self, s: Transform, stretch: Stretch) -> Transform:
        """That of the model of each stretch."""
        out: Transform = np.empty((stretch.length.size, s.shape[-1]), s.dtype)
        for model, rows, part in self._parts(stretch):
            out[rows] = model.log_observed(_of(s, rows, stretch), part)
        return out

    def cumulants(self, stretch: Stretch, decay: Array) -> Array:
        """Those of the model of each stretch."""
        out = np.empty((stretch.length.size, 3))
        for model, rows, part in self._parts(stretch):
            out[rows] = model.cumulants(part, decay[rows])
        return out

    def observed_cumulants(self, stretch: Stretch, decay: Array) -> Array:
        """Those of the model of each stretch."""
        out = np.empty((stretch.length.size, 3))
        for model, rows, part in self._parts(stretch):
            out[rows] = model.observed_cumulants(part, decay[rows])
        return out

    def slowest_rate(self, stretch: Stretch) -> Array:
        """That of the model of each stretch."""
        out = np.empty(stretch.length.size)
        for model, rows, part in self._parts(stretch):
            out[rows] = model.slowest_rate(part)
        return out


def _of(s: Transform, rows: NDArray[np.intp], stretch: Stretch) -> Transform:
    """The rows of ``s`` where it has one a stretch."""
    return s[rows] if s.ndim > 1 and len(s) == stretch.length.size > 1 else s

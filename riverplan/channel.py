"""What the velocity and spread formulas share: arrays of reach properties, and their protocols.

All arrays are float64 of shape ``(n,)``, one value a reach, SI, ``nan`` where a value is not known.
"""

from dataclasses import dataclass, fields, replace
from typing import Literal, Protocol, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
ComplexArray = NDArray[np.complex128]
Transform = TypeVar("Transform", Array, ComplexArray)
"""A Laplace variable and what is computed of it: real or complex."""
Z95 = 1.6448536269514722
"""Standard normal quantile of 95 %: bands are 5–95 %."""
Z99 = 2.3263478740408408
"""Standard normal quantile of 99 %: ``earliest`` is the 1 % quantile of the leading edge."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Channel:
    """The hydraulic state of ``n`` reaches at one steady flow.

    Parameters
    ----------
    length
        Reach length [m].
    discharge
        Discharge at the time of the event [m³/s].
    mean_discharge
        Mean annual discharge [m³/s].
    drainage_area
        Drainage area [m²].
    slope
        Bed or water-surface slope [m/m].
    width
        Water-surface width [m].
    depth
        Mean depth [m].
    roughness
        Manning's n [s/m^(1/3)].
    storage
        Water stored in a reservoir reach [m³].
    is_reservoir
        Whether the reach is a pool, shape ``(n,)``, bool.
    rating_discharge, rating_velocity
        Tabulated pairs of discharge [m³/s] and velocity [m/s], shape ``(n, k)``, ``nan`` padded,
        rising in discharge along the second axis.
    rating_measured
        Whether all pairs of the reach were measured in the field (else they are assumed), bool.
    """

    length: Array
    discharge: Array
    mean_discharge: Array
    drainage_area: Array
    slope: Array
    width: Array
    depth: Array
    roughness: Array
    storage: Array
    is_reservoir: NDArray[np.bool_]
    rating_discharge: Array
    rating_velocity: Array
    rating_measured: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Velocity:
    """How fast the plume's peak travels through each reach, and how sure that is.

    Parameters
    ----------
    most_probable
        Velocity of the peak [m/s]; ``nan`` where the model lacks a value it requires.
    maximum_probable
        Velocity exceeded in about 1 % of cases [m/s], never below ``most_probable``.
    sigma_ln
        Standard error of ln(velocity) [-].
    mixing_time
        Mean time the water spends mixed in a pool after the plug delay ``length / most_probable`` [s];
        0 in a river.
    """

    most_probable: Array
    maximum_probable: Array
    sigma_ln: Array
    mixing_time: Array


class VelocityModel(Protocol):
    """A formula that gives a velocity for each reach that has the values it requires."""

    @property
    def name(self) -> str:
        """Identifier of the model, as in ``MODELS``."""

    @property
    def requires(self) -> tuple[str, ...]:
        """Names of the :class:`Channel` arrays that must be known."""

    def __call__(self, channel: Channel) -> Velocity:
        """Velocity of each reach; ``nan`` where a required value is missing."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UnitResponse:
    """How unit releases pass places: arrays of any shape, times [s] since release, height [1/s].

    ``tail_end`` is where the falling limb is at 10 % of the peak (the trailing edge); ``widened`` marks
    responses that had to be stretched to keep their shape possible.
    """

    leading: Array
    peak: Array
    tail_end: Array
    height: Array
    widened: NDArray[np.bool_]


class SpreadModel(Protocol):
    """How a plume has spread by the time its peak arrives."""

    @property
    def name(self) -> str:
        """Identifier of the model, as in ``MODELS``."""

    @property
    def leading(self) -> float:
        """Time of the leading edge over that of the peak."""

    @property
    def sigma_leading(self) -> float:
        """Standard error of ln(leading edge), given the peak time."""

    @property
    def sigma_peak(self) -> float:
        """Standard error of ln(unit peak), given the peak time."""

    @property
    def shortest(self) -> float:
        """Shorter travel times spread as if they were this long [s]."""

    def first_peak(self, flow_ratio: Array) -> Array:
        """Unit peak [1/s] at the shortest travel time, by discharge over mean discharge [-]."""

    def response(self, peak_time: Array, height: Array) -> UnitResponse:
        """The response from the accumulated peak time [s] and the unit peak [1/s]."""

    def density(self, time: Array, response: UnitResponse) -> Array:
        """Flux density [1/s] at times of shape ``(..., k)``; unit area."""

    def peak_power(self, flow_ratio: Array) -> Array:
        """Power with which the unit peak falls with the travel time [-]."""

    def mean_lag(self, response: UnitResponse) -> Array:
        """How long after its peak the mean of a response passes [s]."""

    def peak_of_mean(self, mean_time: Array, height: Array, power: Array) -> Array:
        """Travel time of the peak [s] of the response whose mean passes at a time.

        ``height`` is the unit peak [1/s] were that the time of the peak, ``power`` that with which it falls.
        """

@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stretch:
    """``n`` pieces of river that a linear transfer model is asked for: arrays of shape ``(n,)``.

    Parameters
    ----------
    length
        Way through the piece [m].
    velocity
        Velocity with which the plume travels [m/s], what dead water holds back included, as dye measures it.
    width, depth
        [m]; ``nan`` where unknown.
    shear_velocity
        sqrt(g · depth · energy slope) [m/s]; ``nan`` where unknown.
    dispersion
        Longitudinal dispersion coefficient where it is known [m²/s], else ``nan``: the model's formula serves.
    storage_ratio
        Area of dead water over that of the flowing water where it is known [-], else ``nan``.
    exchange
        Rate of exchange with the dead water where it is known [1/s], else ``nan``.
    """

    length: Array
    velocity: Array
    width: Array
    depth: Array
    shear_velocity: Array
    dispersion: Array
    storage_ratio: Array
    exchange: Array

    def take(self, rows: NDArray[np.intp], length: Array) -> Self:
        """Pieces of other lengths [m] with the properties of ``rows``."""
        picked = {f.name: getattr(self, f.name)[rows] for f in fields(self)}
        return replace(self, **{**picked, "length": length})


def zeros(s: Transform, stretch: Stretch) -> Transform:
    """Logarithms of a transfer function that changes nothing, shape ``(n, k)``, of the kind of ``s``."""
    out: Transform = np.zeros((stretch.length.size, s.shape[-1]), s.dtype)
    return out


def rate_of(time: Array) -> Array:
    """``1 / time`` [1/s]; ``inf`` where the time is nothing or next to it."""
    some = time > 1e-300
    return np.where(some, 1.0 / np.where(some, time, 1.0), np.inf)


class TransferModel(Protocol):
    """A linear model of one stretch: the Laplace transform of what leaves it over what enters it.

    Transfer functions along one way multiply, so their logarithms and all cumulants add.
    """

    @property
    def name(self) -> str:
        """Identifier of the model, as in ``TRANSFER_MODELS``."""

    @property
    def requires(self) -> tuple[str, ...]:
        """Names of the :class:`Stretch` arrays that must be known and positive."""

    @property
    def quantity(self) -> Literal["flux", "resident"]:
        """Whether the curve is what flows through the section, or what a sample of its water holds."""

    @property
    def sigma_peak(self) -> float:
        """Standard error of ln(unit peak), given the peak time."""

    def usable(self, stretch: Stretch) -> NDArray[np.bool_]:
        """Which of the stretches have the values the model requires, shape ``(n,)``."""

    def log_transfer(self, s: Transform, stretch: Stretch) -> Transform:
        """Logarithm of the flux transfer function, shape ``(n, k)``.

        ``s`` [1/s] has shape ``(k,)`` or ``(n, k)`` and lies right of minus :meth:`slowest_rate`.
        """

    def log_observed(self, s: Transform, stretch: Stretch) -> Transform:
        """Logarithm of the observed quantity over the flux at the end of the stretches, shape ``(n, k)``."""

    def cumulants(self, stretch: Stretch, decay: Array) -> Array:
        """Mean [s], variance [s²] and third cumulant [s³] of the flux's age, shape ``(n, 3)``.

        ``decay`` [1/s], shape ``(n,)``: what survives a first-order loss is younger.
        """

    def observed_cumulants(self, stretch: Stretch, decay: Array) -> Array:
        """What observing the quantity at the end of the stretches adds to the cumulants, shape ``(n, 3)``."""

    def slowest_rate(self, stretch: Stretch) -> Array:
        """Rate of the slowest exponential in the tail [1/s], shape ``(n,)``; ``inf`` where there is none."""

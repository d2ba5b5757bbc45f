"""Normal errors that depend on a seed and their place alone, drawn many at a time in float32.

A draw is a pure function of seed, stream, row and member: more members or rows change none of the others, and
any part can be drawn again by itself. The bits are those of Philox4x32-10 (Salmon et al. 2011, "Parallel random
numbers: as easy as 1, 2, 3", https://doi.org/10.1145/2063384.2063405), turned normal by the inverse of the normal
distribution (Giles 2012, "Approximating the erfinv function", single precision). 23 bits make a draw, so none lies
beyond 5.3 standard deviations. Logarithm and exponential are Cephes' single-precision polynomials (Moshier), written
out because a call per number would keep the loops from running on vectors.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit, types
from numba.extending import intrinsic
from numpy.typing import NDArray

from riverplan.transport.compiled import Times

Bits = NDArray[np.uint32]

LANES = 16
"""Counters worked on side by side; each gives four words, so that member ``64 g + 16 i + j`` of a row gets word ``i``
of counter ``16 g + j``."""


def _bitcast(given: types.Type, wanted: types.Type) -> Callable[..., tuple[Any, Any]]:
    """The same 32 bits read as another type."""
    def build(context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return builder.bitcast(args[0], context.get_value_type(wanted))

    def typed(_context: Any, _bits: Any) -> tuple[Any, Any]:
        return wanted(given), build

    return typed


_as_float = intrinsic(_bitcast(types.int32, types.float32))
_as_bits = intrinsic(_bitcast(types.float32, types.int32))


@njit(inline="always")
def _log(x: np.float32) -> np.float32:
    """Natural logarithm of a normal positive float32 (Cephes logf)."""
    one = np.float32(1.0)
    shifted = np.int32(_as_bits(x) - np.int32(0x3F3504F3))            # from sqrt(1/2): mantissa in [0.707, 1.414)
    e = np.int32(shifted >> np.int32(23))
    y = _as_float(np.int32(np.int32(shifted & np.int32(0x7FFFFF)) + np.int32(0x3F3504F3))) - one
    p = np.float32(7.0376836292e-2)
    p = p * y - np.float32(1.1514610310e-1)
    p = p * y + np.float32(1.1676998740e-1)
    p = p * y - np.float32(1.2420140846e-1)
    p = p * y + np.float32(1.4249322787e-1)
    p = p * y - np.float32(1.6668057665e-1)
    p = p * y + np.float32(2.0000714765e-1)
    p = p * y - np.float32(2.4999993993e-1)
    p = p * y + np.float32(3.3333331174e-1)
    z = y * y
    return y + (p * y * z - np.float32(0.5) * z) + np.float32(e) * np.float32(0.69314718056)


@njit(inline="always")
def _exp(x: np.float32) -> np.float32:
    """Exponential of a float32, held between exp(-87) and exp(87) (Cephes expf)."""
    x = min(max(x, np.float32(-87.0)), np.float32(87.0))
    n = np.floor(x * np.float32(1.44269504089) + np.float32(0.5))
    x = (x - n * np.float32(0.693359375)) + n * np.float32(2.12194440e-4)
    p = np.float32(1.9875691500e-4)
    p = p * x + np.float32(1.3981999507e-3)
    p = p * x + np.float32(8.3334519073e-3)
    p = p * x + np.float32(4.1665795894e-2)
    p = p * x + np.float32(1.6666665459e-1)
    p = p * x + np.float32(5.0000001201e-1)
    y = p * x * x + x + np.float32(1.0)
    return y * _as_float(np.int32(np.int32(np.int32(n) + np.int32(127)) << np.int32(23)))


@njit(inline="always")
def _normal(bits: np.uint32) -> np.float32:
    """Standard normal of 32 random bits, of which 23 are used (Giles, inverse error function)."""
    u = (np.float32(np.int32(bits >> np.uint32(9))) + np.float32(0.5)) * np.float32(2.0**-23)
    one = np.float32(1.0)
    w = -_log(np.float32(4.0) * u * (one - u))
    a = w - np.float32(2.5)
    p = np.float32(2.81022636e-08)
    p = p * a + np.float32(3.43273939e-07)
    p = p * a - np.float32(3.5233877e-06)
    p = p * a - np.float32(4.39150654e-06)
    p = p * a + np.float32(0.00021858087)
    p = p * a - np.float32(0.00125372503)
    p = p * a - np.float32(0.00417768164)
    p = p * a + np.float32(0.246640727)
    p = p * a + np.float32(1.50140941)
    b = np.float32(np.sqrt(max(w, np.float32(5.0)))) - np.float32(3.0)
    q = np.float32(-0.000200214257)
    q = q * b + np.float32(0.000100950558)
    q = q * b + np.float32(0.00134934322)
    q = q * b - np.float32(0.00367342844)
    q = q * b + np.float32(0.00573950773)
    q = q * b - np.float32(0.0076224613)
    q = q * b + np.float32(0.00943887047)
    q = q * b + np.float32(1.00167406)
    q = q * b + np.float32(2.83297682)
    tail = np.float32(w >= np.float32(5.0))                   # a product, since a branch would end the vectors
    return (p + tail * (q - p)) * (u + u - one) * np.float32(1.41421356237)


@njit(cache=True)
def philox(seed: np.uint64, stream: int, row: int, first: int, words: Bits) -> None:
    """Random bits of ``LANES`` counters from ``first`` on: ``words[i, j]`` is word ``i`` of counter ``first + j``.

    The counter is (number, row, stream, 0), the key the two halves of the seed.
    """
    low = np.uint64(0xFFFFFFFF)
    for j in range(LANES):
        c0, c1 = np.uint64(np.uint32(first + j)), np.uint64(row)
        c2, c3 = np.uint64(stream), np.uint64(0)
        k0, k1 = np.uint64(seed) & low, np.uint64(seed) >> np.uint64(32)
        for _ in range(10):
            a, b = c0 * np.uint64(0xD2511F53), c2 * np.uint64(0xCD9E8D57)
            c0, c1 = (b >> np.uint64(32)) ^ c1 ^ k0, b & low
            c2, c3 = (a >> np.uint64(32)) ^ c3 ^ k1, a & low
            k0, k1 = (k0 + np.uint64(0x9E3779B9)) & low, (k1 + np.uint64(0xBB67AE85)) & low
        words[0, j], words[1, j] = np.uint32(c0), np.uint32(c1)
        words[2, j], words[3, j] = np.uint32(c2), np.uint32(c3)


@njit(cache=True)
def _room_for_bits(members: int) -> Bits:
    """Room for the random bits of one row, whole turns of counters."""
    return np.empty(((members + 4 * LANES - 1) // (4 * LANES), 4, LANES), np.uint32)


@njit(cache=True, fastmath={"contract"})
def _draw_row(seed: np.uint64, stream: int, row: int, sigma: float, bits: Bits, out: Times) -> None:
    """Normal errors of one row, one a member."""
    for turn in range(bits.shape[0]):
        philox(seed, stream, row, turn * LANES, bits[turn])
    flat, scale = bits.reshape(-1), np.float32(sigma)
    for k in range(out.size):
        out[k] = scale * _normal(flat[k])


@njit(cache=True)
def draw_errors(seed: np.uint64, stream: int, sigma: float, out: Times) -> None:
    """Normal errors of standard deviation ``sigma`` into ``out`` of shape (rows, members)."""
    bits = _room_for_bits(out.shape[1])
    for row in range(out.shape[0]):
        _draw_row(seed, stream, row, sigma, bits, out[row])


@njit(cache=True, fastmath={"contract"})
def draw_factors(seed: np.uint64, stream: int, sigma: float, besides: Times, out: Times) -> None:
    """Factors exp(-error) into ``out`` of shape (rows, members), where the error is one given and one drawn.

    ``besides`` is the error given for each member, shape ``(members,)``.
    """
    rows, members = out.shape
    bits, drawn = _room_for_bits(members), np.empty(members, np.float32)
    for row in range(rows):
        _draw_row(seed, stream, row, sigma, bits, drawn)
        factor = out[row]
        for k in range(members):
            factor[k] = _exp(-(besides[k] + drawn[k]))

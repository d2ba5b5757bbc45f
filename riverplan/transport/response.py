"""Breakthrough curves at places from the arms that lead there.

Each arm carries the unit response of its river time, shifted by its plug delays and passed
through its mixed tanks. Decay multiplies by ``exp(-k t)``, the arms of a place add by mass, the pieces of
a release are superposed. All curves are fluxes per unit of mass released [1/s];
times the mass over the discharge at the place they are concentrations.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Array, SpreadModel, UnitResponse
from riverplan.transport import arms as a
from riverplan.transport.release import INSTANT, Pieces, released, thinned

_RISE = np.linspace(0.0, 1.0, 25)
_TAIL = np.unique(np.concatenate([np.linspace(0.0, 1.5, 61), np.linspace(1.5, 4.2, 40)]))
_TANK = np.concatenate([[0.0], np.geomspace(1e-3, 14.0, 320)])
_CELLS = 1_000_000
"""Most arm times time steps evaluated at once: bounds the memory below braids."""
_COLUMNS = 800
"""Most times a place is evaluated at; where many arms meet, times between their own are left out."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Curves:
    """Unit curves of ``p`` places that ``c`` arms lead to.

    ``time`` [s] and ``flux`` [1/s] have shape ``(p, k)``, times rising; the flux is after the decay since
    the first time of the row, ``loss`` is the decay until then. ``edge`` [s] is the leading edge of each
    arm, shape ``(c,)``. ``instant_peak`` [1/s] is the peak had the release been instantaneous, ``plug_peak``
    [1/s] that peak if no pool mixed, ``widened`` marks places where a response was stretched.
    """

    time: Array
    flux: Array
    loss: Array
    edge: Array
    plug_peak: Array
    instant_peak: Array
    widened: NDArray[np.bool_]


def stir(time: Array, flux: Array, tank: Array) -> Array:
    """A flux after a stirred tank: convolution with ``exp(-t / T) / T``, exact for a piecewise linear flux.

    Parameters
    ----------
    time, flux
        [s], [1/s], shape ``(p, k)``.
    tank
        Mean residence time of each row [s], shape ``(p,)``; 0 leaves the row as it is.
    """
    on = tank > 0
    if not on.any():
        return flux
    z = np.diff(time[on], axis=1) / tank[on][:, None]
    keep = np.exp(-z)
    mean = np.where(z > 1e-8, -np.expm1(-z) / np.where(z > 1e-8, z, 1.0), 1.0 - z / 2.0)
    gain = flux[on][:, :-1] * (mean - keep) + flux[on][:, 1:] * (1.0 - mean)
    out = flux.copy()
    now = np.zeros(int(on.sum()))
    stirred = np.zeros((now.size, time.shape[1]))
    for i in range(z.shape[1]):
        now = now * keep[:, i] + gain[:, i]
        stirred[:, i + 1] = now
    out[on] = stirred
    return out


def _grid(response: UnitResponse, delay: Array, tanks: Array) -> Array:
    """Times at which an arm is evaluated: the edges of its response are among them."""
    rise = response.leading[:, None] + _RISE * (response.peak - response.leading)[:, None]
    tail = response.peak[:, None] + _TAIL * (response.tail_end - response.peak)[:, None]
    parts = [np.maximum(0.0, rise), tail]
    total = tanks.sum(axis=1)
    if np.any(total > 0):
        span = total + response.tail_end - response.leading
        parts.append(response.leading[:, None] + _TANK * span[:, None])
    return np.concatenate(parts, axis=1) + delay[:, None]


def _places(arms: Array, k: int, spread: SpreadModel, decay: float, release: Pieces) -> Curves:
    """Curves of the places that ``k`` arms each lead to; ``arms`` has shape ``(p · k, FIELDS)``."""
    p = len(arms) // k
    response = spread.response(arms[:, a.RIVER_TIME], np.exp(arms[:, a.LOG_PEAK]))
    delay, tanks = arms[:, a.POOL_DELAY], arms[:, a.TANK:]
    grid = thinned(np.sort(_grid(response, delay, tanks).reshape(p, -1), axis=1), _COLUMNS)
    column = UnitResponse(**{f: getattr(response, f)[:, None] for f in
                             ("leading", "peak", "tail_end", "height", "widened")})
    time, begin = np.repeat(grid, k, axis=0), np.repeat(grid[:, 0], k)
    each = spread.density(time - delay[:, None], column)
    for i in range(tanks.shape[1]):
        each = stir(time, each, tanks[:, i])
    each *= np.exp(-decay * (time - begin[:, None]))
    mixed = tanks.sum(axis=1) > 0
    edge = arms[:, a.LEAD].copy()                          # in rivers the model's edge is the edge
    if mixed.any():
        edge[mixed] = first_above(time[mixed], each[mixed], 0.01 * each[mixed].max(axis=1))
    flux = (each * arms[:, [a.WEIGHT]]).reshape(p, k, -1).sum(axis=1)
    plug = arms[:, a.WEIGHT] * response.height * np.exp(-decay * (response.peak + delay - begin))
    instant = flux.max(axis=1)
    loss = np.exp(-decay * grid[:, 0])
    grid, flux = released(grid, flux, release)
    return Curves(time=grid, flux=flux, loss=loss, edge=edge + min(x for x, _, _ in release),
                  plug_peak=plug.reshape(p, k).max(axis=1), instant_peak=instant,
                  widened=np.asarray(response.widened.reshape(p, k).any(axis=1)))


def curves(reached: Array, place: NDArray[np.intp], spread: SpreadModel, *, decay: float = 0.0,
           release: Pieces = INSTANT) -> Curves:
    """Unit curves of all places.

    Parameters
    ----------
    reached
        Arms, shape ``(c, FIELDS)``, tanks closed.
    place
        Sorted number of the place of each arm, shape ``(c,)``.
    spread
        How plumes spread in rivers.
    decay
        First-order loss rate [1/s].
    release
        When which share is released.
    """
    _, first, count = np.unique(place, return_index=True, return_counts=True)
    mixed = np.maximum.reduceat(reached[:, a.TANK], first) > 0
    parts: list[tuple[NDArray[np.intp], NDArray[np.intp], Curves]] = []
    for k in np.unique(count):
        for is_mixed in (False, True):
            alike = np.flatnonzero((count == k) & (mixed == is_mixed))
            for which in np.array_split(alike, -(-alike.size * int(k) * _COLUMNS // _CELLS)) if alike.size else ():
                rows = (first[which][:, None] + np.arange(k)).ravel()
                parts.append((which, rows, _places(reached[rows], int(k), spread, decay, release)))
    longest = max(c.time.shape[1] for _, _, c in parts)
    p = len(first)
    time, flux, edge = np.zeros((p, longest)), np.zeros((p, longest)), np.zeros(len(reached))
    each = {f: np.zeros(p) for f in ("loss", "plug_peak", "instant_peak")}
    widened = np.zeros(p, bool)
    for which, rows, c in parts:
        n = c.time.shape[1]
        time[which, :n], flux[which, :n] = c.time, c.flux
        time[which, n:] = c.time[:, -1:]
        edge[rows], widened[which] = c.edge, c.widened
        for f, kept in each.items():
            kept[which] = getattr(c, f)
    return Curves(time=time, flux=flux, edge=edge, widened=widened, **each)


def first_above(time: Array, value: Array, level: Array) -> Array:
    """First time each row is at or above its level; ``nan`` where it never is."""
    above = value >= level[:, None]
    i = np.argmax(above, axis=1)
    rows = np.arange(len(time))
    j = np.maximum(i - 1, 0)
    v0, v1 = value[rows, j], value[rows, i]
    part = np.where(v1 > v0, (level - v0) / np.where(v1 > v0, v1 - v0, 1.0), 1.0)
    t = time[rows, j] + np.clip(part, 0.0, 1.0) * (time[rows, i] - time[rows, j])
    return np.where(above.any(axis=1), np.where(i > 0, t, time[:, 0]), np.nan)


def last_above(time: Array, value: Array, level: Array) -> Array:
    """Last time each row is at or above its level; ``nan`` where it never is."""
    above = value >= level[:, None]
    k = value.shape[1]
    i = k - 1 - np.argmax(above[:, ::-1], axis=1)
    rows = np.arange(len(time))
    j = np.minimum(i + 1, k - 1)
    v0, v1 = value[rows, i], value[rows, j]
    part = np.where(v0 > v1, (v0 - level) / np.where(v0 > v1, v0 - v1, 1.0), 0.0)
    t = time[rows, i] + np.clip(part, 0.0, 1.0) * (time[rows, j] - time[rows, i])
    return np.where(above.any(axis=1), t, np.nan)

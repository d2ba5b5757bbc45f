"""Breakthrough curves at places from the arms that lead there.

Each arm carries the unit response of its river time, shifted by its plug delays and passed
through its mixed tanks. Decay multiplies by ``exp(-k t)``, the arms of a place add by mass, an even
release over some time is a moving mean. All curves are fluxes per unit of mass released [1/s];
times the mass over the discharge at the place they are concentrations.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Array, SpreadModel, UnitResponse
from riverplan.transport import arms as a

_RISE = np.linspace(0.0, 1.0, 25)
_TAIL = np.unique(np.concatenate([np.linspace(0.0, 1.5, 61), np.linspace(1.5, 4.2, 40)]))
_TANK = np.concatenate([[0.0], np.geomspace(1e-3, 14.0, 320)])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Curves:
    """Unit curves of ``p`` places.

    ``time`` [s] and ``flux`` [1/s] have shape ``(p, k)``, times rising; the others shape ``(p,)``:
    ``leading`` [s] is the edge of the earliest arm, ``instant_peak`` [1/s] the peak had the release been
    instantaneous, ``plug_peak`` [1/s] that peak if no pool mixed, ``widened`` marks places where a
    response was stretched.
    """

    time: Array
    flux: Array
    leading: Array
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


def _row_interp(at: Array, time: Array, value: Array, before: float = 0.0) -> Array:
    """Each row of ``value`` over ``time`` read at the row of ``at``; 0 before, the last value after."""
    return np.stack([np.interp(x, t, v, left=before) for x, t, v in zip(at, time, value, strict=True)])


def _cumulative(time: Array, flux: Array) -> Array:
    steps = 0.5 * (flux[:, 1:] + flux[:, :-1]) * np.diff(time, axis=1)
    return np.concatenate([np.zeros((len(time), 1)), np.cumsum(steps, axis=1)], axis=1)


def _places(arms: Array, k: int, spread: SpreadModel, decay: float, duration: float) -> Curves:
    """Curves of the places that ``k`` arms each lead to; ``arms`` has shape ``(p · k, FIELDS)``."""
    p = len(arms) // k
    known = arms[:, a.RATIO_KNOWN] > 0.5 * arms[:, a.RIVER_TIME]
    ratio = np.where(known, arms[:, a.RATIO_TIME] / np.where(known, arms[:, a.RATIO_KNOWN], 1.0), np.nan)
    response = spread.response(arms[:, a.RIVER_TIME], ratio)
    delay, tanks = arms[:, a.POOL_DELAY], arms[:, a.TANK:]
    grid = _grid(response, delay, tanks).reshape(p, -1)
    if duration > 0:
        grid = np.concatenate([grid, grid + duration], axis=1)
    grid = np.sort(grid, axis=1)

    column = UnitResponse(**{f: getattr(response, f)[:, None] for f in
                             ("leading", "peak", "tail_end", "height", "widened")})
    time = np.repeat(grid, k, axis=0)
    each = spread.density(time - delay[:, None], column)
    for i in range(tanks.shape[1]):
        each = stir(time, each, tanks[:, i])
    each *= np.exp(-decay * time)
    top = each.max(axis=1)
    mixed = tanks.sum(axis=1) > 0
    edge = arms[:, a.LEAD].copy()                          # in rivers the model's edge is the edge
    if mixed.any():
        edge[mixed] = first_above(time[mixed], each[mixed], 0.01 * top[mixed])
    flux = (each * arms[:, [a.WEIGHT]]).reshape(p, k, -1).sum(axis=1)
    plug = arms[:, a.WEIGHT] * response.height * np.exp(-decay * (response.peak + delay))
    instant = flux.max(axis=1)
    if duration > 0:
        total = _cumulative(grid, flux)
        flux = (total - _row_interp(grid - duration, grid, total)) / duration
    return Curves(time=grid, flux=flux, leading=edge.reshape(p, k).min(axis=1),
                  plug_peak=plug.reshape(p, k).max(axis=1), instant_peak=instant,
                  widened=np.asarray(response.widened.reshape(p, k).any(axis=1)))


def curves(reached: Array, place: NDArray[np.intp], spread: SpreadModel, *, decay: float = 0.0,
           duration: float = 0.0) -> Curves:
    """Unit curves of all places.

    Parameters
    ----------
    reached
        Arms, shape ``(c, FIELDS)``, tanks closed.
    place
        Sorted number of the place of each arm, shape ``(c,)``; every number occurs.
    spread
        How plumes spread in rivers.
    decay
        First-order loss rate [1/s].
    duration
        Duration of an even release [s]; 0 is instantaneous.
    """
    _, first, count = np.unique(place, return_index=True, return_counts=True)
    mixed = np.maximum.reduceat(reached[:, a.TANK], first) > 0 if len(reached) else np.zeros(0, bool)
    parts: list[tuple[NDArray[np.intp], Curves]] = []
    for k in np.unique(count):
        for is_mixed in (False, True):
            which = np.flatnonzero((count == k) & (mixed == is_mixed))
            if which.size:
                rows = (first[which][:, None] + np.arange(k)).ravel()
                parts.append((which, _places(reached[rows], int(k), spread, decay, duration)))
    longest = max(c.time.shape[1] for _, c in parts)
    out = {f: np.zeros((len(first), longest) if f in ("time", "flux") else len(first),
                       bool if f == "widened" else float)
           for f in ("time", "flux", "leading", "plug_peak", "instant_peak", "widened")}
    for which, c in parts:
        n = c.time.shape[1]
        for f, kept in out.items():
            value = getattr(c, f)
            if kept.ndim == 1:
                kept[which] = value
            else:
                kept[which, :n] = value
                kept[which, n:] = value[:, -1:] if f == "time" else 0.0
    return Curves(**out)


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

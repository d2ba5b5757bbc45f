"""The laws of a cell, compiled: what a river cell and a pool pass on, at which concentration, and dispersion."""

from math import exp, log1p, sqrt
from typing import Any

from numba import njit

from riverplan.transport.simulation_arrays import OPEN, SET, Cells, Flags, Floats, Ints

UNCOUNTED: dict[str, Any] = {"cache": True, "_nrt": False}
"""How the march is compiled: it allocates nothing, so owners of arrays need not be counted, which at each call took
half of the time and more."""
NEAR = 5e-3
"""A volume that differs by no more than this share from one of known discharge is near it [-]."""
DILUTED = 0.5
"""Share of the discharge below an inflow that must come from above it for third order across it [-] (assumed)."""
SMALL = 0.9
"""Likewise for dispersion [-] (assumed): what is put in just below a larger inflow would be drawn up past it to more
than it has below, by one over this share."""
THIRD, FIFTH, SIXTH = 1.0 / 3.0, 0.2, 1.0 / 6.0


@njit(**UNCOUNTED)
def face_concentration(nu: float, cm: float, c: float, cp: float, wm: float, w: float, wp: float) -> float:
    """Mean concentration of the last ``nu * w`` of a cell: its parabola, held to Leonard's universal limit.

    The parabola has the means of the cell and its neighbours, of volumes ``wm``, ``w``, ``wp``: Leonard's QUICKEST
    for cells of unequal volume (Leonard 1979), third order. The limit (Leonard 1991) keeps every new mean between
    the old ones of the cell and its upper neighbour.
    """
    rise, ahead = c - cm, cp - c
    if rise * ahead <= 0.0 or nu <= 0.0:
        return c
    whole = wm + w + wp
    slope = w / whole * ((2.0 * wm + w) / (w + wp) * ahead + (w + 2.0 * wp) / (wm + w) * rise)
    bend = 3.0 * w * w * (ahead / (w + wp) - rise / (wm + w)) / whole
    face = c + (1.0 - nu) * (0.5 * slope + (1.0 - 2.0 * nu) * bend / 6.0)
    far = cm + rise / nu
    if ahead > 0.0:
        return min(max(face, c), cp, far)
    return max(min(face, c), cp, far)


@njit(**UNCOUNTED)
def passed_on(w: float, entering: float, flow: float, dt: float, unit: float, power: float) -> float:
    """Volume leaving a river cell in a step: explicit upwind, implicit as far as the wave outruns the cell.

    ``flow`` is the discharge of the cell at the beginning. The weight of the end of the step is
    ``max(0, 1 - 1 / Cr)`` with the Courant number of the wave ``Cr``: monotone for every step, and no more diffusive
    than it must be.
    """
    courant = power * flow * dt / w if w > 0.0 else 0.0
    if courant <= 1.0:
        return flow * dt
    theta = 1.0 - 1.0 / courant
    right = w + entering - (1.0 - theta) * flow * dt
    new = right
    if new <= 0.0:                                              # with a constant velocity all may have left
        return w + entering
    for _ in range(60):                                        # Newton from above on a convex function: monotone
        q = (new / unit) ** power
        step = (new + theta * dt * q - right) / (1.0 + theta * dt * power * q / new)
        new -= step
        if abs(step) <= 1e-14 * new:
            break
    return max(w + entering - new, 0.0)


@njit(**UNCOUNTED)
def flow_of(c: int, held: float, unit: float, power: float, flow: Floats, flow_at: Floats) -> float:
    """Discharge [m³/s] of a cell that holds ``held``: ``(held / unit) ** power``.

    Near the last volume at which it was computed (``flow`` at ``flow_at``) by the binomial series, whose seventh term
    is below rounding: a power costs more than all else that is done to a cell without mass.
    """
    x = held / flow_at[c] - 1.0 if flow_at[c] > 0.0 else 1.0
    if abs(x) > NEAR:
        flow[c], flow_at[c] = (held / unit) ** power, held
        return flow[c]
    p = power
    series = 1.0 + x * (p - 4.0) * FIFTH * (1.0 + x * (p - 5.0) * SIXTH)
    series = 1.0 + x * (p - 2.0) * THIRD * (1.0 + x * (p - 3.0) * 0.25 * series)
    series = 1.0 + x * p * (1.0 + x * (p - 1.0) * 0.5 * series)
    return flow[c] * series


@njit(**UNCOUNTED)
def remaining(w: float, entering: float, leaving: float) -> tuple[float, float]:
    """Shares of what a stirred pool held, and of what entered, that are in it after a step; exact."""
    if leaving <= 0.0:                                         # not even what rounding would let through
        return 1.0, 1.0
    new = w + entering - leaving
    if new <= 0.0:
        return 0.0, 0.0
    old = 0.0
    if w > 0.0:
        x = (new - w) / w
        old = exp(-leaving / w * (log1p(x) / x if abs(x) > 1e-9 else 1.0 - 0.5 * x))
    fresh = (new - w * old) / entering if entering > 0.0 else 0.0
    return old, min(max(fresh, 0.0), 1.0)


@njit(**UNCOUNTED)
def let_out(w: float, entering: float, dt: float, state: int, flow: float, base: float, capacity: float,
            emptying: float) -> tuple[float, float]:
    """Volume leaving a pool, and how much of it spills over a gate that is closed or set."""
    if state == OPEN:
        return entering + max(w - base, 0.0) * (1.0 - exp(-dt / emptying)), 0.0
    leaving = min(flow * dt, w + entering) if state == SET else 0.0
    spilled = max(w + entering - leaving - capacity, 0.0)
    return leaving + spilled, spilled


@njit(**UNCOUNTED)
def disperse(cells: Cells, w: Floats, m: Floats, dt: float, face_v: Floats, face_m: Floats, reach_of: Ints,
             clean: Flags, nothing: float, lower: Floats, right: Floats, link: Floats, kept: Floats) -> None:
    """Dispersion along every chain, implicit: positive, conserves mass, and its variance grows by 2 D dt exactly.

    Where clean water comes in between two cells, ``kept`` of the concentration is left. There the flux of mass per
    discharge is what evens out, so a plume that is only diluted has nothing to; where less than ``SMALL`` is left
    nothing disperses: the lower water would be drawn up into a brook.

    Only the stretch that holds more than ``nothing`` [kg] a cell is solved, and as far beyond as it reaches in a step.
    """
    start, cell, spread, dx = cells.chain_start, cells.chain_cell, cells.chain_link, cells.dx
    for chain in range(start.size - 1):
        a, b = start[chain], start[chain + 1]
        while a < b and m[cell[a]] <= nothing:
            a += 1
        if a == b:
            continue
        while m[cell[b - 1]] <= nothing:
            b -= 1
        number = 0.0
        for i in range(a, b):
            number = max(number, spread[i] / dx[reach_of[cell[i]]])
        beyond = 8 + int(40.0 * sqrt(number * dt))
        a, b = max(a - beyond, start[chain]), min(b + beyond, start[chain + 1])
        above = 0.0
        for i in range(a, b):                                  # Thomas: forward
            c = cell[i]
            r = reach_of[c]
            below, kept[i] = 0.0, 1.0
            if i + 1 < b:
                d = cell[i + 1]
                into = face_v[d + reach_of[d]]
                if reach_of[d] != r and into > 0.0:
                    kept[i] = min(face_v[c + r + 1] / into, 1.0)
                if kept[i] >= SMALL:
                    below = dt * spread[i] * min(w[c] / (kept[i] * dx[r]), w[d] / dx[reach_of[d]])
            link[i] = below
            pivot = w[c] + above + kept[i] * below
            over, back = 0.0, 0.0
            if i > a:
                back = above * kept[i - 1]
                pivot -= back * lower[i - 1]
                back *= right[i - 1]
            if pivot > 0.0:
                over = 1.0 / pivot
            lower[i] = below * over
            right[i] = (m[c] + back) * over
            above = below
        for i in range(b - 2, a - 1, -1):
            right[i] += lower[i] * right[i + 1]
        came = 0.0
        for i in range(a, b):
            c = cell[i]
            r = reach_of[c]
            goes = 0.0
            if i + 1 < b:
                d = cell[i + 1]
                goes = link[i] * (kept[i] * right[i] - right[i + 1])
                face_m[c + r + 1] += goes
                if reach_of[d] != r:
                    face_m[d + reach_of[d]] += goes
            m[c] = max(m[c] + (came - goes), 0.0)
            came = goes
            clean[r] = clean[r] and m[c] == 0.0

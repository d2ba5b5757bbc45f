"""Concentration along the main way at any time, as a few numbers a place: the browser draws it without asking again.

An interpolation, said to be one on the page. At the sites it is the forecast's own curve. Between two places the times
of leading edge, peak and trailing edge go evenly with the distance, the logarithm of the peak too, and the curve keeps
the form it has at the next site down. Above the first place the peak grows by Jobson's power of the travel time.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from riverplan.app.answer import name_of
from riverplan.channel import Array
from riverplan.forecasting.behaviour import determinand_mass, soluble
from riverplan.forecasting.result import Arrival, Forecast
from riverplan.i18n import Lang
from riverplan.units import km, mg_per_l

NEAR_POWER = 0.887
"""Power of the travel time that the peak falls with (Jobson 1996, no discharge ratio known)."""
NEAR = (0.02, 0.05, 0.1, 0.2, 0.4, 0.7)
"""Shares of the way to the first place that are drawn; closer to the spill no mean of the section means anything."""
FORM = np.array([-1.0, -0.5, -0.25, 0.0, 0.15, 0.3, 0.45, 0.6, 0.7, 0.8, 0.9, 1.0, 1.05, 1.1, 1.2, 1.3, 1.45, 1.6,
                 1.8, 2.0, 2.3, 2.7, 3.2, 4.0, 5.0])
"""Where the form of a curve is told: 0 at the leading edge, 1 at the peak, 2 at the trailing edge, even in between."""
FORMS = 24
"""Sites whose form is sent, at most, evenly along the way."""
MARKED = ("intake", "boundary")
"""Kinds of sites marked on the axis."""


def main_way(forecast: Forecast) -> NDArray[np.intp]:
    """Places in ``reach_times`` of the reaches from the spill down, the arm with most water at every fork."""
    times, net = forecast.reach_times, forecast.river.compiled
    by_tail: dict[int, list[int]] = {}
    for i, row in enumerate(times.reach.tolist()):
        by_tail.setdefault(int(net.tail[row]), []).append(i)
    discharge = forecast.scenario.discharge
    here = {row: i for i, row in enumerate(times.reach.tolist())}.get(
        forecast.river.reach_row[forecast.spill.reach_id])
    way: list[int] = []
    while here is not None and here not in way:
        way.append(here)
        below = by_tail.get(int(net.head[times.reach[here]]), [])
        here = max(below, key=lambda i: float(np.nan_to_num(discharge[times.reach[i]])), default=None)
    return np.array(way, np.intp)


def profile(forecast: Forecast, lang: Lang) -> dict[str, Any] | None:
    """What the browser needs; None where there is no concentration to draw.

    Parameters
    ----------
    forecast
        The forecast.
    lang
        Language of the names of sites.

    Returns
    -------
    dict
        ``km`` [km from the spill], ``lead``, ``peak``, ``trail`` [s after release] and ``mg`` [mg/L above the
        background] at places in order; ``form`` of each place, a row of ``forms`` (shares of the peak at ``at``);
        ``sites`` marked; ``limit`` (the strictest on the way, or None) and ``background`` [mg/L].
    """
    way = main_way(forecast)
    if not way.size or any(a.film or a.ph_limit is not None for a in forecast.arrivals):
        return None
    times = forecast.reach_times
    rows = {int(times.reach[i]) for i in way}
    sites = [a for a in forecast.arrivals if forecast.river.reach_row[a.reach_id] in rows and not a.only_in]
    places = _places(forecast, way, sites)
    if places is None:
        return None
    distance, lead, peak, trail, strong = places
    at, forms = _forms(forecast, sites)
    limits = [a.limit for a in sites if a.limit is not None]
    return {
        "km": np.round(km(1.0) * distance, 3).tolist(), "lead": np.rint(lead).tolist(), "peak": np.rint(peak).tolist(),
        "trail": np.rint(trail).tolist(), "mg": [float(f"{c:.4g}") for c in mg_per_l(1.0) * strong],
        "at": FORM.tolist(), "forms": np.round(forms, 4).tolist(),
        "form": np.minimum(np.searchsorted(at, distance), at.size - 1).tolist(),
        "sites": [[round(km(a.distance), 3), a.kind, name_of(a, forecast, lang)] for a in sites if a.kind in MARKED],
        "limit": mg_per_l(min(limits)) if limits else None, "background": mg_per_l(forecast.spill.background),
    }


def _places(forecast: Forecast, way: NDArray[np.intp], sites: list[Arrival]) -> tuple[Array, ...] | None:
    """Distance [m], leading, peak, trailing [s] and peak above the background [kg/m³] at places down the way."""
    t = forecast.reach_times
    water = forecast.scenario.discharge[t.reach[way]]
    heads = np.column_stack([t.distance_head, t.leading_head, t.peak_head, t.trailing_head,
                             t.peak_concentration_head])[way]
    # what joins thins: a mass flux that stays the same in more water; at a fork the water only parts
    tails = heads[:-1].copy()
    tails[:, 0] += 1.0
    tails[:, 4] *= np.minimum(1.0, water[:-1] / water[1:])
    seen = np.array([[a.distance, a.leading, a.peak, a.trailing,
                      (a.peak_concentration or 0.0) - forecast.spill.background] for a in sites]).reshape(-1, 5)
    known = np.vstack([heads, tails, seen])
    known = known[np.isfinite(known).all(axis=1) & (known[:, 0] > 0) & (known[:, 4] > 0)]
    if not known.size:
        return None
    known = known[np.argsort(known[:, 0], kind="stable")]
    known = known[np.append(True, np.diff(known[:, 0]) > 0)]
    begin = np.array([0.0, *(float(getattr(t, f"{name}_tail")[way[0]]) for name in ("leading", "peak", "trailing")),
                      np.nan])
    share = np.array(NEAR)[:, None]
    near = begin + share * (known[0] - begin)
    near[:, 4] = np.minimum(known[0, 4] * share[:, 0] ** -NEAR_POWER, max(_most(forecast), known[0, 4]))
    every = np.vstack([near, known])
    every[:, 1:4] = np.maximum.accumulate(every[:, 1:4], axis=1)
    return tuple(every.T)


def _most(forecast: Forecast) -> float:
    """More than what flows in evenly, or dissolves, a section's mean never is [kg/m³]."""
    spill, row = forecast.spill, forecast.river.reach_row[forecast.spill.reach_id]
    mass, most = determinand_mass(spill, forecast.substance), soluble(forecast.substance)
    if mass is None or spill.duration <= 0 or spill.release:
        return most
    return min(most, mass / (spill.duration * float(forecast.scenario.discharge[row])))


def _forms(forecast: Forecast, sites: list[Arrival]) -> tuple[Array, Array]:
    """Distances of the sites whose curve gives a form, and the forms: shares of the peak at ``FORM``."""
    told = [a for a in sites if a.site_id in forecast.plumes and a.trailing > a.peak > a.leading]
    told = [told[i] for i in np.unique(np.linspace(0, len(told) - 1, FORMS).astype(int))] if told else []
    forms = []
    for a in told:
        curve = forecast.plumes[a.site_id]
        at = np.interp(FORM, [-1.0, 0.0, 1.0, 2.0, 5.0],
                       [2 * a.leading - a.peak, a.leading, a.peak, a.trailing, 4 * a.trailing - 3 * a.peak])
        share = np.interp(at, curve.time, curve.concentration, left=0.0, right=0.0)
        forms.append(share / max(float(share.max()), 1e-300))
    if not told:                                            # Jobson's triangle, its trailing edge at a tenth
        return np.array([np.inf]), np.interp(FORM, [0.0, 1.0, 2.0, 2.0 + 1.0 / 9.0], [0.0, 1.0, 0.1, 0.0])[None]
    return np.array([a.distance for a in told]), np.array(forms)

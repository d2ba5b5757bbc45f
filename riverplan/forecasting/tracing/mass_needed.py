"""How much must have been released to give the concentrations that were read."""

from collections.abc import Sequence

import numpy as np

from riverplan.channel import Array
from riverplan.forecasting.tracing.release_times import Seen, members_of, one_time
from riverplan.forecasting.tracing.travel import Travel

MASS_EDGES = np.geomspace(1e-6, 1e12, 18 * 40 + 1)
"""Edges of the bins of the mass [kg]."""
LEAST_FLUX = 0.01
"""A plume that is present is at least this share of its peak: its leading edge is defined by it."""
_AT_ONCE = 1.0
"""A release at once is taken as this long [s]."""


def needed_mass(found: Travel, read: Sequence[tuple[Seen, float]], begin: Array, end: Array,
                lasting: tuple[float, float]) -> Array:
    """Masses that fit, as a histogram of each candidate.

    A slower plume passes later, longer and weaker: times stretch and concentrations fall by the same factor.
    Of several readings the geometric mean of the masses counts.

    Parameters
    ----------
    found
        The plumes of ``c`` candidates.
    read
        Sightings with what was read [kg/m³].
    begin, end
        Release times that fit, shape ``(c, n, k)``.
    lasting
        Least and greatest duration of the release [s].

    Returns
    -------
    Array
        Length of fitting release times by mass, shape ``(c, bins)`` [s].
    """
    c, n = begin.shape[:2]
    members = members_of(found, n, lasting)
    time, weight = one_time(begin, end)
    out = np.zeros((c, MASS_EDGES.size - 1))
    if found.passing is None:
        return out
    curves, scale = found.passing.curves, found.passing.scale
    for i in range(c):
        use = weight[i] > 0
        if not use.any():
            continue
        log = np.zeros(int(use.sum()))
        for seen, concentration in read:
            row, slower = found.row[i, seen.section], members.slower[i, use, seen.section]
            lasting_here = np.maximum(members.lasting[use], _AT_ONCE)
            moment = members.peak[i, use, seen.section] if seen.kind == "peak" else seen.at - time[i, use]
            unit = scale[row] * _mean_flux(curves.time[row], curves.flux[row], moment / slower,
                                           lasting_here / slower) / slower
            log += np.log(concentration / (unit * members.stronger[i, use, seen.section])) / len(read)
        out[i] = np.histogram(np.clip(np.exp(log), MASS_EDGES[0], MASS_EDGES[-1]), MASS_EDGES,
                              weights=weight[i, use])[0]
    return out


def _mean_flux(time: Array, flux: Array, at: Array, lasting: Array) -> Array:
    """Flux [1/s] of even releases: mean of the instantaneous one over the time before, never below its least."""
    passed = np.concatenate([[0.0], np.cumsum(0.5 * (flux[1:] + flux[:-1]) * np.diff(time))])
    mean = (np.interp(at, time, passed) - np.interp(at - lasting, time, passed)) / lasting
    return np.maximum(mean, LEAST_FLUX * np.minimum(flux.max(), passed[-1] / lasting))

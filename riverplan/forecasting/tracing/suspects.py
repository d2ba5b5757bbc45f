"""From posterior weights to what a person reads: suspects, and what was ruled out by what."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Array
from riverplan.forecasting.tracing.candidates import Candidates
from riverplan.forecasting.tracing.fitting import Fits
from riverplan.forecasting.tracing.mass_needed import MASS_EDGES
from riverplan.forecasting.tracing.release_times import quantiles
from riverplan.forecasting.tracing.result import RuledOut, Suspect
from riverplan.forecasting.tracing.sighting import Sighting
from riverplan.forecasting.tracing.stretches import joined, likeliest, parts_of
from riverplan.river.network import RiverNetwork

LEAST = 1e-3
"""A source or a stretch less probable than this is no suspect."""
RULED_OUT = 0.05
"""A clean sample rules a place out where it leaves less than this share of its likelihood."""
BANDS = (0.05, 0.5, 0.95)
"""Quantiles that are said."""


def suspects_of(river: RiverNetwork, found: Candidates, fits: Fits, posterior: Array,
                reference: datetime) -> tuple[Suspect, ...]:
    """Sources and stretches by falling probability.

    Parameters
    ----------
    river, found, fits
        The river, the candidates and how they fit.
    posterior
        Of each candidate, shape ``(c,)``.
    reference
        The time that release times count from.
    """
    names = river.reaches["name"].to_numpy(str)

    def suspect(cells: list[int], parts: tuple[tuple[str, float, float], ...], site_id: str,
                storage: float | None) -> Suspect:
        low, middle, high = quantiles(found.prior[cells] @ fits.released[cells], fits.edges, BANDS)
        amount = None if fits.needed is None else quantiles(found.prior[cells] @ fits.needed[cells], MASS_EDGES, BANDS)
        half = 0.5 * (found.upper[cells] - found.lower[cells])
        return Suspect(
            kind="source" if site_id else "stretch", site_id=site_id, parts=parts,
            river=str(names[found.reach[cells[0]]]),
            distance=(float(np.maximum(found.distance[cells] - half, 0.0).min()),
                      float((found.distance[cells] + half).max())),
            prior=float(found.prior[cells].sum()), probability=float(posterior[cells].sum()),
            likelihood=float(np.average(fits.likelihood[cells], weights=found.prior[cells])),
            released=(reference + timedelta(seconds=float(low)), reference + timedelta(seconds=float(middle)),
                      reference + timedelta(seconds=float(high))),
            mass=None if amount is None else (float(amount[0]), float(amount[1]), float(amount[2])),
            storage=storage)

    n = len(found.sources)
    out = [suspect([i], parts_of(river, found, [i]), s.site_id, s.max_storage)
           for i, s in enumerate(found.sources) if posterior[i] >= LEAST]
    chosen = n + likeliest(posterior[n:], (found.upper - found.lower)[n:])
    out += [suspect(cells, parts_of(river, found, cells), "", None)
            for cells in joined(river, found, [int(c) for c in chosen]) if posterior[cells].sum() >= LEAST]
    return tuple(sorted(out, key=lambda s: -s.probability))


def ruled_out_of(river: RiverNetwork, found: Candidates, fits: Fits, posterior: Array,
                 clean: Sequence[Sighting]) -> tuple[RuledOut, ...]:
    """What is no suspect and why: each source, and lengths of river ruled out by clean samples.

    Parameters
    ----------
    river, found, fits, posterior
        The candidates and how they fit.
    clean
        The clean sightings, in the order of ``fits.clean``.
    """
    n = len(found.sources)
    reason = _by_clean(fits)
    out = []
    for i, s in enumerate(found.sources):
        if posterior[i] >= LEAST:
            continue
        if reason[i] >= 0:
            by = clean[reason[i]]
            out.append(RuledOut(reason="clean", site_id=s.site_id, river=s.river, by=by.site_id, at=by.at))
        else:
            out.append(RuledOut(reason="time", site_id=s.site_id, river=s.river))
    out += [RuledOut(reason="no_flow", site_id=s.site_id, river=s.river) for s in found.unflowing]
    out += [RuledOut(reason="elsewhere", site_id=s.site_id, river=s.river, by=by) for s, by in found.elsewhere]
    names = river.reaches["name"].to_numpy(str)[found.reach]
    length = found.upper - found.lower
    free = np.arange(found.reach.size) >= n
    for k, by in enumerate(clean):
        mine = free & (reason == k)
        for name in dict.fromkeys(names[mine]):
            metres = float(length[mine & (names == name)].sum())
            out.append(RuledOut(reason="clean", river=str(name), length=metres, by=by.site_id, at=by.at))
    return tuple(out)


def _by_clean(fits: Fits) -> NDArray[np.intp]:
    """Number of the clean sighting that rules each candidate out, -1 where none does."""
    out = np.full(fits.seen.size, -1, np.intp)
    if not fits.clean.shape[1]:
        return out
    possible = fits.seen > LEAST * max(float(fits.seen.max()), 1e-300)
    with np.errstate(divide="ignore", invalid="ignore"):
        left = np.where(possible, fits.sifted / fits.seen, 1.0)
    ruled = possible & (left < RULED_OUT)
    out[ruled] = np.argmin(fits.clean[ruled], axis=1)
    return out

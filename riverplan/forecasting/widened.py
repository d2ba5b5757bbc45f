"""One forecast out of several: the earliest of all, and bands that span them."""

from collections.abc import Callable, Sequence
from dataclasses import fields, replace

import numpy as np

from riverplan.forecasting.result import Arrival, Band, Forecast, ReachTimes

Member = tuple[str, Forecast]
"""Name of a variant, and its forecast."""


def widened_arrivals(members: Sequence[Member]) -> tuple[Arrival, ...]:
    """Arrivals at every site that any member reaches, sorted by distance.

    Parameters
    ----------
    members
        The central forecast first: where it reaches a site, values other than ``earliest``, bands and exceedance
        are its own, else those of the member that comes first.
    """
    by_site: dict[str, list[tuple[str, Arrival]]] = {}
    for name, found in members:
        for arrival in found.arrivals:
            by_site.setdefault(arrival.site_id, []).append((name, arrival))
    central = {a.site_id for a in members[0][1].arrivals}
    out = []
    for site_id, named in by_site.items():
        arrivals = [a for _, a in named]
        base = arrivals[0] if site_id in central else min(arrivals, key=lambda a: a.earliest)
        everywhere = len(named) == len(members)
        out.append(replace(_spanning(base, arrivals), only_in=() if everywhere else tuple(n for n, _ in named)))
    return tuple(sorted(out, key=lambda a: (a.distance, a.site_id)))


def _spanning(base: Arrival, members: Sequence[Arrival]) -> Arrival:
    """An arrival whose earliest time, bands and exceedance are those of all members together."""
    def best(of: Callable[[Arrival], float | None], choose: Callable[..., float]) -> float | None:
        known = [v for a in members if (v := of(a)) is not None]
        return choose(known) if known else None

    return replace(
        base, earliest=min(a.earliest for a in members),
        leading_band=_span([a.leading_band for a in members]), peak_band=_span([a.peak_band for a in members]),
        trailing_band=_span([a.trailing_band for a in members]),
        concentration_band=_span([a.concentration_band for a in members if a.concentration_band is not None])
        if base.concentration_band is not None else None,
        exceed_probability=best(lambda a: a.exceed_probability, max),
        exceeds_from=best(lambda a: a.exceeds_from, min), exceeds_until=best(lambda a: a.exceeds_until, max))


def _span(bands: Sequence[Band]) -> Band:
    return min(low for low, _ in bands), max(high for _, high in bands)


def widened_reaches(members: Sequence[Member]) -> ReachTimes:
    """Times along every reach any member travels: earliest of all, else of the central one where that comes there."""
    times = [found.reach_times for _, found in members]
    reach, member = np.concatenate([t.reach for t in times]), np.repeat(
        np.arange(len(times)), [t.reach.size for t in times])
    begins = np.concatenate([t.earliest_tail for t in times])
    # by reach, the central member first, then whichever comes there first
    order = np.lexsort((begins, member > 0, reach))
    rows, pick = np.unique(reach[order], return_index=True)
    chosen = order[pick]
    merged = {f.name: np.concatenate([getattr(t, f.name) for t in times])[chosen] for f in fields(ReachTimes)}
    for name in ("earliest_tail", "earliest_head"):
        first = np.full(rows.size, np.inf)
        np.minimum.at(first, np.searchsorted(rows, reach), np.concatenate([getattr(t, name) for t in times]))
        merged[name] = first
    return ReachTimes(**merged)


def with_passed(changed: Forecast, before: Forecast, since: float) -> Forecast:
    """A forecast of a changed flow with the arrivals of the flow before, where the plume has left by the change.

    Parameters
    ----------
    changed, before
        Forecasts of the two flows.
    since
        When the change begins [s after the release].
    """
    passed = {a.site_id: a for a in before.arrivals if a.trailing_band[1] <= since}
    now, then = changed.reach_times, before.reach_times
    at = {int(r): i for i, r in enumerate(then.reach) if then.trailing_head[i] <= since}
    times = {}
    for name in ("earliest_tail", "earliest_head"):
        times[name] = np.array([getattr(then, name)[at[int(r)]] if int(r) in at else value
                                for r, value in zip(now.reach, getattr(now, name), strict=True)])
    return replace(changed, arrivals=tuple(passed.get(a.site_id, a) for a in changed.arrivals),
                   reach_times=replace(now, **times))

"""Which reach a site stands on, judged as a person would: distance, names, bank, kilometre, order, size of the river.

Nearest is not enough where a brook runs beside the main stem. Every reach within the tolerance is a
candidate; each cue multiplies its odds, and the odds of a site's candidates are made to sum to one. The factors
are judgement, not measurement: they say which cue outweighs which, so the result is a ranking with a margin.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from riverplan.channel import Array
from riverplan.river.cues import (
    Pairs,
    by_bank,
    by_distance,
    by_kilometre,
    by_names,
    by_order,
    by_size,
    near,
    without_continuations,
)
from riverplan.river.locate import TOLERANCE, positions
from riverplan.river.network import RiverNetwork
from riverplan.river.sites import Site

RATIO = 4.0
"""The best candidate must be this many times likelier than the next; else a person should look."""
MOST = 5
"""Candidates kept of a site."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A reach a site may stand on.

    Parameters
    ----------
    reach_id, river
        The reach and the name of its river.
    chainage, river_km
        From its tail, and from the mouth of the river [m]; the latter ``nan`` where it is not known.
    offset
        Distance of the site from the line [m].
    bank
        ``left``, ``right`` or ``mid``, looking downstream.
    lon, lat
        The foot of the site on the line [degrees].
    confidence
        Its share of the odds, 0 to 1.
    why
        What spoke for it, and with ``_not`` against it: keys of the words under ``[locating]``.
    """

    reach_id: str
    river: str
    chainage: float
    river_km: float
    offset: float
    bank: str
    lon: float
    lat: float
    confidence: float
    why: tuple[str, ...]


def judge(river: RiverNetwork, sites: Sequence[Site], *, listed_km: Sequence[float] = (), lists: Sequence[str] = (),
          tolerance: float = TOLERANCE) -> list[tuple[Candidate, ...]]:
    """The reaches each site may stand on, the likeliest first; none where every line is too far away.

    Parameters
    ----------
    river
        Where to look.
    sites
        With ``lon`` and ``lat``; ``river``, ``bank`` and ``name`` speak where they are filled in.
    listed_km
        Kilometre of each site as its list gives it [m], ``nan`` where it gives none; may be empty.
    lists
        Which list each site stands in, in the order of its rows; empty for no list.
    tolerance
        Farthest distance from the line [m].
    """
    pairs = without_continuations(near(river, sites, tolerance))
    if not pairs.site.size:
        return [() for _ in sites]
    km = np.asarray(listed_km if len(listed_km) else np.full(len(sites), np.nan), np.float64)
    cues = {"near": by_distance(pairs), **by_names(pairs), "bank": by_bank(pairs), "km": by_kilometre(pairs, km),
            "size": by_size(pairs)}
    odds = _shares(pairs, cues)
    if len(lists):
        cues["order"] = by_order(pairs, odds, lists)
        odds = _shares(pairs, cues)
    return _candidates(pairs, odds, cues)


def is_doubtful(candidates: Sequence[Candidate]) -> bool:
    """Whether a person should choose: the next is nearly as likely, or the row names a river the best is not."""
    if len(candidates) < 2:
        return False
    best, others = candidates[0], candidates[1:]
    return best.confidence < RATIO * others[0].confidence or (
        "named_not" in best.why and any("named" in c.why for c in others))


def _shares(pairs: Pairs, cues: Mapping[str, Array]) -> Array:
    """The odds of each pair as a share of its site's."""
    total = np.sum(list(cues.values()), axis=0)
    by_site = pd.Series(total).groupby(pairs.site)
    odds = np.exp(total - by_site.transform("max").to_numpy())
    return np.asarray(odds / pd.Series(odds).groupby(pairs.site).transform("sum").to_numpy())


# ── candidates ──────────────────────────────────────────────────────────────────────────────────────
def _candidates(pairs: Pairs, odds: Array, cues: Mapping[str, Array]) -> list[tuple[Candidate, ...]]:
    order = np.lexsort((pairs.offset, -odds, pairs.site))
    place = pd.Series(pairs.site[order]).groupby(pairs.site[order]).cumcount().to_numpy()
    order = order[place < MOST]
    order = order[(odds[order] >= 0.01) | (cues["named"][order] > 0)]
    nearest = pairs.offset <= pd.Series(pairs.offset).groupby(pairs.site).transform("min").to_numpy()
    feet = positions(pairs.river, pairs.row[order], pairs.points[order], pairs.offset[order])
    found: list[list[tuple[Candidate, int]]] = [[] for _ in pairs.sites]
    for i, foot in zip(order.tolist(), feet, strict=True):
        why = tuple(f"{cue}{'' if value[i] > 0 else '_not'}" for cue, value in cues.items()
                    if cue != "near" and abs(value[i]) > 0.2)
        found[pairs.site[i]].append((Candidate(
            reach_id=foot.reach_id, river=foot.name, chainage=foot.chainage, river_km=float(pairs.km[i]),
            offset=foot.offset, bank=foot.bank, lon=foot.lon, lat=foot.lat, confidence=float(odds[i]),
            why=(*(("nearest",) if nearest[i] else ()), *why)), i))
    return [_one_place_once(pairs, group) for group in found]


def _one_place_once(pairs: Pairs, group: list[tuple[Candidate, int]]) -> tuple[Candidate, ...]:
    """Candidates of a site, those at the same bend of the same river as the best added to it."""
    if len(group) < 2:
        return tuple(c for c, _ in group)
    (best, i), *others = group
    kept = []
    for other, j in others:
        if _same_place(pairs, i, j):
            best = replace(best, confidence=best.confidence + other.confidence)
        else:
            kept.append(other)
    return (best, *kept)


def _same_place(pairs: Pairs, i: int, j: int) -> bool:
    """Whether two reaches follow each other on one river, their feet no farther apart than from the point."""
    reaches = pairs.river.reaches
    a, b = int(pairs.row[i]), int(pairs.row[j])
    name, tail, head = (reaches[c] for c in ("name", "tail", "head"))
    if name.iat[a] != name.iat[b] or not (head.iat[a] == tail.iat[b] or head.iat[b] == tail.iat[a]):
        return False
    upper, lower = (i, j) if head.iat[a] == tail.iat[b] else (j, i)
    length = np.asarray(pairs.of("length"), np.float64)
    between = (1 - pairs.share[upper]) * length[upper] + pairs.share[lower] * length[lower]
    return bool(between <= 2 * max(pairs.offset[i], pairs.offset[j]) + 100.0)

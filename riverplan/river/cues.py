"""What speaks for a site standing on a reach: pairs of sites and reaches near them, and cues that weigh each pair.

A cue is the logarithm of a factor of the odds. The factors are judgement, not measurement.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from riverplan.channel import Array
from riverplan.river.locate import banks, matching_names
from riverplan.river.network import RiverNetwork
from riverplan.river.sites import Bridge, Intake, Site

POSITION_ERROR = 60.0
"""Coordinates of a list and the place of the thing itself differ by about this [m]: a third decimal, a gate house."""
DISTANCE_POWER = 1.5
"""Odds fall with distance d as ``(1 + (d/s)²)`` to minus this power: slow far out, where sites stand back."""
NAMED, HELD, HELD_BRIDGE, BANK, KILOMETRE, NEIGHBOUR, SIZE = 30.0, 5.0, 10.0, 4.0, 5.0, 1.4, 3.0
"""Factors of the odds: the row names the river; the site's own name holds it; the bank agrees; the kilometre agrees;
the rows before and after stand on it; ten times the water for a large intake."""
BEYOND_SOURCE, BEYOND_MOUTH = 2.0, 8.0
"""Factors against a river that ends where the point is nearest: there it starts, or it has joined another."""
AT_END = 0.5
"""A foot so close to the end of a line [m] is at its end."""
LARGE = 10_000
"""A waterworks for so many people takes from the larger water; one for a tenth of them may take from a brook."""
SURE = 0.8
"""A neighbour in the list that stands this surely on its river is a cue."""
_PLACE = re.compile(r"[^\s省市县区镇乡村]{1,4}(?:街道|社区|[省市县区镇乡村])")
"""Names of places: a town 龙河镇 does not stand on the 龙河 for that."""


Int = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Pairs:
    """Pairs of a site and a reach near it, ordered by site; arrays of shape ``(n,)``."""

    river: RiverNetwork
    sites: Sequence[Site]
    site: Int
    row: Int
    offset: Array
    points: NDArray[np.object_]
    beyond: Array
    """Factor against reaches whose river ends where the foot is: the point lies beyond it."""

    def of(self, column: str) -> NDArray[np.generic]:
        """A column of the reaches, pair by pair."""
        values: NDArray[np.generic] = self.river.reaches[column].to_numpy()[self.row]
        return values

    @cached_property
    def line(self) -> NDArray[np.object_]:
        """The drawn line of each pair."""
        return self.river.reaches.geometry.to_numpy()[self.row]

    @cached_property
    def share(self) -> Array:
        """Where the foot lies on the line, 0 at the tail, 1 at the head."""
        return np.asarray(shapely.line_locate_point(self.line, self.points, normalized=True))

    @cached_property
    def at_end(self) -> NDArray[np.bool_]:
        """Whether the foot is an end of the line: the point does not lie beside it."""
        length = shapely.length(self.line)
        return np.asarray(np.minimum(self.share, 1 - self.share) * length < AT_END)

    @cached_property
    def km(self) -> Array:
        """Kilometre of the foot on its river [m]."""
        lower, length = (np.asarray(self.of(c), np.float64) for c in ("river_km", "length"))
        return lower + (1 - self.share) * length

    def only(self, kept: NDArray[np.bool_]) -> "Pairs":
        """Some of the pairs."""
        return Pairs(river=self.river, sites=self.sites, site=self.site[kept], row=self.row[kept],
                      offset=self.offset[kept], points=self.points[kept], beyond=self.beyond[kept])


def near(river: RiverNetwork, sites: Sequence[Site], tolerance: float) -> Pairs:
    """All pairs of a site and a reach within the tolerance, site by site, the nearest first."""
    x, y = river.xy(np.array([s.lon for s in sites], np.float64), np.array([s.lat for s in sites], np.float64))
    usable = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    points = shapely.points(np.asarray(x)[usable], np.asarray(y)[usable])
    tree: shapely.STRtree = river._kept("reach_tree_all", lambda: shapely.STRtree(river.reaches.geometry.to_numpy()))
    k, row = tree.query(points, predicate="dwithin", distance=tolerance)
    offset = shapely.distance(points[k], river.reaches.geometry.to_numpy()[row])
    order = np.lexsort((row, offset, k))
    return Pairs(river=river, sites=sites, site=usable[k[order]], row=row[order], offset=offset[order],
                  points=points[k[order]], beyond=np.ones(k.size))


def without_continuations(pairs: Pairs) -> Pairs:
    """Without reaches that only go on where a nearer one of the same name ends: they are the same place."""
    if not pairs.site.size:
        return pairs
    node = pairs.river.node_row
    tail, head = (np.array([node[n] for n in pairs.of(c)], np.int64) for c in ("tail", "head"))
    name = pd.factorize(pairs.of("name"))[0]
    end = np.where(pairs.share <= 0.5, tail, head)
    touching: dict[tuple[int, int, int], list[int]] = {}
    for i, (k, n, a, b) in enumerate(zip(pairs.site.tolist(), name.tolist(), tail.tolist(), head.tolist(),
                                         strict=True)):
        touching.setdefault((k, n, a), []).append(i)
        touching.setdefault((k, n, b), []).append(i)
    there = [touching[key] for key in zip(pairs.site.tolist(), name.tolist(), end.tolist(), strict=True)]
    earlier = np.array([group[0] for group in there]) < np.arange(end.size)
    alone = pairs.at_end & np.array([len(group) == 1 for group in there])
    sites_at = pd.Series(list(zip(np.tile(pairs.site, 2), np.concatenate([tail, head]), strict=True))).value_counts()
    joined = sites_at.loc[list(zip(pairs.site, end, strict=True))].to_numpy() > 1
    beyond = np.where(alone, np.where(joined, BEYOND_MOUTH, BEYOND_SOURCE), 1.0)
    return replace(pairs, beyond=beyond).only(~(pairs.at_end & earlier))


def by_distance(pairs: Pairs) -> Array:
    """From the water's edge, against the accuracy of the drawing and of the coordinates."""
    width, accuracy = (np.nan_to_num(np.asarray(pairs.of(c), np.float64), posinf=0.0)
                       for c in ("width", "drawn_accuracy"))
    beyond = np.maximum(pairs.offset - width / 2, 0.0) / np.hypot(POSITION_ERROR, accuracy)
    return -DISTANCE_POWER * np.log1p(beyond ** 2) - np.log(pairs.beyond)


def by_names(pairs: Pairs) -> dict[str, Array]:
    """The river's name in the row, and in the name of the site itself."""
    code, unique = pd.factorize(pairs.of("name"))
    named, held = np.zeros(code.size), np.zeros(code.size)
    meant: dict[str, NDArray[np.bool_]] = {}
    ends = np.flatnonzero(np.diff(pairs.site)) + 1
    for group in np.split(np.arange(code.size), ends):
        site = pairs.sites[pairs.site[group[0]]]
        if site.river:
            if site.river not in meant:
                meant[site.river] = np.isin(unique, matching_names(pairs.river, site.river))
            hit = meant[site.river][code[group]]
            if meant[site.river].any():
                other = ~hit & (unique[code[group]] != "")
                named[group] = np.log(NAMED) * (hit.astype(float) - other)
        own = site.name.replace(site.township, " ") if site.township else site.name
        own = _PLACE.sub(" ", own)
        if own.strip():
            factor = HELD_BRIDGE if isinstance(site, Bridge) else HELD
            held[group] = [np.log(factor) if unique[c] and unique[c] in own else 0.0 for c in code[group]]
    return {"named": named, "held": held}


def by_bank(pairs: Pairs) -> Array:
    """The bank the row states against the side of the line the point lies on."""
    stated = np.array([s.bank for s in pairs.sites], object)[pairs.site]
    side = banks(pairs.line, pairs.points, pairs.offset, np.asarray(pairs.of("width"), np.float64))
    speaks = np.isin(stated, ("left", "right")) & np.isin(side, ("left", "right"))
    return np.log(BANK) * speaks * np.where(stated == side, 1.0, -1.0)


def by_kilometre(pairs: Pairs, listed: Array) -> Array:
    """The kilometre the row states against that of the foot: agreement speaks for, a wide miss against."""
    stated = listed[pairs.site]
    miss = (pairs.km - stated) / np.maximum(1_000.0, 0.03 * stated)
    cue = np.log(KILOMETRE) * (2 / (1 + miss ** 2) - 1)
    return np.where(np.isfinite(cue), cue, 0.0)


def by_size(pairs: Pairs) -> Array:
    """A large waterworks takes from the larger water; a village intake rather not."""
    lean = np.array([_lean(s) for s in pairs.sites])[pairs.site]
    flow = np.asarray(pairs.of("mean_discharge"), np.float64)
    normal = pairs.river.scenarios.get("normal")
    if normal is not None and normal.discharge.size == len(pairs.river.reaches):
        flow = np.where(flow > 0, flow, normal.discharge[pairs.row])
    with np.errstate(divide="ignore", invalid="ignore"):
        size = np.where(flow > 0, np.log10(flow), np.nan)
    largest = pd.Series(size).groupby(pairs.site).transform("max").to_numpy()
    known = ~pd.Series(np.isnan(size)).groupby(pairs.site).transform("any").to_numpy()
    decades = np.clip(np.where(known, size - largest, 0.0), -2.0, 0.0)
    return lean * np.log(SIZE) * decades


def _lean(site: Site) -> float:
    """How much a site leans to the larger of two rivers; sections stand on small ones as well."""
    if not isinstance(site, Intake) or not site.population:
        return 0.0
    return 1.0 if site.population >= LARGE else -0.3 if site.population < LARGE / 10 else 0.0


def by_order(pairs: Pairs, odds: Array, lists: Sequence[str]) -> Array:
    """Rows before and after in the same list that stand surely on a river: lists run along it, as a rule."""
    name = np.asarray(pairs.of("name"), object)
    sure: list[tuple[str, float] | None] = [None] * len(pairs.sites)
    for i in np.flatnonzero(odds > SURE).tolist():
        if name[i]:
            sure[pairs.site[i]] = (name[i], float(pairs.km[i]))
    cue = np.zeros(pairs.site.size)
    for i, k in enumerate(pairs.site.tolist()):
        beside = [sure[n] for n in (k - 1, k + 1) if 0 <= n < len(lists) and lists[k] and lists[n] == lists[k]]
        same = [s for s in beside if s is not None and s[0] == name[i]]
        cue[i] = len(same) * np.log(NEIGHBOUR)
        if len(same) == 2 and min(s[1] for s in same) <= pairs.km[i] <= max(s[1] for s in same):
            cue[i] += np.log(NEIGHBOUR)
    return cue

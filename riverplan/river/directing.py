"""Outlets on the drawn lines, and what is to be said about directions and unconnected parts."""

from collections.abc import Callable, Sequence
from typing import Any, cast

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod

from riverplan.errors import InputError, Problem, Severity
from riverplan.i18n import before, listed
from riverplan.river.clean import Noded
from riverplan.river.orient import GUESS, RANDOM, Directed
from riverplan.transport.compiled import compile_network

OUTLET_REACH = 5_000.0
"""Farthest an outlet may be from a line end [m]."""
SNAP_OFFERED = 2_000.0
"""Widest gap [m] for which a larger tolerance is offered as the mend."""
SAID_SINGLY = 40
"""Unconnected parts and flipped groups told one by one; the rest together."""

LonLat = Callable[..., Any]
Texts = NDArray[np.object_]


def outlet_nodes(noded: Noded, outlets: Sequence[tuple[float, float]], lonlat: LonLat,
                 ) -> tuple[NDArray[np.int64], list[Problem]]:
    """The nodes nearest to the outlets; a line end first, else any node.

    Raises
    ------
    InputError
        If an outlet is not a position, or farther than ``OUTLET_REACH`` from every node.
    """
    if not outlets:
        return np.zeros(0, np.int64), []
    geod = Geod(ellps="WGS84")
    degree = np.bincount(np.concatenate([noded.start, noded.end]), minlength=len(noded.node))
    lon, lat = lonlat(noded.node[:, 0], noded.node[:, 1])
    errors, notes, found = [], [], []
    for at_lon, at_lat in outlets:
        if not (np.isfinite([at_lon, at_lat]).all() and abs(at_lon) <= 180 and abs(at_lat) <= 90):
            errors.append(Problem(code="outlet_invalid", fields={"value": f"{at_lon},{at_lat}"}))
            continue
        away = geod.inv(np.full(lon.shape, at_lon), np.full(lat.shape, at_lat), lon, lat)[2]
        ends = np.where(degree == 1, away, np.inf)
        at = int(np.argmin(ends if ends.min() <= OUTLET_REACH else away))
        if away[at] > OUTLET_REACH:
            errors.append(Problem(code="outlet_far", lon=at_lon, lat=at_lat, fields={
                "at_lon": at_lon, "at_lat": at_lat, "km": away[at] / 1000, "most": OUTLET_REACH / 1000,
                "near_lon": lon[at], "near_lat": lat[at]}))
            continue
        if degree[at] > 1:
            notes.append(Problem(code="outlet_inside", severity="warning", lon=at_lon, lat=at_lat,
                                 fields={"at_lon": at_lon, "at_lat": at_lat}))
        found.append(at)
    if errors:
        raise InputError(errors)
    return np.unique(np.array(found, np.int64)), notes


class _Words:
    """Makes the problems of one import: knows where pieces lie and how long they are."""

    def __init__(self, noded: Noded, directed: Directed, ids: Texts, names: Texts, lonlat: LonLat) -> None:
        self.noded, self.directed, self.ids, self.names, self.lonlat = noded, directed, ids, names, lonlat
        self.length = shapely.length(noded.geometry) / 1000
        down = noded.forward ^ directed.flip
        self.tail = np.where(down, noded.start, noded.end)
        self.head = np.where(down, noded.end, noded.start)

    def place(self, node: int) -> tuple[float, float]:
        lon, lat = self.lonlat(*self.noded.node[node])
        return float(lon), float(lat)

    def lines(self, group: NDArray[Any]) -> dict[str, str]:
        return listed(self.ids[group], 8)

    def rivers(self, group: NDArray[Any]) -> dict[str, str]:
        return before(self.names[group])

    def lower_end(self, group: NDArray[Any]) -> int:
        """The node of a group nothing of the group leaves: the one most of its pieces lead to first."""
        ends = np.setdiff1d(self.head[group], self.tail[group])
        return int(ends[0]) if ends.size else int(self.head[group[0]])


def direction_problems(noded: Noded, directed: Directed, *, ids: Texts, names: Texts,
                       given: NDArray[np.int64], lonlat: LonLat) -> list[Problem]:
    """What was turned round, broken up or left unconnected, with coordinates and the mend."""
    words = _Words(noded, directed, ids, names, lonlat)
    return [*_strokes(words), *_circles(words), *_flips(words), *_guesses(words),
            *_dead_ends(words, given), *_main_outlet(words, given)]


def _strokes(w: _Words) -> list[Problem]:
    """Lines drawn at random, or upstream: their strokes were not believed."""
    share = w.directed.upstream
    if share <= RANDOM:
        return []
    return [Problem(code="strokes_random" if share < 1 - RANDOM else "strokes_upstream", severity="warning",
                    fields={"percent": round(100 * share)})]


def _guesses(w: _Words) -> list[Problem]:
    """Reaches whose direction is a guess, in connected groups, the longest first."""
    guess = w.directed.confidence < GUESS
    groups = _groups(w, guess) if guess.any() else []
    problems = []
    for group in groups[:SAID_SINGLY]:
        lon, lat = w.place(w.head[group[0]])
        problems.append(Problem(code="direction_guessed", severity="warning", lon=lon, lat=lat, fields={
            "km": float(w.length[group].sum()), "reaches": group.size, "lines": w.lines(group),
            "percent": round(100 * float(w.directed.confidence[group].min()))}))
    rest = groups[SAID_SINGLY:]
    if rest:
        problems.append(Problem(code="directions_guessed", severity="warning", fields={
            "count": sum(g.size for g in rest), "km": float(sum(w.length[g].sum() for g in rest)),
            "lines": w.lines(np.concatenate(rest))}))
    return problems


def _circles(w: _Words) -> list[Problem]:
    problems = []
    for group, broken in zip(w.directed.circles, w.directed.broken, strict=True):
        lon, lat = w.place(w.tail[broken[0]] if broken.size else w.tail[group[0]])
        problems.append(Problem(code="circle_broken", severity="warning", lon=lon, lat=lat, fields={
            "reaches": w.lines(group), "flipped": w.lines(broken), "km": float(w.length[group].sum())}))
    return problems


def _groups(w: _Words, chosen: NDArray[np.bool_]) -> list[NDArray[np.int64]]:
    """Connected groups of the chosen pieces, the longest first."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    rows = np.flatnonzero(chosen)
    n = len(w.noded.node)
    graph = coo_array((np.ones(rows.size), (w.tail[rows], w.head[rows])), shape=(n, n))
    label = connected_components(graph, directed=False)[1][w.tail[rows]]
    groups = [rows[label == k] for k in np.unique(label)]
    return sorted(groups, key=lambda g: (-w.length[g].sum(), g[0]))


def _flips(w: _Words) -> list[Problem]:
    flip = w.directed.flip & ~np.isin(np.arange(w.length.size), [i for b in w.directed.broken for i in b])
    main = w.directed.reaches_outlet
    if main.any() and w.length[main & flip].sum() > 0.5 * w.length[main].sum():
        return [Problem(code="flipped_all", severity="warning")]
    problems = []
    groups = _groups(w, flip) if flip.any() else []
    short = [g for g in groups if w.length[g].sum() * 1000 < w.noded.snap]
    if short:
        together = np.concatenate(short)
        lon, lat = w.place(w.tail[together[0]])
        problems.append(Problem(code="spurs_flipped", severity="note", lon=lon, lat=lat, fields={
            "count": len(short), "metres": round(w.noded.snap), "lines": w.lines(together)}))
    groups = groups[: len(groups) - len(short)]
    for group in groups[:SAID_SINGLY]:
        # where the water would have gone as drawn: now the upper end of the group
        ends = np.setdiff1d(w.tail[group], w.head[group])
        lon, lat = w.place(ends[0] if ends.size else w.tail[group[0]])
        problems.append(Problem(code="flipped", severity="warning", lon=lon, lat=lat, fields={
            "km": float(w.length[group].sum()), "reaches": group.size, "lines": w.lines(group),
            "end_lon": lon, "end_lat": lat}))
    rest = groups[SAID_SINGLY:]
    if rest:
        problems.append(Problem(code="flipped_more", severity="warning", fields={
            "count": len(rest), "km": float(sum(w.length[g].sum() for g in rest)),
            "lines": listed(w.ids[np.concatenate(rest)], 200)}))
    return problems


def _dead_ends(w: _Words, given: NDArray[np.int64]) -> list[Problem]:
    """Nodes where lines meet and no line leaves: drawn against each other, or the line below is missing."""
    n = len(w.noded.node)
    entering, leaving = np.bincount(w.head, minlength=n), np.bincount(w.tail, minlength=n)
    ends = np.setdiff1d(np.flatnonzero((entering > 1) & (leaving == 0)), given)
    problems = []
    for node in ends[:SAID_SINGLY]:
        lon, lat = w.place(node)
        problems.append(Problem(code="dead_end", severity="warning", lon=lon, lat=lat, fields={
            "lines": w.lines(np.flatnonzero(w.head == node))}))
    return problems


def _main_outlet(w: _Words, given: NDArray[np.int64]) -> list[Problem]:
    main = np.flatnonzero(w.directed.reaches_outlet)
    if given.size or not main.size:
        return []
    sinks = np.setdiff1d(w.head[main], w.tail[main])
    # the end most of the length drains to: where water parts it follows the name, else the longest reach
    n = len(w.noded.node)
    rank = compile_network(w.tail.astype(np.int32), w.head.astype(np.int32), n).rank
    entering: dict[int, str] = {}
    for i in main[np.argsort(w.length[main], kind="stable")].tolist():
        entering[int(w.head[i])] = str(w.names[i]) or entering.get(int(w.head[i]), "")
    below: dict[int, int] = {}
    same = np.array([bool(w.names[i]) and entering.get(int(w.tail[i])) == w.names[i] for i in main], bool)
    for i in main[np.lexsort((-w.length[main], ~same))].tolist():
        below.setdefault(int(w.tail[i]), int(w.head[i]))
    through = np.bincount(w.head[main], weights=w.length[main], minlength=n)
    for node in sorted(below, key=lambda k: int(rank[k])):
        through[below[node]] += through[node]
    drained = {int(k): float(through[k]) for k in sinks}
    outlet = max(drained, key=lambda k: (drained[k], -k))
    lon, lat = w.place(outlet)
    code, severity = ("only_outlet", "note") if len(sinks) == 1 else ("no_outlet_given", "warning")
    first = Problem(code=code, severity=cast(Severity, severity), lon=lon, lat=lat,
                    fields={"at_lon": lon, "at_lat": lat, "km": float(w.length[main].sum()),
                            "others": len(sinks) - 1})
    return [first, *_stray_ends(w, main, [int(k) for k in sinks if k != outlet])]


def branches_above(tail: NDArray[np.int64], head: NDArray[np.int64], ends: Sequence[int],
                   ) -> list[NDArray[np.int64]]:
    """For each of some nodes the rows of the reaches above it, up to where water parts that goes elsewhere too.

    Parameters
    ----------
    tail, head
        Numbers of the nodes of each reach, shape ``(n,)``, without a cycle.
    ends
        The nodes.
    """
    n = int(max(tail.max(), head.max())) + 1
    leaving, order = np.bincount(tail, minlength=n), np.argsort(head, kind="stable")
    first = np.searchsorted(head[order], np.arange(n + 1))
    branches = []
    for end in ends:
        found, todo = [], [end]
        while todo:
            node = todo.pop()
            for i in order[first[node]:first[node + 1]].tolist():
                found.append(i)
                if leaving[tail[i]] == 1:
                    todo.append(int(tail[i]))
        branches.append(np.array(found, np.int64))
    return branches


def _stray_ends(w: _Words, main: NDArray[np.int64], ends: Sequence[int]) -> list[Problem]:
    """Branches that leave the river and end by themselves: mostly a tributary drawn from its mouth upwards."""
    problems = []
    for end, branch in zip(ends, branches_above(w.tail[main], w.head[main], ends), strict=True):
        rows = main[branch]
        lon, lat = w.place(end)
        problems.append(Problem(code="stray_end", severity="warning", lon=lon, lat=lat, fields={
            "rivers": w.rivers(rows), "lines": w.lines(rows), "km": float(w.length[rows].sum()),
            "end_lon": lon, "end_lat": lat}))
    return sorted(problems, key=lambda p: -float(str(p.fields["km"])))[:SAID_SINGLY]


def cleaning_problems(noded: Noded, ids: Texts) -> list[Problem]:
    """What cleaning did, in few words: gaps closed, lines cut."""
    problems = list(noded.problems)
    gap = noded.gap.max(axis=1, initial=0.0)
    gaps = int((noded.gap >= 0.5).sum())
    splits = len({r for r, s in zip(noded.row.tolist(), noded.status, strict=True) if "split" in s})
    if gaps or splits:
        problems.append(Problem(code="gap_closed" if gaps else "lines_split", severity="note", fields={
            "gaps": gaps, "snap": round(noded.snap), "widest": round(float(gap.max())),
            "line": ids[int(gap.argmax())], "splits": splits}))
    return problems


def endless_problem(noded: Noded, group: NDArray[np.int64], ids: Texts, lonlat: LonLat) -> Problem:
    """A circle of lines no water can leave."""
    lon, lat = lonlat(*noded.node[noded.start[group[0]]])
    return Problem(code="circle_endless", lon=float(lon), lat=float(lat), fields={
        "lines": listed(ids[group], 50), "km": float(shapely.length(noded.geometry[group]).sum()) / 1000})

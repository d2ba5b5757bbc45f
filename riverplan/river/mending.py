"""Mends carried out on the frames of an import: reaches turned, cut, joined and taken out by their ids.

They work on reaches that are already cleaned and directed, so that an id means the same reach however often
the import is done; what a person says about a direction is final.
"""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from riverplan.errors import NetworkError, Problem
from riverplan.i18n import text
from riverplan.river.assemble import geodesic_length, node_kinds, typed
from riverplan.river.directing import listed
from riverplan.river.mends import Mend
from riverplan.river.network import NODE_COLUMNS, REACH_COLUMNS
from riverplan.river.splitting import Cut, split
from riverplan.transport.compiled import CycleError, compile_network

FAR = 2_000.0
"""A place farther than this from the reach it is said to be on [m] is a slip."""
SKETCHED = 500.0
"""A join wider than this [m] becomes a reach of its own, sketched: no line is stretched so far."""
AT_END = 1.0
"""A place nearer than this to an end of a reach [m] is that end."""


def apply_mends(reaches: gpd.GeoDataFrame, nodes: gpd.GeoDataFrame, mends: Sequence[Mend],
                ) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, tuple[Problem, ...]]:
    """Carry out the mends of reaches, in their order; those of sites are left to the sites.

    Parameters
    ----------
    reaches, nodes
        Frames as :func:`riverplan.river.assemble.assemble` gives them; they are not changed.
    mends
        As read (:func:`riverplan.river.mends.read_mends`).

    Returns
    -------
    reaches, nodes
        The mended frames: kinds of nodes and unconnected reaches found anew. ``direction_source`` of reaches
        a person directed is ``person``, ``direction_confidence`` 1.
    problems
        Mends left out, each with the mend of the mend, and a note of those carried out.

    Raises
    ------
    NetworkError
        If the reaches form a cycle afterwards (they and the mends on them are named), or none is left.
    """
    wanted = [m for m in mends if m.action in ("flip", "cut", "join", "delete")]
    if not wanted:
        return reaches, nodes, ()
    bench = _Bench(reaches, nodes)
    for mend in wanted:
        bench.carry_out(mend)
    return bench.finished()


class _Bench:
    """The frames while they are worked on, by ``reach_id`` and ``node_id``."""

    def __init__(self, reaches: gpd.GeoDataFrame, nodes: gpd.GeoDataFrame) -> None:
        self.reaches, self.nodes = reaches.reset_index(drop=True).copy(), nodes.reset_index(drop=True).copy()
        self.problems: list[Problem] = []
        self.done: list[tuple[Mend, tuple[str, ...]]] = []
        linked = reaches[~reaches["status"].str.contains("unconnected")]
        self.mouths = set(linked["head"]) - set(linked["tail"])
        self.to_plane = Transformer.from_crs("EPSG:4326", reaches.crs, always_xy=True)

    def carry_out(self, mend: Mend) -> None:
        """Carry out one mend, or say why not."""
        named = [mend.id, *([mend.to] if mend.action == "join" and mend.to else [])]
        known = self.reaches["reach_id"]
        lost = [r for r in named if not known.eq(r).any()]
        for name in lost:
            near = get_close_matches(name, list(known), n=5, cutoff=0.5)
            self.say("mend_reach_missing", mend, id=name, near=", ".join(near) or "—")
        if lost:
            return
        before = set(known)
        if getattr(self, f"_{mend.action}")(mend, self.row(mend.id)):
            made = tuple(r for r in self.reaches["reach_id"] if r not in before)
            self.done.append((mend, (*named, *made)))

    def row(self, reach_id: str) -> int:
        """Row number of a reach."""
        return int(np.flatnonzero(self.reaches["reach_id"].to_numpy() == reach_id)[0])

    def say(self, code: str, mend: Mend, severity: Any = "warning", **fields: object) -> None:
        """A problem with a mend."""
        lon, lat = (mend.lon, mend.lat) if mend.placed else (None, None)
        names = {f"action_{lang}": text(f"mend_action.{mend.action}", lang) for lang in ("zh", "en")}
        self.problems.append(Problem(code=code, severity=severity, row=mend.row, lon=lon, lat=lat,
                                     fields={"id": mend.id, "to": mend.to, **names, **fields}))

    def place(self, mend: Mend) -> Any:
        """The place of a mend in the river's plane."""
        return shapely.Point(self.to_plane.transform(mend.lon, mend.lat))

    def point(self, node: str) -> Any:
        """Position of a node."""
        return self.nodes.geometry.to_numpy()[np.flatnonzero(self.nodes["node_id"].to_numpy() == node)[0]]

    def degree(self, node: str) -> int:
        """Number of reaches that meet in a node."""
        return int(self.reaches["tail"].eq(node).sum() + self.reaches["head"].eq(node).sum())

    def mark(self, row: int, words: str, *, directed: bool) -> None:
        """Note on a reach that a person worked on it."""
        said = [w for w in self.reaches.at[row, "status"].split("; ") if w != "kept"]
        self.reaches.at[row, "status"] = "; ".join(dict.fromkeys([*said, words]))
        if directed:
            self.reaches.loc[row, ["direction_source", "direction_confidence"]] = ["person", 1.0]

    def _flip(self, mend: Mend, row: int) -> bool:
        ends = self.reaches.loc[row, ["head", "tail"]].to_list()
        self.reaches.loc[row, ["tail", "head"]] = ends
        self.reaches.loc[row, "geometry"] = shapely.reverse(self.reaches.geometry.iloc[row])
        self.mark(row, "flipped by hand", directed=True)
        return True

    def _delete(self, mend: Mend, row: int) -> bool:
        if self.reaches.at[row, "head"] in self.mouths:        # the water now leaves where it began
            self.mouths.add(self.reaches.at[row, "tail"])
        self.reaches = self.reaches.drop(index=row).reset_index(drop=True)
        return True

    def _cut(self, mend: Mend, row: int) -> bool:
        line, at = self.reaches.geometry.iloc[row], self.place(mend)
        away = float(line.distance(at))
        if away > FAR:
            self.say("mend_place_far", mend, metres=round(away))
            return False
        return self._part(row, line.project(at, normalized=True), "cut by hand", mend)

    def _part(self, row: int, share: float, why: str, mend: Mend | None = None) -> bool:
        length = float(self.reaches.at[row, "length"])
        if min(share, 1 - share) * length <= AT_END:
            if mend is not None:
                self.say("mend_cut_at_end", mend)
            return False
        cut = Cut(row=row, chainage=share * length, why=why, snug=AT_END)
        self.reaches, self.nodes, _ = split(self.reaches, self.nodes, [cut])
        return True

    def _loose_end(self, mend: Mend, row: int) -> str:
        """Column of the end to join: the one nearest to the place, a loose one first; else the lower one."""
        ends = ["head", "tail"]
        loose = [e for e in ends if self.degree(self.reaches.at[row, e]) == 1] or ends
        if not mend.placed:
            return loose[0]
        return min(loose, key=lambda e: self.point(self.reaches.at[row, e]).distance(self.place(mend)))

    def _join(self, mend: Mend, row: int) -> bool:
        if mend.to and mend.placed and self._at_crossing(mend, row):
            return True
        end = self._loose_end(mend, row)
        mine = self.point(self.reaches.at[row, end])
        own = set(self.reaches.loc[row, ["tail", "head"]])
        if mend.to:
            other = self.row(mend.to)
            if own & set(self.reaches.loc[other, ["tail", "head"]]):
                self.say("mend_joined_already", mend)
                return False
            share = float(self.reaches.geometry.iloc[other].project(mine, normalized=True))
            if self._part(other, share, "cut by hand"):
                target = self.reaches.at[self.row(f"{mend.to}.1"), "head"]
            else:
                target = self.reaches.at[other, "tail" if share < 0.5 else "head"]
        else:
            around = self.nodes[~self.nodes["node_id"].isin(own)]
            away = shapely.distance(around.geometry.to_numpy(), self.place(mend))
            if not away.size or away.min() > FAR:
                self.say("mend_place_far", mend, metres=round(float(away.min())) if away.size else 0)
                return False
            target = around["node_id"].iloc[int(np.argmin(away))]
        row = self.row(mend.id)                                # a cut above moves the rows
        there, node = self.point(target), self.reaches.at[row, end]
        gap = float(geodesic_length(gpd.GeoDataFrame(geometry=[_straight(mine, there)], crs=self.reaches.crs))[0])
        if self.degree(node) == 1 and gap <= SKETCHED:
            self._lead(row, end, target, there, gap)
        else:
            self._bridge(row, end, target, gap)
        return True

    def _at_crossing(self, mend: Mend, row: int) -> bool:
        """Let two reaches meet where they cross near the place, if they do."""
        other = self.row(mend.to)
        lines = self.reaches.geometry.to_numpy()[[row, other]]
        met = [p for p in shapely.get_parts(shapely.intersection(*lines)) if p.geom_type == "Point"]
        if not met or not lines[0].crosses(lines[1]):
            return False
        at = min(met, key=lambda p: p.distance(self.place(mend)))
        if at.distance(self.place(mend)) > FAR:
            return False
        ends = []
        for name in (mend.id, mend.to):
            here = self.row(name)
            share = float(self.reaches.geometry.iloc[here].project(at, normalized=True))
            if self._part(here, share, "cut by hand"):
                ends.append(self.reaches.at[self.row(f"{name}.1"), "head"])
            else:
                ends.append(self.reaches.at[here, "tail" if share < 0.5 else "head"])
        self.reaches.loc[self.reaches["tail"] == ends[0], "tail"] = ends[1]
        self.reaches.loc[self.reaches["head"] == ends[0], "head"] = ends[1]
        return True

    def _lead(self, row: int, end: str, target: str, there: Any, gap: float) -> None:
        """Lengthen a reach to a node."""
        xy = shapely.get_coordinates(self.reaches.geometry.iloc[row])
        new = shapely.get_coordinates(there)
        if gap > 0:
            xy = np.concatenate([xy, new] if end == "head" else [new, xy])
            self.reaches.loc[row, "geometry"] = shapely.linestrings(xy)
        self.reaches.at[row, "length"] += gap
        if self.reaches.at[row, end] in self.mouths:
            self.mouths.discard(self.reaches.at[row, end])
        self.reaches.at[row, end] = target
        self.mark(row, f"joined by hand {gap:.0f} m", directed=True)

    def _bridge(self, row: int, end: str, target: str, gap: float) -> None:
        """A reach of its own from the end of a reach to a node."""
        a, b = (self.reaches.at[row, end], target) if end == "head" else (target, self.reaches.at[row, end])
        known = set(self.reaches["reach_id"])
        names = (f"{self.reaches.at[row, 'reach_id']}+{k}" for k in range(1, len(known) + 2))
        name = next(n for n in names if n not in known)
        new = self.reaches.iloc[[row]].copy()
        new["reach_id"], new["tail"], new["head"], new["length"] = name, a, b, gap
        new["length_source"], new["course"], new["status"] = "sketched", "sketched", f"joined by hand {gap:.0f} m"
        new["direction_source"], new["direction_confidence"] = "person", 1.0
        new.geometry = [_straight(self.point(a), self.point(b))]
        self.mouths.discard(a)
        self.reaches = pd.concat([self.reaches, new], ignore_index=True)

    def finished(self) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, tuple[Problem, ...]]:
        """The frames made whole again."""
        if self.reaches.empty:
            raise NetworkError(Problem(code="mend_nothing_left"))
        self._part_twins()
        used = self.nodes["node_id"].isin({*self.reaches["tail"], *self.reaches["head"]})
        nodes = self.nodes[used].reset_index(drop=True)
        number = {n: i for i, n in enumerate(nodes["node_id"])}
        tail, head = (self.reaches[c].map(number).to_numpy(np.int32) for c in ("tail", "head"))
        try:
            compile_network(tail, head, len(nodes))
        except CycleError:
            raise NetworkError(self._cycles(tail, head, len(nodes))) from None
        built = nodes["kind"].isin(["gate", "dam"]).to_numpy()
        nodes["kind"] = np.where(built, nodes["kind"], node_kinds(self.reaches["tail"], self.reaches["head"],
                                                                  nodes["node_id"]))
        graph = coo_array((np.ones(tail.size), (tail, head)), shape=(len(nodes), len(nodes)))
        part = connected_components(graph, directed=False)[1]
        mouths = [number[m] for m in self.mouths if m in number]
        length = np.bincount(part[tail], weights=self.reaches["length"], minlength=part.max() + 1)
        linked = np.isin(part, part[mouths] if mouths else [int(np.argmax(length))])
        status = []
        for said, on in zip(self.reaches["status"], linked[tail], strict=True):
            words = [w for w in said.split("; ") if w not in ("unconnected", "kept")] + ["unconnected"] * (not on)
            status.append("; ".join(words) or "kept")
        self.reaches["status"] = status
        if self.done:
            self.problems.append(Problem(code="mends_applied", severity="note", fields={
                "count": len(self.done), "reaches": listed(m.id for m, _ in self.done)}))
        return typed(self.reaches, REACH_COLUMNS), typed(nodes, NODE_COLUMNS), tuple(self.problems)

    def _part_twins(self) -> None:
        """A directed graph holds one edge between two nodes: the longer of two gets a node in its middle."""
        by_length = self.reaches.sort_values("length", kind="stable")
        for name in by_length.loc[by_length.duplicated(["tail", "head"]), "reach_id"]:
            self._part(self.row(name), 0.5, "twin parted")

    def _cycles(self, tail: np.ndarray, head: np.ndarray, n: int) -> list[Problem]:
        """One problem for each group of reaches in a circle, with the mends on it."""
        graph = coo_array((np.ones(tail.size), (tail, head)), shape=(n, n))
        strong = connected_components(graph, directed=True, connection="strong")[1]
        inside = strong[tail] == strong[head]
        problems = []
        for s in np.unique(strong[tail[inside]]):
            names = self.reaches["reach_id"].to_numpy()[inside & (strong[tail] == s)]
            on = [m for m, touched in self.done
                  if any(r == t or r.startswith(f"{t}.") for r in names for t in touched)]
            x, y = shapely.get_coordinates(self.reaches.geometry.iloc[self.row(names[0])])[0]
            lon, lat = self.to_plane.transform(x, y, direction="INVERSE")
            said = listed(f"{m.row or '—'}: {text(f'mend_action.{m.action}', 'zh')}/{m.action} {m.id}" for m in on)
            problems.append(Problem(code="mend_cycle", row=on[0].row if on else None, lon=float(lon), lat=float(lat),
                                    fields={"reaches": listed(names, 20), "mends": said}))
        return problems


def _straight(a: Any, b: Any) -> Any:
    return shapely.linestrings(np.concatenate([shapely.get_coordinates(a), shapely.get_coordinates(b)]))

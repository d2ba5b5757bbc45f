"""The river: reaches, nodes, sites and flows, with a networkx graph and arrays derived from them."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from itertools import pairwise
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import networkx as nx
import numpy as np
from pyproj import Transformer
from pyproj.enums import TransformDirection

from riverplan.channel import Array, Channel
from riverplan.errors import NetworkError, Problem, UnknownNameError
from riverplan.river.gaining import Gaining, gaining
from riverplan.river.graph_view import CompiledGraph, graph_of, keep_compiled
from riverplan.river.scenario import FlowScenario
from riverplan.river.sites import Resource, Site, Space
from riverplan.transport.compiled import Compiled, CycleError, compile_network

REACH_COLUMNS: Mapping[str, str] = MappingProxyType({
    "reach_id": "str", "source_id": "str", "tail": "str", "head": "str", "name": "str", "kind": "str",
    "length": "float64", "length_source": "str", "slope": "float64", "slope_source": "str",
    "width": "float64", "width_source": "str", "roughness": "float64", "roughness_source": "str",
    "drainage_area": "float64", "drainage_area_source": "str",
    "mean_discharge": "float64", "mean_discharge_source": "str",
    "water_class": "str", "status": "str", "course": "str", "drawn_accuracy": "float64", "river_km": "float64",
    "direction_source": "str", "direction_confidence": "float64",
})
"""Columns of ``RiverNetwork.reaches`` and their types, besides ``geometry``.

``kind`` is one of ``channel canal tunnel dewatered reservoir closed_conduit``; ``river_km`` is the
distance [m] from the head of the reach to the mouth of the river of that name; ``course`` says where
the line comes from: ``drawn`` (surveyed), ``digitised`` by hand, ``sketched`` or empty; a ``*_source`` is
``measured``, ``stated``, ``modelled``, ``drawn``, ``assumed``, ``sketched`` or empty.
``direction_source`` says what the direction of flow rests on (``person attributes dem digitised outlet
geometry``), ``direction_confidence`` how sure it is, 0 to 1.
"""
NODE_COLUMNS: Mapping[str, str] = MappingProxyType({"node_id": "str", "kind": "str", "elevation": "float64"})
"""Columns of ``RiverNetwork.nodes``, besides ``geometry``.

``kind`` is one of ``source confluence bifurcation junction gate dam outlet``.
"""
LARGE = 100_000
"""Number of reaches above which no networkx graph of the whole river is made unless it is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RiverNetwork:
    """One river as a directed, acyclic network.

    Parameters
    ----------
    name, code
        Name of the river plan's river, and its official code if it has one.
    crs
        Projected coordinate system, metres, as an authority string such as ``EPSG:4546``.
    reaches
        One row a reach with the columns of ``REACH_COLUMNS`` and a LineString in flow direction.
    nodes
        One row a node with the columns of ``NODE_COLUMNS`` and a Point.
    sites, resources
        What stands by the water, and what helps from the land.
    scenarios
        Steady flows by name, in rising discharge.
    stamp
        Words that must stand on every screen and sheet made of this river, such as 示范数据, 非实测.
    attribution
        Who must be named as the source of the lines.
    report
        What the import found and did.
    """

    name: str
    code: str = ""
    crs: str
    reaches: gpd.GeoDataFrame
    nodes: gpd.GeoDataFrame
    sites: tuple[Site, ...] = ()
    resources: tuple[Resource, ...] = ()
    scenarios: Mapping[str, FlowScenario] = field(default_factory=dict)
    stamp: str = ""
    attribution: str = ""
    report: tuple[Problem, ...] = ()
    _cache: dict[str, Any] = field(default_factory=dict, repr=False)

    def replace(self, **changes: Any) -> "RiverNetwork":
        """The same river with some fields changed; derived views are made anew."""
        return replace(self, **changes, _cache={})

    def _kept(self, key: str, make: Any) -> Any:
        if key not in self._cache:
            self._cache[key] = make()
        return self._cache[key]

    @property
    def digest(self) -> str:
        """SHA-256 of the content (geometry, attributes, sites, flows), 64 hexadecimal digits."""
        return self._kept("digest", self._digest)

    def _digest(self) -> str:
        sha = hashlib.sha256()
        sha.update(repr((self.name, self.code, self.crs, self.stamp, self.attribution)).encode())
        for frame, columns in ((self.reaches, REACH_COLUMNS), (self.nodes, NODE_COLUMNS)):
            sha.update(frame[list(columns)].to_csv(index=False, float_format="%.12g").encode())
            sha.update(b"".join(frame.geometry.to_wkb()))
        for item in (*self.sites, *self.resources):
            sha.update(repr(item).encode())
        for scenario in self.scenarios.values():
            for f in fields(scenario):
                value = getattr(scenario, f.name)
                is_array = isinstance(value, np.ndarray)
                sha.update(repr([f"{v:.12g}" if isinstance(v, float) else v for v in value.tolist()]
                                if is_array else value).encode())
        return sha.hexdigest()

    @property
    def reach_row(self) -> Mapping[str, int]:
        """Row number of each reach by its ``reach_id``."""
        return self._kept("reach_row", lambda: {r: i for i, r in enumerate(self.reaches["reach_id"])})

    @property
    def node_row(self) -> Mapping[str, int]:
        """Row number of each node by its ``node_id``."""
        return self._kept("node_row", lambda: {r: i for i, r in enumerate(self.nodes["node_id"])})

    @property
    def graph(self) -> nx.DiGraph:
        """The frozen networkx view: nodes by ``node_id``, an edge carries ``reach_id``, ``length``, ``name``.

        Made when first asked for: a million reaches cost seconds and a gigabyte. For a part of a large
        river ask :meth:`subgraph`. A copy that was changed is compiled anew by
        :func:`riverplan.river.graph_view.compile_graph`.
        """
        return self._kept("graph", self._graph)

    def _graph(self) -> nx.DiGraph:
        graph = graph_of(self.reaches, self.nodes, name=self.name, crs=self.crs)
        if "compiled" in self._cache and graph.number_of_edges() == len(self.reaches):
            keep_compiled(graph, CompiledGraph(compiled=self.compiled, nodes=self.nodes["node_id"].tolist(),
                                               row=self.node_row))
        return graph

    def subgraph(self, nodes: Iterable[str]) -> nx.DiGraph:
        """The frozen networkx view of some nodes and the reaches between them, as :attr:`graph` has them.

        Costs what is asked for and not what there is, such as the nodes :meth:`downstream` of a spill.
        """
        rows = np.array(sorted({self.node_row[n] for n in nodes}), np.intp)
        inside = np.zeros(len(self.nodes), bool)
        inside[rows] = True
        net = self.compiled
        reaches = self.reaches.iloc[np.flatnonzero(inside[net.tail] & inside[net.head])]
        return graph_of(reaches, self.nodes.iloc[rows], name=self.name, crs=self.crs)

    @property
    def compiled(self) -> Compiled:
        """The topology as arrays.

        Raises
        ------
        NetworkError
            If the reaches form a cycle.
        """
        return self._kept("compiled", self._compile)

    def _compile(self) -> Compiled:
        row = self.node_row
        tail = self.reaches["tail"].map(row).to_numpy(np.int32)
        head = self.reaches["head"].map(row).to_numpy(np.int32)
        try:
            return compile_network(tail, head, len(self.nodes))
        except CycleError as error:
            names = ", ".join(self.reaches["reach_id"].iloc[error.reaches[:20]])
            raise NetworkError(Problem(code="cycle", fields={"reaches": names})) from None

    @property
    def to_lonlat(self) -> Transformer:
        """From the river's plane to longitude and latitude, both in (east, north) order."""
        return self._kept("to_lonlat", lambda: Transformer.from_crs(self.crs, "EPSG:4326", always_xy=True))

    def lonlat(self, x: Array | float, y: Array | float) -> tuple[Any, Any]:
        """Longitude and latitude [degrees] of a point or points of the river's plane [m]."""
        return self.to_lonlat.transform(x, y)

    def xy(self, lon: Array | float, lat: Array | float) -> tuple[Any, Any]:
        """Position in the river's plane [m] of longitude and latitude [degrees]."""
        return self.to_lonlat.transform(lon, lat, direction=TransformDirection.INVERSE)

    def upstream(self, node_id: str) -> frozenset[str]:
        """All nodes the water of a node comes from."""
        return self._walked(node_id, "upstream")

    def downstream(self, node_id: str) -> frozenset[str]:
        """All nodes the water of a node goes to."""
        return self._walked(node_id, "downstream")

    def _walked(self, node_id: str, way: str) -> frozenset[str]:
        from riverplan.transport import walks

        times = self._kept("steps", lambda: walks.travel_times(self.compiled, np.zeros(len(self.reaches))))
        found = getattr(walks, way)(times, self.node_row[node_id])["node"]
        return frozenset(self.nodes["node_id"].to_numpy()[found[1:]].tolist())

    def path(self, start: str, end: str) -> tuple[str, ...]:
        """The reaches (``reach_id``) of the shortest way down from a node to a node; empty if there is none."""
        large = len(self.reaches) > LARGE
        graph = self.subgraph(self.downstream(start) | {start, end}) if large else self.graph
        try:
            nodes = nx.shortest_path(graph, start, end, weight="length")
        except nx.NetworkXNoPath:
            return ()
        return tuple(graph.edges[a, b]["reach_id"] for a, b in pairwise(nodes))

    def site(self, site_id: str) -> Site:
        """The site of an id.

        Raises
        ------
        UnknownNameError
            If there is none; near matches are named.
        """
        by_id = self._kept("sites", lambda: {s.site_id: s for s in self.sites})
        if site_id not in by_id:
            raise UnknownNameError(unknown("site", site_id, by_id))
        return by_id[site_id]

    def scenario(self, name: str) -> FlowScenario:
        """The flow scenario of a name.

        Raises
        ------
        UnknownNameError
            If there is none.
        """
        if name not in self.scenarios:
            raise UnknownNameError(unknown("scenario", name, self.scenarios))
        return self.scenarios[name]

    def gaining(self, flow: FlowScenario) -> Gaining:
        """Discharges at the tails and what is gained along the reaches, spread beside every gate; kept for one flow."""
        kept: tuple[FlowScenario, Gaining] | None = self._cache.get("gaining")
        if kept is None or kept[0] is not flow:
            row, length = self.node_row, np.maximum(self.channel(flow).length, 1.0)
            gates = sorted({row[s.node_id] for s in self.sites if isinstance(s, Space) and s.node_id in row})
            kept = self._cache["gaining"] = flow, gaining(self.compiled, length, flow.discharge, gates)
        return kept[1]

    def channel(self, scenario: FlowScenario) -> Channel:
        """The arrays the formulas take, at a flow of this river.

        Pairs of discharge and velocity of *all* scenarios become the rating of a reach, so that a
        discharge read today is interpolated between them.
        """
        reaches = self.reaches
        flows = [s for s in self.scenarios.values() if s is not scenario and s.discharge.size == len(reaches)]
        own = np.isfinite(scenario.velocity)                       # a scenario of the caller brings its own pairs
        replaced = {id(s) for s in flows if s.name == scenario.name}
        if own.any() or not flows:
            flows = [*(s for s in flows if id(s) not in replaced or not own.all()), scenario]
        discharge = np.column_stack([s.discharge for s in flows])
        velocity = np.column_stack([np.where(own, np.nan, s.velocity) if id(s) in replaced else s.velocity
                                    for s in flows])
        known = (discharge > 0) & (velocity > 0)
        discharge = np.where(known, discharge, np.nan)
        order = np.argsort(discharge, axis=1, kind="stable")       # nan sorts last
        measured = np.column_stack([s.velocity_source == "measured" for s in flows])

        def column(name: str) -> Array:
            return reaches[name].to_numpy(np.float64)

        return Channel(
            length=column("length"), discharge=scenario.discharge, mean_discharge=column("mean_discharge"),
            drainage_area=column("drainage_area"), slope=column("slope"),
            width=np.where(np.isnan(scenario.width), column("width"), scenario.width), depth=scenario.depth,
            roughness=column("roughness"), storage=scenario.storage,
            is_reservoir=(reaches["kind"] == "reservoir").to_numpy(bool),
            rating_discharge=np.take_along_axis(discharge, order, 1),
            rating_velocity=np.take_along_axis(np.where(known, velocity, np.nan), order, 1),
            rating_measured=np.asarray(np.where(known, measured, True).all(axis=1) & known.any(axis=1)),
        )


def near(name: str, known: Iterable[str]) -> list[str]:
    """The names that exist which are nearest to one that does not; the first of all where none is near."""
    from difflib import get_close_matches

    some = list(dict.fromkeys(known))
    return get_close_matches(name, some, n=5, cutoff=0.3) or some[:10]


def unknown(what: str, name: str, known: Mapping[str, Any]) -> Problem:
    """A problem saying that a name does not exist, with the nearest that do."""
    return Problem(code=f"unknown_{what}", fields={"name": name, "near": ", ".join(near(name, known))})

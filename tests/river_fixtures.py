"""Small rivers for tests: real ``RiverNetwork`` objects with sites and three flows each.

All lie in CGCS2000 3° zone 108E (EPSG:4545) near 丰都, one unit of a drawing is one kilometre.
``build`` makes others from a few lines; the three drawn ones are ``y_river``, ``braid``, ``dammed``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import LineString, Point

from riverplan.river.network import NODE_COLUMNS, REACH_COLUMNS, RiverNetwork
from riverplan.river.scenario import FlowScenario
from riverplan.river.sites import (
    Boundary,
    Bridge,
    Intake,
    Resource,
    RiskSource,
    Section,
    Site,
    Space,
    Store,
    Town,
)

CRS = "EPSG:4545"
EAST, NORTH = 470_000.0, 3_300_000.0
"""Origin of the drawings in the river's plane [m]."""
FLOWS: Mapping[str, tuple[float, float]] = {"low": (0.3, 0.6), "normal": (1.0, 1.0), "high": (3.0, 1.6)}
"""Factor on the mean discharge and on the velocity, by scenario."""


@dataclass(frozen=True, kw_only=True)
class R:
    """A reach of a drawing: ends, inner points [km], mean discharge [m³/s], velocity at it [m/s]."""

    id: str
    tail: str
    head: str
    name: str = "清河"
    kind: str = "channel"
    via: Sequence[tuple[float, float]] = ()
    discharge: float = 20.0
    velocity: float = float("nan")
    length: float | None = None
    """Stated length [m]; the drawn one where None."""
    slope: float = 1e-3
    width: float = 40.0
    roughness: float = 0.035
    area: float = 1e9
    storage: float = float("nan")
    water_class: str = "III"
    extra: Mapping[str, object] = field(default_factory=dict)


def build(
    name: str,
    nodes: Mapping[str, tuple[str, float, float]],
    reaches: Iterable[R],
    *,
    sites: Iterable[Site] = (),
    resources: Iterable[Resource] = (),
    flows: Mapping[str, tuple[float, float]] = FLOWS,
    stamp: str = "示范数据, 非实测",
) -> RiverNetwork:
    """A river from nodes ``{id: (kind, x km, y km)}`` and reaches; ``nan`` lon: put on the reach."""
    rs = list(reaches)
    xy = {n: (EAST + x * 1000.0, NORTH + y * 1000.0) for n, (_, x, y) in nodes.items()}
    inner = [[(EAST + x * 1000.0, NORTH + y * 1000.0) for x, y in r.via] for r in rs]
    lines = [LineString([xy[r.tail], *via, xy[r.head]]) for r, via in zip(rs, inner, strict=True)]
    lengths = [line.length if r.length is None else r.length for r, line in zip(rs, lines, strict=True)]
    rows = [{
        "reach_id": r.id, "source_id": f"src-{r.id}", "tail": r.tail, "head": r.head, "name": r.name,
        "kind": r.kind, "length": length, "length_source": "drawn" if r.length is None else "stated",
        "slope": r.slope, "slope_source": "assumed", "width": r.width, "width_source": "assumed",
        "roughness": r.roughness, "roughness_source": "assumed", "drainage_area": r.area,
        "drainage_area_source": "stated", "mean_discharge": r.discharge, "mean_discharge_source": "stated",
        "water_class": r.water_class, "status": "ok", "course": "drawn",
        "drawn_accuracy": 50.0, "river_km": 0.0, "direction_source": "digitised",
        "direction_confidence": 0.9, **r.extra,
    } for r, length in zip(rs, lengths, strict=True)]
    frame = gpd.GeoDataFrame(pd.DataFrame(rows).astype(dict(REACH_COLUMNS)), geometry=lines, crs=CRS)
    frame["river_km"] = _to_mouth(frame)
    ends = [{"node_id": n, "kind": kind, "elevation": float("nan")} for n, (kind, _, _) in nodes.items()]
    points = gpd.GeoDataFrame(pd.DataFrame(ends).astype(dict(NODE_COLUMNS)),
                              geometry=[Point(p) for p in xy.values()], crs=CRS)
    river = RiverNetwork(
        name=name, code="", crs=CRS, reaches=frame, nodes=points, resources=tuple(resources),
        scenarios={flow: _scenario(flow, rs, *factors) for flow, factors in flows.items()},
        stamp=stamp, attribution="示例线 example lines")
    return river.replace(sites=tuple(_placed(river, s) for s in sites))


def _to_mouth(frame: gpd.GeoDataFrame) -> list[float]:
    """Distance from the head of each reach to the end of its river of the same name [m]."""
    below = {(t, n): (h, length) for t, h, n, length in
             frame[["tail", "head", "name", "length"]].itertuples(index=False)}
    distances = []
    for head, name in frame[["head", "name"]].itertuples(index=False):
        at, total = head, 0.0
        while (at, name) in below:
            at, length = below[at, name]
            total += length
        distances.append(total)
    return distances


def _scenario(name: str, rs: Sequence[R], on_discharge: float, on_velocity: float) -> FlowScenario:
    n = len(rs)
    velocity = np.array([r.velocity * on_velocity for r in rs])
    return FlowScenario(
        name=name, source=f"示例 example {name}",
        discharge=np.array([r.discharge * on_discharge for r in rs]),
        velocity=velocity, depth=np.full(n, 1.5 * on_discharge ** 0.4), width=np.full(n, np.nan),
        storage=np.array([r.storage for r in rs]), discharge_source=np.full(n, "assumed", dtype=object),
        velocity_source=np.where(np.isnan(velocity), "", "assumed").astype(object))


def _placed(river: RiverNetwork, site: Site) -> Site:
    """The site with the point of its reach and chainage (``nan`` lon asks for it)."""
    site = replace(site, chainage=float(site.chainage))
    if not np.isnan(site.lon):
        return site
    row = river.reaches.iloc[river.reach_row[site.reach_id]]
    point = row.geometry.interpolate(site.chainage / row["length"], normalized=True)
    lon, lat = river.lonlat(point.x, point.y)
    return replace(site, lon=round(float(lon), 6), lat=round(float(lat), 6), river=row["name"])


_HERE = {"lon": float("nan"), "lat": float("nan"), "source": "assumed", "county": "示范县"}


def y_river() -> RiverNetwork:
    """Two sources that join.

    ::

        n1 ──r1 (10 km)──┐
                         n3 ──r3 (10 km)── n4 ──r4 (10 km)── n5 (outlet)
        n2 ──r2 (8 km)───┘
           小溪                清河

    Discharge 12 + 8 = 20 m³/s; velocity 0.5 m/s on r1, r3, r4, none tabulated on r2.
    """
    nodes = {"n1": ("source", 0, 6), "n2": ("source", 2, -4.8), "n3": ("confluence", 8, 0),
             "n4": ("junction", 18, 0), "n5": ("outlet", 28, 0)}
    reaches = [
        R(id="r1", tail="n1", head="n3", via=[(4, 3.2)], discharge=12, velocity=0.5, area=6e8, length=10_000),
        R(id="r2", tail="n2", head="n3", name="小溪", discharge=8, area=4e8, length=8_000, width=25),
        R(id="r3", tail="n3", head="n4", via=[(12, 0.8), (15, -0.6)], velocity=0.5, length=10_000),
        R(id="r4", tail="n4", head="n5", velocity=0.5, area=1.1e9, length=10_000, water_class="II"),
    ]
    sites = [
        RiskSource(site_id="S01", name="上游化工厂", reach_id="r1", chainage=1_000, bank="left",
                   category="chemical", substances="苯酚", max_storage=50_000.0,
                   phone="0000-0000001", **_HERE),
        RiskSource(site_id="S02", name="小溪油库", reach_id="r2", chainage=2_000, bank="right", **_HERE),
        Intake(site_id="I01", name="清河水厂取水口", reach_id="r3", chainage=4_000, bank="left",
               population=30_000, supply=0.35, clear_water_tank=7_200.0, water_class="II", **_HERE),
        Intake(site_id="I02", name="", reach_id="r4", chainage=6_000, bank="right", township="石桥乡",
               **_HERE),
        Section(site_id="M01", name="清河口断面", reach_id="r4", chainage=9_500, automatic=True,
                water_class="II", **_HERE),
        Boundary(site_id="B01", name="示范县—邻县", reach_id="r4", chainage=3_000, upstream_unit="示范县",
                 downstream_unit="邻县", **_HERE),
        Bridge(site_id="Q01", name="清河大桥", reach_id="r3", chainage=7_000, road="G999", span=60.0,
               **_HERE),
        Town(site_id="T01", name="石桥", reach_id="r3", chainage=9_000, population=12_000, **_HERE),
    ]
    store = Store(resource_id="K01", name="示范县物资库", lon=108.05, lat=29.8,
                  items="围油栏 200 m; 活性炭 2 t")
    return build("清河", nodes, reaches, sites=sites, resources=[store])


def braid() -> RiverNetwork:
    """A river that splits around an island and rejoins; two parallel arms are told apart by a pseudo-node.

    ::

                       ┌──b2 (6 km, 14 m³/s, fast)────────────┐
        n1 ──b1 (5 km)─ n2                                     n4 ──b5 (8 km)── n5 (outlet)
                       └──b3 (5 km)── n3 ──b4 (5 km, 6 m³/s)──┘
                            北汊, slow
    """
    nodes = {"n1": ("source", 0, 0), "n2": ("bifurcation", 5, 0), "n3": ("junction", 8, 3),
             "n4": ("confluence", 11, 0), "n5": ("outlet", 19, 0)}
    reaches = [
        R(id="b1", tail="n1", head="n2", velocity=0.6, length=5_000),
        R(id="b2", tail="n2", head="n4", velocity=0.7, discharge=14, via=[(8, -0.6)], length=6_000),
        R(id="b3", tail="n2", head="n3", velocity=0.3, discharge=6, name="北汊", length=5_000),
        R(id="b4", tail="n3", head="n4", velocity=0.3, discharge=6, name="北汊", length=5_000),
        R(id="b5", tail="n4", head="n5", velocity=0.6, length=8_000),
    ]
    sites = [
        RiskSource(site_id="S01", name="码头", reach_id="b1", chainage=500, **_HERE),
        Intake(site_id="I01", name="江心洲取水口", reach_id="b4", chainage=1_000, **_HERE),
        Section(site_id="M01", name="下游断面", reach_id="b5", chainage=6_000, **_HERE),
    ]
    return build("分汊河", nodes, reaches, sites=sites)


def dammed(brook: float = 0.0) -> RiverNetwork:
    """A river with a pool behind a dam; the dam is a node and a site. A ``brook`` [m³/s] comes in
    100 m below it, where ``d3`` then begins.

    ::

        n1 ──d1 (12 km)── n2 ═══d2 pool (6 km, 30 million m³)═══▌g1 dam ──d3 (15 km)── n4 (outlet)
    """
    nodes = {"n1": ("source", 0, 0), "n2": ("junction", 12, 0), "g1": ("dam", 18, 0), "n4": ("outlet", 33, 0)}
    reaches = [
        R(id="d1", tail="n1", head="n2", velocity=0.5),
        R(id="d2", tail="n2", head="g1", kind="reservoir", storage=3e7, width=300.0, slope=float("nan")),
        R(id="d3", tail="m1" if brook else "g1", head="n4", velocity=0.5, discharge=20.0 + brook),
    ]
    if brook:
        nodes |= {"m1": ("junction", 18.1, 0), "n3": ("source", 18, -1)}
        reaches += [R(id="d30", tail="g1", head="m1", velocity=0.5),
                    R(id="brook", tail="n3", head="m1", velocity=0.5, discharge=brook, name="小溪")]
    sites = [
        RiskSource(site_id="S01", name="尾矿库", reach_id="d1", chainage=2_000, category="tailings", **_HERE),
        Space(site_id="D01", name="示范水库大坝", reach_id="d2", chainage=6_000, category="reservoir",
              node_id="g1", total_volume=3e7, pool_length=6_000.0, **_HERE),
        Intake(site_id="I01", name="坝下取水口", reach_id="d3", chainage=4_900 if brook else 5_000, **_HERE),
    ]
    return build("库河", nodes, reaches, sites=sites)


def code_of(caught) -> str:
    """The code of the one problem of a caught error, which must speak both languages."""
    [problem] = caught.value.problems
    for lang in ("zh", "en"):
        assert problem.what(lang) and problem.mend(lang)
    return problem.code

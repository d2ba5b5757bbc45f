"""Small nets of roads, spaces, teams and stores for tests of the plan."""

import geopandas as gpd
import numpy as np
import shapely
from pyproj import Transformer

from riverplan.planning.roads import Roads, roads_of
from riverplan.planning.usable_space import Dam, UsableSpace
from riverplan.river.sites import Store, Team

PLANE = "EPSG:4545"
ORIGIN = (480_000.0, 3_300_000.0)
_BACK = Transformer.from_crs(PLANE, "EPSG:4326", always_xy=True)


def lonlat(metres) -> np.ndarray:
    """Longitude and latitude of places [m] on the plane, shape (n, 2)."""
    xy = np.asarray(metres, float).reshape(-1, 2) + ORIGIN
    return np.column_stack(_BACK.transform(xy[:, 0], xy[:, 1]))


def frame(lines, **columns) -> gpd.GeoDataFrame:
    """Lines given in metres, in longitude and latitude."""
    return gpd.GeoDataFrame({k: list(v) for k, v in columns.items()},
                            geometry=[shapely.LineString(lonlat(line)) for line in lines], crs="EPSG:4326")


def net(lines, **columns) -> Roads:
    return roads_of(frame(lines, **columns))


def grid(side: int, spacing: float = 1000.0, **columns) -> Roads:
    """A square grid of roads, noded at its crossings."""
    ticks = np.arange(side) * spacing
    lines = [[(x, y) for x in ticks] for y in ticks] + [[(x, y) for y in ticks] for x in ticks]
    return net(lines, **(columns or {"highway": ["secondary"] * (2 * side)}))


def dam() -> Dam:
    return Dam(width=20.0, height=2.0, crest=1.0, volume=160.0, bags=5000, excavator_time=7200.0, lorry_trips=16)


def space(space_id: str, at=(0.0, 0.0), **changed) -> UsableSpace:
    [(lon, lat)] = lonlat(at)
    given = {"name": space_id, "category": "gate", "reach_id": "R1", "chainage": 0.0, "lon": float(lon),
             "lat": float(lat), "functions": frozenset({"hold"}), "free_volume": 10_000.0, "volume_basis": "stated",
             "close_time": 1800.0, "close_basis": "stated"}
    return UsableSpace(space_id=space_id, **(given | changed))


def team(resource_id: str, at=(0.0, 0.0), **changed) -> Team:
    [(lon, lat)] = lonlat(at)
    return Team(**({"resource_id": resource_id, "name": resource_id, "lon": lon, "lat": lat, "muster_time": 1200.0}
                   | changed))


def store(resource_id: str, at=(0.0, 0.0), **changed) -> Store:
    [(lon, lat)] = lonlat(at)
    return Store(**({"resource_id": resource_id, "name": resource_id, "lon": lon, "lat": lat} | changed))

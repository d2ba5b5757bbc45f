"""River lines for the tests of the import, drawn in kilometres near 丰都 (CGCS2000 3° zone 108E)."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import geopandas as gpd
from river_fixtures import CRS, EAST, NORTH
from shapely.geometry import LineString

from riverplan.errors import Problem
from riverplan.river.bare_network import network_of
from riverplan.river.network import RiverNetwork

Drawing = Mapping[str, Sequence[tuple[float, float]]]
"""Points [km] of each line by its id; ``id@name`` also gives the river's name."""


def frame_of(drawing: Drawing) -> gpd.GeoDataFrame:
    """The lines in longitude and latitude, as ``tables.read_lines`` gives them."""
    ids, _, names = zip(*(key.partition("@") for key in drawing), strict=True)
    lines = [LineString([(EAST + 1000 * x, NORTH + 1000 * y) for x, y in points]) for points in drawing.values()]
    frame = gpd.GeoDataFrame({"source_id": ids, "name": names}, geometry=lines, crs=CRS)
    return frame.to_crs("EPSG:4326")


def lonlat(x: float, y: float) -> tuple[float, float]:
    """Longitude and latitude of a point of a drawing [km]."""
    point = gpd.GeoSeries.from_xy([EAST + 1000 * x], [NORTH + 1000 * y], crs=CRS).to_crs("EPSG:4326").iloc[0]
    return point.x, point.y


def network(drawing: Drawing, *, snap: float | None = 100.0, outlets: Sequence[tuple[float, float]] = (),
            ) -> tuple[RiverNetwork, list[Problem]]:
    """A river of a drawing; outlets in its kilometres."""
    return network_of(frame_of(drawing), name="画河", snap=snap, outlets=[lonlat(*o) for o in outlets])


def edges(river: RiverNetwork) -> set[tuple[tuple[float, float], tuple[float, float]]]:
    """The reaches as pairs of node positions [0.1 km], whatever they are called."""
    at = {n: (round((p.x - EAST) / 1000, 1) + 0.0, round((p.y - NORTH) / 1000, 1) + 0.0)
          for n, p in zip(river.nodes["node_id"], river.nodes.geometry, strict=True)}
    return {(at[t], at[h]) for t, h in zip(river.reaches["tail"], river.reaches["head"], strict=True)}


def codes(problems: Sequence[Problem]) -> list[str]:
    """Codes of problems, and a proof that each can be read in both languages."""
    for problem in problems:
        assert problem.text("zh")
        assert problem.text("en")
    return [p.code for p in problems]


def write_geojson(path: Path, drawing: Drawing) -> Path:
    """A drawing as a GeoJSON file with Chinese heads."""
    frame = frame_of(drawing)
    features = [{"type": "Feature", "properties": {"编号": i, "河流名称": n},
                 "geometry": {"type": "LineString", "coordinates": [list(c) for c in line.coords]}}
                for i, n, line in zip(frame["source_id"], frame["name"], frame.geometry, strict=True)]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False), "utf-8")
    return path

"""Directed pieces → the frames of reaches and nodes, with ids that a second import finds again."""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Geod

from riverplan.river.clean import Noded
from riverplan.river.network import NODE_COLUMNS, REACH_COLUMNS
from riverplan.river.orient import Directed

_TEXT_FROM_LINES = ("name", "water_class")
LIKE = (0.8, 3.0)
"""A stated length lies between these multiples of the drawn one: drawings cut bends, they do not add them."""
_NUMBER_FROM_LINES = ("slope", "width", "roughness", "drainage_area", "mean_discharge")


def geodesic_length(reaches: gpd.GeoDataFrame) -> np.ndarray:
    """Length of each line on the ellipsoid [m], free of the plane's distortion."""
    xy, line = shapely.get_coordinates(reaches.geometry.to_crs("EPSG:4326").to_numpy(), return_index=True)
    steps = Geod(ellps="WGS84").inv(*xy[:-1].T, *xy[1:].T)[2]
    same = line[1:] == line[:-1]
    return np.bincount(line[1:][same], weights=steps[same], minlength=len(reaches))


def node_kinds(tail: pd.Series, head: pd.Series, node_id: pd.Series) -> np.ndarray:
    """Kind of each node by how many reaches enter and leave it."""
    entering = node_id.map(head.value_counts()).fillna(0)
    leaving = node_id.map(tail.value_counts()).fillna(0)
    return np.select([entering == 0, leaving == 0, leaving > 1, entering > 1],
                     ["source", "outlet", "bifurcation", "confluence"], "junction").astype(object)


def assemble(lines: gpd.GeoDataFrame, noded: Noded, directed: Directed) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Reaches and nodes of a river, without what lists tell of them.

    A ``reach_id`` is the line's id and a running number down that line; a node is named after the reach
    that ends in it. Neither depends on the order of the rows.

    Parameters
    ----------
    lines
        The lines ``noded.row`` points to, in the river's plane.
    noded, directed
        What cleaning and directing found.

    Returns
    -------
    reaches, nodes
        Frames with the columns of ``REACH_COLUMNS`` and ``NODE_COLUMNS``.
    """
    down = noded.forward ^ directed.flip                       # the water runs with the piece's own direction
    geometry = np.where(down, noded.geometry, shapely.reverse(noded.geometry))
    tail = np.where(down, noded.start, noded.end)
    head = np.where(down, noded.end, noded.start)
    source = lines["source_id"].astype(str).to_numpy()[noded.row]
    votes = pd.Series(np.where(down, 1, -1) * shapely.length(noded.geometry)).groupby(noded.row).transform("sum")
    place = np.where(votes.to_numpy() >= 0, noded.place, -noded.place)
    order = np.lexsort((place, noded.row))
    number = pd.Series(1).repeat(order.size).groupby(source[order]).cumsum().to_numpy()
    ids = np.array([f"{s}-{k}" for s, k in zip(source[order], number, strict=True)], object)

    names: dict[int, str] = {}
    for i, reach_id in zip(order, ids, strict=True):
        names.setdefault(int(head[i]), f"{reach_id}/end")
    for i, reach_id in zip(order, ids, strict=True):
        names.setdefault(int(tail[i]), f"{reach_id}/start")
    status = []
    for i in order:
        words = [w for w in (noded.status[i], "flipped" * bool(directed.flip[i]),
                             "unconnected" * (not directed.reaches_outlet[i])) if w]
        status.append("; ".join(words) or "kept")
    row = lines.iloc[noded.row[order]].reset_index(drop=True)
    data = pd.DataFrame(index=range(order.size))
    for column, dtype in REACH_COLUMNS.items():
        data[column] = "" if dtype == "str" else np.nan
    data["reach_id"], data["source_id"] = ids, source[order]
    data["tail"], data["head"] = [names[int(k)] for k in tail[order]], [names[int(k)] for k in head[order]]
    data["direction_source"], data["direction_confidence"] = directed.source[order], directed.confidence[order]
    data["kind"], data["status"], data["length_source"] = "channel", status, "drawn"
    for column in _TEXT_FROM_LINES:
        if column in row:
            data[column] = row[column].fillna("").astype(str)
    if "kind" in row:
        data["kind"] = row["kind"].replace("", None).fillna("channel").astype(str)
    for column in _NUMBER_FROM_LINES:
        if column in row:
            value = pd.to_numeric(row[column], errors="coerce").to_numpy(np.float64)
            data[column] = np.where(value > 0, value, np.nan)
            said = row[f"{column}_source"].fillna("stated") if f"{column}_source" in row else "stated"
            data[f"{column}_source"] = np.where(value > 0, said, "")
    reaches = gpd.GeoDataFrame(data, geometry=gpd.GeoSeries(geometry[order], crs=lines.crs))
    reaches["length"] = geodesic_length(reaches)
    if "drawn_accuracy" in row:
        reaches["drawn_accuracy"] = pd.to_numeric(row["drawn_accuracy"], errors="coerce").to_numpy(np.float64)
    if "course" in row:
        reaches["course"] = row["course"].fillna("").astype(str).to_numpy()
        reaches.loc[(row["course"] == "sketched").to_numpy(), "length_source"] = "sketched"
    if "length" in row:                                        # a length the line itself states
        stated = pd.to_numeric(row["length"], errors="coerce").to_numpy(np.float64)
        factor = stated / reaches["length"].groupby(noded.row[order]).transform("sum").to_numpy(np.float64)
        like = (factor >= LIKE[0]) & (factor <= LIKE[1])
        if "topo_id" in row:                                   # a sketch made of a table of links: only it knows
            like |= (reaches["course"] == "sketched").to_numpy() & row["topo_id"].notna().to_numpy() & (stated > 0)
        reaches.loc[like, "length"] *= factor[like]
        reaches.loc[like, "length_source"] = "stated"

    numbers = list(names)
    nodes = pd.DataFrame({"node_id": pd.Series(list(names.values()), dtype=object)})
    nodes["kind"] = node_kinds(reaches["tail"], reaches["head"], nodes["node_id"])
    nodes["elevation"] = np.nan
    points = gpd.GeoSeries(shapely.points(noded.node[numbers]), crs=lines.crs)
    return typed(reaches, REACH_COLUMNS), typed(gpd.GeoDataFrame(nodes, geometry=points), NODE_COLUMNS)


def typed(frame: gpd.GeoDataFrame, columns: Mapping[str, str]) -> gpd.GeoDataFrame:
    """The declared columns, in order and of their types, and the geometry."""
    return frame[[*columns, "geometry"]].reset_index(drop=True).astype(dict(columns))

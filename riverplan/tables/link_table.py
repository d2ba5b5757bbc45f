"""Networks given as tables of links and points without lines, such as the National Water Model's RouteLink."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from riverplan.tables.known_networks import id_texts, recognise
from riverplan.tables.measures import fold

LEAST = 1e-5
"""Shortest line drawn [degrees]: links whose points fall together still get one."""


def is_link_table(frame: pd.DataFrame) -> bool:
    """Whether a table without geometry has the links, longitudes and latitudes of a network."""
    known = recognise([str(c) for c in frame.columns])
    return known is not None and bool(known.id and known.down) and {"lon", "lat"} <= set(map(fold, frame.columns))


def link_lines(frame: pd.DataFrame) -> gpd.GeoDataFrame:
    """A sketch of the network: each link from its own point to the point of the link below it.

    The last links run on as the water came to them. Such lines show which link flows into which; they
    follow no river bed, so ``course`` is ``sketched`` and ``drawn_accuracy`` the length of the line [m].

    Parameters
    ----------
    frame
        A table for which :func:`is_link_table` holds.
    """
    own = {fold(str(c)): str(c) for c in frame.columns}
    known = recognise([str(c) for c in frame.columns])
    if known is None:
        raise ValueError("not a table of links")
    at = frame[[own["lon"], own["lat"]]].to_numpy(np.float64)
    ids, down = id_texts(frame[known.id]), id_texts(frame[known.down])
    row = pd.Series(np.arange(len(frame)), index=ids).loc[lambda s: ~s.index.duplicated()]
    below = down.map(row).fillna(-1).to_numpy(np.int64)
    step = np.where((below >= 0)[:, None], at[below] - at, 0.0)
    # a last link goes on as the mean of those above it came
    above = np.zeros_like(at)
    np.add.at(above, below[below >= 0], step[below >= 0])
    last = below < 0
    size = np.hypot(*above.T)
    step[last] = above[last] * (np.minimum(size[last], 0.01) / np.maximum(size[last], LEAST))[:, None]
    short = ~(np.hypot(*step.T) >= LEAST)
    step[short] = [LEAST, -LEAST]
    # all that flow to one link must end at one point: the point of that link
    end = np.where(((below >= 0) & ~short)[:, None], at[below], at + step)
    known_place = np.isfinite(at).all(axis=1) & np.isfinite(end).all(axis=1)
    lines = np.full(len(frame), None, object)
    lines[known_place] = shapely.linestrings(np.stack([at, end], axis=1)[known_place])
    metres = np.hypot(*(step * [np.cos(np.radians(np.nanmean(at[:, 1]))), 1.0]).T) * 111_195.0
    attributes = frame.drop(columns=[own["lon"], own["lat"]]).assign(course="sketched", drawn_accuracy=metres)
    return gpd.GeoDataFrame(attributes, geometry=gpd.GeoSeries(lines, index=frame.index, crs="EPSG:4326"))

"""Tracks and routes walked, driven or rowed with a receiver (GPX): lines to follow when drawing."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

from riverplan.errors import InputError, Problem

LARGEST = 100_000_000
"""A larger file [bytes] is no track of a day or a year."""


def read_tracks(path: Path) -> NDArray[Any]:
    """The tracks and routes of a GPX file as LineStrings in longitude and latitude.

    Raises
    ------
    InputError
        If the file cannot be read or holds no track and no route.
    """
    found: list[Any] = []
    try:
        if path.stat().st_size > LARGEST:
            raise InputError(Problem(code="tracks_unreadable", file=path.name))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")                     # of versions and units; shapes are judged below
            for layer in ("tracks", "routes"):
                shapes = pyogrio.raw.read(path, layer=layer, columns=[])[2]
                found += [g for g in shapely.from_wkb(shapes) if g is not None]
    except (DataSourceError, DataLayerError, FeatureError, shapely.errors.GEOSException, OSError):
        raise InputError(Problem(code="tracks_unreadable", file=path.name)) from None
    parts = shapely.force_2d(shapely.get_parts(np.array(found, dtype=object)))
    lines: NDArray[Any] = parts[(shapely.length(parts) > 0) & np.isfinite(shapely.bounds(parts)).all(axis=1)] \
        if len(parts) else parts
    if not len(lines):
        raise InputError(Problem(code="tracks_none", file=path.name))
    return lines

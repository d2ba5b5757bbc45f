"""Which way lines run by the heights of their ends: evidence of a DEM for the direction of flow."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from riverplan.river.clean import Noded
from riverplan.river.dem_elevations import elevations
from riverplan.river.directing import LonLat
from riverplan.river.direction_cues import from_elevations
from riverplan.river.orient import Evidence

NOISE = 8.0
"""Error of one height [m]: SRTM's vertical error, and that of a line beside its valley."""


def dem_evidence(dem_paths: Sequence[Path | str]) -> Callable[[Noded, LonLat], Evidence]:
    """A function that tells for each piece whether its stroke falls or rises, and how surely.

    The confidence is the chance that the difference of two heights, each ``NOISE`` off, has the right sign;
    flat country says nothing, and pieces beyond the DEM are not known.

    Parameters
    ----------
    dem_paths
        As in :func:`riverplan.river.dem_reading.open_dem`.

    Raises
    ------
    InputError
        If the DEM cannot be read (when it is asked).
    """
    def ask(noded: Noded, lonlat: LonLat) -> Evidence:
        lon, lat = lonlat(noded.node[:, 0], noded.node[:, 1])
        height = elevations(dem_paths, np.asarray(lon), np.asarray(lat))
        down = np.where(noded.forward, noded.start, noded.end), np.where(noded.forward, noded.end, noded.start)
        return {"dem": from_elevations(*down, height, NOISE)}

    return ask

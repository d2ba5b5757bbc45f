"""Which way the reaches run, for winds that blow along them."""

import numpy as np
import shapely

from riverplan.channel import Array
from riverplan.river.network import RiverNetwork


def along_bearing(river: RiverNetwork, bearing: float) -> tuple[Array, Array, Array]:
    """How far each reach runs a way, mean over its bends.

    Parameters
    ----------
    river
        Reaches of ``n`` lines from tail to head.
    bearing
        [degrees from north, clockwise]; grid north is taken as north.

    Returns
    -------
    along, across
        Mean cosine and sine of the angle to the bearing, shape ``(n,)``; 0 where a line has no length.
    bends
        Standard deviation of the cosine along the reach.
    """
    lines = river.reaches.geometry.to_numpy()
    points, of = shapely.get_coordinates(lines, return_index=True)
    same = of[1:] == of[:-1]
    step, row = np.diff(points, axis=0)[same], of[:-1][same]
    size = np.hypot(step[:, 0], step[:, 1])
    angle = np.radians(bearing)
    forward = step @ np.array([np.sin(angle), np.cos(angle)])
    sideways = step @ np.array([np.cos(angle), -np.sin(angle)])

    def total(value: Array) -> Array:
        return np.bincount(row, value, minlength=len(lines)).astype(np.float64)

    with np.errstate(divide="ignore", invalid="ignore"):
        length = total(size)
        along, across = (np.where(length > 0, total(x) / length, 0.0) for x in (forward, sideways))
        square = np.where(length > 0, total(np.where(size > 0, forward**2 / size, 0.0)) / length, 0.0)
    return along, across, np.sqrt(np.maximum(square - along**2, 0.0))

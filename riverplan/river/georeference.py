"""Where a picture lies: control points → placement, with the residual of each point and the accuracy. Arrays."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pyproj import Transformer

from riverplan.channel import Array
from riverplan.crs import Plane, working_plane
from riverplan.errors import InputError, Problem

LEAST = {1: 3, 2: 6}
"""So many control points determine a placement of the first and of the second order."""
NARROW = 0.02
"""Points whose spread across is less than this share of their spread along lie on one line."""
TELLING = 3.0
"""A point whose removal divides the error of the others by this much is named as an outlier."""
_NEWTON = 12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Placement:
    """A picture on the earth: a polynomial of first or second order from pixels to a plane.

    Parameters
    ----------
    crs
        The plane, metres.
    order
        1 (affine: shift, turn, stretch, shear) or 2 (bent paper, other projections).
    coefficients
        Plane from standardised pixels, shape ``(3, 2)`` or ``(6, 2)``.
    pixel_centre, pixel_scale
        What standardises pixels: ``(p - centre) / scale``.
    residual
        Distance between each control point and where the placement puts it [m], shape ``(n,)``.
    left_out
        The same where the point itself was left out of the fit [m]: what an unseen point must expect.
        With no point to spare the others are taken for a true-to-angle placement.
    rms, left_out_rms
        Root mean squares of these [m].
    outlier
        Number (from 0) of the point that spoils the fit, or None: told from two points to spare on.
    """

    crs: str
    order: int
    coefficients: Array
    pixel_centre: Array
    pixel_scale: float
    residual: Array
    left_out: Array
    rms: float
    left_out_rms: float
    outlier: int | None = None

    @property
    def checked(self) -> bool:
        """Whether there is a point to spare: without one the residuals are 0 whatever the points say."""
        return self.residual.size > LEAST[self.order]

    @property
    def accuracy(self) -> float:
        """How far off a place on the picture may lie [m]: the larger of the two errors."""
        return max(self.rms, self.left_out_rms)

    def to_plane(self, pixel_xy: ArrayLike) -> Array:
        """Pixels (column, row from the upper left corner), shape ``(n, 2)`` → the plane [m], same shape."""
        standard = (np.asarray(pixel_xy, np.float64).reshape(-1, 2) - self.pixel_centre) / self.pixel_scale
        plane: Array = _terms(standard, self.order) @ self.coefficients
        return plane

    def from_plane(self, xy: ArrayLike) -> Array:
        """Places of the plane [m] → pixels; nan where the second order bends back and gives none."""
        wanted = np.asarray(xy, np.float64).reshape(-1, 2)
        linear = self.coefficients[1:3].T                       # d(plane) / d(standard)
        at = np.linalg.solve(linear, (wanted - self.coefficients[0]).T).T
        if self.order == 2:
            at = self._newton(at, wanted)
        pixels: Array = at * self.pixel_scale + self.pixel_centre
        return pixels

    def to_lonlat(self, pixel_xy: ArrayLike) -> Array:
        """Pixels → longitude and latitude [degrees], shape ``(n, 2)``."""
        plane = self.to_plane(pixel_xy)
        return np.column_stack(Transformer.from_crs(self.crs, "EPSG:4326", always_xy=True).transform(*plane.T))

    def _newton(self, at: Array, wanted: Array) -> Array:
        c = self.coefficients
        for _ in range(_NEWTON):
            u, v = at.T
            error = _terms(at, 2) @ c - wanted
            du = c[1] + 2 * u[:, None] * c[3] + v[:, None] * c[4]
            dv = c[2] + u[:, None] * c[4] + 2 * v[:, None] * c[5]
            det = du[:, 0] * dv[:, 1] - du[:, 1] * dv[:, 0]
            with np.errstate(divide="ignore", invalid="ignore"):
                at = at - np.column_stack([(error[:, 0] * dv[:, 1] - error[:, 1] * dv[:, 0]) / det,
                                           (error[:, 1] * du[:, 0] - error[:, 0] * du[:, 1]) / det])
        with np.errstate(invalid="ignore", over="ignore"):
            off = np.abs(_terms(at, 2) @ c - wanted).max(axis=1)
        lost = ~(off <= 1e-6 * np.abs(c[1:3]).max())
        return np.where(lost[:, None], np.nan, at)


def fit_control_points(pixel_xy: ArrayLike, lonlat: ArrayLike, *, order: int = 1) -> Placement:
    """Place a picture by control points: least squares in the working plane of the points.

    Parameters
    ----------
    pixel_xy
        Column and row of each point, from the upper left corner of the picture, shape ``(n, 2)``.
    lonlat
        Longitude and latitude of the same points [degrees], shape ``(n, 2)``.
    order
        1, affine, three points or more; 2, second order, six or more.

    Returns
    -------
    Placement

    Raises
    ------
    InputError
        If points are too few, not finite or off the earth, given twice, or lie (nearly) on one line.
    """
    pixels, degrees = (np.asarray(a, np.float64).reshape(-1, 2) for a in (pixel_xy, lonlat))
    if order not in LEAST or len(pixels) != len(degrees):
        raise ValueError(f"order {order}, {len(pixels)} pixels, {len(degrees)} places")
    if problems := list(_unusable(pixels, degrees, order)):
        raise InputError(problems)
    plane = _plane(degrees)
    target = _on_plane(plane.crs, degrees)
    centre = pixels.mean(axis=0)
    scale = float(np.abs(pixels - centre).max())
    design = _terms((pixels - centre) / scale, order)
    values = np.linalg.svd(design, compute_uv=False)
    if values[-1] < NARROW / 10 * values[0]:
        raise InputError(Problem(code="control_points_poor", fields={"count": len(pixels)}))
    middle = target.mean(axis=0)                                # large coordinates would cost digits
    coefficients = np.linalg.lstsq(design, target - middle, rcond=None)[0]
    error = design @ coefficients - (target - middle)
    coefficients[0] += middle
    spare = 1.0 - np.einsum("ij,ji->i", design, np.linalg.pinv(design))
    left_out = _left_out(pixels, target, error, spare)
    residual = np.hypot(*error.T)
    return Placement(
        crs=plane.crs, order=order, coefficients=coefficients, pixel_centre=centre, pixel_scale=scale,
        residual=residual, left_out=left_out, rms=_rms(residual), left_out_rms=_rms(left_out),
        outlier=_outlier(residual, spare, design.shape[1]))


def _unusable(pixels: Array, degrees: Array, order: int) -> list[Problem]:
    found = []
    if len(pixels) < LEAST[order]:
        found.append(Problem(code="control_points_few", fields={"count": len(pixels), "least": LEAST[order]}))
    on_earth = np.isfinite(pixels).all(axis=1) & (np.abs(degrees[:, 0]) <= 180) & (np.abs(degrees[:, 1]) < 89)
    found += [Problem(code="control_point_place", fields={"number": int(i) + 1}) for i in np.flatnonzero(~on_earth)]
    if found:
        return found
    for a, b in _twins(pixels) | _twins(degrees):
        found.append(Problem(code="control_points_twice", fields={"first": a + 1, "second": b + 1}))
    if not found and min(_breadth(pixels), _breadth(degrees)) < NARROW:
        found.append(Problem(code="control_points_line", fields={"count": len(pixels)}))
    if not found and max(np.ptp(degrees, axis=0)) > 20:
        found.append(Problem(code="control_points_wide"))
    return found


def _twins(points: Array) -> set[tuple[int, int]]:
    same = (points[:, None] == points[None]).all(axis=2)
    return {(int(a), int(b)) for a, b in zip(*np.nonzero(np.triu(same, 1)), strict=True)}


def _breadth(points: Array) -> float:
    """Spread across over spread along: 0 on one line."""
    along = np.linalg.svd(points - points.mean(axis=0), compute_uv=False)
    return float(along[1] / along[0])


def _plane(degrees: Array) -> Plane:
    (west, south), (east, north) = degrees.min(axis=0), degrees.max(axis=0)
    return working_plane((float(west), float(south), float(east), float(north)))


def _on_plane(crs: str, degrees: Array) -> Array:
    return np.column_stack(Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(*degrees.T))


def _terms(standard: Array, order: int) -> Array:
    u, v = standard.T
    first = [np.ones_like(u), u, v]
    return np.column_stack(first if order == 1 else [*first, u * u, u * v, v * v])


def _left_out(pixels: Array, target: Array, error: Array, spare: Array) -> Array:
    """Error at each point of the fit without it; a point the fit cannot spare is put by a similarity."""
    free = spare > 1e-6
    found = np.hypot(*error.T)
    found[free] /= spare[free]
    for i in np.flatnonzero(~free):
        others = np.arange(len(pixels)) != i
        found[i] = np.hypot(*(_similar(pixels[others], target[others], pixels[i]) - target[i]))
    return found


def _similar(pixels: Array, target: Array, at: Array) -> Array:
    """Where a true-to-angle placement of some points (rows run down, north is up) puts a pixel."""
    z, w = (a[:, 0] + 1j * a[:, 1] for a in (pixels * [1, -1], target))
    dz, dw = z - z.mean(), w - w.mean()
    there = w.mean() + (np.vdot(dz, dw) / np.vdot(dz, dz)) * (complex(at[0], -at[1]) - z.mean())
    return np.array([there.real, there.imag])


def _outlier(residual: Array, spare: Array, unknowns: int) -> int | None:
    """The point without which the others agree much better; their error per degree of freedom is compared."""
    n = residual.size
    if n < unknowns + 2:
        return None
    total = float(np.sum(residual**2))
    gain = residual**2 / np.maximum(spare, 1e-6)
    worst = int(np.argmax(gain))
    rest = max(total - float(gain[worst]), 0.0)
    before, after = np.sqrt(total / (n - unknowns)), np.sqrt(rest / (n - 1 - unknowns))
    return worst if before > 1.0 and before > TELLING * after else None


def _rms(values: NDArray[np.float64]) -> float:
    return float(np.sqrt(np.mean(values**2)))

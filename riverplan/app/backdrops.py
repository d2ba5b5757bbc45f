"""What is drawn on, made ready for the drawing board: its layer, where it lies, how good it is."""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from riverplan.app.payload import guides_payload
from riverplan.app.server import payloads, pictures
from riverplan.errors import InputError, Problem
from riverplan.river.drawn import Backdrop
from riverplan.river.georeference import Placement, fit_control_points
from riverplan.river.picture import Overlay, encoded, read_picture, warp
from riverplan.river.raster import read_geotiff
from riverplan.river.tiles import read_tile_file
from riverplan.river.tracks import read_tracks
from riverplan.tables import read_lines

PICTURES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".webp"})
RASTERS = frozenset({".tif", ".tiff"})
TILES = frozenset({".mbtiles"})
GUIDES = frozenset({".kml", ".kmz", ".geojson", ".json", ".gpkg", ".zip"})
_GPS = 15.0
"""A track of a hand-held receiver lies within this [m]."""
_LINES = 100.0
"""A line file that does not state its accuracy is taken to lie within this [m]."""
_PIXELS = 2.0
"""A map lies right to about so many of its pixels."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shown:
    """A backdrop ready to be shown.

    Parameters
    ----------
    backdrop
        What it is made of.
    kind
        A picture placed by control points, a raster that says where it lies, tiles, or lines to follow.
    layer
        The layer of the board; None while the picture has no place.
    accuracy
        How far off a place on it may lie [m]; nan without a place.
    picture
        Address and size of the unplaced picture.
    placement
        Of a picture with enough control points.
    problems
        Why it has no place.
    """

    backdrop: Backdrop
    kind: Literal["picture", "raster", "tiles", "guides"]
    layer: Mapping[str, Any] | None = None
    accuracy: float = math.nan
    picture: Mapping[str, Any] = field(default_factory=dict)
    placement: Placement | None = None
    problems: tuple[Problem, ...] = ()


@lru_cache(maxsize=8)
def shown(path: Path, backdrop: Backdrop) -> Shown:
    """A backdrop made ready; the last few are kept.

    Raises
    ------
    InputError
        If its file cannot be used.
    """
    suffix = path.suffix.lower()
    if not path.exists():
        raise InputError(Problem(code="input_missing", file=backdrop.file))
    if suffix in TILES:
        tiles = read_tile_file(path)
        return Shown(backdrop=backdrop, kind="tiles", accuracy=_PIXELS * tiles.grain, layer={
            "kind": "tiles", "digest": backdrop.digest, "bounds": tiles.bounds, "zooms": tiles.zooms,
            "url": pictures().put_tiles(backdrop.digest, path)})
    if suffix == ".gpx":
        return _guides(backdrop, read_tracks(path), _GPS)
    if suffix in GUIDES:
        lines = read_lines([path]).frame
        stated = lines["drawn_accuracy"].to_numpy(np.float64)
        return _guides(backdrop, lines.geometry.to_numpy(),
                       float(np.nanmax(stated)) if np.isfinite(stated).any() else _LINES)
    if suffix in RASTERS:
        try:
            overlay = read_geotiff(path)
            return Shown(backdrop=backdrop, kind="raster", accuracy=_PIXELS * overlay.grain,
                         layer=_image(backdrop, overlay))
        except InputError as error:
            if error.problems[0].code != "raster_without_place":
                raise                                          # a scan saved as TIFF is a picture
    elif suffix not in PICTURES:
        raise InputError(Problem(code="backdrop_unknown_kind", file=backdrop.file, fields={"suffix": suffix or "—"}))
    return _placed(path, backdrop)


def _placed(path: Path, backdrop: Backdrop) -> Shown:
    pixels = read_picture(path)
    rows, columns = pixels.shape[:2]
    plain = {"url": pictures().put(backdrop.digest, encoded(pixels)), "width": columns, "height": rows}
    try:
        placement = fit_control_points([(p.x, p.y) for p in backdrop.points],
                                       [(p.lon, p.lat) for p in backdrop.points], order=backdrop.order)
        overlay = warp(pixels, placement)
    except InputError as error:
        return Shown(backdrop=backdrop, kind="picture", picture=plain, problems=error.problems)
    return Shown(backdrop=backdrop, kind="picture", picture=plain, placement=placement, accuracy=placement.accuracy,
                 layer=_image(backdrop, overlay))


def _image(backdrop: Backdrop, overlay: Overlay) -> dict[str, Any]:
    digest = hashlib.sha256(overlay.png).hexdigest()[:20]
    return {"kind": "image", "digest": backdrop.digest, "bounds": overlay.bounds,
            "url": pictures().put(digest, overlay.png)}


def _guides(backdrop: Backdrop, lines: NDArray[Any], accuracy: float) -> Shown:
    address = payloads().put(guides_payload(lines))
    return Shown(backdrop=backdrop, kind="guides", accuracy=accuracy, layer={
        "kind": "guides", "digest": backdrop.digest, "url": f"rp/net/{address}.json",
        "frame": [float(v) for v in shapely.total_bounds(lines)]})

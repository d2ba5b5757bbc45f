"""What the browser fetches once: lines and sites of a river as gzipped JSON, addressed by their content.

A payload's address holds the SHA-256 of its bytes, so it may be cached for ever and a changed river is
another address. Coordinates are whole 1e-5 degrees (about 1 m), each the difference to the one before.
"""

import gzip
import hashlib
import json
from collections import OrderedDict
from threading import Lock
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from riverplan.app.map_component import drawn
from riverplan.exporting.symbology import symbol_for
from riverplan.river.network import RiverNetwork

GRAIN = 1e-5
"""Coordinates are sent in units of this many degrees."""
_FEW = 20
"""With fewer sites than this the first view is the whole river."""


class Payloads:
    """The last few payloads made, by digest: what the server's routes hand out."""

    def __init__(self, keep: int = 16) -> None:
        self._keep = keep
        self._bytes: OrderedDict[str, bytes] = OrderedDict()
        self._lock = Lock()

    def put(self, payload: Any) -> str:
        """Keep a payload and give its digest."""
        raw = json.dumps(payload, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
        digest = hashlib.sha256(raw).hexdigest()[:20]
        packed = gzip.compress(raw, 5, mtime=0)
        with self._lock:
            self._bytes[digest] = packed
            self._bytes.move_to_end(digest)
            while len(self._bytes) > self._keep:
                self._bytes.popitem(last=False)
        return digest

    def get(self, digest: str) -> bytes | None:
        """The gzipped payload of a digest, or None where it is not kept (any more)."""
        with self._lock:
            return self._bytes.get(digest)


def lines_payload(river: RiverNetwork) -> dict[str, Any]:
    """All reaches in the order of ``river.reaches``, courses with names for labels and arrows, the first view."""
    count, delta = _packed(river, river.reaches.geometry.to_numpy())
    courses, names = _courses(river)
    course_count, course_delta = _packed(river, np.array([line for line, _ in courses], dtype=object))
    return {
        "count": count, "delta": delta, "weight": _weights(river),
        "names": names, "course_name": [name for _, name in courses],
        "course_count": course_count, "course_delta": course_delta,
        "view": _view(river), "extent": extent(river),
    }


def sites_payload(river: RiverNetwork) -> dict[str, Any]:
    """All sites and the symbols of the kinds among them."""
    symbols: dict[str, Any] = {}
    rows = []
    for site in river.sites:
        symbol = symbol_for(site.kind, getattr(site, "category", ""))
        symbols.setdefault(symbol.key, drawn(symbol))
        rows.append({"id": site.site_id, "kind": site.kind, "symbol": symbol.key, "name": site.name,
                     "river": site.river, "lon": round(site.lon, 5), "lat": round(site.lat, 5)})
    return {"sites": rows, "symbols": symbols}


def guides_payload(lines: NDArray[Any]) -> dict[str, Any]:
    """Lines in longitude and latitude, to be followed by hand."""
    return {"count": shapely.get_num_points(lines).tolist(), "delta": _deltas(shapely.get_coordinates(lines))}


def _packed(river: RiverNetwork, lines: NDArray[Any]) -> tuple[list[int], list[int]]:
    if len(lines) == 0:
        return [], []
    xy = shapely.get_coordinates(lines)
    lonlat = np.column_stack(river.lonlat(xy[:, 0], xy[:, 1]))
    return shapely.get_num_points(lines).tolist(), _deltas(lonlat)


def _deltas(lonlat: NDArray[np.float64]) -> list[int]:
    grains = np.rint(lonlat / GRAIN).astype(np.int64)
    return np.diff(grains, axis=0, prepend=[[0, 0]]).ravel().tolist()


def _weights(river: RiverNetwork) -> list[int]:
    """0 … 4 by the power of ten of the mean discharge; 0 where it is unknown."""
    discharge = river.reaches["mean_discharge"].to_numpy(np.float64)
    known = np.where(np.isfinite(discharge) & (discharge > 0), discharge, 1.0)
    return np.clip(np.floor(np.log10(known)), 0, 4).astype(int).tolist()


def _courses(river: RiverNetwork) -> tuple[list[tuple[Any, int]], list[str]]:
    """Reaches of one name joined in flow direction and smoothed: for names and arrows, not for measuring."""
    names: list[str] = []
    courses = []
    for name, group in river.reaches.groupby("name", sort=False, dropna=False):
        names.append(str(name) if isinstance(name, str) else "")
        joined = shapely.line_merge(shapely.MultiLineString(list(group.geometry)), directed=True)
        courses += [(part.simplify(30.0), len(names) - 1) for part in shapely.get_parts(joined)]
    return courses, names


def extent(river: RiverNetwork) -> list[float]:
    """West, south, east, north of the whole river."""
    west, south, east, north = river.reaches.total_bounds
    lon, lat = river.lonlat(np.array([west, east, west, east]), np.array([south, south, north, north]))
    return [float(v) for v in (lon.min(), lat.min(), lon.max(), lat.max())]


def _view(river: RiverNetwork) -> list[float]:
    """West, south, east, north of the first view: where most sites are, else the whole river."""
    if len(river.sites) < _FEW:
        return extent(river)
    points = np.array([(s.lon, s.lat) for s in river.sites])
    low, high = np.quantile(points, [0.08, 0.92], axis=0)
    return [*low.tolist(), *high.tolist()]

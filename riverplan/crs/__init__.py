"""Planes and datums: which coordinates a file is in, and from there to longitude and latitude."""

from riverplan.crs.datums import DATUMS, Datum, DatumError, parse_datum
from riverplan.crs.old_datums import Converted, family_of, to_wgs84
from riverplan.crs.planes import (
    Box,
    Plane,
    looks_like_degrees,
    prefixed_plane,
    prefixed_zone,
    working_plane,
)
from riverplan.crs.shifted import bd09_to_wgs84, gcj02_to_wgs84, in_shifted_box, wgs84_to_bd09, wgs84_to_gcj02

__all__ = [
    "DATUMS", "Box", "Converted", "Datum", "DatumError", "Plane", "bd09_to_wgs84", "family_of", "gcj02_to_wgs84",
    "in_shifted_box", "looks_like_degrees", "parse_datum", "prefixed_plane", "prefixed_zone", "to_wgs84",
    "wgs84_to_bd09", "wgs84_to_gcj02", "working_plane",
]

"""Rows of the site and resource lists → sites on the river, each one placed or named as a problem."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from typing import Any

from riverplan.errors import Problem
from riverplan.river.locate import (
    TOLERANCE,
    Position,
    locate_points,
    matching_names,
    nearest_reach,
    position_at_km,
    river_km,
)
from riverplan.river.network import RiverNetwork
from riverplan.river.sites import RESOURCES, SITES, Resource, Site
from riverplan.tables import Lists

KM_DIFFERS = 2_000.0
"""A river kilometre in a list may differ from the place of its coordinates by this much [m], or by a twentieth."""


def _given(value: Any) -> bool:
    return value is not None and not (isinstance(value, float) and math.isnan(value))


def _make(kind: type[Any], row: Mapping[str, Any], **known: Any) -> Any:
    """A site or resource of a row: the fields it has, plain Python values."""
    values: dict[str, Any] = {}
    for f in fields(kind):
        value = row.get(f.name)
        if _given(value):
            values[f.name] = value
    return kind(**{**values, **known})


def read_sites(lists: Lists, file: str) -> list[tuple[Site, Mapping[str, Any]]]:
    """Sites of the lists, not yet placed, each with its row."""
    found: list[tuple[Site, Mapping[str, Any]]] = []
    for kind, make in SITES.items():
        for row in lists.records(kind):
            known = {axis: row[axis] if _given(row.get(axis)) else math.nan for axis in ("lon", "lat")}
            found.append((_make(make, row, **known), {"file": file, **row}))
    return found


def read_resources(lists: Lists) -> list[Resource]:
    """Stores, teams and contacts of the lists."""
    return [_make(make, row) for kind, make in RESOURCES.items() for row in lists.records(kind)]


def place_sites(river: RiverNetwork, sites: Iterable[tuple[Site, Mapping[str, Any]]], *,
                tolerance: float = TOLERANCE) -> tuple[tuple[Site, ...], list[Problem]]:
    """Put sites on reaches.

    The river a row names is preferred within the tolerance; a site without coordinates is put at its
    river kilometre; one too far from every line is left out and named.

    Parameters
    ----------
    river
        With its reaches as they will stay.
    sites
        Each with the row it came from (``sheet``, ``row``, ``file``, ``river_km`` are used; may be empty).
    tolerance
        Farthest distance from the line [m].
    """
    placed: list[Site] = []
    problems: list[Problem] = []
    for site, row in sites:
        found = _place(river, site, row, tolerance)
        problems += found[1]
        if found[0] is not None:
            placed.append(found[0])
    return tuple(placed), problems


def _place(river: RiverNetwork, site: Site, row: Mapping[str, Any], tolerance: float,
           ) -> tuple[Site | None, list[Problem]]:
    problems: list[Problem] = []

    def say(code: str, severity: Any, **more: object) -> None:
        nowhere = math.isnan(site.lon)
        number = row.get("row")
        problems.append(Problem(
            code=code, severity=severity, file=str(row.get("file") or ""), sheet=str(row.get("sheet") or ""),
            row=int(number) if _given(number) and number else None,
            lon=None if nowhere else site.lon, lat=None if nowhere else site.lat,
            fields={"site": site.name or site.site_id, "id": site.site_id, "river": site.river, **more}))

    names = matching_names(river, site.river) if site.river else []
    if site.river and not names:
        near = "、".join([n for n in dict.fromkeys(river.reaches["name"]) if n][:10])
        say("site_river_unknown", "warning", near=near or "—")
    km = float(row["river_km"]) if _given(row.get("river_km")) else math.nan
    position: Position | None = None
    if math.isnan(site.lon) or math.isnan(site.lat):
        position = next((p for n in names if (p := position_at_km(river, n, km)) is not None), None)
        if position is None:
            say("site_no_place", "error", km=km / 1000)
            return None, problems
        return replace(site, lon=round(position.lon, 6), lat=round(position.lat, 6), reach_id=position.reach_id,
                       chainage=position.chainage, offset=0.0, bank=site.bank or "mid"), problems
    for name in names:
        position = locate_points(river, site.lon, site.lat, tolerance, name=name)[0]
        if position is not None:
            break
    if position is None:
        position = nearest_reach(river, site.lon, site.lat)
        if position.offset > tolerance:
            say("site_far", "error", km=position.offset / 1000, most=tolerance / 1000,
                near=position.name or position.reach_id)
            return None, problems
        if names:
            say("site_other_river", "warning", placed=position.name or position.reach_id, most=tolerance / 1000)
    there = river_km(river, position)
    if not math.isnan(km) and not math.isnan(there) and position.name in names \
            and abs(km - there) > max(KM_DIFFERS, 0.05 * km):
        say("site_km_differs", "warning", listed=km / 1000, found=there / 1000)
    return replace(site, reach_id=position.reach_id, chainage=position.chainage, offset=position.offset,
                   bank=site.bank or position.bank), problems

"""Rows of the site and resource lists → sites on the river, each one placed or named as a problem."""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from types import MappingProxyType
from typing import Any

from riverplan.errors import Problem, Severity
from riverplan.i18n import listed
from riverplan.river.judging import Candidate, is_doubtful, judge
from riverplan.river.locate import (
    TOLERANCE,
    Position,
    locate_on,
    matching_names,
    nearest_reach,
    position_at_km,
)
from riverplan.river.network import RiverNetwork
from riverplan.river.sites import RESOURCES, SITES, Resource, Site
from riverplan.tables import Lists

KM_DIFFERS = 2_000.0
"""A river kilometre in a list may differ from the place of its coordinates by this much [m], or by a twentieth."""
_NONE: Mapping[str, str] = MappingProxyType({})
_NOWHERE: Mapping[str, tuple[float, float]] = MappingProxyType({})


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
                tolerance: float = TOLERANCE, chosen: Mapping[str, str] = _NONE,
                moved: Mapping[str, tuple[float, float]] = _NOWHERE) -> tuple[tuple[Site, ...], list[Problem]]:
    """Put sites on reaches.

    Among the reaches within the tolerance the likeliest is taken (:func:`riverplan.river.judging.judge`); where
    the next is nearly as likely, that is said with the candidates. A site without coordinates is put at its
    river kilometre; one too far from every line is left out and named.

    Parameters
    ----------
    river
        With its reaches as they will stay.
    sites
        Each with the row it came from (``sheet``, ``row``, ``file``, ``river_km`` are used; may be empty).
    tolerance
        Farthest distance from the line [m].
    chosen
        The reach a person chose, by ``site_id``; it holds however far away it is.
    moved
        Longitude and latitude a person gave [degrees], by ``site_id``.
    """
    given = [(_moved(site, moved), row) for site, row in sites]
    km = [float(row["river_km"]) if _given(row.get("river_km")) else math.nan for _, row in given]
    lists = [f"{row.get('file')} {row.get('sheet')} {site.kind}" if row else "" for site, row in given]
    judged = judge(river, [site for site, _ in given], listed_km=km, lists=lists, tolerance=tolerance)
    placed: list[Site] = []
    problems = _unknown_mends({site.site_id for site, _ in given}, chosen, moved)
    for (site, row), stated, candidates in zip(given, km, judged, strict=True):
        place = _Place(river, site, row, stated, tolerance, problems)
        found = place.by_choice(chosen[site.site_id]) if site.site_id in chosen else None
        found = found or place.by_judgement(candidates)
        if found is not None and row and (site.site_id in chosen or site.site_id in moved):
            place.by_hand(found, chosen.get(site.site_id, ""), moved.get(site.site_id))
        if found is not None:
            placed.append(found)
    return tuple(placed), problems


def _moved(site: Site, moved: Mapping[str, tuple[float, float]]) -> Site:
    if site.site_id not in moved or not _on_earth(*moved[site.site_id]):
        return site
    lon, lat = moved[site.site_id]
    return replace(site, lon=lon, lat=lat)


def _on_earth(lon: float, lat: float) -> bool:
    return abs(lon) <= 180 and abs(lat) <= 90                  # nan is neither


def _unknown_mends(ids: Collection[str], chosen: Mapping[str, str],
                   moved: Mapping[str, tuple[float, float]]) -> list[Problem]:
    """Mends of sites no list has, and moves to no place."""
    problems = [Problem(code="site_mend_unknown", severity="warning", fields={"id": i})
                for i in dict.fromkeys([*chosen, *moved]) if i not in ids]
    for i, at in moved.items():
        if i in ids and not _on_earth(*at):
            problems.append(Problem(code="site_move_invalid", severity="warning",
                                    fields={"id": i, "at_lon": at[0], "at_lat": at[1]}))
    return problems


class _Place:
    """One site to be placed: says what is wrong with it into the list of problems."""

    def __init__(self, river: RiverNetwork, site: Site, row: Mapping[str, Any], km: float, tolerance: float,
                 problems: list[Problem]) -> None:
        self.river, self.site, self.row, self.km = river, site, row, km
        self.tolerance, self.problems = tolerance, problems

    def say(self, code: str, severity: Severity, **more: object) -> None:
        site, number = self.site, self.row.get("row")
        nowhere = math.isnan(site.lon) or math.isnan(site.lat)
        self.problems.append(Problem(
            code=code, severity=severity, file=str(self.row.get("file") or ""), sheet=str(self.row.get("sheet") or ""),
            row=int(number) if _given(number) and number else None,
            lon=None if nowhere else site.lon, lat=None if nowhere else site.lat,
            fields={"site": site.name or site.site_id, "id": site.site_id, "river": site.river, **more}))

    def by_hand(self, found: Site, reach: str, to: tuple[float, float] | None) -> None:
        """Say that a person put the site, and what its row says, so that a later merge knows."""
        at = f"({found.lon:.5f}, {found.lat:.5f})"
        where = {"zh": f"河段 {reach}" if reach else f"位置 {at}", "en": f"reach {reach}" if reach else at}
        self.say("site_by_hand", "note", where=where, reach=reach, to_lon=to[0] if to else None,
                 to_lat=to[1] if to else None, row_lon=self.row.get("lon"), row_lat=self.row.get("lat"))

    def by_choice(self, reach_id: str) -> Site | None:
        """The site on the reach a person chose; None, said, where the river has it no more."""
        site = self.site
        position = locate_on(self.river, reach_id, site.lon, site.lat)
        if position is None:
            self.say("site_choice_gone", "warning", reach=reach_id)
            return None
        return _on(site, position)

    def by_judgement(self, candidates: Sequence[Candidate]) -> Site | None:
        """The site on the likeliest reach; None, said, where there is none."""
        river, site, km = self.river, self.site, self.km
        names = matching_names(river, site.river) if site.river else []
        if math.isnan(site.lon) or math.isnan(site.lat):
            position = next((p for n in names if (p := position_at_km(river, n, km)) is not None), None)
            if position is None:
                self.say("site_no_place", "error", km=km / 1000)
                return None
            return replace(_on(site, position), lon=round(position.lon, 6), lat=round(position.lat, 6))
        if not candidates:
            position = nearest_reach(river, site.lon, site.lat)
            self.say("site_far", "error", km=position.offset / 1000, most=self.tolerance / 1000,
                     near=position.name or position.reach_id)
            return None
        best = candidates[0]
        known = [n for n in dict.fromkeys(river.reaches["name"]) if n]
        if site.river and not names and known:                 # where no line has a name that is said once
            self.say("site_river_unknown", "warning", near=listed(known, 10))
        if is_doubtful(candidates):
            other = next((c for c in candidates[1:] if c.river != best.river), candidates[1])
            self.say("site_doubtful", "warning", placed=best.river or best.reach_id, reach=best.reach_id,
                     percent=round(100 * best.confidence), offset=round(best.offset),
                     other=other.river or other.reach_id, other_reach=other.reach_id,
                     other_percent=round(100 * other.confidence), other_offset=round(other.offset),
                     bank=site.bank, listed_km=None if math.isnan(km) else km,
                     candidates=[[c.reach_id, round(c.confidence, 4), list(c.why)] for c in candidates])
        if names and not any(c.river in names for c in candidates):
            self.say("site_other_river", "warning", placed=best.river or best.reach_id, most=self.tolerance / 1000)
        if not math.isnan(km) and not math.isnan(best.river_km) and (best.river in names or not site.river) \
                and abs(km - best.river_km) > max(KM_DIFFERS, 0.05 * km):
            self.say("site_km_differs", "warning", listed=km / 1000, found=best.river_km / 1000)
        return _on(site, best)


def _on(site: Site, place: Position | Candidate) -> Site:
    return replace(site, reach_id=place.reach_id, chainage=place.chainage, offset=place.offset,
                   bank=site.bank or place.bank)

"""Sites added, changed and taken away: a new river each time, located as the import would do it."""

from dataclasses import replace

from riverplan.errors import InputError, Problem
from riverplan.river.network import RiverNetwork
from riverplan.river.placing import place_sites
from riverplan.river.sites import Site, Space
from riverplan.tables.schema import tables

HOLDS_WATER = frozenset({"reservoir", "gate_dam", "hydropower_dam_type", "hydropower_diversion_type"})
"""Types of space that change the water: the import makes a node of the network of them."""


def new_id(river: RiverNetwork, kind: str) -> str:
    """An id no site of the river has: the prefix of its list and the next number."""
    taken = {s.site_id for s in river.sites}
    prefix = tables()[kind].prefix
    number = 1 + sum(s.kind == kind for s in river.sites)
    while f"{prefix}{number:02d}" in taken:
        number += 1
    return f"{prefix}{number:02d}"


def located(river: RiverNetwork, site: Site, lon: float, lat: float) -> Site:
    """The site at a point, put on the nearest reach as the import would do it.

    Raises
    ------
    InputError
        If every reach is too far away.
    """
    placed, problems = place_sites(river, [(replace(site, lon=lon, lat=lat, river="", bank=""), {})])
    if not placed:
        raise InputError(problems)
    name = river.reaches["name"].iat[river.reach_row[placed[0].reach_id]]
    return replace(placed[0], river=str(name or ""))


def remarks(site: Site) -> list[Problem]:
    """What to know of an edited site: a new dam stands by the water, but holds none before the next import."""
    if isinstance(site, Space) and site.category in HOLDS_WATER and not site.node_id:
        return [Problem(code="dam_not_in_network", severity="note", fields={"site": site.name or site.site_id})]
    return []


def with_site(river: RiverNetwork, site: Site) -> RiverNetwork:
    """The river with a site added, or put in the place of the one with its id.

    Raises
    ------
    InputError
        If the site is on no reach of the river yet.
    """
    if site.reach_id not in river.reach_row:
        raise InputError(Problem(code="site_without_position"))
    if any(s.site_id == site.site_id for s in river.sites):
        return river.replace(sites=tuple(site if s.site_id == site.site_id else s for s in river.sites))
    return river.replace(sites=(*river.sites, site))


def without_site(river: RiverNetwork, site_id: str) -> RiverNetwork:
    """The river without a site.

    Raises
    ------
    UnknownNameError
        If it has none of this id.
    """
    gone = river.site(site_id)
    return river.replace(sites=tuple(s for s in river.sites if s is not gone))

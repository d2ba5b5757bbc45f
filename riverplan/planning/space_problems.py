"""What is missing or assumed of the spaces: one problem a kind, each with the spaces it is about."""

from collections.abc import Iterator
from dataclasses import fields, replace
from math import isfinite
from typing import Any

from riverplan.errors import Problem, Severity
from riverplan.i18n import listed
from riverplan.river.sites import Bridge, Site, Space

MOST = 1e13
"""No number of a list is as large as this (assumed): more than all rivers carry in a year [m³]."""
_ANYWHERE = frozenset({"lon", "lat", "chainage", "offset", "tailrace_lon", "tailrace_lat"})
NOTES: frozenset[str] = frozenset({
    "space_functions_assumed", "space_level_linear", "space_season_taken", "space_dam_assumed", "space_time_earthwork",
    "space_time_assumed", "space_foot_assumed", "space_bridge_dam", "space_flood_taken", "space_no_flood_taken"})
"""What was assumed; the rest are warnings."""


class Told:
    """What is said of spaces, gathered by kind in the order it came up."""

    def __init__(self) -> None:
        """Nothing is said yet."""
        self._said: dict[str, list[str]] = {}

    def say(self, code: str, site: Site | str, detail: str = "") -> None:
        """Something is so of a site, or of an id no site has."""
        named = f"{site.site_id} {site.name}".strip() if isinstance(site, Site) else site
        self._said.setdefault(code, []).append(f"{named} ({detail})" if detail else named)

    def sound(self, site: Space | Bridge) -> Space | Bridge:
        """A site without the numbers that cannot be meant (below 0 where no level, or not finite), each named."""
        wrong: dict[str, Any] = {}
        for name in (f.name for f in fields(site) if f.name not in _ANYWHERE):
            value = getattr(site, name)
            if not isinstance(value, int | float) or isinstance(value, bool):
                continue
            if not isfinite(value) or abs(value) > MOST or (value < 0 and not name.endswith("_level")):
                wrong[name] = None
                self.say("space_number_wrong", site, f"{name} {value:g}")
        return replace(site, **wrong) if wrong else site

    def problems(self) -> Iterator[Problem]:
        """One problem a kind, warnings first."""
        for notes in (False, True):
            severity: Severity = "note" if notes else "warning"
            for code, sites in self._said.items():
                if (code in NOTES) == notes:
                    yield Problem(code=code, severity=severity, fields={"count": len(sites), "sites": listed(sites)})

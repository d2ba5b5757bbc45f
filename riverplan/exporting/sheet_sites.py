"""The sites of a sheet: their short codes and printed names, the same on map, table and in sentences."""

from collections.abc import Mapping

from riverplan.errors import UnknownNameError
from riverplan.forecasting.result import Arrival, Forecast
from riverplan.i18n import Lang
from riverplan.river.naming import site_name
from riverplan.river.sites import Site

RANK: Mapping[str, float] = {"spill": 0.0, "intake": 1.0, "boundary": 2.0, "section": 3.0, "space": 4.0,
                             "store": 4.5, "town": 5.0, "risk_source": 5.5, "bridge": 6.0, "team": 6.5}
"""What matters more stands first, on the map and where a table is too short for all."""
_LETTER: Mapping[str, str] = {"intake": "I", "boundary": "B", "section": "M", "space": "D", "town": "T",
                              "risk_source": "S", "bridge": "Q"}
_LONGEST_CODE = 6


def codes(forecast: Forecast) -> dict[str, str]:
    """A short code for each site: its own id where all ids are short, else a letter and a running number."""
    sites = forecast.river.sites
    if all(len(s.site_id) <= _LONGEST_CODE for s in sites):
        return {s.site_id: s.site_id for s in sites}
    reached = [a.site_id for a in forecast.arrivals]
    order = [*reached, *sorted({s.site_id for s in sites} - set(reached))]
    kinds = {s.site_id: s.kind for s in sites}
    counted: dict[str, int] = {}
    found = {}
    for site_id in order:
        letter = _LETTER.get(kinds.get(site_id, ""), "X")
        counted[letter] = counted.get(letter, 0) + 1
        found[site_id] = f"{letter}{counted[letter]:02d}"
    return found


def site_of(forecast: Forecast, site_id: str) -> Site | None:
    """The site of an id, or None where the river has none of it."""
    try:
        return forecast.river.site(site_id)
    except UnknownNameError:
        return None


def arrival_name(forecast: Forecast, arrival: Arrival, lang: Lang) -> str:
    """The printed name of the site of an arrival."""
    site = site_of(forecast, arrival.site_id)
    return site_name(forecast.river, site, lang) if site else arrival.name or arrival.site_id

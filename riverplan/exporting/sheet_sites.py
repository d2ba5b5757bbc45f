"""The sites of a sheet: their short codes and printed names, the same on map, table and in sentences."""

from collections.abc import Mapping
from itertools import count

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
_LONGEST_CODE = 8


def codes(forecast: Forecast) -> dict[str, str]:
    """A short code for each site: its own id, so that sheet and list agree; where that is long, letter and number."""
    kinds = {s.site_id: s.kind for s in forecast.river.sites}
    found = {site_id: site_id for site_id in kinds if len(site_id) <= _LONGEST_CODE}
    reached = [a.site_id for a in forecast.arrivals if a.site_id in kinds]
    for site_id in dict.fromkeys([*reached, *sorted(kinds)]):
        if site_id not in found:
            letter = _LETTER.get(kinds[site_id], "X")
            found[site_id] = next(code for n in count(1) if (code := f"{letter}{n:02d}") not in found.values())
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

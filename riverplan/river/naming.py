"""What a site is called where it has no name: by township, river kilometre and bank, as people speak of it."""

import math

from riverplan.i18n import Lang, text
from riverplan.river.network import RiverNetwork
from riverplan.river.sites import Boundary, Site
from riverplan.units import km


def river_kilometre(river: RiverNetwork, site: Site) -> float:
    """Distance of a site from the mouth of its river [m]; ``nan`` where the river has no kilometres."""
    if site.reach_id not in river.reach_row:
        return math.nan
    row = river.reach_row[site.reach_id]
    to_head = float(river.reaches["length"].iat[row]) - site.chainage
    return float(river.reaches["river_km"].iat[row]) + to_head


def site_name(river: RiverNetwork, site: Site, lang: Lang) -> str:
    """The name of a site for people.

    A boundary is called by what it parts, a site without a name by its township, its distance from the
    mouth and its bank; one that shares its name with another of its kind by its name and these.
    """
    if isinstance(site, Boundary) and site.upstream_unit and site.downstream_unit:
        return f"{site.upstream_unit}→{site.downstream_unit}"
    if site.name and not any(s.name == site.name and s.kind == site.kind and s.site_id != site.site_id
                             for s in river.sites):
        return site.name
    far = river_kilometre(river, site)
    at = text("site.at", lang, km=f"{km(far):.1f}") if math.isfinite(far) else ""
    bank = text(f"site.bank_{site.bank}", lang) if site.bank in {"left", "right"} else ""
    where = site.township or site.river or site.county
    if site.name:                                    # one of five 石桥: never the name alone
        places = " ".join(p for p in (where, at, bank) if p)
        return f"{site.name}（{places}）" if lang == "zh" else f"{site.name} ({places})"
    return " ".join(p for p in (where, at, bank + text(f"kind.{site.kind}", lang)) if p)

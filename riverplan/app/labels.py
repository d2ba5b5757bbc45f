"""Names of things as widgets and lines of the page write them: plain words, not HTML."""

from functools import cache

from riverplan.forecasting.result import Forecast
from riverplan.forecasting.table import mass_words, significant
from riverplan.i18n import Lang, text
from riverplan.reference import find_substance, substances
from riverplan.river.line_origin import sketch_mark
from riverplan.river.naming import site_name
from riverplan.river.network import RiverNetwork
from riverplan.river.sites import Site
from riverplan.tables.schema import tables
from riverplan.units import km


def kind_label(kind: str, lang: Lang) -> str:
    """A kind of site: the name of its list."""
    return tables()[kind].name(lang)


def site_label(river: RiverNetwork, site: Site, lang: Lang) -> str:
    """A site in a list to choose from: the id first, since five bridges may be called 石桥."""
    name = site_name(river, site, lang)
    return " · ".join(filter(None, [f"{site.site_id} {name}", kind_label(site.kind, lang), site.river]))


def stations_below(river: RiverNetwork, forecast: Forecast | None, lang: Lang) -> dict[str, str]:
    """Sites to observe at with their labels: those the plume comes to in their order, with km; then the others."""
    near = {} if forecast is None else {
        a.site_id: f"{km(a.distance):.1f} km · {site_label(river, river.site(a.site_id), lang)}"
        for a in forecast.arrivals}
    return {**near, **{s.site_id: site_label(river, s, lang) for s in river.sites if s.site_id not in near}}


@cache
def substance_names() -> tuple[str, ...]:
    """Every name a listed substance can be found by, short ones first.

    Whoever types 苯酚 and presses Enter gets the first name that holds it: it must be 苯酚 itself, not
    2,4,6-三氯苯酚.
    """
    names = dict.fromkeys(name for s in substances() for name in (s.name, *s.aliases))
    return tuple(sorted(names, key=len))


def substance_label(written: str, lang: Lang) -> str:
    """A substance in the list to choose from; another name is shown with what it is judged by."""
    judged = find_substance(written).judged
    name = judged.label(lang)
    return name if written in (judged.name, name) else f"{written}（{name}）"


def spill_place(forecast: Forecast, lang: Lang) -> str:
    """Where the spill was put: river and position."""
    name = forecast.river.reaches["name"].iat[forecast.river.reach_row[forecast.spill.reach_id]]
    return text("app_form.place_on_reach", lang, river=name or forecast.spill.reach_id,
                lon=forecast.spill.lon, lat=forecast.spill.lat) \
        + sketch_mark(forecast.river, forecast.spill.reach_id, lang)


def spill_flow(forecast: Forecast, lang: Lang) -> str:
    """The discharge at the spill and where it comes from."""
    row = forecast.river.reach_row[forecast.spill.reach_id]
    discharge = float(forecast.scenario.discharge[row])
    if not discharge > 0:
        return text("app_form.flow_unknown", lang)
    source = text(f"app_form.source_{forecast.scenario.discharge_source[row] or ''}", lang)
    return text("app_form.flow_here", lang, discharge=significant(discharge), source=source)


def spill_said(forecast: Forecast, lang: Lang) -> str:
    """A spill in one line: where, what, how much, since when."""
    spill = forecast.spill
    site = next((s for s in forecast.river.sites if s.site_id == spill.site_id), None)
    row = forecast.river.reach_row[spill.reach_id]
    place = site_name(forecast.river, site, lang) if site else spill.stake or str(
        forecast.river.reaches["name"].iat[row] or spill.reach_id)
    return text("app_whatif.said", lang, place=place,
                substance=spill.substance.strip() or text("app_whatif.substance_unknown", lang),
                mass=text("app_whatif.mass_unknown", lang) if spill.mass is None else mass_words(spill.mass),
                at=f"{spill.at:%m-%d %H:%M}" if spill.at else text("simulation.no_clock", lang))


def site_place(site: Site, lang: Lang) -> str:
    """Where a site was put on the river, or that it has no position yet."""
    if not site.reach_id:
        return text("app_site.position_none", lang)
    return text("app_site.position_at", lang, river=site.river or site.reach_id, chainage=km(site.chainage),
                offset=site.offset)


def file_name(forecast: Forecast, suffix: str) -> str:
    """The name of a download: river, substance and start, with nothing a file system refuses."""
    at = forecast.spill.at
    parts = [forecast.river.name, forecast.substance.name, f"{at:%Y%m%d-%H%M}" if at else ""]
    words = "_".join(filter(None, parts))
    return "".join(c if c.isalnum() or c in "-_" else "-" for c in words) + suffix

"""Who is told: departments and governments by their contacts, units at boundaries, stations on the way."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from riverplan.forecasting.result import Arrival, Forecast
from riverplan.i18n import LANGS, Lang, text
from riverplan.river.network import RiverNetwork
from riverplan.river.sites import Boundary, Contact, Intake, RiskSource, Site, Space

DEPARTMENTS: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "water": ("水利", "水务", "防汛", "防指"), "emergency": ("应急管理",), "transport": ("交通",),
    "health": ("卫生健康", "卫健"), "agriculture": ("农业", "渔政")})
"""Departments told, by words in the names of their units."""
NAVIGATION = ("航运", "航务", "海事", "港航")
BUREAU = ("生态环境", "环境保护", "环保")
GOVERNMENT = ("人民政府", "政府")
STATIONS = ("reservoir", "gate_dam", "hydropower_diversion_type", "hydropower_dam_type")
"""Categories of spaces whose working changes the flow."""
COUNTY_OR_ABOVE = ("county", "city", "province", "country", "")
"""Boundaries whose units are told; one whose kind is not stated is told too."""
DRIVES = 30_000.0
"""How far above the spill a station is told [m] (assumed)."""
JUST_UPSTREAM = 5_000.0
"""A boundary no farther above the spill than this may part the cause from it [m] (assumed)."""

Words = Mapping[Lang, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """A unit, the post in it, and its duty phone; an empty phone is a gap."""

    unit: Words
    post: Words
    phone: str = ""


def words(key: str, **fields: object) -> Words:
    """A text of ``plan_notice`` in both languages."""
    return {lang: text(f"plan_notice.{key}", lang, **fields) for lang in LANGS}


def gap(what: str) -> Words:
    """The mark of what is not known: ``what`` is a key of ``plan_notice``."""
    return {lang: text("plan_notice.gap", lang, what=text(f"plan_notice.{what}", lang)) for lang in LANGS}


def both(name: str) -> Words:
    """A name that is the same in both languages."""
    return dict.fromkeys(LANGS, name)


def same_place(one: str, other: str) -> bool:
    """Whether two names may be of one jurisdiction: 丰都县 and 重庆市丰都县."""
    return bool(one and other) and (one in other or other in one)


def contacts_of(river: RiverNetwork, jurisdiction: str, said: tuple[str, ...]) -> Iterator[Contact]:
    """Contacts of a jurisdiction whose unit carries one of some words."""
    for c in river.resources:
        if isinstance(c, Contact) and any(w in (c.unit or c.name) for w in said) and same_place(
                c.jurisdiction or c.county, jurisdiction):
            yield c


def by_contact(contact: Contact | None, unit: Words) -> Recipient:
    """A recipient by its contact; by the name of the unit, without a phone, where there is none."""
    if contact is None:
        return Recipient(unit=unit, post=words("duty"))
    return Recipient(unit=both(contact.unit or contact.name), phone=contact.phone,
                     post=both(contact.name) if contact.name and contact.unit else words("duty"))


def department(river: RiverNetwork, jurisdiction: str, name: str) -> Recipient:
    """A department of a jurisdiction: one of ``DEPARTMENTS``, or ``bureau`` or ``government``."""
    said = {"bureau": BUREAU, "government": GOVERNMENT, **DEPARTMENTS}[name]
    return by_contact(next(contacts_of(river, jurisdiction, said), None), words(f"unit_{name}", place=jurisdiction))


def operator(river: RiverNetwork, site: Intake | Space, phone: str = "") -> Recipient:
    """Who runs an intake or a station: its operator, with the site's phone or that of the operator's contact."""
    name = site.operator or site.name
    contact = next((c for c in river.resources if isinstance(c, Contact) and name and c.unit == name), None)
    return Recipient(unit=both(name) if name else gap("operator"), post=words("duty"),
                     phone=phone or site.phone or (contact.phone if contact else ""))


def township(river: RiverNetwork, name: str, county: str, phone: str = "") -> Recipient:
    """The township or subdistrict by its contact; a gap behind the county where no list names it."""
    if not name:
        return Recipient(unit={lang: f"{county} {mark}".strip() for lang, mark in gap("township").items()},
                         post=words("duty"), phone=phone)
    contact = next((c for c in river.resources if isinstance(c, Contact) and c.unit.startswith(name)), None)
    unit = words("unit_subdistrict" if name.endswith("街道") else "unit_township", place=name)
    return Recipient(unit=unit, post=words("duty"), phone=phone or (contact.phone if contact else ""))


def by_rule(river: RiverNetwork, jurisdiction: str, to: str, to_en: str) -> Recipient:
    """Whom a rule names: a contact of that unit, one's own government, or the unit as the rule calls it."""
    if to == text("plan_notice.own_government", "zh"):
        return department(river, jurisdiction, "government")
    contact = next((c for c in river.resources if isinstance(c, Contact) and c.unit and to in c.unit), None)
    return by_contact(contact, {"zh": to, "en": to_en or to})


def across(river: RiverNetwork, unit: str, phone: str = "") -> Recipient:
    """The bureau on the other side of a boundary: by its contact, or the unit the boundary names, and a phone."""
    contact = next(contacts_of(river, unit, BUREAU), None) if unit else None
    if contact is not None:
        found = by_contact(contact, both(unit))
        return replace(found, phone=found.phone or phone)
    name = gap("neighbour") if not unit else both(unit) if unit.endswith(("局", "厅", "委", "政府")) else words(
        "unit_bureau", place=unit)
    return Recipient(unit=name, post=words("duty"), phone=phone)


def navigation(forecast: Forecast, jurisdiction: str) -> Iterator[tuple[Recipient, Arrival | None]]:
    """Navigation posts of the rivers the plume passes or of the jurisdiction, with the first arrival on that river."""
    river = forecast.river
    first: dict[str, Arrival] = {}
    for a in sorted(forecast.arrivals, key=lambda a: a.earliest):
        first.setdefault(river.site(a.site_id).river, a)
    for c in river.resources:
        if isinstance(c, Contact) and any(w in (c.unit or c.name) for w in NAVIGATION) and (
                c.jurisdiction in first or same_place(c.jurisdiction, jurisdiction)):
            yield by_contact(c, both(c.unit)), first.get(c.jurisdiction)


def stations(forecast: Forecast) -> Iterator[tuple[Space, float | None, float]]:
    """Stations and gates whose water matters: earliest time of the plume [s] and distance from the spill [m].

    Those a little above the spill come first, nearest first, with no time and the distance upstream: what they let
    out drives the plume.
    """
    for far, site in sites_above(forecast, Space):
        if isinstance(site, Space) and site.category in STATIONS and far <= DRIVES:
            yield site, None, far
    for a in forecast.arrivals:
        site = forecast.river.site(a.site_id)
        if isinstance(site, Space) and site.category in STATIONS:
            yield site, a.earliest, a.distance


def sites_above(forecast: Forecast, kind: type[Site]) -> list[tuple[float, Site]]:
    """Sites of a kind upstream of the spill with the distance along the river [m], nearest first."""
    river, spill = forecast.river, forecast.spill
    row = river.reach_row[spill.reach_id]
    tail, at = str(river.reaches["tail"].iat[row]), spill.chainage or 0.0
    above = river.upstream(tail) | {tail}
    found: list[tuple[float, Site]] = []
    for site in river.sites:
        own = river.reach_row.get(site.reach_id)
        if own is None or not isinstance(site, kind):
            continue
        head, length = str(river.reaches["head"].iat[own]), float(river.reaches["length"].iat[own])
        if own == row and site.chainage < at:
            found.append((at - site.chainage, site))
        elif own != row and head in above:
            way = sum(float(river.reaches["length"].iat[river.reach_row[r]]) for r in river.path(head, tail))
            found.append((length - site.chainage + way + at, site))
    return sorted(found, key=lambda pair: pair[0])


def cause_may_lie_above(forecast: Forecast, jurisdiction: str) -> list[Boundary]:
    """Boundaries across which the cause may lie, nearest first.

    Those just upstream of the spill; where the source is not a listed one and no road stake was given, all through
    which water comes into the jurisdiction; and those between a spill in another jurisdiction and one's own.
    """
    spill, river = forecast.spill, forecast.river
    known = bool(spill.stake) or (bool(spill.site_id) and isinstance(river.site(spill.site_id), RiskSource))
    above = [b for far, b in sites_above(forecast, Boundary)
             if isinstance(b, Boundary) and b.category in COUNTY_OR_ABOVE
             and (far <= JUST_UPSTREAM or (not known and same_place(b.downstream_unit, jurisdiction)))]
    first = next((b for b in map(river.site, (a.site_id for a in forecast.arrivals)) if isinstance(b, Boundary)
                  and (same_place(b.upstream_unit, jurisdiction) or same_place(b.downstream_unit, jurisdiction))), None)
    entered = [first] if first is not None and not same_place(first.upstream_unit, jurisdiction) else []
    return [*(b for b in above if not same_place(b.upstream_unit, jurisdiction)), *entered]

"""Sentences of notices, to be read over the phone or signed: drafts, each number with how sure it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from riverplan.channel import Z95
from riverplan.forecasting.result import Arrival, Band, Forecast
from riverplan.forecasting.table import (
    Rounding,
    flow_name,
    mass_band,
    mass_words,
    mg_text,
    percent,
    significant,
    whole_minutes,
)
from riverplan.i18n import Lang, catalogue, text
from riverplan.planning.level import LIKELY
from riverplan.planning.notice_clocks import FAR, clock_words, full_clock, to_the_hour
from riverplan.river.naming import site_name
from riverplan.river.sites import Boundary, Intake, Site
from riverplan.units import HOUR, km, mg_per_l

SHOWN = 8
"""Most places a report lists one by one; the rest are counted."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Sentences:
    """What is said of one spill in one language: place, what came in, and what comes where and when."""

    forecast: Forecast
    heard_at: datetime
    lang: Lang

    def of(self, key: str, **fields: object) -> str:
        """A text of ``plan_notice``."""
        return text(f"plan_notice.{key}", self.lang, **fields)

    def gap(self, what: str) -> str:
        """The mark of what is not known."""
        return self.of("gap", what=self.of(what))

    def when(self, seconds: float, rounding: Rounding = "nearest") -> str:
        """A clock time; hours after the release where that has none. Earliest times are rounded down.

        Beyond ``FAR`` it is given to the hour: no minute is known of it.
        """
        if seconds >= FAR:
            at = self.forecast.clock(seconds)
            if at is None:
                days, hours = divmod(whole_minutes(seconds / 60.0, rounding), 24)
                return self.of("after_days", days=days, hours=hours)
            return clock_words(to_the_hour(at.astimezone(self.heard_at.tzinfo), rounding), self.heard_at, self.lang,
                               hour_only=True)
        minutes = whole_minutes(seconds, rounding)
        at = self.forecast.clock(minutes * 60.0)
        if at is None:
            return self.of("after", hours=minutes // 60, minutes=f"{minutes % 60:02d}")
        return clock_words(at, self.heard_at, self.lang)

    @cached_property
    def water(self) -> str:
        """The river of the spill; the plan's river where it has no name."""
        river = self.forecast.river
        return str(river.reaches["name"].iat[river.reach_row[self.forecast.spill.reach_id]] or "") or river.name

    @cached_property
    def place_name(self) -> str:
        """River and place of the spill, as it is said over the phone."""
        spill, river = self.forecast.spill, self.forecast.river
        named = site_name(river, river.site(spill.site_id), self.lang) if spill.site_id else spill.stake
        return named if self.water in named else " ".join(w for w in (self.water, named) if w)

    @cached_property
    def place(self) -> str:
        """River and place of the spill with its position."""
        spill = self.forecast.spill
        where = self.of("lonlat", lon=f"{spill.lon:.4f}", lat=f"{spill.lat:.4f}")
        return self.of("place", name=self.place_name, where=where)

    @cached_property
    def substance(self) -> str:
        """What was spilled; a gap where nobody has said it."""
        return self.forecast.substance_label(self.lang) if self.forecast.spill.substance.strip() else self.gap("what")

    @cached_property
    def mass(self) -> str:
        """How much reached the river, and how sure that is."""
        spill = self.forecast.spill
        if spill.mass is None:
            return self.gap("mass")
        if (band := mass_band(spill)) is None:
            return self.of("mass_said", mass=mass_words(spill.mass))
        mass, low, high = (mass_words(float(significant(kg, 2))) for kg in (spill.mass, *band))
        return self.of("mass_band", mass=mass, low=low, high=high)

    @cached_property
    def about(self) -> str:
        """How sure the time of the release is."""
        sigma = self.forecast.spill.sigma_at
        return self.of("give_or_take", minutes=f"{Z95 * sigma / 60:.0f}") if sigma > 0 else self.of("as_told")

    @cached_property
    def began(self) -> str:
        """When it happened: never the same thing as when the call came in."""
        at = self.forecast.spill.at
        return self.gap("began") if at is None else f"{clock_words(at, self.heard_at, self.lang)}{self.about}"

    @cached_property
    def began_in_full(self) -> str:
        """When it happened, with its date; a gap where nobody has said it."""
        at = self.forecast.spill.at
        return self.gap("began") if at is None else full_clock(at.astimezone(self.heard_at.tzinfo), self.lang)

    @cached_property
    def began_on(self) -> str:
        """When it happened, with its date and how sure that is."""
        return self.began_in_full if self.forecast.spill.at is None else f"{self.began_in_full}{self.about}"

    def event(self, *, position: bool = False) -> str:
        """The call and what happened, in a sentence; with the position for those who go there."""
        said = self.of("event", heard=full_clock(self.heard_at, self.lang), began=self.began, substance=self.substance,
                       place=self.place if position else self.place_name, mass=self.mass)
        return said if self.forecast.spill.at is not None else said + self.of("unclocked")

    def name(self, a: Arrival) -> str:
        """A site as people call it; a boundary as the section between two units."""
        return self.site(self.forecast.river.site(a.site_id))

    def site(self, site: Site) -> str:
        """A site as people call it; a boundary as the section between two units."""
        if isinstance(site, Boundary) and site.upstream_unit and site.downstream_unit:
            return self.of("border", upper=site.upstream_unit, lower=site.downstream_unit)
        return site_name(self.forecast.river, site, self.lang)

    def strength(self, a: Arrival, *, brief: bool = False) -> str:
        """Concentration, limit and multiples (C/S - 1), or why there are none; ``brief`` leaves out limit and bank."""
        if a.film:
            if a.film_mass is None:
                return self.of("film")
            return self.of("film_mass", mass=mass_words(float(significant(a.film_mass, 2))))
        if a.ph_limit is not None:
            return self._ph(a, a.ph_limit, brief=brief)
        if a.peak_concentration is None or a.concentration_band is None:
            return self.of("no_strength", gap=self.gap("mass"))
        low, high = (mg_text(c) for c in a.concentration_band)
        said = self.of("strength", value=mg_text(a.peak_concentration), low=low, high=high)
        if a.fully_mixed is not True and not brief:
            said += self.of("bank")
        if a.limit is None:
            return said + self.of("no_limit")
        chance = "" if a.exceed_probability is None else self.of("chance", share=percent(a.exceed_probability))
        times = (a.peak_concentration + self.forecast.spill.background) / a.limit - 1.0
        over = self.of("over", times=significant(times, 2)) if times > 0 else self.of("below")
        limit = "" if brief else self.of("limit", limit=significant(mg_per_l(a.limit)), basis=self.basis(a))
        return said + limit + over + chance

    def _ph(self, a: Arrival, limit: Band, *, brief: bool) -> str:
        if a.ph is None or a.ph_band is None:
            return self.of("no_ph", gap=self.gap("mass"))
        said = self.of("ph", value=f"{a.ph:.1f}", low=f"{a.ph_band[0]:.1f}", high=f"{a.ph_band[1]:.1f}")
        if not brief:
            said += ("" if a.fully_mixed is True else self.of("bank")) + self.of(
                "ph_limit", low=f"{limit[0]:g}", high=f"{limit[1]:g}")
        return said + ("" if a.exceed_probability is None else self.of("chance", share=percent(a.exceed_probability)))

    @cached_property
    def tested(self) -> str:
        """What to test the water for: the determinand, or pH."""
        if not self.forecast.spill.substance.strip():
            return self.gap("what")
        return "pH" if self.forecast.substance.by_ph else self.forecast.substance.judged.label(self.lang)

    def basis(self, a: Arrival) -> str:
        """The standard a limit comes from."""
        standard, table, kind = a.limit_basis.rsplit(" ", 2) if a.limit_basis.count(" ") >= 2 else (
            a.limit_basis, "", "")
        if not table:
            return standard
        key = "basis_source" if kind == "drinking_source" else "basis_class"
        fields = {"standard": standard, "table": table} | ({} if key == "basis_source" else {"water_class": kind})
        return text(f"sheet_scenario.{key}", self.lang, **fields)

    def front(self, a: Arrival) -> str:
        """The first line: when the front comes where, how strong, when it is over, at what flow and how sure."""
        return self.of(
            "front", earliest=self.when(a.earliest, "down"), leading=self.when(a.leading), place=self.name(a),
            km=f"{km(a.distance):.1f}", peak=self.when(a.peak), strength=self.strength(a), until=self.until(a),
            flow=flow_name(self.forecast.scenario.name, self.lang), discharge=significant(a.discharge),
            source=self.flow_source(a), low=self.when(a.leading_band[0], "down"),
            high=self.when(a.leading_band[1], "up"))

    def until(self, a: Arrival) -> str:
        """When it is over: below the limit again, or gone where no limit is exceeded or known."""
        if a.exceeds_until is None:
            return self.of("passed", at=self.when(a.trailing, "up"))
        return self.of("back_below" if a.ph_limit is None else "back_within", at=self.when(a.exceeds_until, "up"))

    def plain(self, a: Arrival) -> str:
        """The first line without numbers but times, for people who must act and not reckon."""
        return self.of("plain", earliest=self.when(a.earliest, "down"), leading=self.when(a.leading),
                       place=self.name(a), until=self.until(a), over=self.of(
                           "plain_over" if (a.exceed_probability or 0.0) >= LIKELY else "plain_unsure"))

    def flow_source(self, a: Arrival) -> str:
        """What the discharge at a site rests on."""
        scenario = self.forecast.scenario
        key = f"sheet_scenario.{scenario.discharge_source[self.forecast.river.reach_row[a.reach_id]]}"
        return text(key, self.lang) if key in catalogue() else self.of("source_unknown")

    def short(self, a: Arrival) -> str:
        """A place in a list: earliest, peak, strength, people."""
        site = self.forecast.river.site(a.site_id)
        people = self.of("people", count=site.population) if isinstance(site, Intake) and site.population else ""
        return self.of("short", place=self.name(a), earliest=self.when(a.earliest, "down"), peak=self.when(a.peak),
                       strength=self.strength(a, brief=True), people=people)

    def places(self, arrivals: Iterable[Arrival]) -> str:
        """The first places in a list, one a line, and how many more there are, with the people they serve."""
        every = list(arrivals)
        lines = [self.short(a) for a in every[:SHOWN]]
        if len(every) > SHOWN:
            lines.append(self.of("more", count=len(every) - SHOWN))
        sites = [self.forecast.river.site(a.site_id) for a in every]
        people = sum(s.population or 0 for s in sites if isinstance(s, Intake))
        if people:
            lines.append(self.of("all_people", count=people))
        return "\n".join(lines) or self.of("none")

    @property
    def waited(self) -> float:
        """From the release to the call [s]; 0 where the release has no clock time."""
        at = self.forecast.spill.at
        return 0.0 if at is None else (self.heard_at - at).total_seconds()

    def before(self, a: Arrival) -> str:
        """Before the earliest time; now where that is past."""
        if a.earliest <= self.waited:
            return self.of("now")
        return self.of("before", at=self.when(a.earliest, "down"))

    def tank(self, a: Arrival, site: Intake) -> str:
        """How long the clear-water tank bridges a stop, and whether that is enough."""
        if site.clear_water_tank is None or not site.clear_water_tank >= 0:         # nan too
            return self.of("tank_unknown", gap=self.gap("tank"))
        stop = max(a.earliest, self.waited)
        said = self.of("tank_lasts", hours=f"{site.clear_water_tank / HOUR:g}",
                       stop=self.of("stop_now" if self.waited >= a.earliest else "stop_then"),
                       until=self.when(stop + site.clear_water_tank, "down"))
        if a.exceeds_from is not None and a.exceeds_until is not None:
            beyond = a.exceeds_until - a.exceeds_from - site.clear_water_tank
            if beyond > 0:
                said += self.of("tank_short", hours=significant((a.exceeds_until - a.exceeds_from) / HOUR, 2),
                                beyond=significant(beyond / HOUR, 2))
        return said

    def framed(self, body: str) -> str:
        """A text with what stands over every draft: that it is one, and the river's stamp."""
        stamp = self.forecast.river.stamp
        return "\n".join(w for w in (self.of("draft"), self.of("stamp", stamp=stamp) if stamp else "", body) if w)

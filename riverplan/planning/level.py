"""The level of an event the data suggest; the government decides it.

What a forecast can tell of the grading standard (国办函〔2014〕119号 annex) is whether an intake is interrupted and
what boundary is crossed. For reporting the annex and Order 17 (环境保护部令第17号) art. 4 are both asked, and the
stricter counts. Key river basins (annex of Order 17), casualties, evacuation, losses and ecology are not judged.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from riverplan.errors import said
from riverplan.forecasting.result import Arrival, Forecast
from riverplan.i18n import LANGS, Lang, text
from riverplan.reference import Substance
from riverplan.reference.deadlines import LEVELS
from riverplan.river.naming import site_name
from riverplan.river.sites import Boundary, Intake

LIKELY = 0.5
"""Probability of exceeding the limit from which a place counts as hit (assumed)."""
POSSIBLE = 0.05
"""Probability of exceeding the limit from which a hit cannot be ruled out (assumed)."""
HEAVY = "metal"
"""Group of substances that Order 17 art. 4 has reported as I or II (heavy metals, metalloids)."""
MAY_BE_HEAVY = ("slurry", "waste")
"""Groups that may carry heavy metals: tailings, hazardous waste."""
UNJUDGED = ("deaths", "hurt", "evacuated", "loss", "ecology")
"""Lines of the grading standard no forecast can tell."""
_INTAKE: Mapping[str, str] = {"drinking": "II", "township": "III"}
_CITY = ("区", "市")
"""Last characters of the name of a district or city: its waterworks may be that of a prefecture-level city."""
_BOUNDARY: Mapping[str, str] = {"country": "I", "province": "II", "city": "III", "county": "IV"}
_AS_GRAVE = "II"
"""Order 17 art. 4 has events it names reported by the procedure of levels I and II, which is one."""

Chance = Literal["likely", "possible", "unlikely"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One line of a standard that a forecast meets.

    ``level`` is what it gives for the response, empty where it bears on reporting alone; ``reporting`` is what it
    gives for reporting. ``likely`` is False where it cannot be ruled out and no more.
    """

    code: str
    level: str
    reporting: str
    likely: bool
    fields: Mapping[str, object] = field(default_factory=dict)

    def words(self, lang: Lang) -> str:
        """The reason as one clause."""
        clause = text(f"plan_level.{self.code}", lang, **said(self.fields, lang))
        return clause if self.likely else text("plan_level.possible", lang, clause=clause)


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestedLevel:
    """What the data suggest, of ``I`` to ``IV``: advice, decided by the government.

    Parameters
    ----------
    level
        For the response, of what is likely.
    possible
        The gravest that cannot be ruled out.
    reporting
        By which to report: the stricter of the grading standard and Order 17, of what cannot be ruled out.
    reasons
        The gravest first.
    unjudged
        Lines of the standard nothing is known of: ``UNJUDGED``.
    """

    level: str
    possible: str
    reporting: str
    reasons: tuple[Reason, ...]
    unjudged: tuple[str, ...] = UNJUDGED

    @property
    def stricter(self) -> bool:
        """Whether reporting is stricter than the response level: flagged wherever a level is printed."""
        return LEVELS.index(self.reporting) < LEVELS.index(self.level)

    def words(self, lang: Lang) -> str:
        """Level, reasons and who decides, in a few sentences."""
        def clauses(reasons: Iterable[Reason]) -> str:
            return text("plan_level.and", lang).join(r.words(lang) for r in reasons)

        own = [r for r in self.reasons if r.likely and r.level == self.level]
        worse = [r for r in self.reasons if r.level == self.possible != self.level]
        key = "unjudgeable" if any(r.code == "unknown" for r in own) else "suggested"
        sentences = [text(f"plan_level.{key}", lang, level=level_words(self.level, lang), reasons=clauses(own))]
        if worse:
            sentences.append(text("plan_level.not_ruled_out", lang, level=level_words(self.possible, lang),
                                  reasons=clauses(worse)))
        if self.stricter:
            grave = self.reporting in ("I", "II")
            why = [r for r in self.reasons if r not in worse and r not in own
                   and (r.reporting in ("I", "II") if grave else r.reporting == self.reporting)]
            sentences.append(text("plan_level.report_as", lang, reasons=clauses(why or worse), level=text(
                "plan_level.i_ii", lang) if grave else level_words(self.reporting, lang)))
        unknown = text("plan_level.comma", lang).join(text(f"plan_level.{u}", lang) for u in self.unjudged)
        sentences.append(text("plan_level.unjudged", lang, what=unknown))
        sentences.append(text("plan_level.decides", lang))
        return ("" if lang == "zh" else " ").join(sentences)


def level_words(level: str, lang: Lang) -> str:
    """A level in words, such as 重大（Ⅱ级）."""
    return text(f"plan_level.level_{level}", lang)


def chance(arrival: Arrival) -> Chance:
    """How likely water beyond the limit comes to a place; ``possible`` where the mass or a standard is not known."""
    p = arrival.exceed_probability
    if p is None:
        return "possible"
    return "likely" if p >= LIKELY else "possible" if p >= POSSIBLE else "unlikely"


def strictest_level(levels: Iterable[str]) -> str:
    """The gravest of some levels; ``IV`` of none.

    >>> strictest_level(["III", "II", "IV"])
    'II'
    """
    return min((v for v in levels if v), key=LEVELS.index, default="IV")


def suggest_level(forecast: Forecast) -> SuggestedLevel:
    """The level a forecast suggests, with its reasons.

    An intake counts as interrupted where the limit is likely exceeded at it. Whether the town of a waterworks is a
    prefecture-level city or a county town is not in the lists: II is suggested, and I named as possible where it is
    a district or a city.
    """
    reasons: list[Reason] = []
    for a in forecast.arrivals:
        reasons += _of_place(forecast, a)
    reasons += _of_substance(forecast.substance)
    kept: dict[tuple[str, bool], Reason] = {}
    for reason in reasons:                               # the first place of a kind speaks for all further down
        kept.setdefault((reason.code, reason.likely), reason)
    reasons = [r for r in kept.values() if r.likely or (r.code, True) not in kept]
    reasons.sort(key=lambda r: (LEVELS.index(r.reporting), not r.likely))
    if not any(r.level and r.likely for r in reasons):
        known = any(a.exceed_probability is not None for a in forecast.arrivals)
        reasons.append(Reason(code="nothing_graver" if known or not forecast.arrivals else "unknown", level="IV",
                              reporting="IV", likely=True))
    return SuggestedLevel(
        level=strictest_level(r.level for r in reasons if r.likely),
        possible=strictest_level(r.level for r in reasons),
        reporting=strictest_level(r.reporting for r in reasons), reasons=tuple(reasons))


def _of_place(forecast: Forecast, a: Arrival) -> list[Reason]:
    how = chance(a)
    if how == "unlikely":
        return []
    site = forecast.river.site(a.site_id)
    likely = how == "likely"
    fields = {"site": {lang: site_name(forecast.river, site, lang) for lang in LANGS}}
    found = []
    if isinstance(site, Intake):
        if level := _INTAKE.get(site.category, ""):
            found.append(Reason(code=f"intake_{site.category}", level=level, reporting=level, likely=likely,
                                fields=fields))
            found.append(Reason(code="order17_source", level="", reporting=_AS_GRAVE, likely=likely, fields=fields))
        if site.category == "drinking" and site.county.endswith(_CITY):
            found.append(Reason(code="intake_city", level="I", reporting="I", likely=False, fields=fields))
    elif isinstance(site, Boundary) and (level := _BOUNDARY.get(site.category, "")):
        found.append(Reason(code=f"boundary_{site.category}", level=level, reporting=level, likely=likely,
                            fields=fields))
    elif a.kind == "town":
        found.append(Reason(code="order17_people", level="", reporting=_AS_GRAVE, likely=likely, fields=fields))
    return found


def _of_substance(substance: Substance) -> list[Reason]:
    fields = {"substance": {lang: substance.label(lang) for lang in LANGS}}
    groups = {substance.group, substance.judged.group}
    if HEAVY in groups:
        return [Reason(code="order17_metal", level="", reporting=_AS_GRAVE, likely=True, fields=fields)]
    if groups & set(MAY_BE_HEAVY):
        return [Reason(code="order17_may_be_metal", level="", reporting=_AS_GRAVE, likely=False, fields=fields)]
    return []

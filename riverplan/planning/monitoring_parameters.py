"""What to measure, at which depths, and when an intake may reopen or the response end, by what was spilled."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from riverplan.forecasting.behaviour import is_film
from riverplan.forecasting.result import Forecast
from riverplan.i18n import LANGS, Lang, text
from riverplan.planning.sampling import PASSES
from riverplan.reference import Substance
from riverplan.units import HOUR, mg_per_l

ALWAYS = ("ph", "temperature", "oxygen", "flow")
"""Measured whatever was spilled; keys of the words."""
ALSO: Mapping[str, tuple[str, ...]] = {
    "floats": ("film",), "acid": ("alkalinity", "conductivity"), "alkali": ("alkalinity", "conductivity"),
    "sinks": ("sediment",), "slurry": ("turbidity", "sediment"),
}
"""Measured besides, by how it behaves."""
ALSO_OF_GROUP: Mapping[str, tuple[str, ...]] = {
    "metal": ("dissolved_part", "hardness"), "element": ("dissolved_part",), "oil": ("odour",),
    "organic": ("odour",), "waste": ("cod",), "oxidiser": ("residual",),
}
"""Measured besides, by its group."""
HANDLING: Mapping[str, str] = {"floats": "handling_film", "sinks": "handling_bottom", "acid": "handling_ph",
                               "alkali": "handling_ph", "slurry": "handling_slurry"}
"""How the sample is taken, by how it behaves; keys of the words."""
REOPEN_INTERVAL = 1.0 * HOUR
"""Between the consecutive samples after which an intake may reopen [s] (assumed)."""
END_INTERVAL = 24.0 * HOUR
"""Between the consecutive samples after which the response may end [s] (assumed)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A text of the catalogue with its fields: ``code`` is what programs rely on."""

    code: str
    fields: Mapping[str, object] = field(default_factory=dict)

    def text(self, lang: Lang) -> str:
        """The text in a language."""
        return text(f"plan_monitoring.{self.code}", lang, **{
            k: v[lang] if isinstance(v, Mapping) else v for k, v in self.fields.items()})

    def as_json(self) -> dict[str, object]:
        """Code and both texts."""
        return {"code": self.code, **{lang: self.text(lang) for lang in LANGS}}


def parameters_of(forecast: Forecast) -> tuple[Words, ...]:
    """What to measure: what a station reads of the substance first, then what always is and what goes with it."""
    substance = forecast.substance
    keys = [*ALSO.get(substance.behaviour, ()), *ALSO_OF_GROUP.get(substance.group, ()), *ALWAYS]
    if substance.by_ph:                                   # no determinand stands for it: pH comes first
        keys = ["ph", *keys]
        first = []
    else:
        first = [Words(code="parameter_of", fields={"name": _determinand(forecast)})]
        if not substance.indicator:
            first = [Words(code="parameter_unlisted", fields={"name": _determinand(forecast)})]
    if not forecast.spill.substance.strip():
        first = [Words(code="parameter_unknown")]
    return (*first, *(Words(code=f"parameter_{k}") for k in dict.fromkeys(keys)))


def _determinand(forecast: Forecast) -> dict[str, str]:
    return {lang: forecast.substance.judged.label(lang) or forecast.spill.substance for lang in LANGS}


def handling_of(substance: Substance) -> tuple[Words, ...]:
    """How the sample is taken, where the substance asks for more than a bucket."""
    code = HANDLING.get(substance.behaviour)
    return (Words(code=code),) if code else ()


def points_of(count: int, substance: Substance) -> tuple[str, ...]:
    """Points on a vertical, from the surface down, for a number of depth points (0 where the depth is unknown).

    A film is sampled at the surface too, what sinks or settles near the bed too.
    """
    points = {0: ["surface"], 1: ["surface"], 2: ["surface", "bottom"], 3: ["surface", "middle", "bottom"]}[count]
    if is_film(substance):
        points = ["film", *points]
    if substance.behaviour in ("sinks", "slurry") and "bottom" not in points:
        points = [*points, "bottom"]
    return tuple(points)


def criteria_of(forecast: Forecast) -> tuple[Words, ...]:
    """When to sample more often, when an intake may reopen, when the response may end."""
    substance = forecast.substance
    limits = sorted({a.limit for a in forecast.arrivals if a.kind == "intake" and a.limit is not None})
    fields: dict[str, object] = {"passes": PASSES, "hours": f"{REOPEN_INTERVAL / HOUR:g}",
                                 "days": f"{END_INTERVAL / HOUR:g}"}
    if substance.by_ph:
        judged = Words(code="judged_ph")
    elif limits:
        low, high = f"{mg_per_l(limits[0]):g}", f"{mg_per_l(limits[-1]):g}"
        judged = Words(code="judged_limit", fields={"name": _determinand(forecast),
                                                    "limit": low if low == high else f"{low}–{high}"})
    else:
        judged = Words(code="judged_no_limit", fields={"name": _determinand(forecast)})
    said = {**fields, "judged": {lang: judged.text(lang) for lang in LANGS}}
    film = [Words(code="reopen_film")] if is_film(substance) else []
    return (Words(code="denser"), Words(code="reopen", fields=said), *film, Words(code="end", fields=said))

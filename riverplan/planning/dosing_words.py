"""A dosing in words, for every screen and paper: each amount bears the mark that it is a value to begin with."""

from collections.abc import Sequence

from riverplan.forecasting.table import significant
from riverplan.i18n import Lang, text
from riverplan.planning.allocation import TONNES_FROM
from riverplan.planning.booms import BoomsAt
from riverplan.planning.dosing import UNSTATED_AMOUNT, Demand, Dosing
from riverplan.planning.result import ResponsePlan
from riverplan.planning.treated_water import Pool
from riverplan.reference.materials import materials
from riverplan.units import mg_per_l

GRAMS = 1000.0
"""Grams in a kilogram."""


def dosing_head(plan: ResponsePlan) -> str:
    """The key of the heading: what is dosed, what neutralises, or what is laid to hold and take up a film."""
    if plan.dosings and all(d.dosing.technique.is_laid for d in plan.dosings):
        return "laying"
    return "neutralising" if plan.dosings and plan.forecast.substance.by_ph else "dosing"


def dosing_lines(found: Dosing, lang: Lang, booms: Sequence[BoomsAt] = ()) -> tuple[str, ...]:
    """The reagents of a dosing, how it is done, what to mind, how far its source is trusted; then its notes.

    Parameters
    ----------
    found
        What a technique asks for at a place.
    lang
        ``zh`` or ``en``.
    booms
        Of the plan. Where their amounts are reckoned by the same technique, its source is not said to state none.
    """
    technique = found.technique
    reckoned = {b.site_id for b in booms if b.technique.technique_id == technique.technique_id}
    mark = text(found.mark, lang)
    lines = []
    for d in found.demands:
        others = {o.agent_id for o in found.demands if o.step == d.step} - {d.agent_id}
        lines.append(text(f"plan_dosing.{'either' if others else 'step'}", lang, step=d.step, mark=mark,
                          agent=materials()[d.agent_id].label(lang), by=_by(d, found, lang), amount=_amount(d, lang)))
    if not lines and technique.doses and found.water.space_id not in reckoned:
        unstated = "no_dose" if not technique.is_laid else "not_here" if reckoned else "no_amount"
        lines.append(text(f"plan_dosing.{unstated}", lang, agent=technique.agent[lang]))
    lines.append(text("plan_dosing.rule", lang, rule=technique.rule[lang]))
    if technique.precaution[lang]:
        lines.append(text("plan_dosing.precaution", lang, precaution=technique.precaution[lang]))
    method, dose = (text(f"plan_dosing.confidence_{c}", lang) for c in (technique.confidence,
                                                                       technique.dose_confidence))
    lines.append(text("plan_dosing.source", lang, method=method, dose=dose))
    return (*lines, *(n.text(lang) for n in found.notes if not reckoned or n.code != UNSTATED_AMOUNT))


def _by(demand: Demand, found: Dosing, lang: Lang) -> str:
    """What an amount goes by."""
    if demand.basis == "water":
        water = found.water
        volume = water.volume if isinstance(water, Pool) else water.discharge * water.duration
        low, high = (f"{mg_per_l(x / volume):.3g}" for x in (demand.low, demand.high))
        return text(f"plan_dosing.{'by_dose_one' if low == high else 'by_dose'}", lang, low=low, **(
            {} if low == high else {"high": high}))
    return text(f"plan_dosing.by_{demand.basis}", lang)


def _amount(demand: Demand, lang: Lang) -> str:
    """Low to high, as what counts and as the product; in a stream with the rate."""
    said = _range(demand.low, demand.high, lang)
    if demand.counts_as:
        said = text("plan_dosing.counted", lang, amount=said, formula=demand.counts_as)
        if demand.product_low is not None and demand.product_high is not None:
            said = text("plan_dosing.product", lang, counted=said,
                        amount=_range(demand.product_low, demand.product_high, lang))
    if demand.rate_low is not None and demand.rate_high is not None:
        said = text("plan_dosing.rate", lang, amount=said, low=significant(demand.rate_low * GRAMS),
                    high=significant(demand.rate_high * GRAMS))
    return said


def _range(low: float, high: float, lang: Lang) -> str:
    """Two amounts [kg] in three figures, in tonnes where they are large."""
    unit, size = ("t", 1_000.0) if high >= TONNES_FROM else ("kg", 1.0)
    one, other = (f"{float(f'{x / size:.3g}'):,.15g}" for x in (low, high))
    return text(f"plan_dosing.{'amount_one' if one == other else 'amount'}", lang, low=one, unit=unit, **(
        {} if one == other else {"high": other}))

"""Reagent to take to a pool or a passing plume: values to begin jar tests with, never a promise of removal.

Mass is dose × volume for a pool and dose × discharge × time for a stream. Whether the reagent acts depends on the
time of contact, the pH and the mixing; they are checked where the numbers are known and said where not.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from riverplan.errors import InputError, Problem
from riverplan.forecasting.ph import NATURAL_PH
from riverplan.forecasting.spill import Spill
from riverplan.forecasting.table import significant
from riverplan.i18n import LANGS, listed, text
from riverplan.planning.dosing_conditions import conditions
from riverplan.planning.neutralising import reagent_against, reagent_to_ph
from riverplan.planning.stock import Need, Stock, covered
from riverplan.planning.treated_water import Pool, Stream
from riverplan.planning.volumes import dose_mass
from riverplan.reference import Substance, find_substance
from riverplan.reference.materials import materials
from riverplan.reference.techniques import Dose, Technique

TRIAL_VALUE = "plan_dosing.trial_value"
"""Key of the text printed on every dose: 起始试验值, 须小试确定."""
ON_THE_SPOT = "plan_dosing.on_the_spot"
"""Key of the text printed where booms and sorbents are laid: no jar test tells how much."""

UNSTATED_AMOUNT = "dosing_amount_unstated"
"""Code of the note that the source of what is laid states no amount."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """How much of one reagent.

    Parameters
    ----------
    step
        Order of dosing; demands of a step for different agents are alternatives.
    agent_id
        ``material_id`` of the reagent.
    basis
        What it goes by (:data:`riverplan.reference.techniques.DOSE_BASES`).
    counts_as
        Formula of what ``low`` and ``high`` count; empty for the product.
    low, high
        [kg].
    product_low, product_high
        Of the product as it is sold [kg]; None where its content is not known.
    rate_low, rate_high
        To feed into a stream [kg/s]; None at a pool.
    """

    step: int
    agent_id: str
    basis: str
    counts_as: str
    low: float
    high: float
    product_low: float | None
    product_high: float | None
    rate_low: float | None = None
    rate_high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dosing:
    """What a technique asks for at a place. Nothing here says how much of the pollutant it takes out.

    Parameters
    ----------
    water
        Where.
    technique
        How, with its precaution and source.
    demands
        Of its reagents; empty where no dose is stated.
    residence
        Volume over discharge [s], ``inf`` where nothing flows, or the ``stay`` of a stream; None where unknown.
    contact_ok
        Whether the water stays as long as the technique asks; None where that cannot be told.
    contact_distance
        What a stream needs below the dosing for the time of contact [m]; None where not known.
    mark
        Key of the text every print of it bears.
    notes
        What was assumed, does not fit or is missing.
    """

    water: Pool | Stream
    technique: Technique
    demands: tuple[Demand, ...]
    residence: float | None
    contact_ok: bool | None
    contact_distance: float | None
    notes: tuple[Problem, ...]
    mark: str = TRIAL_VALUE


def dosing(water: Pool | Stream, technique: Technique, spill: Spill, *, mass: float | None = None,
           ph: float | None = None) -> Dosing:
    """Reagents of a technique at a place, with what of its conditions is met.

    Parameters
    ----------
    water
        A pool or a passing plume.
    technique
        Of :func:`riverplan.reference.techniques.techniques_for`.
    spill
        For the substance, its mass, and the alkalinity and temperature of the river.
    mass
        Of the determinand that is there, of the pure substance where none is read [kg]; None takes all that was
        spilled, which is the most it can be.
    ph
        Measured at the place; None assumes one.

    Raises
    ------
    InputError
        With all numbers that cannot be used.
    """
    _check(water, mass, ph)
    substance, notes = find_substance(spill.substance), []
    there = mass
    if mass is None and spill.mass is not None:
        there = spill.mass * substance.share
        if any(d.basis in ("mass", "acidity") for d in technique.doses):
            notes.append(Problem(code="dosing_whole_mass", severity="note", fields={"mass": significant(there)}))
    if ph is None and technique.window(substance) is not None:
        notes.append(Problem(code="dosing_ph_assumed", severity="note", fields={"ph": f"{NATURAL_PH:g}"}))
    demands, lacking = [], dict[str, list[str]]()
    for dose in technique.doses:
        found = _amount(dose, technique, water, spill, substance, there, ph)
        if isinstance(found, str):
            lacking.setdefault(found, []).append(dose.agent_id)
            continue
        demands.append(_demand(dose, water, *found))
        if demands[-1].product_high is None:
            lacking.setdefault("dosing_content_unknown", []).append(dose.agent_id)
    asked = {d.agent_id for d in demands}
    for code, agents in lacking.items():
        if code == "dosing_content_unknown" or (left := [a for a in agents if a not in asked]):
            notes.append(Problem(code=code, severity="warning", fields={
                "agents": _labels(agents if code == "dosing_content_unknown" else left)}))
    residence = distance = None
    if isinstance(water, Stream):
        residence = water.stay
        if technique.contact_time is not None and water.velocity is not None:
            distance = water.velocity * technique.contact_time
    elif water.discharge is not None:
        residence = water.volume / water.discharge if water.discharge > 0 else math.inf
    contact_ok = None if technique.contact_time is None or residence is None else residence >= technique.contact_time
    notes += conditions(water, technique, substance, ph=ph, residence=residence, distance=distance)
    return Dosing(water=water, technique=technique, demands=tuple(demands), residence=residence, contact_ok=contact_ok,
                  contact_distance=distance, notes=tuple(notes),
                  mark=ON_THE_SPOT if technique.is_laid else TRIAL_VALUE)


def _check(water: Pool | Stream, mass: float | None, ph: float | None) -> None:
    """Raise on numbers that cannot be meant."""
    numbers = {"volume": water.volume, "discharge_through": water.discharge} if isinstance(water, Pool) else {
        "discharge": water.discharge, "duration": water.duration, "velocity": water.velocity,
        "stay": water.stay}
    problems = []
    for name, value in (numbers | {"mass": mass}).items():
        least_is_fine = name in ("discharge_through", "mass")
        if value is not None and not (0 < value < math.inf or (value == 0 and least_is_fine)):
            problems.append(Problem(code="dosing_number", fields={
                "what": {lang: text(f"plan_dosing.{name}", lang) for lang in LANGS}, "value": f"{value:g}"}))
    if ph is not None and not 0 <= ph <= 14:
        problems.append(Problem(code="dosing_ph_value", fields={"value": f"{ph:g}"}))
    if problems:
        raise InputError(problems)


def _amount(dose: Dose, technique: Technique, water: Pool | Stream, spill: Spill, substance: Substance,
            mass: float | None, ph: float | None) -> tuple[float, float] | str:
    """What counts of a reagent, low and high [kg], or the code of what is missing."""
    volume = water.volume if isinstance(water, Pool) else water.discharge * water.duration
    reagent = materials()[dose.agent_id].chemistry
    found: tuple[float, float] | None = None
    if dose.low is not None and dose.high is not None and dose.basis == "water":
        found = float(dose_mass(dose.low, volume)), float(dose_mass(dose.high, volume))
    elif dose.low is not None and dose.high is not None:
        if find_substance(dose.of).judged.name != substance.judged.name:
            return "dosing_for_another"
        if mass is None:
            return "dosing_mass_unknown"
        found = dose.low * mass, dose.high * mass
    elif dose.basis == "ph" and reagent is not None and (window := technique.window(substance)) is not None:
        found = reagent_to_ph(window, volume, spill, reagent, ph=ph)
    elif dose.basis == "acidity" and reagent is not None:
        if mass is None:
            return "dosing_mass_unknown"
        found = reagent_against(mass, volume, spill, substance, reagent)
    if found is None:
        return UNSTATED_AMOUNT if technique.is_laid else "dosing_dose_unstated"
    return found if math.isfinite(found[1]) else "dosing_out_of_reach"


def _demand(dose: Dose, water: Pool | Stream, low: float, high: float) -> Demand:
    """A demand with its product and, in a stream, its rate."""
    reagent = materials()[dose.agent_id].chemistry
    content = 1.0 if not dose.counts_as else None
    if dose.content is not None and reagent is not None:
        content = dose.content * reagent.strength
    seconds = water.duration if isinstance(water, Stream) else None
    return Demand(step=dose.step, agent_id=dose.agent_id, basis=dose.basis, counts_as=dose.counts_as,
                  low=low, high=high, product_low=None if content is None else low / content,
                  product_high=None if content is None else high / content,
                  rate_low=None if seconds is None else low / seconds,
                  rate_high=None if seconds is None else high / seconds)


def _labels(agents: Sequence[str]) -> dict[str, str]:
    """Names of reagents in both languages."""
    return {lang: listed(materials()[a].label(lang) for a in agents)[lang] for lang in LANGS}


def needs_of(found: Dosing, stocks: Sequence[Stock] = ()) -> tuple[Need, ...]:
    """The product to be brought for a dosing, for its upper end: one need a step.

    Of the alternatives of a step the one that the stocks cover best is taken, the first where they cover alike.

    Parameters
    ----------
    found
        What a technique asks for; reagents whose dose nobody states are not in it (its notes name them).
    stocks
        What lies in the stores.
    """
    known = {d.step for d in found.demands if d.product_high is not None}
    most: dict[int, dict[str, float]] = {}
    for d in found.demands:
        if d.product_high is None and d.step in known:
            continue                                           # an amount of product goes before one of its content
        agents = most.setdefault(d.step, {})
        agents[d.agent_id] = max(agents.get(d.agent_id, 0.0), d.high if d.product_high is None else d.product_high)
    needs = []
    for _, agents in sorted(most.items()):
        agent = max(agents, key=lambda a: covered(a, agents[a], stocks))
        if agents[agent] > 0:
            needs.append(Need(name=agent, quantity=agents[agent], unit=materials()[agent].unit))
    return tuple(needs)

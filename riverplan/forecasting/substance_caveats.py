"""What a reader must know of the substance: how it behaves, which mass counts, what had to be assumed of it."""

import unicodedata

import numpy as np

from riverplan.channel import Channel, Velocity
from riverplan.errors import Problem
from riverplan.forecasting.arrivals import CLASS_ASSUMED
from riverplan.forecasting.behaviour import UNKNOWN_WIND, decay_of, determinand_mass, held, is_film, settling_of
from riverplan.forecasting.ph import alkalinity_band, has_ph
from riverplan.forecasting.spill import Spill
from riverplan.forecasting.unheeded import unheeded
from riverplan.reference import Substance, limit_for
from riverplan.river.network import RiverNetwork
from riverplan.units import DAY, mg_per_l

_NAMED = 6


def of_the_substance(river: RiverNetwork, channel: Channel, water: Velocity, spill: Spill, substance: Substance,
                     ) -> list[Problem]:
    """How the substance differs from dissolved matter that moves with the water, and what was assumed of it.

    Parameters
    ----------
    river, channel, spill, substance
        What was forecast.
    water
        Velocities of the water.
    """
    name = spill.substance.strip() or substance.name
    problems = unheeded(spill, substance)
    if substance.behaviour and substance.behaviour != "dissolves":
        problems.append(Problem(code=f"behaves_{substance.behaviour}", severity="warning", fields={"substance": name}))
    if is_film(substance):
        problems += _of_films(river, water, spill, substance)
    elif spill.ice:
        problems.append(Problem(code="ice_cover", severity="warning"))
    problems += _of_the_mass(spill, substance, name)
    problems += _of_acidity(spill, substance, name)
    if substance.judged.group == "metal":
        problems.append(Problem(code="metal_on_particles", severity="note",
                                fields={"substance": substance.judged.name}))
    if spill.temperature is not None and decay_of(spill, substance) > 0:
        problems.append(Problem(code="decay_by_temperature", severity="note", fields={
            "temperature": f"{spill.temperature:g}", "decay": f"{decay_of(spill, substance) * DAY:.3g}"}))
    if settling_of(spill, substance) > 0:
        problems.append(Problem(code="settling_counted", severity="warning", fields={
            "settling": f"{spill.settling * DAY:.3g}", "count": int(np.sum(~(channel.depth > 0)))}))
    return problems


def _of_films(river: RiverNetwork, water: Velocity, spill: Spill, substance: Substance) -> list[Problem]:
    problems = [Problem(code="mass_unknown_film", severity="note")] if spill.mass is None else []
    limit = limit_for(substance.indicator, CLASS_ASSUMED)
    if limit is not None and substance.solubility is not None and substance.solubility > limit.concentration:
        problems.append(Problem(code="film_dissolves", severity="warning", fields={
            "substance": spill.substance.strip(), "solubility": f"{mg_per_l(substance.solubility):.3g}",
            "judged": substance.judged.name, "limit": f"{mg_per_l(limit.concentration):g}"}))
    if spill.ice:
        return [*problems, Problem(code="ice_cover_film", severity="warning")]
    if spill.wind is None:
        problems.append(Problem(code="wind_unknown", severity="warning", fields={"wind": f"{UNKNOWN_WIND:g}"}))
    else:
        problems.append(Problem(code="wind_counted", severity="note", fields={
            "wind": f"{spill.wind.speed:g}", "direction": f"{spill.wind.direction:.0f}"}))
    if (rows := held(river, water, spill, substance)).size:
        problems.append(Problem(code="film_held", severity="warning", fields={
            "reaches": ", ".join(river.reaches["reach_id"].iloc[rows[:_NAMED]]), "count": int(rows.size)}))
    return problems


def _of_the_mass(spill: Spill, substance: Substance, name: str) -> list[Problem]:
    """What the mass was turned into."""
    problems = []
    mass = determinand_mass(spill, substance)
    if spill.mass is not None and mass is not None and substance.share != 1.0:
        digits = 2 if spill.sigma_mass > 0 else 6          # an estimate is no surer than that
        traded = substance.strength != 1.0 and "%" not in unicodedata.normalize("NFKC", name)
        problems.append(Problem(
            code="mass_by_trade_strength" if traded else "mass_converted", severity="warning" if traded else "note",
            fields={"substance": name, "mass": f"{float(f'{spill.mass:.{digits}g}'):.6g}",
                    "strength": f"{100 * substance.strength:g}", "judged": substance.judged.name,
                    "value": f"{float(f'{spill.mass * substance.share:.{min(digits, 4)}g}'):.6g}"}))
    if spill.recovery < 1.0 and spill.mass is not None:
        problems.append(Problem(code="mass_not_recovered", severity="warning",
                                fields={"percent": f"{100 * spill.recovery:g}"}))
    return problems


def _of_acidity(spill: Spill, substance: Substance, name: str) -> list[Problem]:
    if substance.behaviour not in ("acid", "alkali"):
        return []
    if not has_ph(substance):
        return [Problem(code="ph_unknown", severity="warning", fields={"substance": name})]
    low, probable, high = alkalinity_band(spill)
    code = "alkalinity_assumed" if spill.alkalinity is None else "alkalinity_given"
    return [Problem(code=code, severity="warning" if spill.alkalinity is None else "note", fields={
        "alkalinity": f"{probable:g}", "low": f"{low:.2g}", "high": f"{high:.2g}"})]

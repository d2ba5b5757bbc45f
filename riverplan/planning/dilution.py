"""Clean water from a reservoir that brings the mix at a place to its limit, and what the flush does below.

``Qd = Qp (Cp - Cs) / (Cs - Cb)``: a balance of mass, fully mixed. The same water carries the plume faster, so it
comes earlier to the next intake; the operation made here lets a simulation show both.
"""

import math
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from riverplan.channel import Array
from riverplan.errors import InputError, Problem
from riverplan.forecasting.simulating.water import stage_of
from riverplan.forecasting.table import significant
from riverplan.i18n import LANGS, text
from riverplan.planning.volumes import dilution_flow
from riverplan.river.network import RiverNetwork
from riverplan.river.scenario import FlowScenario
from riverplan.river.sites import Space
from riverplan.transport.operation import Operation
from riverplan.units import HOUR, MG_PER_L

EXPONENTS = (0.4, 0.6)
"""Exponents of velocity in discharge where no law of the river is at hand [-] (assumed)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservoir:
    """What a reservoir can let out besides what it lets out now.

    Parameters
    ----------
    site_id
        Of the reservoir.
    place
        Where its water comes into the river, as an operation names it; the site itself where empty.
    capacity
        The most it can add [m³/s]; None is unknown.
    volume
        The water it can spare [m³]; None is unknown.
    volume_is_total
        Whether ``volume`` is all it stores, dead storage with it.
    """

    site_id: str
    place: str = ""
    capacity: float | None = None
    volume: float | None = None
    volume_is_total: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Dilution:
    """A dilution: what it needs, what it can get and what that makes.

    Parameters
    ----------
    site_id
        Of the reservoir.
    needed
        Clean water for the mix to meet the limit [m³/s]; ``inf`` where its own background is at the limit or above.
    given
        What the reservoir gives of it, for ``duration`` [m³/s].
    volume
        Water that takes [m³].
    mixed
        Concentration of the mix with what is given [kg/m³].
    enough
        Whether the mix meets the limit.
    velocity_factor
        Velocity below over that before, least and most [-].
    background, background_assumed
        Of the clean water [kg/m³], and whether nobody measured it.
    operation
        The release, for the simulation; None where nothing is given. It adds clean water: a background is not in it.
    notes
        What was assumed and what falls short; always that the plume comes earlier below where water is given.
    """

    site_id: str
    needed: float
    given: float
    volume: float
    duration: float
    mixed: float
    enough: bool
    velocity_factor: tuple[float, float]
    background: float
    background_assumed: bool
    operation: Operation | None
    notes: tuple[Problem, ...]


def reservoir_of(space: Space, *, capacity: float | None = None, volume: float | None = None) -> Reservoir:
    """A listed reservoir or station as a source of clean water; it lets out below its dam.

    Parameters
    ----------
    space
        As listed; its total volume is taken where ``volume`` is not given, as the most it can be.
    capacity, volume
        What it can add today [m³/s] and spare [m³], as the water office or the station says.
    """
    return Reservoir(site_id=space.site_id, place=space.node_id, capacity=capacity,
                     volume=space.total_volume if volume is None else volume,
                     volume_is_total=volume is None and space.total_volume is not None)


def mixed_concentration(discharge: float, concentration: float, added: float, background: float = 0.0) -> float:
    """Concentration of a flow after clean water has mixed in, in the unit of the two concentrations."""
    return (discharge * concentration + added * background) / (discharge + added)


def velocity_factor(discharge: float, added: float, exponents: tuple[float, float] = EXPONENTS) -> tuple[float, float]:
    """Velocity after water is added over that before, by ``u ~ Q^m`` with the least and the most exponent.

    >>> tuple(round(x, 2) for x in velocity_factor(268.0, 1230.0 - 268.0))
    (1.84, 2.49)
    """
    ratio = (discharge + added) / discharge
    low, high = sorted(exponents)
    return ratio**low, ratio**high


def factors_of(river: RiverNetwork, flow: FlowScenario, reaches: Collection[str], added: float, *, velocity: str = "",
               ) -> Array:
    """Velocity after water is added over that before, by the river's own law, as the simulation has it.

    Parameters
    ----------
    river, flow
        The river and its flow before.
    reaches
        Ids of the reaches the water passes, shape ``(n,)``.
    added
        [m³/s].
    velocity
        Name of the velocity model to prefer; empty for none.

    Returns
    -------
    Array
        Shape ``(n,)``; in a pool the water is exchanged faster as the discharge grows.

    Raises
    ------
    InputError
        Where one of the reaches has no discharge or no velocity.
    """
    rows = [river.reach_row[r] for r in reaches]
    stage = stage_of(river, flow, rows, (), velocity, dispersion=False)
    water, at = stage.water, stage.reach[rows]
    before = np.where(water.at_middle > 0, water.at_middle, water.rated_discharge)
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.where(water.storage > 0, (before + added) / before,
                          water.velocity(before + added) / water.velocity(before))
    return np.asarray(factor[at])


def dilution(reservoir: Reservoir, *, discharge: float, concentration: float, limit: float, at: float, duration: float,
             background: float | None = None, river: RiverNetwork | None = None, flow: FlowScenario | None = None,
             reaches: Collection[str] = (), velocity: str = "") -> Dilution:
    """Plan a dilution from a reservoir, for a place below it.

    Parameters
    ----------
    reservoir
        What it can give.
    discharge, concentration
        Of the polluted water at the place [m³/s], [kg/m³].
    limit
        To be met there [kg/m³].
    at, duration
        When the release begins [s after the spill] and how long it lasts [s].
    background
        Of the reservoir's water [kg/m³]; None is taken for 0, and said.
    river, flow, reaches, velocity
        As in :func:`factors_of`, for the reaches below; without them the assumed exponents are taken.

    Raises
    ------
    InputError
        With all numbers that cannot be used, or where a reach has no discharge or no velocity.
    """
    _check(reservoir, discharge=discharge, concentration=concentration, limit=limit, duration=duration,
           background=background)
    clean = background or 0.0
    needed = float(dilution_flow(discharge, concentration, limit, clean))
    most = min(math.inf if reservoir.capacity is None else reservoir.capacity,
               math.inf if reservoir.volume is None else reservoir.volume / duration)
    given = min(needed, most) if math.isfinite(needed) else 0.0
    mixed = mixed_concentration(discharge, concentration, given, clean)
    enough = given >= needed
    notes = _notes(reservoir, needed, given, mixed, limit, clean, background, duration)
    low, high = velocity_factor(discharge, given)
    lawful = river is not None and flow is not None and len(reaches) > 0
    if river is not None and flow is not None and lawful and given > 0:
        factors = factors_of(river, flow, reaches, given, velocity=velocity)
        low, high = float(factors.min()), float(factors.max())
    if given > 0:
        notes.append(Problem(code="dilution_hastens", severity="warning", fields={
            "low": f"{low:.2f}", "high": f"{high:.2f}"}))
        if not lawful:
            notes.append(Problem(code="dilution_exponent_assumed", severity="note", fields={
                "low": f"{EXPONENTS[0]:g}", "high": f"{EXPONENTS[1]:g}"}))
        notes.append(Problem(code="dilution_suggested", severity="note", fields={"site": reservoir.site_id}))
    return Dilution(
        site_id=reservoir.site_id, needed=needed, given=given, volume=given * duration, duration=duration, mixed=mixed,
        enough=enough, velocity_factor=(low, high), background=clean, background_assumed=background is None,
        operation=None if given <= 0 else Operation(place=reservoir.place or reservoir.site_id, action="release", at=at,
                                                    value=given, until=at + duration), notes=tuple(notes))


def _check(reservoir: Reservoir, **numbers: float | None) -> None:
    """Raise on numbers that cannot be meant."""
    named = numbers | {"capacity": reservoir.capacity, "volume": reservoir.volume}
    zero = ("concentration", "background", "capacity", "volume")
    problems = [Problem(code="dosing_number", fields={
        "what": {lang: text(f"plan_dosing.{name}", lang) for lang in LANGS}, "value": f"{value:g}"})
        for name, value in named.items()
        if value is not None and not (0 < value < math.inf or (value == 0 and name in zero))]
    if problems:
        raise InputError(problems)


def _notes(reservoir: Reservoir, needed: float, given: float, mixed: float, limit: float, clean: float,
           background: float | None, duration: float) -> list[Problem]:
    """What the release takes for granted and what it cannot do."""
    found = []
    if background is None:
        found.append(Problem(code="dilution_background_assumed", severity="warning",
                             fields={"site": reservoir.site_id}))
    elif clean > 0 and given > 0:
        found.append(Problem(code="dilution_background_left_out", severity="note",
                             fields={"value": f"{clean / MG_PER_L:.4g}"}))
    if needed == 0:
        found.append(Problem(code="dilution_not_needed", severity="note", fields={"limit": f"{limit / MG_PER_L:.4g}"}))
    elif math.isinf(needed):
        found.append(Problem(code="dilution_impossible", severity="warning", fields={
            "value": f"{clean / MG_PER_L:.4g}", "limit": f"{limit / MG_PER_L:.4g}"}))
    elif given < needed:
        found.append(Problem(code="dilution_falls_short", severity="warning", fields={
            "needed": significant(needed, 4), "given": significant(given, 4), "mixed": f"{mixed / MG_PER_L:.4g}",
            "limit": f"{limit / MG_PER_L:.4g}"}))
    if reservoir.volume_is_total and given > 0:
        found.append(Problem(code="dilution_total_volume", severity="warning", fields={"site": reservoir.site_id}))
    unknown = [n for n in ("capacity", "volume") if getattr(reservoir, n) is None]
    if unknown and 0 < needed < math.inf:
        found.append(Problem(code="dilution_unlimited", severity="warning", fields={
            "site": reservoir.site_id, "volume": significant(given * duration, 4), "hours": f"{duration / HOUR:g}",
            "what": {
                lang: ("、" if lang == "zh" else ", ").join(text(f"plan_dosing.{n}", lang) for n in unknown)
                for lang in LANGS}}))
    return found

"""What goes beside the chosen actions: intakes to protect, places to dose, with what and from where."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from riverplan.errors import InputError
from riverplan.forecasting.result import Arrival, Forecast
from riverplan.planning.allocation import Allocation, allocate, left_after
from riverplan.planning.dosing import Dosing, dosing, needs_of
from riverplan.planning.margin import ReadyTable
from riverplan.planning.stock import Stock
from riverplan.planning.travel import Travel
from riverplan.planning.treated_water import Pool, Stream, pool_of
from riverplan.planning.usable_space import UsableSpace
from riverplan.reference.techniques import Technique, techniques_for
from riverplan.river.sites import Intake
from riverplan.units import HOUR

PLACES = 3
"""Dosing is worked out at so many places: those the plume comes to first that can be ready."""
TECHNIQUES = 3
"""So many techniques a place, the best known for the substance first."""
LIKELY = 0.01
"""An intake with less probability of exceeding its limit is not asked to stop [-]."""
SET_UP = 1.0 * HOUR
"""Setting up a dosing device once it is there [s] (assumed)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection:
    """An intake that is advised to stop: the waterworks and the government decide; times [s after the release].

    ``stop_by`` is the earliest arrival, ``until`` when the water is below the limit again (None where that is not
    known), ``tank`` what the clear-water tank bridges [s] (None where not listed), ``dry`` how long supply is out
    beyond it [s].
    """

    site_id: str
    name: str
    phone: str
    people: int | None
    stop_by: float
    until: float | None
    tank: float | None
    dry: float | None
    probability: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DosingAt:
    """A technique at a place: demand, stores, shortfall; ``margin`` is what is left before the plume comes [s]."""

    site_id: str
    name: str
    earliest: float
    ready: float
    dosing: Dosing
    allocations: tuple[Allocation, ...]

    @property
    def margin(self) -> float:
        """[s]; below zero it comes too late for the front."""
        return self.earliest - self.ready


def protections(said: Forecast) -> tuple[Protection, ...]:
    """Intakes that may exceed their limit, in the order of arrival."""
    by_id = {s.site_id: s for s in said.river.sites}
    found = []
    for a in sorted(said.arrivals, key=lambda x: x.earliest):
        site = by_id.get(a.site_id)
        if not isinstance(site, Intake) or (a.exceed_probability is not None and a.exceed_probability < LIKELY):
            continue
        until = a.exceeds_until if a.limit is not None and a.peak_concentration is not None else a.trailing
        lasts = None if until is None else until - a.earliest
        found.append(Protection(
            site_id=a.site_id, name=a.name, phone=site.phone, people=site.population, stop_by=a.earliest, until=until,
            tank=site.clear_water_tank, probability=a.exceed_probability,
            dry=None if lasts is None else max(lasts - (site.clear_water_tank or 0.0), 0.0)))
    return tuple(found)


def dosing_places(said: Forecast, spaces: Sequence[UsableSpace], arrivals: Mapping[str, Arrival], ready: ReadyTable,
                  travel: Travel, stocks: Sequence[Stock], closed: Mapping[str, float],
                  forbid: Collection[str] = ()) -> tuple[DosingAt, ...]:
    """Reagents at the places where dosing is possible: pools the plan closes, then where the plume passes.

    Parameters
    ----------
    said
        Of the spill.
    spaces, ready
        Of one order.
    arrivals
        Of the plume at the spaces.
    travel, stocks
        Driving from the stores, and what lies in them.
    closed
        When each space the plan closes is closed [s], by ``space_id``: its water is held and dosed as a pool.
    forbid
        Where nothing is done, by ``space_id``, as the officer says.
    """
    order = []
    for row, space in enumerate(spaces):
        a = arrivals.get(space.space_id)
        if a is None or space.space_id in forbid or not (space.serves_dosing or space.space_id in closed):
            continue
        by_team = ready.muster[1:] + ready.drive[row, 1:]
        there = float(min((t for t in by_team if t >= 0), default=float("inf")))
        soonest = ready.heard + ready.delays.report + ready.delays.decide + there + SET_UP
        order.append((space.space_id not in closed, soonest > a.trailing, a.earliest, row, soonest))
    found: list[DosingAt] = []
    left_over = list(stocks)
    for _, late, _, row, soonest in sorted(order)[:PLACES]:
        space, a = spaces[row], arrivals[spaces[row].space_id]
        if late:
            continue
        water = _water(said, space, a, held=space.space_id in closed)
        haul = {s: float(t) for s, t in zip(ready.store_ids[1:], travel.stores.seconds[:, row], strict=True) if t >= 0}
        here: list[DosingAt] = []
        for technique in _techniques(said, space, water)[:TECHNIQUES]:
            try:
                made = dosing(water, technique, said.spill)
            except InputError:
                continue                                      # no discharge or volume to reckon with
            left = a.earliest - ready.heard - ready.delays.report - ready.delays.decide - SET_UP
            here.append(DosingAt(site_id=space.space_id, name=space.name, earliest=a.earliest, ready=soonest,
                                 dosing=made, allocations=allocate(needs_of(made, left_over), left_over, haul,
                                                                   within=max(left, 0.0))))
        found += here
        left_over = left_after(left_over, here[0].allocations if here else ())
    return tuple(found)


def may_dose(said: Forecast, space: UsableSpace, a: Arrival) -> bool:
    """Whether a technique is known for what passes a space that serves dosing, be it in time or not."""
    return space.serves_dosing and bool(_techniques(said, space, _water(said, space, a, held=False)))


def _techniques(said: Forecast, space: UsableSpace, water: Pool | Stream) -> list[Technique]:
    """What is known for the substance in such water, the best known first."""
    kinds = (water.kind, "dam") if isinstance(water, Stream) and space.category in ("gate_dam",) else (water.kind,)
    return [t for t in techniques_for(said.spill.substance, places=kinds) if t.doses]


def _water(said: Forecast, space: UsableSpace, a: Arrival, *, held: bool) -> Pool | Stream:
    """The water to be dosed: what a closed space holds of the plume, or the plume as it passes."""
    passes = max(a.trailing - a.leading, HOUR)
    if (held or space.side) and space.free_volume:
        return pool_of(space, volume=min(space.free_volume, a.discharge * passes), discharge=0.0)
    times = said.reach_times
    at = times.reach == said.river.reach_row.get(space.reach_id, -1)
    velocity = float(times.velocity[at][0]) if at.any() else None
    return Stream(discharge=a.discharge, duration=passes, velocity=velocity, space_id=space.space_id)

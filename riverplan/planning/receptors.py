"""Whom a plume may harm: intakes and boundaries with people, tanks, limits and doubts, as arrays."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Z95, Array
from riverplan.errors import Problem
from riverplan.forecasting.behaviour import is_film
from riverplan.forecasting.ph import alkalinity_sigma, critical_concentration, has_ph
from riverplan.forecasting.result import Arrival, Band, Forecast
from riverplan.i18n import listed
from riverplan.river.sites import Boundary, Intake, Site
from riverplan.units import HOUR

PEOPLE_ASSUMED = {"drinking": 10_000, "township": 3_000, "village": 300}
"""People behind an intake whose list says none, by its kind (assumed)."""
DRINKING = tuple(PEOPLE_ASSUMED)
"""Kinds of intakes people drink from; an intake of no stated kind counts among them."""
BOUNDARIES = ("country", "province", "city", "county")
"""Kinds of boundaries that count; one of no stated kind counts among them."""
SIGMA_UNKNOWN = 0.5
"""Standard error of ln(concentration) where a forecast gives none (assumed)."""
DRY = 0.1
"""Share of the river's low flow below which an intake has no water to take (assumed): a quarter of the depth. Intakes
are built for low flow, so a tenth of a flood is no want."""
MOST_TAKEN = 0.5
"""Share of the flow without any action an intake of any supply is taken to do with: lists err [-]."""
PRESENT = 0.01
"""Share of the peak with nothing done above which a plume of unknown mass or limit counts as there [-]."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Receptors:
    """Intakes and boundaries the plume comes to; arrays of one length ``r``.

    ``people`` [-], ``tank`` [h], ``headroom`` [kg/m³] (limit less background, the limit itself where
    the background is above it; ``nan`` where presence alone counts), ``sigma`` of ln(concentration) [-], ``counts``
    where it is a boundary that counts, ``needs`` the flow an intake cannot do without [m³/s], 0 at all else.
    ``supplied`` are intakes whose people have other water: none of them counts. ``presence_only`` is whether limits
    can be compared nowhere.
    """

    sites: tuple[Site, ...]
    people: Array
    tank: Array
    headroom: Array
    sigma: Array
    counts: Array
    needs: Array
    supplied: NDArray[np.bool_]
    problems: tuple[Problem, ...]
    presence_only: bool = False

    def only(self, some: Sequence[int]) -> "Receptors":
        """Some of them, by number."""
        return replace(self, sites=tuple(self.sites[i] for i in some), **{
            name: getattr(self, name)[list(some)] for name in (
                "people", "tank", "headroom", "sigma", "counts", "needs", "supplied")})


def receptors(forecast: Forecast, *, supplied: Collection[str] = (), most: int = 200) -> Receptors:
    """Intakes and boundaries of a forecast, with what of them had to be assumed.

    Parameters
    ----------
    forecast
        Of the spill with nothing done.
    supplied
        Intakes whose people have other water (``site_id``): nobody there is harmed.
    most
        The first this many in order of distance; beyond, none is counted and it is said.
    """
    by_id = {s.site_id: s for s in forecast.river.sites}
    arrivals = [a for a in forecast.arrivals if isinstance(by_id.get(a.site_id), Intake | Boundary)]
    problems: list[Problem] = []
    if len(arrivals) > most:
        problems.append(Problem(code="plan_receptors_many", severity="warning", fields={
            "count": len(arrivals), "most": most}))
    arrivals = arrivals[:most]
    sites = tuple(by_id[a.site_id] for a in arrivals)
    people, tank, assumed, tankless = [], [], [], []
    if not sites:
        problems.append(Problem(code="plan_no_receptors", severity="warning"))
    for site in sites:
        drunk = isinstance(site, Intake) and site.site_id not in supplied and (
            not site.category or site.category in DRINKING)
        stated = _meant(site.population) if isinstance(site, Intake) else None
        bridged = _meant(site.clear_water_tank) if isinstance(site, Intake) else None
        if drunk and stated is None:
            stated = PEOPLE_ASSUMED[site.category or "village"] if isinstance(site, Intake) else 0
            assumed.append(f"{site.name or site.site_id} ({stated})")
        if drunk and bridged is None:
            tankless.append(site.name or site.site_id)
        people.append(float(stated or 0) if drunk else 0.0)
        tank.append((bridged or 0.0) / HOUR)
    if assumed:
        problems.append(Problem(code="plan_people_assumed", severity="warning", fields={"sites": listed(assumed)}))
    if tankless:
        problems.append(Problem(code="plan_tank_unknown", severity="note", fields={"sites": listed(tankless)}))
    spill, substance = forecast.spill, forecast.substance
    by_ph = substance.by_ph and has_ph(substance)              # judged by pH: what brings the river to its limit
    critical = critical_concentration(spill, substance) if by_ph else np.nan
    more = alkalinity_sigma(spill) if by_ph else 0.0
    headroom = [np.nan if a.peak_concentration is None or (a.limit is None and not by_ph)
                else critical if by_ph or a.limit is None else a.limit - spill.background for a in arrivals]
    over = [s.name or s.site_id for s, left in zip(sites, headroom, strict=True) if left <= 0]
    if over:                              # above it whatever is done: only adding as much again tells spills apart
        problems.append(Problem(code="plan_background_over", severity="warning", fields={"sites": listed(over)}))
        headroom = [a.limit or np.nan if left <= 0 else left for a, left in zip(arrivals, headroom, strict=True)]
    sigma = [float(np.hypot(_sigma(a.concentration_band, spill.background), more)) for a in arrivals]
    counts = [isinstance(s, Boundary) and (not s.category or s.category in BOUNDARIES) for s in sites]
    there = bool(sites) and bool(np.isnan(headroom).all())
    if there:
        problems.append(Problem(code="plan_film" if is_film(substance) else "plan_presence_only", severity="warning"))
    needs = [_needed(forecast, s, a) for s, a in zip(sites, arrivals, strict=True)]
    return Receptors(sites=sites, people=np.array(people, float), tank=np.array(tank, float),
                     headroom=np.array(headroom, float), sigma=np.array(sigma, float), counts=np.array(counts, bool),
                     needs=np.array(needs, float), supplied=np.array([s.site_id in supplied for s in sites], bool),
                     problems=tuple(problems), presence_only=there)


def _needed(forecast: Forecast, site: Site, arrival: Arrival) -> float:
    """The flow an intake cannot do without [m³/s]: a share of the least of the river's flows, or what it takes."""
    if not isinstance(site, Intake):
        return 0.0
    row = forecast.river.reach_row[site.reach_id]
    flows = [float(s.discharge[row]) for s in forecast.river.scenarios.values()]
    low = min([arrival.discharge, *(q for q in flows if q > 0)])
    return float(np.clip(taken_by(site), DRY * low, MOST_TAKEN * arrival.discharge))


def taken_by(site: Site) -> float:
    """What an intake is listed to take [m³/s]; 0 where nobody says."""
    return (_meant(site.supply) or 0.0) if isinstance(site, Intake) else 0.0


def _meant(value: float | None) -> float | None:
    """A number of the list; None where it is none or cannot be meant."""
    return value if value is not None and 0 <= value < np.inf else None


def _sigma(band: Band | None, background: float) -> float:
    """Standard error of ln(concentration above the background) of a band that holds the background [-]."""
    if band is None or band[0] <= background:
        return SIGMA_UNKNOWN
    return float(np.log((band[1] - background) / (band[0] - background)) / (2 * Z95))

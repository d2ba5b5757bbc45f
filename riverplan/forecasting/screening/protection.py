"""What an intake must watch upstream, and what HJ 941-2018 asks of the water below a source."""

from collections.abc import Sequence

import numpy as np

from riverplan.channel import Array
from riverplan.forecasting.ground import Ground, place_on
from riverplan.forecasting.screening.result import Above, Sensitive
from riverplan.river.sites import RiskSource, Site
from riverplan.transport.upstream import cost_down_to
from riverplan.units import DAY

WITHIN = DAY
"""The area upstream of an intake, and the borders below a source, are those within this time [s]."""
NEAR_BELOW = 10_000.0
"""Receptors of HJ 941-2018 lie within this way below the outfall [m]."""
DRINKING = ("drinking", "township", "village", "")
"""Kinds of intakes that are drinking sources, scattered ones too; one of no stated kind counts."""
NATIONAL, PROVINCIAL = "country", "province"


def above_intakes(grounds: Sequence[Ground], sources: Sequence[RiskSource], sites: Sequence[Site],
                  ) -> tuple[Above, ...]:
    """The river within 24 h above each intake, at each flow, at the maximum-probable velocity of the leading edge."""
    out = []
    for site in (s for s in sites if s.kind == "intake"):
        for ground in grounds:
            cost = _quickest(ground)
            down = _down(ground, cost, site.site_id)
            parts, length = _within(ground, cost, down)
            out.append(Above(intake=site.site_id, scenario=ground.flow.name, parts=parts, length=length,
                             sources=tuple(s.site_id for s in sources
                                           if 0.0 <= _from(ground, cost, down, s.site_id) <= WITHIN)))
    return tuple(out)


def _quickest(ground: Ground) -> Array:
    """Least time of the leading edge through each reach [s]: pools at their short-circuit bound."""
    with np.errstate(divide="ignore", invalid="ignore"):
        time = ground.channel.length / ground.velocity.maximum_probable
    return np.where(ground.followed, np.where(ground.way.is_pool, 1.0, ground.way.leading) * time, np.nan)


def _down(ground: Ground, cost: Array, site_id: str) -> Array:
    reach, chainage = place_on(ground.river, site_id)
    length = ground.channel.length[reach]
    return cost_down_to(ground.river.compiled, cost, reach, chainage / length if length > 0 else 0.0)


def _from(ground: Ground, cost: Array, down: Array, site_id: str) -> float:
    """Cost from a site down to the place; negative or not finite where it does not lie above."""
    reach, chainage = place_on(ground.river, site_id)
    length = float(ground.channel.length[reach])
    return float(down[reach] + (1.0 - (chainage / length if length > 0 else 0.0)) * cost[reach])


def _within(ground: Ground, cost: Array, down: Array) -> tuple[tuple[tuple[str, float, float], ...], float]:
    """The parts of reaches within the time, and their length [m]."""
    length, ids = ground.channel.length, ground.river.reaches["reach_id"].to_numpy(str)
    rows = np.flatnonzero((down < WITHIN) & (cost > 0))
    upper = length[rows] * np.clip(1.0 + down[rows] / cost[rows], 0.0, 1.0)
    upper = np.where(down[rows] < 0, upper, length[rows])
    lower = length[rows] * np.clip(1.0 - (WITHIN - down[rows]) / cost[rows], 0.0, 1.0)
    keep = upper > lower
    parts = tuple((str(ids[r]), float(a), float(b)) for r, a, b in zip(rows[keep], lower[keep], upper[keep],
                                                                      strict=True))
    return parts, float((upper - lower)[keep].sum())


def sensitive_below(ground: Ground, sources: Sequence[RiskSource], sites: Sequence[Site]) -> tuple[Sensitive, ...]:
    """Drinking-water intakes within 10 km, and national and provincial borders within 24 h, below each source.

    Way along the river from the outfall; time at the velocities of the flow given, pools at their
    short-circuit bound.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        time = np.where(ground.followed, ground.channel.length / np.where(
            ground.way.is_pool, ground.velocity.maximum_probable, ground.velocity.most_probable), np.nan)
    length = ground.channel.length
    intakes: dict[str, list[tuple[str, float]]] = {s.site_id: [] for s in sources}
    borders: dict[str, list[tuple[str, float]]] = {s.site_id: [] for s in sources}
    national = {s.site_id for s in sites if s.kind == "boundary" and getattr(s, "category", "") == NATIONAL}
    for site in sites:
        category = getattr(site, "category", "")
        if site.kind == "intake" and category in DRINKING:
            cost, most, into = length, NEAR_BELOW, intakes
        elif site.kind == "boundary" and category in (NATIONAL, PROVINCIAL):
            cost, most, into = time, WITHIN, borders
        else:
            continue
        down = _down(ground, cost, site.site_id)
        for s in sources:
            away = _from(ground, cost, down, s.site_id)
            if 0.0 <= away <= most:
                into[s.site_id].append((site.site_id, away))
    out = []
    for s in sources:
        near, across = (tuple(sorted(x[s.site_id], key=lambda p: p[1])) for x in (intakes, borders))
        grade = "E1" if near or any(b in national for b, _ in across) else "E2" if across else ""
        out.append(Sensitive(source=s.site_id, intakes=near, borders=across, grade=grade))
    return tuple(out)

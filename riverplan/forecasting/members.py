"""A forecast as many members: drawn velocities, mass, time and length of the release, discharge and spread.

The closed bands of :mod:`riverplan.forecasting.uncertainty` take each error for log-normal; members need not. Errors
of velocity are drawn from the field that observations have narrowed (:mod:`riverplan.forecasting.belief`), so they are
correlated along a river and between rivers; what is not of the velocity (spread, discharge, mass) is one draw a
member, the same for all places. The draws are counter-based (Philox): the same seed gives the same
members, whatever was drawn before.
"""

from dataclasses import replace

import numpy as np

from riverplan.channel import Array, SpreadModel
from riverplan.errors import Problem
from riverplan.forecasting.arrivals import Passing
from riverplan.forecasting.belief import Belief
from riverplan.forecasting.spill import Spill

LEAST, MOST = 100, 20_000
"""Members that can be asked for: fewer tell no 1 % quantile, more tell nothing more."""
_CELLS = 4_000_000
"""Most members times places held at once."""


def members_problems(members: int) -> list[Problem]:
    """What is wrong with a number of members; 0 is none at all."""
    if members == 0 or LEAST <= members <= MOST:
        return []
    return [Problem(code="members_number", fields={"value": members, "least": LEAST, "most": MOST})]


def draw(seed: int, stream: int, shape: tuple[int, ...]) -> Array:
    """Standard normal numbers that depend on seed, stream and place alone."""
    return np.random.Generator(np.random.Philox(key=(seed << 8) + stream)).standard_normal(shape)


def with_members(found: Passing, belief: Belief, spill: Spill, spread: SpreadModel, *, sites: int,
                 members: int, seed: int) -> Passing:
    """The passing with bands, earliest and the error of the concentration taken from members.

    Parameters
    ----------
    found
        The passing of the most probable plume.
    belief
        Velocities and their errors, narrowed by observations if there are any.
    spill
        The spill; its own standard errors are drawn too.
    spread
        How the plume spreads in rivers.
    sites
        Places with a lower number are sites: of these the drawn concentrations are kept.
    members
        How many, ``LEAST`` to ``MOST``.
    seed
        Seed of the draws.
    """
    field = belief.field
    values, vectors = np.linalg.eigh(field.covariance)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    error = field.mean + draw(seed, 0, (members, values.size)) @ root.T
    most_probable = belief.time @ np.exp(-field.mean)
    late = spill.sigma_at * draw(seed, 1, (members, 1))
    longer = spill.duration * np.expm1(spill.sigma_duration * draw(seed, 2, (members, 1)))
    lead = spread.sigma_leading * draw(seed, 3, (members, 1))
    apart = belief.apart()
    by_velocity = found.power * field.sigma(belief.time)
    at_site = np.flatnonzero(found.place < sites)          # places come sorted: the first ones
    rest = np.sqrt(np.maximum(found.sigma**2 - by_velocity**2, 0.0))[at_site]
    drawn = np.log(np.maximum(found.concentration[at_site], 1e-30)) + rest * draw(seed, 4, (members, 1))
    pieces = np.array(spill.pieces)
    begin, end, centre = pieces[:, 0].min(), pieces[:, 1].max(), pieces[:, :2].mean(axis=1)
    quantiles: dict[str, list[Array]] = {"leading": [], "peak": [], "trailing": []}
    for part in np.array_split(np.arange(found.place.size), max(1, -(-members * found.place.size // _CELLS))):
        spent = belief.time[part] * np.exp(-field.mean)
        base = most_probable[part]
        kinds = [np.where(kind, spent, 0.0) for kind in (~belief.pool, belief.pool)]
        in_river = kinds[0].sum(axis=1)
        whole = np.where(base > 0, np.exp(_mean(field.mean - error, spent)), 1.0)
        # what was learned holds for ln(time), not for its parts
        river, pool = ((np.exp(_mean(field.mean - error, each) * (each.sum(axis=1) > 0)) for each in kinds)
                       if belief.timed else (_mean(np.exp(field.mean - error), each) for each in kinds))
        here = part[part < at_site.size]
        drawn[:, here] -= found.power[here] * np.log(np.maximum(whole[:, : here.size], 1e-9))
        middle = centre[np.abs(centre[:, None] - (found.peak[part] - base)).argmin(axis=0)]

        def at(time: Array, way: Array, river: Array = river, pool: Array = pool, whole: Array = whole,
               apart: Array = apart[part]) -> Array:
            """A time with what of it is spent in rivers and the rest drawn apart, as far as these err apart."""
            way = np.minimum(way, time)
            return apart * (way * river + (time - way) * pool) + (1.0 - apart) * time * whole

        times = {"leading": begin + at(found.leading[part] - begin, spread.leading * in_river) * np.exp(lead) + late,
                 "peak": middle + at(found.peak[part] - middle, in_river) + 0.5 * longer + late,
                 "trailing": end + at(np.maximum(found.trailing[part] - end, 0.0), in_river) + longer + late}
        for name, each in quantiles.items():
            each.append(np.quantile(np.maximum(times[name], 0.0), (0.01, 0.05, 0.95), axis=0))
    lead_q, peak_q, trail_q = (np.concatenate(each, axis=1) for each in quantiles.values())
    # below pools the end is bounded by the fully mixed tank, as in closed form: members of the delay do not tell it
    stirred = (belief.time[:, belief.pool] > 0).any(axis=1)
    trailing = tuple(np.where(stirred, old, new) for old, new in zip(found.trailing_band, trail_q[1:], strict=True))
    return replace(found, earliest=np.minimum(found.earliest, lead_q[0]), leading_band=(lead_q[1], lead_q[2]),
                   peak_band=(peak_q[1], peak_q[2]), trailing_band=(trailing[0], trailing[1]), drawn=drawn)


def _mean(value: Array, spent: Array) -> Array:
    """Mean of a value of stretches, shape ``(m, k)``, over the time spent in them, ``(p, k)``; 1 where none is."""
    total = spent.sum(axis=1)
    share = np.divide(spent, total[:, None], out=np.zeros_like(spent), where=total[:, None] > 0)
    return np.where(total > 0, value @ share.T, 1.0)

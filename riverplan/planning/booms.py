"""Booms and sorbents where a plan holds a film: what to begin with, never a promise that nothing passes.

How booms are laid is that of the technique ``oil_containment``: three to five in series, at 30 to 45 degrees to the
flow, water across them slower than 0.35 m/s, sorbents that take 10 to 20 times their mass.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from riverplan.errors import Problem
from riverplan.forecasting.behaviour import is_film
from riverplan.forecasting.result import Arrival, Forecast
from riverplan.i18n import listed
from riverplan.planning.advice import SET_UP
from riverplan.planning.allocation import Allocation, allocate, left_after
from riverplan.planning.margin import ReadyTable
from riverplan.planning.stock import Need, Stock
from riverplan.planning.travel import Travel
from riverplan.planning.usable_space import UsableSpace
from riverplan.planning.volumes import boom_angle
from riverplan.reference.techniques import Technique, techniques_for
from riverplan.river.sites import Space

TECHNIQUE = "oil_containment"
ANGLES = (np.radians(30.0), np.radians(45.0))
"""Between a boom and the flow [rad], of the technique."""
ROWS = (3, 5)
"""Booms in series [-], of the technique; the fewer are reckoned with."""
CAPACITY = (10.0, 20.0)
"""Oil a sorbent takes [kg/kg], of the technique; the less is reckoned with."""
LAID = ("close", "build", "draw")
"""What a plan does at a place where a film is held by booms too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoomsAt:
    """Booms and sorbents at a place, as values to begin with; ``earliest`` is when the film may come [s].

    Parameters
    ----------
    width
        Of the river [m], ``listed`` for the place or that of its reach.
    surface
        Velocity of the film before anything is closed [m/s].
    length
        Of one boom [m]; sag, anchoring and overlap are not in it.
    sorbent
        Least and most sorbent for all the film that may come [kg]; None where its mass is not known.
    allocations
        Which stores bring :data:`ROWS` booms and the sorbent in time, and what is short.
    """

    site_id: str
    name: str
    earliest: float
    technique: Technique
    width: float
    is_listed: bool
    surface: float
    length: float
    sorbent: tuple[float, float] | None
    allocations: tuple[Allocation, ...] = ()

    @property
    def needs(self) -> tuple[Need, ...]:
        """What is to be brought: the fewer booms, and sorbent for its least capacity."""
        booms = Need(name="oil_boom", quantity=ROWS[0] * float(np.ceil(self.length)), unit="m")
        return (booms,) if self.sorbent is None else (
            booms, Need(name="oil_sorbent", quantity=float(np.ceil(self.sorbent[1])), unit="kg"))


def boom_length(width: float, surface: float) -> float | None:
    """Length of one boom across a river [m], ``B / sin(angle)``; None where the water is too fast for any.

    Parameters
    ----------
    width
        Of the river [m].
    surface
        Velocity of its surface [m/s]. The angle is the largest that keeps the water across the boom below 0.35 m/s
        (:func:`riverplan.planning.volumes.boom_angle`), at most 45 degrees; below 30 degrees booms are not laid.

    >>> round(boom_length(100.0, 0.2), 1), round(boom_length(100.0, 0.7), 1), boom_length(100.0, 0.71)
    (141.4, 200.0, None)
    """
    angle = min(float(boom_angle(surface)), ANGLES[1])
    return None if angle < ANGLES[0] - 1e-9 else float(width / np.sin(angle))


def booms_of(said: Forecast, held: Sequence[UsableSpace], spaces: Sequence[UsableSpace],
             arrivals: Mapping[str, Arrival], ready: ReadyTable, travel: Travel, stocks: Sequence[Stock],
             ) -> tuple[tuple[BoomsAt, ...], list[Problem]]:
    """Booms and sorbents at every place where a plan holds a film, and where they cannot be reckoned.

    Parameters
    ----------
    said
        Of the spill.
    held
        Where the film may be taken up (:func:`boom_places`).
    spaces, ready, travel
        Of one order.
    arrivals
        Of the film at the spaces.
    stocks
        What lies in the stores; what goes to one place is not there for the next.
    """
    technique = next((t for t in techniques_for(said.spill.substance) if t.technique_id == TECHNIQUE), None)
    if technique is None or not is_film(said.substance):
        return (), []
    rows = {s.space_id: i for i, s in enumerate(spaces)}
    found: list[BoomsAt] = []
    unknown, fast = [], []
    left_over = list(stocks)
    for space in sorted((s for s in held if s.space_id in arrivals), key=lambda s: arrivals[s.space_id].earliest):
        a, place = arrivals[space.space_id], f"{space.space_id} {space.name}".strip()
        width, is_listed = _width(said, space)
        surface = _surface(said, space)
        if width is None or surface is None:
            unknown.append(place)
            continue
        length = boom_length(width, surface)
        if length is None:
            fast.append(place)
            continue
        film = a.film_mass
        made = BoomsAt(site_id=space.space_id, name=space.name, earliest=a.earliest, technique=technique, width=width,
                       is_listed=is_listed, surface=surface, length=length,
                       sorbent=None if film is None else (film / CAPACITY[1], film / CAPACITY[0]))
        haul = {s: float(t) for s, t in zip(ready.store_ids[1:], travel.stores.seconds[:, rows[space.space_id]],
                                            strict=True) if t >= 0}
        left = a.earliest - ready.heard - ready.delays.report - ready.delays.decide - SET_UP
        given = allocate(made.needs, left_over, haul, within=max(left, 0.0))
        found.append(replace(made, allocations=given))
        left_over = left_after(left_over, given)
    return tuple(found), [Problem(code=code, severity="warning", fields={"sites": listed(some)})
                          for code, some in (("booms_no_width", unknown), ("booms_too_fast", fast)) if some]


def boom_places(held: Sequence[UsableSpace], spaces: Sequence[UsableSpace], forbid: Collection[str],
                ) -> list[UsableSpace]:
    """Where booms are laid: where a plan holds the film, and at the listed sections that can cut but hold nothing."""
    bare = [s for s in spaces if s.listed and "cut" in s.functions and not s.side and not s.free_volume]
    return [*held, *(s for s in bare if s.space_id not in forbid)]


def _width(said: Forecast, space: UsableSpace) -> tuple[float | None, bool]:
    """Width of the river at a space [m] and whether the lists say it: a space beside it has a width of its own."""
    site = next((s for s in said.river.sites if s.site_id == space.space_id), None)
    own = None if space.side else space.dam.width if space.dam else site.width if isinstance(site, Space) else None
    if own and own > 0:
        return own, True
    row = said.river.reach_row.get(space.reach_id)
    reach = float(said.river.channel(said.scenario).width[row]) if row is not None else float("nan")
    return (reach, False) if reach > 0 else (None, False)


def _surface(said: Forecast, space: UsableSpace) -> float | None:
    """The velocity of the film at a space [m/s]: that of the surface with the wind, as the forecast moves it."""
    times = said.reach_times
    at = times.reach == said.river.reach_row.get(space.reach_id, -1)
    velocity = float(times.velocity[at][0]) if at.any() else float("nan")
    return velocity if velocity >= 0 else None

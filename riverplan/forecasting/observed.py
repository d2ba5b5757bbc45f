"""A plume as observations of the field correct it, step by step: times and velocities first, then concentrations."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Velocity
from riverplan.errors import Problem
from riverplan.forecasting.arrivals import Passing
from riverplan.forecasting.behaviour import is_film, soluble
from riverplan.forecasting.belief import believed
from riverplan.forecasting.calibrate import mean_over_peak, not_before, seen_at, with_seen
from riverplan.forecasting.concentrations import (
    TYPICAL_MASS,
    Strong,
    mass_told,
    strengthened,
    with_concentrations,
)
from riverplan.forecasting.members import with_members
from riverplan.forecasting.observation import Observation
from riverplan.forecasting.plume import Release
from riverplan.forecasting.start_seen import start_told
from riverplan.transport.arrival import Reached


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Followed:
    """A plume on its way down: velocities of what was spilled, arms and passing.

    ``mass`` [kg] is what concentrations told where it was not known, ``sigma_mass`` the standard error of its
    logarithm; ``problems`` are what is said of the observations.
    """

    speeds: Velocity
    reached: Reached
    found: Passing
    mass: float | None = None
    sigma_mass: float | None = None
    problems: tuple[Problem, ...] = ()


def follow(release: Release, speeds: Velocity, used: NDArray[np.intp], observations: Sequence[Observation], *,
           members: int = 0, seed: int = 0) -> Followed:
    """Let a plume down, corrected by observations where there are any.

    Parameters
    ----------
    release
        What is let down.
    speeds
        Velocities of what was spilled by the models.
    used
        Which model served each reach.
    observations
        Checked ones.
    members, seed
        Members to draw the bands from, 0 for bands in closed form, and the seed of the draws.

    Raises
    ------
    InputError
        If something was seen where the plume cannot come.
    """
    spill = release.spill
    most, film = soluble(release.substance), is_film(release.substance)
    observed = [o for o in observations if o.kind != "discharge"]
    reached, by_models = release.let_down(speeds)
    if not observed and not members:
        return Followed(speeds=speeds, reached=reached, found=release.in_order(by_models))
    belief = believed(release.course(by_models, speeds), speeds, used)

    def drawn(found: Passing) -> Passing:
        return found if not members else with_members(found, belief, release.spill, release.spread, members=members,
                                                      sites=len(release.places.sites), seed=seed)

    if not observed:
        return Followed(speeds=speeds, reached=reached, found=release.in_order(drawn(by_models)))
    seen, problems = seen_at(observed, spill, release.places.sites, belief, by_models, film=film)
    tells_mass = spill.mass is None and not film and any(
        s.observation.kind == "conc" and (s.observation.value or 0.0) > spill.background for s in seen)
    if tells_mass:
        release = replace(release, spill=replace(spill, mass=TYPICAL_MASS))
    start, told = start_told(belief, seen, reached, by_models, release.spread, spill, linear=release.linear)
    seen, spill = start.seen(seen), replace(spill, sigma_at=start.sigma)
    release = replace(release, spill=replace(release.spill, sigma_at=start.sigma))
    learned = with_seen(belief, seen, reached, by_models, release.spread, spill, linear=release.linear)
    belief = learned.belief
    problems += [*told, *learned.problems]
    speeds = belief.corrected()
    reached, found = release.let_down(speeds, belief)
    strongs: list[Strong] = []
    if spill.mass is not None or tells_mass:
        for place in dict.fromkeys(s.place for s in seen if s.observation.kind == "conc"):
            clock = 1.0 if release.linear else mean_over_peak(reached, found, int(belief.course.arrives[place]),
                                                              release.spread)
            belief, strong, said = with_concentrations(belief, seen, place, strongs[-1] if strongs else None, found,
                                                       spill, most, clock)
            strongs.append(strong)
            problems += said
            speeds = belief.corrected()                    # the next station is compared with what is believed now
            reached, found = release.let_down(speeds, belief)
    mass = sigma_mass = None
    if strongs:
        found = strengthened(found, strongs, spill, most)
    if tells_mass:
        mass, sigma_mass, note = mass_told(strongs)
        problems.append(note)
    found = start.moved(release.in_order(not_before(drawn(found), seen, belief.course, by_models)))
    return Followed(speeds=speeds, reached=reached, found=found, mass=mass, sigma_mass=sigma_mass,
                    problems=tuple(problems))

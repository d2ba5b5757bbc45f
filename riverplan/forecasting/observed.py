"""A plume as observations of the field correct it, step by step: times and velocities first, then concentrations."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Velocity
from riverplan.errors import Problem
from riverplan.forecasting.arrivals import Passing
from riverplan.forecasting.belief import believed
from riverplan.forecasting.calibrate import (
    TYPICAL_MASS,
    mass_told,
    not_before,
    seen_at,
    strengthened,
    with_concentrations,
    with_seen,
)
from riverplan.forecasting.members import with_members
from riverplan.forecasting.observation import Observation
from riverplan.forecasting.plume import Release
from riverplan.forecasting.strength import Strength
from riverplan.transport.arrival import Reached


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Followed:
    """A plume on its way down: velocities of what was spilled, arms and passing.

    ``mass`` [kg] is what concentrations told where it was not known; ``problems`` are what is said of the observations.
    """

    speeds: Velocity
    reached: Reached
    found: Passing
    mass: float | None
    problems: tuple[Problem, ...]


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
    observed = [o for o in observations if o.kind != "discharge"]
    tells_mass = spill.mass is None and any(o.kind == "conc" for o in observed)
    if tells_mass:
        release = replace(release, spill=replace(spill, mass=TYPICAL_MASS))
    reached, by_models = release.let_down(speeds)
    if not observed and not members:
        return Followed(speeds=speeds, reached=reached, found=release.in_order(by_models), mass=None, problems=())
    course = release.course(by_models, speeds)
    belief = believed(course, speeds, used)

    def drawn(found: Passing) -> Passing:
        return found if not members else with_members(found, belief, release.spill, release.spread, members=members,
                                                      sites=len(release.places.sites), seed=seed)

    if not observed:
        return Followed(speeds=speeds, reached=reached, found=release.in_order(drawn(by_models)), mass=None,
                        problems=())
    seen, problems = seen_at(observed, spill, release.places.sites, course, by_models.distance)
    belief, far_off = with_seen(belief, seen, reached, by_models, release.spread)
    speeds = belief.corrected()
    reached, found = release.let_down(speeds, belief)
    strengths: list[tuple[float, Strength]]
    belief, strengths = with_concentrations(belief, seen, found, spill)
    mass = None
    if strengths:
        speeds = belief.corrected()
        reached, found = release.let_down(speeds, belief)
        found = strengthened(found, strengths, spill)
        if tells_mass:
            mass, note = mass_told(strengths)
            problems = [*problems, note]
    found = release.in_order(not_before(drawn(found), seen, course, by_models))
    return Followed(speeds=speeds, reached=reached, found=found, mass=mass, problems=(*problems, *far_off))

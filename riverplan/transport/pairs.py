"""From many places to many places: all walks at once, as one set of arms."""

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Array
from riverplan.transport import arms as a
from riverplan.transport.arrival import Reached, Way, walk
from riverplan.transport.compiled import Compiled
from riverplan.transport.walks import between, travel_times


def connected(network: Compiled, way: Way, reach: NDArray[np.intp], places_reach: NDArray[np.intp],
              ) -> NDArray[np.bool_]:
    """Whether the water of each release can come to the reach of each place, shape ``(c, p)``: the same reach does.

    All ways are found at once by compiled walks; only pairs that are connected are followed with what they carry.
    """
    flows = way.velocity.most_probable > 0
    times = travel_times(network, np.where(flows, 1.0, np.nan))
    begins, begin = np.unique(network.head[reach], return_inverse=True)
    goals, goal = np.unique(network.tail[places_reach], return_inverse=True)
    meets = np.isfinite(between(times, begins, goals).table(goals.size))
    return meets[begin][:, goal] | (reach[:, None] == places_reach)


def walk_pairs(network: Compiled, way: Way, reach: NDArray[np.intp], chainage: Array,
               places_reach: NDArray[np.intp], places_chainage: Array) -> Reached:
    """The arms from each of ``c`` releases to each of ``p`` places.

    Parameters
    ----------
    network, way
        As :func:`riverplan.transport.arrival.walk` takes them.
    reach, chainage
        The releases, shape ``(c,)``: row of the reach and metres from its tail.
    places_reach, places_chainage
        The places asked for, shape ``(p,)``.

    Returns
    -------
    Reached
        ``place`` holds the number of the pair, ``release * p + place``, sorted. ``blocked`` are reaches that some
        plume enters and that none can be followed into.
    """
    p = places_reach.size
    comes = connected(network, way, reach, places_reach)
    place, arms = [np.zeros(0, np.intp)], [np.zeros((0, a.FIELDS))]
    blocked: set[int] = set()
    losing: set[int] = set()
    for i, (r, x) in enumerate(zip(reach, chainage, strict=True)):
        asked = np.flatnonzero(comes[i])
        if not asked.size:
            continue
        found = walk(network, way, int(r), float(x), places_reach[asked], places_chainage[asked])
        place.append(asked[found.place] + i * p)
        arms.append(found.arms)
        blocked.update(found.blocked)
        losing.update(found.losing)
    return Reached(place=np.concatenate(place), arms=np.vstack(arms), blocked=tuple(sorted(blocked)),
                   losing=tuple(sorted(losing)))

"""Compile, or load from the cache, all kernels before somebody waits for one."""

import numpy as np

from riverplan.transport import kernels
from riverplan.transport.compiled import compile_network
from riverplan.transport.ensemble import Errors, draw_members, ensemble_times, ensemble_to_mouth
from riverplan.transport.walks import between, downstream, to_mouth, travel_times, upstream


def warm() -> None:
    """Ask every question once of a river of four reaches.

    Takes about half a second where the kernels are cached. They are compiled once a version and machine, which takes
    about a quarter of a minute, and cached beside the package, or in the user's cache folder where the package cannot
    be written to.
    """
    tail, head = np.array([0, 1, 1, 2], np.int32), np.array([1, 2, 3, 3], np.int32)
    net = compile_network(tail, head, 4)
    groups = [np.zeros(size, np.int32) for size in (5, 4, 5, 4)]
    kernels.group(tail, groups[0], groups[1])
    kernels.group(head, groups[2], groups[3])
    kernels.heavy_path_order(tail, head, *groups, *(np.full(4, fill, np.int32) for fill in (0, 1, 0, -1)))
    times = travel_times(net, np.ones(4))
    downstream(times, 0)
    upstream(times, 3)
    between(times, [0], [3])
    to_mouth(times)
    classes = np.zeros(4, np.int32)
    errors = Errors(shared=0.1, river=0.1, segment=0.1, river_class=classes, segment_class=classes)
    members = draw_members(net, errors, 1, 0)
    ensemble_times(times, members, 0, [3])
    ensemble_to_mouth(times, members)

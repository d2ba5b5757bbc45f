"""Compile, or load from the cache, the kernels a river in the app asks for before somebody waits for one."""

import numpy as np

from riverplan.transport import kernels
from riverplan.transport.compiled import compile_network
from riverplan.transport.walks import downstream, travel_times, upstream


def warm() -> None:
    """Ask what lies above and below once of a river of four reaches.

    They are compiled once a version and machine, which takes some seconds, and cached beside the package, or in the
    user's cache folder where the package cannot be written to.
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

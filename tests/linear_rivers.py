"""Small linear rivers for tests: a value is for all reaches, a list one a reach."""

import numpy as np

from riverplan.channel import Stretch
from riverplan.spread import TRANSFER_MODELS
from riverplan.transport.compiled import compile_network
from riverplan.transport.linear_ways import LinearRiver, Source
from riverplan.transport.pools import Pools

AT_TOP = (Source(reach=0, chainage=0.0),)


def linear_river(edges=((0, 1),), *, length=10_000.0, velocity=0.5, dispersion=30.0, discharge=5.0, decay=0.0,
                 model="advection_dispersion", pool=False, mixing=0.0, delay=0.0, tanks=1.0, bypass=0.0,
                 bypass_delay=0.0, storage=np.nan, exchange=np.nan, width=np.nan, dams=()):
    n = len(edges)

    def full(value, kind=float):
        return np.broadcast_to(np.asarray(value, kind), (n,)).copy()

    tail, head = (np.array(x, np.int32) for x in zip(*edges, strict=True))
    m = int(max(tail.max(), head.max())) + 1
    stretch = Stretch(length=full(length), velocity=full(velocity), width=full(width), depth=full(np.nan),
                      shear_velocity=full(np.nan), dispersion=full(dispersion), storage_ratio=full(storage),
                      exchange=full(exchange))
    return LinearRiver(
        network=compile_network(tail, head, m), discharge=full(discharge),
        model=TRANSFER_MODELS[model] if isinstance(model, str) else model, stretch=stretch, is_pool=full(pool, bool),
        pools=Pools(delay=full(delay), mixing_time=full(mixing), mixed_before=full(0.0), tanks=full(tanks),
                    bypass=full(bypass), bypass_delay=full(bypass_delay)),
        decay=full(decay), dam_at=np.isin(np.arange(m), dams))


def places(*at):
    """``(reach, chainage)`` pairs as the two arrays of places."""
    reach, chainage = zip(*at, strict=True)
    return np.array(reach, np.intp), np.array(chainage, float)


def mass(found, i=0):
    """Area under an equally spaced curve."""
    return float(found.flux[i].sum() * (found.time[i, 1] - found.time[i, 0]))


def measured_moments(found, i=0):
    """Mass, mean, variance and third central moment of an equally spaced curve."""
    t, w = found.time[i], found.flux[i] * (found.time[i, 1] - found.time[i, 0])
    m = w.sum()
    mean = (w @ t) / m
    return m, mean, (w @ (t - mean) ** 2) / m, (w @ (t - mean) ** 3) / m

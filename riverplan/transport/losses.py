"""First-order losses from the water: decay by temperature, settling by depth."""

import numpy as np

from riverplan.channel import Array


def decay_at(decay: float, theta: float, temperature: float) -> float:
    """A decay rate at another temperature than 20 °C: k = k20 · theta^(T - 20) (Streeter and Phelps 1925).

    Parameters
    ----------
    decay
        At 20 °C, any unit.
    theta
        Temperature coefficient, 1.02-1.09 for what bacteria do.
    temperature
        [°C], 4-30; colder and warmer is taken as that, where bacteria no longer follow the law.

    >>> round(decay_at(1.0, 1.047, 10.0), 3)
    0.632
    """
    return decay * theta ** (min(max(temperature, 4.0), 30.0) - 20.0)


def settling_rate(settling: float, depth: Array) -> Array:
    """First-order loss to the bed [1/s]: settling velocity over depth, 0 where the depth is unknown.

    Holds for a well-mixed depth and a bed that gives nothing back; of sorbed matter only the share on particles
    settles, so that the velocity is that share times the particles'.

    Parameters
    ----------
    settling
        Settling or sorption velocity [m/s].
    depth
        Mean depth [m], shape ``(n,)``.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(depth > 0, settling / depth, 0.0))

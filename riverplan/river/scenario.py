"""A steady flow of the whole river: low, normal, high, or what is measured today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FlowScenario:
    """Discharge and what goes with it, one value a reach, in the order of ``RiverNetwork.reaches``.

    Parameters
    ----------
    name
        ``low``, ``normal``, ``high`` or ``measured``.
    source
        Where the values come from, in words, as printed on the sheet.
    discharge
        Discharge [m³/s], shape ``(n,)``; ``nan`` where unknown.
    velocity
        Tabulated velocity at this discharge [m/s]; ``nan`` where none is tabulated.
    depth, width
        Mean depth and surface width [m]; ``nan`` where unknown (the reach's own width then counts).
    storage
        Water held in reservoir reaches [m³]; ``nan`` elsewhere.
    discharge_source
        For each reach ``measured``, ``stated``, ``assumed``, ``interpolated``, ``accumulated``, a
        word of ``confidence.SIGMA_LN`` where it was filled, or ``""`` (unknown).
    velocity_source
        For each reach ``measured``, ``assumed`` or ``""``.
    readings
        What was read today and laid over the scenario: ``{site_id: discharge [m³/s]}``.
    depth_source, width_source
        For each reach ``geometry_regression`` where the value was filled, else ``""``.
    series
        Discharges that change: ``{site_id: ((seconds after the epoch, m³/s), ...)}`` in rising time.
    """

    name: str
    source: str = ""
    discharge: Array
    velocity: Array
    depth: Array
    width: Array
    storage: Array
    discharge_source: NDArray[np.object_]
    velocity_source: NDArray[np.object_]
    readings: Mapping[str, float] = field(default_factory=dict)
    depth_source: NDArray[np.object_] = field(default_factory=lambda: np.empty(0, object))
    width_source: NDArray[np.object_] = field(default_factory=lambda: np.empty(0, object))
    series: Mapping[str, Sequence[tuple[float, float]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """A scenario that says nothing of where depths and widths come from says so for each reach."""
        for name in ("depth_source", "width_source"):
            if not getattr(self, name).size:
                object.__setattr__(self, name, np.full(self.discharge.size, "", object))


def blank_scenario(n: int) -> FlowScenario:
    """A flow of ``n`` reaches of which nothing is known, to lay today's readings over."""
    unknown, unsaid = np.full(n, np.nan), np.full(n, "", dtype=object)
    return FlowScenario(name="measured", discharge=unknown, velocity=unknown, depth=unknown, width=unknown,
                        storage=unknown, discharge_source=unsaid, velocity_source=unsaid)

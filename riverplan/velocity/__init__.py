"""How fast the water carries a plume: one formula a file, arrays in and arrays out."""

from collections.abc import Mapping

from riverplan.channel import VelocityModel
from riverplan.velocity.continuity import CONTINUITY
from riverplan.velocity.discharge_regression import DISCHARGE_REGRESSION
from riverplan.velocity.first_of import first_of
from riverplan.velocity.jobson import JOBSON, JOBSON_AREA, JOBSON_SLOPE
from riverplan.velocity.manning import MANNING
from riverplan.velocity.measured import MEASURED
from riverplan.velocity.reservoir import RESERVOIR

MODELS: Mapping[str, VelocityModel] = {
    m.name: m for m in (MEASURED, RESERVOIR, JOBSON_SLOPE, JOBSON, JOBSON_AREA, MANNING, CONTINUITY,
                        DISCHARGE_REGRESSION)}
"""Every velocity model by its name, in the order ``first_of`` prefers them; pools of known storage are left
to the reservoir model by all others."""

__all__ = ["MODELS", "first_of"]

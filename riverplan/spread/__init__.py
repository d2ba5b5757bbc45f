"""How a plume spreads while it travels: one model a file, arrays in and arrays out."""

from collections.abc import Mapping

from riverplan.channel import SpreadModel
from riverplan.spread.jobson_unit_response import JOBSON_UNIT_RESPONSE

MODELS: Mapping[str, SpreadModel] = {m.name: m for m in (JOBSON_UNIT_RESPONSE,)}
"""Every spread model by its name."""

__all__ = ["MODELS"]

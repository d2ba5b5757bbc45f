"""How a plume spreads while it travels: one model a file, arrays in and arrays out."""

from collections.abc import Mapping

from riverplan.channel import SpreadModel, TransferModel
from riverplan.spread.advection_dispersion import ADVECTION_DISPERSION, ADVECTION_DISPERSION_RESIDENT
from riverplan.spread.dead_zone import DEAD_ZONE
from riverplan.spread.dispersion import DISPERSION
from riverplan.spread.first_usable import FirstUsable
from riverplan.spread.jobson_unit_response import JOBSON_UNIT_RESPONSE
from riverplan.spread.transient_storage import TRANSIENT_STORAGE

MODELS: Mapping[str, SpreadModel] = {m.name: m for m in (JOBSON_UNIT_RESPONSE,)}
"""Every model of the whole way from a source to a place, by its name."""
TRANSFER_MODELS: Mapping[str, TransferModel] = {m.name: m for m in (
    ADVECTION_DISPERSION, ADVECTION_DISPERSION_RESIDENT, TRANSIENT_STORAGE, DEAD_ZONE)}
"""Every linear model of one stretch, by its name."""

__all__ = ["DISPERSION", "MODELS", "TRANSFER_MODELS", "FirstUsable"]

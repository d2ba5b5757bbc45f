"""How a plume spreads while it travels: one model a file, arrays in and arrays out."""

from riverplan.spread.jobson_unit_response import UnitResponse, density, unit_response

__all__ = ["UnitResponse", "density", "unit_response"]

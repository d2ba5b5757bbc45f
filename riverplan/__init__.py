"""riverplan: one river, one strategy, one map (一河一策一图).

>>> import riverplan as rp
>>> river = rp.read_river("river.gpkg")                                        # doctest: +SKIP
>>> spill = rp.Spill(site_id="S03", substance="phenol", mass=2_000.0,
...                  at=rp.clock("2026-07-01 08:00"))                          # doctest: +SKIP
>>> rp.export(rp.forecast(river, spill, scenario="low"), "sheet", "sheet.pdf")  # doctest: +SKIP

Names are loaded on first use, so that ``import riverplan`` costs nothing.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOME = {
    "Arrival": "forecasting.result", "Forecast": "forecasting.result", "forecast": "forecasting.run",
    "Observation": "forecasting.observation", "Rise": "forecasting.rise", "Spill": "forecasting.spill",
    "Wind": "forecasting.spill", "clock": "forecasting.spill",
    "Sighting": "forecasting.tracing.sighting", "Trace": "forecasting.tracing.result",
    "trace": "forecasting.tracing.trace",
    "Screening": "forecasting.screening.result", "screen": "forecasting.screening.screen",
    "Problem": "errors", "RiverplanError": "errors", "InputError": "errors", "NetworkError": "errors",
    "StoreError": "errors", "UnknownNameError": "errors",
    "ResponsePlan": "planning.result", "plan": "planning.plan", "read_roads": "planning.roads",
    "Operation": "transport.operation", "Simulation": "forecasting.simulating.result",
    "simulate": "forecasting.simulating.simulate",
    "RiverNetwork": "river.network", "FlowScenario": "river.scenario",
    "Site": "river.sites", "Resource": "river.sites",
    "import_river": "river.importing", "merge_lists": "river.listing", "check_river": "river.check",
    "demonstration": "river.demonstration",
    "read_river": "river.store", "save_river": "river.store",
    "write_template": "tables.template",
    "find_substance": "reference", "export": "exporting",
}
__all__ = [*sorted(_HOME), "__version__"]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    """Load a public name from its home on first use."""
    if name not in _HOME:
        raise AttributeError(f"module 'riverplan' has no attribute {name!r}")
    value = getattr(import_module(f"riverplan.{_HOME[name]}"), name)
    globals()[name] = value
    return value

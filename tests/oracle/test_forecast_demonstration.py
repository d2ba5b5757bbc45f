"""Forecasts of the demonstration river: every source, every flow, nothing missing, nothing against order."""

import json

import numpy as np
import pytest

from riverplan.forecasting.as_json import forecast_as_json
from riverplan.forecasting.run import forecast
from riverplan.forecasting.spill import Spill, clock
from riverplan.forecasting.table import arrival_table
from riverplan.river.demonstration import demonstration
from riverplan.river.importing import import_river


@pytest.fixture(scope="module")
def river():
    demo = demonstration()
    return import_river(demo.lines, name=demo.name, workbook=demo.workbook, outlets=demo.outlets)


@pytest.mark.parametrize("flow", ["low", "normal", "high"])
def test_every_source_gives_finite_times_in_order_and_a_printable_table(river, flow):
    for site in river.sites:
        if site.kind not in ("risk_source", "bridge", "space"):
            continue
        spill = Spill(site_id=site.site_id, substance="苯酚", mass=1_000.0, at=clock("2026-07-01 08:00"))
        found = forecast(river, spill, scenario=flow)
        assert found.arrivals
        for a in found.arrivals:
            times = (a.earliest, a.leading_band[0], a.leading, a.peak, a.trailing)
            assert np.isfinite(times).all(), (site.site_id, a.site_id)
            assert a.earliest <= a.leading_band[0] + 1e-6 <= a.leading + 2e-6
            assert a.leading <= a.peak <= a.trailing
            assert a.concentration_band[0] <= a.peak_concentration <= a.concentration_band[1]
        t = found.reach_times
        assert (t.earliest_head >= t.earliest_tail).all()
        assert (t.leading_head >= t.leading_tail).all()
        json.dumps(forecast_as_json(found), allow_nan=False)
        assert len(arrival_table(found, "zh")[1]) == len(found.arrivals)

"""An unsure start of the release is learned from the times seen at all stations together."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from river_fixtures import y_river

from riverplan.forecasting.observation import Observation
from riverplan.forecasting.run import forecast
from riverplan.forecasting.spill import Spill, clock

AT = clock("2026-07-01 08:00")
SPILL = Spill(site_id="S01", substance="苯酚", mass=1000.0, at=AT)
HOUR = 3600.0
LATE = 0.8 * HOUR


def peaks(river, sites, late):
    """What the field sees if the release began ``late`` [s] and the velocities are as forecast."""
    true = {a.site_id: a.peak + late for a in forecast(river, SPILL).arrivals}
    return tuple(Observation(site_id=s, kind="peak", at=AT + timedelta(seconds=true[s])) for s in sites), true


def arrival(found, site):
    return next(a for a in found.arrivals if a.site_id == site)


@pytest.fixture(scope="module")
def river():
    return y_river()


@pytest.fixture(scope="module")
def sites(river):
    return [a.site_id for a in forecast(river, SPILL).arrivals if a.site_id != "S01"]


def test_a_sure_start_is_not_doubted(river, sites):
    seen, _ = peaks(river, sites[:1], LATE)
    found = forecast(river, SPILL, observations=seen)
    assert not any(p.code == "start_told" for p in found.problems)


def test_a_late_start_seen_near_the_spill_shifts_what_lies_below_and_does_not_stretch_it(river, sites):
    near, far = sites[0], sites[-1]
    seen, true = peaks(river, [near], LATE)
    sure = arrival(forecast(river, SPILL, observations=seen), far)
    told = arrival(forecast(river, replace(SPILL, sigma_at=HOUR), observations=seen), far)
    assert abs(np.log(told.peak / true[far])) < abs(np.log(sure.peak / true[far]))
    assert told.peak_band[0] < true[far] < told.peak_band[1]


def test_more_stations_tell_the_start_apart_from_slow_water(river, sites):
    seen, true = peaks(river, sites[:-1], LATE)
    found = forecast(river, replace(SPILL, sigma_at=HOUR), observations=seen)
    [note] = [p for p in found.problems if p.code == "start_told"]
    assert int(str(note.fields["minutes"])) == pytest.approx(48, abs=20) and "晚" in note.text("zh")
    assert arrival(found, sites[-1]).peak == pytest.approx(true[sites[-1]], rel=0.04)


def test_an_early_start_is_learned_too_and_no_time_is_before_the_stated_one(river, sites):
    seen, true = peaks(river, sites[1:3], -0.5 * HOUR)
    found = forecast(river, replace(SPILL, sigma_at=HOUR), observations=seen)
    assert all(a.earliest >= 0 and a.leading <= a.peak <= a.trailing for a in found.arrivals)
    assert arrival(found, sites[-1]).peak == pytest.approx(true[sites[-1]], rel=0.1)


def test_the_start_is_what_sampling_says(river, sites):
    """Importance sampling of the start alone and a common error of all velocities, for one station."""
    near = sites[0]
    seen, true = peaks(river, [near], LATE)
    found = forecast(river, replace(SPILL, sigma_at=0.5 * HOUR), observations=seen)
    [note] = [p for p in found.problems if p.code == "start_told"]
    blind = arrival(forecast(river, SPILL), near)
    sigma = np.log(blind.peak_band[1] / blind.peak) / 1.645
    rng = np.random.default_rng(7)
    late, error = 0.5 * HOUR * rng.standard_normal(400_000), sigma * rng.standard_normal(400_000)
    came = late + blind.peak * np.exp(error)
    weight = np.exp(-0.5 * ((came - true[near]) / np.hypot(120.0, 0.03 * blind.peak)) ** 2)
    assert int(str(note.fields["minutes"])) == pytest.approx((weight @ late) / weight.sum() / 60.0, abs=6)

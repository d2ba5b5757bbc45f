"""Films: drift, wind, evaporation and thickness by numbers worked by hand."""

import numpy as np
import pytest

from riverplan.transport import floating as f

ONE = np.ones(1)


def test_in_calm_air_a_film_runs_with_the_surface_of_the_water():
    assert f.drift(0.5 * ONE, 0 * ONE, 0.0)[0] == pytest.approx(0.59)
    assert pytest.approx(0.85, abs=0.005) == 1 / f.SURFACE_FACTOR


def test_three_percent_of_the_wind_along_the_channel_adds_to_it():
    with_it, across, against = (f.drift(0.5 * ONE, along * ONE, 10.0)[0] for along in (1.0, 0.0, -1.0))
    assert with_it - across == pytest.approx(0.30)
    assert across - against == pytest.approx(0.30)


def test_the_fastest_film_is_never_slower_than_the_water():
    assert f.fastest_drift(0.5 * ONE, -ONE, 40.0)[0] == 0.5
    assert f.fastest_drift(0.5 * ONE, ONE, 10.0)[0] == pytest.approx(1.25 * 0.5 + 0.4)


def test_a_wind_that_may_turn_is_taken_at_its_most_helpful():
    helped = f.most_helpful(np.array([1.0, 0.0, -1.0]), np.array([0.0, 1.0, 0.0]))
    assert helped == pytest.approx([1.0, 0.5, -np.cos(np.radians(30))])


def test_wind_and_bends_make_the_film_less_sure_than_the_water():
    calm = f.drift_sigma(0.6 * ONE, 0.3 * ONE, 0 * ONE, 0 * ONE, 0.0)[0]
    windy = f.drift_sigma(0.6 * ONE, 0.3 * ONE, ONE, 0.5 * ONE, 8.0)[0]
    assert calm == pytest.approx(np.hypot(0.3, f.SIGMA_SURFACE))
    assert windy > calm


@pytest.mark.parametrize(("law", "distilled", "minutes", "gone"), [
    ("log", 0.80, 60.0, 0.165 * 80 * np.log(60) / 100),        # gasoline: 13.2 ln t at 15 degC
    ("sqrt", 0.05, 100.0, 0.0254 * 5 * 10 / 100),
    ("none", 0.80, 1e4, 0.0), ("log", 0.80, 0.5, 0.0), ("log", 1.0, 1e4, 1.0)])
def test_a_film_evaporates_by_the_formulas_of_fingas(law, distilled, minutes, gone):
    assert f.evaporated(60.0 * minutes * ONE, law, distilled, 15.0)[0] == pytest.approx(gone)


def test_a_tonne_over_a_hectare_is_a_tenth_of_a_millimetre_thick():
    assert f.film_thickness(1000 * ONE, 1000.0, 100 * ONE, 100 * ONE)[0] == pytest.approx(1e-4)
    assert np.isnan(f.film_thickness(1000 * ONE, 1000.0, np.nan * ONE, 100 * ONE)[0])

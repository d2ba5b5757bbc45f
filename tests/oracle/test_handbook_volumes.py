"""Numbers worked by hand for response plans: wedges, dams, doses, dilution, tanks, exceedance; and one plume."""

import numpy as np
import pytest

from riverplan.channel import Stretch
from riverplan.planning.volumes import (
    dam_section,
    dam_volume,
    dilution_flow,
    dose_mass,
    dose_rate,
    emergency_tank,
    exceedance,
    rain_volume,
    time_gained,
    wedge_length,
    wedge_volume,
)
from riverplan.spread.advection_dispersion import ADVECTION_DISPERSION_RESIDENT
from riverplan.spread.dispersion import fischer_1979
from riverplan.transport.inversion import frequencies, invert

H = 3600.0


def test_a_dam_of_two_metres_on_two_per_mille_holds_twenty_thousand_cubic_metres():
    assert wedge_volume(20.0, 2.0, 0.002) == 20_000.0
    assert wedge_length(2.0, 0.002) == 1_000.0


def test_it_gains_two_point_seven_eight_hours_and_eleven_point_one_with_a_diversion():
    whole, part = time_gained(20_000.0, 2.0), time_gained(20_000.0, 2.0, diversion=1.5)
    assert (whole, part) == (10_000.0, 40_000.0)
    assert (round(whole / H, 2), round(part / H, 1)) == (2.78, 11.1)


def test_a_dam_of_one_to_one_and_a_half_has_nine_square_metres_and_takes_180_cubic_metres():
    assert dam_section(2.0, 1.5, 1.5, 1.5) == 9.0
    assert dam_volume(20.0, 2.0, 1.5, 1.5, 1.5) == 180.0


def test_forty_milligrams_a_litre_are_800_kilograms_in_the_pool_and_1728_in_six_hours_of_stream():
    assert dose_mass(0.04, 20_000.0) == 800.0
    assert dose_rate(0.04, 2.0) * 6 * H == pytest.approx(1_728.0, rel=1e-12)


def test_the_tank_takes_1710_cubic_metres():
    groups = np.array([[500.0, 900.0, 300.0], [200.0, 1_200.0, 100.0]])
    rain = rain_volume(1.080 / 120, 4e4)
    assert rain == pytest.approx(360.0, rel=1e-12)
    assert emergency_tank(groups, process=50.0, rain=rain) == pytest.approx(1_710.0, rel=1e-12)


@pytest.mark.parametrize(("concentration", "limit", "times", "digits"), [
    (0.379, 0.017, 21.29, 2), (20.2, 0.1, 201.0, 0), (0.0314, 0.005, 5.28, 2)])
def test_published_exceedances(concentration, limit, times, digits):
    assert round(exceedance(concentration, limit), digits) == times


def test_eleven_parts_of_clean_river_for_one_of_polluted_fit_the_published_dilution():
    assert dilution_flow(1.0, 11.0, 1.0) == 10.0
    assert dilution_flow(1.0, 11.0, 1.0, 0.09) == pytest.approx(11.0, abs=0.02)


def test_shear_velocity_and_the_dispersion_of_fischer():
    shear = np.sqrt(9.81 * 1.0 * 0.002)
    assert round(float(shear), 4) == 0.1401
    one = np.ones(1)
    assert fischer_1979(30 * one, one, 0.5 * one, shear * one)[0] == pytest.approx(17.67, abs=6e-3)


def test_one_ton_at_once_stands_at_6_649_milligrams_a_litre_after_ten_hours_and_eighteen_kilometres():
    speed, nan, section, time, window, steps = 0.5, np.full(1, np.nan), 50.0, 10 * H, 40 * H, 4_800
    stretch = Stretch(length=np.array([18_000.0]), velocity=np.array([speed]), width=nan, depth=nan, shear_velocity=nan,
                      dispersion=np.array([20.0]), storage_ratio=nan, exchange=nan)
    s = frequencies(window, steps, whole=True)
    model = ADVECTION_DISPERSION_RESIDENT
    curve = invert(np.exp(model.log_transfer(s, stretch) + model.log_observed(s, stretch)), np.zeros(1), window,
                   whole=True)
    density = float(np.interp(time, curve.time[0], curve.value[0]))                 # [1/s]
    assert density * 1_000.0 / (section * speed) * 1_000.0 == pytest.approx(6.649, abs=5e-4)

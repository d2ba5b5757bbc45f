"""pH by numbers that can be worked out by hand."""

import math

import numpy as np
import pytest

from riverplan.transport.acidity import added_until, carbonate_constants, inorganic_carbon, mixed_ph, water_constant

PURE = {"natural_ph": 7.0, "temperature": 25.0}
RIVER = {"natural_ph": 7.8, "temperature": 15.0}
NONE = np.zeros(1)
TWO = np.array([0.002])


def test_constants_at_25_degrees_are_those_of_the_textbooks():
    assert carbonate_constants(25.0) == pytest.approx((6.352, 10.329), abs=0.001)
    assert water_constant(25.0) == pytest.approx(14.0, abs=0.01)


def test_water_that_gets_nothing_keeps_its_ph():
    for ph in (6.5, 7.8, 8.5):
        kept = mixed_ph(NONE, TWO, natural_ph=ph, temperature=15.0)
        assert kept[0] == pytest.approx(ph, abs=1e-9)


@pytest.mark.parametrize("excess", [1e-3, 1e-2, 0.1])
def test_strong_acid_in_excess_leaves_minus_log_of_the_excess(excess):
    assert mixed_ph(TWO + excess, TWO, **RIVER)[0] == pytest.approx(-math.log10(excess), abs=0.01)


@pytest.mark.parametrize("added", [1e-3, 1e-2])
def test_strong_alkali_in_pure_water_leaves_the_water_constant_less_minus_log_of_it(added):
    found = mixed_ph(np.array([added]), NONE, acid=False, **PURE)[0]
    assert found == pytest.approx(water_constant(25.0) + math.log10(added), abs=0.01)


def test_a_tenth_molar_weak_acid_has_half_its_constant_plus_one_half():
    """Acetic acid, 0.1 mol/L: pH = (pKa - log c) / 2 = 2.88."""
    assert mixed_ph(np.array([0.1]), NONE, pka=(4.76,), **PURE)[0] == pytest.approx(2.88, abs=0.01)


def test_a_hundredth_molar_ammonia_has_ph_10_6():
    """Kb = 10^-4.75: OH = sqrt(Kb c) = 4.2e-4 mol/L."""
    found = mixed_ph(np.array([0.01]), NONE, pka=(9.25,), acid=False, **PURE)[0]
    assert found == pytest.approx(10.61, abs=0.02)


def test_soda_in_pure_water_is_as_alkaline_as_carbonate_is():
    """0.01 mol/L Na2CO3 (0.02 eq/L): OH from CO3 + H2O = HCO3 + OH, K = 10^-(14 - 10.33)."""
    k = 10.0 ** (10.33 - water_constant(25.0))
    oh = (-k + math.sqrt(k * k + 4 * k * 0.01)) / 2
    found = mixed_ph(np.array([0.02]), NONE, pka=(10.33, 6.35), acid=False, **PURE)[0]
    assert found == pytest.approx(water_constant(25.0) + math.log10(oh), abs=0.02)


def test_acid_as_much_as_the_alkalinity_leaves_carbonic_acid():
    """pH = (pK1 - log CT) / 2 where all the alkalinity is used up."""
    carbon = inorganic_carbon(TWO, np.array(7.8), 15.0)[0]
    expected = 0.5 * (carbonate_constants(15.0)[0] - math.log10(carbon))
    assert mixed_ph(TWO, TWO, **RIVER)[0] == pytest.approx(expected, abs=0.02)


def test_sulfuric_acid_counts_twice_and_its_second_proton_is_held_in_strong_acid():
    dilute = mixed_ph(np.array([2e-4]), NONE, pka=(-3.0, 1.99), **PURE)[0]
    strong = mixed_ph(np.array([2.0]), NONE, pka=(-3.0, 1.99), **PURE)[0]
    assert dilute == pytest.approx(-math.log10(2e-4), abs=0.02)
    assert strong == pytest.approx(0.0, abs=0.02)              # of 1 mol/L H2SO4 only the first is given off


def test_a_weak_alkali_never_brings_a_river_above_its_own_constant():
    assert np.isinf(added_until(12.0, TWO, pka=(-3.0,), acid=False, **RIVER))[0]
    assert added_until(7.8, TWO, **RIVER)[0] == pytest.approx(0.0, abs=1e-12)


def test_many_rivers_are_solved_at_once_as_one_by_one():
    added = np.geomspace(1e-5, 1e-1, 30)[:, None]
    alkalinity = np.array([0.0005, 0.002, 0.005])[None, :]
    together = mixed_ph(added, alkalinity, **RIVER)
    assert together.shape == (30, 3)
    alone = mixed_ph(np.array(added[7, 0]), np.array(alkalinity[0, 2]), **RIVER)
    assert together[7, 2] == pytest.approx(float(alone), abs=1e-12)

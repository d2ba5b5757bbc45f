"""Laws of acids, films and losses, over all that may be asked."""

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from riverplan.reference import find_substance, substances
from riverplan.transport import floating as f
from riverplan.transport.acidity import added_until, mixed_ph
from riverplan.transport.losses import decay_at, settling_rate

ACIDS = [s for s in substances() if s.behaviour in ("acid", "alkali") and s.equivalents]
alkalinities = st.floats(1e-5, 0.02)
natural = st.floats(6.2, 8.8)
degrees = st.floats(0.0, 35.0)


@given(st.sampled_from(ACIDS), st.floats(1e-7, 1.0), st.floats(1e-7, 1.0), alkalinities, natural, degrees)
@settings(deadline=None, max_examples=200)
def test_more_acid_never_raises_the_ph_and_more_alkali_never_lowers_it(s, one, other, alkalinity, ph, t):
    acid = s.behaviour == "acid"
    low, high = mixed_ph(np.array([min(one, other), max(one, other)]), np.array(alkalinity), natural_ph=ph,
                         temperature=t, pka=s.pka, acid=acid)
    assert low >= high - 1e-9 if acid else low <= high + 1e-9
    assert (low <= ph + 1e-9) if acid else (low >= ph - 1e-9)


@given(st.floats(1e-6, 0.5), alkalinities, alkalinities, degrees)
@settings(deadline=None, max_examples=100)
def test_a_river_with_more_alkalinity_bears_more_acid(added, one, other, t):
    at = np.array([min(one, other), max(one, other)])
    low, high = mixed_ph(np.array(added), at, natural_ph=7.8, temperature=t)
    assert low <= high + 1e-9


@given(st.sampled_from(ACIDS), st.floats(0.05, 3.0), alkalinities, natural, degrees)
@settings(deadline=None, max_examples=200)
def test_what_brings_a_river_to_a_ph_brings_it_there(s, away, alkalinity, ph, t):
    acid = s.behaviour == "acid"
    goal = ph - away if acid else ph + away
    needed = added_until(goal, np.array([alkalinity]), natural_ph=ph, temperature=t, pka=s.pka, acid=acid)
    assume(np.isfinite(needed[0]) and needed[0] < 1e3)
    found = mixed_ph(needed, np.array([alkalinity]), natural_ph=ph, temperature=t, pka=s.pka, acid=acid)
    np.testing.assert_allclose(found, goal, atol=1e-6)


@given(st.floats(1e-4, 0.02), st.floats(0.01, 0.5), degrees)
@settings(deadline=None)
def test_acid_beyond_the_alkalinity_stays_free(alkalinity, beyond, t):
    found = mixed_ph(np.array(alkalinity + beyond), np.array(alkalinity), natural_ph=8.0, temperature=t)
    np.testing.assert_allclose(10.0**-found, beyond, rtol=0.01)


@given(st.floats(0.0, 3.0), st.floats(-1.0, 1.0), st.floats(0.0, 40.0), st.floats(0.0, 40.0))
def test_no_film_runs_backwards_and_more_following_wind_never_slows_it(velocity, along, wind, more):
    at = np.array([velocity])
    share = np.array([along])
    now, later = f.drift(at, share, wind)[0], f.drift(at, share, wind + more)[0]
    assert now >= 0
    assert later >= now - 1e-12 if along >= 0 else later <= now + 1e-12
    assert f.fastest_drift(at, share, wind)[0] >= max(now - 1e-12, velocity)


@given(st.floats(-1.0, 1.0), st.floats(-1.0, 1.0))
def test_the_most_helpful_wind_helps_no_less_than_the_one_that_blows(along, across):
    helped = f.most_helpful(np.array([along]), np.array([across]))[0]
    assert along - 1e-9 <= helped <= np.hypot(along, across) + 1e-9


@given(st.sampled_from([s for s in substances() if s.behaviour == "floats"]), st.floats(0, 1e7), st.floats(0, 1e7),
       degrees)
def test_a_film_only_shrinks(s, one, other, t):
    early, late = f.evaporated(np.array([min(one, other), max(one, other)]), s.evaporation, s.distilled, t)
    assert 0 <= early <= late <= 1


@given(st.floats(0.0, 10.0), st.floats(1.0, 1.2), st.floats(-2, 45), st.floats(-2, 45))
def test_warmer_water_never_slows_a_decay(k, theta, one, other):
    assert decay_at(k, theta, min(one, other)) <= decay_at(k, theta, max(one, other)) + 1e-12


@given(st.floats(0, 0.1), st.floats(0.01, 100), st.floats(0.01, 100))
def test_deeper_water_loses_no_more_to_its_bed(settling, one, other):
    deep, shallow = settling_rate(settling, np.array([max(one, other), min(one, other)]))
    assert 0 <= deep <= shallow


@given(st.floats(0.1, 100.0))
def test_a_strength_scales_the_mass_that_counts(percent):
    pure, diluted = find_substance("氨水 100%"), find_substance(f"氨水 {percent:.4f}%")
    np.testing.assert_allclose(diluted.share, pure.share * float(f"{percent:.4f}") / 100.0)

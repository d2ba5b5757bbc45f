"""Laws of tracing back: probabilities, sections, and release times that hold the truth as often as they say."""

from datetime import timedelta
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from river_fixtures import R, build

from riverplan.errors import InputError
from riverplan.forecasting.ground import ground_of
from riverplan.forecasting.run import forecast
from riverplan.forecasting.spill import Spill, clock
from riverplan.forecasting.tracing import release_times as rt
from riverplan.forecasting.tracing.sighting import Sighting
from riverplan.forecasting.tracing.stretches import likeliest
from riverplan.forecasting.tracing.trace import trace
from riverplan.river.sites import RiskSource, Section
from riverplan.spread.jobson_unit_response import SIGMA_LEADING
from riverplan.velocity import error_field

AT = clock("2026-07-01 08:00")
HERE = {"lon": float("nan"), "lat": float("nan")}
SEEN = ("M3", "M4")
CLEAN = ("M1", "M2")


@cache
def river():
    """A river with a tributary, a source every few kilometres and a section on each reach.

    ::

        a ──u1 (20 km)──┐
                        c ──u3 (15 km)── d ──u4 (20 km)── e
        b ──u2 (15 km)──┘
    """
    nodes = {"a": ("source", 0, 5), "b": ("source", 4, -6), "c": ("confluence", 18, 0), "d": ("junction", 33, 0),
             "e": ("outlet", 53, 0)}
    reaches = [R(id="u1", tail="a", head="c", discharge=12, velocity=0.5, length=20_000),
               R(id="u2", tail="b", head="c", name="支流", discharge=8, velocity=0.4, length=15_000),
               R(id="u3", tail="c", head="d", velocity=0.6, length=15_000),
               R(id="u4", tail="d", head="e", velocity=0.6, length=20_000)]
    places = [("u1", 1_000), ("u1", 9_000), ("u1", 16_000), ("u2", 2_000), ("u2", 12_000), ("u3", 3_000),
              ("u3", 8_000)]
    sites = [*(RiskSource(site_id=f"S{i}", reach_id=r, chainage=x, **HERE) for i, (r, x) in enumerate(places)),
             Section(site_id="M1", reach_id="u1", chainage=17_000, **HERE),
             Section(site_id="M2", reach_id="u2", chainage=13_000, **HERE),
             Section(site_id="M3", reach_id="u3", chainage=13_000, **HERE),
             Section(site_id="M4", reach_id="u4", chainage=15_000, **HERE)]
    return build("溯河", nodes, reaches, sites=sites)


sightings = st.lists(st.tuples(st.sampled_from(SEEN), st.floats(0.0, 12.0)), min_size=1, max_size=3)
cleans = st.lists(st.tuples(st.sampled_from(CLEAN), st.floats(-30.0, 12.0)), max_size=3)


def made(seen, clean=()):
    return [Sighting(site_id=s, at=AT + timedelta(hours=round(h, 3)), kind=kind)
            for kind, some in (("seen", seen), ("clean", clean)) for s, h in some]


def traced(seen, clean=()):
    """The trace, or None where nothing explains the sightings."""
    try:
        return trace(river(), made(seen, clean), members=200)
    except InputError as error:
        assert {p.code for p in error.problems} <= {"trace_unexplained", "trace_clean_forbids"}
        return None


@given(sightings, cleans)
@settings(deadline=None, max_examples=20)
def test_probabilities_sum_to_one_and_bands_are_in_order(seen, clean):
    found = traced(seen, clean)
    if found is None:
        return
    shown = sum(s.probability for s in found.suspects)
    assert 0.85 < shown <= 1.0 + 1e-9                       # stretches hold 90 % of what is no source
    assert sum(s.probability for s in found.sources) <= found.source_probability + 1e-9
    assert found.source_probability <= 1.0 + 1e-9
    for s in found.suspects:
        assert found.window[0] <= s.released[0] <= s.released[1] <= s.released[2] <= found.window[1]


@given(sightings, cleans, st.sampled_from(CLEAN), st.floats(-30.0, 12.0))
@settings(deadline=None, max_examples=20)
def test_a_further_clean_section_never_raises_what_lies_above_it(seen, clean, site, hour):
    before, after = traced(seen, clean), traced(seen, [*clean, (site, hour)])
    if before is None or after is None:
        assert after is None
        return
    branch = {"M1": ("S0", "S1", "S2"), "M2": ("S3", "S4")}[site]
    likelihood = {s.site_id: s.likelihood for s in before.sources}
    for s in after.sources:
        if s.site_id in likelihood and s.site_id in branch:
            assert s.likelihood <= likelihood[s.site_id] * (1 + 1e-9)
        elif s.site_id in likelihood:
            assert s.likelihood == pytest.approx(likelihood[s.site_id])
    above = [sum(t.probability(s) for s in branch) for t in (before, after)]
    other = [sum(s.probability for s in t.sources if s.site_id not in branch) for t in (before, after)]
    if other[0] > 0.02 and other[1] > 0.02:
        assert above[1] / other[1] <= above[0] / other[0] * (1 + 1e-6)


@given(sightings)
@settings(deadline=None, max_examples=25)
def test_what_lies_below_a_section_seen_has_no_probability(seen):
    found = traced([*seen, ("M3", 0.0)])
    if found is not None:
        for s in found.suspects:
            for reach, _, upper in s.parts:
                assert reach != "u4"
                assert reach != "u3" or upper <= 13_000.0 + 1e-6


@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=30), st.integers(0, 2**31))
@settings(deadline=None)
def test_the_likeliest_stretch_holds_its_share_on_the_least_length(weight, seed):
    w = np.array(weight)
    length = np.random.default_rng(seed).uniform(1.0, 10.0, w.size)
    chosen = likeliest(w, length)
    assert w[chosen].sum() >= 0.9 * w.sum() * (1 - 1e-12)
    if chosen.size and chosen.size < w.size:
        assert (w[chosen] / length[chosen]).min() >= (np.delete(w / length, chosen)).max() - 1e-12


@given(st.integers(0, 2**31), st.integers(1, 4), st.integers(1, 6))
@settings(deadline=None)
def test_factors_give_the_covariance_back_and_a_further_section_changes_no_row(seed, c, s):
    a = np.random.default_rng(seed).normal(size=(c, s, s))
    covariance = a @ a.transpose(0, 2, 1)
    full = rt.factors(covariance)
    np.testing.assert_allclose(full @ full.transpose(0, 2, 1), covariance, rtol=1e-5, atol=1e-5)
    np.testing.assert_array_equal(rt.factors(covariance[:, :-1, :-1]), full[:, :-1, :-1])
    np.testing.assert_array_equal(rt.draws(s, 50)[: 1 + 3 * (s - 1)], rt.draws(s - 1, 50))


WAYS = {"u1": ("u1", "u3", "u4"), "u2": ("u2", "u3", "u4"), "u3": ("u3", "u4")}
STEP = 250.0


def slowed(source, rng):
    """Travel time over the most probable one at each section, by a velocity error drawn cell by cell along the way.

    Nothing of the tracing is used: a factor of all rivers, one of each river and a process that forgets along the
    way make the velocity of each 250 m, whose times are added.
    """
    r = river()
    ground = ground_of(r, r.scenario("normal"))
    begin, time, usual, passed, of_river = source.chainage, 0.0, 0.0, {}, {}
    common, along = rng.normal(), rng.normal()
    sections = {(s.reach_id, s.chainage): s.site_id for s in r.sites if s.site_id in (*CLEAN, *SEEN)}
    for reach_id in WAYS[source.reach_id]:
        row = r.reach_row[reach_id]
        v, sigma = float(ground.velocity.most_probable[row]), float(ground.velocity.sigma_ln[row])
        name = r.reaches["name"].iat[row]
        own = of_river.setdefault(name, rng.normal())
        for x in np.arange(begin, float(ground.channel.length[row]), STEP):
            error = (np.sqrt(error_field.SHARED_VARIANCE) * common + np.sqrt(error_field.RIVER_VARIANCE) * own
                     + np.sqrt(error_field.ALONG_VARIANCE) * along)
            time, usual = time + STEP / v * np.exp(-sigma * error), usual + STEP / v
            keep = np.exp(-STEP / error_field.CORRELATION_LENGTH)
            along = keep * along + np.sqrt(1.0 - keep**2) * rng.normal()
            if (reach_id, x + STEP) in sections:
                passed[sections[reach_id, x + STEP]] = time / usual
        begin = 0.0
    return passed


def test_release_times_hold_the_truth_nine_times_in_ten_and_the_best_source_is_right_as_often_as_it_says():
    """Spills of random sources, times and velocities, sampled every four hours at all sections."""
    r, rng = river(), np.random.default_rng(11)
    held, hits, said, cases = 0, 0, 0.0, 0
    plumes = {f"S{i}": forecast(r, Spill(site_id=f"S{i}")) for i in range(7)}
    while cases < 30:
        source, began = f"S{rng.integers(7)}", rng.uniform(0.0, 4.0)
        slower = slowed(r.site(source), rng)
        some = []
        for i, site in enumerate((*CLEAN, *SEEN)):
            hours = np.arange(-16.0, 36.0, 4.0) + i
            passing = np.zeros(hours.size, bool)
            if site in slower:
                a, edge = plumes[source].arrival(site), np.exp(SIGMA_LEADING * rng.normal())
                low, high = (began + t * slower[site] / 3600.0 for t in (min(a.leading * edge, a.peak), a.trailing))
                passing = (hours >= low) & (hours <= high)
            first = np.flatnonzero(passing)[:1]
            some += [Sighting(site_id=site, at=AT + timedelta(hours=h), kind="first" if k in first else
                              "seen" if p else "clean") for k, (h, p) in enumerate(zip(hours, passing, strict=True))]
        if not any(s.kind != "clean" for s in some):
            continue                                        # it slipped through between two samples everywhere
        cases += 1
        found = trace(r, some, members=200, duration=0.0)
        truth = next((s for s in found.sources if s.site_id == source), None)
        held += bool(truth and truth.released[0] <= AT + timedelta(hours=began) <= truth.released[2])
        weight = {s.site_id: s.probability / s.prior for s in found.sources}      # the truth had no favourites
        best = max(weight, key=lambda x: weight[x])
        hits += best == source
        said += weight[best] / sum(weight.values())
    assert 0.80 <= held / cases <= 0.98
    assert hits / cases == pytest.approx(said / cases, abs=0.2)                   # as often right as it says
    assert hits / cases > 2 / 7


@given(st.integers(0, 2**31))
@settings(deadline=None, max_examples=15)
def test_every_suspect_has_a_release_time_however_many_sightings_there_are(seed):
    """Unlikely places may add up to a stretch worth naming; they too must say when."""
    rng = np.random.default_rng(seed)
    seen = [("M4", float(h)) for h in np.cumsum(rng.uniform(0.2, 2.0, 3))]
    found = traced(seen, [(str(rng.choice(CLEAN)), float(rng.uniform(-20.0, 3.0))) for _ in range(3)])
    for s in found.suspects if found else ():
        assert s.released[0] <= s.released[2]
        assert s.likelihood > 0.0

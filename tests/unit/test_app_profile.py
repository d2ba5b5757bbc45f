"""The numbers the browser draws the profile along the river from."""

import json

import numpy as np
import pytest
from river_fixtures import braid, y_river

from riverplan.app.profile import main_way, profile
from riverplan.app.question import Question, ask
from riverplan.forecasting.spill import Spill, clock
from riverplan.units import mg_per_l

RIVER = y_river()


def asked(river=RIVER, **changes):
    spill = {"site_id": "S01", "substance": "苯酚", "mass": 500.0, "at": clock("2026-07-01 22:00"), **changes}
    return ask(river, Question(spill=Spill(**spill)))


def strength(p, km, t):
    """As profile.js has it."""
    i = int(np.clip(np.searchsorted(p["km"], km, side="right") - 1, 0, len(p["km"]) - 2))
    f = min(max((km - p["km"][i]) / (p["km"][i + 1] - p["km"][i]), 0.0), 1.0)
    lead, peak, trail = (p[k][i] + f * (p[k][i + 1] - p[k][i]) for k in ("lead", "peak", "trail"))
    u = (t - lead) / (peak - lead) if t < peak else 1 + (t - peak) / (trail - peak)
    share = np.interp(u, p["at"], p["forms"][p["form"][i + 1 if f > 0 else i]], left=0.0, right=0.0)
    return p["background"] + share * np.exp(np.log(p["mg"][i]) * (1 - f) + f * np.log(p["mg"][i + 1]))


def test_the_way_goes_down_from_the_spill_without_a_gap():
    forecast = asked()
    way, t, net = main_way(forecast), forecast.reach_times, forecast.river.compiled
    rows = t.reach[way]
    assert [RIVER.reaches["reach_id"].iat[r] for r in rows] == ["r1", "r3", "r4"]
    assert (net.tail[rows[1:]] == net.head[rows[:-1]]).all()


def test_at_a_fork_the_way_follows_the_most_water():
    river = braid()
    start = river.reaches["reach_id"].iat[0]
    forecast = ask(river, Question(spill=Spill(reach_id=start, chainage=0.0, substance="苯酚", mass=500.0)))
    rows, net, flow = forecast.reach_times.reach[main_way(forecast)], river.compiled, forecast.scenario.discharge
    assert len(set(rows)) == len(rows) < len(forecast.reach_times.reach)
    for row in rows:
        arms = np.flatnonzero(net.tail == net.tail[row])
        assert flow[row] == flow[arms].max()


def test_at_a_site_the_profile_is_the_forecasts_own_curve():
    forecast = asked(background=1e-6)
    p = profile(forecast, "zh")
    for site_id in ("I01", "M01"):
        a, curve = forecast.arrival(site_id), forecast.plumes[site_id]
        for t in np.linspace(a.leading, a.trailing, 9):
            there = mg_per_l(float(np.interp(t, curve.time, curve.concentration)) + forecast.spill.background)
            assert strength(p, a.distance / 1000.0, t) == pytest.approx(
                there, abs=0.06 * mg_per_l(a.peak_concentration)), (site_id, t)


def test_places_go_down_the_river_times_never_back_and_near_the_spill_it_is_strongest():
    p = profile(asked(), "zh")
    assert all(np.diff(p["km"]) > 0)
    assert all((np.diff(p[k]) >= 0).all() for k in ("lead", "peak", "trail"))
    assert p["mg"][0] == max(p["mg"])
    assert len(p["km"]) == len(p["mg"]) == len(p["form"]) and max(p["form"]) < len(p["forms"])
    assert len(json.dumps(p)) < 20_000


def test_an_even_release_is_never_stronger_than_what_flows_in():
    forecast = asked(duration=36_000.0)
    row = RIVER.reach_row[forecast.spill.reach_id]
    even = 500.0 / (36_000.0 * float(forecast.scenario.discharge[row]))
    assert max(profile(forecast, "zh")["mg"]) <= mg_per_l(even) * 1.001


def test_a_joining_river_thins_the_plume_at_once():
    forecast = asked()
    p, t = profile(forecast, "zh"), forecast.reach_times
    way = main_way(forecast)
    end = t.distance_head[way[0]] / 1000.0
    flow = forecast.scenario.discharge[t.reach[way]]
    above, below = (strength(p, end + d, t.peak_head[way[0]]) for d in (0.0, 0.0011))
    assert below / above == pytest.approx(flow[0] / flow[1], rel=0.02)


def test_intakes_and_boundaries_are_marked_and_the_strictest_limit_holds():
    forecast = asked()
    p = profile(forecast, "zh")
    assert {kind for _, kind, _ in p["sites"]} <= {"intake", "boundary"}
    assert [13.0, "intake", "清河水厂取水口"] in p["sites"]
    assert p["limit"] == mg_per_l(min(a.limit for a in forecast.arrivals if a.limit is not None))
    assert profile(asked(substance="某新材料"), "zh")["limit"] is None


@pytest.mark.parametrize("changes", [{"mass": None}, {"substance": "柴油"}, {"substance": "盐酸", "mass": 3e6}])
def test_without_concentrations_there_is_no_profile(changes):
    assert profile(asked(**changes), "zh") is None


def test_a_river_without_sites_has_a_profile_with_a_triangle_for_its_form():
    river = RIVER.replace(sites=())
    p = profile(ask(river, Question(spill=Spill(reach_id="r1", chainage=1_000.0, substance="苯酚", mass=500.0))), "zh")
    assert len(p["forms"]) == 1 and p["sites"] == [] and p["limit"] is None
    assert max(p["forms"][0]) == 1.0 and p["forms"][0][p["at"].index(2.0)] == pytest.approx(0.1)

"""What is still to come to whom when trials end, by hand: how strong at most, how much, and whether it harms."""

from dataclasses import replace

import numpy as np
import pytest
from operated_rivers import H, by_the_station, gated
from river_fixtures import R, build, dammed
from test_planning_faults import joining, works
from test_planning_plan import HERE, SPILL

from riverplan.forecasting.run import forecast
from riverplan.forecasting.simulating.prepared import prepared, run
from riverplan.planning.put_off import share_put_off, still_to_come, with_put_off
from riverplan.planning.receptors import receptors
from riverplan.river.sites import Space
from riverplan.transport.operation import Operation

CLOSE = Operation(place="G1", action="close", at=H)
LARGE = 20.0 * 200 * H
"""What holds the river for more than a week [m³]."""


def ended(river, hours, *operations, spill=SPILL, **asked):
    """A march that ends after some hours, what is still to come, who is looked at, and the most by reach."""
    said = forecast(river, spill, **asked)
    who = receptors(said)
    ready = replace(prepared(river, spill, operations=operations, hours=hours, until=[s.site_id for s in who.sites],
                             **asked), snapshots=(hours * H,))
    done, names = run(ready, operations), river.reaches["reach_id"].to_numpy(str)[ready.stage.rows]
    profile = done.found.profile
    most = {n: profile.concentration[-1][profile.reach == k].max() for k, n in enumerate(names)}
    later = still_to_come(ready, who)
    return later, done, dict(zip([s.site_id for s in who.sites], later.strongest(done), strict=True)), most


def forking(gate_on="l"):
    """20 m³/s that part at 10 km: 12 to the arm l with I1, 8 to the arm r with I2; a gate on one of them above it."""
    nodes = {"n1": ("source", 0, 0), "n2": ("junction", 10, 0), "g1": ("dam", 14, 3), "g2": ("dam", 14, -3),
             "n3": ("outlet", 30, 3), "n4": ("outlet", 30, -3)}
    gate = Space(site_id="G1", reach_id=gate_on, chainage=5_000.0, node_id={"l": "g1", "r": "g2"}[gate_on],
                 usable_volume=LARGE, **HERE)
    return build("叉河", nodes, [
        R(id="a", tail="n1", head="n2", velocity=0.5),
        R(id="l", tail="n2", head="g1", velocity=0.5, discharge=12.0),
        R(id="m", tail="g1", head="n3", velocity=0.5, discharge=12.0),
        R(id="r", tail="n2", head="g2", velocity=0.5, discharge=8.0),
        R(id="s", tail="g2", head="n4", velocity=0.5, discharge=8.0)],
        sites=[gate, works("m", 5_000.0), works("s", 5_000.0, site_id="I2")])


def rejoining():
    """20 m³/s that part at 10 km into 12 and 8, meet again at 16 km, and take in 5 at 20 km; a waterworks below.

    A dam at g1 in the larger arm.
    """
    nodes = {"n1": ("source", 0, 0), "n2": ("junction", 10, 0), "n3": ("junction", 16, 0), "n4": ("junction", 20, 0),
             "n5": ("outlet", 40, 0), "g1": ("dam", 13, 1)}
    return build("岔河", nodes, [
        R(id="a", tail="n1", head="n2", velocity=0.5),
        R(id="l", tail="n2", head="g1", velocity=0.5, discharge=12.0),
        R(id="k", tail="g1", head="n3", velocity=0.5, discharge=12.0),
        R(id="r", tail="n2", head="n3", velocity=0.5, discharge=8.0, via=[(13, -2)]),
        R(id="b", tail="n3", head="n4", velocity=0.5),
        R(id="c", tail="n4", head="n5", velocity=0.5, discharge=25.0)], sites=[works("c", 5_000.0)])


def test_what_is_put_off_harms_only_where_it_may_come_above_the_limit():
    one, strength = np.ones((3, 1)), np.ones((3, 1))
    def hours(comes, headroom=1.0):
        return with_put_off(np.zeros((3, 3, 1)), 0.0 * one, np.full((3, 3, 1), 5.0), one, comes * one,
                            np.array([headroom]), strength)
    assert hours(0.9) == pytest.approx(0.0)
    assert hours(1.1) == pytest.approx(5.0)
    assert hours(1.1, np.nan) == pytest.approx(0.0)                  # no limit, no harm


def test_of_what_did_not_pass_there_is_no_more_put_off_than_is_there_still():
    def share(passing, coming, still=0.0, free=1.0):
        return share_put_off(np.array([[passing]]), np.array([coming]), np.array([[10.0]]), np.array([still]),
                             np.array([free])).item()
    assert share(0.0, 10.0) == 1.0 and share(6.0, 10.0) == pytest.approx(0.4)
    assert share(0.0, 0.0) == 0.0                                    # held for good, or led elsewhere
    assert share(0.0, 3.0) == pytest.approx(0.3)
    assert share(0.0, 5.0, still=5.0) == 0.0                         # as much as with nothing done
    # of 1000 kg 10 pass in the trials; a pump takes 1 % of all: that does not hide that 5 of the 10 are late
    assert share(5.0, 990.0 + 5.0 - 10.0, still=990.0, free=0.99) == pytest.approx(0.5, rel=0.03)


def test_what_joins_below_thins_what_comes():
    _, _, comes, most = ended(joining(), 3.0)
    assert comes["I1"] == pytest.approx(0.75 * most["a"]) and most["a"] > 0      # 15 of 20 m³/s


def test_what_the_river_gains_on_the_way_thins_what_comes():
    nodes = {"n1": ("source", 0, 0), "g1": ("dam", 10, 0), "n2": ("outlet", 20, 0)}
    gate = Space(site_id="G1", reach_id="a", chainage=10_000.0, node_id="g1", usable_volume=LARGE, **HERE)
    river = build("闸河", nodes, [R(id="a", tail="n1", head="g1", velocity=0.5),
                                  R(id="b", tail="g1", head="n2", velocity=0.5, discharge=28.0)],
                  sites=[gate, works("b", 9_500.0)])
    _, _, comes, most = ended(river, 3.0)                            # 20 m³/s at the top, 28 at the end, 27.8 at I1
    assert comes["I1"] == pytest.approx(21.8 / 27.8 * most["a"], rel=0.02)       # around 4.5 km by then


def test_water_above_a_gate_that_holds_does_not_come_and_above_one_that_spills_it_does():
    sites = works("b", 5_000.0)
    for usable, share in ((LARGE, 0.0), (20.0 * H, 1.0)):
        river = gated(usable)
        _, _, comes, most = ended(river.replace(sites=(*river.sites, sites)), 4.0, CLOSE)
        assert comes["I1"] == pytest.approx(share * most["a"]) and most["a"] > 0


def test_what_a_gate_holds_for_good_is_not_still_to_come_and_what_a_full_one_holds_is():
    sites = works("b", 5_000.0)
    for usable in (LARGE, 20.0 * 11 * H):
        river = gated(usable)
        later, done, _, _ = ended(river.replace(sites=(*river.sites, sites)), 12.0, CLOSE)
        held = done.found.held_mass[-1, 0]
        assert held > 0.9 * SPILL.mass * 0.75                        # the determinand is a part of the product
        assert later.mass(done) == pytest.approx(done.found.mass.flowing + (0.0 if usable == LARGE else held))


@pytest.mark.parametrize(("gate_on", "kept", "free"), [("l", "I1", "I2"), ("r", "I2", "I1")])
def test_a_gate_on_one_arm_holds_nothing_back_from_the_other(gate_on, kept, free):
    _, _, comes, most = ended(forking(gate_on), 3.0, CLOSE)
    assert comes[kept] == 0.0
    assert comes[free] == pytest.approx(most["a"]) and most["a"] > 0


def test_on_its_own_reach_what_lies_below_a_receptor_has_passed_it():
    river = gated(LARGE)
    upper, lower = works("b", 2_000.0), works("b", 9_500.0, site_id="I2")
    _, _, comes, most = ended(river.replace(sites=(*river.sites, upper, lower)), 10.0)
    assert comes["I2"] == pytest.approx(most["b"]) and most["b"] > 0             # around 8 km by then
    assert comes["I1"] < 0.1 * most["b"]


def test_what_comes_by_two_arms_that_rejoin_counts_as_it_joins_and_not_each_alone():
    _, _, comes, most = ended(rejoining(), 8.0)
    left = max(most["l"], most["k"])
    joined = (12.0 * left + 8.0 * most["r"]) / 20.0
    assert min(left, most["r"]) > 0.5 * max(left, most["r"]) > 0
    assert comes["I1"] == pytest.approx(20.0 / 25.0 * max(joined, most["a"], most["b"]))
    assert comes["I1"] > 1.2 * 20.0 / 25.0 * max(0.6 * left, 0.4 * most["r"])


def test_clean_water_that_a_gate_holds_on_one_arm_does_not_thin_what_comes_by_the_other():
    river = rejoining()
    river = river.replace(sites=(*river.sites, Space(
        site_id="G1", reach_id="l", chainage=3_000.0, node_id="g1", usable_volume=LARGE, **HERE)))
    _, done, comes, most = ended(river, 8.0, CLOSE)
    arm = max(most["r"], most["a"])
    assert done.found.held_mass[-1, 0] > 0 and arm > 0
    assert comes["I1"] == pytest.approx(20.0 / 25.0 * arm)           # undiluted to n4; there as if all 20 came
    assert comes["I1"] > 8.0 / 13.0 * arm                            # the 12 are held: the bound is on the safe side


def test_in_a_pool_above_a_closed_dam_water_comes_that_does_not_come_below_it():
    river = dammed(brook=4.0)
    sites = [replace(s, usable_volume=LARGE) if s.site_id == "D01" else s for s in river.sites]
    river = river.replace(sites=(*sites, works("d2", 3_000.0, site_id="I2")))
    _, _, comes, most = ended(river, 3.0, replace(CLOSE, place="D01"), spill=replace(SPILL, reach_id="d1"))
    assert comes["I01"] == 0.0 and comes["I2"] == pytest.approx(most["d1"]) and most["d1"] > 0


def test_the_stirred_part_of_a_pool_counts_for_all_who_draw_from_the_pool():
    river = dammed(brook=4.0)
    river = river.replace(sites=(*river.sites, works("d2", 3_000.0, site_id="I2")))
    _, done, comes, _ = ended(river, 50.0, spill=replace(SPILL, reach_id="d1"))
    stirred = done.found.profile.concentration[-1][done.found.profile.reach == 1][-1]
    assert comes["I2"] == pytest.approx(stirred) and stirred > 0


def test_a_conduit_that_is_dry_with_nothing_done_brings_what_the_actions_lead_into_it():
    river = by_the_station()                                         # here it takes all and leaves the river nothing
    sites = [replace(s, ecological_flow=0.0, rated_flow=40.0) if s.site_id == "P1" else s for s in river.sites]
    _, _, comes, most = ended(river.replace(sites=(*sites, works("a.3", 2_000.0))), 7.0,
                              Operation(place="P1", action="divert", at=0.0),
                              spill=replace(SPILL, reach_id="a.1"), states={"P1": "stopped"})
    assert comes["I1"] == pytest.approx(most["P1.conduit.2"]) and most["P1.conduit.2"] > 1.1 * most["a.1"]

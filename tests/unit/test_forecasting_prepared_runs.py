"""A spill prepared once and run many times; earliest times and bands of a simulation."""

from dataclasses import replace

import numpy as np
import pytest
from operated_rivers import HERE, ON_A, H, by_the_station, gated
from river_fixtures import R, build, dammed

from riverplan.channel import Z95
from riverplan.errors import InputError
from riverplan.forecasting.run import forecast
from riverplan.forecasting.simulating.prepared import prepared, run
from riverplan.forecasting.simulating.simulate import simulate
from riverplan.forecasting.spill import Spill, clock
from riverplan.river.sites import Intake, Section, Space
from riverplan.transport.operation import Operation

CLOSE = Operation(place="G1", action="close", at=2 * H)
DOSE = Operation(place="U", action="dose", at=0.0, value=0.5)


def codes(problems):
    for p in problems:
        assert p.text("zh") and p.text("en")
    return {p.code for p in problems}


def column(one, site):
    return one.found.concentration[:, one.found.places.index(site)]


def test_a_run_of_what_was_prepared_is_the_simulation_and_leaves_the_next_as_it_was():
    ready = prepared(gated(), ON_A, operations=[CLOSE, DOSE])
    before = run(ready)
    for operations in ([], [CLOSE], [DOSE], [CLOSE, DOSE]):
        alone = simulate(gated(), ON_A, operations=operations, bands=False)
        found = run(ready, operations)
        for site in ("U", "M"):
            passage = alone.passage(site)
            assert column(found, site).max() == (passage.peak_concentration if passage else pytest.approx(0.0))
    np.testing.assert_array_equal(column(run(ready), "M"), column(before, "M"))


def test_a_place_that_was_not_prepared_and_a_factor_that_cannot_be_are_refused():
    river = gated()
    ready = prepared(river, replace(ON_A, reach_id="b"))
    with pytest.raises(InputError) as caught:
        run(ready, [DOSE], velocity_factor=0.0)
    assert codes(caught.value.problems) == {"operation_off_stage", "simulation_factor"}
    with pytest.raises(InputError) as caught:
        run(ready, velocity_factor=float("nan"))
    assert codes(caught.value.problems) == {"simulation_factor"}
    assert run(prepared(river, replace(ON_A, reach_id="b"), operations=[DOSE]), [DOSE]).found.mass.error < 1e-9


def test_the_earliest_is_that_of_fast_water_and_lies_by_the_band_of_the_forecast():
    """A closed form beside two runs: both take the error of ln(velocity), the forecast with all its parts."""
    river = build("直河", {"n1": ("source", 0, 0), "n2": ("outlet", 60, 0)}, [R(id="a", tail="n1", head="n2")],
                  sites=[Intake(site_id="I", reach_id="a", chainage=50_000.0, **HERE)])
    found, said = simulate(river, ON_A, hours=200.0), forecast(river, ON_A, spread="advection_dispersion")
    p, arrival = found.passage("I"), said.arrival("I")
    assert p.leading_early < p.leading and p.peak_band[0] < p.peak < p.peak_band[1]
    assert p.leading_early == pytest.approx(arrival.leading_band[0], rel=0.12)
    assert p.peak_band == (pytest.approx(arrival.peak_band[0], rel=0.12), pytest.approx(arrival.peak_band[1], rel=0.12))
    fast = run(prepared(river, ON_A, hours=200.0), velocity_factor=prepared(river, ON_A).factor(Z95))
    value = column(fast, "I")
    # linear between outputs, 300 s apart
    assert p.leading_early == pytest.approx(fast.found.time[np.argmax(value >= 0.01 * value.max())], abs=300.0)


def test_a_fast_plume_that_passes_a_gate_before_it_closes_is_in_the_band_of_the_concentration():
    found = simulate(gated(), ON_A, operations=[Operation(place="G1", action="close", at=4 * H)], hours=24.0)
    p = found.passage("M")
    assert p is not None
    assert p.concentration_band[1] > 1.5 * p.peak_concentration
    assert p.leading_early < p.leading


def test_a_site_that_fast_water_alone_reaches_before_the_end_is_named():
    found = simulate(gated(), ON_A, hours=4.0)
    assert found.passage("M") is None
    [problem] = [p for p in found.problems if p.code == "simulation_if_fast"]
    assert "M (3." in problem.text("en")
    assert "simulation_if_fast" not in codes(simulate(gated(), ON_A, hours=48.0).problems)


def test_without_bands_there_is_no_earliest_and_it_says_so():
    found = simulate(gated(), ON_A, bands=False)
    assert all(p.leading_early is None and p.peak_band is None and p.concentration_band is None for p in found.passages)
    assert "simulation_no_bands" in codes(found.problems)


def test_intakes_in_a_pool_are_reached_as_in_the_forecast():
    river = dammed()
    river = river.replace(sites=(*river.sites, *(
        Intake(site_id=f"P{c:.0f}", reach_id="d2", chainage=c, **HERE) for c in (1_500.0, 3_000.0, 4_500.0))))
    spill = Spill(site_id="S01", substance="phenol", mass=1_000.0, duration=H)
    found = simulate(river, spill, hours=200.0, bands=False)
    said = forecast(river, spill, spread="advection_dispersion")
    for site in ("P1500", "P3000", "P4500"):
        p, arrival = found.passage(site), said.arrival(site)
        assert p.leading == pytest.approx(arrival.leading, rel=0.03)
        assert p.peak == pytest.approx(arrival.peak, rel=0.02)
        assert p.peak_concentration == pytest.approx(arrival.peak_concentration, rel=0.02)
    assert "simulation_in_pool" in codes(found.problems)


def test_a_spill_within_a_pool_says_that_below_the_dam_it_may_be_too_weak():
    spill = Spill(reach_id="d2", chainage=2_000.0, substance="phenol", mass=1_000.0, duration=H)
    [problem] = [p for p in simulate(dammed(), spill, bands=False).problems if p.code == "simulation_spill_in_pool"]
    assert "67 %" in problem.text("en") and "67 %" in problem.text("zh")


def test_a_dam_below_two_pools_can_be_closed_and_says_where_it_holds():
    nodes = {"n1": ("source", 0, 3), "n2": ("source", 0, -3), "g1": ("dam", 10, 0), "n3": ("outlet", 20, 0)}
    pool = {"kind": "reservoir", "width": 300.0, "slope": float("nan")}
    reaches = [R(id="p", tail="n1", head="g1", storage=2e6, **pool),
               R(id="q", tail="n2", head="g1", storage=1e6, discharge=10.0, **pool),
               R(id="b", tail="g1", head="n3", velocity=0.5, discharge=30.0)]
    river = build("双库", nodes, reaches, sites=[
        Space(site_id="D", reach_id="p", chainage=10_000.0, node_id="g1", usable_volume=30.0 * 10 * H, **HERE),
        Section(site_id="M", reach_id="b", chainage=5_000.0, **HERE)])
    spill = Spill(reach_id="p", substance="phenol", mass=1_000.0, duration=H)
    found = simulate(river, spill, operations=[Operation(place="D", action="close", at=0.0)])
    assert found.gates[0].spills_from == pytest.approx(10 * H, rel=1e-3)
    assert found.gates[0].most_volume == pytest.approx(30.0 * 10 * H, rel=1e-9)
    assert "simulation_gate_joined" in codes(found.problems)
    assert found.water.error < 1e-9 and found.mass.error < 1e-9


def test_a_pool_closed_from_the_beginning_holds_all_that_came():
    river = dammed()
    river = river.replace(sites=tuple(replace(s, usable_volume=1e7) if s.site_id == "D01" else s for s in river.sites))
    found = simulate(river, Spill(site_id="S01", mass=1.0), hours=48.0, bands=False,
                     operations=[Operation(place="D01", action="close", at=0.0)])
    assert found.gates[0].most_volume == pytest.approx(20.0 * 48 * H, rel=1e-9)


def test_a_gauge_left_out_at_which_other_water_was_read_is_named_with_how_much():
    river = gated()
    river = river.replace(sites=(*river.sites, Section(site_id="Q", reach_id="a", chainage=500.0, **HERE)))
    begin = clock("2026-07-01 08:00").timestamp()
    rise = tuple((begin + h * H, q) for h, q in [(0, 20.0), (1, 40.0), (200, 40.0)])
    more = tuple((t, 2.0 * q) for t, q in rise)
    spill = replace(ON_A, chainage=1_000.0, at=clock("2026-07-01 08:00"))
    for read, expected in ((more, True), (((begin, 20.0), (begin + 7 * H, 20.0), (begin + 8 * H, 40.0),
                                           (begin + 200 * H, 40.0)), False)):
        flow = replace(river.scenario("normal"), series={"Q": rise, "M": read})
        found = simulate(river, spill, scenario=flow, bands=False)
        assert "simulation_series_unused" in codes(found.problems)
        named = [p for p in found.problems if p.code == "simulation_series_differs"]
        assert bool(named) is expected                          # a wave read somewhat later is no other water
        if expected:
            assert "M (-5" in named[0].text("en")


@pytest.mark.parametrize(("operations", "full"), [
    ([("close", 0.0)], True), ([("close", 0.0), ("close", H)], True), ([("open", 0.0), ("close", H)], True),
    ([("close", H), ("open", H)], False), ([("close", H), ("open", H + 1e-6)], False),
    ([("close", H), ("open", H + 1e-4)], False)])
def test_closing_at_once_twice_after_opening_or_for_a_moment(operations, full):
    acts = [Operation(place="G1", action=a, at=at) for a, at in operations]
    found = simulate(gated(), ON_A, operations=acts, bands=False)
    [gate] = found.gates
    assert found.water.error < 1e-9 and found.mass.error < 1e-9
    if full:
        closed = next(at for a, at in operations if a == "close")
        assert gate.spills_from == pytest.approx(closed + 2e6 / 20.0, rel=1e-6)
    else:
        plain = simulate(gated(), ON_A, bands=False)
        assert gate.most_volume < 0.01
        assert found.passage("M").peak == pytest.approx(plain.passage("M").peak, abs=300.0)


def test_extremes_leave_numbers_and_balances():
    big = {"place": "g1", "action": "release", "at": 0.0, "value": 1e6}
    for river, spill, operations, more in (
            (gated(usable=0.0), ON_A, [CLOSE], {}), (gated(), ON_A, [Operation(**big)], {"hours": 12.0}),
            (gated(), ON_A, [CLOSE, Operation(place="G1", action="open", at=20 * H)], {"hours": 720.0}),
            (gated(), replace(ON_A, reach_id="b"), [CLOSE], {}), (gated(), replace(ON_A, mass=1e-12), [DOSE], {}),
            (gated(), ON_A, [replace(DOSE, at=60 * H, value=1.0)], {}),
            (by_the_station(), Spill(reach_id="a.1", mass=1.0), [
                Operation(place="P1", action="divert", at=0.0, value=1e5)], {})):
        found = simulate(river, spill, operations=operations, cell=250.0, **more)
        assert found.water.error < 1e-9 and found.mass.error < 1e-9
        assert found.passages
        assert all(p.leading_early <= p.leading for p in found.passages)
    assert found.passage("CANAL").passed == pytest.approx(12 / 20, rel=1e-3)


def test_a_release_of_so_much_water_that_it_cannot_be_marched_is_refused():
    river = build("长河", {"n1": ("source", 0, 0), "n2": ("outlet", 300, 0)},
                  [R(id="a", tail="n1", head="n2", velocity=1.0)])
    flood = Operation(place="n1", action="release", at=0.0, value=1e6)
    with pytest.raises(InputError) as caught:
        simulate(river, ON_A, operations=[flood], hours=2_400.0)
    assert codes(caught.value.problems) == {"simulation_work"}

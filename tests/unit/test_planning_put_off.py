"""What is only put off past the end of the trials is no saving; what is held to the end is one."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from river_fixtures import dammed
from test_planning_plan import SPILL, H, guarded

from riverplan.forecasting.run import forecast
from riverplan.forecasting.simulating.prepared import prepared
from riverplan.forecasting.spill import Spill
from riverplan.planning.explain import _why
from riverplan.planning.harm import NODES, Harm
from riverplan.planning.horizon import MIXED, horizon_of
from riverplan.planning.options import _variants
from riverplan.planning.plan import plan
from riverplan.planning.receptors import receptors
from riverplan.planning.spaces import usable_spaces
from riverplan.planning.trials import Trials
from riverplan.transport.operation import Operation

STRONG = replace(SPILL, mass=500.0)
"""Above the limit also in all the water of the gate."""
CLOSE = Operation(place="G1", action="close", at=H)


def trials(usable, hours, then=None):
    """The gate closed before the plume comes in the fastest water, or nothing done."""
    river = guarded(usable=usable)
    said, doing = forecast(river, STRONG), [CLOSE] if then is None else [CLOSE, then]
    ready = prepared(river, STRONG, operations=doing, hours=hours, until=["I1", "J1"])
    return Trials(ready=ready, receptors=receptors(said), options=[tuple(doing)])


@pytest.mark.parametrize("filled", [25.0, 29.0])
def test_a_gate_that_spills_shortly_before_the_end_has_saved_nobody(filled):
    """20 m³/s fill it an hour before the end; the way to the intake takes 2.8 h in usual water."""
    tried = trials(usable=20.0 * (filled - 1.0) * H, hours=filled + 1.0)
    nothing, gate = tried.outcomes([(), (0,)])
    assert gate.spills_from["G1"] < tried.ready.end
    assert gate.put_off[:, 0] == pytest.approx(1.0, abs=0.05)
    assert gate.harm.population_hours == pytest.approx(nothing.harm.population_hours, rel=0.02)
    assert gate.harm.boundary_probability == pytest.approx(nothing.harm.boundary_probability, abs=0.02)


@pytest.mark.parametrize("after", [0.2, 12.0])
def test_a_gate_that_fills_within_a_day_after_the_end_has_saved_nobody_either(after):
    tried = trials(usable=20.0 * (25.0 + after) * H, hours=26.0)
    nothing, gate = tried.outcomes([(), (0,)])
    assert np.isnan(gate.spills_from["G1"])
    assert gate.harm.population_hours == pytest.approx(nothing.harm.population_hours, rel=0.02)
    held = trials(usable=20.0 * (25.0 + 26.0) * H, hours=26.0).outcome((0,))
    assert held.harm.population_hours < 1e-3


def test_a_gate_opened_again_before_the_end_holds_nothing():
    tried = trials(usable=20.0 * 200 * H, hours=26.0, then=Operation(place="G1", action="open", at=25.95 * H))
    nothing, gate = tried.outcomes([(), (0,)])
    assert gate.harm.population_hours == pytest.approx(nothing.harm.population_hours, rel=0.02)


def test_what_the_officer_adds_is_no_saving_either_where_it_only_puts_off():
    tried = trials(usable=20.0 * 24 * H, hours=26.0)
    usual = tried.outcome(()).harm
    fixed = Trials(ready=tried.ready, receptors=tried.receptors, options=[], fixed=(CLOSE,)).outcome(()).harm
    assert fixed.population_hours == pytest.approx(usual.population_hours, rel=0.02)
    assert fixed.boundary_probability == pytest.approx(usual.boundary_probability, abs=0.02)


def test_what_a_gate_holds_to_the_end_is_saved_and_what_passed_late_within_it_counts_as_it_passed():
    held = trials(usable=20.0 * 200 * H, hours=60.0).outcome((0,))
    assert held.put_off.max() < 1e-6
    assert held.harm.population_hours < 1e-3
    late = trials(usable=20.0 * 20 * H, hours=200.0)
    nothing, gate = late.outcomes([(), (0,)])
    assert gate.put_off.max() == pytest.approx(0.0, abs=1e-3)
    assert gate.harm.population_hours > nothing.harm.population_hours      # weaker, and so longer


def test_nothing_done_puts_nothing_off_however_soon_the_trials_end():
    done = trials(usable=2e6, hours=7.0).outcome(())
    assert done.put_off.shape == (NODES.size, 2)
    assert done.put_off.max() == 0.0


def held(**changes):
    """A plan with the gate closed in any case and nobody to do more, and what it says of who is harmed."""
    river = guarded(usable=20.0 * 200 * H)
    found = plan(river, replace(STRONG, **changes), added=[CLOSE], forbid=["G1"], candidates=False)
    said = {p.code: p for p in (*found.problems, *found.assumptions) if p.code.startswith("plan_nothing")}
    return found, said


def test_that_nobody_is_harmed_while_a_gate_holds_the_plume_is_said_to_hold_only_while_it_stays_closed():
    found, said = held()
    assert found.harm["plan"].population_hours < 1.0 and set(said) == {"plan_nothing_harmed_held", "plan_nothing_added"}
    problem = said["plan_nothing_harmed_held"]
    assert problem in found.problems and "只在 示范闸 一直关着时成立" in problem.text("zh")
    assert "再关 24 h" in problem.text("zh") and "24 h more" in problem.text("en") and problem.mend("en")
    _, film = held(substance="柴油", mass=500.0)
    assert set(film) == {"plan_nothing_harmed_there_held", "plan_nothing_added"}
    assert film["plan_nothing_harmed_there_held"].text("zh")


def test_what_harms_nobody_with_the_gate_open_either_is_said_without_a_condition():
    assert set(held(mass=1e-4)[1]) == {"plan_nothing_harmed"}


def test_trials_look_as_far_as_gates_hold_that_the_officer_closes_and_at_each_gate_once():
    river = guarded(usable=20.0 * 30 * H)
    said = forecast(river, STRONG)
    who = receptors(said)
    [gate] = [s for s in usable_spaces(river, "normal")[0] if s.space_id == "G1"]
    own = _variants(gate, "close", 0, 0.0, said.arrival("G1"))
    def hours(found, *added):
        return horizon_of(said, who, found, added, stage=river).hours
    usual = hours([])
    assert hours([], CLOSE) == pytest.approx(usual + MIXED * 30.0)
    assert hours([], replace(CLOSE, place="g1")) == pytest.approx(usual + MIXED * 30.0)    # by its node
    assert hours(own) == hours(own, CLOSE) == hours([], CLOSE)
    assert hours([], replace(CLOSE, action="open")) == usual


@pytest.mark.parametrize("pins", [(), ("D01",)])
def test_a_dam_that_is_full_long_before_the_plume_is_through_its_pool_saves_nothing_and_is_not_closed(pins):
    """20 m³/s take 417 h through the pool of 30 million m³ and fill 3 million more in 42 h; trials end at 240 h."""
    river = dammed(brook=4.0)
    sites = {s.site_id: s for s in river.sites}
    dam = replace(sites["D01"], usable_volume=3e6, close_time=1_800.0, dispatch_authority="示范县水利局",
                  phone="000-3333333", functions="储存、截流")
    below = replace(sites["I01"], population=5_000, category="township")
    river = river.replace(sites=(dam, below, *(s for s in river.sites if s.site_id not in ("D01", "I01"))))
    found = plan(river, Spill(site_id="S01", substance="苯酚", mass=2_000.0), pins=pins, candidates=False)
    assert pytest.approx(417.0, abs=0.5) == 3e7 / 20.0 / H and found.time[-1] == 240.0 * H
    assert [a.site_id for a in found.actions] == list(pins)
    nothing, left = found.harm["nothing"], found.harm["plan"]
    assert left.population_hours == pytest.approx(nothing.population_hours, rel=0.01) and left.population_hours > 1e5
    assert pins or "refused_no_effect" in {r.why.code for r in found.refused}


def test_a_boundary_the_plume_only_comes_to_later_is_no_reason_to_close_a_gate():
    held = trials(usable=20.0 * 200 * H, hours=60.0)
    nothing, gate = held.outcomes([(), (0,)])
    assert nothing.harm.boundary_probability > gate.harm.boundary_probability + 0.5
    best = SimpleNamespace(choice=SimpleNamespace(picked=(0,)))
    saves = Harm(population_hours=nothing.harm.population_hours,
                 boundary_probability=nothing.harm.boundary_probability - gate.harm.boundary_probability)
    now, later = ({p.code: p.what("zh") for p in _why(0, best, held, saves, some, pinned=False)}
                  for some in (set(), {1}))
    assert "why_boundary_later" not in now and "甲县→乙县" in now["why_boundary"]
    assert "why_boundary" not in later and "推迟污染团到这些交界" in later["why_boundary_later"]
    assert "甲县→乙县" in later["why_boundary_later"] and "why_people" in later

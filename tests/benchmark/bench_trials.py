"""How near the trials on which plans are chosen come to marches with short cells: on three rivers, by set of actions.

    python tests/benchmark/bench_trials.py [demonstration] [guarded] [wide] [finer]

Of nothing, greedy, the plan, each of its actions alone and the plan without each: person-hours and probability at the
boundaries by the trials, and how far they are from marches with cells of 50 m, outputs every 300 s and no calm;
by receptor, how far hours above the limit and peaks are; pairs of sets of which the trials call the worse one better.
``finer`` adds cells of 25 m: whether 50 m have converged. The peer of a trial is the march the search cannot afford.
"""

import sys
from dataclasses import replace
from pathlib import Path
from time import process_time

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from guarded_rivers import guarded
from planned_rivers import wide

import riverplan as rp
from riverplan.planning import plan as planning
from riverplan.planning import search as searching
from riverplan.planning import trials as trying
from riverplan.planning.harm import alike
from riverplan.planning.trials import Trials
from riverplan.transport.simulate import EVERY


def cases(names):
    start = rp.clock("2026-07-01 08:00")
    if "demonstration" in names:
        raw = rp.demonstration()
        demo = rp.import_river(list(raw.lines), name=raw.name, workbook=raw.workbook, outlets=raw.outlets)
        for site, mass in (("F04", 2_000.0), ("F06", 1_000.0), ("F11", 3_000.0)):
            for flow in ("low", "normal", "high"):
                yield f"demonstration {site} {flow}", demo, rp.Spill(
                    site_id=site, substance="苯酚", mass=mass, at=start), flow
    if "guarded" in names:
        yield "guarded", guarded(), rp.Spill(site_id="U", substance="苯酚", mass=500.0, at=start), "normal"
    if "wide" in names:
        for seed in (7, 8):
            yield f"wide #{seed}", wide(seed=seed), rp.Spill(
                site_id="S1", substance="苯酚", mass=20_000.0, at=start), "normal"


def planned(river, spill, flow):
    """The trials of a plan, and its sets by name."""
    seen = {}
    search, pruned = planning.search, searching.pruned

    def kept(trials, *args, **more):
        seen["best"] = search(trials, *args, **more)
        seen["trials"] = trials
        return seen["best"]

    def first(*args):
        seen["greedy"] = pruned(*args)
        return seen["greedy"]

    planning.search, searching.pruned = kept, first
    try:
        began = process_time()
        rp.plan(river, spill, flow)
        took = process_time() - began
    finally:
        planning.search, searching.pruned = search, pruned
    plan, of = tuple(seen["best"].choice.picked), seen["trials"].options
    named = [("nothing", ()), ("greedy", seen["greedy"].picked if seen["greedy"] else ()), ("plan", plan)]
    named += [(f"only {of[i][0].place}", (i,)) for i in plan]
    named += [(f"without {of[i][0].place}", tuple(j for j in plan if j != i)) for i in plan]
    names = {}
    for name, taken in named:                                  # a set that has two names is one
        names.setdefault(frozenset(taken), name)
    return seen["trials"], {name: tuple(taken) for taken, name in names.items()}, took


def marched(trials, sets, cell):
    """What sets leave with cells of one length [m]."""
    ready = replace(trials.ready, cells=np.full(trials.ready.stage.rows.size, cell), calm=None, every=EVERY)
    fine = Trials(ready=ready, receptors=trials.receptors, options=trials.options, fixed=trials.fixed,
                  shift=trials.shift)
    longer, trying.OUTER = trying.OUTER, 1.0                   # the same cells at every velocity
    try:
        return fine.outcomes(sets)
    finally:
        trying.OUTER = longer


def beside(one, other):
    """Differences of one outcome from another: person-hours [-], boundary, most hours [h], most of a peak [-]."""
    people, true = one.harm.population_hours, other.harm.population_hours
    peak = np.abs(one.peak / np.where(other.peak > 0, other.peak, np.nan) - 1.0)[1]
    passed = other.peak[1] > 1e-3 * other.peak.max()
    return (people / true - 1.0 if true > 0 else people, one.boundary - other.boundary,
            float(np.abs(one.hours - other.hours)[1, 1].max(initial=0.0)),
            float(np.nanmax(peak[passed], initial=0.0)))


def turned(trial, fine):
    """Pairs of which trials tell the worse from the better, and tell it wrong."""
    return sum(not alike(a.harm, b.harm) and not alike(x.harm, y.harm)
               and (a.harm.population_hours < b.harm.population_hours)
               != (x.harm.population_hours < y.harm.population_hours)
               for i, (a, x) in enumerate(zip(trial, fine, strict=True))
               for b, y in zip(trial[:i], fine[:i], strict=True))


def main():
    asked = set(sys.argv[1:])
    for name, river, spill, flow in cases(asked - {"finer"} or {"demonstration", "guarded", "wide"}):
        trials, sets, took = planned(river, spill, flow)
        trial, fine = trials.outcomes(sets.values()), marched(trials, sets.values(), 50.0)
        print(f"{name}: {trials.ready.end / 3600:.0f} h, {took:.1f} s of processor, {trials.tried} sets; "
              f"pairs turned {turned(trial, fine)}", flush=True)
        for n, a, b in zip(sets, trial, fine, strict=True):
            people, boundary, hours, peak = beside(a, b)
            print(f"  {n:24s} {b.harm.population_hours:12,.0f} person·h {people:+7.2%}  boundary {boundary:+.3f}  "
                  f"hours {hours:5.2f}  peak {peak:6.2%}", flush=True)
        if "finer" in asked:
            for n, a, b in zip(sets, fine, marched(trials, sets.values(), 25.0), strict=True):
                print(f"  50 m beside 25 m: {n:24s} person·h {beside(a, b)[0]:+7.2%}", flush=True)


if __name__ == "__main__":
    main()

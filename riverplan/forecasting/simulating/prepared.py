"""A spill made ready to be marched many times: with other operations, and with faster or slower water."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Array
from riverplan.errors import InputError, Problem
from riverplan.forecasting.asked import Question, asked
from riverplan.forecasting.behaviour import decay_of, determinand_mass
from riverplan.forecasting.simulating.calm import calm_after
from riverplan.forecasting.simulating.operated import Operated, extent_problems, operated
from riverplan.forecasting.simulating.series import Changes, changes_of, inflows_of
from riverplan.forecasting.simulating.water import Stage, diversions_of, stage_of, work_problems
from riverplan.forecasting.spill import Spill
from riverplan.forecasting.way import SPREAD
from riverplan.reference import Substance, find_substance
from riverplan.river.network import RiverNetwork
from riverplan.river.scenario import FlowScenario
from riverplan.river.sites import Site
from riverplan.river.stating import Stated
from riverplan.river.stations import conduit_reaches
from riverplan.transport import simulate as t
from riverplan.transport.operation import Diversion, Gate, Operation, Place, Release
from riverplan.units import HOUR
from riverplan.velocity.error_field import RIVER_VARIANCE, SHARED_VARIANCE

FACTORS = (0.02, 50.0)
"""Least and most factor on the velocities [-]."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prepared:
    """What all runs of one spill share; made by :func:`prepared`, marched by :func:`run`.

    ``unit`` is the mass marched [kg], 1 where it is not known. ``sites`` are those on the stage, ``end`` is in
    seconds after the release began.
    """

    question: Question
    substance: Substance
    unit: float
    known: bool
    stage: Stage
    sites: tuple[Site, ...]
    places: Mapping[str, Place]
    releases: tuple[Release, ...]
    diversions: Mapping[str, Diversion]
    end: float
    cell: float
    cells: Array | None = None
    """Length of the cells of each reach of the stage [m]; None takes ``cell`` for all."""
    every: float = t.EVERY
    """Time between outputs [s]."""
    calm: tuple[Array, NDArray[np.bool_]] | None = None
    """How long the plume takes to leave each reach of the stage in water of usual velocity [s], and which of them have
    short cells (:func:`riverplan.forecasting.simulating.calm.calm_after`); None where steps never grow."""
    snapshots: tuple[float, ...] = ()
    """Times at which the concentration along all reaches is kept [s]."""

    def factor(self, z: float) -> Array:
        """Factor on the velocity of each reach of the stage at a standard normal quantile, such as 1.645.

        Of the error of ln(velocity) the part that all rivers and that each river has alike: what errs from reach to
        reach evens out along the way (:mod:`riverplan.velocity.error_field`). Pools err with all they have, in the
        same direction: a run with this factor is no nearer than the quantile says. Conduits keep their design
        velocity.
        """
        share = np.where(self.stage.water.storage > 0, 1.0, np.sqrt(SHARED_VARIANCE + RIVER_VARIANCE))
        return np.clip(np.exp(z * share * self.stage.sigma), *FACTORS)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Run:
    """One march: what was found, the operations that were done with those of the flow, and what they operate."""

    found: t.Simulated
    doing: tuple[Operation, ...]
    what: Operated
    changes: Changes


def prepared(river: RiverNetwork, spill: Spill, *, scenario: str | FlowScenario = "normal",
             discharges: Mapping[str, float] | None = None, states: Stated | None = None,
             operations: Sequence[Operation] = (), hours: float = 72.0, velocity: str = "", cell: float = t.CELL,
             dispersion: bool = True, until: Sequence[str] = ()) -> Prepared:
    """A spill ready to be marched, with all places that any of the operations names.

    Parameters
    ----------
    river, spill, scenario, discharges, states, hours, velocity, cell, dispersion
        As in :func:`riverplan.forecasting.simulating.simulate.simulate`.
    operations
        All that any run may do: runs take some of these, at whatever times and values.
    until
        Sites (``site_id``) that alone matter: where given, what leads to none of them is left out.

    Raises
    ------
    InputError
        With all that is wrong with spill, flow, place, states and operations.
    """
    what, problems = operated(river, operations, hours)
    problems += extent_problems(hours, cell)
    try:
        question = asked(river, scenario, discharges or {}, None, spill, velocity=velocity, spread=SPREAD.name,
                         observations=(), states=states or {}, rise=None, members=0)
    except InputError as error:
        raise InputError([*error.problems, *problems]) from None
    if problems:
        raise InputError(problems)
    river, spill = question.river, question.spill
    net, row, end = river.compiled, river.reach_row[spill.reach_id], hours * HOUR
    stations = {int(net.tail[river.reach_row[conduit_reaches(river, s)[0]]]) for s in what.stations}
    stage = stage_of(
        river, question.flow,
        {row, *changes_of(question, end, ()).gauges.values(),
         *(river.reach_row[s.reach_id] for s in what.sites.values())},
        {*what.nodes.values(), *(node for node, _ in what.gates.values()), *stations}, velocity,
        dispersion=dispersion, to_reaches={river.reach_row[river.site(s).reach_id] for s in until})
    substance = find_substance(spill.substance)
    mass = determinand_mass(spill, substance)
    unit = 1.0 if mass is None else mass
    sites = tuple(s for s in river.sites if s.reach_id in river.reach_row and np.isfinite(s.chainage)
                  and stage.reach[river.reach_row[s.reach_id]] >= 0)
    return Prepared(
        question=question, substance=substance, unit=unit, known=mass is not None, stage=stage, sites=sites,
        places={s.site_id: stage.at(river.reach_row[s.reach_id], s.chainage) for s in sites},
        releases=tuple(Release(place=stage.at(row, spill.chainage or 0.0), mass=unit * share, at=begin,
                               duration=until - begin) for begin, until, share in spill.pieces if begin < end),
        diversions=diversions_of(river, question.flow, stage), end=end, cell=cell)


def run(ready: Prepared, operations: Sequence[Operation] = (), *, velocity_factor: float | Array = 1.0) -> Run:
    """March what was prepared once, with these operations.

    Parameters
    ----------
    ready
        What was prepared.
    operations
        What is done; places on the stage, so those that were prepared or that lie below the spill.
    velocity_factor
        Factor on the velocities at the same discharges: one, or one of each reach of the stage
        (:meth:`Prepared.factor`); between ``FACTORS``.

    Raises
    ------
    InputError
        With all that is wrong with operations and factor; or where cells and steps are too many.
    """
    question, stage = ready.question, ready.stage
    what, problems = operated(question.river, operations, ready.end / HOUR)
    factor = np.asarray(velocity_factor, float)
    if factor.shape not in ((), stage.rows.shape):
        problems.append(Problem(code="simulation_factors", fields={
            "count": factor.size, "reaches": stage.rows.size}))
    low, high = float(factor.min(initial=np.inf)), float(factor.max(initial=-np.inf))
    if factor.size and not FACTORS[0] <= low <= high <= FACTORS[1]:
        problems.append(Problem(code="simulation_factor", fields={
            "value": f"{low:g}", "low": f"{FACTORS[0]:g}", "high": f"{FACTORS[1]:g}"}))
    off = [name for name, node in (*what.nodes.items(), *((n, node) for n, (node, _) in what.gates.items()))
           if stage.node[node] < 0]
    off += [name for name, s in what.sites.items() if stage.reach[question.river.reach_row[s.reach_id]] < 0]
    off += sorted(what.stations.difference(ready.diversions))
    problems += [Problem(code="operation_off_stage", fields={"place": name}) for name in off]
    if problems:
        raise InputError(problems)
    begins = min([0.0, *(o.at for o in what.operations)])
    added = sum(o.value or 0.0 for o in what.operations if o.action == "release")
    size = ready.cell if ready.cells is None else ready.cells
    if too_much := work_problems(stage.water, size, ready.end - begins, added):
        raise InputError(too_much)
    changes = changes_of(question, ready.end, what.operations)
    doing = (*(o for o in changes.operations if o.place in ready.diversions), *what.operations)
    named = {s: stage.at(question.river.reach_row[x.reach_id], x.chainage) for s, x in what.sites.items()}
    moved = {int(stage.node[node]) for node, _ in what.gates.values()}
    calm = None if ready.calm is None else calm_after(
        stage.network, ready.calm[0] / factor, short=ready.calm[1], gates=moved)
    found = t.simulate(
        stage.network, stage.water, begin=begins, end=ready.end,
        places={**ready.places, **named, **{s: Place(node=int(stage.node[n])) for s, n in what.nodes.items()}},
        releases=ready.releases, operations=doing, diversions=ready.diversions,
        inflows=inflows_of(question, changes, stage),
        gates={name: Gate(node=int(stage.node[node]), usable=usable) for name, (node, usable) in what.gates.items()},
        decay=decay_of(question.spill, ready.substance), cell=size,
        velocity_factor=factor, every=ready.every, calm=calm, snapshots=ready.snapshots)
    return Run(found=found, doing=doing, what=what, changes=changes)

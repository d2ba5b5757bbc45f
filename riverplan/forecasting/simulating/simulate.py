"""From a spill and what people do on the river to when the plume passes: marched through time."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from riverplan import __version__
from riverplan.channel import Array
from riverplan.errors import InputError, Problem
from riverplan.forecasting.arrivals import CLASS_ASSUMED, limit_at
from riverplan.forecasting.asked import Question, asked
from riverplan.forecasting.behaviour import decay_of, determinand_mass, is_film, settling_of, soluble
from riverplan.forecasting.result import Curve
from riverplan.forecasting.simulating.operated import Operated, extent_problems, operated
from riverplan.forecasting.simulating.result import DoseUse, GateUse, Passage, Simulation
from riverplan.forecasting.simulating.series import changes_of, inflows_of
from riverplan.forecasting.simulating.water import diversions_of, stage_of, stage_problems, work_problems
from riverplan.forecasting.spill import Spill
from riverplan.forecasting.way import SPREAD
from riverplan.i18n import listed
from riverplan.reference import Substance, find_substance
from riverplan.river.network import RiverNetwork
from riverplan.river.scenario import FlowScenario
from riverplan.river.sites import Site, Space
from riverplan.river.stating import Stated
from riverplan.river.stations import conduit_reaches, rated_flow
from riverplan.transport import simulate as t
from riverplan.transport.operation import Gate, Operation, Place, Release
from riverplan.transport.response import first_above, last_above
from riverplan.units import HOUR

EDGE, TAIL = 0.01, 0.1
"""Shares of the peak that bound the passage [-]."""
LEVEL = 0.9999
"""Share of the peak from which on a curve is level [-]."""
REACHED = 1e-6
"""A site where less than this share of the mass passed is not reached [-]."""


def simulate(river: RiverNetwork, spill: Spill, *, scenario: str | FlowScenario = "normal",
             discharges: Mapping[str, float] | None = None, states: Stated | None = None,
             operations: Sequence[Operation] = (), hours: float = 72.0, velocity: str = "", cell: float = t.CELL,
             dispersion: bool = True) -> Simulation:
    """When and how strong the plume passes while gates move, stations switch, flows change or something is dosed.

    One-dimensional, mixed over the cross-section, dissolved, first-order losses; a kinematic wave without backwater
    (see :mod:`riverplan.transport.simulate`). There are no bands: the times are those of the most probable
    velocities. Dispersion is that of Disley et al. (2015) where width and depth are known, else none.

    Parameters
    ----------
    river, spill, scenario, discharges, states, velocity
        As in :func:`riverplan.forecasting.run.forecast`. Where the flow has ``series`` of discharges by the hour and
        the time of the spill is known, they count from the spill on.
    operations
        What is done. Places are a ``site_id`` or a ``node_id``; times are seconds after the release began.
    hours
        How long to simulate after the release began [h].
    cell
        Length of a cell [m].
    dispersion
        Whether the plume disperses; ``False`` leaves what numbers alone do.

    Raises
    ------
    InputError
        With all problems of spill, flow, place, states and operations; or of the reaches below without discharge
        or velocity; or where cells and steps are too many.
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
    return _simulated(question, what, tuple(operations), hours * HOUR, velocity, cell, dispersion=dispersion)


def _simulated(question: Question, what: Operated, asked_for: tuple[Operation, ...], end: float, velocity: str,
               cell: float, *, dispersion: bool) -> Simulation:
    river, flow, spill = question.river, question.flow, question.spill
    substance = find_substance(spill.substance)
    mass = determinand_mass(spill, substance)
    net, row = river.compiled, river.reach_row[spill.reach_id]
    changes = changes_of(question, end, what.operations)
    stations = {int(net.tail[river.reach_row[conduit_reaches(river, s)[0]]]) for s in what.stations}
    stage = stage_of(
        river, flow, {row, *changes.gauges.values(), *(river.reach_row[s.reach_id] for s in what.sites.values())},
        {*what.nodes.values(), *(node for node, _ in what.gates.values()), *stations}, velocity,
        dispersion=dispersion)
    diversions = diversions_of(river, flow, stage)
    sites = [s for s in river.sites if s.reach_id in river.reach_row and np.isfinite(s.chainage)
             and stage.reach[river.reach_row[s.reach_id]] >= 0]
    places = {s.site_id: stage.at(river.reach_row[s.reach_id], s.chainage) for s in sites}
    doing = [*(o for o in changes.operations if o.place in diversions), *what.operations]
    unit = 1.0 if mass is None else mass
    begins = min([0.0, *(o.at for o in doing)])
    if too_much := work_problems(stage.water, cell, end - begins):
        raise InputError(too_much)
    found = t.simulate(
        stage.network, stage.water, begin=begins, end=end,
        places=places | {s.site_id: stage.at(river.reach_row[s.reach_id], s.chainage) for s in what.sites.values()}
        | {name: Place(node=int(stage.node[n])) for name, n in what.nodes.items()},
        releases=[Release(place=stage.at(row, spill.chainage or 0.0), mass=unit * share, at=begin,
                          duration=until - begin) for begin, until, share in spill.pieces if begin < end],
        operations=doing, diversions=diversions, inflows=inflows_of(question, changes, stage),
        gates={name: Gate(node=int(stage.node[node]), usable=usable) for name, (node, usable) in what.gates.items()},
        decay=decay_of(spill, substance), cell=cell)
    pools = stage.rows[stage.water.storage > 0]
    passages, curves, flows, class_assumed = _passages(river, found, sites, spill, substance, unit, cell,
                                                       known=mass is not None)
    return Simulation(
        river=river, spill=spill, substance=substance, scenario=flow, operations=asked_for, end=end, cell=cell,
        step=found.step, passages=passages, curves=curves if mass is not None else {}, discharges=flows,
        gates=_gates(river, found, what, known=mass is not None),
        doses=tuple(DoseUse(place=doing[d.operation].place, passed=d.passed / unit, removed=d.removed / unit)
                    for d in found.dosed),
        water=found.water, mass=found.mass, version=__version__,
        problems=(Problem(code="simulation_scope", severity="note"), *_of_the_matter(spill, substance),
                  *stage.blocked, *changes.problems,
                  *stage_problems(river, river.channel(flow), stage, dispersion=dispersion),
                  *_in_pools(passages, {str(river.reaches["reach_id"].iat[r]): float(
                      river.reaches["length"].iat[r]) for r in pools}),
                  *_of_what_is_done(river, doing, spill, end, class_assumed=class_assumed),
                  *_of_the_end(passages, end), *_dry(spill, stage.water.discharge[stage.reach[row]])))


def _passages(river: RiverNetwork, found: t.Simulated, sites: Sequence[Site], spill: Spill, substance: Substance,
              unit: float, cell: float, *, known: bool,
              ) -> tuple[tuple[Passage, ...], dict[str, Curve], dict[str, Curve], bool]:
    """The passages of the sites reached, their curves, discharges at all sites; whether a water class was assumed."""
    spans = np.diff(found.time, prepend=found.begin)
    time, passages, curves, flows, assumed = found.time, [], {}, {}, False
    kind, classes = (river.reaches[c].to_numpy() for c in ("kind", "water_class"))
    for site in sites:
        column = found.places.index(site.site_id)
        value = np.minimum(found.concentration[:, column], soluble(substance))
        flows[site.site_id] = Curve(time=time, concentration=found.discharge[:, column])
        passed = float((found.mass_flux[:, column] * spans).sum() / unit)
        if passed < REACHED or value.max() <= 0:
            continue
        after = time > 0
        c = Curve(time=np.concatenate([[0.0], time[after]]), concentration=np.concatenate([[0.0], value[after]]))
        curves[site.site_id] = c
        top = int(np.argmax(c.concentration))
        peak = float(c.concentration[top])
        row, rising = river.reach_row[site.reach_id], top == c.time.size - 1
        at = float(c.time[top])
        if len(spill.pieces) == 1 and spill.duration > 0 and not rising:
            # an even release keeps the peak for a while: its middle, as in a forecast
            first, last = _above(c, LEVEL * peak)
            at = 0.5 * (first + (at if last is None else last))
        at_spill = site.reach_id == spill.reach_id and abs(site.chainage - (spill.chainage or 0.0)) <= cell
        limit, class_assumed = limit_at(site, kind[row], classes[row], substance)
        assumed = assumed or class_assumed
        begin, until = (None, None)
        if known and limit is not None and limit.concentration <= spill.background:
            begin = 0.0                                    # above it all the while, with or without the plume
        elif known and limit is not None and 0 < limit.concentration - spill.background <= peak:
            begin, until = _above(c, limit.concentration - spill.background)
        passages.append(Passage(
            site_id=site.site_id, name=site.name, kind=site.kind, reach_id=site.reach_id, chainage=site.chainage,
            leading=_above(c, EDGE * peak)[0], peak=at, trailing=_above(c, TAIL * peak)[1],
            rising=rising,
            peak_concentration=peak + spill.background if known else None,
            passed=None if at_spill else min(passed, 1.0), discharge=float(found.discharge[np.argmax(value), column]),
            limit=limit.concentration if limit else None,
            limit_basis=f"{limit.standard} {limit.table} {limit.water_class}" if limit else "",
            exceeds_from=begin, exceeds_until=until))
    return tuple(sorted(passages, key=lambda p: (p.leading, p.peak, p.site_id))), curves, flows, assumed


def _above(curve: Curve, level: float) -> tuple[float, float | None]:
    """First and last time at or above a level that is reached; ``None`` where the curve ends above it."""
    time, value = curve.time[None], curve.concentration[None]
    levels: Array = np.array([level])
    last = None if curve.concentration[-1] >= level else float(last_above(time, value, levels)[0])
    return float(first_above(time, value, levels)[0]), last


def _gates(river: RiverNetwork, found: t.Simulated, what: Operated, *, known: bool) -> tuple[GateUse, ...]:
    uses = []
    for i, name in enumerate(found.gates):
        node, usable = what.gates[name]
        volume, mass, spills = found.held_volume[:, i], found.held_mass[:, i], float(found.spills_from[i])
        usual = float(found.normal_volume[i])                   # a pool holds its normal volume anyway
        uses.append(GateUse(
            site_id=name, node_id=str(river.nodes["node_id"].iat[node]), usable=usable,
            most_volume=float(volume.max() - usual), most_mass=float(mass.max()) if known else None,
            last_volume=float(volume[-1] - usual), last_mass=float(mass[-1]) if known else None,
            spills_from=None if np.isnan(spills) else spills))
    return tuple(uses)


def _of_the_matter(spill: Spill, substance: Substance) -> list[Problem]:
    """What the simulation cannot say of this substance."""
    problems = []
    name = spill.substance.strip()
    if is_film(substance):
        problems.append(Problem(code="simulation_film", severity="warning", fields={"substance": name}))
    elif substance.behaviour in ("acid", "alkali"):
        problems.append(Problem(code="simulation_acid", severity="warning", fields={"substance": name}))
    elif substance.behaviour == "sinks":
        problems.append(Problem(code="simulation_sinks", severity="warning", fields={"substance": name}))
    if settling_of(spill, substance) > 0:
        problems.append(Problem(code="simulation_settling", severity="warning"))
    if spill.mass is None and not is_film(substance):
        problems.append(Problem(code="mass_unknown", severity="note"))
    return problems


def _of_what_is_done(river: RiverNetwork, doing: Sequence[Operation], spill: Spill, end: float, *, class_assumed: bool,
                     ) -> list[Problem]:
    """What was assumed of operations and limits, and what of the release comes too late."""
    problems = []
    if class_assumed:
        problems.append(Problem(code="class_assumed", severity="note", fields={"water_class": CLASS_ASSUMED}))
    if any(o.action == "open" for o in doing):
        problems.append(Problem(code="simulation_emptying", severity="note", fields={
            "hours": f"{t.EMPTYING / HOUR:g}"}))
    for o in doing:
        if o.action == "divert" and o.value is not None:
            station = river.site(o.place)
            most = rated_flow(station)[0] if isinstance(station, Space) else np.inf
            if o.value > most:
                problems.append(Problem(code="simulation_rated", severity="warning", fields={
                    "site": o.place, "asked": f"{o.value:g}", "rated": f"{most:.3g}"}))
    if any(until > end for _, until, _ in spill.pieces):
        problems.append(Problem(code="simulation_release_after", severity="warning", fields={
            "hours": f"{end / HOUR:g}"}))
    return problems


def _of_the_end(passages: Sequence[Passage], end: float) -> list[Problem]:
    short = [p.site_id for p in passages if p.rising]
    return [Problem(code="simulation_short", severity="warning", fields={
        "sites": listed(short), "hours": f"{end / HOUR:g}"})] if short else []


def _in_pools(passages: Sequence[Passage], pools: Mapping[str, float]) -> list[Problem]:
    """Sites within pools, by the length of these [m]; those at the dam are below the stirred part."""
    inside = [p.site_id for p in passages if p.chainage < pools.get(p.reach_id, 0.0) - 1.0]
    return [Problem(code="simulation_in_pool", severity="note", fields={"sites": listed(inside)})] if inside else []


def _dry(spill: Spill, discharge: float) -> list[Problem]:
    return [] if discharge > 0 else [Problem(code="simulation_dry", severity="warning", fields={
        "reach": spill.reach_id})]

"""From a spill and what people do on the river to when the plume passes: marched through time."""

from collections.abc import Mapping, Sequence

import numpy as np

from riverplan import __version__
from riverplan.channel import Z95
from riverplan.errors import Problem
from riverplan.forecasting.arrivals import CLASS_ASSUMED
from riverplan.forecasting.behaviour import is_film, settling_of
from riverplan.forecasting.result import Curve
from riverplan.forecasting.simulating.passages import gates_of, passages_of, with_bands
from riverplan.forecasting.simulating.prepared import Prepared, Run, prepared, run
from riverplan.forecasting.simulating.result import DoseUse, Passage, Simulation
from riverplan.forecasting.simulating.series import differing
from riverplan.forecasting.simulating.water import stage_problems
from riverplan.forecasting.spill import Spill
from riverplan.i18n import listed
from riverplan.reference import Substance
from riverplan.river.network import RiverNetwork
from riverplan.river.scenario import FlowScenario
from riverplan.river.sites import Space
from riverplan.river.stating import Stated
from riverplan.river.stations import rated_flow
from riverplan.transport import simulate as t
from riverplan.transport.looking import AT_THE_DAM
from riverplan.transport.operation import Operation
from riverplan.units import HOUR

FEW = 25
"""Cells between front and tail below which the peak is more than about 3 % low.

Cells of 25 m to 5 km on a mountain river: 30 cells hold the peak within 2 %, 13 lose 15 %, 5 lose 75 %.
"""
MUCH_GAINED = 0.05
"""Share of the flow below a gate from which on it is said where it is gained [-] (assumed)."""
DRAWN = 0.2
"""Share of its normal volume a pool may be drawn down by before it is said [-] (assumed)."""


def simulate(river: RiverNetwork, spill: Spill, *, scenario: str | FlowScenario = "normal",
             discharges: Mapping[str, float] | None = None, states: Stated | None = None,
             operations: Sequence[Operation] = (), hours: float = 72.0, velocity: str = "", cell: float = t.CELL,
             dispersion: bool = True, bands: bool = True) -> Simulation:
    """When and how strong the plume passes while gates move, stations switch, flows change or something is dosed.

    One-dimensional, mixed over the cross-section, dissolved, first-order losses; a kinematic wave without backwater
    (see :mod:`riverplan.transport.simulate`). Times are those of the most probable velocities. With ``bands`` the
    same is marched with fast and with slow water (5 % and 95 % of the error alike along a river, pools with it, see
    :meth:`Prepared.factor`): ``leading_early`` and the bands of a passage span the three. Dispersion is that of
    Disley et al. (2015) where width and depth are known, else none.

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
    bands
        Whether to march fast and slow water too: three times the work.

    Raises
    ------
    InputError
        With all problems of spill, flow, place, states and operations; or of the reaches spilled into or worked on
        without discharge or velocity; or where cells and steps are too many.
    """
    ready = prepared(river, spill, scenario=scenario, discharges=discharges, states=states, operations=operations,
                     hours=hours, velocity=velocity, cell=cell, dispersion=dispersion)
    done = run(ready, operations)
    read = passages_of(ready, done.found)
    passages: tuple[Passage, ...] = read.passages
    only: Mapping[str, float] = {}
    if bands:
        passages, only = with_bands(read.passages, *(
            passages_of(ready, run(ready, operations, velocity_factor=ready.factor(z)).found).passages
            for z in (Z95, -Z95)))
    found, question = done.found, ready.question
    return Simulation(
        river=question.river, spill=question.spill, substance=ready.substance, scenario=question.flow,
        operations=tuple(operations), end=ready.end, cell=cell, step=found.step, passages=passages,
        curves=read.curves if ready.known else {}, discharges=read.flows, gates=gates_of(ready, done),
        doses=tuple(DoseUse(place=done.doing[d.operation].place, passed=d.passed / ready.unit,
                            removed=d.removed / ready.unit) for d in found.dosed),
        water=found.water, mass=found.mass, version=__version__,
        problems=tuple(_problems(ready, done, passages, only, flows=read.flows, class_assumed=read.assumed,
                                 dispersion=dispersion, bands=bands)))


def _problems(ready: Prepared, done: Run, passages: Sequence[Passage], only: Mapping[str, float], *,
              flows: Mapping[str, Curve], class_assumed: bool, dispersion: bool, bands: bool) -> list[Problem]:
    """What must be known of the simulation."""
    river, spill, stage = ready.question.river, ready.question.spill, ready.stage
    lengths = {str(river.reaches["reach_id"].iat[r]): float(river.reaches["length"].iat[r])
               for r in stage.rows[stage.water.storage > 0]}
    return [
        Problem(code="simulation_scope", severity="note"),
        Problem(code="simulation_bands" if bands else "simulation_no_bands", severity="note"),
        *_of_the_matter(spill, ready.substance), *stage.blocked, *done.changes.problems,
        *stage_problems(river, river.channel(ready.question.flow), stage, dispersion=dispersion),
        *_in_pools(spill, passages, lengths), *_joined(ready, done), *_gaining(ready, done), *_drawn_down(done.found),
        *_of_what_is_done(river, done.doing, spill, ready.end, class_assumed=class_assumed),
        *(differing(ready.question.flow, done.changes.left, spill.at.timestamp(), flows) if spill.at else ()),
        *_coarse(ready, passages), *_of_the_end(passages, ready.end), *_of_one_run_only(only, ready.end),
        *_dry(spill, stage.water.discharge[stage.reach[river.reach_row[spill.reach_id]]])]


def _coarse(ready: Prepared, passages: Sequence[Passage]) -> list[Problem]:
    """Sites at which the plume is so short that the cells spread it."""
    row, reach = ready.question.river.reach_row, ready.stage.reach
    velocity = ready.stage.water.velocity(ready.stage.water.at_middle)
    cells = np.array([(p.trailing - p.leading) * velocity[reach[row[p.reach_id]]] / ready.cell
                      for p in passages if p.trailing is not None], float)
    names = [p.site_id for p in passages if p.trailing is not None]
    few = np.flatnonzero(cells < FEW)
    if not few.size:
        return []
    return [Problem(code="simulation_coarse", severity="warning" if np.median(cells) < FEW else "note", fields={
        "sites": listed([names[i] for i in few]), "cell": f"{ready.cell:g}", "few": FEW})]


def _of_one_run_only(only: Mapping[str, float], end: float) -> list[Problem]:
    """Sites that faster or slower water alone brings the plume to before the end."""
    return [Problem(code="simulation_if_fast", severity="warning", fields={
        "sites": listed([f"{s} ({at / HOUR:.1f} h)" for s, at in sorted(only.items(), key=lambda x: x[1])]),
        "hours": f"{end / HOUR:g}"})] if only else []


def _joined(ready: Prepared, done: Run) -> list[Problem]:
    """Dams at which several reaches, a pool among them, come together."""
    net, kinds = ready.question.river.compiled, ready.question.river.reaches["kind"].to_numpy(str)
    found = [name for name, (node, _) in done.what.gates.items()
             if net.entering(node).size > 1 and (kinds[net.entering(node)] == "reservoir").any()]
    return [Problem(code="simulation_gate_joined", severity="note", fields={"sites": listed(found)})] if found else []


def _gaining(ready: Prepared, done: Run) -> list[Problem]:
    """Gates at which the river gains much: what of it a gate holds is by the lengths of the reaches, and said."""
    net, flow = ready.question.river.compiled, ready.question.flow
    gains = ready.question.river.gaining(flow)
    found = []
    for name, (node, _) in done.what.gates.items():
        into, out = net.entering(node), net.leaving(node)
        held, below = (float(gains.foot[into].sum() - flow.discharge[into].sum()),
                       float(flow.discharge[out].sum() - gains.tail[out].sum()))
        if held + below > MUCH_GAINED * flow.discharge[out].sum():
            found.append(f"{name} ({held:.3g} + {below:.3g})")
    return [Problem(code="simulation_gaining", severity="note", fields={"sites": listed(found)})] if found else []


def _drawn_down(found: t.Simulated) -> list[Problem]:
    """Pools out of which more was let than came, far below what they hold at the normal level."""
    least, usual = found.held_volume.min(axis=0), found.normal_volume
    low = [f"{name} ({100 * (1 - least[i] / usual[i]):.0f} %)" for i, name in enumerate(found.gates)
           if least[i] < (1.0 - DRAWN) * usual[i]]
    return [Problem(code="simulation_drawn_down", severity="warning", fields={"sites": listed(low)})] if low else []


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


def _in_pools(spill: Spill, passages: Sequence[Passage], pools: Mapping[str, float]) -> list[Problem]:
    """Sites within pools, by the length of these [m], and a spill within one."""
    inside = [p.site_id for p in passages if p.chainage < pools.get(p.reach_id, 0.0) - AT_THE_DAM]
    problems = [Problem(code="simulation_in_pool", severity="note", fields={"sites": listed(inside)})] if inside else []
    length, at = pools.get(spill.reach_id, 0.0), spill.chainage or 0.0
    if 0.0 < at < length - AT_THE_DAM:
        problems.append(Problem(code="simulation_spill_in_pool", severity="warning", fields={
            "reach": spill.reach_id, "share": f"{100 * (1 - at / length):.0f}"}))
    return problems


def _dry(spill: Spill, discharge: float) -> list[Problem]:
    return [] if discharge > 0 else [Problem(code="simulation_dry", severity="warning", fields={
        "reach": spill.reach_id})]

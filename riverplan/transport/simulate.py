"""The simulation: flow and plume through a network while gates move, stations switch and inflows change.

Flow is a kinematic wave in every reach, the plume goes with the water; both are finite volumes on one set of faces,
so water and mass are conserved to rounding and a constant concentration stays constant. A smooth plume converges with
third order in the mean (second where the limiter cuts its crest), also past clean inflows; what is left of numerical
dispersion is measured in ``tests/property/test_simulation_laws.py``. The front of a wave is first order: its numerical
diffusion is at most ``c dx / 2 |1 - Cr|``, well below the hydraulic diffusion of rivers, which is not modelled, nor is
backwater: water behind a closed gate is held at the gate and does not slow the reach above.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Array
from riverplan.transport import simulation_arrays as a
from riverplan.transport.cells import cut_cells, faces_of, pool_of
from riverplan.transport.compiled import Compiled
from riverplan.transport.forcing import events_of, lay_out, step_length, steps_after, times
from riverplan.transport.looking import looks_at
from riverplan.transport.operation import Diversion, Gate, Inflow, Operation, Place, Release
from riverplan.transport.waterway import Waterway, balanced, most_discharge

CELL = 100.0
"""Length of a cell [m]."""
EVERY = 300.0
"""Time between outputs [s]."""
FILM = 1e-6
"""Flow in a river below this [m³/s], and below this share of the most there, is no water to read in (assumed)."""
EMPTYING = 3600.0
"""Time in which an opened gate lets out all but 1/e of what it held [s] (assumed)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Where the water [m³] or the mass [kg] is: ``before`` + ``entered`` = all the rest.

    ``held`` is in pools and behind gates, ``flowing`` in the reaches, ``taken`` was abstracted or lost,
    ``dosed`` and ``decayed`` are 0 for water.
    """

    before: float
    entered: float
    left: float
    taken: float
    held: float
    flowing: float
    dosed: float = 0.0
    decayed: float = 0.0

    @property
    def error(self) -> float:
        """What is missing, over what there was [-]."""
        whole = self.before + self.entered
        gone = self.left + self.taken + self.held + self.flowing + self.dosed + self.decayed
        return abs(whole - gone) / whole if whole > 0 else abs(gone)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Profile:
    """Concentration along the river: ``concentration`` [kg/m³] has shape ``(times, cells)``."""

    time: Array
    reach: NDArray[np.int64]
    chainage: Array
    """Centre of each cell [m]."""
    concentration: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Dosed:
    """What one dose met and took [kg]."""

    operation: int
    """Number in the operations given."""
    passed: float
    removed: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Simulated:
    """What was simulated. Arrays have a row for each time of ``time`` [s] and a column for each place or gate.

    ``concentration`` [kg/m³] is that of the water at the time, 0 where a bed is dry or holds a ``FILM``;
    ``discharge`` [m³/s] and ``mass_flux`` [kg/s] are means since the time before. ``spills_from`` [s] is when
    a closed gate was full first, ``nan`` where never.
    """

    begin: float
    time: Array
    places: tuple[str, ...]
    concentration: Array
    discharge: Array
    mass_flux: Array
    gates: tuple[str, ...]
    held_volume: Array
    held_mass: Array
    normal_volume: Array
    """What each gate holds when nothing is held back [m³]: the pool above it, 0 where there is none."""
    spills_from: Array
    dosed: tuple[Dosed, ...]
    profile: Profile
    water: Account
    mass: Account
    step: float
    """Longest step [s]."""


def simulate(network: Compiled, water: Waterway, *, begin: float = 0.0, end: float, places: Mapping[str, Place],
             releases: Sequence[Release] = (), operations: Sequence[Operation] = (),
             gates: Mapping[str, Gate] | None = None, diversions: Mapping[str, Diversion] | None = None,
             inflows: Sequence[Inflow] = (), decay: float = 0.0, cell: float | Array = CELL, every: float = EVERY,
             step: float | None = None, snapshots: Sequence[float] = (), emptying: float = EMPTYING,
             velocity_factor: float | Array = 1.0, calm: Array | None = None) -> Simulated:
    """March water and plume through a network.

    One-dimensional, mixed over the cross-section, dissolved, first-order decay. A confluence dilutes; a bifurcation
    divides mass with the water, in the shares of the steady flow; where the steady flow loses water at a node that
    share is lost. Dispersion acts within reaches and across nodes that only join two of them, also where a little clean
    water comes in there (a tenth of what goes on at most); not where something is dosed.

    Parameters
    ----------
    network, water
        Topology and hydraulics of ``n`` reaches. The water begins steady, at its discharges.
    begin, end
        Times [s]; mass and operations come between them.
    places
        Where concentration and discharge are wanted, and the places operations name: a place named by an
        operation only need not lie on a reach, all others do.
    releases, inflows
        What is put in.
    operations
        What is done, see :class:`Operation`: gates, diversions and places by their names here.
    gates, diversions
        What can be operated. Gates are open at the beginning.
    decay
        First-order loss rate [1/s].
    cell, every
        Length of a cell [m], one or one of each reach; time between outputs [s].
    step
        Longest step [s]; None takes what a wave needs for ``COURANT`` cells.
    snapshots
        Times [s] at which the concentration along all reaches is kept.
    emptying
        Time in which an opened gate lets out what it held [s].
    velocity_factor
        Factor on the velocities at the same discharges, see :meth:`Waterway.at_velocity`; one, or one of each reach.
    calm
        Time after which nothing that matters happens on each reach [s], ``inf`` where that cannot be said: from then
        on its cells no longer shorten the steps. What still passes there is spread more than it should be, and a
        wave on a dry bed is late; water and mass are kept.
    """
    water = water.at_velocity(velocity_factor)
    gates, diversions = dict(gates or {}), dict(diversions or {})
    balance = balanced(network, water, list(diversions.values()))
    busy = {int(network.tail[d.conduit]) for d in diversions.values()}
    busy |= {p.node for p in (*places.values(), *(i.place for i in inflows), *(r.place for r in releases))
             if p.node is not None}
    size = np.broadcast_to(np.asarray(cell, float), water.length.shape)
    for op in operations:                                      # a dose at the end of a reach breaks it off there
        if op.action == "dose" and (p := places[op.place]).node is None:
            busy |= {int(network.tail[p.reach])} if p.chainage < size[p.reach] else set()
            busy |= {int(network.head[p.reach])} if p.chainage > water.length[p.reach] - size[p.reach] else set()
    cells, held = cut_cells(network, water, balance, list(gates.values()), busy, size)
    _break_at_doses(network, water, cells, places, operations)
    added = [(int(network.tail[p.reach]) if p.node is None else p.node, op.value or 0.0)
             for op in operations if op.action == "release" for p in (places[op.place],)]
    most = most_discharge(network, water, balance, inflows, added)
    most_step = min(every, step or every)
    longest = step_length(cells, water, most, most_step)
    later = () if calm is None else steps_after(cells, water, most, most_step, calm)
    time, outputs, shots = times(begin, end, every, longest, events_of(operations, releases), snapshots, later)
    forcing, dosed = lay_out(network, water, cells, time, held, places=places, gates=gates, diversions=diversions,
                             operations=operations, releases=releases, inflows=inflows, outputs=outputs,
                             snapshots=shots, decay=decay, emptying=emptying)
    at = {name: p for name, p in places.items() if p.node is None}
    looks = looks_at(cells, water, list(at.values()), held, releases)

    from riverplan.transport.simulation_kernels import march

    before = float(held.sum())
    found, work = a.begun(cells, forcing, looks, held, int(outputs.max()) + 1, len(snapshots))
    march(cells, forcing, looks, found, work)
    return _read(network, cells, found, at, gates, dosed, time, outputs, snapshots, before)


def _break_at_doses(network: Compiled, water: Waterway, cells: a.Cells, places: Mapping[str, Place],
                    operations: Sequence[Operation]) -> None:
    """No dispersion across the faces where something is dosed: what passes undosed would undo its share."""
    faces = [f for op in operations if op.action == "dose" for p in (places[op.place],)
             for f in faces_of(cells, network, p, float(water.length[p.reach]) if p.node is None else 1.0)]
    reach = np.repeat(np.arange(network.n_reaches), np.diff(cells.first))
    lower = np.arange(reach.size) + reach + 1
    cells.chain_link[np.isin(lower[cells.chain_cell], faces)] = 0.0


def _read(network: Compiled, cells: a.Cells, found: a.Found, at: Mapping[str, Place], gates: Mapping[str, Gate],
          dosed: Sequence[tuple[int, int]], time: Array, outputs: NDArray[np.int64], snapshots: Sequence[float],
          before: float) -> Simulated:
    """The march as a result with names."""
    ends = time[1:][outputs >= 0]
    since = np.diff(np.concatenate([[time[0]], ends]))[:, None]
    pools = [pool_of(cells, network, g.node) for g in gates.values()]
    n_cells, ledger, pooled = int(cells.first[-1]), found.ledger, cells.pool_cell
    flowing = np.ones(found.cell_volume.size, bool)
    flowing[pooled] = False
    v, m = found.cell_volume, found.cell_mass
    count = np.diff(cells.first)
    reach = np.repeat(np.arange(count.size), count)
    discharge = found.volume / since
    # the first drops on a dry bed run ahead by a cell a step: they hold next to no mass, but a concentration
    film = discharge <= FILM * np.minimum(discharge.max(axis=0, initial=0.0), 1.0)
    film &= np.array([cells.reach_pool[p.reach] < 0 for p in at.values()], bool)
    doses: dict[int, list[float]] = {}
    for (number, _), (passed, removed) in zip(dosed, found.dosed, strict=True):
        entry = doses.setdefault(number, [0.0, 0.0])
        entry[0] += float(passed)
        entry[1] += float(removed)
    return Simulated(
        begin=float(time[0]), time=ends, places=tuple(at), concentration=np.where(film, 0.0, found.concentration),
        discharge=discharge, mass_flux=found.mass / since, gates=tuple(gates),
        held_volume=found.pool_volume[:, pools], held_mass=found.pool_mass[:, pools],
        normal_volume=cells.base[pools], spills_from=found.spills_from[pools],
        dosed=tuple(Dosed(operation=k, passed=p, removed=x) for k, (p, x) in sorted(doses.items())),
        profile=Profile(time=np.array(snapshots, float), reach=reach, concentration=found.snapshots,
                        chainage=(np.arange(n_cells) - cells.first[reach] + 0.5) * cells.dx[reach]),
        water=Account(before=before, entered=float(ledger[a.WATER_IN]), left=float(ledger[a.WATER_OUT]),
                      taken=float(ledger[a.WATER_TAKEN]), held=float(v[pooled].sum()),
                      flowing=float(v[flowing].sum())),
        mass=Account(before=0.0, entered=float(ledger[a.MASS_IN]), left=float(ledger[a.MASS_OUT]),
                     taken=float(ledger[a.MASS_TAKEN]), held=float(m[pooled].sum()), flowing=float(m[flowing].sum()),
                     dosed=float(ledger[a.MASS_DOSED]), decayed=float(ledger[a.MASS_DECAYED])),
        step=float(np.diff(time).max()))

"""Sets of actions tried on the water: marched at slow, usual and fast velocity, read at intakes and boundaries."""

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Array
from riverplan.forecasting.behaviour import soluble
from riverplan.forecasting.simulating.prepared import FACTORS, Prepared, Run, run
from riverplan.planning.harm import NODES, WEIGHTS, Harm, beyond, exceeding, hours_above
from riverplan.planning.put_off import StillToCome, holding_plume, passed, share_put_off, still_to_come, with_put_off
from riverplan.planning.receptors import PRESENT, Receptors
from riverplan.river.sites import Site, Space
from riverplan.transport.operation import Operation
from riverplan.units import HOUR

OUTER = 1.2
"""Times as long the cells are in slow and fast water, which weigh a sixth each, as in usual water [-]."""
Key = frozenset[int]
NOTHING: Key = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcome:
    """What one set of actions leaves at ``r`` receptors, for each of the velocities ``NODES``.

    ``hours`` above the limit or without water, ``(velocities, strengths, r)`` [h], with those only put off; of these
    ``dry`` without water, ``(velocities, r)`` [h]; ``least`` flow ``(velocities, r)`` [m³/s]; ``peak``
    ``(velocities, r)`` [kg/m³ above the background];
    ``leading``, ``trailing`` ``(velocities, r)`` [s], ``nan`` where it does not come or does not end;
    ``probability`` ``(r,)`` of exceeding the limit.
    """

    hours: Array
    dry: Array
    least: Array
    peak: Array
    peak_at: Array
    leading: Array
    trailing: Array
    exceeds_from: Array
    exceeds_until: Array
    put_off: Array
    """Share of the plume that may come above the limit after the trials end, as ``peak`` [-]."""
    probability: Array
    population_hours: Array
    """By receptor, expected [person·h], shape ``(r,)``."""
    boundary: float
    spills_from: dict[str, float]
    """When each closed gate is full in water of usual velocity [s]; ``nan`` where never."""
    holds: tuple[str, ...]
    """Gates that hold some of the plume when the trials end, at any velocity."""

    @property
    def harm(self) -> Harm:
        """What counts of it, without cost."""
        return Harm(population_hours=float(self.population_hours.sum()), boundary_probability=self.boundary)

    def under(self, velocity: int, receptors: Receptors) -> float:
        """Population-hours if the water has the velocity of this number, expected over strengths [person·h]."""
        return float((WEIGHTS @ beyond(self.hours[velocity], receptors.tank)) @ receptors.people)


@dataclass(slots=True, kw_only=True, eq=False)
class Trials:
    """Tries sets of options, each once: ``ready`` is the spill made ready, ``options`` what each option does.

    ``fixed`` operations are done in every trial: those the officer added. ``shift`` is what observations do to the
    velocities: a factor, and one on their spread.
    """

    ready: Prepared
    receptors: Receptors
    options: Sequence[tuple[Operation, ...]]
    fixed: tuple[Operation, ...] = ()
    shift: tuple[float, float] = (1.0, 1.0)
    _known: dict[Key, Outcome] = field(default_factory=dict, repr=False)
    _curve: dict[Key, tuple[Array, Array]] = field(default_factory=dict, repr=False)
    _nothing: dict[str, Array] = field(default_factory=dict, repr=False)
    _later: StillToCome = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Where limits are unknown, the level of presence is taken from the plume with nothing done.

        Marches look at the receptors and nowhere else.
        """
        self.ready = replace(self.ready, snapshots=(self.ready.end,), places={
            s.site_id: self.ready.places[s.site_id] for s in self.receptors.sites})
        self._later = still_to_come(self.ready, self.receptors)
        unlimited = np.isnan(self.receptors.headroom)
        if unlimited.any():
            ways = {(), tuple(self.fixed)}                    # what is fixed may lead it where it would not come
            peak = np.max([self._curves(self._march(NOTHING, 1, w)).max(axis=0) for w in ways], axis=0)
            level = np.where(unlimited, PRESENT * np.where(peak > 0, peak, np.nan), self.receptors.headroom)
            self.receptors = replace(self.receptors, headroom=level,
                                     sigma=np.where(unlimited, 0.0, self.receptors.sigma))

    def outcome(self, taken: Iterable[int]) -> Outcome:
        """What a set of options leaves."""
        return self.outcomes([taken])[0]

    def outcomes(self, sets: Iterable[Iterable[int]]) -> list[Outcome]:
        """What each of some sets of options leaves; marches run side by side."""
        keys = [frozenset(s) for s in sets]
        new = [k for k in dict.fromkeys([NOTHING, *keys]) if k not in self._known]
        jobs = [(k, v) for k in new for v in range(NODES.size)]
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            runs = list(pool.map(lambda job: self._read(self._march(*job)), jobs))
        for n, key in enumerate(new):
            read = runs[n * NODES.size:(n + 1) * NODES.size]
            stacked = _stacked(read)
            self._curve[key] = read[1]["time"], read[1]["curve"]
            if not self._nothing:                             # also what the officer adds may only put off
                self._nothing = dict(stacked) if not self.fixed else _stacked([
                    self._read(self._march(NOTHING, v, ())) for v in range(NODES.size)])
            self._known[key] = self._outcome(stacked, dict(zip(
                read[1]["gates"].tolist(), read[1]["spills_from"].tolist(), strict=True)))
        return [self._known[k] for k in keys]

    @property
    def bare(self) -> Harm:
        """Harm with nothing done at all, not even what is ``fixed``."""
        self.outcome(())
        return self._outcome(dict(self._nothing), {}).harm

    def bare_flow(self) -> tuple[Array, Array]:
        """With nothing done at all: hours without water, and the least flow [m³/s], ``(velocities, r)``."""
        self.outcome(())
        return self._nothing["dry"], self._nothing["least"]

    def knows(self, taken: Iterable[int]) -> bool:
        """Whether a set was tried."""
        return frozenset(taken) in self._known

    def place(self, site_id: str) -> Site:
        """A site of the stage."""
        return self.ready.question.river.site(site_id)

    def can(self, operations: Iterable[Operation]) -> bool:
        """Whether operations can be tried: they lie on the stage, and begin before the trials end."""
        stage, river = self.ready.stage, self.ready.question.river
        for op in operations:
            site = self.place(op.place)
            node = river.node_row.get(site.node_id) if isinstance(site, Space) else None
            on_it = stage.reach[river.reach_row[site.reach_id]] if node is None else stage.node[node]
            if on_it < 0 or op.at >= self.ready.end:
                return False
        return True

    @property
    def tried(self) -> int:
        """Number of sets tried."""
        return len(self._known)

    def curves(self, taken: Iterable[int]) -> tuple[Array, Array]:
        """Times ``(t,)`` [s] and concentrations ``(t, r)`` [kg/m³ above the background] in water of usual velocity."""
        self.outcome(taken)
        return self._curve[frozenset(taken)]

    def _march(self, taken: Key, velocity: int, fixed: Sequence[Operation] | None = None) -> Run:
        doing = [*(self.fixed if fixed is None else fixed), *(op for i in sorted(taken) for op in self.options[i])]
        factor, spread = self.shift
        seen = np.clip(factor * self.ready.factor(spread * float(NODES[velocity])), *FACTORS)
        ready = self.ready if NODES[velocity] == 0 or self.ready.cells is None else replace(
            self.ready, cells=OUTER * self.ready.cells)
        return run(ready, doing, velocity_factor=seen)

    def _curves(self, done: Run) -> Array:
        return np.minimum(done.found.concentration[:, self._columns(done)], soluble(self.ready.substance))

    def _columns(self, done: Run) -> list[int]:
        return [done.found.places.index(s.site_id) for s in self.receptors.sites]

    def _read(self, done: Run) -> dict[str, Array]:
        """What counts of one march: arrays of the receptors, and when gates spill."""
        values, time, who = self._curves(done), done.found.time, self.receptors
        spans = np.diff(time, prepend=done.found.begin) / HOUR
        flow = done.found.discharge[:, self._columns(done)]
        peak, dry = values.max(axis=0), flow < who.needs
        above = values > np.where(np.isnan(who.headroom), np.inf, who.headroom)
        return {"time": time, "curve": values, "dry": spans[1:] @ dry[1:],
                "hours": hours_above(values, spans, who.headroom, who.sigma, dry),
                "least": flow[1:].min(axis=0, initial=np.inf),
                "peak": peak, "passed": passed(done.found, self._columns(done)),
                "coming": np.array(self._later.mass(done)), "free": np.array(self._later.free(done)),
                "comes": np.minimum(self._later.strongest(done), soluble(self.ready.substance)),
                "peak_at": np.where(peak > 0, time[values.argmax(axis=0)], np.nan),
                "leading": _first(values > np.maximum(0.01 * peak, 1e-30), time),
                "trailing": _last(values > np.maximum(0.1 * peak, 1e-30), time),
                "exceeds_from": _first(above, time), "exceeds_until": _last(above, time),
                "spills_from": done.found.spills_from, "gates": np.array(done.found.gates),
                "holds": holding_plume(done)}

    def _outcome(self, stacked: dict[str, Array], spills_from: dict[str, float]) -> Outcome:
        """What the marches at all velocities say together; what is put off past their end does its share of harm."""
        who, base, comes = self.receptors, self._nothing, stacked.pop("comes")
        held = np.flatnonzero(stacked.pop("holds").any(axis=0))
        free = stacked.pop("free") / np.maximum(base["free"], 1e-300)
        late = share_put_off(stacked.pop("passed"), stacked.pop("coming"), base["passed"], base["coming"], free)
        stacked["hours"] = with_put_off(stacked["hours"], stacked["dry"], base["hours"], late, comes, who.headroom,
                                        np.exp(NODES[:, None] * who.sigma))
        # strengths of those that exceed lie around each march's own peak
        peak = np.maximum(stacked["peak"], np.where(late > 0, np.minimum(comes, base["peak"]), 0.0))
        probability = WEIGHTS @ exceeding(peak, who.headroom, who.sigma)
        people = np.einsum("v,s,vsr->r", WEIGHTS, WEIGHTS, beyond(stacked["hours"], who.tank)) * who.people
        return Outcome(**stacked, put_off=np.where(comes > who.headroom, late, 0.0), probability=probability,
                       population_hours=people, boundary=float(probability[who.counts].sum()),
                       spills_from=spills_from, holds=tuple(list(spills_from)[i] for i in held))


def _stacked(runs: Sequence[dict[str, Array]]) -> dict[str, Array]:
    """What marches at all velocities say, velocities first."""
    return {k: np.array([r[k] for r in runs]) for k in runs[0] if k not in ("spills_from", "gates", "time", "curve")}


def _first(where: NDArray[np.bool_], time: Array) -> Array:
    """First time of each column, ``nan`` where none."""
    return np.where(where.any(axis=0), time[where.argmax(axis=0)], np.nan)


def _last(where: NDArray[np.bool_], time: Array) -> Array:
    """Last time of each column; ``nan`` where none, or where it lasts to the end."""
    last = where.shape[0] - 1 - where[::-1].argmax(axis=0)
    return np.where(where.any(axis=0) & (last < where.shape[0] - 1), time[last], np.nan)

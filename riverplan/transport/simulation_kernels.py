"""The compiled march of the simulation: water and tracer through cells, nodes and pools, step by step.

Volumes [m³] and masses [kg] are marched, from the top of the network down, so every litre and gram that leaves
one cell enters the next within the same step. A river cell passes the last ``V`` of its volume ``W`` downstream:
in that coordinate the tracer needs no velocity, and unsteady flow is as exact as steady. A cell shorter than the
way of a step passes on what it held and the first of what came in, so no step is too long.
"""

from math import exp

import numpy as np
from numba import njit

from riverplan.transport.simulation_arrays import (
    MASS_DECAYED,
    MASS_DOSED,
    MASS_IN,
    MASS_OUT,
    MASS_TAKEN,
    OPEN,
    WATER_IN,
    WATER_OUT,
    WATER_TAKEN,
    Cells,
    Flags,
    Floats,
    Forcing,
    Found,
    Looks,
    Work,
)
from riverplan.transport.simulation_laws import (
    DILUTED,
    UNCOUNTED,
    disperse,
    face_concentration,
    flow_of,
    let_out,
    passed_on,
    remaining,
)

NOTHING = 1e-18
"""A cell with less than this share of all mass released holds none [-]: smaller numbers only slow the machine."""
DRY = 1e-15
"""A cell that would keep less water than this [m³] falls dry: shares of still smaller volumes are noise."""
UNCHANGED = 1e-12
"""A volume that differs by no more than this share has not changed [-]."""
SPREAD = 0.02
"""Dispersion waits until D dt / dx² has come to this [-], or until it is looked at: a fifth of a cell."""


@njit(**UNCOUNTED)
def _concentration(point: int, n_cells: int, n: int, w: Floats, m: Floats, c_in: Floats, c_out: Floats) -> float:
    """Concentration of a cell, or of what last entered (``n_cells + r``) or left a reach (``n_cells + n + r``)."""
    if point < n_cells:
        return m[point] / w[point] if w[point] > 0.0 else 0.0
    return c_in[point - n_cells] if point < n_cells + n else c_out[point - n_cells - n]


@njit(**UNCOUNTED)
def _between(looks: Looks, s: int, n_cells: int, n: int, w: Floats, m: Floats, c_in: Floats, c_out: Floats) -> float:
    """Concentration at a place, between its two points."""
    x = looks.point_weight[s]
    return ((1.0 - x) * _concentration(looks.point_a[s], n_cells, n, w, m, c_in, c_out)
            + x * _concentration(looks.point_b[s], n_cells, n, w, m, c_in, c_out))


@njit(**UNCOUNTED)
def _through_pool(cells: Cells, forcing: Forcing, found: Found, k: int, pool: int, dt: float, half: float, w: Floats,
                  m: Floats, entering: float, brought: float) -> tuple[float, float]:
    """Water and mass leaving a stirred pool in a step."""
    at = cells.pool_cell[pool]
    held, mass = w[at], m[at] * half
    leaving, spilled = let_out(held, entering, dt, forcing.gate[pool, k], forcing.gate_flow[pool, k],
                               cells.base[pool], cells.capacity[pool], forcing.emptying)
    if spilled > 0.0 and np.isnan(found.spills_from[pool]):
        # the pool fills evenly within the step: the spilling takes its last part
        found.spills_from[pool] = forcing.time[k + 1] - dt * min(spilled / max(entering, spilled), 1.0)
    old, fresh = remaining(held, entering, leaving)
    stays = mass * old + brought * fresh
    w[at] = max(held + entering - leaving, 0.0)
    m[at] = stays * half
    found.ledger[MASS_DECAYED] += mass * (1.0 / half - 1.0) + stays * (1.0 - half)
    return leaving, mass + brought - stays


@njit(**UNCOUNTED)
def _through_reach(cells: Cells, forcing: Forcing, found: Found, ledger: Floats, k: int, r: int, a: int, b: int,
                   unit: float, power: float, side: float, pool: int, back: int, came: float, ahead: int, goes: float,
                   dt: float, half: float, steady: bool, entering: float, brought: float, w: Floats, m: Floats,
                   flow: Floats, flow_at: Floats, face_v: Floats, face_m: Floats, dose: Floats, cell_v: Floats,
                   inlet_m: Floats, c_in: Floats, c_out: Floats, ghost: Floats, old_c: Floats, old_w: Floats,
                   clean: Flags, settled: Flags, rate: Floats, pushed: Flags) -> tuple[float, float]:
    """Water and mass leaving a reach in a step, cell after cell.

    ``back`` is the reach above that goes on in this, ``came`` how much of what enters comes from it; ``ahead`` is the
    first cell of the reach below, ``goes`` how much of what enters that comes from here. By these the neighbours'
    concentrations and volumes are told in the water of this reach. Where the water is ``steady`` each cell passes on
    what enters.
    """
    ledger[WATER_IN] += side * (b - a)
    brought = _dosed(forcing, found, k, a + r, dose, brought + inlet_m[r])
    inlet_m[r] = 0.0
    face_v[a + r], face_m[a + r] = entering, brought
    c_in[r] = brought / entering if entering > 0.0 else (m[a] / w[a] if w[a] > 0.0 else 0.0)
    rate[r] = entering / dt
    settled[r], clean[r] = True, True
    cm, wm = c_in[r], entering
    if back >= 0:
        cm, wm = came * old_c[back], old_w[back] / came
    for c in range(a, b):
        held = w[c]
        mass = m[c] * half
        more, fresh = max(cell_v[c], 0.0), brought
        into = entering + side + more
        ledger[WATER_IN] += more
        if pool >= 0 and c == b - 1:
            concentration = mass / held if held > 0.0 else 0.0
            leaving, out = _through_pool(cells, forcing, found, k, pool, dt, half, w, m, into, fresh)
            face = out / leaving if leaving > 0.0 else concentration
            out = _dosed(forcing, found, k, c + r + 1, dose, out)
            old_c[r], old_w[r] = concentration, held
            clean[r] = clean[r] and m[c] == 0.0
            if abs(w[c] - held) > UNCHANGED * held:
                settled[r] = False
        else:
            if pool >= 0 or steady:
                leaving = into                                 # also in the full channel of a pool: what enters pushes
            else:
                leaving = passed_on(held, into, flow_of(c, held, unit, power, flow, flow_at), dt, unit, power)
                if held + into - leaving < DRY:
                    leaving = held + into
            concentration = mass / held if held > 0.0 else 0.0
            face = concentration
            if mass == 0.0 and fresh == 0.0:
                out = 0.0
            elif leaving <= held:
                if c < b - 1:
                    cp, wp = m[c + 1] / w[c + 1] * half if w[c + 1] > 0.0 else concentration, w[c + 1]
                elif ahead >= 0:
                    cp = m[ahead] / (goes * w[ahead]) * half if w[ahead] > 0.0 else concentration
                    wp = goes * w[ahead]
                else:
                    cp, wp = ghost[r], held
                if held > 0.0:
                    face = face_concentration(leaving / held, cm, concentration, cp, wm, held, wp)
                out = min(face * leaving, mass)
            else:
                out = mass + (leaving - held) * (fresh / into)
                face = out / leaving
            new, stays = held + into - leaving, max(mass + fresh - out, 0.0)
            if stays < NOTHING * ledger[MASS_IN]:
                stays = 0.0
            ledger[MASS_DECAYED] += mass * (1.0 / half - 1.0) + stays * (1.0 - half)
            w[c], m[c] = max(new, 0.0), stays * half
            if c == b - 1:
                ghost[r] += min(leaving / held if held > 0.0 else 1.0, 1.0) * (face - ghost[r])
                old_c[r], old_w[r] = concentration, held
            out = _dosed(forcing, found, k, c + r + 1, dose, out)
            cm, wm = concentration, held
            clean[r] = clean[r] and stays == 0.0
            if abs(w[c] - held) > UNCHANGED * held:
                settled[r] = False
        if cell_v[c] < 0.0 and w[c] > 0.0:                     # water is pumped out
            loss = min(-cell_v[c], w[c])
            part = m[c] * loss / w[c]
            w[c] -= loss
            m[c] -= part
            ledger[WATER_TAKEN] += loss
            ledger[MASS_TAKEN] += part
        cell_v[c] = 0.0
        entering, brought = leaving, out
        face_v[c + r + 1], face_m[c + r + 1] = leaving, out
    c_out[r] = face
    pushed[r] = False
    return entering, brought


@njit(**UNCOUNTED)
def _water_through(r: int, a: int, b: int, unit: float, power: float, side: float, dt: float, entering: float,
                   w: Floats, flow: Floats, flow_at: Floats, face_v: Floats) -> tuple[float, bool]:
    """Water leaving a river reach without mass in a step, and whether nothing changed: as in :func:`_through_reach`."""
    settled = True
    face_v[a + r] = entering
    for c in range(a, b):
        held, into = w[c], entering + side
        leaving = passed_on(held, into, flow_of(c, held, unit, power, flow, flow_at), dt, unit, power)
        if held + into - leaving < DRY:
            leaving = held + into
        new = max(held + into - leaving, 0.0)
        if abs(new - held) > UNCHANGED * held:
            settled = False
        w[c] = new
        entering = leaving
        face_v[c + r + 1] = leaving
    return entering, settled


@njit(**UNCOUNTED)
def _dosed(forcing: Forcing, found: Found, k: int, face: int, dose: Floats, mass: float) -> float:
    """Mass past a face after what is dosed there takes its part."""
    if dose[face] <= 0.0:
        return mass
    left = mass
    for s in range(forcing.dose_face.size):                    # one after the other, each of what is left
        if forcing.dose_face[s] == face:
            part = left * forcing.dose[s, k]
            if forcing.dose[s, k] > 0.0:
                found.dosed[s, 0] += left
            found.dosed[s, 1] += part
            found.ledger[MASS_DOSED] += part
            left -= part
    return left


@njit(**UNCOUNTED, nogil=True)
def march(cells: Cells, forcing: Forcing, looks: Looks, found: Found, work: Work) -> None:
    """March the water and the mass of all cells of ``found`` through the steps of ``forcing.time``."""
    n, n_nodes, n_cells = cells.head.size, cells.order.size, cells.first[-1]
    n_pools, n_looks, n_steps = cells.pool_cell.size, looks.point_a.size, forcing.time.size - 1
    w, m, ledger = found.cell_volume, found.cell_mass, found.ledger
    first, head, lateral, share, kept = cells.first, cells.head, cells.lateral, cells.share, cells.kept
    out_start, out_reach, node_pool = cells.out_start, cells.out_reach, cells.node_pool
    before, after, pool_at = cells.before, cells.after, cells.reach_pool
    order, node_rate, conduit, unit, power = cells.order, cells.node_rate, forcing.conduit, cells.unit, cells.power
    flow, flow_at, face_v, face_m, dose = work.flow, work.flow_at, work.face_v, work.face_m, work.dose
    cell_v, inlet_m, node_v, node_m, taken = work.cell_v, work.inlet_m, work.node_v, work.node_m, work.taken
    c_in, c_out, ghost, old_c, old_w = work.c_in, work.c_out, work.ghost, work.old_c, work.old_w
    clean, settled, pushed, even, mark = work.clean, work.settled, work.pushed, work.even, work.mark
    rate, asked, river, reach_of = work.rate, work.asked, work.river, work.reach_of
    lower, right, link, whole = work.lower, work.right, work.link, work.whole
    look_v, look_m, tank = work.look_v, work.look_m, work.tank
    waited, quickest = 0.0, 0.0
    for i in range(cells.chain_cell.size):
        quickest = max(quickest, cells.chain_link[i] / cells.dx[reach_of[cells.chain_cell[i]]])

    for k in range(n_steps):
        dt = forcing.time[k + 1] - forcing.time[k]
        half = exp(-0.5 * forcing.decay * dt)
        for i in range(n_nodes):
            node_v[i] = node_rate[i] * dt if node_pool[i] < 0 else 0.0
            ledger[WATER_IN] += node_rate[i] * dt
            node_m[i], taken[i] = 0.0, 0.0
        for s in range(forcing.water_point.size):
            at, volume = forcing.water_point[s], forcing.water[s, k]
            if at >= n_nodes + n:
                c = at - n_nodes - n
                cell_v[c] += volume
                if volume != 0.0 or (k > 0 and forcing.water[s, k - 1] != 0.0):
                    pushed[reach_of[c]] = True                 # also as it ends: what was put in runs off
            elif volume >= 0.0:
                node_v[at] += volume
                ledger[WATER_IN] += volume
            else:
                taken[at] -= volume
        for s in range(forcing.mass_point.size):
            at, mass = forcing.mass_point[s], forcing.mass[s, k]
            ledger[MASS_IN] += mass
            if at < n_nodes:
                node_m[at] += mass
            elif at < n_nodes + n:
                inlet_m[at - n_nodes] += mass
            elif mass > 0.0:
                m[at - n_nodes - n] += mass
                clean[reach_of[at - n_nodes - n]] = False
        for s in range(forcing.dose_face.size):
            dose[forcing.dose_face[s]] = 0.0
        for s in range(forcing.dose_face.size):
            face = forcing.dose_face[s]
            dose[face] = 1.0 - (1.0 - dose[face]) * (1.0 - forcing.dose[s, k])

        for i in order:
            volume, mass = node_v[i], node_m[i]
            pool = node_pool[i]
            if pool >= 0:                                      # a gate holds water at the node
                volume, mass = _through_pool(cells, forcing, found, k, pool, dt, half, w, m, volume, mass)
                volume += node_rate[i] * dt                    # what comes in along the reach below is not held by it
            loss = min(volume * (1.0 - kept[i]) + taken[i], volume)
            if loss > 0.0:
                part = mass * loss / volume
                ledger[WATER_TAKEN] += loss
                ledger[MASS_TAKEN] += part
                volume -= loss
                mass -= part
            top, last = out_start[i], out_start[i + 1]
            if top == last:
                ledger[WATER_OUT] += volume
                ledger[MASS_OUT] += mass
                continue
            rest = volume
            for d in range(conduit.size):
                r = conduit[d]
                for j in range(top, last):
                    if out_reach[j] == r:
                        asked[r] = min(max(rest - forcing.left[d] * dt, 0.0), forcing.asked[d, k] * dt)
                        rest -= asked[r]
            for j in range(top, last):
                r = out_reach[j]
                into = asked[r] + share[r] * rest
                asked[r] = 0.0
                # mass that finds no water stays with the shares of it
                brought = mass * into / volume if volume > 0.0 else mass * share[r]
                steady = settled[r] and not pushed[r] and abs(into - rate[r] * dt) <= UNCHANGED * into
                a, b = first[r], first[r + 1]
                side = lateral[r] * dt / (b - a)
                empty = clean[r] and brought == 0.0 and inlet_m[r] == 0.0 and not pushed[r]
                if empty and not river[r]:                     # an open pool that stays as it is passes on what enters
                    empty = (steady and forcing.gate[pool_at[r], k] == OPEN and k > 0
                             and forcing.gate[pool_at[r], k - 1] == OPEN)
                if empty:
                    if mark[r]:
                        for c in range(a + r, b + r + 1):
                            face_m[c] = 0.0
                        c_in[r], c_out[r], ghost[r], old_c[r], mark[r] = 0.0, 0.0, 0.0, 0.0, False
                    if not steady:
                        rate[r], even[r], old_w[r] = into / dt, False, w[b - 1]
                        into, settled[r] = _water_through(r, a, b, unit[a], power[r], side, dt, into, w, flow, flow_at,
                                                          face_v)
                    elif side > 0.0 or not even[r] or face_v[a + r] != into:
                        even[r] = True
                        face_v[a + r] = into                                      # nothing happens: pass it on
                        for c in range(a + r + 1, b + r + 1):
                            into += side
                            face_v[c] = into
                    ledger[WATER_IN] += lateral[r] * dt
                    node_v[head[r]] += into
                    continue
                even[r] = False
                mark[r] = True
                back, came = before[r], 1.0
                if back >= 0 and node_rate[i] > 0.0:
                    came = face_v[first[back + 1] + back] / into if into > 0.0 else 0.0
                    back = back if came >= DILUTED else -1
                ahead, goes, below = -1, 1.0, after[r]
                if below >= 0:
                    ahead = first[below]
                    if node_rate[head[r]] > 0.0:
                        enters = face_v[ahead + below]
                        goes = face_v[b + r] / enters if enters > 0.0 else 0.0
                        ahead = ahead if goes >= DILUTED else -1
                into, brought = _through_reach(cells, forcing, found, ledger, k, r, a, b, unit[a], power[r], side,
                                               pool_at[r], back, came, ahead, goes, dt, half, steady, into, brought, w,
                                               m, flow, flow_at, face_v, face_m, dose, cell_v, inlet_m, c_in, c_out,
                                               ghost, old_c, old_w, clean, settled, rate, pushed)
                node_v[head[r]] += into
                node_m[head[r]] += brought

        waited += dt
        if quickest > 0.0 and (waited * quickest >= SPREAD or k == n_steps - 1 or forcing.output[k] >= 0
                               or forcing.snapshot[k] >= 0):
            disperse(cells, w, m, waited, face_v, face_m, reach_of, clean, NOTHING * ledger[MASS_IN], lower, right,
                     link, whole)
            waited = 0.0
        for s in range(n_looks):
            x = looks.face_weight[s]
            passes = (1.0 - x) * face_v[looks.face_a[s]] + x * face_v[looks.face_b[s]]
            look_v[s] += passes
            if looks.stirred[s] > 0.0:                         # within a pool
                comes = _between(looks, s, n_cells, n, w, m, c_in, c_out)
                stays = exp(-passes / looks.stirred[s])
                was = tank[s] * half * half
                tank[s] = comes + (was - comes) * stays
                look_m[s] += passes * comes + (was - comes) * (1.0 - stays) * looks.stirred[s]
            else:
                look_m[s] += (1.0 - x) * face_m[looks.face_a[s]] + x * face_m[looks.face_b[s]]
        row = forcing.output[k]
        if row >= 0:
            for s in range(n_looks):
                found.concentration[row, s] = tank[s] if looks.stirred[s] > 0.0 else _between(
                    looks, s, n_cells, n, w, m, c_in, c_out)
                found.volume[row, s], found.mass[row, s] = look_v[s], look_m[s]
                look_v[s] = 0.0
                look_m[s] = 0.0
            for p in range(n_pools):
                found.pool_volume[row, p] = w[cells.pool_cell[p]]
                found.pool_mass[row, p] = m[cells.pool_cell[p]]
        row = forcing.snapshot[k]
        if row >= 0:
            for c in range(n_cells):
                found.snapshots[row, c] = m[c] / w[c] if w[c] > 0.0 else 0.0

"""Walks, tables and ensembles beside networkx, scipy, rustworkx and igraph: run by hand, prints, asserts nothing.

    python tests/benchmark/bench_network.py [nodes ...]          # 10000 100000 1000000 where none are given
    python tests/benchmark/bench_network.py 8500000              # as many reaches as the world has; 10 GB for the peers

rustworkx and igraph are no part of riverplan: they are asked only where they happen to be installed. Rivers are
uniform random binary trees (Rémy 1985) with 2 % of the nodes bifurcating: four in five rejoin 2 to 20 reaches below,
the others are canals to another stream. Node numbers and rows are shuffled. Contestants take turns within every round
and the median round counts, so that a busy machine slows all alike: trust the ratios. A peer that fails or would take
minutes is left out and said so. Nobody is asked for what it has no way to do: only networkx and scipy stop at a window.
"""

import argparse
import importlib
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np
from network_peers import PEERS, PEERS_UP_TO
from numba import from_dtype, njit

from riverplan.transport import ensemble, walks
from riverplan.transport.compiled import compile_network
from riverplan.transport.kernels import WALKED, Place
from riverplan.transport.warming import warm

HOUR = 3600.0
RECORDS = from_dtype(WALKED)
WINDOW = 72 * HOUR
SOURCES = 1_000
MEMBERS = 1_000


@njit
def tree(leaves, seed):
    """The node below each node of a uniform random binary tree, -1 at the root (Rémy's algorithm)."""
    np.random.seed(seed)
    n = 2 * leaves - 1
    below = np.full(n, -1, np.int64)
    made = 1
    for _ in range(1, leaves):
        cut = np.random.randint(0, made)
        joint, leaf = made, made + 1
        below[joint] = below[cut]
        below[cut] = below[leaf] = joint
        made += 2
    return below


@njit
def topological(below):
    n = below.size
    waiting = np.zeros(n, np.int64)
    for i in range(n):
        if below[i] >= 0:
            waiting[below[i]] += 1
    order = np.empty(n, np.int64)
    done = 0
    for i in range(n):
        if waiting[i] == 0:
            order[done] = i
            done += 1
    for at in range(n):
        down = below[order[at]]
        if down >= 0:
            waiting[down] -= 1
            if waiting[down] == 0:
                order[done] = down
                done += 1
    return order


@njit
def more_arms(below, order, wanted, seed):
    """Bifurcations that make no cycle: braids, and canals to a node later in the order."""
    np.random.seed(seed)
    n = below.size
    rank = np.empty(n, np.int64)
    for i in range(n):
        rank[order[i]] = i
    tail, head = np.empty(wanted, np.int64), np.empty(wanted, np.int64)
    made = 0
    while made < wanted:
        u = np.random.randint(0, n)
        if below[u] < 0:
            continue
        v = u
        if np.random.random() < 0.8:
            for _ in range(np.random.randint(2, 21)):
                v = below[v] if below[v] >= 0 else v
        else:
            v = order[min(n - 1, rank[u] + np.random.randint(2, max(3, n // 50)))]
        if v not in {u, below[u]}:
            tail[made], head[made] = u, v
            made += 1
    return tail, head


def river(n, seed=7):
    """Tail, head and travel time [s] of each reach, shuffled; no two reaches with the same ends."""
    rng = np.random.default_rng(seed)
    below = tree(n // 2 + 1, seed)
    n = below.size
    tail, head = more_arms(below, topological(below), n // 50, seed)
    has = np.flatnonzero(below >= 0)
    ends = np.unique(np.concatenate([has, tail]) * n + np.concatenate([below[has], head]))
    rng.shuffle(ends)
    name = rng.permutation(n)
    tail, head = name[ends // n].astype(np.int32), name[ends % n].astype(np.int32)
    length = rng.gamma(2.0, 2_100.0, tail.size)
    return n, tail, head, (length / rng.lognormal(np.log(0.5), 0.4, tail.size)).astype(np.float32)


class Ours:
    def __init__(self, n, tail, head, time_):
        self.times = walks.travel_times(compile_network(tail, head, n), time_)

    def down(self, node):
        return walks.downstream(self.times, node)

    def up(self, node, window=np.inf):
        return walks.upstream(self.times, node, window=window)

    def table(self, sources, targets):
        return walks.between(self.times, sources, targets)

    def mouth(self, _root):
        return walks.to_mouth(self.times)


def seconds(call: Callable[[], object], least: float = 5e-3) -> float:
    """Seconds of a call, repeated where one is too short for the clock."""
    times = 1
    while True:
        began = time.perf_counter()
        for _ in range(times):
            call()
        taken = time.perf_counter() - began
        if taken >= least:
            return taken / times
        times *= 4


def rounds(contestants: dict[str, Callable[[], object]], n: int = 9, most: float = 60.0) -> dict[str, float]:
    """Median seconds of each contestant; all take turns in every round."""
    taken = {name: [] for name in contestants}
    for call in contestants.values():
        call()
    began = time.perf_counter()
    for _ in range(n):
        for name, call in contestants.items():
            taken[name].append(seconds(call))
        if time.perf_counter() - began > most:
            break
    return {name: statistics.median(t) for name, t in taken.items()}


def say(what: str, found: dict[str, float], note: str = "") -> None:
    ours = found["ours"]
    peers = {k: v for k, v in found.items() if k in PEERS}
    best = f"best peer x{min(peers.values()) / ours:.1f}" if peers else ""
    others = "  ".join(f"{k} {1e3 * v:.4g} (x{v / ours:.3g})" for k, v in found.items() if k != "ours")
    print(f"  {what:34s} ours {1e3 * ours:9.4g} ms  {best:17s} {others} {note}", flush=True)


@njit
def chain(below, along, node, at, met, met_when):
    """The limit of a walk: from node to node down a tree, what was met written down; no braids, nothing else."""
    time_ = np.float32(0.0)
    found = Place(0)
    at = Place(at)
    while True:
        met[found], met_when[found] = at, time_
        found += Place(1)
        if below[at] < 0:
            break
        time_ += along[at]
        at = Place(below[at])
    walked = np.empty(found, RECORDS)
    for i in range(np.int64(found)):
        walked[i].node = node[Place(met[i])]
        walked[i].time = met_when[i]
    return walked


def bytes_a_reach(ours: Ours) -> tuple[float, float]:
    """Topology and times, and these with the room the walks share."""
    net, room = ours.times.net, ours.times.room
    held = sum(a.nbytes for a in (net.tail, net.head, net.rank, net.node, net.step, net.step_reach, net.in_start,
                                  net.above, net.in_reach, ours.times.along, ours.times.against))
    return held / net.n_reaches, (held + sum(getattr(room, f).nbytes for f in room.__slots__)) / net.n_reaches


def queries(size: int) -> None:
    n, tail, head, time_ = river(size)
    rng = np.random.default_rng(1)
    print(f"\n{n:,} nodes, {tail.size:,} reaches")
    built, made = {}, {}
    for name, kind in {"ours": Ours, **PEERS}.items():
        if n > PEERS_UP_TO.get(name, n):
            print(f"  {name} not asked at this size")
            continue
        try:
            if name != "ours":
                importlib.import_module(name)
        except ImportError:
            print(f"  {name} is not installed")
            continue
        began = time.perf_counter()
        made[name] = kind(n, tail, head, time_)
        built[name] = time.perf_counter() - began
    say("build", built)
    ours, net = made["ours"], made["ours"].times.net
    print("  bytes a reach: topology and one flow {:.1f}, with the walks' room {:.1f}".format(*bytes_a_reach(ours)))
    leaves = rng.permutation(np.flatnonzero(net.n_entering == 0))
    touched = np.array([ours.down(int(s)).size for s in leaves[:201]])
    source = int(leaves[np.argsort(touched)[100]])
    expected = ours.down(source)
    for peer in ("scipy", "networkx"):
        if peer in made:
            got = made[peer].down(source)
            assert np.allclose([got[i] for i in expected["node"].tolist()], expected["time"], rtol=1e-4)
    down = {k: lambda m=m: m.down(source) for k, m in made.items()}
    fork = net.step[:n] < -1
    entry = np.where(fork, -2 - net.step[:n], np.arange(n))          # the first arm of a bifurcation
    below, along = net.step[entry], ours.times.along[entry]
    met, when = np.empty(n, np.int32), np.empty(n, np.float32)
    rank = int(net.rank[source])
    hops = chain(below, along, net.node, rank, met, when).size
    found = rounds(down | {"chain": lambda: chain(below, along, net.node, rank, met, when)}, 21)
    per = found["ours"] / expected.size / (found["chain"] / hops)
    say(f"one source, {expected.size} reached", found, f"[bare chain of {hops}; a node x{per:.2f} of its hop]")
    crowd = leaves[:1000].tolist()                            # all of them in turn: little is in the nearest cache
    found = rounds({"ours": lambda: [ours.down(s) for s in crowd],
                    "chain": lambda: [chain(below, along, net.node, net.rank.item(s), met, when) for s in crowd]})
    per = (found["ours"] / sum(ours.down(s).size for s in crowd)
           / (found["chain"] / sum(chain(below, along, net.node, net.rank.item(s), met, when).size for s in crowd)))
    say("1000 sources one after another", found, f"[a node x{per:.2f} of a chain's hop]")
    goal = int(net.node[-1])
    size_up = ours.up(goal, WINDOW).size
    say(f"72 h above the mouth, {size_up} nodes",
        rounds({k: lambda m=m: m.up(goal, WINDOW) for k, m in made.items() if k in {"ours", "scipy", "networkx"}}, 15))
    say("all above the mouth", rounds({k: lambda m=m: m.up(goal) for k, m in made.items()}, 5))
    say("time to the mouth, all nodes", rounds({"ours": lambda: ours.mouth(goal)}, 9))
    sources = leaves[:SOURCES]
    targets = rng.choice(n, min(n // 50, 2_000), replace=False)
    few = sources[: SOURCES if n < 50_000 else SOURCES // 20]
    share = sources.size / few.size
    table = rounds({"ours": lambda: ours.table(sources, targets)}
                   | {k: lambda m=m: m.table(few, targets) for k, m in made.items() if k != "ours"}, 5, 40.0)
    say(f"{sources.size} sources x {targets.size} intakes",
        {k: t * (share if k != "ours" else 1.0) for k, t in table.items()},
        "" if share == 1 else f"[peers: {few.size} sources x {share:.0f}]")


def by_levels(net, tail, head):
    """Reaches grouped by the level of their tail above the mouth, for numpy to work a level at a time."""
    level = np.zeros(net.n_nodes, np.int64)
    for r in np.argsort(-net.rank[tail], kind="stable").tolist():
        level[tail[r]] = max(level[tail[r]], level[head[r]] + 1)
    order = np.argsort(level[tail], kind="stable")
    cuts = np.flatnonzero(np.diff(level[tail][order])) + 1
    groups = []
    for group in np.split(order, cuts):
        rows = group[np.argsort(tail[group], kind="stable")]
        nodes, first = np.unique(tail[rows], return_index=True)
        groups.append((rows, nodes, first if nodes.size < rows.size else None))
    return groups


def ensembles(size: int = 10_000) -> None:
    n, tail, head, time_ = river(size)
    net = compile_network(tail, head, n)
    times = walks.travel_times(net, time_)
    place = np.empty(tail.size, np.int64)                     # neighbours share a segment, more of them a river
    place[net.step_reach[net.step_reach >= 0]] = np.arange(tail.size)
    errors = ensemble.Errors(shared=0.2, river=0.2, segment=0.2, river_class=place // 100, segment_class=place // 10)
    groups = by_levels(net, tail, head)
    rng = np.random.Generator(np.random.Philox(5))

    def numpy_draws():
        def draw(classes):
            return rng.standard_normal((classes, MEMBERS), np.float32) * np.float32(0.2)
        return (np.exp(-(draw(1) + draw(errors.river_class.max() + 1))), np.exp(-draw(errors.segment_class.max() + 1)))

    def numpy_routing(river_factor, segment_factor):
        out = np.zeros((n, MEMBERS), np.float32)
        for rows, nodes, first in groups:
            gone = river_factor[errors.river_class[rows]] * segment_factor[errors.segment_class[rows]]
            gone *= time_[rows, None]
            gone += out[head[rows]]
            out[nodes] = gone if first is None else np.minimum.reduceat(gone, first)
        return out

    def draws():
        return ensemble.draw_members(net, errors, MEMBERS, 5)

    members, drawn = draws(), numpy_draws()
    ours = ensemble.ensemble_to_mouth(times, members)[1]
    theirs = numpy_routing(members.river, members.segment)
    assert np.allclose(ours[net.rank], theirs, rtol=1e-4)
    field = np.ones_like(theirs)
    room = field.copy()
    print(f"\n{MEMBERS:,} members x {tail.size:,} reaches, {members.segment.shape[0]} segments, "
          f"{members.river.shape[0]} rivers; {len(groups)} levels")
    found = rounds({
        "ours": lambda: ensemble.ensemble_to_mouth(times, draws()), "draws": draws,
        "routing": lambda: ensemble.ensemble_to_mouth(times, members),
        "numpy": lambda: numpy_routing(*numpy_draws()), "numpy draws": numpy_draws,
        "numpy routing": lambda: numpy_routing(*drawn), "copy of the result": field.copy,
        "copy into": lambda: np.copyto(room, field)}, 21)
    say("time to the mouth, with draws", found)
    print(f"  with draws: numpy x{found['numpy'] / found['ours']:.1f}; routing alone: numpy "
          f"x{found['numpy routing'] / found['routing']:.1f}; draws alone: numpy "
          f"x{found['numpy draws'] / found['draws']:.1f}")
    source = int(np.flatnonzero(net.n_entering == 0)[0])
    reached = walks.downstream(times, source)["node"]
    say(f"one source, {reached.size} reached, 5 targets",
        rounds({"ours": lambda: ensemble.ensemble_times(times, members, source, reached[-5:])}))


COLD = """
import time
import numpy as np
began = time.perf_counter()
import numba
loaded = time.perf_counter()
@numba.njit(cache=False)
def nothing(): return 0
from numba.core.registry import cpu_target
cpu_target.target_context.refresh(); cpu_target.typing_context.refresh()
ready = time.perf_counter()
from riverplan.transport.compiled import compile_network
from riverplan.transport.kernels import WALKED, Place
from riverplan.transport import walks
times = walks.travel_times(compile_network(np.array([0, 1, 1, 2]), np.array([1, 2, 3, 3]), 4), np.ones(4))
walks.downstream(times, 0)
print(loaded - began, ready - loaded, time.perf_counter() - ready)
"""


def first_query() -> None:
    taken = np.array([[float(x) for x in subprocess.run([sys.executable, "-c", COLD], check=True, capture_output=True,
                                                        text=True).stdout.split()] for _ in range(5)])
    print("first query of a fresh process, kernels cached: import numba {:.2f} s, numba getting ready {:.2f} s, "
          "our files and the query {:.3f} s".format(*np.median(taken, axis=0)))


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("nodes", nargs="*", type=int, default=[10_000, 100_000, 1_000_000])
    warm()
    first_query()
    ensembles()
    for number in asked.parse_args().nodes:
        queries(number)

"""From options to the best set that was simulated: tables of harm; the program's pick, greedy, nothing side by side."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from riverplan.channel import Array
from riverplan.planning.choose import Choice, Means, Table
from riverplan.planning.greedy import greedy, pruned
from riverplan.planning.harm import SAME_PROBABILITY, Harm, alike
from riverplan.planning.inflow import inflow_at, receptors_below
from riverplan.planning.options import Option
from riverplan.planning.sets import among, no_choice, only
from riverplan.planning.trials import Outcome, Trials
from riverplan.river.sites import Site

FEW = 4
"""So many options or fewer: every set is simulated."""
MOST_ALONE = 32
"""Options simulated alone: by turns the most promising of each kind of action; the rest are set aside."""
LEAST = 0.003
"""Share of all harm an option must be able to save to be simulated: a few of these together may count."""
MOST_PAIRED = 9
"""Options simulated in pairs: those that save most alone."""
ROUNDS = 3
"""Times the best set is tried with one more or one less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Best:
    """The best set simulated: options by number, who serves them, and what it is measured against.

    ``alone`` is the harm of each option simulated alone (the others were set aside), ``without`` the harm of the best
    set without each of its options.
    """

    choice: Choice
    chosen_by: str
    harms: Mapping[str, Harm]
    bound: tuple[float, float]
    alone: Mapping[int, Harm]
    without: Mapping[int, Harm]
    under: tuple[tuple[int, ...], ...]
    """What the program would pick for slow, usual and fast water alone."""


def search(trials: Trials, options: Sequence[Option], means: Means, nearest: Iterable[int], *,
           pinned: Sequence[Collection[int]] = (), known: Best | None = None) -> Best:
    """The best set of options by simulation: no worse than nothing and than the nearest first, as far as pins let it.

    Parameters
    ----------
    trials
        With the operations of the options, in their order.
    options, means
        What can be done, and with what.
    nearest
        Numbers of the options in the order in which the greedy plan takes them.
    pinned
        Sets of options of which one each must be taken; together they can be.
    known
        The best set of some of the options, found before.
    """
    who = [trials.place(s.site_id) for s in trials.receptors.sites]
    could = [_promise(trials, o, who) for o in options]
    nearest = [i for i in nearest if any(could[i])]           # below all who are harmed it would protect nobody
    held = {i for some in pinned for i in some}
    held |= {j for i in held for j in means.requires.get(i, ())}
    alone = _alone(trials, options, could, held)
    some = sorted(alone)
    first = pruned(trials, means, greedy(means, nearest, pinned), pinned)
    if len(alone) <= FEW:
        picks = _every(means, some, pinned, trials)
        by, table = "enumeration", _table(trials, options, alone, [])
    else:
        useful = sorted((i for i in alone if _useful(alone[i], trials.outcome(()).harm) or i in held),
                        key=lambda i: (alone[i].population_hours, alone[i].boundary_probability))[:MOST_PAIRED]
        pairs = [p for p in combinations(sorted(useful), 2) if means.groups[p[0]] != means.groups[p[1]]]
        # what only a gate above makes possible shows what it is worth beside that gate alone
        series = [(i, *means.requires.get(i, ())) for i in sorted(alone, key=lambda i: -could[i][0])]
        pairs += [p for p in [(min(s), max(s)) for s in series if len(s) == 2 and s[1] in alone][:MOST_PAIRED]
                  if p not in pairs]
        table = _table(trials, options, alone, pairs)
        pick = among(table, means, some, pinned)
        picks, by = [pick] if pick else [], "milp"
    named = [(by, c) for c in picks] + [("greedy", first)] + ([] if pinned else [("nothing", only(means, (), ()))])
    if known and all(set(known.choice.picked) & set(p) for p in pinned):
        named.append((known.chosen_by, known.choice))
    can = [(n, c) for n, c in named if c is not None]
    few = len(alone) <= FEW
    chosen_by, choice = _least(trials, means, can) if few else _improved(trials, means, can, alone, pinned)
    without = {i: trials.outcome(set(choice.picked) - {i}).harm for i in choice.picked}
    return Best(
        choice=choice, chosen_by=chosen_by,
        harms={"nothing": trials.outcome(()).harm, "greedy": _harm(trials, means, first or no_choice()),
               "plan": _harm(trials, means, choice)},
        bound=picks[0].bound if by == "milp" and picks else _bound(trials, picks), alone=alone,
        without=without, under=_under(trials, table, means, some, pinned))


def _bound(trials: Trials, picks: Sequence[Choice]) -> tuple[float, float]:
    """The least of either harm where every set was simulated: the bound is reached."""
    harms = [trials.outcome(c.picked).harm for c in picks]
    return (min((h.population_hours for h in harms), default=np.nan),
            min((h.boundary_probability for h in harms), default=np.nan))



def _alone(trials: Trials, options: Sequence[Option], could: Sequence[tuple[float, float]], held: Collection[int],
           ) -> dict[int, Harm]:
    """Harm of the most promising options alone; the others are set aside."""
    base = trials.outcome(()).harm
    worth = [i for i in range(len(options)) if i in held or could[i][0] > LEAST * base.population_hours
             or could[i][1] > SAME_PROBABILITY]
    rank: dict[int, int] = {}
    for i in sorted(worth, key=lambda i: (-could[i][0], -could[i][1], i)):
        rank[i] = sum(options[j].action == options[i].action for j in rank)
    tried = sorted(worth, key=lambda i: (i not in held, rank[i], -could[i][0], i))[:max(MOST_ALONE, len(held))]
    found = trials.outcomes([(), *((i,) for i in tried)])[1:]
    return {i: o.harm for i, o in zip(tried, found, strict=True)}


def _promise(trials: Trials, option: Option, sites: Sequence[Site]) -> tuple[float, float]:
    """What an option could save of either harm: the share of the plume's water it can hold, times the harm below."""
    base, who = trials.outcome(()), trials.receptors
    river, place = trials.ready.question.river, trials.place(option.site_id)
    there = receptors_below(river, place, sites)
    below = float(base.population_hours[there].sum()), float(base.probability[there & (who.counts > 0)].sum())
    flow = inflow_at(river, trials.ready.question.flow, place)
    comes = max(flow, 1e-6) * max(option.trailing - option.at, 1.0)
    led = option.action in ("divert", "stop_station")
    share = min(1.0 if led else (option.space.free_volume or 0.0) / comes, 1.0)
    return below[0] * share, below[1] * share


def _table(trials: Trials, options: Sequence[Option], alone: Mapping[int, Harm], pairs: Sequence[tuple[int, int]],
           ) -> Table:
    base = trials.outcome(())
    each = np.tile(_numbers(base.harm), (len(options), 1))
    for i, harm in alone.items():
        each[i] = _numbers(harm)
    both = trials.outcomes(pairs)
    return Table(nothing=_numbers(base.harm), alone=each,
                 pairs={p: _numbers(o.harm) for p, o in zip(pairs, both, strict=True)})


def _numbers(harm: Harm) -> Array:
    return np.array([harm.population_hours, harm.boundary_probability])


def _useful(harm: Harm, nothing: Harm) -> bool:
    return harm.better_than(replace(nothing, cost=harm.cost, actions=harm.actions - 1))




def _every(means: Means, some: Sequence[int], pinned: Sequence[Collection[int]], trials: Trials) -> list[Choice]:
    """Every set of a few options that can be done."""
    found = [only(means, s, pinned) for k in range(len(some) + 1) for s in combinations(some, k)]
    can = [c for c in found if c is not None]
    trials.outcomes([c.picked for c in can])
    return can





def _harm(trials: Trials, means: Means, choice: Choice) -> Harm:
    """Harm of a choice with its cost."""
    cost = float(means.cost[list(choice.picked)].sum())
    cost += sum(float(means.team_cost[i, t]) for i, t in choice.teams.items())
    cost += sum(float(means.store_cost[i, s]) for i, s in choice.stores.items())
    return replace(trials.outcome(choice.picked).harm, cost=cost, actions=len(choice.picked))


def _least(trials: Trials, means: Means, named: Sequence[tuple[str, Choice]]) -> tuple[str, Choice]:
    """The choice that leaves least harm when simulated; the first named of equals.

    What is alike counts as alike only beside the very least, else many small steps would lead away from it; and a
    cheaper set never leaves more person-hours than greedy or nothing do.
    """
    trials.outcomes([c.picked for _, c in named])
    harms = [_harm(trials, means, c) for _, c in named]
    most = min((h.population_hours for (n, _), h in zip(named, harms, strict=True) if n in ("greedy", "nothing")),
               default=np.inf)
    some = [i for i, h in enumerate(harms) if h.population_hours <= most] or list(range(len(harms)))
    least = min((harms[i] for i in some), key=lambda h: h.population_hours)
    some = [i for i in some if alike(harms[i], least)]
    border = min(harms[i].boundary_probability for i in some)
    some = [i for i in some if harms[i].boundary_probability <= border + SAME_PROBABILITY]
    return named[min(some, key=lambda i: (harms[i].cost, harms[i].actions, i))]


def _improved(trials: Trials, means: Means, named: Sequence[tuple[str, Choice]], alone: Mapping[int, Harm],
              pinned: Sequence[Collection[int]]) -> tuple[str, Choice]:
    """The best of some sets, or of it with one more or one less, as long as that leaves less harm.

    What the tables say of three and more actions is an estimate.
    """
    nothing, seen = trials.outcome(()).harm, list(named)
    best = _least(trials, means, seen)
    for _ in range(ROUNDS):
        taken = set(best[1].picked)
        more = sorted((i for i in alone if i not in taken and _useful(alone[i], nothing)),
                      key=lambda i: (alone[i].population_hours, alone[i].boundary_probability))[:ROUNDS]
        sets = [*(taken - {i} for i in taken), *(taken | {i} for i in more)]
        by = "milp" if best[0] in ("greedy", "nothing") else best[0]
        seen += [(by, c) for s in sets if (c := only(means, s, pinned)) is not None]
        found = _least(trials, means, seen)
        if found[1] is best[1]:
            break
        best = found
    return best


def _under(trials: Trials, table: Table, means: Means, some: Sequence[int],
           pinned: Sequence[Collection[int]]) -> tuple[tuple[int, ...], ...]:
    """What the program picks if the water is slow, usual or fast: what the choice rests on."""
    def harm(outcome: Outcome, v: int) -> Array:
        return np.array([outcome.under(v, trials.receptors), outcome.boundary])

    picks = []
    for v in range(3):
        nothing = harm(trials.outcome(()), v)
        alone = np.array([harm(trials.outcome((i,)), v) if trials.knows((i,)) else nothing
                          for i in range(means.cost.size)]).reshape(-1, 2)
        found = among(Table(nothing=nothing, alone=alone, pairs={
            p: harm(trials.outcome(p), v) for p in table.pairs}), means, some, pinned)
        picks.append(found.picked if found else ())
    return tuple(picks)

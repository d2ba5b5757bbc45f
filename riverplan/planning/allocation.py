"""Which store gives how much of what is needed, what is short, and where that could come from by when.

The nearest stores give first. What given in time and what is short always make up the need.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from riverplan.errors import Problem
from riverplan.planning.stock import Need, Stock
from riverplan.reference.materials import materials
from riverplan.units import HOUR

TONNES_FROM = 1_000.0
"""From this mass on [kg] amounts are said in tonnes."""
_SIGNS = {"m2": "m²", "m3": "m³"}
NOTHING_LEFT = 1e-9
"""The share of a need below which what is left of it is the rounding of subtractions, and no shortage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A part of a need, from one store.

    ``quantity`` counts in the unit of the need; ``taken`` of ``material_id`` leave the store, which is more where
    a weaker product stands in. ``travel`` is the way [s], None where nobody knows it.
    """

    store_id: str
    material_id: str
    quantity: float
    taken: float
    travel: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """A need and who meets it.

    Parameters
    ----------
    need
        As asked.
    given
        By stores in time, the nearest first.
    short
        What they leave, in the unit of the need.
    later
        Where that could come from afterwards: stores farther off, by their travel, then those whose way is not
        known.
    gap
        What no store lists at all.
    """

    need: Need
    given: tuple[Given, ...]
    short: float
    later: tuple[Given, ...] = ()
    gap: float = 0.0

    @property
    def needs(self) -> tuple[Need, ...]:
        """The need a store each, and what is short as one of no store: their quantities add up to it."""
        found = [Need(name=self.need.name, quantity=g.quantity, unit=self.need.unit, store_id=g.store_id)
                 for g in self.given]
        if self.short > 0:
            found.append(Need(name=self.need.name, quantity=self.short, unit=self.need.unit, short=self.short))
        return tuple(found)

    @property
    def travel(self) -> float | None:
        """When the last of what comes in time is there [s after leaving]; None where nothing comes."""
        return max((g.travel for g in self.given if g.travel is not None), default=None)


def allocate(needs: Sequence[Need], stocks: Sequence[Stock], travel: Mapping[str, float], *,
             within: float = math.inf) -> tuple[Allocation, ...]:
    """Give stocks to needs, the first need first.

    Parameters
    ----------
    needs
        What is wanted; needs of one material draw on the same stocks.
    stocks
        What lies in the stores; what has expired is not given.
    travel
        The way from each store to the place [s], by ``store_id``. A store that is missing, or whose time is not
        finite, is reckoned to come later.
    within
        The way that is still in time [s].

    Raises
    ------
    ValueError
        If a need is negative or not finite.
    """
    left = [0.0 if s.expired else max(s.quantity, 0.0) for s in stocks]
    ways = [way if math.isfinite(way := travel.get(s.store_id, math.inf)) else math.inf for s in stocks]
    found = []
    for need in needs:
        if not 0 <= need.quantity < math.inf:
            raise ValueError(f"{need.name}: a need of {need.quantity}")
        # of one store its own material goes before what stands in for it
        fit = sorted((i for i, s in enumerate(stocks) if s.worth(need.name) > 0),
                     key=lambda i: (ways[i], stocks[i].store_id, stocks[i].material_id != need.name))
        near = [i for i in fit if math.isfinite(ways[i]) and ways[i] <= within]
        given, short = _take(need, need.quantity, near, stocks, left, ways)
        later, gap = _take(need, short, [i for i in fit if i not in near], stocks, left, ways)
        found.append(Allocation(need=need, given=given, short=short, later=later, gap=gap))
    return tuple(found)


def left_after(stocks: Sequence[Stock], given: Sequence[Allocation]) -> list[Stock]:
    """Stocks less what is given, at once and later: what goes to one place is not there for the next."""
    taken: dict[tuple[str, str], float] = {}
    for g in (g for a in given for g in (*a.given, *a.later)):
        taken[g.store_id, g.material_id] = taken.get((g.store_id, g.material_id), 0.0) + g.taken
    return [replace(s, quantity=max(s.quantity - taken.pop((s.store_id, s.material_id), 0.0), 0.0)) for s in stocks]


def _take(need: Need, wanted: float, rows: Sequence[int], stocks: Sequence[Stock], left: list[float],
          ways: Sequence[float]) -> tuple[tuple[Given, ...], float]:
    """Take what is wanted out of rows of stocks, as far as they go; what is still wanted after that."""
    found = []
    for i in rows:
        worth = stocks[i].worth(need.name)
        part = min(wanted, left[i] * worth)
        if part <= 0:
            continue
        found.append(Given(store_id=stocks[i].store_id, material_id=stocks[i].material_id, quantity=part,
                           taken=part / worth, travel=ways[i] if math.isfinite(ways[i]) else None))
        left[i] = max(left[i] - part / worth, 0.0)
        wanted = wanted - part if wanted - part > NOTHING_LEFT * need.quantity else 0.0
    return tuple(found), wanted


def shortage_problems(allocations: Sequence[Allocation]) -> tuple[Problem, ...]:
    """What is short, and where it could come from by when: a gap where no store lists it."""
    found = []
    for a in allocations:
        if a.short <= 0:
            continue
        material = materials().get(a.need.name)
        said = {"material": {"zh": material.name, "en": material.name_en} if material else a.need.name,
                "need": _number(a.need.quantity, a.need), "short": _number(a.short, a.need),
                "unit": _unit(a.need)}
        if a.later:
            found.append(Problem(code="stock_short_later" if a.gap > 0 else "stock_late", severity="warning", fields={
                **said, "gap": _number(a.gap, a.need), "stores": {
                    "zh": "、".join(_from(g, a.need) for g in a.later),
                    "en": ", ".join(_from(g, a.need) for g in a.later)}}))
        else:
            found.append(Problem(code="stock_short" if a.given else "stock_gap", severity="warning", fields=said))
    return tuple(found)


def _from(given: Given, need: Need) -> str:
    way = "? h" if given.travel is None else f"{given.travel / HOUR:.1f} h"
    return f"{given.store_id} {amount_words(given.quantity, need)} ({way})"


def amount_words(quantity: float, need: Need) -> str:
    """A quantity of a need as every screen and paper tells it, in the figures and the unit of the need.

    >>> bags = Need(name="empty_bag", quantity=12345.0, unit="count")
    >>> sorbent = Need(name="oil_sorbent", quantity=12345.0, unit="kg")
    >>> amount_words(12345.0, bags), amount_words(12345.0, sorbent), amount_words(234.0, sorbent)
    ('12,345', '12.35 t', '0.234 t')
    """
    return f"{_number(quantity, need)} {_unit(need)}".strip()


def _unit(need: Need) -> str:
    """What the numbers of a need count in; nothing where they count pieces."""
    return "" if need.unit == "count" else "t" if _in_tonnes(need) else _SIGNS.get(need.unit, need.unit)


def _in_tonnes(need: Need) -> bool:
    return need.unit == "kg" and need.quantity >= TONNES_FROM


def _number(quantity: float, need: Need) -> str:
    """Four figures, never in powers of ten unless very small; in tonnes where the need is large; pieces all."""
    if need.unit == "count":
        return f"{quantity:,.0f}"
    return f"{float(f'{quantity / (1_000.0 if _in_tonnes(need) else 1.0):.4g}'):,.15g}"

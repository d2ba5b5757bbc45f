"""Flows side by side: 枯水期流量, 平水期流量, 丰水期流量 as columns, as most bureaus keep them."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from riverplan.tables.grids import Grid
from riverplan.tables.heads import Column, Heads, best_columns, head_texts
from riverplan.tables.measures import fold
from riverplan.tables.schema import tables

_SEARCHED = 12
_OF_A_SCENARIO = ("discharge", "velocity", "depth", "width")


def wide_flows(grid: Grid) -> tuple[tuple[str, Heads], ...]:
    """The heads of each flow scenario of a sheet that has scenarios as columns.

    Two scenarios at least must have a discharge, and a column must name the river. The scenario may
    stand in each head (``枯水期流量（m³/s）``) or over several (``枯水期`` over ``流量`` and ``流速``).

    Returns
    -------
    tuple
        Pairs of scenario (``low``, ``normal``, ``high``, ``measured``) and heads; empty where the
        sheet has one flow a row.
    """
    found: tuple[tuple[str, Heads], ...] = ()
    for row in range(min(_SEARCHED, len(grid.rows))):
        for depth in (1, 2):
            heads = _of_row(_texts(grid, row, depth), row + depth)
            if _columns(heads) > _columns(found):
                found = heads
    return found if len(found) >= 2 else ()


def _columns(heads: Sequence[tuple[str, Heads]]) -> tuple[int, int]:
    """How much a row of heads tells: scenarios, then columns."""
    return len(heads), sum(len(own.columns) for _, own in heads)


def _texts(grid: Grid, row: int, depth: int) -> list[str]:
    top = head_texts(grid, row)
    if depth == 1 or row + 1 >= len(grid.rows):
        return top
    bottom = head_texts(grid, row + 1)
    texts, over = [], ""
    for above, below in zip_longest(top, bottom, fillvalue=""):
        over = above or (over if below else "")           # a merged head has its text in its first cell
        joined = _scenario(over)[0] or below.startswith(("(", "（"))               # 里程 over (km)
        texts.append(f"{over}{below}" if joined else below or above)
    return texts


def _scenario(head: str) -> tuple[str, str]:
    """The scenario a head begins with and the rest of the head; two empty texts where there is none."""
    text = fold(head)
    choices = tables()["flow"].field("scenario").choices
    words = [(fold(word), choice.code) for choice in choices for word in choice.labels]
    for word, code in sorted(words, key=lambda w: -len(w[0])):
        if text.startswith(word):
            rest = text.removeprefix(word).lstrip("期季的-_ ")
            return code, rest if rest and rest[0] not in "(/" else f"流量{rest}"
    return "", ""


def _of_row(texts: Sequence[str], data_row: int) -> tuple[tuple[str, Heads], ...]:
    flow = tables()["flow"]
    split = [_scenario(t) for t in texts]
    plain = best_columns([t if not code else "" for t, (code, _) in zip(texts, split, strict=True)], flow)
    base = tuple(c for c in plain.columns if c.field.name not in (*_OF_A_SCENARIO, "scenario"))
    if not any(c.field.name == "river" for c in base):         # in a list of rivers the name is the river's
        named = next((c for c in best_columns(list(texts), tables()["river"]).columns if c.field.name == "name"), None)
        if named is None:
            return ()
        base = (*base, replace(named, field=flow.field("river")))
    found = []
    for scenario in dict.fromkeys(code for code, _ in split if code):
        own = best_columns([rest if code == scenario else "" for code, rest in split], flow)
        columns: list[Column] = [replace(c, head=texts[c.index]) for c in own.columns
                                 if c.field.name in _OF_A_SCENARIO]
        if any(c.field.name == "discharge" for c in columns):
            found.append((scenario, Heads(columns=(*base, *columns), data_row=data_row, unknown=(), twice=())))
    return tuple(found)

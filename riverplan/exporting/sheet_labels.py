"""Where labels go: beside their symbols, off the river, never on each other.

Labels are placed one by one in the order of their importance, each at the cheapest of some two hundred
places around its point. Boxes of labels already placed and of furniture are forbidden; ink under a label
(river lines, small symbols) costs. All lengths are millimetres of paper.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Array

Box = tuple[float, float, float, float]
"""Left, bottom, right, top [mm]."""
_ANGLES = np.radians([20, -20, 160, 200, 0, 180, 50, -50, 130, -130, 90, -90, 70, -70, 110, -110])
_DISTANCES = np.array([0.4, 1.5, 3.0, 4.8, 7.0, 9.5, 12.5, 16.0, 20.0])
_CELL = 0.8
_GAP = 0.35
"""Free paper between two labels [mm]."""
LEADER_FROM = 1.4
"""From this distance a thin line leads from the symbol to its label [mm]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A text wanted beside a point.

    ``forms`` are its texts from full to short with their sizes [mm]: ``(text, width, height)``; ``radius``
    is the size of the symbol at ``x, y``; a low ``rank`` is placed first; ``reach`` is how far away it may
    stand; ``needed`` ones may cover ink if nothing better is found (never another label).
    """

    key: str
    x: float
    y: float
    radius: float
    rank: float
    forms: tuple[tuple[str, float, float], ...]
    reach: float = 20.0
    needed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Where a label went; ``leader`` is the end of its leading line at the box, if it needs one."""

    key: str
    text: str
    box: Box
    leader: tuple[float, float] | None


def as_box(four: Array) -> Box:
    """Four numbers of an array as a box."""
    return float(four[0]), float(four[1]), float(four[2]), float(four[3])


def overlap(a: Box, b: Box) -> bool:
    """Whether two boxes share more than an edge."""
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


@dataclass(slots=True, kw_only=True)
class Paper:
    """What is already on the paper: forbidden boxes, and ink that costs.

    Parameters
    ----------
    window
        Labels stay inside.
    boxes
        Forbidden to labels.
    ink
        Points of lines and symbols, shape ``(n, 2)``, with the cost of covering each.
    """

    window: Box
    boxes: list[Box] = field(default_factory=list)
    ink: Array = field(default_factory=lambda: np.zeros((0, 2)))
    cost: Array = field(default_factory=lambda: np.zeros(0))
    grid: Array = field(default_factory=lambda: np.zeros((0, 0)))
    """The same ink in squares of ``_CELL`` mm, for leading lines."""

    def add_ink(self, points: Array, cost: float) -> None:
        """Points that labels should keep off."""
        self.ink = np.vstack([self.ink, points])
        self.cost = np.concatenate([self.cost, np.full(len(points), cost)])
        if not self.grid.size:
            shape = np.ceil(np.array(self.window[2:]) / _CELL).astype(int) + 2
            self.grid = np.zeros(tuple(shape))
        x, y = self._cells(points)
        self.grid[x, y] = np.maximum(self.grid[x, y], cost)

    def _cells(self, points: Array) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        cells = (points / _CELL).astype(int)
        return (np.clip(cells[..., 0], 0, self.grid.shape[0] - 1),
                np.clip(cells[..., 1], 0, self.grid.shape[1] - 1))

    def crossed(self, points: Array) -> Array:
        """The cost of the ink that leading lines cross; ``points`` has shape ``(n, k, 2)``."""
        return self.grid[self._cells(points)].sum(axis=1) if self.grid.size else np.zeros(len(points))

    def free(self, boxes: Array) -> NDArray[np.bool_]:
        """Whether each box, shape ``(n, 4)``, lies in the window and touches no forbidden box."""
        left, bottom, right, top = self.window
        ok = (boxes[:, 0] >= left) & (boxes[:, 1] >= bottom) & (boxes[:, 2] <= right) & (boxes[:, 3] <= top)
        if self.boxes:
            taken = np.array(self.boxes)
            hit = ((boxes[:, None, 0] < taken[None, :, 2] + _GAP) & (taken[None, :, 0] < boxes[:, None, 2] + _GAP)
                   & (boxes[:, None, 1] < taken[None, :, 3] + _GAP)
                   & (taken[None, :, 1] < boxes[:, None, 3] + _GAP))
            ok &= ~hit.any(axis=1)
        return ok

    def covered(self, boxes: Array) -> Array:
        """The cost of the ink under each box."""
        near = self._near(boxes)
        x, y = self.ink[near, 0], self.ink[near, 1]
        under = ((x > boxes[:, 0, None] - 0.3) & (x < boxes[:, 2, None] + 0.3)
                 & (y > boxes[:, 1, None] - 0.3) & (y < boxes[:, 3, None] + 0.3))
        return under @ self.cost[near]

    def _near(self, boxes: Array) -> NDArray[np.bool_]:
        low, high = boxes[:, :2].min(axis=0) - 1, boxes[:, 2:].max(axis=0) + 1
        return ((self.ink >= low) & (self.ink <= high)).all(axis=1)


def _candidates(label: Label, wide: float, high: float) -> tuple[Array, Array, Array]:
    """Boxes around the point, their distances from the symbol, and where their leaders would end."""
    angle, distance = (a.ravel() for a in np.meshgrid(_ANGLES, _DISTANCES[label.reach >= _DISTANCES]))
    c, s = np.cos(angle), np.sin(angle)
    near = label.radius + distance
    x = label.x + near * c + wide / 2 * np.clip(1.6 * c, -1, 1)
    y = label.y + near * s + high / 2 * np.clip(1.6 * s, -1, 1)
    boxes = np.column_stack([x - wide / 2, y - high / 2, x + wide / 2, y + high / 2])
    ends = np.column_stack([np.clip(label.x, boxes[:, 0], boxes[:, 2]), np.clip(label.y, boxes[:, 1], boxes[:, 3])])
    return boxes, distance, ends


def _leader_cost(paper: Paper, label: Label, ends: Array) -> Array:
    """1e6 where a leader would run through a forbidden box, else the ink it crosses, lightly."""
    start = np.array([label.x, label.y])
    run = ends - start
    far = np.hypot(run[:, 0], run[:, 1])
    # the part under the symbol itself does not count
    begin = np.minimum(label.radius / np.maximum(far, 1e-9), 1.0)[:, None]
    along = begin + (1.0 - begin) * np.linspace(0.1, 0.95, 16)
    points = start + along[:, :, None] * run[:, None, :]                                 # (n, 16, 2)
    cost = 0.5 * paper.crossed(points)
    if paper.boxes:
        b = np.array(paper.boxes)
        inside = ((points[:, :, None, 0] > b[:, 0]) & (points[:, :, None, 0] < b[:, 2])
                  & (points[:, :, None, 1] > b[:, 1]) & (points[:, :, None, 1] < b[:, 3]))
        own = (b[:, 0] <= label.x) & (label.x <= b[:, 2]) & (b[:, 1] <= label.y) & (label.y <= b[:, 3])
        cost += 1e6 * (inside & ~own).any(axis=(1, 2))
    return cost


def place(labels: Iterable[Label], paper: Paper) -> list[Placed]:
    """Places for labels; those for which there is none are left out (their symbols and rows stay)."""
    done: list[Placed] = []
    for label in sorted(labels, key=lambda one: (one.rank, one.key)):
        best = _best(label, paper)
        if best is None:
            continue
        done.append(best)
        paper.boxes.append(best.box)
        if best.leader is not None:
            line = np.linspace((label.x, label.y), best.leader, 12)
            paper.add_ink(line, 4.0)
    return done


def _best(label: Label, paper: Paper) -> Placed | None:
    choices: list[tuple[float, Placed]] = []
    for number, (words, wide, high) in enumerate(label.forms):
        boxes, distance, ends = _candidates(label, wide, high)
        free = paper.free(boxes)
        if not free.any():
            continue
        boxes, distance, ends = boxes[free], distance[free], ends[free]
        cost = paper.covered(boxes) + 0.55 * distance + _leader_cost(paper, label, ends) + 9.0 * number
        best = int(np.argmin(cost))
        if cost[best] >= 1e6:
            continue
        has_leader = distance[best] >= LEADER_FROM
        placed = Placed(key=label.key, text=words, box=as_box(boxes[best]),
                        leader=(float(ends[best, 0]), float(ends[best, 1])) if has_leader else None)
        choices.append((float(cost[best]), placed))
    if not choices:
        return None
    cost_of_best, found = min(choices, key=lambda c: c[0])
    return found if label.needed or cost_of_best < 45.0 else None

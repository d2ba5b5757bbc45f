"""What people do to a river while a plume is in it, and the things they do it with."""

from dataclasses import dataclass
from math import inf

ACTIONS = ("close", "open", "set", "divert", "draw", "dose", "release")
"""What can be done at a place."""
GATE_ACTIONS = ("close", "open", "set")
"""What is done at a gate or a dam."""
ENDING_ACTIONS = ("draw", "dose", "release")
"""What goes on until some time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One thing done at one place, at one time.

    Parameters
    ----------
    place
        A site (``site_id``) or a node (``node_id``).
    action
        ``close``: a gate or dam holds all water the reaches above bring until its free volume is full, then spills.
        ``open``: it passes what comes and lets out what it held. ``set``: it lets out ``value``, as long as there is
        water.
        ``divert``: a diversion station takes ``value`` [m³/s] (0 stops it, None is its rated flow), as far as
        the water above the ecological flow goes. ``draw``: ``value`` of the river's water is let or pumped into a
        space beside it, with the mass in it, as long as there is water. ``dose``: the share ``value`` of the mass
        passing is taken out of the water. ``release``: ``value`` of clean water is added.
    at
        When it begins [s after the beginning of the release]; before the release is negative.
    value
        [m³/s] or [-], as the action says.
    until
        When a ``draw``, ``dose`` or ``release`` ends [s]; other states last until the next operation there.
    """

    place: str
    action: str
    at: float
    value: float | None = None
    until: float = inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A position on a reach (row number and metres from its tail), or a node (number) where ``node`` is not None."""

    reach: int = -1
    chainage: float = 0.0
    node: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A gate or dam at a node; ``usable`` is the volume it can hold above what is held normally [m³]."""

    node: int
    usable: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Diversion:
    """A conduit (row of its first reach) that takes ``asked``, at most ``rated``, and leaves ``ecological`` [m³/s]."""

    conduit: int
    rated: float
    ecological: float = 0.0
    asked: float = 0.0
    """What it takes before the first operation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """Mass [kg] put into the water at a place, evenly from ``at`` [s] for ``duration`` [s]; 0 is at once."""

    place: Place
    mass: float
    at: float = 0.0
    duration: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Inflow:
    """Water added to the steady inflow at a place; linear in time between points, constant beyond.

    ``time`` [s] rises; ``value`` [m³/s] below zero takes water, with the mass in it.
    """

    place: Place
    time: tuple[float, ...]
    value: tuple[float, ...]

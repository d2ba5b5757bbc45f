"""What things look like: arrival classes and site symbols, one truth for sheet, web map and app.

Pure data: no drawing library is imported here. A shape is a set of closed polygons in a box from -1 to 1,
x to the right and y *down*, so that the same points make an SVG symbol and a printed marker.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from riverplan.i18n import Lang, text
from riverplan.units import HOUR

Polygon = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalClass:
    """One class of leading-edge arrival, in colour and for a fax.

    ``until`` [s after release] is its upper bound; widths are points, ``dash`` is on and off lengths
    in line widths (empty is solid). The ``tag`` letter stands beside the line on the black-and-white sheet.
    """

    until: float
    colour: str
    tag: str
    mono_width: float
    mono_dash: tuple[float, ...]
    mono_hollow: bool = False


ARRIVAL_CLASSES: tuple[ArrivalClass, ...] = (
    ArrivalClass(until=2 * HOUR, colour="#4d0026", tag="A", mono_width=4.6, mono_dash=()),
    ArrivalClass(until=4 * HOUR, colour="#960327", tag="B", mono_width=4.2, mono_dash=(3.0, 0.7)),
    ArrivalClass(until=8 * HOUR, colour="#d0342c", tag="C", mono_width=3.8, mono_dash=(1.5, 0.8)),
    ArrivalClass(until=12 * HOUR, colour="#f0702f", tag="D", mono_width=3.4, mono_dash=(2.4, 0.8, 0.6, 0.8)),
    ArrivalClass(until=24 * HOUR, colour="#faad47", tag="E", mono_width=3.0, mono_dash=(0.5, 0.9)),
    ArrivalClass(until=math.inf, colour="#fbe38e", tag="F", mono_width=3.4, mono_dash=(), mono_hollow=True),
)
"""0–2, 2–4, 4–8, 8–12, 12–24 and over 24 h: dark to light without a break, so that the order survives
colour blindness and a grey copy."""
CASING = "#3a2a20"
"""Colour of the thin edge of an affected line: it keeps the lightest class visible on white."""
UNAFFECTED = "#4f9bd9"
"""Colour of water the plume does not reach: the only blue line, thin and without an edge."""
UNAFFECTED_WIDTH = 1.0
"""Its width [points]."""
AFFECTED_WIDTH = 3.6
"""Width of an affected line in colour [points]."""
NOT_AFFECTED = -1
"""What :func:`arrival_class` says of water that is not reached."""


def stamp_text(stamp: str, lang: Lang) -> str:
    """The stamp of a river's data, with its translation where it is the demonstration's."""
    known = stamp == text("stamp.demonstration", "zh")
    return text("stamp.demonstration", lang) if known else stamp


def arrival_class(seconds: float) -> int:
    """The class of a leading-edge time: 0 … 5, or ``NOT_AFFECTED`` for nan, infinity and None.

    >>> arrival_class(1.9 * 3600), arrival_class(2 * 3600), arrival_class(1e6), arrival_class(float("nan"))
    (0, 1, 5, -1)
    """
    if seconds is None or not math.isfinite(seconds):
        return NOT_AFFECTED
    return next(i for i, c in enumerate(ARRIVAL_CLASSES) if seconds < c.until)


def arrival_label(number: int, lang: Lang) -> str:
    """The words of an arrival class, such as ``2–4 h``; of ``NOT_AFFECTED``, that it is not reached."""
    return text("arrival_class.none" if number == NOT_AFFECTED else f"arrival_class.c{number}", lang)


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """How one kind of thing is drawn.

    ``size`` is the printed side of the shape's box [mm]; ``fill`` and ``edge`` are colours. ``mono_fill``
    is ``#000000`` or ``#ffffff``: on a fax the kinds differ by shape and by full or hollow.
    """

    key: str
    shape: tuple[Polygon, ...]
    fill: str
    edge: str
    size: float
    mono_fill: str = "#000000"

    def label(self, lang: Lang) -> str:
        """Its words in the legend."""
        return text(f"symbol.{self.key}", lang)


def _star(points: int, inner: float) -> Polygon:
    angles = [math.pi * i / points - math.pi / 2 for i in range(2 * points)]
    radii = [1.0 if i % 2 == 0 else inner for i in range(2 * points)]
    return tuple((round(r * math.cos(a), 3), round(r * math.sin(a), 3))
                 for a, r in zip(angles, radii, strict=True))


def _ring(radius: float, n: int = 20) -> Polygon:
    return tuple((round(radius * math.cos(2 * math.pi * i / n), 3),
                  round(radius * math.sin(2 * math.pi * i / n), 3)) for i in range(n))


def _box(x0: float, y0: float, x1: float, y1: float) -> Polygon:
    return ((x0, y0), (x1, y0), (x1, y1), (x0, y1))


_DROP: Polygon = ((0.0, -1.0), *((round(0.68 * math.cos(a), 3), round(0.32 + 0.68 * math.sin(a), 3))
                                 for a in (math.radians(d) for d in range(-30, 211, 20))))
_DIAMOND: Polygon = ((0.0, -1.0), (0.85, 0.0), (0.0, 1.0), (-0.85, 0.0))
_UP: Polygon = ((0.0, -0.95), (0.95, 0.8), (-0.95, 0.8))
_BRIDGE: tuple[Polygon, ...] = (
    ((-1.0, -0.75), (-0.65, -0.35), (0.65, -0.35), (1.0, -0.75), (1.0, -0.45), (0.78, -0.1), (-0.78, -0.1),
     (-1.0, -0.45)),
    ((-1.0, 0.75), (-0.65, 0.35), (0.65, 0.35), (1.0, 0.75), (1.0, 0.45), (0.78, 0.1), (-0.78, 0.1),
     (-1.0, 0.45)))
_CROSS: Polygon = ((-0.32, -1.0), (0.32, -1.0), (0.32, -0.32), (1.0, -0.32), (1.0, 0.32), (0.32, 0.32),
                   (0.32, 1.0), (-0.32, 1.0), (-0.32, 0.32), (-1.0, 0.32), (-1.0, -0.32), (-0.32, -0.32))

_BLUE, _WHITE = "#1b5fa8", "#ffffff"
SPACE_SHAPES: Mapping[str, tuple[Polygon, ...]] = MappingProxyType({
    "reservoir": (_box(-0.85, -0.85, 0.85, 0.85),),
    "constructed_wetland": (_box(-0.95, 0.45, 0.95, 0.8), _box(-0.13, -0.95, 0.13, 0.45),
                            ((-0.85, -0.7), (-0.5, -0.7), (-0.2, 0.4), (-0.5, 0.4)),
                            ((0.85, -0.7), (0.5, -0.7), (0.2, 0.4), (0.5, 0.4))),
    "pond": (_ring(0.85),),
    "gate_dam": (_box(-0.95, -0.85, 0.95, -0.35), _box(-0.28, -0.35, 0.28, 0.9)),
    "hydropower_dam_type": (_UP,),
    "hydropower_diversion_type": (((-0.95, -0.9), (-0.5, -0.9), (0.0, -0.25), (0.5, -0.9), (0.95, -0.9),
                                   (0.24, 0.1), (0.24, 0.9), (-0.24, 0.9), (-0.24, 0.1)),),
    "dry_channel": (_box(-0.95, -0.55, -0.4, -0.15), _box(-0.15, -0.2, 0.35, 0.2),
                    _box(0.45, 0.15, 0.95, 0.55)),
    "island_reach": (((-1.0, 0.0), (-0.5, -0.42), (0.5, -0.42), (1.0, 0.0), (0.5, 0.42), (-0.5, 0.42)),),
    "bridge": _BRIDGE,
    "temp_dam_site": (((-0.9, -0.75), (0.9, -0.75), (0.9, 0.9), (0.4, 0.9), (0.4, -0.25), (-0.9, -0.25)),),
    "other": (_box(-0.7, -0.7, 0.7, 0.7), ),
})
"""Shapes of the types of emergency space, the blue family."""

SYMBOLS: Mapping[str, Symbol] = MappingProxyType({
    "spill": Symbol(key="spill", shape=(_star(5, 0.42),), fill="#e4002b", edge="#000000", size=6.4),
    "risk_source": Symbol(key="risk_source", shape=(_UP,), fill="#e4002b", edge=_WHITE, size=2.9),
    "intake": Symbol(key="intake", shape=(_DROP,), fill="#00753a", edge=_WHITE, size=4.0),
    "section": Symbol(key="section", shape=(_DIAMOND,), fill="#7a2a8c", edge=_WHITE, size=3.5,
                      mono_fill=_WHITE),
    "boundary": Symbol(key="boundary", shape=(_box(-0.16, -1.0, 0.16, 1.0), _box(-0.7, -1.0, 0.7, -0.72),
                                              _box(-0.7, 0.72, 0.7, 1.0)),
                       fill="#000000", edge=_WHITE, size=4.2),
    "bridge": Symbol(key="bridge", shape=_BRIDGE, fill="#5a5a5a", edge=_WHITE, size=2.6),
    "town": Symbol(key="town", shape=(_ring(0.8),), fill=_WHITE, edge="#222222", size=2.3, mono_fill=_WHITE),
    "store": Symbol(key="store", shape=(_CROSS,), fill="#8a5a1c", edge=_WHITE, size=3.2),
    "team": Symbol(key="team", shape=(((0.0, -0.95), (0.95, -0.2), (0.6, 0.9), (-0.6, 0.9), (-0.95, -0.2)),),
                   fill="#8a5a1c", edge=_WHITE, size=2.9, mono_fill=_WHITE),
    "contact": Symbol(key="contact", shape=(_ring(0.55),), fill="#8a5a1c", edge=_WHITE, size=2.4,
                      mono_fill=_WHITE),
    "material": Symbol(key="material", shape=(_box(-0.6, -0.6, 0.6, 0.6),), fill="#8a5a1c", edge=_WHITE, size=2.4),
    "mechanism": Symbol(key="mechanism", shape=(_box(-0.6, -0.85, 0.6, 0.85),), fill="#8a5a1c", edge=_WHITE, size=2.4,
                        mono_fill=_WHITE),
    "road_stake": Symbol(key="road_stake", shape=(_box(-0.25, -0.8, 0.25, 0.8),), fill="#5a5a5a", edge=_WHITE,
                         size=2.2),
    **{f"space_{name}": Symbol(key=f"space_{name}", shape=shape, fill=_BLUE, edge=_WHITE, size=3.3)
       for name, shape in SPACE_SHAPES.items()},
})
"""All symbols by their key: a kind of site or resource, ``spill``, or ``space_<category>``."""


def symbol_for(kind: str, category: str = "") -> Symbol:
    """The symbol of a kind of site or resource; of a space, by its type.

    >>> symbol_for("space", "pond").key, symbol_for("space", "?").key, symbol_for("intake").key
    ('space_pond', 'space_other', 'intake')
    """
    if kind == "space":
        return SYMBOLS.get(f"space_{category}", SYMBOLS["space_other"])
    return SYMBOLS[kind]


def svg_symbol(kind: str, category: str = "", *, pixels: int = 18) -> str:
    """The symbol as one inline ``<svg>`` element, for pages: no reference, script or name in it."""
    symbol = symbol_for(kind, category)
    path = "".join("M" + "L".join(f"{x:g} {y:g}" for x, y in ring) + "Z" for ring in symbol.shape)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{pixels}" height="{pixels}" '
            f'viewBox="-1.2 -1.2 2.4 2.4">'
            f'<path d="{path}" fill="{symbol.fill}" stroke="{symbol.edge}" stroke-width="0.24" '
            f'stroke-linejoin="round" paint-order="stroke"/></svg>')

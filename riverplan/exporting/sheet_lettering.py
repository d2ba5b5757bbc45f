"""Letters as outlines, in millimetres of paper: their boxes are exact and no font is needed to show them."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path
from matplotlib.textpath import TextToPath
from matplotlib.transforms import Affine2D

from riverplan.exporting.fonts import Face, font, printable

MM_PER_POINT = 25.4 / 72.0
ASCENT, DESCENT = 0.86, 0.14
"""Height of a line of text above and below its base line, in letter sizes (Chinese letters fill it)."""
SLANT = 15.0
"""How far names of water lean to the left [degrees]."""


@lru_cache(maxsize=4096)
def _outline(text: str, face: Face) -> Path:
    """The outline of a text at 1 mm letter size, its base line starting at the origin."""
    # TextPath itself would read "$" in a name as mathematics
    vertices, codes = TextToPath().get_text_path(FontProperties(fname=str(font(face).path), size=100), text,
                                                 ismath=False)
    return Path(np.asarray(vertices, float).reshape(-1, 2) / 100.0, codes)


def width(text: str, points: float, face: Face = "sans") -> float:
    """Width of a text at a letter size in points [mm]."""
    path = _outline(printable(text, face), face)
    vertices = np.asarray(path.vertices, float)
    return float(vertices[:, 0].max()) * points * MM_PER_POINT if len(vertices) else 0.0


def height(points: float) -> float:
    """Height of a line of letters [mm]."""
    return points * MM_PER_POINT * (ASCENT + DESCENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ink:
    """How letters are drawn: size [points], colour, face, boldness by stroke, white halo [mm a side].

    A fax thickens everything: bold is lighter there (``fax``), or small letters fill up.
    """

    points: float
    colour: str = "#000000"
    face: Face = "sans"
    bold: bool = False
    fax: bool = False
    halo: float = 0.45
    slanted: bool = False


def write(ax: Axes, text: str, x: float, y: float, ink: Ink, *, anchor: tuple[float, float] = (0.0, 0.0),
          rotation: float = 0.0, zorder: float = 9.0, clip: Patch | None = None) -> None:
    """Draw a text.

    Parameters
    ----------
    ax
        Axes whose data unit is 1 mm.
    text
        One line.
    x, y
        Where the anchor lies [mm].
    ink
        The look.
    anchor
        The point of the text's box that lies at ``x, y``: (0, 0) lower left, (1, 1) upper right.
    rotation
        Counter-clockwise [degrees], about the anchor.
    zorder
        Above what it is drawn; its halo lies just beneath.
    clip
        A patch to clip by.
    """
    text = printable(text, ink.face)
    outline = _outline(text, ink.face)
    if not np.size(outline.vertices):
        return
    size = ink.points * MM_PER_POINT
    wide = width(text, ink.points, ink.face)
    move = Affine2D().scale(size).translate(-anchor[0] * wide, (DESCENT - anchor[1]) * size)
    if ink.slanted:
        move = move.skew_deg(-SLANT, 0.0)
    path = move.rotate_deg(rotation).translate(x, y).transform_path(outline)
    if ink.halo > 0:
        _patch(ax, path, "#ffffff", 2 * ink.halo / MM_PER_POINT, zorder - 0.01, clip)
    _patch(ax, path, ink.colour, ink.points * (0.02 if ink.fax else 0.045) if ink.bold else 0.0, zorder, clip)


def _patch(ax: Axes, path: Path, colour: str, line: float, zorder: float, clip: Patch | None) -> None:
    patch = PathPatch(path, facecolor=colour, edgecolor=colour if line else "none", linewidth=line,
                      joinstyle="round", zorder=zorder)
    ax.add_artist(patch)
    if clip is not None:
        patch.set_clip_path(clip)

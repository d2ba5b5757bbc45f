"""Chinese fonts for print: those that come with the install, the system's as a fallback.

Noto Sans SC and Noto Serif SC (OFL) come in the package ``pylopdf_fonts_zh_cn``, regular weight only:
bold is drawn by a stroke of the letter's own colour.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from riverplan.errors import InputError, Problem

Face = Literal["sans", "serif"]
_PACKAGE = "pylopdf_fonts_zh_cn"
_OWN: Mapping[Face, tuple[str, str]] = {"sans": ("NotoSansSC-Regular.otf", "Noto Sans SC"),
                                        "serif": ("NotoSerifSC-Regular.otf", "Noto Serif SC")}
_SYSTEM: Mapping[Face, tuple[str, ...]] = {
    "sans": ("Noto Sans SC", "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "SimHei", "PingFang SC",
             "WenQuanYi Zen Hei"),
    "serif": ("Noto Serif SC", "Noto Serif CJK SC", "Source Han Serif SC", "SimSun", "Songti SC"),
}
MISSING = "〓"
"""What printers set for a character their case lacks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FontFile:
    """A font on disk and the family name it is asked for by."""

    path: Path
    family: str


@cache
def font(face: Face) -> FontFile:
    """The font of a face: the installed package's, else the system's.

    Raises
    ------
    InputError
        If no Chinese font is found at all.
    """
    name, family = _OWN[face]
    try:
        path = Path(str(files(_PACKAGE).joinpath(name)))
        if path.is_file():
            return FontFile(path=path, family=family)
    except ModuleNotFoundError:
        pass
    from matplotlib.font_manager import fontManager

    installed = {entry.name: entry.fname for entry in fontManager.ttflist}
    for family in _SYSTEM[face] + _SYSTEM["sans"]:
        if family in installed:
            return FontFile(path=Path(installed[family]), family=family)
    raise InputError(Problem(code="no_chinese_font"))


@cache
def characters(face: Face) -> frozenset[int]:
    """The code points a face has a glyph for."""
    from matplotlib.ft2font import FT2Font

    return frozenset(FT2Font(str(font(face).path)).get_charmap())


def missing(written: str, face: Face = "sans") -> str:
    """The characters of a text that the face cannot print, each once, in order.

    >>> missing("龙河 08:40 m³/s")
    ''
    """
    known = characters(face)
    return "".join(dict.fromkeys(c for c in written if not c.isspace() and ord(c) not in known))


def printable(value: Any, face: Face = "sans") -> Any:
    """A text, or texts nested in lists and mappings, with unprintable characters set as 〓.

    Line breaks, tabs and control characters become one space: a name stands on one line.
    """
    if isinstance(value, str):
        known = characters(face)
        clean = (c if ord(c) in known else " " if c.isspace() or not c.isprintable() else MISSING
                 for c in value)
        return "".join(clean)
    if isinstance(value, Mapping):
        return {k: printable(v, face) for k, v in value.items()}
    if isinstance(value, Sequence):
        return [printable(v, face) for v in value]
    return value

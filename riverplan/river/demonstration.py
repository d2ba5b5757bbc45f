"""Where the demonstration river's raw files are: in the wheel, or beside the package in a source tree."""

from dataclasses import dataclass
from pathlib import Path

from riverplan.errors import InputError, Problem
from riverplan.i18n import listed

OUTLETS = ((109.4528, 31.0),)
"""Where the 长江 leaves the demonstration's map [degrees]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demonstration:
    """The raw files of the demonstration river (示范数据, 非实测).

    Parameters
    ----------
    name
        Name of the river.
    lines
        Files of lines.
    workbook
        The lists.
    outlets
        Where the water leaves: longitude and latitude [degrees].
    """

    name: str
    lines: tuple[Path, ...]
    workbook: Path
    outlets: tuple[tuple[float, float], ...]


def demonstration() -> Demonstration:
    """The demonstration river: 长江丰都段 with 龙河, 渠溪河 and 碧溪河.

    Raises
    ------
    InputError
        If the package came without its data.
    """
    package = Path(__file__).resolve().parents[1]
    names = ("fengdu_lines.geojson", "tributaries.shp", "fengdu_lists.xlsx")
    for folder in (package / "data", package.parent / "data"):
        files = [folder / name for name in names]
        if all(f.is_file() for f in files):
            return Demonstration(name="长江丰都段", lines=tuple(files[:2]), workbook=files[2], outlets=OUTLETS)
    raise InputError(Problem(code="demonstration_missing", fields={"files": listed(names)}))

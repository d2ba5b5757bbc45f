"""A workbook of lists and nothing else → a river: schematic lines, sites at their kilometres."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd

from riverplan.errors import InputError, Problem
from riverplan.river.bare_network import network_of
from riverplan.river.merging import lay_over, summary
from riverplan.river.network import RiverNetwork
from riverplan.river.schematic import river_table, schematic_lines
from riverplan.river.sites import SITES
from riverplan.river.stems import with_river_km
from riverplan.tables import Lists, read_lists
from riverplan.tables.cells import text_of

_TOUCHING = 1.0
"""Schematic lines meet exactly; ends farther apart than this [m] are not joined."""


def sketch_river(workbook: Path | str, *, name: str, mouth: tuple[float, float] | None = None) -> RiverNetwork:
    """Make a schematic river from lists that give kilometres from the mouth.

    Parameters
    ----------
    workbook
        The list of rivers (length, the river each joins and where) and any others; sites need their river
        and kilometre, coordinates are kept as a remark only.
    name
        Name of the river.
    mouth
        Longitude and latitude of the mouth [degrees]; ``None`` takes the one in the list of rivers, if any.

    Returns
    -------
    RiverNetwork
        Lengths, flows and travel times as the lists say; every ``course`` is ``sketched``.

    Raises
    ------
    InputError
        With all problems, if the workbook cannot be read or its rivers make no network.
    """
    path = Path(workbook)
    name = text_of(name)
    problems = [] if name else [Problem(code="name_blank")]
    lists = None
    try:
        lists = read_lists(path)
        table, said = river_table(lists)
        lines = schematic_lines(table, mouth=mouth or _mouth(lists.frames["river"]))
    except InputError as error:
        raise InputError([*problems, *error.problems, *(lists.problems if lists else ())]) from None
    if problems:
        raise InputError(problems)
    outlet = lines.geometry.iloc[0].coords[-1]                  # the main river comes first
    river, found = network_of(lines, name=name, snap=_TOUCHING, outlets=[(outlet[0], outlet[1])])
    grave = [p for p in found if p.severity != "note"]          # notes tell of gaps a drawing by rule has not
    river = river.replace(reaches=with_river_km(river.reaches), report=(*said, *grave))
    river = lay_over(river, _by_kilometre(lists), file=path.name)
    report = (*river.report, *_remarks(lines), summary(river, river.report))
    return river.replace(report=report)


def _mouth(rivers: pd.DataFrame) -> tuple[float, float] | None:
    main = rivers[(rivers["joins"] == "") & rivers["mouth_lon"].notna() & rivers["mouth_lat"].notna()]
    lon, lat = (main[axis].to_numpy(np.float64) for axis in ("mouth_lon", "mouth_lat"))
    return (float(lon[0]), float(lat[0])) if len(main) else None


def _by_kilometre(lists: Lists) -> Lists:
    """The lists with what a schematic drawing can hold: sites at kilometres, their coordinates as a remark."""
    frames = dict(lists.frames)
    frames["river"] = frames["river"].assign(course="sketched", drawn_accuracy=np.nan, mouth_lon=np.nan,
                                             mouth_lat=np.nan)
    for kind in SITES:
        frame = frames[kind]
        lon, lat = frame["lon"].to_numpy(np.float64), frame["lat"].to_numpy(np.float64)
        where = [f"{x:.6f}, {y:.6f}" if np.isfinite(x + y) else "" for x, y in zip(lon, lat, strict=True)]
        notes = ["；".join(filter(None, pair)) for pair in zip(frame["note"], where, strict=True)]
        frames[kind] = frame.assign(lon=np.nan, lat=np.nan, note=pd.Series(notes, index=frame.index, dtype=object))
    kept: Mapping[str, pd.DataFrame] = MappingProxyType(frames)
    return replace(lists, frames=kept)


def _remarks(lines: pd.DataFrame) -> list[Problem]:
    known = lines["drawn_accuracy"].notna().all()
    fields = {"count": len(lines), "km": float(lines["length"].sum()) / 1000}
    return [Problem(code="schematic_made" if known else "schematic_nowhere",
                    severity="note" if known else "warning", fields=fields)]

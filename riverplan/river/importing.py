"""Files a bureau has → a river: lines cleaned and directed, lists laid over them, sites located."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

import geopandas as gpd

from riverplan.errors import InputError, Problem
from riverplan.i18n import listed
from riverplan.river.answered import still_open
from riverplan.river.bare_network import network_of
from riverplan.river.braids import main_channel
from riverplan.river.counting import counted
from riverplan.river.datum_guess import line_shift_problems
from riverplan.river.diversion import lay_diversions
from riverplan.river.filling import fill_hydraulics
from riverplan.river.listing import read_and_remember, stated_datums, with_lists
from riverplan.river.mending import apply_mends
from riverplan.river.mends import Mend, outlets_of
from riverplan.river.merging import summary
from riverplan.river.network import RiverNetwork
from riverplan.river.stems import with_river_km
from riverplan.river.today import with_today_if_usable
from riverplan.river.waters import lay_waters
from riverplan.tables import Lists, read_lines
from riverplan.tables.cells import text_of

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bare:
    """A river of lines alone, and the lists that wait to be laid over it.

    Parameters
    ----------
    river
        Cleaned and directed; what was found and done stands in its ``report``.
    lists
        Read and checked.
    waters
        Lakes and reservoirs that came with the lines, as polygons in longitude and latitude.
    dem
        Files of elevations to take heights and slopes from.
    braids
        Whether side arms are kept; they are dropped after the mends.
    specific
        Specific discharges by scenario [m³/s/m²].
    about
        Names of the files of lists.
    gauges, schedule, at
        What makes the flow of today, and when.
    """

    river: RiverNetwork
    lists: Lists | None = None
    waters: gpd.GeoDataFrame | None = None
    dem: tuple[Path, ...] = ()
    braids: Literal["keep", "main"] = "keep"
    specific: Mapping[str, float] = field(default_factory=dict)
    about: str = ""
    gauges: Path | None = None
    schedule: Path | None = None
    at: datetime | None = None


def import_river(
    lines: Sequence[Path | str],
    *,
    name: str,
    workbook: Path | str | Sequence[Path | str] | None = None,
    snap: float | None = None,
    outlets: Sequence[tuple[float, float]] = (),
    datums: Mapping[str, str] | None = None,
    mends: Sequence[Mend] = (),
    dem: Sequence[Path | str] = (),
    join_crossings: bool = False,
    braids: Literal["keep", "main"] = "keep",
    columns: Mapping[str, str] | None = None,
    mappings: Path | str | None = None,
    specific: Mapping[str, float] | None = None,
    gauges: Path | str | None = None,
    schedule: Path | str | None = None,
    at: datetime | None = None,
    progress: Progress | None = None,
) -> RiverNetwork:
    """Make a river from files of lines and workbooks of lists.

    Parameters
    ----------
    lines
        Files of lines: GeoJSON, shapefile, GeoPackage …
    name
        Name of the river.
    workbook
        Lists, one sheet each (``riverplan template`` writes an empty one); one file or several.
    snap
        Widest gap to close [m]; ``None`` takes what the drawing supports, 500 m at most.
    outlets
        Where the water leaves: longitude and latitude [degrees]. Without any, the drawn directions count.
    datums
        What datum files are in, by file name (``*`` for all others), as :func:`riverplan.crs.parse_datum` knows
        them. Files that are not named here are taken as they say, or as WGS84, which is said.
    mends
        What a person put right after an earlier import (:func:`riverplan.river.mends.read_mends`).
    dem
        Elevations of the country: files, tiles or a folder. Heights, slopes and drainage areas are taken from it,
        and directions where the attributes of the lines do not say them.
    join_crossings
        Whether lines that cross without a common vertex meet there; a canal may cross a river on a bridge.
    braids
        ``main`` drops the side arms of loops (:func:`riverplan.river.braids.main_channel`).
    columns, mappings
        What a person says of the heads of the lists, and the file of what was said before, as
        :func:`riverplan.tables.lists.read_lists` takes them.
    specific
        Specific discharge of the country by scenario [m³/s/m²], where no discharge is known.
    gauges, schedule, at
        Files of gauge readings and of what stations are to do, and the time (aware) they are wanted for: the flow
        of today (:func:`riverplan.river.today.with_today`). Where they cannot be used the report says why.
    progress
        Told the share done, 0 to 1.

    Returns
    -------
    RiverNetwork
        What was found and done stands in its ``report``, row by row.

    Raises
    ------
    InputError
        If a file cannot be read, nothing usable is in it, or an outlet is not on the river: with all problems.
    NetworkError
        If lines run in a circle without a way out.
    """
    tell = progress or (lambda _: None)
    books = [] if workbook is None else [workbook] if isinstance(workbook, (str, Path)) else list(workbook)
    bare = bare_river(lines, name=name, lists=books, snap=snap, outlets=(*outlets, *outlets_of(mends)),
                      datums=datums, dem=dem, join_crossings=join_crossings, braids=braids, columns=columns,
                      mappings=mappings, specific=specific, gauges=gauges, schedule=schedule, at=at,
                      progress=lambda share: tell(0.6 * share))
    river = finished(bare, mends=mends)
    tell(1.0)
    return river


def bare_river(lines: Sequence[Path | str], *, name: str, lists: Sequence[Path | str] = (),
               snap: float | None = None, outlets: Sequence[tuple[float, float]] = (),
               datums: Mapping[str, str] | None = None, dem: Sequence[Path | str] = (),
               join_crossings: bool = False, braids: Literal["keep", "main"] = "keep",
               columns: Mapping[str, str] | None = None, mappings: Path | str | None = None,
               specific: Mapping[str, float] | None = None, gauges: Path | str | None = None,
               schedule: Path | str | None = None, at: datetime | None = None,
               progress: Progress | None = None) -> Bare:
    """Read all files and make the river of the lines: the part of an import that mends do not change.

    Parameters
    ----------
    lines, name, snap, outlets, datums, dem, join_crossings, braids, columns, mappings, specific
        As in :func:`import_river`.
    gauges, schedule, at, progress
        As in :func:`import_river`.
    lists
        Files of lists.

    Raises
    ------
    InputError, NetworkError
        As in :func:`import_river`.
    """
    tell = progress or (lambda _: None)
    problems: list[Problem] = []
    name = text_of(name)                                       # no line breaks, nothing invisible
    if not name:
        problems.append(Problem(code="name_blank"))
    drawn = None
    stated, said = stated_datums(datums or {}, {Path(p).name for p in (*lines, *lists)})
    problems += [*said, *_alike_named(lines), *_alike_named(lists)]
    try:
        drawn = read_lines([Path(p) for p in lines], stated)
    except InputError as error:                                # go on: all problems at once
        problems += error.problems
    tell(0.2)
    read = None
    if lists:
        try:
            read = read_and_remember([Path(p) for p in lists], columns=columns, mappings=mappings, datums=stated)
        except InputError as error:
            problems += error.problems
    tell(0.5)
    if problems or drawn is None:
        raise InputError([*(drawn.problems if drawn else ()), *problems, *(read.problems if read else ())])
    evidence = None
    if dem:
        from riverplan.river.dem_direction import dem_evidence

        evidence = dem_evidence(dem)
    river, found = network_of(drawn.frame, name=name, snap=snap, outlets=outlets, evidence=evidence,
                              join_crossings=join_crossings)
    tell(1.0)
    report = (*drawn.problems, *line_shift_problems(drawn.frame), *counted(drawn.counts), *found)
    river = river.replace(reaches=with_river_km(river.reaches), report=report, attribution=drawn.attribution)
    return Bare(river=river, lists=read, waters=drawn.waters if len(drawn.waters) else None, braids=braids,
                dem=tuple(map(Path, dem)), specific=specific or {}, about="、".join(Path(p).name for p in lists),
                gauges=None if gauges is None else Path(gauges), schedule=None if schedule is None else Path(schedule),
                at=at)


def _alike_named(files: Sequence[Path | str]) -> list[Problem]:
    """Files of one name in several folders: findings and counts could not tell them apart."""
    by_name: dict[str, list[str]] = {}
    for file in dict.fromkeys(map(str, files)):
        by_name.setdefault(Path(file).name, []).append(file)
    return [Problem(code="files_alike_named", file=name, fields={"files": listed(paths)})
            for name, paths in by_name.items() if len(paths) > 1]


def finished(bare: Bare, mends: Sequence[Mend] = ()) -> RiverNetwork:
    """The river mended, with its lists laid over: the second part of :func:`import_river`.

    Raises
    ------
    NetworkError
        If the mends lead in a circle.
    """
    river = bare.river
    reaches, nodes, said = apply_mends(river.reaches, river.nodes, mends, river.xy)
    if bare.braids == "main":
        reaches, nodes, dropped = main_channel(reaches, nodes)
        said += dropped
    if bare.waters is not None:
        reaches, nodes, wet = lay_waters(reaches, nodes, bare.waters)
        said += wet
    report = (*still_open(river, reaches, nodes, mends), *said)
    river = river.replace(reaches=with_river_km(reaches), nodes=nodes, report=report)
    if bare.dem:
        from riverplan.river.dem_sampling import sample_dem  # its compiler takes seconds to load

        river, said = sample_dem(river, bare.dem)
        river = river.replace(report=(*river.report, *said))
    if bare.lists is not None:
        river = with_lists(river, bare.lists, bare.about, mends)
    river = lay_diversions(fill_hydraulics(river, specific=bare.specific or None))
    river = with_today_if_usable(river, gauges=bare.gauges, schedule=bare.schedule, at=bare.at)
    return river.replace(report=(*river.report, summary(river, river.report)))

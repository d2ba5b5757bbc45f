"""Lists of power stations that do not say their type: a tailrace or a conduit makes a diversion station."""

from collections.abc import Iterable, Sequence

from riverplan.errors import Problem
from riverplan.tables.heads import Heads
from riverplan.tables.measures import fold
from riverplan.tables.rows import Row
from riverplan.tables.schema import tables

DAM, DIVERSION = "hydropower_dam_type", "hydropower_diversion_type"
_NAMES = tuple(fold(w) for w in ("电站", "水电", "hydropower", "power station"))
_LEAST = 3
"""So many columns that only power stations have make a list of them, whatever it is called."""


def is_of_stations(titles: Iterable[str], heads: Heads) -> bool:
    """Whether a list of spaces is one of power stations, by its name or by its columns."""
    own = set(tables()["space"].stations["own"])
    return any(word in fold(title) for title in titles for word in _NAMES) or \
        sum(c.field.name in own for c in heads.columns) >= _LEAST


def settle_types(rows: Sequence[Row], file: str, sheet: str) -> Problem | None:
    """Give each row its type by what it holds; None where there are no rows.

    A station with neither tailrace nor conduit is taken for one at its dam: then nothing is taken out of the
    river, which is said.
    """
    if not rows:
        return None
    count = 0
    for row in rows:
        diverts = row.get("tailrace_lon") is not None or row.get("conduit") or row.get("conduit_length")
        row["category"] = DIVERSION if diverts else DAM
        count += bool(diverts)
    return Problem(code="station_types_taken", severity="warning", file=file, sheet=sheet, fields={
        "diversions": count, "dams": len(rows) - count})

"""The datum of the points of a list: named by the heads, or stated for the file; all points of a sheet at once."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from riverplan.crs import Datum, parse_datum
from riverplan.errors import Problem
from riverplan.tables.datum_said import said_change
from riverplan.tables.measures import fold
from riverplan.tables.points import Reading

_WORDS: tuple[tuple[str, str], ...] = (
    ("bd09", r"bd-?_?09(?:ll)?|百度(?:地图)?|baidu"),
    ("gcj02", r"gcj-?_?(?:02)?|火星(?:坐标)?|高德(?:地图)?|腾讯(?:地图)?|奥维(?:地图)?|amap|gaode"),
    ("beijing54", r"北京(?:19)?54|(?:19)?54北京|beijing_?(?:19)?54|bj_?(?:19)?54"),
    ("xian80", r"西安(?:19)?80|(?:19)?80西安|xi'?an_?(?:19)?80"),
    ("cgcs2000", r"cgcs_?(?:2000)?|国家2000|2000国家(?:大地)?|大地2000|天地图"),
    ("wgs84", r"wgs-?_?(?:(?:19)?84)?"),
)
_NAMES = tuple((key, re.compile(words)) for key, words in _WORDS)


def named_datum(head: str) -> Datum | None:
    """The datum a head names: ``lon_gcj02``, ``百度经度``, ``经度(北京54)``; None where it names none.

    Examples
    --------
    >>> named_datum("经度（高德）").key, named_datum("经度")
    ('gcj02', None)
    """
    text = fold(head)
    return next((parse_datum(key) for key, word in _NAMES if word.search(text)), None)


def without_datum(head: str) -> str:
    """A folded head without the datum it names and what set that apart: ``百度经度`` → ``经度``."""
    text = fold(head)
    for _, word in _NAMES:
        if word.search(text):
            return re.sub(r"[(\[【]\s*[)\]】]", "", word.sub("", text, count=1)).strip("_-:/. ")
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class PairDatum:
    """What the two columns of a pair of coordinates are in.

    Parameters
    ----------
    datum
        None where nobody says.
    named
        Whether the heads say so, not a statement for the file.
    head
        Of the longitude.
    mixed
        Whether the heads contradict each other: then there are no points.
    problems
        Code and fields of what is to be said.
    """

    datum: Datum | None = None
    named: bool = False
    head: str = ""
    mixed: bool = False
    problems: tuple[tuple[str, dict[str, object]], ...] = ()


def datum_of_pair(lon: str, lat: str, stated: Datum | None) -> PairDatum:
    """The datum of a pair by its heads, which say more than a statement for the whole file; else the stated one.

    Parameters
    ----------
    lon, lat
        The heads; empty where there is no such column.
    stated
        For the file.
    """
    east, north = named_datum(lon), named_datum(lat)
    if east and north and east != north:
        return PairDatum(head=lon, mixed=True, problems=(("datum_mixed", {"lon": east.key, "lat": north.key}),))
    named = east or north
    if named is None:
        return PairDatum(datum=stated, head=lon)
    plain = {"wgs84", "cgcs2000"}
    if stated is None or stated.key == named.key or {stated.key, named.key} == plain:
        # a meridian stated for the same datum completes what the head says
        return PairDatum(datum=stated if stated and stated.key == named.key else named, named=True, head=lon)
    fields: dict[str, object] = {"named": named.key, "datum": stated.key or stated.crs}
    return PairDatum(datum=named, named=True, head=lon, problems=(("datum_over_head", fields),))


@dataclass(slots=True, kw_only=True)
class Points:
    """The points of one pair of columns while a sheet is read; converted together at its end."""

    pair: PairDatum
    rows: list[dict[str, Any]] = field(default_factory=list)

    def add(self, row: dict[str, Any], reading: Reading) -> None:
        """A row with a position; one with a surveyed zone is no matter of the web map the others are from."""
        surveyed = reading.problem == "point_projected" and self.pair.datum is not None and self.pair.datum.is_shifted
        if not surveyed:
            self.rows.append(row)

    def to_wgs84(self, file: str, sheet: str, lon: str, lat: str, kept: Sequence[dict[str, Any]]) -> list[Problem]:
        """Put ``lon`` and ``lat`` of the rows that are kept into WGS84; what is to be said of it.

        One conversion for all points: those of one sheet must not fall under different operations.
        """
        datum = self.pair.datum
        usable = {id(row) for row in kept}
        rows = [row for row in self.rows if id(row) in usable]
        if datum is None or not rows:
            return []
        x = np.array([row[lon] for row in rows], np.float64)
        y = np.array([row[lat] for row in rows], np.float64)
        there = datum.from_degrees(x, y)
        for row, east, north in zip(rows, there.lon.tolist(), there.lat.tolist(), strict=True):
            row[lon], row[lat] = east, north
        said = said_change(file, datum, x, y, there, sheet=sheet)
        if not self.pair.named:
            return said
        changed = Problem(code="datum_head", severity="warning", file=file, sheet=sheet, head=self.pair.head,
                          fields={"count": len(x), "datum": datum.key})
        return [changed if p.code == "datum_stated" else p for p in said]

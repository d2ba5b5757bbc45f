"""What an import has to say, as the page walks through it: findings by importance, and how the map shows them."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from riverplan.app.import_draft import Draft, mended_reaches
from riverplan.app.map_component import Repairs
from riverplan.exporting.report_rows import ReportRow, guesses, report_rows, with_status
from riverplan.i18n import Lang
from riverplan.river.directing import branches_above
from riverplan.river.locate import nearest_reach
from riverplan.river.mending import whole_id
from riverplan.river.network import RiverNetwork

PINS = 60
"""So many findings get a pin on the map, the most important ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """The reach a person means by a click: as mends know it, before lists cut it into pieces.

    ``offset`` is the distance of the click [m], ``km`` the length of all of it, ``rows`` its pieces.
    """

    reach_id: str
    river: str
    offset: float
    km: float
    rows: tuple[int, ...]


@lru_cache(maxsize=8)
def findings(river: RiverNetwork, lang: Lang) -> tuple[ReportRow, ...]:
    """What is doubtful, the most important first, then notes; what was done and counted stands in the report."""
    return tuple(r for r in report_rows(river, lang) if r.group != "done")


def repairs(river: RiverNetwork, found: tuple[ReportRow, ...], chosen: int | None, *,
            picked: tuple[int, ...] = (), start: tuple[int, ...] = (), site: str = "") -> Repairs:
    """Pins of the findings, reaches turned round or guessed, and what is being looked at, for the map.

    Parameters
    ----------
    river, found
        The drafted river and its findings.
    chosen
        Index of the finding being looked at.
    picked, start
        Rows of the reach clicked, and of the one that is being joined.
    site
        A site to look at instead of the finding.
    """
    at = found[chosen] if chosen is not None and chosen < len(found) else None
    pins = tuple((r.lat, r.lon, r.severity, str(i + 1)) for i, r in enumerate(found)
                 if r.lon is not None and r.lat is not None and (i < PINS or i == chosen))
    focus = None if at is None or at.lon is None or at.lat is None else (at.lat, at.lon)
    if site:
        focus = next(((s.lat, s.lon) for s in river.sites if s.site_id == site), focus)
    turned = with_status(river, "flipped")
    return Repairs(pins=pins, turned=_rows(turned), guessed=_rows(~turned & guesses(river)),
                   about=at.reaches if at else (), picked=picked, start=start,
                   chosen="" if chosen is None else str(chosen + 1), focus=focus)


def _rows(chosen: NDArray[np.bool_]) -> tuple[int, ...]:
    return tuple(np.flatnonzero(chosen).tolist())


def reach_at(draft: Draft, river: RiverNetwork, lon: float, lat: float) -> Picked:
    """The reach nearest to a click."""
    found = nearest_reach(river, lon, lat)
    return picked(draft, river, found.reach_id, found.name, found.offset)


def picked(draft: Draft, river: RiverNetwork, reach_id: str, name: str = "", offset: float = 0.0) -> Picked:
    """A reach as mends know it, with all its pieces."""
    whole = whole_id(reach_id, set(mended_reaches(draft)["reach_id"])) or reach_id
    known = set(mended_reaches(draft)["reach_id"])
    rows = np.array([i for i, r in enumerate(river.reaches["reach_id"])
                     if r == whole or (r.startswith(f"{whole}.") and whole_id(r, known) == whole)], np.int64)
    return Picked(reach_id=whole, river=name, offset=offset, rows=tuple(rows.tolist()),
                  km=float(river.reaches["length"].to_numpy(np.float64)[rows].sum()) / 1000)


def upside_down(draft: Draft, river: RiverNetwork, finding: ReportRow) -> tuple[str, ...]:
    """The reaches to flip where a finding says that a river is drawn from its mouth upwards.

    All of the river it names; or, of a branch that ends by itself, those from its end up to where it leaves
    the river.
    """
    reaches = mended_reaches(draft)
    if finding.code == "river_upside_down":
        return tuple(reaches["reach_id"][reaches["name"] == finding.fields["river"]])
    x, y = river.xy(float(str(finding.fields["end_lon"])), float(str(finding.fields["end_lat"])))
    ends = shapely.get_coordinates(shapely.get_point(reaches.geometry.to_numpy(), -1))
    node = reaches["head"].iat[int(np.argmin(np.hypot(*(ends - [x, y]).T)))]
    codes, names = pd.factorize(pd.concat([reaches["tail"], reaches["head"]]))
    (rows,) = branches_above(codes[:len(reaches)], codes[len(reaches):], [int(names.get_loc(node))])
    return tuple(reaches["reach_id"].iloc[rows])

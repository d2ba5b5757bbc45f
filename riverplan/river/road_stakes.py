"""Where a road stake (公路桩号) stands: between stakes whose places are known, never by river kilometre."""

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from pyproj import Geod

from riverplan.errors import InputError, Problem
from riverplan.i18n import listed
from riverplan.river.network import RiverNetwork
from riverplan.river.sites import RoadStake

FARTHEST = 5_000.0
"""Between stakes farther apart than this along the road [m] nothing is interpolated: roads bend."""
ALIKE = 100.0
"""Two places of one stake closer than this [m] are one."""
_STAKE = re.compile(r"K\s*(?P<km>\d{1,4})(?:\s*\+\s*(?P<m>\d{3}(?:\.\d+)?)(?!\d)|(?!\s*[\d.+]))")
_PLAIN = re.compile(r"(?P<km>\d{1,4})\s*\+\s*(?P<m>\d{3}(?:\.\d+)?)(?!\d)")
_WORDS = re.compile(r"(?:国道|省道|县道|高速公路|高速|公路|线|段|桩号|上行|下行|[\s:,，。()（）])+$")
_CLASSES = {"国道": "G", "省道": "S", "县道": "X", "乡道": "Y"}
_GEOD = Geod(ellps="WGS84")


@dataclass(frozen=True, slots=True, kw_only=True)
class StakePosition:
    """Where a road stake stands and what that rests on.

    ``low`` and ``high`` are the known stakes used [m along the road], the same where the stake itself is known.
    ``spacing`` [m] between them bounds the error: the road bends between stakes, the line drawn does not.
    """

    road: str
    at: float
    """Distance along the road [m]: K1523+400 is 1,523,400."""
    lon: float
    lat: float
    low: float
    high: float

    @property
    def spacing(self) -> float:
        """Distance between the stakes used [m]."""
        return self.high - self.low


def parse_stake(words: str) -> tuple[str, float] | None:
    """Road and distance along it [m] of a stake as police and drivers say it; None where it is none.

    The road is empty where the words do not name it. After the plus stand three digits: ``K12+5`` may mean
    5 m or 500 m and is none.

    Examples
    --------
    >>> parse_stake("G69 K1523+400"), parse_stake("G69银百高速K1523+400处"), parse_stake("k12+005")
    (('G69', 1523400.0), ('G69', 1523400.0), ('', 12005.0))
    """
    plain = unicodedata.normalize("NFKC", words).upper().replace("＋", "+").strip()
    match = _STAKE.search(plain) or _PLAIN.search(plain)
    if match is None:
        return None
    road = plain[:match.start("km")]
    metres = float(match["m"] or 0)
    return road_code(road), float(match["km"]) * 1000 + metres


def road_code(words: str) -> str:
    """The road as its code where one is named (``G69银百高速`` is ``G69``, ``351国道`` is ``G351``), else its name."""
    plain = unicodedata.normalize("NFKC", words).upper().rstrip(" KD")
    code = re.search(r"(?<![A-Z])([GSXYCZ])\s*-?(\d{1,5})", plain)
    if code:
        return f"{code[1]}{code[2]}"                           # G0511 and G511 are two roads
    for word, letter in _CLASSES.items():
        number = re.search(rf"(\d{{2,4}})\s*{word}|{word}\s*(\d{{2,4}})", plain)
        if number:
            return f"{letter}{int(number[1] or number[2])}"
    return _WORDS.sub("", plain).strip()


def stake_position(river: RiverNetwork, words: str) -> StakePosition:
    """Where a road stake stands, by the known stakes of its road.

    Parameters
    ----------
    river
        With road stakes among its resources (list 公路桩号).
    words
        Such as ``G69 K1523+400``; the road may be left out where stakes of one road only are known.

    Returns
    -------
    StakePosition
        The known place of the stake, or one on the straight line between its two neighbours.

    Raises
    ------
    InputError
        If the words are no stake, the road has no known stakes, or the stake does not lie between two that
        are at most :data:`FARTHEST` apart. A river kilometre is never taken instead.
    """
    parsed = parse_stake(words)
    if parsed is None:
        raise InputError(Problem(code="stake_unreadable", fields={"stake": words}))
    road, at = parsed
    known = _known(river)
    if not road and len(known) == 1:
        road = next(iter(known))
    if road not in known:
        raise InputError(Problem(code="stake_road_unknown", fields={
            "road": road or "—", "roads": listed(sorted(known))}))
    stakes = known[road]
    if at in stakes:
        lon, lat = stakes[at]
        return StakePosition(road=road, at=at, lon=lon, lat=lat, low=at, high=at)
    for low, high in pairwise(sorted(stakes)):
        if low < at < high:
            if high - low > FARTHEST:
                raise InputError(Problem(code="stake_gap", fields={
                    "road": road, "stake": words, "low": written(low), "high": written(high),
                    "km": f"{(high - low) / 1000:.1f}"}))
            lon, lat = _between(stakes[low], stakes[high], (at - low) / (high - low))
            return StakePosition(road=road, at=at, lon=lon, lat=lat, low=low, high=high)
    raise InputError(Problem(code="stake_outside", fields={
        "road": road, "stake": words, "first": written(min(stakes)), "last": written(max(stakes))}))


def stake_problems(river: RiverNetwork) -> tuple[Problem, ...]:
    """Stakes that cannot be read, and those listed at two places: neither is used."""
    problems = []
    for (road, at), places in _listed(river).items():
        if _spread(places) > ALIKE:
            problems.append(Problem(code="stake_twice", severity="warning", lon=places[0][0], lat=places[0][1],
                                    fields={"stake": f"{road} {written(at)}", "count": len(places)}))
    problems += [Problem(code="stake_unreadable", severity="warning", lon=s.lon, lat=s.lat,
                         fields={"stake": f"{s.road} {s.stake}"})
                 for s in river.resources if isinstance(s, RoadStake) and _read(s) is None]
    return tuple(problems)


def written(at: float) -> str:
    """A distance along a road as its stake.

    >>> written(1_523_400.0)
    'K1523+400'
    """
    return f"K{int(at // 1000)}+{at % 1000:03.0f}"


def _read(stake: RoadStake) -> tuple[str, float] | None:
    """Road and distance of a listed stake; a bare number in a column of stakes is kilometres."""
    parsed = parse_stake(stake.stake)
    if parsed is None and re.fullmatch(r"\d{1,4}(?:\.\d+)?", stake.stake.strip()):
        parsed = "", round(float(stake.stake) * 1000, 3)
    road = road_code(stake.road) if stake.road else ""
    return (road or parsed[0], parsed[1]) if parsed and (road or parsed[0]) else None


def _listed(river: RiverNetwork) -> dict[tuple[str, float], list[tuple[float, float]]]:
    places: dict[tuple[str, float], list[tuple[float, float]]] = {}
    for stake in river.resources:
        if isinstance(stake, RoadStake) and stake.lon is not None and stake.lat is not None:
            read = _read(stake)
            if read is not None:
                places.setdefault(read, []).append((stake.lon, stake.lat))
    return places


def _known(river: RiverNetwork) -> dict[str, dict[float, tuple[float, float]]]:
    """The stakes of each road with one place each."""
    roads: dict[str, dict[float, tuple[float, float]]] = {}
    for (road, at), places in _listed(river).items():
        if _spread(places) <= ALIKE:
            roads.setdefault(road, {})[at] = places[0]
    return roads


def _spread(places: list[tuple[float, float]]) -> float:
    """The farthest of several places of one stake from the first [m]."""
    return max(float(_GEOD.inv(*places[0], *place)[2]) for place in places)


def _between(a: tuple[float, float], b: tuple[float, float], share: float) -> tuple[float, float]:
    azimuth, _, length = _GEOD.inv(*a, *b)
    lon, lat, _ = _GEOD.fwd(*a, azimuth, length * share)
    return float(np.round(lon, 6)), float(np.round(lat, 6))

"""What is known of a spill: where, what, how much, for how long, when."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from riverplan.transport.release import Pieces

BEIJING = ZoneInfo("Asia/Shanghai")
"""The default time zone of clock times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wind:
    """A wind that blows all the while.

    Parameters
    ----------
    speed
        At 10 m [m/s].
    direction
        Where it comes from [degrees from north, clockwise]: 90 is an east wind.
    """

    speed: float
    direction: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Spill:
    """A release into the river.

    The place is a site (``site_id``), a position on a reach (``reach_id`` and ``chainage`` [m] from its
    tail), a road stake (``stake``, such as ``G69 K1523+400``, by the stakes the river's lists hold), or a
    point (``lon``, ``lat`` [degrees]); the last two are put on the nearest reach.

    Parameters
    ----------
    substance
        Name, alias or identifier of a substance; unknown ones are allowed and have no limit (无标准). A
        strength may stand beside the name: ``氨水 20%``.
    mass
        Mass of the product that reached the river [kg], neither what the tank held nor what still lies on the
        road or in the drain; ``None`` if unknown: the forecast then gives times only.
    duration
        How long the release lasts, evenly [s]; 0 is instantaneous.
    at
        When it began, with time zone; ``None`` where only times after release are wanted.
    background
        Concentration of the substance in the river before the spill [kg/m³].
    decay
        First-order loss rate [1/s], at 20 °C where a temperature is given; ``None`` takes the substance's own
        (0 where none is known).
    temperature
        Of the water [°C]; ``None`` leaves the decay as it is.
    wind
        Drives films; ``None`` where it is not known.
    alkalinity
        Of the river before an acid or alkali [mol/m³, the same as mmol/L]; ``None`` where it was not measured.
    recovery
        Share of the mass that stays in the plume (the ratio Rr of Jobson 1996), 0-1; 1 where nothing is known.
    settling
        Settling or sorption velocity of the whole substance [m/s]; 0 unless it was measured.
    sigma_mass, sigma_duration
        Standard errors of ln(mass) and ln(duration): 0.42 is a factor 2 either way in 90 % of cases.
    sigma_at
        Standard error of the time it began [s].
    ice
        Whether ice covers the river: a film then meets no wind and does not evaporate.
    release
        A release that changes or comes in parts, in place of ``mass`` and ``duration``: from and until [s after
        ``at``] and mass [kg] of each part, instantaneous where both times are the same. Parts may overlap and
        come days later (rain that washes off what lay on the road).
    """

    site_id: str = ""
    reach_id: str = ""
    chainage: float | None = None
    lon: float | None = None
    lat: float | None = None
    stake: str = ""
    substance: str = ""
    mass: float | None = None
    duration: float = 0.0
    at: datetime | None = None
    background: float = 0.0
    decay: float | None = None
    temperature: float | None = None
    wind: Wind | None = None
    alkalinity: float | None = None
    recovery: float = 1.0
    settling: float = 0.0
    ice: bool = False
    sigma_mass: float = 0.0
    sigma_duration: float = 0.0
    sigma_at: float = 0.0
    release: tuple[tuple[float, float, float], ...] = ()

    @property
    def pieces(self) -> Pieces:
        """The release as shares of the whole; even over the duration where none is given."""
        if not self.release:
            return ((0.0, self.duration, 1.0),)
        whole = sum(kg for _, _, kg in self.release)
        return tuple((begin, until, kg / whole) for begin, until, kg in self.release if kg > 0)


def clock(written: str) -> datetime:
    """A clock time as people write it, Beijing time unless it says otherwise.

    >>> clock("2026-07-01 08:00").isoformat()
    '2026-07-01T08:00:00+08:00'

    Raises
    ------
    ValueError
        If it is not an ISO 8601 date and time.
    """
    at = datetime.fromisoformat(written.strip())
    return at if at.tzinfo else at.replace(tzinfo=BEIJING)

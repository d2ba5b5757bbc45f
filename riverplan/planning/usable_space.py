"""A space as the plan sees it: what polluted water it takes on this day, and what closing it needs."""

from dataclasses import dataclass

FUNCTIONS = ("hold", "cut", "divert", "dose", "dilute")
"""What a space can do with polluted water: 储存、截流、引流、投药、稀释."""
VOLUME_BASES = ("stated_season", "stated", "level", "area_depth", "wedge", "channel", "unknown")
"""What a free volume rests on."""
TIME_BASES = ("stated", "earthwork", "assumed", "unknown")
"""What a closing time rests on."""

OPENING = 3_600.0
"""To open an inlet or to set pumps at a space beside the river where nothing says it [s] (assumed)."""

SHUT = 0.99
"""Share of the river a space beside it must take to hold back what comes [-]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dam:
    """The earthwork of a temporary dam.

    ``width``, ``height``, ``crest`` [m]; ``volume`` [m³]; ``bags`` [-]; ``excavator_time`` [s] of one machine;
    ``lorry_trips`` [-]. What of these is assumed is said by the function that makes it.
    """

    width: float
    height: float
    crest: float
    volume: float
    bags: int
    excavator_time: float
    lorry_trips: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UsableSpace:
    """What one space can do, under one flow and season.

    Parameters
    ----------
    space_id
        The ``site_id`` of the listed site; ``found:<reach>@<metres>`` for a candidate nobody has surveyed.
    category
        One of the 11 codes of ``space.csv``.
    functions
        Of :data:`FUNCTIONS`.
    free_volume
        Polluted water it can take [m³], of this season and today's level; None where nothing says it.
    free_above_limit
        What more it could take above the flood limit, with the flood office's approval [m³].
    volume_basis, close_basis
        Of :data:`VOLUME_BASES` and :data:`TIME_BASES`.
    close_time
        To close the gate or to build the dam [s]; None where nothing says it.
    capacity
        Of the canal, inlet or pump by which water gets in [m³/s].
    in_channel
        People work in the channel: never on rising water.
    side
        It lies beside the river and takes ``capacity`` until full (pond, wetland, dry channel, tank).
    foot
        Last stretch on foot, or by boat where ``boat`` [m].
    orders
        Who may order its use, as the list says it (水利, 电站, 乡镇).
    """

    space_id: str
    name: str
    category: str
    reach_id: str
    chainage: float
    lon: float
    lat: float
    functions: frozenset[str]
    free_volume: float | None
    free_above_limit: float = 0.0
    volume_basis: str
    close_time: float | None
    close_basis: str
    capacity: float | None = None
    dam: Dam | None = None
    in_channel: bool = False
    side: bool = False
    foot: float = 0.0
    boat: bool = False
    treatable: bool = False
    orders: str = ""
    phone: str = ""
    instruction: str = ""
    listed: bool = True

    @property
    def serves_dosing(self) -> bool:
        """Whether reagents are put in there, or booms laid."""
        return "dose" in self.functions or self.treatable

"""What a record says of a plan: its spill, arrivals, actions, refusals and what is short, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass

from riverplan.forecasting.spill import Spill
from riverplan.planning.harm import Harm
from riverplan.planning.late import Late
from riverplan.planning.result import Effect
from riverplan.planning.stock import Need


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSpill:
    """What was planned for, as far as a plan made before anything happened knows it; SI as :class:`Spill`."""

    site_id: str
    reach_id: str
    chainage: float
    substance: str
    mass: float | None
    duration: float
    background: float
    decay: float | None
    temperature: float | None
    alkalinity: float | None
    recovery: float
    settling: float

    def again(self) -> Spill:
        """The spill, to forecast it once more."""
        at_site = bool(self.site_id)
        return Spill(
            site_id=self.site_id, reach_id="" if at_site else self.reach_id,
            chainage=None if at_site else self.chainage, substance=self.substance, mass=self.mass,
            duration=self.duration, background=self.background, decay=self.decay, temperature=self.temperature,
            alkalinity=self.alkalinity, recovery=self.recovery, settling=self.settling)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptArrival:
    """When the plume comes to a site [s after the release], and how far it is along the river [m]."""

    site_id: str
    distance: float
    earliest: float
    leading: float
    peak: float
    trailing: float


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAction:
    """An action; times in seconds after the release, ``distance`` along the river [m], None where not on the way."""

    site_id: str
    name: str
    action: str
    distance: float | None
    at: float
    until: float | None
    value: float | None
    ready: float
    earliest: float
    margin: float
    gained: float | None
    team_id: str
    store_id: str
    needs: tuple[Need, ...]
    listed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRefusal:
    """A space that is not used: the code of the reason and its margin [s].

    Where intakes that fall dry are the reason: which, and what it would save the others [person-hours].
    """

    site_id: str
    name: str
    action: str
    code: str
    margin: float | None
    spared: float = 0.0
    dries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDosing:
    """A technique at a place, and what of its reagents nobody brings in time."""

    site_id: str
    name: str
    technique_id: str
    margin: float
    short: tuple[Need, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptBooms:
    """Booms and sorbents at a place, and what of them nobody brings in time."""

    site_id: str
    name: str
    short: tuple[Need, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptStop:
    """An intake advised to stop: by when, and how long supply is out beyond its tank [s], None where not known."""

    site_id: str
    stop_by: float
    dry: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a record says of a plan, as it is written; see :class:`riverplan.planning.plan_record.PlanRecord`."""

    spill: KeptSpill
    mass_basis: str
    program: str
    arrivals: tuple[KeptArrival, ...]
    actions: tuple[KeptAction, ...]
    refused: tuple[KeptRefusal, ...]
    late: tuple[Late, ...]
    receptors: tuple[Effect, ...]
    stops: tuple[KeptStop, ...]
    dosings: tuple[KeptDosing, ...]
    harm: Mapping[str, Harm]
    problems: tuple[str, ...]
    booms: tuple[KeptBooms, ...] = ()
    """Plans kept before these were reckoned have none."""
    supplied: tuple[str, ...] = ()
    """Intakes that were said to have other water; likewise."""

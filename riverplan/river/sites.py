"""What stands by the water (sites, on a reach by chainage) and what helps from the land (resources).

A field here is a column of the list's CSV in ``riverplan/tables``; a test holds the two together.
Names are never keys: five 石桥 and three 小河 in one county are normal, and a village intake often
has no name at all.
"""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Something by the water, located on a reach.

    ``chainage`` [m] counts from the tail (upstream end) of the reach, ``offset`` [m] is the distance
    from the given point to the reach, ``bank`` is ``left``, ``right`` or ``mid`` looking downstream.
    ``lon``, ``lat`` is the point as the list gave it [degrees, WGS84 ≈ CGCS2000].
    ``source`` says where the row comes from: ``survey``, ``imagery``, ``department``, ``assumed``.
    """

    kind: ClassVar[str] = "site"
    site_id: str
    name: str = ""
    lon: float
    lat: float
    reach_id: str = ""
    chainage: float = 0.0
    offset: float = 0.0
    bank: str = ""
    river: str = ""
    county: str = ""
    township: str = ""
    source: str = ""
    verified_on: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskSource(Site):
    """A place a spill may start from (风险源)."""

    kind: ClassVar[str] = "risk_source"
    category: str = ""
    level: str = ""
    substances: str = ""
    max_storage: float | None = None
    """Largest stored mass [kg]."""
    discharge: float | None = None
    """Water put into the river [m³/s]."""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake(Site):
    """A place water is taken from (取水口)."""

    kind: ClassVar[str] = "intake"
    category: str = ""
    water_class: str = ""
    population: int | None = None
    supply: float | None = None
    """Water taken [m³/s]."""
    clear_water_tank: float | None = None
    """How long the clear-water tank bridges a stop [s]."""
    operator: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section(Site):
    """A monitoring section (监测断面)."""

    kind: ClassVar[str] = "section"
    category: str = ""
    automatic: bool = False
    water_class: str = ""
    parameters: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundary(Site):
    """Where the river crosses an administrative boundary (行政交界)."""

    kind: ClassVar[str] = "boundary"
    category: str = ""
    upstream_unit: str = ""
    downstream_unit: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge(Site):
    """A bridge (桥梁): a place for a spill, a temporary dam, sampling."""

    kind: ClassVar[str] = "bridge"
    road: str = ""
    span: float | None = None
    """Length over the water [m]."""
    access: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Town(Site):
    """A town or township seat by the river (乡镇)."""

    kind: ClassVar[str] = "town"
    population: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Space(Site):
    """An emergency space or facility (应急空间与设施) of one of the 11 types.

    A dam, gate or station that holds a pool has a ``node_id``: the import splits the reach there and
    makes ``pool_length`` metres above it a reservoir reach storing ``total_volume``.
    """

    kind: ClassVar[str] = "space"
    category: str = ""
    functions: str = ""
    total_volume: float | None = None
    """Stored volume at the normal level [m³]."""
    usable_volume: float | None = None
    """Free volume that can hold polluted water [m³]."""
    usable_low: float | None = None
    usable_normal: float | None = None
    usable_high: float | None = None
    """The same by season [m³]."""
    today_level: float | None = None
    flood_limit_level: float | None = None
    normal_level: float | None = None
    crest_level: float | None = None
    """Elevations of one datum [m]; ``total_volume`` is stored at the normal level."""
    area: float | None = None
    """Water surface [m²]."""
    usable_depth: float | None = None
    """What can still be filled [m]."""
    pool_length: float | None = None
    """Length of the pool above the dam [m]."""
    width: float | None = None
    """Width to close, of a dam or temporary dam [m]."""
    height: float | None = None
    """Height of the dam [m]."""
    bed_width: float | None = None
    crest_width: float | None = None
    """Of the bed, and of the dam along the river [m]."""
    slope_up: float | None = None
    slope_down: float | None = None
    """Slopes of a temporary dam, metres across a metre of height [-]."""
    gate_count: int | None = None
    discharge_capacity: float | None = None
    canal_capacity: float | None = None
    pump_capacity: float | None = None
    """Most that gates let out, and that canal or inlet and all pumps take in [m³/s]."""
    close_time: float | None = None
    """Time to close or to build [s]."""
    access: str = ""
    """``lorry``, ``van``, ``foot`` or ``boat``; unknown where empty."""
    foot_distance: float | None = None
    """Last stretch on foot or by boat [m]."""
    treatable: bool = False
    """Whether water in it can be treated."""
    dispatch_authority: str = ""
    """Who may order its use, as the list says it."""
    inflow_path: str = ""
    outflow_path: str = ""
    tailrace_lon: float | None = None
    tailrace_lat: float | None = None
    """Tailrace of a diversion station [degrees]; ``lon``, ``lat`` are its intake dam."""
    installed_capacity: float | None = None
    """[W]."""
    head: float | None = None
    """Head of water on the turbines [m]."""
    rated_flow: float | None = None
    """Most the conduit takes [m³/s]."""
    ecological_flow: float | None = None
    """Left to the dewatered reach [m³/s]."""
    regulation: str = ""
    control_phone: str = ""
    conduit: str = ""
    """``canal`` or ``tunnel``."""
    conduit_length: float | None = None
    """[m]."""
    station_state: str = ""
    """What it mostly does: ``running``, ``stopped`` or ``spilling``; unknown where empty."""
    node_id: str = ""
    owner: str = ""
    operator: str = ""
    phone: str = ""
    instruction: str = ""
    flood_risk_note: str = ""
    verified_result: str = ""
    """What the check found: ``yes``, ``no`` or ``changed``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """Something that helps from the land: a point and a phone, on no reach."""

    kind: ClassVar[str] = "resource"
    drawn: ClassVar[bool] = True
    """Whether maps show it: what lies in a store is shown by the store."""
    resource_id: str
    name: str = ""
    lon: float | None = None
    lat: float | None = None
    county: str = ""
    phone: str = ""
    source: str = ""
    verified_on: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Store(Resource):
    """A store of emergency supplies (应急物资库)."""

    kind: ClassVar[str] = "store"
    owner: str = ""
    items: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Team(Resource):
    """A response team (应急队伍)."""

    kind: ClassVar[str] = "team"
    category: str = ""
    headcount: int | None = None
    skills: str = ""
    muster_time: float | None = None
    """Time to muster [s]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact(Resource):
    """A duty post to be told (联系人): a post and a duty phone, never a person's name."""

    kind: ClassVar[str] = "contact"
    unit: str = ""
    role: str = ""
    jurisdiction: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Material(Resource):
    """One item of emergency supplies (应急物资) in a store, as a row of the bureau's list."""

    kind: ClassVar[str] = "material"
    drawn: ClassVar[bool] = False
    category: str = ""
    spec: str = ""
    quantity: float | None = None
    """How many or how much, in ``unit`` as the list writes it."""
    unit: str = ""
    store: str = ""
    """The store as the list calls it: a word, not a key."""
    expires_on: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mechanism(Resource):
    """A rule, plan or agreement to act by (制度机制)."""

    kind: ClassVar[str] = "mechanism"
    drawn: ClassVar[bool] = False
    category: str = ""
    number: str = ""
    dated_on: str = ""
    parties: str = ""
    content: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadStake(Resource):
    """A kilometre stake of a road (公路桩号) and where it stands; never a river kilometre."""

    kind: ClassVar[str] = "road_stake"
    drawn: ClassVar[bool] = False
    road: str = ""
    stake: str = ""
    """As written, e.g. ``K1523+400``."""


SITES: dict[str, type[Site]] = {c.kind: c for c in (RiskSource, Intake, Section, Boundary, Bridge, Town, Space)}
"""Every kind of site, by its name."""
RESOURCES: dict[str, type[Resource]] = {c.kind: c for c in (
    Store, Team, Contact, Material, Mechanism, RoadStake)}
"""Every kind of resource, by its name."""

"""The race of a plan: where the plume is when, and by when every action can be ready there."""

from dataclasses import dataclass

import numpy as np

from riverplan.app.plan_words import is_judged, outcome, place_name, resource, who
from riverplan.app.profile import main_way
from riverplan.channel import Array
from riverplan.forecasting.result import Forecast
from riverplan.i18n import Lang
from riverplan.planning.plan_words import gives_way
from riverplan.planning.result import LATE, Action, Refused, ResponsePlan
from riverplan.units import km

PARTS = ("order", "muster", "drive", "work")
"""What passes till an action is ready: report and decision, getting together, the way, closing or building."""
LINES = ("earliest", "leading", "peak", "trailing")
"""Of the plume."""
SHORT_OF = 6
"""Of the spaces that come too late, so many are drawn: those that miss the plume least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """An action, or a space that comes too late (``number`` 0); times in seconds after the release.

    ``km`` below the spill, None where it does not lie on the plume's way. ``parts`` are the ends of :data:`PARTS`,
    empty where only the sum is known.
    """

    number: int
    site_id: str
    name: str
    by: str
    km: float | None
    action: str
    heard: float
    parts: tuple[float, ...]
    ready: float
    at: float
    earliest: float
    follows: bool
    """It is done to what comes after the front, such as clean water: no race with it."""

    @property
    def margin(self) -> float:
        """[s]."""
        return self.earliest - self.ready


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A receptor on the way: ``km`` below the spill, the plume's earliest there [s], what becomes of it."""

    site_id: str
    kind: str
    name: str
    km: float
    earliest: float
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Race:
    """The diagram in numbers: the plume down its way, arrays of shape ``(n,)`` [km], [s]; runners and posts."""

    km: Array
    earliest: Array
    leading: Array
    peak: Array
    trailing: Array
    runners: tuple[Runner, ...]
    posts: tuple[Post, ...]
    judged: bool


def race_of(plan: ResponsePlan, lang: Lang) -> Race:
    """The race of a plan."""
    said = plan.forecast
    far = {a.site_id: km(a.distance) for a in said.arrivals}
    runners = [_runner(plan, a, number, far, lang) for number, a in enumerate(plan.actions, start=1)]
    late = sorted((r for r in plan.refused if r.why.code == LATE and r.ready is not None and r.earliest is not None),
                  key=lambda r: -(r.margin or 0.0))[:SHORT_OF]
    runners += [_late(plan, r, far, lang) for r in late]
    by_id = {a.site_id: a for a in said.arrivals}
    posts = tuple(Post(site_id=e.site_id, kind=e.kind, name=place_name(plan, e.site_id, e.name, lang),
                       km=far[e.site_id], earliest=by_id[e.site_id].earliest, outcome=outcome(plan, e))
                  for e in plan.receptors if e.site_id in by_id)
    distance, times = _band(said)
    return Race(km=distance, earliest=times[0], leading=times[1], peak=times[2], trailing=times[3],
                runners=tuple(runners), posts=posts, judged=is_judged(plan))


def _band(said: Forecast) -> tuple[Array, tuple[Array, ...]]:
    """Down the main way: distance [km], earliest, leading, peak and trailing [s], at ends of reaches and at sites."""
    t, way = said.reach_times, main_way(said)
    rows = {said.river.reaches["reach_id"].iat[t.reach[i]] for i in way}
    seen = [a for a in said.arrivals if a.reach_id in rows and not a.only_in]
    found = [np.concatenate([getattr(t, f"{name}_tail")[way], getattr(t, f"{name}_head")[way],
                             [getattr(a, name) for a in seen]]) for name in ("distance", *LINES)]
    order = np.argsort(found[0], kind="stable")
    known = order[np.isfinite(np.array(found)[:, order]).all(axis=0)]
    return km(1.0) * found[0][known], tuple(np.maximum.accumulate(times[known]) for times in found[1:])


def _where(plan: ResponsePlan, site_id: str, far: dict[str, float]) -> float | None:
    """How far below the spill a space lies [km]; one nobody listed by its place on the reach."""
    if site_id in far:
        return far[site_id]
    space = next((s for s in plan.spaces if s.space_id == site_id), None)
    if space is None or space.listed:
        return None
    t = plan.forecast.reach_times
    row = np.flatnonzero(t.reach == plan.river.reach_row.get(space.reach_id, -1))
    if not row.size or space.chainage < t.start[row[0]]:
        return None
    return float(km(t.distance_tail[row[0]] + space.chainage - t.start[row[0]]))


def _runner(plan: ResponsePlan, a: Action, number: int, far: dict[str, float], lang: Lang) -> Runner:
    r = a.ready
    steps = np.cumsum([r.heard, r.report + r.decide, r.muster, r.drive + r.last_stretch, r.work])[1:]
    store = resource(plan, a.store_id)
    by = " + ".join(filter(None, [who(plan, a, lang)[0], store.name if store else ""]))
    return Runner(number=number, site_id=a.site_id, name=place_name(plan, a.site_id, a.name, lang), by=by,
                  km=_where(plan, a.site_id, far), action=a.action, heard=r.heard, parts=tuple(map(float, steps)),
                  ready=r.ready, at=a.at, earliest=a.earliest, follows=gives_way(a))


def _late(plan: ResponsePlan, r: Refused, far: dict[str, float], lang: Lang) -> Runner:
    assert r.ready is not None and r.earliest is not None
    return Runner(number=0, site_id=r.site_id, name=place_name(plan, r.site_id, r.name, lang), by="",
                  km=_where(plan, r.site_id, far), action=r.action, heard=plan.heard, parts=(), ready=r.ready,
                  at=r.ready, earliest=r.earliest, follows=False)

"""What the field reports of a plume, and whether it can be true."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from riverplan.errors import Problem
from riverplan.forecasting.spill import Spill
from riverplan.river.network import RiverNetwork
from riverplan.river.reading import LEAST, MOST
from riverplan.units import MG_PER_L

Kind = Literal["leading", "peak", "conc", "velocity", "discharge", "none"]
KINDS: tuple[Kind, ...] = get_args(Kind)
_TIMED = ("leading", "peak", "conc", "none")
FASTEST = 10.0
"""No river is faster [m/s]."""
LATEST = timedelta(days=400)
"""What is seen later is a slip of the year."""
_UNITS = {"conc": ("mg/L", 1.0 / MG_PER_L), "velocity": ("m/s", 1.0), "discharge": ("m³/s", 1.0)}
FAR_OFF = 3.0
"""An observation more standard errors off than this is named."""
STRONGEST = 1000.0
"""No concentration is higher [kg/m³]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One thing seen at a site.

    Parameters
    ----------
    site_id
        Where.
    kind
        ``leading``: the plume was first detected; ``peak``: the concentration was highest; ``none``: nothing had
        come yet; ``conc``: a concentration; ``velocity``: by float or current meter, as the mean of the section
        (a float on the surface is about 1.18 times as fast); ``discharge``: gauged.
    value
        Concentration [kg/m³], velocity [m/s] or discharge [m³/s]; unused by the other kinds.
    at
        When, with time zone; unused by ``velocity`` and ``discharge``.
    sigma
        Standard error of the logarithm of what was seen (for times: of the travel time), where it is known.
    """

    site_id: str
    kind: Kind
    value: float | None = None
    at: datetime | None = None
    sigma: float | None = None


def check_observations(river: RiverNetwork, spill: Spill, observations: Sequence[Observation],
                       discharges: Mapping[str, float]) -> list[Problem]:
    """What is wrong with observations taken each by itself, and with discharges given twice."""
    problems: list[Problem] = []
    known = {s.site_id for s in river.sites}
    gauged: dict[str, float | None] = dict(discharges)

    def wrong(code: str, o: Observation, **fields: object) -> None:
        problems.append(Problem(code=f"observation_{code}", fields={"site": o.site_id, "kind": o.kind, **fields}))

    start = spill.at if spill.at is not None and spill.at.tzinfo is not None else None
    if observations and spill.at is None and any(o.kind in _TIMED for o in observations):
        problems.append(Problem(code="observation_no_release_time"))
    most = {"conc": (0.0, STRONGEST), "velocity": (1e-4, FASTEST), "discharge": (LEAST, MOST)}
    for o in observations:
        if o.kind not in KINDS:
            wrong("kind", o, kinds=", ".join(KINDS))
            continue
        if o.site_id not in known:
            wrong("site", o)
        if o.kind in _TIMED and (o.at is None or o.at.tzinfo is None):
            wrong("time", o)
        elif o.kind in _TIMED and o.at is not None and start is not None and o.at <= start:
            wrong("before_release", o, time=f"{o.at:%Y-%m-%d %H:%M}", start=f"{start:%Y-%m-%d %H:%M}")
        elif o.kind in _TIMED and o.at is not None and start is not None and o.at - start > LATEST:
            wrong("too_late", o, time=f"{o.at:%Y-%m-%d %H:%M}")
        if o.kind in most and not (o.value is not None and most[o.kind][0] <= o.value <= most[o.kind][1]):
            unit, scale = _UNITS[o.kind]
            value = "—" if o.value is None else f"{o.value * scale:.4g}"
            wrong("value", o, value=value, unit=unit, least=most[o.kind][0] * scale, most=most[o.kind][1] * scale)
        if o.kind == "discharge" and (said := gauged.setdefault(o.site_id, o.value)) != o.value:
            wrong("twice", o, one=said, other=o.value)
        if o.sigma is not None and not 0 < o.sigma <= 3:
            wrong("sigma", o, value=o.sigma)
    return problems


def once(observations: Sequence[Observation]) -> list[Observation]:
    """Observations each once, and of several "nothing yet" at a site the last: it holds the others."""
    kept = list(dict.fromkeys(observations))
    last = {o.site_id: max(x.at.timestamp() for x in kept if x.kind == "none" and x.site_id == o.site_id and x.at)
            for o in kept if o.kind == "none"}
    return [o for o in kept if o.kind != "none" or (o.at is not None and o.at.timestamp() == last[o.site_id])]


def without_contradictions(observations: Sequence[Observation], distance: Mapping[str, float],
                           passes: Callable[[str, str], bool], background: float,
                           ) -> tuple[list[Observation], list[Problem]]:
    """Observations in their order down the river, without those that an earlier one says cannot be.

    At one site nothing is seen before the first detection, and that is not after the peak; further down each of
    these comes later. Of two that contradict each other the one further down, or later, is left out and named; what
    was detected never gives way to what was not.

    Parameters
    ----------
    observations
        Checked ones, each once.
    distance
        Of the sites they are at from the spill [m].
    passes
        Whether all water of the second site has passed the first.
    background
        Concentration in the river before [kg/m³]: what is above it was detected.
    """
    step = {"leading": 0, "peak": 1, "none": 3}
    kept: list[Observation] = []
    problems: list[Problem] = []
    for o in sorted(observations, key=lambda o: (o.kind == "none", distance[o.site_id], step.get(o.kind, 2),
                                                 o.at.timestamp() if o.at else 0.0)):
        other = next((k for k in kept if _contradicts(k, o, passes, background)), None)
        if other is None:
            kept.append(o)
        else:
            problems.append(Problem(code="observation_contradicts", severity="warning", fields={
                "site": o.site_id, "what": in_words(o), "other": other.site_id, "other_what": in_words(other)}))
    for first in (o for o in kept if o.kind == "leading"):
        before = [o for o in kept if o.kind == "conc" and (o.value or 0.0) > background and o.at and first.at
                  and o.at < first.at and _at_or_below(first, o, passes)]
        problems += [disagreeing(first, before[0])] if before else []
    return sorted(kept, key=lambda o: (distance[o.site_id], step.get(o.kind, 2),
                                       o.at.timestamp() if o.at else 0.0)), problems


_DETECTED = ("leading", "peak")


def _at_or_below(one: Observation, other: Observation, passes: Callable[[str, str], bool]) -> bool:
    return one.site_id == other.site_id or passes(one.site_id, other.site_id)


def _contradicts(one: Observation, other: Observation, passes: Callable[[str, str], bool], background: float) -> bool:
    """Whether two observations cannot both be."""
    for none, conc in ((one, other), (other, one)):
        if none.kind == "none" and conc.kind == "conc" and (conc.value or 0.0) > background and none.at and conc.at:
            return _at_or_below(none, conc, passes) and conc.at <= none.at
    at = {id(o): o.at.timestamp() if o.at else 0.0 for o in (one, other)}
    if one.at is None or other.at is None:
        return False
    if one.site_id == other.site_id:
        first, second = sorted((one, other), key=lambda o: ("none", "leading", "peak").index(o.kind)
                               if o.kind in ("none", *_DETECTED) else 3)
        if (first.kind, second.kind) in {("none", "leading"), ("none", "peak"), ("leading", "peak")}:
            return at[id(second)] < at[id(first)]
        return first.kind == second.kind and first.kind in _DETECTED
    for above, below in ((one, other), (other, one)):
        if below.kind in _DETECTED and above.kind in (below.kind, "leading", "none") and passes(
                above.site_id, below.site_id) and at[id(below)] <= at[id(above)]:
            return True
    return False


def in_words(o: Observation) -> dict[str, str]:
    """What was seen in both languages: its kind, its value, and when."""
    from riverplan.i18n import LANGS, text

    unit, scale = _UNITS.get(o.kind, ("", 1.0))
    value = "" if not unit or o.value is None else f"{o.value * scale:.3g} {unit}"
    return {lang: " ".join(x for x in (text(f"observation.{o.kind}", lang), value,
                                       f"{o.at:%m-%d %H:%M}" if o.at else "") if x) for lang in LANGS}


def far_off(o: Observation, expected: dict[str, str], z: float) -> Problem:
    """That something was seen many standard errors from what was expected, in words of both languages."""
    return Problem(code="observation_far", severity="warning", fields={
        "site": o.site_id, "what": in_words(o), "z": f"{abs(z):.1f}", "expected": expected})


def disagreeing(one: Observation, other: Observation) -> Problem:
    """That two values were seen that cannot both be, and that the forecast lies between them."""
    return Problem(code="observation_disagrees", severity="warning", fields={
        "site": one.site_id, "what": in_words(one), "other": other.site_id, "other_what": in_words(other)})

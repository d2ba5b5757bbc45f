"""Tracing back: from where a plume was seen, and where not, to where it came from and when.

For every risk source and every kilometre of river above the sections, the plume's times are taken from the
same walk and the same errors as a forecast. Release time and velocity error are integrated over; sections
on one way share the error of the way they have in common, so two sightings also tell how fast the river is.
Sightings are taken at their word: a plume below the detection limit would be called clean.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np

from riverplan import __version__
from riverplan.channel import Array
from riverplan.errors import InputError, Problem
from riverplan.forecasting.asked import flow_asked
from riverplan.forecasting.caveats import lacking
from riverplan.forecasting.changing import changing_flow
from riverplan.forecasting.ground import Ground, ground_of, place_on
from riverplan.forecasting.steady import PARAMETERS
from riverplan.forecasting.stored import stores
from riverplan.forecasting.tracing import candidates as cand
from riverplan.forecasting.tracing import release_times as rt
from riverplan.forecasting.tracing.fitting import BINS, Fits, Looked, fits_of
from riverplan.forecasting.tracing.lookalikes import lookalikes
from riverplan.forecasting.tracing.result import Suspect, Trace
from riverplan.forecasting.tracing.sighting import Sighting, check_sightings
from riverplan.forecasting.tracing.suspects import ruled_out_of, suspects_of
from riverplan.i18n import listed
from riverplan.river.line_origin import origin_problems
from riverplan.river.network import RiverNetwork
from riverplan.river.scenario import FlowScenario
from riverplan.units import hours

LOOKBACK = 72 * 3600.0
"""How long before the first sighting a release is looked for [s] (assumed)."""
CUT_OFF = 0.05
"""Releases this probable in the first tenth of the time looked at say that it is too short."""


def trace(river: RiverNetwork, sightings: Sequence[Sighting], *, scenario: str | FlowScenario = "normal",
          discharges: Mapping[str, float] | None = None, substance: str = "", lookback: float = LOOKBACK,
          duration: float | None = None, members: int = rt.MEMBERS) -> Trace:
    """Where a plume came from, by where and when it was seen and where the water was clean.

    Ground flow, one even release of dissolved matter from one place.

    Parameters
    ----------
    river
        The river.
    sightings
        What was seen; at least one that is not ``clean``.
    scenario, discharges
        As :func:`riverplan.forecasting.run.forecast` takes them.
    substance
        What was seen: sources listed with it are more likely beforehand. Empty where unknown.
    lookback
        How long before the first sighting a release is looked for [s]; every time in it is as likely beforehand.
    duration
        Duration of the even release [s]; 0 is instantaneous, None unknown: then it is integrated over as well.
        Taken for shorter than it was, it makes sources near a section look unlikely.
    members
        Draws of the velocity error by which candidates are sifted, 200 to 1000 are sensible; the likely ones
        are done again with eight times as many.

    Raises
    ------
    InputError
        With all problems of the sightings and of the flow; or where no place lies above all sections seen.
    """
    flow = _asked(river, sightings, scenario, discharges or {}, lookback, duration)
    ground = ground_of(river, flow)
    ordered = sorted(sightings, key=lambda s: s.kind == "clean")                  # seen first: their draws stay
    seen = [s for s in ordered if s.kind != "clean"]
    first = min(s.at for s in seen)
    asked = list(dict.fromkeys(s.site_id for s in ordered))
    at_seen = list(dict.fromkeys(s.site_id for s in seen))
    places = [place_on(river, s) for s in asked]
    if dry := [r for r, _ in places[:len(at_seen)] if not ground.followed[r]]:
        raise InputError(lacking(river, ground.channel, dry, severity="error"))
    latest = [max((s.at - first).total_seconds() for s in seen if s.site_id == site) + lookback for site in at_seen]
    found = cand.candidates(ground, at_seen, latest, substance)
    if not found.reach.size:
        raise InputError(_nowhere(at_seen, found))
    looked = Looked(reach=np.array([r for r, _ in places], np.intp), chainage=np.array([x for _, x in places]),
                    seen=tuple(rt.Seen(section=asked.index(s.site_id), at=(s.at - first).total_seconds(),
                                       within=s.within, kind=s.kind) for s in ordered),
                    read=tuple(s.concentration for s in ordered), lookback=lookback,
                    lasting=rt.LASTING if duration is None else (duration, duration), members=members)
    clean = [s for s in ordered if s.kind == "clean"]
    fits = fits_of(ground, found, looked)
    weight = found.prior * fits.likelihood
    if not weight.sum() > 0:
        raise InputError(_unexplained(fits, clean, lookback))
    posterior = weight / weight.sum()
    suspects = suspects_of(river, found, fits, posterior, first)
    return Trace(
        river=river, scenario=flow, sightings=tuple(sightings), substance=substance.strip(),
        window=(first - timedelta(seconds=lookback), first), suspects=suspects,
        ruled_out=ruled_out_of(river, found, fits, posterior, clean),
        lookalikes=lookalikes(ground, found, suspects, looked, first),
        source_probability=float(posterior[:len(found.sources)].sum()),
        parameters=_parameters(found, looked),
        problems=tuple(_caveats(ground, found, ordered, suspects, found.prior @ fits.released, first, looked,
                                substance.strip())),
        version=__version__)


def _asked(river: RiverNetwork, sightings: Sequence[Sighting], scenario: str | FlowScenario,
           discharges: Mapping[str, float], lookback: float, duration: float | None) -> FlowScenario:
    """The flow asked for; what is wrong with sightings and flow is said together."""
    problems: list[Problem] = []

    def tried(check: Callable[[], FlowScenario | None]) -> FlowScenario | None:
        try:
            return check()
        except InputError as error:
            problems.extend(error.problems)
            return None

    tried(lambda: check_sightings(river, sightings, lookback, duration))
    flow = tried(lambda: flow_asked(river, scenario, discharges))
    if flow is None or problems:
        raise InputError(problems)
    return flow


def _nowhere(seen: Sequence[str], found: cand.Candidates) -> Problem:
    """Why there is no candidate at all."""
    if found.lacking:
        return Problem(code="trace_no_flow_above", fields={"sites": listed(seen)})
    return Problem(code="trace_nowhere" if len(seen) > 1 else "trace_nothing_above",
                   fields={"sites": listed(seen)})


def _unexplained(fits: Fits, clean: Sequence[Sighting], lookback: float) -> Problem:
    """Why no candidate fits: the sightings themselves, or a clean sample."""
    span = f"{hours(lookback):g}"
    if not fits.seen.any():
        return Problem(code="trace_unexplained", fields={"hours": span})
    each = [s for s, left in zip(clean, fits.clean.T, strict=True) if not left.any()]
    which = listed(f"{s.site_id} {s.at:%m-%d %H:%M}" for s in (each or clean))
    return Problem(code="trace_clean_forbids", fields={"clean": which})


def _parameters(found: cand.Candidates, looked: Looked) -> dict[str, float]:
    """What the answer rests on, printed with it."""
    return {**PARAMETERS, "source_share": cand.SOURCE_SHARE, "substance_weight": cand.SUBSTANCE_WEIGHT,
            **{f"level_weight_{level}": w for level, w in cand.LEVEL_WEIGHT.items()},
            "lookback_h": hours(looked.lookback), "least_duration_h": hours(looked.lasting[0]),
            "greatest_duration_h": hours(looked.lasting[1]), "members": float(looked.members),
            "positions": float(found.reach.size - len(found.sources))}


def _caveats(ground: Ground, found: cand.Candidates, sightings: Sequence[Sighting], suspects: Sequence[Suspect],
             released: Array, first: datetime, looked: Looked, substance: str) -> list[Problem]:
    """What a reader must know of this answer."""
    river, lookback = ground.river, looked.lookback
    problems = [Problem(code="trace_scope", severity="note"),
                Problem(code="trace_prior", severity="note", fields={
                    "share": f"{cand.SOURCE_SHARE:.0%}", "times": f"{cand.SUBSTANCE_WEIGHT:g}",
                    "levels": ":".join(f"{w:g}" for w in cand.LEVEL_WEIGHT.values()),
                    "hours": f"{hours(lookback):g}", "least": f"{hours(looked.lasting[0]):.2g}",
                    "most": f"{hours(looked.lasting[1]):.3g}"})]
    problems += changing_flow(river, ground.flow, first - timedelta(seconds=lookback))
    if released[:BINS // 10].sum() > CUT_OFF * released.sum():
        problems.append(Problem(code="trace_lookback_short", severity="warning",
                                fields={"hours": f"{hours(lookback):g}"}))
    idle = [s for s in sightings if s.kind == "clean" and s.at <= first - timedelta(seconds=lookback)]
    if idle:
        problems.append(Problem(code="trace_clean_idle", severity="warning", fields={
            "clean": listed(f"{s.site_id} {s.at:%m-%d %H:%M}" for s in idle)}))
    if substance and not any(stores(s, substance) for s in found.sources):
        problems.append(Problem(code="trace_nobody_stores", severity="note", fields={"substance": substance}))
    if found.lacking:
        problems += lacking(river, ground.channel, found.lacking, severity="warning")
    if any(s.too_much for s in suspects):
        problems.append(Problem(code="trace_storage_small", severity="note", fields={
            "sites": listed(s.site_id for s in suspects if s.too_much)}))
    rows = np.unique([river.reach_row[reach] for s in suspects for reach, _, _ in s.parts])
    problems += origin_problems(river, rows)
    return problems

"""Hydraulics where they are missing: discharge, slope, width, depth and roughness, each with its source word."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Array
from riverplan.errors import InputError, Problem
from riverplan.i18n import LANGS, listed, text
from riverplan.reference.roughness import roughness_classes
from riverplan.river import hydraulic_geometry as geometry
from riverplan.river.flows import GIVEN, ORDER
from riverplan.river.network import RiverNetwork
from riverplan.river.scenario import FlowScenario, blank_scenario
from riverplan.river.sites import Intake, RiskSource
from riverplan.river.slopes import slopes
from riverplan.river.water_balance import FAR, balance, fork_share, increments
from riverplan.transport.compiled import Compiled

EFFLUENT = 0.5
"""Share of treated sewage in a river's flow above which an area ratio is refused [-]."""
KNOWN = tuple(w for w in GIVEN if w)
"""Source words of discharges that are kept; sums and filled values are made anew."""


def fill_hydraulics(river: RiverNetwork, *, specific: Mapping[str, float] | None = None,
                    factors: Mapping[str, float] | None = None) -> RiverNetwork:
    """The river with what was missing filled in, never what was measured, stated or assumed by a person.

    Parameters
    ----------
    river
        The river; its ``report`` is added to.
    specific
        Specific discharge by scenario [m³/s/m²] (1 L/s/km² is 1e-9); there is no default.
    factors
        Discharge of a scenario as a share of the mean discharge [-], a person's assumption. Without one
        only ``normal`` is made of mean discharges.

    Returns
    -------
    RiverNetwork
        Every filled value has a source word of ``confidence.SIGMA_LN``.

    Raises
    ------
    InputError
        If a specific discharge or a factor is not a positive finite number, or names no scenario.
    """
    specific, factors = specific or {}, factors or {}
    wrong = [Problem(code="fill_value_wrong", fields={"scenario": name, "value": value})
             for given in (specific, factors) for name, value in given.items()
             if name not in ORDER or not np.isfinite(value) or value <= 0]
    if wrong:
        raise InputError(wrong)
    problems: list[Problem] = []
    river = _with_slopes(river, problems)
    scenarios = dict(river.scenarios)
    has_mean = bool(np.isfinite(river.reaches["mean_discharge"].to_numpy(np.float64)).any())
    for name in ORDER:
        if name not in scenarios and (name in specific or name in factors or (name == "normal" and has_mean)):
            scenarios[name] = replace(blank_scenario(len(river.reaches)), name=name)
    net, share = river.compiled, fork_share(river.compiled, river.reaches["width"].to_numpy(np.float64))
    scenarios = {name: _discharges(river, net, share, scenarios[name], problems, specific.get(name, np.nan),
                                   factors.get(name, 1.0 if name == "normal" else np.nan))
                 for name in ORDER if name in scenarios}
    if not scenarios:
        problems.append(Problem(code="fill_no_flow", severity="warning"))
    river = _with_sections(river.replace(scenarios=scenarios))
    kept = tuple(p for p in river.report if p.code not in SAID)
    return river.replace(report=(*kept, *_together(problems)))


def _together(problems: Sequence[Problem]) -> list[Problem]:
    """What is said of several scenarios alike said once, with their names in words."""
    groups: dict[tuple[str, str], list[Problem]] = {}
    for p in problems:
        same = {k: v for k, v in p.fields.items() if k != "scenario"}
        groups.setdefault((p.code, repr(same)), []).append(p)
    return [replace(group[0], fields={**group[0].fields, "scenario": _named(group)})
            if "scenario" in group[0].fields else group[0] for group in groups.values()]


def _named(group: Iterable[Problem]) -> Mapping[str, str]:
    names = list(dict.fromkeys(p.fields["scenario"] for p in group))
    return {lang: ("、" if lang == "zh" else ", ").join(text(f"flow.{n}", lang) for n in names) for lang in LANGS}


SAID = frozenset({"fill_no_flow", "fill_unknown", "fill_lost", "fill_dry", "fill_far", "fill_effluent", "fill_counts",
                  "fill_floor", "fill_no_area"})
"""Problems said anew by each filling."""


def _with_slopes(river: RiverNetwork, problems: list[Problem]) -> RiverNetwork:
    reaches = river.reaches.copy()
    elevation = river.nodes["elevation"].to_numpy(np.float64)
    given = reaches["slope"].to_numpy(np.float64)
    filled, words = slopes(river.compiled, elevation, reaches["length"].to_numpy(np.float64), given,
                           reaches["slope_source"].to_numpy(object))
    reaches["slope"], reaches["slope_source"] = filled, words
    floored = int((words == "floor").sum())
    if floored:
        problems.append(Problem(code="fill_floor", severity="note", fields={"count": floored}))
    return river.replace(reaches=reaches)


def point_flows(river: RiverNetwork) -> tuple[Array, Array]:
    """Water put in by sewage works and outfalls, and taken by intakes, along each reach [m³/s]."""
    put, taken = np.zeros(len(river.reaches)), np.zeros(len(river.reaches))
    for site in river.sites:
        row = river.reach_row.get(site.reach_id)
        if row is None:
            continue
        if isinstance(site, RiskSource) and site.category in ("wastewater_plant", "outfall") and site.discharge:
            put[row] += site.discharge
        if isinstance(site, Intake) and site.supply:
            taken[row] += site.supply
    return put, taken


def _base(river: RiverNetwork, net: Compiled, share: Array) -> tuple[Array, str]:
    """What discharge is in proportion to, as added along each reach, and the word of it."""
    for column, word in (("drainage_area", "area_ratio"), ("mean_discharge", "mean_discharge")):
        total = river.reaches[column].to_numpy(np.float64)
        if np.isfinite(total).mean() > 0.5:
            return increments(net, total, share)[0], word
    return river.reaches["length"].to_numpy(np.float64), "length_ratio"


def _discharges(river: RiverNetwork, net: Compiled, share: Array, flow: FlowScenario, problems: list[Problem],
                specific: float, factor: float) -> FlowScenario:
    """One scenario with its discharges filled."""
    known = np.where(np.isin(flow.discharge_source, KNOWN), flow.discharge, np.nan)
    put, taken = point_flows(river)
    point, fixed = put - taken, np.isfinite(known)
    mean = river.reaches["mean_discharge"].to_numpy(np.float64)
    base, word = _base(river, net, share)
    rate = np.nan
    if not fixed.any() and np.isfinite(factor) and np.isfinite(mean).any():
        base, _ = increments(net, mean, share)
        word, rate = ("mean_discharge" if factor == 1.0 else "assumed_factor"), factor
        point = np.zeros(len(base))                            # a mean discharge has them in it already
    elif np.isfinite(specific) and np.isfinite(river.reaches["drainage_area"].to_numpy(np.float64)).any():
        base, rate = increments(net, river.reaches["drainage_area"].to_numpy(np.float64), share)[0], specific
        word = "area_ratio"
    elif np.isfinite(specific):
        problems.append(Problem(code="fill_no_area", severity="warning", fields={"scenario": flow.name}))
    effluent = balance(net, np.full(len(base), np.nan), np.zeros(len(base)), put, share, rate=0.0).discharge
    sewage = np.zeros(len(base), bool)
    sewage[fixed] = effluent[fixed] > EFFLUENT * known[fixed]
    # a length says how water between two known places may be spread, not how a river grows below the last
    got = balance(net, known, base, point, share, rate=rate, extrapolate=~sewage & (word != "length_ratio"))
    # where the balance leaves nothing to enter, nothing is known: a river that is drawn carries some water
    void = ~fixed & (got.discharge <= 0)
    void[list(got.dry)] = False
    discharge = np.where(void, np.nan, got.discharge)
    new = ~fixed & np.isfinite(discharge)
    words = flow.discharge_source.copy()
    words[~fixed] = ""
    no_rate = new & (got.anchor < 0)
    words[new] = word
    words[new & (word == "length_ratio") & (got.anchor >= 0) & (got.ratio > 1.0)] = "accumulated"
    if np.isfinite(specific):
        words[no_rate] = "specific_discharge"
    far = new & (got.anchor >= 0) & ~((got.ratio >= FAR[0]) & (got.ratio <= FAR[1])) & (word == "area_ratio")
    words[far] = "area_ratio_far"
    refused = new & ((effluent > EFFLUENT * got.discharge) & (effluent > 0) | sewage[got.anchor] & (got.anchor >= 0))
    words[refused] = "point_flows"
    rows = river.reaches["reach_id"].to_numpy(object)

    def say(code: str, at: NDArray[np.bool_] | tuple[int, ...], severity: str = "warning") -> None:
        found = rows[np.flatnonzero(at) if isinstance(at, np.ndarray) else list(at)]
        if found.size:
            problems.append(Problem(code=code, severity="note" if severity == "note" else "warning", fields={
                "scenario": flow.name, "count": int(found.size),
                "reaches": listed(found, 8)}))

    say("fill_lost", got.lost)
    say("fill_dry", got.dry)
    say("fill_far", far, "note")
    say("fill_effluent", refused)
    say("fill_unknown", ~np.isfinite(discharge))
    say("fill_counts", new, "note")
    return replace(flow, discharge=discharge, discharge_source=words)


def _with_sections(river: RiverNetwork) -> RiverNetwork:
    """Widths, roughness and depths where none are known."""
    reaches = river.reaches.copy()
    kind = reaches["kind"].to_numpy(object)
    mean = reaches["mean_discharge"].to_numpy(np.float64)
    if "normal" in river.scenarios:
        mean = np.where(np.isfinite(mean), mean, river.scenarios["normal"].discharge)
    width, width_source = reaches["width"].to_numpy(np.float64).copy(), reaches["width_source"].to_numpy(object).copy()
    natural = np.isin(kind, ("channel", "dewatered"))
    new = ~(width > 0) & natural & (mean > 0)
    width[new], width_source[new] = geometry.width(mean[new]), "geometry_regression"
    slope = reaches["slope"].to_numpy(np.float64)
    n, n_source = (reaches["roughness"].to_numpy(np.float64).copy(),
                   reaches["roughness_source"].to_numpy(object).copy())
    bare = ~(n > 0)
    for row in roughness_classes():
        fits = bare & (kind == row.kind) & (np.nan_to_num(slope) >= row.least_slope)
        n[fits], n_source[fits] = row.n, "class"
    reaches["width"], reaches["width_source"] = width, width_source
    reaches["roughness"], reaches["roughness_source"] = n, n_source
    regressed = width_source == "geometry_regression"
    scenarios = {name: _section_of(flow, mean, width, regressed, natural) for name, flow in river.scenarios.items()}
    return river.replace(reaches=reaches, scenarios=scenarios)


def _section_of(flow: FlowScenario, mean: Array, width: Array, regressed: NDArray[np.bool_],
                natural: NDArray[np.bool_]) -> FlowScenario:
    """Depth and width of a flow, from those of the mean flow; a width that was given stays as it is."""
    wider, deeper = geometry.at_station(flow.discharge, mean)
    depth, depth_source = _regressed(flow.depth, flow.depth_source, geometry.depth(mean) * deeper, natural)
    wide, wide_source = _regressed(flow.width, flow.width_source, width * wider, natural & regressed)
    return replace(flow, depth=depth, depth_source=depth_source, width=wide, width_source=wide_source)


def _regressed(value: Array, words: NDArray[np.object_], filled: Array, where: NDArray[np.bool_],
               ) -> tuple[Array, NDArray[np.object_]]:
    """Values with those missing, or regressed before, taken from the regression."""
    new = where & (~(value > 0) | (words == "geometry_regression")) & np.isfinite(filled)
    said = words.copy()
    said[new] = "geometry_regression"
    return np.where(new, filled, value), said

"""Is a river complete enough to forecast on, and do its numbers agree? Findings by river, with the mend."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd

from riverplan.channel import Array
from riverplan.errors import Problem, Severity
from riverplan.i18n import listed
from riverplan.river.line_origin import origin_problems
from riverplan.river.network import RiverNetwork
from riverplan.river.resting import sources_said
from riverplan.river.scenario import FlowScenario
from riverplan.river.sites import Intake, RiskSource, Section, Space

DROP = 0.02
"""A discharge may be this much smaller below a confluence than the sum above it [-]: losses, rounding."""
STEADY = 0.05
"""Discharge of the same reach in the low flow may exceed that in the normal flow by this much [-]."""


def check_river(river: RiverNetwork) -> tuple[Problem, ...]:
    """Everything a planner should complete or correct, the gravest first.

    Parameters
    ----------
    river
        The river.

    Returns
    -------
    tuple of Problem
        Errors hinder a forecast, warnings weaken it, notes are for completeness.
    """
    found = [*_flows(river), *_channels(river), *_sites(river), *_parts(river), *_carried(river), *sources_said(river)]
    order: dict[Severity, int] = {"error": 0, "warning": 1, "note": 2}
    return tuple(sorted(found, key=lambda p: order[p.severity]))


def _connected(river: RiverNetwork) -> np.ndarray:
    return ~river.reaches["status"].str.contains("unconnected").to_numpy(bool)


def _by_river(river: RiverNetwork, bad: np.ndarray) -> Iterator[tuple[str, np.ndarray, float]]:
    """Groups of the chosen reaches by their river: name, row numbers, kilometres."""
    rows = np.flatnonzero(bad)
    names = river.reaches["name"].to_numpy(object)[rows]
    length = river.reaches["length"].to_numpy(np.float64)
    for name in dict.fromkeys(names):
        group = rows[names == name]
        yield str(name) or "—", group, float(length[group].sum()) / 1000


def _say(river: RiverNetwork, code: str, severity: Severity, bad: np.ndarray, **more: object) -> list[Problem]:
    """One problem a river for the chosen reaches."""
    ids = river.reaches["reach_id"].to_numpy(object)
    return [Problem(code=code, severity=severity, fields={
        "river": name, "reaches": group.size, "km": km, "ids": listed(ids[group], 5), **more})
        for name, group, km in _by_river(river, bad)]


def _flows(river: RiverNetwork) -> Iterator[Problem]:
    if not river.scenarios:
        yield Problem(code="check_no_flows")
        return
    for name in ("low", "normal", "high"):
        if name not in river.scenarios:
            yield Problem(code="check_flow_missing", severity="warning", fields={"flow": name})
    used = _connected(river)
    for scenario in river.scenarios.values():
        yield from _say(river, "check_no_discharge", "error", used & ~(scenario.discharge > 0), flow=scenario.name)
        yield from _falling(river, scenario)
    names = [n for n in ("low", "normal", "high") if n in river.scenarios]
    for lower, upper in pairwise(names):
        a, b = river.scenarios[lower].discharge, river.scenarios[upper].discharge
        yield from _say(river, "check_flows_cross", "warning", used & (a > b * (1 + STEADY)), lower=lower, upper=upper)


def _falling(river: RiverNetwork, scenario: FlowScenario) -> Iterator[Problem]:
    """Confluences below which the discharge is smaller than what flows in."""
    compiled = river.compiled
    discharge = np.nan_to_num(scenario.discharge)
    inflow = np.bincount(compiled.head, weights=discharge, minlength=compiled.n_nodes)
    outflow = np.bincount(compiled.tail, weights=discharge, minlength=compiled.n_nodes)
    falls = np.flatnonzero((outflow > 0) & (outflow < inflow * (1 - DROP)))
    names = river.reaches["name"].to_numpy(object)
    for node in falls[np.argsort(-(inflow - outflow)[falls], kind="stable")][:20]:
        point = river.nodes.geometry.iloc[int(node)]
        lon, lat = river.lonlat(point.x, point.y)
        below = listed(names[compiled.leaving(int(node))], 8)
        yield Problem(code="check_discharge_falls", severity="warning", lon=float(lon), lat=float(lat), fields={
            "flow": scenario.name, "river": below, "inflow": inflow[node], "outflow": outflow[node]})


def _channels(river: RiverNetwork) -> Iterator[Problem]:
    """Reaches no velocity model has enough values for, and what single values are missing."""
    reaches = river.reaches
    used = _connected(river)
    pool = (reaches["kind"] == "reservoir").to_numpy(bool)

    def known(column: str) -> np.ndarray:
        values: Array = reaches[column].to_numpy(np.float64)
        return values > 0

    jobson = known("drainage_area") & known("mean_discharge")
    manning = known("width") & known("slope") & known("roughness")
    tabulated = np.zeros(len(reaches), bool)
    stored, section = np.zeros(len(reaches), bool), np.zeros(len(reaches), bool)
    for scenario in river.scenarios.values():
        tabulated |= scenario.velocity > 0
        stored |= scenario.storage > 0
        section |= ((scenario.width > 0) | known("width")) & (scenario.depth > 0)
    yield from _say(river, "check_no_velocity_data", "error", used & ~pool & ~(jobson | manning | tabulated | section))
    yield from _say(river, "check_no_storage", "warning", used & pool & ~stored)
    yield from _say(river, "check_no_slope", "note", used & ~pool & ~known("slope") & (jobson | tabulated | section))
    yield from _say(river, "check_no_width", "note", used & ~pool & ~known("width") & (jobson | tabulated))
    assumed = used & np.isin(reaches["slope_source"].to_numpy(object), ["assumed"])
    if assumed.any():
        yield from _say(river, "check_slope_assumed", "note", assumed)


def _sites(river: RiverNetwork) -> Iterator[Problem]:
    if not river.sites:
        yield Problem(code="check_no_sites", severity="warning")
        return
    for kind in (RiskSource, Intake, Section):
        if not any(isinstance(s, kind) for s in river.sites):
            yield Problem(code=f"check_no_{kind.kind}", severity="warning")
    apart = set(river.reaches["reach_id"][~_connected(river)])
    yield from _named("check_sites_apart", "warning", (s.name or s.site_id for s in river.sites if s.reach_id in apart))
    yield from _named("check_sites_without_phone", "note", (
        s.name or s.site_id for s in river.sites if isinstance(s, (RiskSource, Intake, Space)) and not s.phone))
    yield from _named("check_sources_without_mass", "note", (
        s.name or s.site_id for s in river.sites if isinstance(s, RiskSource) and not s.max_storage))
    yield from _named("check_intakes_without_tank", "note", (
        s.name or s.site_id for s in river.sites
        if isinstance(s, Intake) and s.clear_water_tank is None and (s.population or 0) >= 1000))
    yield from _named("check_sites_unverified", "note", (
        s.name or s.site_id for s in river.sites if not s.verified_on))


def _named(code: str, severity: Severity, names: Iterable[str]) -> Iterator[Problem]:
    found = list(names)
    if found:
        yield Problem(code=code, severity=severity, fields={"count": len(found), "names": listed(found, 6)})


def _parts(river: RiverNetwork) -> Iterator[Problem]:
    yield from _say(river, "check_river_apart", "note", ~_connected(river))
    sketched = (river.reaches["length_source"] == "sketched").to_numpy(bool)
    yield from _say(river, "check_length_sketched", "warning", sketched)
    yield from (replace(p, severity="note") for p in origin_problems(river))    # a warning with each forecast
    far = pd.Series([s.offset for s in river.sites], dtype=float) > 1000
    if far.any():
        names = [s.name or s.site_id for s, f in zip(river.sites, far, strict=True) if f]
        yield from _named("check_sites_far_off", "note", names)


def _carried(river: RiverNetwork) -> Iterator[Problem]:
    """Rows the import could not use: still to be mended in the lists."""
    yield from (p for p in river.report if p.severity == "error")

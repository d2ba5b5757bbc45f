"""Which finding to mend first: the one that changes the most arrival times.

The measure is kilometres of river whose arrival times would be wrong or missing. What is no length (a site, a cell)
is weighed against lengths by judgement: a doubtful intake of a town counts like some kilometres.
"""

import math
from collections.abc import Iterable, Mapping

import numpy as np

from riverplan.errors import Problem, Severity
from riverplan.river.network import RiverNetwork
from riverplan.river.parts import PARTS
from riverplan.river.sites import Intake, RiskSource, Section, Site

WRONG_WAY = 3.0
"""A kilometre that runs the wrong way gives wrong answers, not none: it counts so many times."""
BARE = 0.3
"""Share of a kilometre of a part that bears none of the river's sites: nobody waits for news of it."""
UNSURE = 0.5
"""Confidence of a direction nobody rated."""
PER_KM: Mapping[str, float] = {
    "part_unconnected": 1.5, "part_apart": 1.0, "parts_unconnected": 1.0, "stray_end": WRONG_WAY,
    "river_upside_down": WRONG_WAY, "circle_endless": WRONG_WAY,
    "check_length_sketched": 0.1, "check_no_storage": 0.05, "check_no_discharge": 0.02, "check_no_velocity_data": 0.02,
    "check_flows_cross": 0.01, "check_no_slope": 1e-4, "check_no_width": 1e-4, "check_slope_assumed": 1e-4,
    "check_river_apart": 1e-4,
}
"""Weight of a kilometre by finding: first what is drawn wrongly, for values that are missing are asked for anyway;
notes that repeat what the import said last."""
FLIPS = frozenset({"flipped", "circle_broken"})
"""Findings of reaches that were turned: weighed by how unsure that is."""
WHOLE: Mapping[str, float] = {"cycle": 2.0, "datum_shift_between": 1.0, "datum_shift_found": 0.5,
                              "datum_shift_lines": 0.5, "flipped_all": 0.5, "no_outlet_given": 0.05,
                              "lines_unnamed": 0.05, "check_no_flows": 0.05,
                              "workbook_no_list": 3.0, "heads_missing": 1.0, "column_missing": 1.0}
"""Findings about the whole river, as a share of its length."""
SITE: Mapping[str, float] = {"site_far": 1.0, "site_no_place": 1.0, "site_other_river": 0.4,
                             "site_km_differs": 0.3, "site_river_unknown": 0.3, "site_choice_gone": 0.5}
"""Share of a site's weight that is at stake."""
ELSE: Mapping[Severity, float] = {"error": 2.0, "warning": 0.5, "note": 0.01}
"""Weight [km] of everything else: a cell that could not be read, a remark."""


def importance(problem: Problem, river: RiverNetwork) -> float:
    """How much a finding matters to arrival times [km of river, or its like]; higher is to be mended first.

    Parameters
    ----------
    problem
        A finding of the import or of the check.
    river
        The river it is about.
    """
    code, km = problem.code, _number(problem.fields.get("km"))
    if code in FLIPS:
        return km * WRONG_WAY * (1 - _confidence(problem, river))
    if code in PARTS and _is_bare(problem, river):
        km *= BARE
    if code in PER_KM:
        return km * PER_KM[code]
    if code in WHOLE:
        return WHOLE[code] * float(river.reaches["length"].sum()) / 1000
    if code == "site_doubtful":
        return _weight(problem, river) * (1 - _number(problem.fields.get("percent")) / 100)
    if code in SITE:
        return _weight(problem, river) * SITE[code]
    return ELSE[problem.severity]


def ranked(problems: Iterable[Problem], river: RiverNetwork) -> list[Problem]:
    """Findings, the most important first; equals stay in their order."""
    return sorted(problems, key=lambda p: -importance(p, river))


def _is_bare(problem: Problem, river: RiverNetwork) -> bool:
    """Whether a part bears none of the sites of the river."""
    busy = river._kept("busy", lambda: {
        river.reaches["name"].iat[river.reach_row[s.reach_id]] for s in river.sites if s.reach_id in river.reach_row})
    rivers = {w.strip() for w in str(problem.said("en").get("rivers", "")).split(",")}
    return bool(river.sites) and not rivers & busy


def _number(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) and math.isfinite(value) else 0.0


def _confidence(problem: Problem, river: RiverNetwork) -> float:
    """Mean confidence, by length, of the direction of the reaches a finding names; ``UNSURE`` where unrated."""
    said = problem.said("en")
    lines = str(said.get("flipped") or said.get("lines") or "")
    named = {part.strip() for part in lines.removesuffix("…").split(",")}
    reaches = river.reaches
    rows = np.flatnonzero(reaches["source_id"].isin(named) & reaches["status"].str.contains("flipped"))
    sure = reaches["direction_confidence"].to_numpy(np.float64)[rows]
    length = reaches["length"].to_numpy(np.float64)[rows]
    known = np.isfinite(sure)
    return float(np.average(sure[known], weights=length[known])) if known.any() else UNSURE


def _weight(problem: Problem, river: RiverNetwork) -> float:
    """What a site is worth in kilometres: an intake by the people behind it, then sources and sections."""
    by_id: Mapping[str, Site] = river._kept("sites", lambda: {s.site_id: s for s in river.sites})
    site = by_id.get(str(problem.fields.get("id", "")))
    if isinstance(site, Intake):
        return 5.0 + 5.0 * math.log10(1 + (site.population or 0) / 1_000)
    return 5.0 if isinstance(site, (RiskSource, Section)) else 3.0

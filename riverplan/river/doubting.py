"""Sites whose reach is doubtful, with the reaches they may stand on; and the choice of a person."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import cast

from riverplan.errors import Problem
from riverplan.river.judging import Candidate, is_doubtful, judge
from riverplan.river.locate import locate_on, river_km
from riverplan.river.network import RiverNetwork
from riverplan.river.sites import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A site a person should look at, and the reaches it may stand on, the likeliest first."""

    site: Site
    candidates: tuple[Candidate, ...]
    problem: Problem


def doubtful_sites(river: RiverNetwork) -> tuple[Doubt, ...]:
    """The sites the import was in doubt about, as the river stands now; the least sure first.

    The odds are those of the import, which knew the rows of the lists; a site that was moved since, or whose
    reaches are gone, is judged as it is now, and left out where it has become sure.
    """
    said: Mapping[str, Problem] = {str(p.fields.get("id", "")): p for p in river.report if p.code == "site_doubtful"}
    doubts = []
    for site in river.sites:
        problem = said.get(site.site_id)
        if problem is None:
            continue
        candidates = _as_said(river, site, problem) or _anew(river, site, problem)
        if is_doubtful(candidates):
            doubts.append(Doubt(site=site, candidates=candidates, problem=problem))
    return tuple(sorted(doubts, key=lambda d: d.candidates[0].confidence))


def _as_said(river: RiverNetwork, site: Site, problem: Problem) -> tuple[Candidate, ...]:
    """The candidates of the report on the river of today; none where they no longer hold."""
    if (problem.lon, problem.lat) != (site.lon, site.lat):
        return ()
    found = []
    for reach_id, confidence, why in cast("list[tuple[str, float, list[str]]]", problem.fields.get("candidates") or []):
        place = locate_on(river, reach_id, site.lon, site.lat)
        if place is None:
            return ()
        found.append(Candidate(
            reach_id=place.reach_id, river=place.name, chainage=place.chainage, river_km=river_km(river, place),
            offset=place.offset, bank=place.bank, lon=place.lon, lat=place.lat, confidence=confidence,
            why=tuple(why)))
    return tuple(found)


def _anew(river: RiverNetwork, site: Site, problem: Problem) -> tuple[Candidate, ...]:
    km = problem.fields.get("listed_km")
    # the bank of a row that gave none was filled in from the judgement: it is no evidence
    bare = site if problem.fields.get("bank") else replace(site, bank="")
    return judge(river, [bare], listed_km=[float(km) if isinstance(km, (int, float)) else float("nan")])[0]

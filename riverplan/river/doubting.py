"""Sites whose reach is doubtful, with the reaches they may stand on; and the choice of a person."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from riverplan.errors import Problem, UnknownNameError
from riverplan.river.judging import Candidate, is_doubtful, judge
from riverplan.river.locate import locate_on
from riverplan.river.network import RiverNetwork, unknown
from riverplan.river.sites import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A site a person should look at, and the reaches it may stand on, the likeliest first."""

    site: Site
    candidates: tuple[Candidate, ...]
    problem: Problem


def doubtful_sites(river: RiverNetwork) -> tuple[Doubt, ...]:
    """The sites the import was in doubt about, as the river stands now; the least sure first.

    A site that was moved, corrected or taken away since is judged as it is now, and left out where it has
    become sure. The kilometre its list gave is taken from the report.
    """
    said: Mapping[str, Problem] = {str(p.fields.get("id", "")): p for p in river.report if p.code == "site_doubtful"}
    sites = [s for s in river.sites if s.site_id in said]
    if not sites:
        return ()
    km = [said[s.site_id].fields.get("listed_km") for s in sites]
    # the bank of a row that gave none was filled in from the judgement: it is no evidence
    bare = [s if said[s.site_id].fields.get("bank") else replace(s, bank="") for s in sites]
    judged = judge(river, bare, listed_km=[float(v) if isinstance(v, (int, float)) else float("nan") for v in km])
    doubts = [Doubt(site=s, candidates=c, problem=said[s.site_id])
              for s, c in zip(sites, judged, strict=True) if is_doubtful(c)]
    return tuple(sorted(doubts, key=lambda d: d.candidates[0].confidence))


def with_choice(river: RiverNetwork, site_id: str, reach_id: str) -> RiverNetwork:
    """The river with a site on the reach a person chose; it is doubtful no more.

    Raises
    ------
    UnknownNameError
        If there is no such site or no such reach.
    """
    site = river.site(site_id)
    place = locate_on(river, reach_id, site.lon, site.lat)
    if place is None:
        raise UnknownNameError(unknown("reach", reach_id, river.reach_row))
    put = replace(site, reach_id=place.reach_id, chainage=place.chainage, offset=place.offset, bank=place.bank)
    return river.replace(
        sites=tuple(put if s.site_id == site_id else s for s in river.sites),
        report=tuple(p for p in river.report if p.code != "site_doubtful" or p.fields.get("id") != site_id))

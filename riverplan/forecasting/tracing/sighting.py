"""What was seen in the river, where and when: abnormal or clean."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from riverplan.errors import InputError, Problem
from riverplan.river.network import RiverNetwork

SAMPLING = 4 * 3600.0
"""Time between two readings of an automatic station [s] (assumed): a first detection may be that late."""
Kind = Literal["seen", "first", "peak", "clean"]
KINDS: tuple[Kind, ...] = ("seen", "first", "peak", "clean")
_MOST_CONCENTRATION = 1e3
_YEARS = (1900, 2200)
_LONGEST = 365 * 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One observation at a site.

    Parameters
    ----------
    site_id
        Where: a section, an intake or any other site of the river.
    at
        When, with time zone.
    kind
        ``seen``: abnormal then, so the plume was passing. ``first``: abnormal then and clean one ``within``
        before. ``peak``: the highest reading was then, give or take one ``within``. ``clean``: no plume then.
    concentration
        What was read, above the background [kg/m³]; None where only the kind is known.
    within
        Time between two readings there [s].
    """

    site_id: str
    at: datetime
    kind: Kind = "seen"
    concentration: float | None = None
    within: float = SAMPLING


def check_sightings(river: RiverNetwork, sightings: Sequence[Sighting], lookback: float,
                    duration: float | None) -> None:
    """Refuse sightings that cannot be used.

    Raises
    ------
    InputError
        With all that is wrong with them and with the times asked for.
    """
    problems: list[Problem] = []
    for s in sightings:
        where = {"site": s.site_id, "at": f"{s.at:%Y-%m-%d %H:%M}"}
        try:
            if river.site(s.site_id).reach_id not in river.reach_row:
                problems.append(Problem(code="site_off_river", fields={"site": s.site_id}))
        except InputError as error:
            problems.extend(error.problems)
        if s.kind not in KINDS:
            problems.append(Problem(code="trace_kind", fields={"kind": s.kind, "known": ", ".join(KINDS)}))
        if s.at.tzinfo is None:
            problems.append(Problem(code="trace_naive_time", fields=where))
        elif not _YEARS[0] <= s.at.year <= _YEARS[1]:
            problems.append(Problem(code="trace_year", fields=where))
        if s.kind == "clean" and s.concentration is not None:
            problems.append(Problem(code="trace_clean_value", fields=where))
        elif s.concentration is not None and not 0 < s.concentration <= _MOST_CONCENTRATION:
            problems.append(Problem(code="trace_concentration", fields={**where, "value": f"{s.concentration:g}"}))
        if not 0 < s.within <= _LONGEST:
            problems.append(Problem(code="trace_within", fields={**where, "value": f"{s.within:g}"}))
    if not any(s.kind != "clean" for s in sightings):
        problems.append(Problem(code="trace_none_seen"))
    if not 0 < lookback <= _LONGEST:
        problems.append(Problem(code="trace_lookback", fields={"value": f"{lookback / 3600:g}"}))
    if duration is not None and not 0 <= duration <= _LONGEST:
        problems.append(Problem(code="trace_duration", fields={"value": f"{duration / 3600:g}"}))
    if not problems:
        problems = _contradictions(sightings)
    if problems:
        raise InputError(problems)


def _contradictions(sightings: Sequence[Sighting]) -> list[Problem]:
    """Pairs at one site that cannot both be true."""
    problems = []
    for i, s in enumerate(sightings):
        for other in sightings[i + 1:]:
            if other.site_id != s.site_id:
                continue
            clean, seen = (s, other) if s.kind == "clean" else (other, s)
            fields = {"site": s.site_id, "at": f"{clean.at:%Y-%m-%d %H:%M}"}
            if clean.kind == "clean" and seen.kind != "clean" and clean.at == seen.at:
                problems.append(Problem(code="trace_contradiction", fields=fields))
            for first, earlier in ((s, other), (other, s)):
                if first.kind == "first" and earlier.kind != "clean" and earlier.at < first.at:
                    problems.append(Problem(code="trace_first_late", fields={
                        "site": s.site_id, "first": f"{first.at:%Y-%m-%d %H:%M}",
                        "earlier": f"{earlier.at:%Y-%m-%d %H:%M}"}))
    return problems

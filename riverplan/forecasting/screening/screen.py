"""Screening: every risk source against every receptor at every flow, before anything has happened."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from riverplan import __version__
from riverplan.errors import InputError, Problem
from riverplan.forecasting import uncertainty as u
from riverplan.forecasting.arrivals import limit_at
from riverplan.forecasting.behaviour import is_film
from riverplan.forecasting.caveats import lacking
from riverplan.forecasting.ground import Ground, ground_of, passing_pairs, place_on
from riverplan.forecasting.screening.protection import above_intakes, sensitive_below
from riverplan.forecasting.screening.result import Matrix, Screening, Warned
from riverplan.forecasting.stored import stored
from riverplan.forecasting.table import flow_name
from riverplan.i18n import LANGS, listed
from riverplan.river.line_origin import origin_problems
from riverplan.river.network import RiverNetwork
from riverplan.river.sites import RiskSource, Site

RECEPTORS = ("intake", "section", "boundary")
"""Kinds of sites that are receptors."""
_PAIRS = 20_000


def screen(river: RiverNetwork, scenarios: str | Sequence[str] = "all", *,
           receptors: Sequence[str] = RECEPTORS) -> Screening:
    """All risk sources against all receptors.

    Ground flows. Each source releases all it is declared to store at once, and nothing decays or is held back:
    the worst case, not the likely one. Where no storage is declared only times are given.

    Parameters
    ----------
    river
        The river.
    scenarios
        ``all``, or one name or several names of its flow scenarios.
    receptors
        Kinds of sites that are receptors.

    Raises
    ------
    InputError
        If the river has no flow, no risk source or no receptor, or a flow does not exist; all at once.
    """
    names = _scenarios(river, scenarios)
    on_river = [s for s in river.sites if s.reach_id in river.reach_row and np.isfinite(s.chainage)]
    sources = tuple(s for s in on_river if isinstance(s, RiskSource))
    sites = tuple(s for s in on_river if s.kind in receptors)
    problems = [Problem(code=code, fields={"river": river.name})
                for code, some in (("screen_no_sources", sources), ("screen_no_receptors", sites)) if not some]
    known = [n for n in names if n in river.scenarios]
    for name in names:
        try:
            river.scenario(name)
        except InputError as error:
            problems.extend(error.problems)
    if not river.scenarios:
        problems.append(Problem(code="no_scenarios", fields={"river": river.name}))
    if problems:
        raise InputError(problems)

    grounds = [ground_of(river, river.scenario(n)) for n in known]
    fast = _fastest(river)
    limits = _limits(river, sources, sites)
    matrix = _joined([_matrix(ground, i, sources, sites, limits) for i, ground in enumerate(grounds)])
    return Screening(
        river=river, sources=sources, receptors=sites, scenarios=tuple(known), fast_scenario=fast, matrix=matrix,
        warned=_warned(matrix, sources, sites, known), above=above_intakes(grounds, sources, sites),
        sensitive=sensitive_below(ground_of(river, river.scenario(fast)), sources, on_river),
        problems=tuple(_caveats(grounds, sources, sites, fast)), version=__version__)


def _scenarios(river: RiverNetwork, asked: str | Sequence[str]) -> list[str]:
    if asked == "all":
        return list(river.scenarios)
    return [asked] if isinstance(asked, str) else list(dict.fromkeys(asked))


def _fastest(river: RiverNetwork) -> str:
    """The flow for the maximum daily-mean velocity: high flow, or the largest there is."""
    if "high" in river.scenarios:
        return "high"
    return max(river.scenarios, key=lambda n: float(np.nansum(river.scenarios[n].discharge)))


def _limits(river: RiverNetwork, sources: Sequence[RiskSource], sites: Sequence[Site],
            ) -> dict[tuple[str, int], tuple[str, float, float]]:
    """The stored substance that most exceeds its limit at each receptor, the limit, and the share read of it.

    By what a source stores; films have no concentration and are left out.
    """
    out = {}
    kind, water_class = (river.reaches[c].to_numpy() for c in ("kind", "water_class"))
    row = [river.reach_row[s.reach_id] for s in sites]
    for written in dict.fromkeys(s.substances for s in sources):
        listed = stored(next(s for s in sources if s.substances == written))
        for j, site in enumerate(sites):
            known = [(limit.concentration / substance.share, name, limit.concentration, substance.share)
                     for name, substance in listed if not is_film(substance)
                     and (limit := limit_at(site, kind[row[j]], water_class[row[j]], substance)[0]) is not None]
            if known:
                _, name, lowest, share = min(known)
                out[written, j] = (name, lowest, share)
    return out


def _matrix(ground: Ground, scenario: int, sources: Sequence[RiskSource], sites: Sequence[Site],
            limits: dict[tuple[str, int], tuple[str, float, float]]) -> Matrix:
    """The rows of one flow."""
    river = ground.river
    at = [place_on(river, s.site_id) for s in sources]
    to = [place_on(river, s.site_id) for s in sites]
    reach, chainage = np.array([r for r, _ in at], np.intp), np.array([x for _, x in at])
    places, along = np.array([r for r, _ in to], np.intp), np.array([x for _, x in to])
    storage = np.array([s.max_storage if s.max_storage else np.nan for s in sources], float)
    parts = []
    usable = np.flatnonzero(ground.followed[reach])
    for which in np.array_split(usable, max(1, -(-usable.size * places.size // _PAIRS))):
        found = passing_pairs(ground, reach[which], chainage[which], places, along)
        if found is None:
            continue
        source, receptor = which[found.place // places.size], found.place % places.size
        mass = storage[source]
        worst = [limits.get((sources[i].substances, int(j)), ("", np.nan, 1.0))
                 for i, j in zip(source, receptor, strict=True)]
        limit = np.array([x for _, x, _ in worst])
        concentration = mass * np.array([share for _, _, share in worst]) * found.concentration
        probability = np.array([u.exceed_probability(c, s, x) if np.isfinite(c) and np.isfinite(x) else np.nan
                                for c, s, x in zip(concentration, found.sigma, limit, strict=True)])
        parts.append(Matrix(
            source=source, receptor=receptor, scenario=np.full(source.size, scenario, np.intp),
            distance=found.distance, earliest=found.earliest, leading=found.leading, peak=found.peak,
            discharge=found.discharge, dilution=found.discharge / ground.channel.discharge[reach[source]], mass=mass,
            concentration=concentration, substance=np.array([n for n, _, _ in worst], object), limit=limit,
            ratio=concentration / limit, probability=probability))
    return _joined(parts)


def _joined(parts: Sequence[Matrix]) -> Matrix:
    """Matrices one after the other."""
    whole = ("source", "receptor", "scenario")

    def column(name: str) -> NDArray[Any]:
        empty = np.zeros(0, np.intp if name in whole else object if name == "substance" else float)
        return np.concatenate([empty, *(getattr(p, name) for p in parts)])

    return Matrix(**{name: column(name) for name in Matrix.__dataclass_fields__})


def _warned(matrix: Matrix, sources: Sequence[RiskSource], sites: Sequence[Site], scenarios: Sequence[str],
            ) -> tuple[Warned, ...]:
    """Per intake, the sources by the time they leave; the list of intakes keeps its order."""
    by_pair: dict[tuple[int, int], list[int]] = {}
    for row, (i, j) in enumerate(zip(matrix.source, matrix.receptor, strict=True)):
        if sites[j].kind == "intake":
            by_pair.setdefault((int(j), int(i)), []).append(row)
    out: list[Warned] = []
    for j in dict.fromkeys(j for j, _ in sorted(by_pair)):
        mine = [(min(rows, key=lambda r: matrix.earliest[r]), i, rows) for (k, i), rows in by_pair.items() if k == j]
        mine.sort(key=lambda x: (float(matrix.earliest[x[0]]), x[1]))
        for rank, (row, i, rows) in enumerate(mine, start=1):
            ratios = matrix.ratio[rows]
            out.append(Warned(
                intake=sites[j].site_id, rank=rank, source=sources[i].site_id,
                scenario=scenarios[matrix.scenario[row]], earliest=float(matrix.earliest[row]),
                by_scenario={scenarios[matrix.scenario[r]]: float(matrix.earliest[r]) for r in rows},
                ratio=float(np.nanmax(ratios)) if np.isfinite(ratios).any() else None))
    return tuple(out)


def _caveats(grounds: Sequence[Ground], sources: Sequence[RiskSource], sites: Sequence[Site], fast: str,
             ) -> list[Problem]:
    """What a reader must know of this table."""
    river = grounds[0].river
    named = {"flow": {lang: flow_name(fast, lang) for lang in LANGS}}
    problems = [Problem(code="screen_scope", severity="note"), Problem(code="screen_above", severity="note"),
                Problem(code="screen_hj941", severity="note", fields=named)]
    if fast != "high":
        problems.append(Problem(code="screen_no_high", severity="warning", fields=named))
    if unstored := [s.site_id for s in sources if not s.max_storage]:
        problems.append(Problem(code="screen_no_storage", severity="note", fields={
            "count": len(unstored), "sites": listed(unstored)}))
    if unsaid := [s.site_id for s in sites if s.kind == "boundary" and not getattr(s, "category", "")]:
        problems.append(Problem(code="screen_boundary_class", severity="warning",
                                fields={"sites": listed(unsaid)}))
    if unpeopled := [s.site_id for s in sites if s.kind == "intake" and getattr(s, "population", None) is None]:
        problems.append(Problem(code="screen_no_population", severity="note",
                                fields={"count": len(unpeopled), "sites": listed(unpeopled)}))
    rows = np.array([river.reach_row[s.reach_id] for s in sources], np.intp)
    for ground in grounds:
        dry = np.unique(rows[~ground.followed[rows]])
        if dry.size:
            problems += lacking(river, ground.channel, dry.tolist(), severity="warning")
    problems += origin_problems(river, np.unique(rows))
    return list({p.text("en"): p for p in problems}.values())

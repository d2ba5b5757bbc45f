"""A screening as tables a person reads, and as JSON for programs."""

import math
from collections.abc import Sequence
from typing import Any

from riverplan.forecasting.screening.result import Above, Screening, Sensitive, Warned
from riverplan.forecasting.table import flow_name
from riverplan.i18n import Lang, text
from riverplan.river.naming import site_name
from riverplan.units import HOUR, hours, km, mg_per_l

Cell = str | float | int | None
Table = tuple[Sequence[str], Sequence[Sequence[Cell]]]
"""Heads and rows; numbers stay numbers."""
URGENT = 6.0 * HOUR
"""An intake reached sooner than this at the earliest is named as urgent [s] (assumed)."""
MATRIX = ("source", "source_name", "receptor", "receptor_name", "kind", "flow", "distance", "earliest", "leading",
          "peak", "discharge", "dilution", "population", "mass", "substance", "concentration", "limit", "ratio",
          "probability")
"""Columns of the matrix; their heads stand in ``i18n/screen.toml``."""


def _digits(value: float | None, digits: int = 4) -> float | None:
    """Significant digits; None where a thing does not apply."""
    return None if value is None or not math.isfinite(value) else float(f"{value:.{digits}g}")


def _hours(seconds: float) -> float:
    """Hours to the hundredth, never later than they are: an earliest time is rounded down."""
    return math.floor(round(hours(seconds) * 100.0, 6)) / 100.0


def _named(screening: Screening, sites: Sequence[Any], lang: Lang) -> list[str]:
    return [site_name(screening.river, s, lang) for s in sites]


def matrix_table(screening: Screening, lang: Lang) -> Table:
    """Every source, receptor and flow where the plume comes, in the order of the lists."""
    m = screening.matrix
    sources, receptors = _named(screening, screening.sources, lang), _named(screening, screening.receptors, lang)
    kinds = [text(f"kind.{s.kind}", lang) for s in screening.receptors]
    flows = [flow_name(f, lang) for f in screening.scenarios]
    people = [getattr(s, "population", None) for s in screening.receptors]
    rows: list[list[Cell]] = []
    for n, (i, j, k) in enumerate(zip(m.source, m.receptor, m.scenario, strict=True)):
        rows.append([screening.sources[i].site_id, sources[i], screening.receptors[j].site_id, receptors[j], kinds[j],
                     flows[k], round(km(m.distance[n]), 2), _hours(m.earliest[n]), _hours(m.leading[n]),
                     round(hours(m.peak[n]), 2), _digits(m.discharge[n]), _digits(m.dilution[n]), people[j],
                     _digits(m.mass[n], 6), str(m.substance[n]), _digits(mg_per_l(m.concentration[n])),
                     _digits(mg_per_l(m.limit[n])), _digits(m.ratio[n]), _digits(m.probability[n])])
    return [text(f"screen.{c}", lang) for c in MATRIX], rows


def warned_table(screening: Screening, lang: Lang) -> Table:
    """Per intake the sources by the time they leave."""
    river = screening.river
    heads = [text(f"screen.{c}", lang) for c in ("intake", "intake_name", "population", "tank", "rank", "source",
                                                 "source_name", "soonest", "soonest_flow")]
    heads += [text("screen.earliest_at", lang, flow=flow_name(f, lang)) for f in screening.scenarios]
    heads.append(text("screen.ratio", lang))
    intakes = {s.site_id: s for s in screening.intakes}
    called = {s.site_id: site_name(river, s, lang) for s in (*screening.intakes, *screening.sources)}
    rows: list[list[Cell]] = []
    for w in screening.warned:
        site = intakes[w.intake]
        tank = site.clear_water_tank
        rows.append([w.intake, called[w.intake], site.population, None if tank is None else _digits(hours(tank)),
                     w.rank, w.source, called[w.source], _hours(w.earliest), flow_name(w.scenario, lang),
                     *(_hours(w.by_scenario[f]) if f in w.by_scenario else None for f in screening.scenarios),
                     _digits(w.ratio)])
    return heads, rows


def above_table(screening: Screening, lang: Lang) -> Table:
    """The river 24 h above each intake."""
    called = {s.site_id: site_name(screening.river, s, lang) for s in screening.intakes}
    heads = [text(f"screen.{c}", lang) for c in ("intake", "intake_name", "flow", "length", "sources", "reaches")]
    return heads, [[a.intake, called[a.intake], flow_name(a.scenario, lang), round(km(a.length), 1),
                    "、".join(a.sources), "；".join(f"{r} {km(x):.1f}–{km(y):.1f}" for r, x, y in a.parts)]
                   for a in screening.above]


def sensitive_table(screening: Screening, lang: Lang) -> Table:
    """What HJ 941-2018 asks of the water below each source."""
    called = {s.site_id: site_name(screening.river, s, lang) for s in screening.sources}
    heads = [text(f"screen.{c}", lang) for c in ("source", "source_name", "intakes", "borders", "grade")]
    return heads, [[s.source, called[s.source], "、".join(f"{i} {km(d):.1f} km" for i, d in s.intakes),
                    "、".join(f"{b} {hours(t):.1f} h" for b, t in s.borders),
                    s.grade or text("screen.grade_open", lang)] for s in screening.sensitive]


def notes_table(screening: Screening, lang: Lang) -> Table:
    """What it is, and what must be known of it."""
    rows: list[list[Cell]] = [["", said(screening, lang), ""]]
    river = screening.river
    if river.stamp:
        rows.append(["", river.stamp, ""])
    rows += [[text(f"report.severity_{p.severity}", lang), p.what(lang), p.mend(lang)] for p in screening.problems]
    return [text(f"screen.{c}", lang) for c in ("note_severity", "note", "note_mend")], rows


def said(screening: Screening, lang: Lang) -> str:
    """The screening in a sentence."""
    first = [w for w in screening.warned if w.rank == 1]
    return text("screen.said", lang, river=screening.river.name, sources=len(screening.sources),
                receptors=len(screening.receptors), flows=len(screening.scenarios),
                rows=screening.matrix.source.size, warned=len(first),
                urgent=sum(w.earliest < URGENT for w in first))


def _warned(w: Warned) -> dict[str, Any]:
    return {"intake": w.intake, "rank": w.rank, "source": w.source, "flow": w.scenario,
            "earliest_h": _hours(w.earliest), "earliest_h_by_flow": {f: _hours(t) for f, t in w.by_scenario.items()},
            "peak_over_limit": _digits(w.ratio)}


def _above(a: Above) -> dict[str, Any]:
    return {"intake": a.intake, "flow": a.scenario, "length_km": _digits(km(a.length), 6), "sources": list(a.sources),
            "parts": [{"reach_id": r, "from_km": _digits(km(lower), 6), "to_km": _digits(km(upper), 6)}
                      for r, lower, upper in a.parts]}


def _sensitive(s: Sensitive) -> dict[str, Any]:
    return {"source": s.source, "grade_by_lists": s.grade or None,
            "intakes_within_10_km": [{"site_id": i, "km": _digits(km(d), 6)} for i, d in s.intakes],
            "borders_within_24_h": [{"site_id": b, "h": _digits(hours(t), 6)} for b, t in s.borders]}


def screening_as_json(screening: Screening) -> dict[str, Any]:
    """A screening as JSON-ready values: hours, kilometres, kilograms, mg/L; null where a thing does not apply."""
    m = screening.matrix
    return {
        "river": {"name": screening.river.name, "stamp": screening.river.stamp or None,
                  "digest": screening.river.digest},
        "flows": list(screening.scenarios), "hj941_flow": screening.fast_scenario,
        "matrix": [{
            "source": screening.sources[i].site_id, "receptor": screening.receptors[j].site_id,
            "kind": screening.receptors[j].kind, "flow": screening.scenarios[k],
            "population": getattr(screening.receptors[j], "population", None),
            "distance_km": _digits(km(m.distance[n]), 6), "earliest_h": _hours(m.earliest[n]),
            "leading_h": _digits(hours(m.leading[n]), 6), "peak_h": _digits(hours(m.peak[n]), 6),
            "discharge_m3_s": _digits(m.discharge[n], 6), "dilution": _digits(m.dilution[n], 6),
            "storage_kg": _digits(m.mass[n], 6), "substance": str(m.substance[n]) or None,
            "peak_mg_l": _digits(mg_per_l(m.concentration[n]), 6), "limit_mg_l": _digits(mg_per_l(m.limit[n]), 6),
            "peak_over_limit": _digits(m.ratio[n], 6), "exceed_probability": _digits(m.probability[n], 6),
        } for n, (i, j, k) in enumerate(zip(m.source, m.receptor, m.scenario, strict=True))],
        "intake_warning": [_warned(w) for w in screening.warned],
        "within_24_h_upstream": [_above(a) for a in screening.above],
        "hj941": [_sensitive(s) for s in screening.sensitive],
        "problems": [p.as_json() for p in screening.problems], "version": screening.version,
    }

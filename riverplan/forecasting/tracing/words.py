"""A trace as a person reads it, and as JSON for programs."""

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from riverplan.forecasting.table import NOTHING, flow_name, percent, significant
from riverplan.forecasting.tracing.result import Lookalike, RuledOut, Suspect, Trace
from riverplan.i18n import LANGS, Lang, text
from riverplan.river.naming import site_name
from riverplan.units import hours, km, mg_per_l

COLUMNS = ("place", "river", "distance", "probability", "released", "mass")
"""Columns of the table of suspects, the mass only where a concentration was read; heads in ``i18n/trace.toml``."""


def _clock(at: datetime) -> str:
    return f"{at:%m-%d %H:%M}"


def trace_lines(trace: Trace, lang: Lang) -> list[str]:
    """What was seen, at what flow, over what time, and how likely it was a listed source."""
    river = trace.river
    lines = [" ".join(x for x in (river.name, f"【{river.stamp}】" if river.stamp else "") if x)]
    for s in sorted(trace.sightings, key=lambda s: s.at):
        said = text(f"trace.kind_{s.kind}", lang)
        read = "" if s.concentration is None else f" {significant(mg_per_l(s.concentration))} mg/L"
        lines.append(text("trace.sighting", lang, at=f"{s.at:%Y-%m-%d %H:%M}", site=trace.name(s.site_id, lang),
                          kind=said + read))
    lines.append(text("trace.asked", lang, flow=flow_name(trace.scenario.name, lang),
                      substance=trace.substance or text("trace.unknown_substance", lang),
                      begin=f"{trace.window[0]:%Y-%m-%d %H:%M}", end=f"{trace.window[1]:%Y-%m-%d %H:%M}"))
    lines.append(text("trace.by_source", lang, probability=percent(trace.source_probability)))
    return lines


def place_text(trace: Trace, suspect: Suspect, lang: Lang) -> str:
    """A source by its name; a stretch by its two ends, in kilometres to the mouth where these are known."""
    if suspect.kind == "source":
        return trace.name(suspect.site_id, lang)
    reaches = trace.river.reaches

    def to_mouth(reach_id: str, chainage: float) -> float:
        row = trace.river.reach_row[reach_id]
        return float(reaches["river_km"].iat[row] + reaches["length"].iat[row] - chainage)

    ends = [to_mouth(r, x) for r, lower, upper in suspect.parts for x in (lower, upper)]
    length = f"{km(suspect.length):.1f}"
    if not all(map(math.isfinite, ends)):
        return text("trace.stretch_unplaced", lang, length=length)
    return text("trace.stretch", lang, upper=f"{km(max(ends)):.1f}", lower=f"{km(min(ends)):.1f}", length=length)


def suspect_table(trace: Trace, lang: Lang) -> tuple[list[str], list[list[str]]]:
    """Head and rows of the suspects, the most probable first."""
    rows = []
    for s in trace.suspects:
        low, middle, high = (_clock(t) for t in s.released)
        mass = NOTHING
        if s.mass is not None:
            few, some, many = (significant(m, 2) for m in s.mass)
            mass = f"{some} ({few}–{many})" + ("!" if s.too_much else "")
        near, far = (f"{km(d):.1f}" for d in s.distance)
        rows.append([place_text(trace, s, lang), s.river, near if s.kind == "source" else f"{near}–{far}",
                     percent(s.probability), f"{middle} ({low}–{high})", mass])
    shown = len(COLUMNS) if any(s.mass is not None for s in trace.suspects) else len(COLUMNS) - 1
    return [text(f"trace.{c}", lang) for c in COLUMNS[:shown]], [row[:shown] for row in rows]


def ruled_out_lines(trace: Trace, lang: Lang) -> list[str]:
    """What was ruled out and why; sources that do not lie above a section are named together."""
    lines: list[str] = []
    elsewhere: dict[str, list[str]] = {}
    for r in trace.ruled_out:
        if r.reason == "elsewhere":
            elsewhere.setdefault(r.by, []).append(r.site_id)
        else:
            lines.append(_ruled_out(trace, r, lang))
    lines += [text("trace.out_elsewhere", lang, sites="、".join(ids) if lang == "zh" else ", ".join(ids),
                   by=trace.name(by, lang)) for by, ids in elsewhere.items()]
    return lines


def _ruled_out(trace: Trace, r: RuledOut, lang: Lang) -> str:
    what = trace.name(r.site_id, lang) if r.site_id else text("trace.length_of", lang, river=r.river or "?",
                                                              length=f"{km(r.length):.1f}")
    if r.reason == "clean" and r.at is not None:
        return text("trace.out_clean", lang, what=what, by=trace.name(r.by, lang), at=_clock(r.at))
    return text(f"trace.out_{r.reason}", lang, what=what)


def lookalike_text(trace: Trace, pair: Lookalike, lang: Lang) -> str:
    """Which two sources look the same, and the sample that tells them apart."""
    where = trace.name(pair.sample, lang) if pair.sample else text(
        "trace.just_below", lang, site=trace.name(pair.upper, lang))
    return text("trace.lookalike", lang, upper=trace.name(pair.upper, lang), lower=trace.name(pair.lower, lang),
                ratio=f"{pair.ratio:.1f}", sample=where, begin=_clock(pair.between[0]), end=_clock(pair.between[1]))


def lookalike_lines(trace: Trace, lang: Lang) -> list[str]:
    """All pairs that look the same."""
    return [lookalike_text(trace, pair, lang) for pair in trace.lookalikes]


def _quantiles(values: Sequence[float | str] | None) -> dict[str, float | str] | None:
    return None if values is None else dict(zip(("p05", "p50", "p95"), values, strict=True))


def _rounded(value: float) -> float:
    return float(f"{value:.6g}")


def trace_as_json(trace: Trace) -> dict[str, Any]:
    """A trace as JSON-ready values: hours, kilometres, kilograms and mg/L; null where a thing does not apply."""
    river = trace.river
    return {
        "sightings": [{"site_id": s.site_id, "at": s.at.isoformat(), "kind": s.kind, "within_h": hours(s.within),
                       "mg_l": None if s.concentration is None else _rounded(mg_per_l(s.concentration))}
                      for s in trace.sightings],
        "substance": trace.substance or None,
        "flow": {"name": trace.scenario.name, "readings": dict(trace.scenario.readings)},
        "window": [t.isoformat() for t in trace.window],
        "source_probability": _rounded(trace.source_probability),
        "suspects": [{
            "kind": s.kind, "site_id": s.site_id or None,
            "name": site_name(river, river.site(s.site_id), "zh") if s.site_id else None, "river": s.river or None,
            "parts": [{"reach_id": r, "from_km": _rounded(km(lower)), "to_km": _rounded(km(upper))}
                      for r, lower, upper in s.parts],
            "distance_km": [_rounded(km(d)) for d in s.distance], "length_km": _rounded(km(s.length)),
            "prior": _rounded(s.prior), "probability": _rounded(s.probability), "likelihood": _rounded(s.likelihood),
            "released": _quantiles([t.isoformat() for t in s.released]),
            "mass_kg": _quantiles(None if s.mass is None else [_rounded(m) for m in s.mass]),
            "storage_kg": s.storage, "more_than_stored": s.too_much,
        } for s in trace.suspects],
        "ruled_out": [{"reason": r.reason, "site_id": r.site_id or None, "river": r.river or None,
                       "length_km": _rounded(km(r.length)) if r.length else None, "by": r.by or None,
                       "at": r.at.isoformat() if r.at else None} for r in trace.ruled_out],
        "lookalikes": [{"upper": p.upper, "lower": p.lower, "ratio": _rounded(p.ratio), "sample": p.sample or None,
                        "between": [t.isoformat() for t in p.between],
                        **{lang: lookalike_text(trace, p, lang) for lang in LANGS}} for p in trace.lookalikes],
        "parameters": {k: _rounded(v) for k, v in trace.parameters.items()},
        "river": {"name": river.name, "stamp": river.stamp or None, "digest": river.digest},
        "version": trace.version, "problems": [p.as_json() for p in trace.problems],
    }

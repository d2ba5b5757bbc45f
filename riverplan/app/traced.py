"""A trace as the screen shows it: suspects as cards and a table, what tells them apart, stretches for the map."""

from functools import lru_cache
from html import escape

from riverplan.app.map_component import Shaded
from riverplan.forecasting.table import percent
from riverplan.forecasting.tracing.result import Suspect, Trace
from riverplan.forecasting.tracing.sighting import Sighting
from riverplan.forecasting.tracing.trace import trace
from riverplan.forecasting.tracing.words import lookalike_lines, place_text, ruled_out_lines, suspect_table
from riverplan.i18n import Lang, text
from riverplan.river.network import RiverNetwork
from riverplan.units import HOUR

CLASSES = ((0.2, "#9c1030"), (0.05, "#e0591f"), (0.01, "#e8a33d"), (0.0, "#e9d8a6"))
"""Least probability of a class of stretches, and its colour."""
TOLD = 3
"""Suspects that have a card."""


@lru_cache(maxsize=16)
def traced(river: RiverNetwork, sightings: tuple[Sighting, ...], flow: str, substance: str, lookback_h: float) -> Trace:
    """The trace of the sightings; the same one of the same river is answered from memory.

    Raises
    ------
    InputError
        If it cannot be traced; all problems are in it.
    """
    return trace(river, sightings, scenario=flow, substance=substance, lookback=lookback_h * HOUR)


def cards(found: Trace, lang: Lang) -> str:
    """The likeliest suspects, each with probability, place and release time."""
    heads, rows = suspect_table(found, lang)
    out = []
    for n, (suspect, row) in enumerate(zip(found.suspects[:TOLD], rows, strict=False)):
        words = dict(zip(heads, row, strict=False))
        lines = [f"{heads[i]} {row[i]}" for i in range(4, len(row))]
        body = "".join(f'<div class="rp-line">{escape(line)}</div>' for line in lines)
        tone = "bad" if n == 0 else "warn"
        out.append(f'<section class="rp-card rp-{tone}" data-suspect="{escape(suspect.site_id)}">'
                   f"<h3>{escape(text('app_trace.rank', lang, rank=n + 1, river=suspect.river or '—'))}</h3>"
                   f'<div class="rp-change">{escape(percent(suspect.probability))} '
                   f"{escape(words[heads[0]])}</div>{body}</section>")
    return f'<div class="rp-cards rp-whatif rp-suspects">{"".join(out)}</div>'


def below(found: Trace, lang: Lang) -> str:
    """The table of suspects; then what looks the same and the sample that tells it apart, and what was ruled out."""
    heads, rows = suspect_table(found, lang)
    head = "".join(f"<th>{escape(h)}</th>" for h in heads)
    body = "".join(f'<tr data-site="{escape(s.site_id)}">' + "".join(f"<td>{escape(c)}</td>" for c in row) + "</tr>"
                   for s, row in zip(found.suspects, rows, strict=True))
    parts = [f'<div class="rp-table rp-receptors"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
             f"<p>{escape(text('trace.by_source', lang, probability=percent(found.source_probability)))}</p></div>"]
    for title, lines in (("alike", lookalike_lines(found, lang)), ("ruled_out", ruled_out_lines(found, lang))):
        if lines:
            items = "".join(f"<li>{escape(line)}</li>" for line in lines)
            parts.append(f'<div class="rp-told"><b>{escape(text(f"trace.{title}", lang))}</b><ul>{items}</ul></div>')
    return "".join(parts)


def shaded(found: Trace, lang: Lang) -> Shaded:
    """Stretches and sources it may have come from, by their probability."""
    length = found.river.reaches["length"].to_numpy(float)
    parts = []
    for suspect in found.suspects:
        for reach_id, lower, upper in suspect.parts:
            row = found.river.reach_row[reach_id]
            if upper > lower and length[row] > 0:
                parts.append((row, lower / length[row], upper / length[row], _class(suspect)))
    labels = [text("app_trace.from", lang, least=f"{100 * least:g}") if least else text("app_trace.less", lang)
              for least, _ in CLASSES]
    points = tuple((s.site_id, _class(s)) for s in found.suspects if s.site_id)
    return Shaded(title=text("app_trace.legend", lang), parts=tuple(sorted(parts, key=lambda p: -p[3])), points=points,
                  classes=tuple((colour, label) for (_, colour), label in zip(CLASSES, labels, strict=True)))


def _class(suspect: Suspect) -> int:
    return next(i for i, (least, _) in enumerate(CLASSES) if suspect.probability >= least)


def tips(found: Trace, lang: Lang) -> dict[str, list[str]]:
    """Rows for the tooltips of the sources."""
    heads, rows = suspect_table(found, lang)
    return {s.site_id: [f"{heads[i]} {row[i]}" for i in range(3, len(row))]
            for s, row in zip(found.suspects, rows, strict=True) if s.site_id}


def choices(found: Trace, lang: Lang) -> dict[str, str]:
    """The sources a forecast can start from, likeliest first, by name.

    Without the probability: a browser keeps the label of what is chosen, and would show that of the trace before.
    """
    return {s.site_id: place_text(found, s, lang) for s in found.suspects if s.site_id}

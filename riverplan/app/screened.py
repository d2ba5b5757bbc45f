"""A screening as the screen shows it: one intake at a time, and the tables as frames that can be sorted."""

import math
from collections.abc import Mapping
from functools import lru_cache
from html import escape
from typing import Any

import pandas as pd

from riverplan.app.map_component import Shaded
from riverplan.forecasting.screening import words
from riverplan.forecasting.screening.result import Screening
from riverplan.forecasting.screening.screen import screen
from riverplan.forecasting.table import flow_name, significant
from riverplan.i18n import Lang, text
from riverplan.river.naming import site_name
from riverplan.river.network import RiverNetwork
from riverplan.units import HOUR, hours, km

SHOWN: Mapping[str, Any] = {"warned": words.warned_table, "matrix": words.matrix_table, "above": words.above_table,
                            "sensitive": words.sensitive_table, "notes": words.notes_table}
"""Tables by the name of the choice."""
COLOURS = ("#9c1030", "#e0591f", "#e8a33d", "#e9d8a6", "#c9c3b4")
"""Of the river 24 h above an intake, one a flow: the flow it comes from farthest last."""


@lru_cache(maxsize=4)
def screened(river: RiverNetwork) -> Screening:
    """The screening of a river; kept while the river stays as it is.

    Raises
    ------
    InputError
        If the river cannot be screened.
    """
    return screen(river)


def frame(found: Screening, shown: str, intake: str, lang: Lang) -> pd.DataFrame:
    """A table as a frame; of the sources that reach intakes, those of the one chosen."""
    heads, rows = SHOWN[shown](found, lang)
    if shown in ("warned", "above") and intake:
        rows = [r for r in rows if r[0] == intake]
    return pd.DataFrame([[None if c is None else c for c in r] for r in rows], columns=list(heads))


def intakes(found: Screening, lang: Lang) -> dict[str, str]:
    """The intakes to choose from, that with the least warning first."""
    soonest = {s.site_id: min((w.earliest for w in found.warnings_of(s.site_id)), default=float("inf"))
               for s in found.intakes}
    return {s.site_id: site_name(found.river, s, lang)
            for s in sorted(found.intakes, key=lambda s: soonest[s.site_id])}


def cards(found: Screening, intake: str, lang: Lang) -> str:
    """The intake with the least warning of all, the sources of the chosen one, and the river above it."""
    urgent = [s for s in found.intakes if any(w.earliest < words.URGENT for w in found.warnings_of(s.site_id))]
    river, mine = found.river, found.warnings_of(intake)
    first = mine[0] if mine else None
    lines = [text("app_screen.source", lang, rank=w.rank, time=_time(w.earliest, lang),
                  source=site_name(river, river.site(w.source), lang)) for w in mine[:2]]
    above = [a for a in found.above if a.intake == intake]
    return ('<div class="rp-cards rp-whatif">' + "".join((
        _card("bad" if urgent else "good", text("app_screen.urgent_head", lang),
              text("app_screen.urgent", lang, count=len(urgent), of=len(found.intakes)),
              [text("app_screen.pairs", lang, pairs=found.matrix.source.size, sources=len(found.sources))]),
        _card("bad" if first and first.earliest < words.URGENT else "warn" if first else "good",
              site_name(river, river.site(intake), lang) if intake else "—",
              text("app_screen.soonest", lang, time=_time(first.earliest, lang)) if first
              else text("app_screen.nobody", lang), lines),
        _card("none", text("app_screen.above_head", lang),
              text("app_screen.above", lang, length=significant(km(max((a.length for a in above), default=0.0)))),
              [text("app_screen.above_line", lang, flow=flow_name(a.scenario, lang), length=significant(km(a.length)),
                    sources=len(a.sources)) for a in above]))) + "</div>")


def _time(seconds: float, lang: Lang) -> str:
    """An earliest time, rounded down: minutes below two hours."""
    if seconds < 2 * HOUR:
        return text("app_screen.minutes", lang, minutes=int(seconds // 60))
    return f"{math.floor(hours(seconds) * 10) / 10:g} h"


def _card(tone: str, title: str, big: str, lines: list[str]) -> str:
    body = "".join(f'<div class="rp-line">{escape(line)}</div>' for line in lines)
    return (f'<section class="rp-card rp-{tone}"><h3>{escape(title)}</h3>'
            f'<div class="rp-change">{escape(big)}</div>{body}</section>')


def shaded(found: Screening, intake: str, lang: Lang) -> Shaded:
    """The river 24 h above an intake, flow by flow: what the slowest flow reaches lies on top."""
    length = found.river.reaches["length"].to_numpy(float)
    above = sorted((a for a in found.above if a.intake == intake), key=lambda a: a.length)[:len(COLOURS)]
    parts = [(found.river.reach_row[r], x / length[found.river.reach_row[r]], y / length[found.river.reach_row[r]], n)
             for n, a in enumerate(above) for r, x, y in a.parts if y > x and length[found.river.reach_row[r]] > 0]
    return Shaded(title=text("app_screen.legend", lang), parts=tuple(sorted(parts, key=lambda p: -p[3])),
                  classes=tuple((COLOURS[n], flow_name(a.scenario, lang)) for n, a in enumerate(above)))


def tips(found: Screening, intake: str, lang: Lang) -> dict[str, list[str]]:
    """Rows for the tooltips of the sources that reach an intake."""
    return {w.source: [text("app_screen.tip", lang, rank=w.rank, time=_time(w.earliest, lang),
                            flow=flow_name(w.scenario, lang))] for w in found.warnings_of(intake)}

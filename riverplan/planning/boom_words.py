"""Booms and sorbents in words, for every screen and paper: each amount says what it rests on and bears its mark."""

import numpy as np

from riverplan.forecasting.table import mass_words, significant
from riverplan.i18n import Lang, text
from riverplan.planning.allocation import amount_words
from riverplan.planning.booms import CAPACITY, ROWS, BoomsAt


def boom_lines(found: BoomsAt, lang: Lang) -> tuple[str, ...]:
    """Length of the booms, mass of sorbent, how they are laid, what to mind, how far the source is trusted.

    Parameters
    ----------
    found
        Booms and sorbents at a place.
    lang
        ``zh`` or ``en``.
    """
    mark, technique = text("plan_booms.mark", lang), found.technique
    booms = found.needs[0]
    lines = [text("plan_booms.length", lang, rows=ROWS[0], length=f"{np.ceil(found.length):.0f}",
                  total=amount_words(booms.quantity, booms), width=f"{found.width:.0f}",
                  surface=significant(found.surface, 2),
                  basis=text(f"plan_booms.width_{'listed' if found.is_listed else 'reach'}", lang),
                  angle=f"{np.degrees(np.arcsin(found.width / found.length)):.0f}", mark=mark)]
    if found.sorbent is None:
        lines.append(text("plan_booms.sorbent_unknown", lang))
    else:
        (low, high), sorbent = found.sorbent, found.needs[1]
        lines.append(text("plan_booms.sorbent", lang, low=amount_words(np.ceil(low), sorbent),
                          high=amount_words(sorbent.quantity, sorbent), mark=mark,
                          film=mass_words(high * CAPACITY[0]), least=f"{CAPACITY[0]:g}", most=f"{CAPACITY[1]:g}"))
    lines.append(text("plan_dosing.rule", lang, rule=technique.rule[lang]))
    lines.append(text("plan_dosing.precaution", lang, precaution=technique.precaution[lang]))
    method, numbers = (text(f"plan_dosing.confidence_{c}", lang) for c in (technique.confidence,
                                                                          technique.dose_confidence))
    return (*lines, text("plan_dosing.source", lang, method=method, dose=numbers))

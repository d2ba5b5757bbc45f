"""What the hydraulics of a river rest on: kilometres by source word, with their standard errors, in words."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from riverplan.channel import Array
from riverplan.errors import Problem
from riverplan.i18n import catalogue, text
from riverplan.river.confidence import SIGMA_LN, UNKNOWN
from riverplan.river.network import RiverNetwork

QUANTITIES = ("length", "slope", "width", "roughness", "drainage_area", "mean_discharge")
"""Columns of the reaches that have a source word."""


def sources_said(river: RiverNetwork) -> list[Problem]:
    """One note a quantity: how many kilometres rest on which source, and how far ln(value) may be off.

    Standard errors are those of ``confidence.SIGMA_LN``: ±0.3 is about ±30 %. Kilometres without a value come
    last; a quantity no reach has a value of is not named.
    """
    length = river.reaches["length"].to_numpy(np.float64)
    problems = []
    for key, flow, values, words in _quantities(river):
        known = np.isfinite(values)
        if not known.any():
            continue
        said = np.where(known, words.astype(str), "?")
        km = {str(w): float(length[said == w].sum()) / 1000 for w in np.unique(said)}
        rows = sorted(km, key=lambda w: (w == "?", -km[w]))
        problems.append(Problem(code="hydraulics_sources", severity="note", fields={
            "quantity": f"{_both(f'resting_quantity.{key}')}{f' ({flow})' if flow else ''}",
            "sources": "; ".join(_said(w, km[w]) for w in rows)}))
    return problems


def _quantities(river: RiverNetwork) -> Iterator[tuple[str, str, Array, NDArray[np.object_]]]:
    """Each quantity with its flow scenario (empty for the reaches' own), values and source words."""
    for column in QUANTITIES:
        yield (column, "", river.reaches[column].to_numpy(np.float64),
               river.reaches[f"{column}_source"].to_numpy(object))
    for flow in river.scenarios.values():
        yield "discharge", flow.name, flow.discharge, flow.discharge_source
        yield "depth", flow.name, flow.depth, flow.depth_source


def _said(word: str, km: float) -> str:
    if word == "?":
        return f"{_both('resting_source.none')} {km:.1f} km"
    key = f"resting_source.{word or 'unsaid'}"
    name = _both(key) if key in catalogue() else word
    return f"{name} {km:.1f} km (±{SIGMA_LN.get(word, UNKNOWN):.2f})"


def _both(key: str) -> str:
    """A word in both languages: the fields of a problem serve both."""
    return f"{text(key, 'zh')} {text(key, 'en')}"

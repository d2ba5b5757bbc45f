"""Breakthrough curves as a table: concentration over time at every site the plume reaches."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from riverplan.errors import InputError, Problem
from riverplan.forecasting.behaviour import is_film
from riverplan.forecasting.result import Arrival, Forecast
from riverplan.forecasting.simulating.result import Passage, Simulation
from riverplan.i18n import Lang
from riverplan.river.naming import site_name
from riverplan.tables.template import neutral
from riverplan.units import hours, mg_per_l

COLUMNS = ("site_id", "name", "t_h", "clock", "mg_l")
"""Site, its name, hours after the release began, clock time, and concentration [mg/L]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvesOptions:
    """What the table holds.

    ``background`` is whether concentrations include what was in the river before.
    """

    background: bool = True


def curves(forecast: Forecast | Simulation, *, options: CurvesOptions, lang: Lang = "zh") -> bytes:
    """The curves of all sites as CSV, UTF-8 with a byte order mark so that spreadsheets read Chinese names.

    Parameters
    ----------
    forecast
        With a known mass; a simulation has the sites it comes to in its time.
    options
        See :class:`CurvesOptions`.
    lang
        Language of the names of sites that have none of their own.

    Raises
    ------
    InputError
        If the mass is unknown: there are no concentrations then.
    """
    sites: Sequence[Arrival | Passage] = forecast.passages if isinstance(forecast, Simulation) else forecast.arrivals
    plumes = forecast.curves if isinstance(forecast, Simulation) else forecast.plumes
    if sites and not plumes:
        film = is_film(forecast.substance)
        raise InputError(Problem(code="curves_of_film" if film else "curves_need_mass"))
    before = forecast.spill.background if options.background else 0.0
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for site in sites:
        curve = plumes[site.site_id]
        name = site_name(forecast.river, forecast.river.site(site.site_id), lang)
        # what the model spreads to before the release is nothing, and said nowhere
        time, first = np.unique(np.maximum(curve.time, 0.0), return_index=True)
        for t, c in zip(time.tolist(), curve.concentration[first].tolist(), strict=True):
            at = forecast.clock(t)
            writer.writerow((neutral(site.site_id), neutral(name), f"{hours(t):.4f}",
                             at.isoformat(timespec="seconds") if at else "", f"{mg_per_l(c + before):.6g}"))
    return b"\xef\xbb\xbf" + out.getvalue().encode()

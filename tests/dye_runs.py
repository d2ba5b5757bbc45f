"""Dye studies as rivers of the product: one run is a straight river, its stations are sections.

What is asked of a run (``blind``, ``one_station``, ``next_station``) is forecast by the public API; what was seen at
the given stations goes in as observations. Rivers are made of what the rows of the run that are given or asked say
of width, depth and discharge, nothing else.
"""

import csv
import importlib.util
import math
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import numpy as np
from river_fixtures import R, build

import riverplan as rp
from riverplan.river.network import RiverNetwork
from riverplan.river.sites import Section

START = rp.clock("2026-07-01 00:00")


def scorer(folder: Path) -> ModuleType:
    """The scoring program that lies with the data."""
    spec = importlib.util.spec_from_file_location("score", folder / "score.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def number(row: dict[str, str], name: str) -> float:
    """The positive number in a column, ``nan`` where there is none."""
    try:
        value = float(row[name])
    except (KeyError, TypeError, ValueError):
        return math.nan
    return value if value > 0 else math.nan


def river_of(rows: list[dict[str, str]]) -> RiverNetwork:
    """A straight river whose stations are the given rows, by distance; ``water`` names the river above a station."""
    nodes, reaches, sites, at = {"N0": ("source", 0.0, 0.0)}, [], [], 0.0
    flows = [number(r, "discharge_m3s") for r in rows]
    known = float(np.nanmean(flows)) if np.isfinite(flows).any() else math.nan
    for i, row in enumerate(rows):
        km = float(row["distance_km"])
        if km - at < 0.05:
            reach, chainage = f"R{len(reaches)}", reaches[-1].length
        else:
            reach, chainage = f"R{len(reaches) + 1}", (km - at) * 1000.0
            nodes[f"N{len(reaches) + 1}"] = ("confluence", km, 0.0)
            area = number(row, "drainage_area_km2")
            reaches.append(R(id=reach, tail=f"N{len(reaches)}", head=f"N{len(reaches) + 1}", length=chainage,
                             name=row.get("water", "dye"), area=area * 1e6,
                             discharge=flows[i] if flows[i] > 0 else known, width=number(row, "width_m"),
                             slope=number(row, "slope"), roughness=math.nan,
                             extra={"mean_discharge": number(row, "mean_annual_flow_m3s")}))
            at = km
        sites.append(Section(site_id=row["case_id"], lon=math.nan, lat=math.nan, reach_id=reach,
                                chainage=float(chainage), source="dye study"))
    nodes[f"N{len(reaches)}"] = ("outlet", at, 0.0)
    river = build("dye", nodes, reaches, sites=sites, flows={"normal": (1.0, 1.0)})
    depth = {r["case_id"]: number(r, "depth_m") for r in rows}
    at_reach = {s.reach_id: depth[s.site_id] for s in reversed(river.sites)}
    flow = river.scenarios["normal"]
    flow.depth[:] = [at_reach[r] for r in river.reaches["reach_id"]]
    return river


def _seen(row: dict[str, str]) -> Iterator[rp.Observation]:
    for kind, head in (("peak", "t_peak_h"), ("leading", "t_1pct_rise_h")):
        if (hours := number(row, head)) > 0:
            yield rp.Observation(site_id=row["case_id"], kind=kind, at=START + timedelta(hours=hours))
    peak, discharge = number(row, "unit_peak_Cup_1e-6_per_s"), number(row, "discharge_m3s")
    if peak > 0 and discharge > 0:                         # of the kilogram released
        yield rp.Observation(site_id=row["case_id"], kind="conc", value=peak * 1e-6 / discharge,
                             at=START + timedelta(hours=number(row, "t_peak_h")))


def answers(folder: Path, **options: str) -> Iterator[dict[str, object]]:
    """Forecasts of all questions of the scoring program, in the columns it reads."""
    score = scorer(folder)
    for mode, row, given in score.questions(folder):
        rows = [*given, row]
        river = river_of(rows)
        if not np.all(river.scenarios["normal"].discharge > 0):
            continue
        spill = rp.Spill(reach_id="R1", chainage=0.0, substance="rhodamine", mass=1.0, at=START)
        seen = [o for g in given for o in _seen(g)]
        found = rp.forecast(river, spill, observations=seen, **options).arrival(row["case_id"])
        assert found is not None and found.peak_concentration is not None
        yield {"mode": mode, "target": row["case_id"], "t_lead_h": found.leading / 3600, "t_peak_h": found.peak / 3600,
               "t_trail_h": found.trailing / 3600,
               "unit_peak": found.peak_concentration * found.discharge * 1e6,
               "t_peak_p05_h": found.peak_band[0] / 3600, "t_peak_p95_h": found.peak_band[1] / 3600,
               "t_lead_p05_h": found.leading_band[0] / 3600, "t_lead_p95_h": found.leading_band[1] / 3600}


def write_answers(folder: Path, path: Path, **options: str) -> None:
    """The answers as the CSV file that the scoring program reads."""
    rows = list(answers(folder, **options))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)

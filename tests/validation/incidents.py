"""Real spills: each leading edge forecast from those seen before it, beside what officials forecast.

The records say places, distances and times; hardly ever a flow, a width or a depth. The flows here are assumed, so
the first edge of a spill is forecast from an assumed flow, every later one mostly from the edges before it.
"""

import math
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import dye_runs
import numpy as np
import pandas as pd

import riverplan as rp
from riverplan.forecasting.result import Arrival

EDGES = ("leading edge", "first detect", "intake closed (odour)", "intake closed on approach",
         "leading edge of turbid plume")
"""Events that tell when a plume came; of one at two places nearer than ``SAME_PLACE`` the first counts."""
SAME_PLACE = 1.0
"""[km]"""
FLOWS: Mapping[str, Sequence[tuple[float, str, float]]] = {
    "ELK2014": ((98.2, "Elk-Kanawha", 300.0), (math.inf, "Ohio", 6000.0)),
    "ASHLAND1988": ((math.inf, "Ohio", 1500.0),),
    "SANDOZ1986": ((math.inf, "Rhine", 1000.0),),
    "SAMARCO2015": ((math.inf, "Doce", 300.0),),
}
"""River and discharge [m³/s] down to a distance [km]: all assumed, but that the Ohio had 20 times the Kanawha's."""
ISSUED = re.compile(r"(?:on|given) Jan (\d+)")
"""Day an official forecast was given, in its note; noon of it is taken."""


def records(folder: Path) -> pd.DataFrame:
    """All records of the file of incidents."""
    return pd.read_csv(folder / "incidents.csv")


def edges(rows: pd.DataFrame) -> pd.DataFrame:
    """What was seen of the leading edge at known distances and times, downstream."""
    seen = rows[rows["event"].isin(EDGES) & (rows["is_forecast"] == "no")]
    seen = seen[(seen["distance_km_from_source"] > 0) & (seen["elapsed_h"] > 0)]
    seen = seen.sort_values(["incident", "distance_km_from_source"])
    near = seen.groupby("incident")["distance_km_from_source"].diff() < SAME_PLACE
    return seen[~near]


def _forecast(incident: str, given: Sequence[tuple[float, float]], asked: float, on_flow: float = 1.0) -> Arrival:
    """Arrival at a distance [km] from edges seen at others: pairs of distance [km] and hours."""
    stations = [*given, (asked, math.nan)]
    bounds = [km for km, _, _ in FLOWS[incident] if km < asked]
    rows = []
    for km in sorted({*bounds, *(km for km, _ in stations)}):
        _, water, flow = next(f for f in FLOWS[incident] if km <= f[0])
        rows.append({"case_id": f"{km:g} km", "distance_km": str(km), "discharge_m3s": str(flow * on_flow),
                     "water": water})
    seen = [rp.Observation(site_id=f"{km:g} km", kind="leading", at=dye_runs.START + timedelta(hours=h))
            for km, h in given]
    spill = rp.Spill(reach_id="R1", chainage=0.0, substance="rhodamine", mass=1.0, at=dye_runs.START)
    found = rp.forecast(dye_runs.river_of(rows), spill, observations=seen).arrival(f"{asked:g} km")
    assert found is not None
    return found


def _by_last_leg(given: Sequence[tuple[float, float]], asked: float) -> float:
    """At the speed between the last two edges (or the spill and the only one)."""
    if not given:
        return math.nan
    (x0, t0), (x1, t1) = [(0.0, 0.0), *given][-2:]
    return t1 + (asked - x1) * (t1 - t0) / (x1 - x0)


def next_edges(folder: Path) -> pd.DataFrame:
    """Every edge from all before it; ``x0.5`` and ``x2`` are ours with half and twice the assumed flows."""
    out = []
    for incident, seen in edges(records(folder)).groupby("incident", sort=False):
        ways = list(zip(seen["distance_km_from_source"], seen["elapsed_h"], strict=True))
        for i, row in enumerate(seen.itertuples()):
            out.append(_row(str(incident), ways[:i], row.distance_km_from_source) | {
                "incident": incident, "station": row.station, "km": row.distance_km_from_source, "given": i,
                "observed": row.elapsed_h, "within": row.time_precision_h})
    return _scored(pd.DataFrame(out))


def _row(incident: str, given: Sequence[tuple[float, float]], asked: float) -> dict[str, float]:
    ours, low, high = (_forecast(incident, given, asked, f) for f in (1.0, 0.5, 2.0))
    hour = 3600.0
    return {"ours": ours.leading / hour, "p05": ours.leading_band[0] / hour, "p95": ours.leading_band[1] / hour,
            "x0.5": low.leading / hour, "x2": high.leading / hour, "last_leg": _by_last_leg(given, asked)}


def _scored(table: pd.DataFrame) -> pd.DataFrame:
    table["error_h"] = table["ours"] - table["observed"]
    table["last_leg_error_h"] = table["last_leg"] - table["observed"]
    table["in_band"] = (table["p05"] <= table["observed"]) & (table["observed"] <= table["p95"])
    first = ["incident", "station", "km", "given", "observed", "within", "ours", "p05", "p95", "in_band", "error_h",
             "last_leg_error_h", "x0.5", "x2"]
    return table[first]


def beside_officials(folder: Path) -> pd.DataFrame:
    """Official forecasts of leading edges, ours from the edges seen when they were given, and what came.

    ``ours`` is missing where the records have no distance.
    """
    rows, out = records(folder), []
    seen = rows[rows["event"].isin(EDGES) & (rows["is_forecast"] == "no") & (rows["elapsed_h"] > 0)]
    known = edges(rows)
    for f in rows[(rows["is_forecast"] == "yes") & (rows["elapsed_h"] > 0)].itertuples():
        came = seen.loc[(seen["incident"] == f.incident) & (seen["station"] == f.station), "elapsed_h"]
        given = _given(known[known["incident"] == f.incident], f.note, f.release_time_local)
        ours = (_row(f.incident, given, f.distance_km_from_source)
                if given is not None and f.distance_km_from_source > 0 else {})
        out.append({"incident": f.incident, "station": f.station, "given": len(given or ()),
                    "observed": came.iloc[0] if len(came) else np.nan, "official": f.elapsed_h,
                    "ours": ours.get("ours", np.nan), "p05": ours.get("p05", np.nan), "p95": ours.get("p95", np.nan),
                    "last_leg": ours.get("last_leg", np.nan)})
    table = pd.DataFrame(out)
    for name in ("official", "ours", "last_leg"):
        table[f"{name}_error_h"] = table[name] - table["observed"]
    return table


def _given(known: pd.DataFrame, note: str, released: str) -> list[tuple[float, float]] | None:
    """Edges seen by noon of the day a forecast was given, None where no day is told."""
    if not (said := ISSUED.search(str(note))):
        return None
    start = datetime.fromisoformat(released)
    hours = (start.replace(day=int(said[1]), hour=12, minute=0) - start).total_seconds() / 3600.0
    early = known[known["elapsed_h"] <= hours]
    return list(zip(early["distance_km_from_source"], early["elapsed_h"], strict=True))


def recorded(folder: Path) -> pd.DataFrame:
    """What the records of every spill hold, and so which edges can be asked for."""
    rows = records(folder)
    seen = rows[rows["event"].isin(EDGES) & (rows["is_forecast"] == "no")]
    by = rows.groupby("incident")
    world = pd.DataFrame({
        "records": by.size(), "edges": seen.groupby("incident").size(),
        "edges_timed": seen[seen["elapsed_h"] > 0].groupby("incident").size(),
        "edges_timed_placed": edges(rows).groupby("incident").size(), "release_timed": by["elapsed_h"].count() > 0})
    cn = pd.read_csv(folder / "incidents_cn.csv")
    front = cn[cn["kind"] == "front"]
    timed = front[front["observed_arrival_iso_or_hours"].astype(str).str.contains("T")]
    release = cn[(cn["kind"] == "release") & cn["observed_arrival_iso_or_hours"].astype(str).str.contains("T")]
    china = pd.DataFrame({
        "records": cn.groupby("event").size(), "edges": front.groupby("event").size(),
        "edges_timed": timed.groupby("event").size(),
        "edges_timed_placed": timed[timed["km_from_source"].notna()].groupby("event").size(),
        "release_timed": release.groupby("event").size() > 0})
    both = pd.concat([world, china])
    return both.fillna({"release_timed": False}).fillna(0).astype(
        {c: int for c in both if c != "release_timed"} | {"release_timed": bool}).rename_axis("incident")

"""Forecasts of dye runs by the scoring program that lies with the data, and each velocity model by itself."""

import contextlib
import csv
import io
import math
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import dye_runs
import numpy as np
import pandas as pd

from riverplan.channel import Z95, Channel
from riverplan.velocity import MODELS

OURS = "riverplan"
BASELINES = ("constant", "area")
ROUGHNESS = 0.035
"""Manning's n of every run (assumed: none is recorded)."""


def answers(folder: Path) -> dict[str, list[Mapping[str, object]]]:
    """Answers to all questions, ours and those of the baselines."""
    score = dye_runs.scorer(folder)
    return {OURS: list(dye_runs.answers(folder))} | {name: list(score.baseline(name, folder)) for name in BASELINES}


def scored(folder: Path, answered: Iterable[Mapping[str, object]]) -> pd.DataFrame:
    """What ``score.py`` prints of answers, as a table by mode and quantity; ``covered`` of the 90 % bands."""
    rows, said = list(answered), io.StringIO()
    with tempfile.TemporaryDirectory() as there:
        path = Path(there) / "answers.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)
        with contextlib.redirect_stdout(said):
            dye_runs.scorer(folder).score(path, folder)
    table, covered = {}, {}
    for line in said.getvalue().splitlines()[1:]:
        mode, quantity, *rest = line.split()
        if "band" in line:
            covered[mode, f"{quantity}_h"] = _share(rest[3], int(rest[5]))
        else:
            n, of, median, p90, bias, within = rest
            table[mode, quantity] = (int(n), int(of), float(median), float(p90), float(bias), _share(within, int(n)))
    out = pd.DataFrame(table, index=["n", "asked", "median", "p90", "bias", "in_x2"]).T
    return out.assign(covered=pd.Series(covered)).rename_axis(["mode", "quantity"])


def _share(printed: str, n: int) -> float:
    """The share of few behind a whole percentage of them."""
    return round(float(printed.rstrip("%")) / 100.0 * n) / n


def in_modes(folder: Path, answered: Mapping[str, Sequence[Mapping[str, object]]]) -> pd.DataFrame:
    """Median and 90 % quantile of |ln(forecast / observed)| of every answerer, side by side."""
    found = {name: scored(folder, rows) for name, rows in answered.items()}
    ours = found[OURS]
    beside = {f"{what} {name}": t[what] for what in ("median", "p90") for name, t in found.items()}
    out = pd.concat([ours[["n", "asked"]].astype(int), ours[["bias", "in_x2", "covered"]]], axis=1)
    return pd.concat([pd.DataFrame(beside), out], axis=1).rename_axis(["mode", "quantity"])


def _channel(rows: Sequence[Mapping[str, str]]) -> Channel:
    def of(name: str) -> np.ndarray:
        return np.array([dye_runs.number(r, name) for r in rows])

    n = len(rows)
    return Channel(length=of("distance_km") * 1e3, discharge=of("discharge_m3s"),
                   mean_discharge=of("mean_annual_flow_m3s"), drainage_area=of("drainage_area_km2") * 1e6,
                   slope=of("slope"), width=of("width_m"), depth=of("depth_m"), roughness=np.full(n, ROUGHNESS),
                   storage=np.full(n, np.nan), is_reservoir=np.zeros(n, bool), rating_discharge=np.full((n, 1), np.nan),
                   rating_velocity=np.full((n, 1), np.nan), rating_measured=np.zeros(n, bool))


def by_velocity_model(folder: Path, ours: Iterable[Mapping[str, object]]) -> pd.DataFrame:
    """Blind travel times of the peak by each velocity model alone, and ours on the very same runs.

    ``lacks`` says what the runs that a model cannot serve have not recorded, and of how many.
    """
    rows = [row for mode, row, _ in dye_runs.scorer(folder).questions(folder) if mode == "blind"]
    seen = np.array([float(r["t_peak_h"]) for r in rows])
    peaks = {a["target"]: a["t_peak_h"] for a in ours if a["mode"] == "blind"}
    mine = np.log(np.array([peaks.get(r["case_id"], math.nan) for r in rows], float) / seen)
    channel, table = _channel(rows), {}
    for name, model in MODELS.items():
        v = model(channel)
        error = np.log(channel.length / v.most_probable / 3600.0 / seen)
        here = np.isfinite(error)
        table[name] = _row(error[here], mine[here], v.sigma_ln[here], _lacks(channel, model.requires))
    here = np.isfinite(mine)
    table[OURS] = _row(mine[here], mine[here], np.full(0, np.nan), "")
    return pd.DataFrame(table).T.infer_objects().rename_axis("model")


def _row(error: np.ndarray, ours: np.ndarray, sigma: np.ndarray, lacks: str) -> dict[str, object]:
    known = bool(error.size)
    return {"n": error.size, "median": np.median(np.abs(error)) if known else np.nan,
            "p90": np.quantile(np.abs(error), 0.9, method="lower") if known else np.nan,   # as score.py

            "bias": np.median(error) if known else np.nan,
            "covered": np.mean(np.abs(error) <= Z95 * sigma) if sigma.size else np.nan,
            "ours_on_the_same": np.median(np.abs(ours)) if known else np.nan, "lacks": lacks}


def _lacks(channel: Channel, requires: Sequence[str]) -> str:
    lost = {}
    for name in requires:
        values = getattr(channel, name)
        lost[name] = int(np.sum(~(values.reshape(len(values), -1)[:, 0] > 0)))
    return ", ".join(f"{name} ({n})" for name, n in lost.items() if n)


def by_river(folder: Path, answered: Mapping[str, Sequence[Mapping[str, object]]], mode: str) -> pd.DataFrame:
    """Median |ln| of the peak time by river, and over all without stations that two sources hold.

    Stations of a river are not independent of each other: ``rivers drawn anew`` is how often ours has the smaller
    median when the rivers are drawn again with replacement (2,000 times).
    """
    score = dye_runs.scorer(folder)
    peaks = {name: {a["target"]: a["t_peak_h"] for a in rows if a["mode"] == mode} for name, rows in answered.items()}
    rows, before = [], ("", "", -1.0)
    for m, row, _ in score.questions(folder):
        if m != mode:
            continue
        place = (row["river"], row["study_date"], float(row["distance_km"]))
        if place[:2] == before[:2] and place[2] - before[2] < TWINS:
            continue
        before = place
        rows.append({"river": row["river"]} | {
            name: abs(math.log(float(t[row["case_id"]]) / float(row["t_peak_h"]))) for name, t in peaks.items()})
    table = pd.DataFrame(rows)
    found = table.groupby("river").median().assign(n=table.groupby("river").size())
    over = pd.DataFrame({"median of all": table.drop(columns="river").median(),
                         "median of the rivers": found.drop(columns="n").median(),
                         "rivers drawn anew": _drawn_anew(table)}).T
    return pd.concat([found, over.assign(n=[len(table), len(found), len(found)])])


TWINS = 0.1
"""Stations of a run nearer than this [km] are one, held by two sources."""


def _drawn_anew(table: pd.DataFrame) -> pd.Series:
    """Share of drawings of rivers, with replacement, in which ours has a smaller median than each other."""
    rng = np.random.default_rng(0)
    groups = [g.drop(columns="river").to_numpy() for _, g in table.groupby("river")]
    names = table.columns.drop("river")
    drawn = np.array([np.median(np.concatenate([groups[i] for i in rng.integers(0, len(groups), len(groups))]), axis=0)
                      for _ in range(2000)])
    better = (drawn[:, [list(names).index(OURS)]] < drawn).mean(axis=0)
    return pd.Series(np.where(names == OURS, np.nan, better), index=names)

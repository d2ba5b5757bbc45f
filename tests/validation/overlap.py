"""Rivers that are both among those the regression on discharge was fitted to and among those it is scored on."""

import re
from pathlib import Path

import dye_runs
import numpy as np
import pandas as pd


def shared_rivers(folder: Path) -> list[str]:
    """Rivers of the dye runs that the time-of-travel studies name too; a name may be that of another river."""
    runs = {re.sub(r" \(.*?\)", "", river) for river, _ in dye_runs.scorer(folder).runs(folder)}
    return sorted(runs & set(pd.read_csv(folder / "tracers_usgs_reaches.csv")["river"]))


def refitted(folder: Path) -> pd.DataFrame:
    """The regression and the river's share of its variance, from all rivers and without those that are scored."""
    table = pd.read_csv(folder / "tracers_usgs_reaches.csv")
    table = table[table["v_peak_m_s"].between(0.005, 3.0) & (table["flow_m3s"] > 0)]
    rest = table[~table["river"].isin(shared_rivers(folder))]
    return pd.DataFrame({"all rivers": _fit(table), "without those scored": _fit(rest)}).T


def _fit(table: pd.DataFrame) -> dict[str, float]:
    river = table.groupby("river")["river"]
    weight = (1.0 / river.transform("size")).to_numpy()
    x, y = np.log(table["flow_m3s"].to_numpy()), np.log(table["v_peak_m_s"].to_numpy())
    exponent, at_one = np.polyfit(x, y, 1, w=np.sqrt(weight))
    error = pd.Series(y - at_one - exponent * x, index=table.index)
    mean = error.groupby(table["river"])
    between, within = mean.mean().var(), (error - mean.transform("mean")).var()
    return {"rivers": river.ngroups, "ln_at_one": at_one, "exponent": exponent,
            "sigma_ln": np.sqrt((weight * error.to_numpy() ** 2).sum() / weight.sum()),
            "share_of_the_river": between / (between + within)}

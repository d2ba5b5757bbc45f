"""Velocity of a reach at another flow than the one it was measured at, against time-of-travel studies."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from riverplan.channel import Z95
from riverplan.velocity.measured import SIGMA_BEYOND, SIGMA_MEASURED, STATION_EXPONENT, interpolate

LEAST_RATIO = 1.1
"""Flows nearer than this are one flow, measured twice."""
RATIOS = (LEAST_RATIO, 1.5, 3.0, 10.0, np.inf)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Velocity of the peak [m/s] at the flows [m³/s] a reach was measured at, rising."""

    river: str
    flow: np.ndarray
    velocity: np.ndarray


def reaches(folder: Path) -> Sequence[Reach]:
    """Reaches measured at two flows or more."""
    table = pd.read_csv(folder / "tracers_usgs_reaches.csv")
    table = table[(table["v_peak_m_s"] > 0) & (table["flow_m3s"] > 0)]
    groups = table.groupby(["river", "lat_end", "lon_end", "reach_seq"])
    found = [(key[0], g.groupby("flow_m3s")["v_peak_m_s"].mean()) for key, g in groups]
    return [Reach(river=river, flow=s.index.to_numpy(), velocity=s.to_numpy()) for river, s in found if len(s) > 1]


def _pairs(found: Sequence[Reach]) -> pd.DataFrame:
    """Every flow of a reach with every other: from which the other is foretold. A reach weighs 1 in all."""
    rows: list[tuple[str, float, float, float, float, float]] = []
    for r in found:
        n = r.flow.size
        mine = [(r.river, r.flow[i], r.velocity[i], r.flow[j], r.velocity[j]) for i in range(n) for j in range(n)
                if max(r.flow[i], r.flow[j]) > LEAST_RATIO * min(r.flow[i], r.flow[j])]
        rows += [(*row, 1.0 / len(mine)) for row in mine]
    return pd.DataFrame(rows, columns=["river", "q", "v", "q_asked", "v_seen", "weight"])


def _exponents(found: Sequence[Reach]) -> pd.DataFrame:
    rows = [(r.river, np.log(r.velocity[-1] / r.velocity[0]) / np.log(r.flow[-1] / r.flow[0])) for r in found
            if r.flow[-1] > 1.3 * r.flow[0]]
    return pd.DataFrame(rows, columns=["river", "exponent"])


def _of_others(found: Sequence[Reach], rivers: Sequence[str]) -> np.ndarray:
    """Median exponent of the reaches of all other rivers."""
    table = _exponents(found)
    by_river = {river: table.loc[table["river"] != river, "exponent"].median() for river in set(rivers)}
    return np.array([by_river[r] for r in rivers])


def _jobson(constant: float, power: float) -> Callable[[pd.DataFrame], np.ndarray]:
    """Jobson's form ``c + k Q^p`` through the measured pair; slower than c, the velocity stays."""
    def at(p: pd.DataFrame) -> np.ndarray:
        rest = np.maximum(p["v"] - constant, 0.0)
        return (p["v"] - rest + rest * (p["q_asked"] / p["q"]) ** power).to_numpy()

    return at


def _ours(p: pd.DataFrame) -> np.ndarray:
    return interpolate(p["q_asked"].to_numpy(), p[["q"]].to_numpy(), p[["v"]].to_numpy())[0]


def ways(found: Sequence[Reach]) -> Mapping[str, Callable[[pd.DataFrame], np.ndarray]]:
    """Ways to foretell a velocity from that at another flow, by name."""
    return {
        "constant velocity": lambda p: p["v"].to_numpy(),
        "Jobson eq 12: 0.094 + k Q^0.531": _jobson(0.094, 1.0 - 0.469),
        "Jobson eq 14: 0.020 + k Q^0.535": _jobson(0.020, 1.0 - 0.465),
        "Jobson eq 16: 0.152 + k Q^0.405": _jobson(0.152, 1.0 - 0.595),
        f"ours: k Q^{STATION_EXPONENT}": _ours,
        "k Q^p, p of the other rivers": lambda p: (
            p["v"] * (p["q_asked"] / p["q"]) ** _of_others(found, p["river"].to_list())).to_numpy(),
    }


def table(found: Sequence[Reach]) -> pd.DataFrame:
    """Median and 90 % quantile of |ln(foretold / measured)| of every way, every reach with the same weight."""
    pairs = _pairs(found)
    rows = {name: _row(np.log(way(pairs) / pairs["v_seen"].to_numpy()), pairs) for name, way in ways(found).items()}
    return pd.DataFrame(rows).T.rename_axis("way")


def _row(error: np.ndarray, pairs: pd.DataFrame) -> dict[str, float]:
    ratio = np.abs(np.log(pairs["q_asked"] / pairs["q"])).to_numpy()
    weight = pairs["weight"].to_numpy()
    row = {"median": _quantile(np.abs(error), weight, 0.5), "p90": _quantile(np.abs(error), weight, 0.9)}
    for low, high in _classes():
        here = (ratio >= np.log(low)) & (ratio < np.log(high))
        row[f"x{low:g}-{high:g}"] = _quantile(np.abs(error[here]), weight[here], 0.5)
    return row


def _classes() -> Iterator[tuple[float, float]]:
    return pairwise(RATIOS)


def _quantile(values: np.ndarray, weight: np.ndarray, share: float) -> float:
    order = np.argsort(values)
    total = np.cumsum(weight[order])
    return float(values[order][np.searchsorted(total, share * total[-1])])


def counts(found: Sequence[Reach]) -> dict[str, float]:
    """How much is compared, and how often the band stated for a velocity foretold from one flow holds."""
    pairs = _pairs(found)
    error = np.log(_ours(pairs) / pairs["v_seen"].to_numpy())
    ratio = np.abs(np.log(pairs["q_asked"] / pairs["q"])).to_numpy()
    inside = np.abs(error) <= Z95 * (SIGMA_MEASURED + SIGMA_BEYOND * ratio)
    return {"reaches": round(float(pairs["weight"].sum())), "rivers": pairs["river"].nunique(), "pairs": len(pairs),
            "covered": float(np.average(inside, weights=pairs["weight"])),
            "exponent": float(_exponents(found)["exponent"].median())}

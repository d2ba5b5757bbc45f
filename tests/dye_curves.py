"""Dye curves, each by itself: one reach from the release, at the velocity of the measured peak."""

from pathlib import Path

import numpy as np
import pandas as pd

from riverplan.channel import Stretch, TransferModel
from riverplan.transport.compiled import compile_network
from riverplan.transport.linear import Breakthrough, breakthrough
from riverplan.transport.linear_ways import LinearRiver, Source
from riverplan.transport.mixing import GRAVITY, friction_slope
from riverplan.transport.pools import Pools


def measured(folder: Path) -> pd.DataFrame:
    """The runs whose peak, distance and section are known."""
    d = pd.read_csv(folder / "tracers.csv")
    known = ["unit_peak_Cup_1e-6_per_s", "t_peak_h", "distance_km", "width_m", "depth_m", "discharge_m3s"]
    return d[(d[known] > 0).all(axis=1)].reset_index(drop=True)


def stretches(dye: pd.DataFrame) -> Stretch:
    """Every run as a stretch."""
    none = np.full(len(dye), np.nan)
    length, depth = dye["distance_km"].to_numpy() * 1e3, dye["depth_m"].to_numpy()
    velocity = length / (dye["t_peak_h"].to_numpy() * 3600.0)
    return Stretch(length=length, velocity=velocity, width=dye["width_m"].to_numpy(), depth=depth,
                   shear_velocity=np.sqrt(GRAVITY * depth * friction_slope(velocity, depth, none)),
                   dispersion=none, storage_ratio=none, exchange=none)


def curves(dye: pd.DataFrame, model: TransferModel) -> Breakthrough:
    """The curve of a model at the end of every stretch."""
    n, zero, stretch = len(dye), np.zeros(len(dye)), stretches(dye)
    river = LinearRiver(
        network=compile_network(np.arange(n) * 2, np.arange(n) * 2 + 1, 2 * n), discharge=zero + 1.0, model=model,
        stretch=stretch, is_pool=np.zeros(n, bool), decay=zero, dam_at=np.zeros(2 * n, bool),
        pools=Pools(delay=zero, mixing_time=zero, mixed_before=zero, tanks=zero + 1, bypass=zero, bypass_delay=zero))
    sources = [Source(reach=i, chainage=0.0) for i in range(n)]
    return breakthrough(river, sources, np.arange(n), stretch.length, steps=2000)


def leading_edge(found: Breakthrough) -> np.ndarray:
    """When each curve first is at 1 % of its peak [s]."""
    return np.array([t[np.argmax(f >= 0.01 * f.max())] for t, f in zip(found.time, found.flux, strict=True)])

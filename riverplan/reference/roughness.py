"""Manning's n by the kind of a channel and its slope, rows in ``roughness.csv`` (Chow 1959)."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True, kw_only=True)
class Roughness:
    """Manning's n [s/m^(1/3)] of a kind of channel of at least a slope [-], and Chow's range."""

    kind: str
    least_slope: float
    n: float
    low: float
    high: float
    source: str


@cache
def roughness_classes() -> Sequence[Roughness]:
    """The classes, in rising slope within a kind: a later one that fits overrules."""
    with files(__package__).joinpath("roughness.csv").open(encoding="utf-8-sig") as file:
        return tuple(Roughness(kind=row["kind"], least_slope=float(row["least_slope"]), n=float(row["n"]),
                               low=float(row["low"]), high=float(row["high"]), source=row["source"])
                     for row in csv.DictReader(file))

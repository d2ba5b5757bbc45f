"""What commands print of a river they saved: its findings and where it is, or all of it as JSON."""

from collections.abc import Iterable
from pathlib import Path

import click
import numpy as np

from riverplan.cli.output import print_json, print_problems
from riverplan.errors import Problem
from riverplan.i18n import Lang, text
from riverplan.river.network import RiverNetwork


def print_saved(river: RiverNetwork, path: Path, *, lang: Lang, as_json: bool,
                said: Iterable[Problem] | None = None) -> None:
    """Print a saved river: for people what is ``said`` of it (its whole report where None) and its path."""
    if as_json:
        print_json(described(river, path))
        return
    print_problems(river.report if said is None else said, lang=lang)
    click.echo(text("import.saved", lang, path=path, digest=river.digest[:12]))


def described(river: RiverNetwork, path: Path) -> dict[str, object]:
    """A river as ``--json`` prints it."""
    length = river.reaches["length"].to_numpy(np.float64) / 1000
    words = river.reaches["status"].str.replace(r"snapped \d+ m", "snapped", regex=True).str.split("; ")
    apart = np.array(["unconnected" in w for w in words])
    by_status = words.explode().value_counts().sort_index()
    return {
        "name": river.name, "out": str(path), "crs": river.crs, "digest": river.digest,
        "reaches": len(river.reaches), "km_total": round(float(length.sum()), 3),
        "km_connected": round(float(length[~apart].sum()), 3), "km_unconnected": round(float(length[apart].sum()), 3),
        "sites": len(river.sites), "by_status": {str(k): int(v) for k, v in by_status.items()},
        "problems": [p.as_json() for p in river.report],
    }

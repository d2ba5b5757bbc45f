"""Peak times forecast over those observed, as a picture."""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import dye_runs
from matplotlib.figure import Figure

from validation.dye_scores import OURS


def peak_times(folder: Path, answered: Mapping[str, Sequence[Mapping[str, object]]]) -> str:
    """SVG: ratio of forecast to observed by the time observed, ours with its 90 % band, by mode."""
    asked = dye_runs.scorer(folder).questions(folder)
    seen = {(mode, row["case_id"]): float(row["t_peak_h"]) for mode, row, _ in asked}
    modes = ("blind", "one_station", "next_station")
    figure = Figure(figsize=(10.0, 3.2), layout="constrained")
    for axes, mode in zip(figure.subplots(1, 3, sharey=True), modes, strict=True):
        axes.axhline(1.0, color="0.6", linewidth=0.8)
        for name, style in (("constant", {"marker": "x", "color": "0.4"}), (OURS, {"marker": "o", "color": "C0"})):
            rows = [a for a in answered[name] if a["mode"] == mode]
            hours = [seen[mode, str(a["target"])] for a in rows]
            axes.plot(hours, [float(str(a["t_peak_h"])) / h for a, h in zip(rows, hours, strict=True)], linestyle="",
                      markersize=4, label=name, **style)
            if name == OURS:
                axes.vlines(hours, *([float(str(a[f"t_peak_{q}_h"])) / h for a, h in zip(rows, hours, strict=True)]
                                     for q in ("p05", "p95")), color="C0", linewidth=0.7, alpha=0.5)
        axes.set(xscale="log", yscale="log", title=mode, xlabel="observed peak [h]", ylim=(0.3, 3.5))
        axes.set_yticks([0.5, 1.0, 2.0], ["0.5", "1", "2"])
        axes.set_yticks([], minor=True)
    figure.axes[0].set_ylabel("forecast / observed")
    figure.axes[1].legend(loc="upper right", fontsize="small")
    out = io.StringIO()
    figure.savefig(out, format="svg", metadata={"Date": None})
    return out.getvalue()

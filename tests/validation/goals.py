"""The goals, and the few figures the README keeps: computed from the tables, never typed."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from validation.dye_scores import OURS

PASSED, FAILED = "✓", "✗"
PEAK, LEADING, UNIT = "t_peak_h", "t_lead_h", "unit_peak"


def goals(modes: pd.DataFrame, distinct: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Every goal with what was measured and whether it is met.

    ``distinct`` are the tables of :func:`validation.dye_scores.by_river` by mode: every station once.
    """
    rows: list[tuple[str, float, str, bool]] = []
    for mode, quantity, most in (("one_station", PEAK, 0.07), ("one_station", LEADING, 0.09),
                                 ("next_station", PEAK, 0.04)):
        found = modes.loc[(mode, quantity), f"median {OURS}"]
        rows.append((f"{mode} {quantity} median|ln|", found, f"<= {most}", found <= most))
        for other in ("constant", "area"):
            theirs = modes.loc[(mode, quantity), f"median {other}"]
            rows.append((f"{mode} {quantity} median|ln|", found, f"< {other} {theirs:.3f}", found < theirs))
            mine, theirs = (modes.loc[(mode, quantity), f"p90 {name}"] for name in (OURS, other))
            rows.append((f"{mode} {quantity} p90|ln|", mine, f"< {other} {theirs:.3f}", mine < theirs))
    for mode, most in (("one_station", 0.07), ("next_station", 0.04)):
        found = distinct[mode].loc["median of all", OURS]
        rows.append((f"{mode} {PEAK} median|ln|, every station once", found, f"<= {most}", found <= most))
    for mode in ("blind", "one_station", "next_station"):
        share = modes.loc[(mode, UNIT), "in_x2"]
        rows.append((f"{mode} {UNIT} in x2", share, ">= 0.95", share >= 0.95))
        for quantity in (PEAK, LEADING):
            share = modes.loc[(mode, quantity), "covered"]
            rows.append((f"{mode} {quantity} 90% band", share, "0.85 .. 0.95", 0.85 <= share <= 0.95))
    table = pd.DataFrame(rows, columns=["goal", "measured", "asked", "met"])
    return table.assign(met=np.where(table["met"], PASSED, FAILED))


TITLES: Mapping[str, tuple[str, str]] = {
    "one_peak": ("见到第一站后，峰值时间误差", "peak time, first station seen"),
    "one_lead": ("见到第一站后，前锋时间误差", "leading edge, first station seen"),
    "next_peak": ("见到上一站后，峰值时间误差", "peak time, all stations before seen"),
    "one_peak_p90": ("见到第一站后，峰值时间误差的 90 % 分位", "peak time, first station seen, 90 % quantile"),
    "blind_peak": ("什么都没见到时，峰值时间误差", "peak time, nothing seen"),
    "next_unit": ("见到上一站后，峰高误差", "height of the peak, all stations before seen"),
    "another_flow": ("由一个流量的流速推算另一流量的流速", "velocity at another flow from one measured"),
}
OTHERS: Mapping[str, Sequence[str]] = {"zh": ("匀速外推", "按断面流速外推"), "en": ("constant speed", "by section")}
HEADS: Mapping[str, str] = {"zh": "误差（中位数）", "en": "error (median)"}


def figures(modes: pd.DataFrame, flows: pd.DataFrame) -> pd.DataFrame:
    """The figures of the README: |ln| as per cent, by quantity and who forecast."""
    def of(mode: str, quantity: str, what: str = "median") -> list[float]:
        return [100.0 * modes.loc[(mode, quantity), f"{what} {name}"] for name in (OURS, "constant", "area")]

    ours = next(i for i in flows.index if i.startswith("ours"))
    rows = {
        "one_peak": of("one_station", PEAK), "one_lead": of("one_station", LEADING),
        "next_peak": of("next_station", PEAK), "one_peak_p90": of("one_station", PEAK, "p90"),
        "blind_peak": of("blind", PEAK), "next_unit": of("next_station", UNIT),
        "another_flow": [100.0 * flows.loc[ours, "median"], 100.0 * flows.loc["constant velocity", "median"], np.nan],
    }
    return pd.DataFrame(rows, index=[OURS, "constant", "area"]).T


BANDS: Mapping[str, str] = {"zh": "90 % 区间实际罩住（各种已知程度的最少、最多）",
                           "en": "covered by the 90 % bands (least and most of all modes)"}


def as_markdown(found: pd.DataFrame, modes: pd.DataFrame, lang: str) -> str:
    """The figures as the table of the README."""
    number = {"zh": 0, "en": 1}[lang]
    lines = [" | ".join([HEADS[lang], OURS, *OTHERS[lang]]), " | ".join(["---"] + ["---:"] * 3)]
    for name, row in found.iterrows():
        cells = ["—" if np.isnan(v) else f"{v:.0f} %" if v >= 10 else f"{v:.1f} %" for v in row]
        lines.append(" | ".join([TITLES[str(name)][number], *cells]))
    least, most = (100.0 * modes["covered"].agg(f) for f in ("min", "max"))
    lines.append(" | ".join([BANDS[lang], f"{least:.0f}–{most:.0f} %", "—", "—"]))
    return "\n".join(f"| {line} |" for line in lines)

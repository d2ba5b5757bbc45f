"""Shapes of dye curves given the right time of the peak, and formulas of dispersion."""

from collections.abc import Iterator
from pathlib import Path

import dye_curves
import numpy as np
import pandas as pd

from riverplan.channel import TransferModel, UnitResponse
from riverplan.spread import DISPERSION
from riverplan.spread.advection_dispersion import AdvectionDispersion
from riverplan.spread.dead_zone import DEAD_ZONE
from riverplan.spread.jobson_unit_response import density, unit_peak, unit_response
from riverplan.spread.transient_storage import TransientStorage


def _transfer_models() -> Iterator[tuple[str, TransferModel]]:
    for f in DISPERSION:
        yield f"advection_dispersion {f}", AdvectionDispersion(formula=f)
    for f in DISPERSION:
        yield f"advection_dispersion_resident {f}", AdvectionDispersion(
            name="advection_dispersion_resident", quantity="resident", formula=f)
    for f in DISPERSION:
        yield f"transient_storage {f}", TransientStorage(formula=f)
    yield "dead_zone", DEAD_ZONE


def table(folder: Path) -> pd.DataFrame:
    """Height of the peak, leading edge and skewness of every model beside the curves measured."""
    dye = dye_curves.measured(folder)
    rows = {f"jobson eq {n}": _jobson(dye, ratio) for n, ratio in (("8", np.nan), ("7, Q/Qa = 1", 1.0))}
    zero = np.zeros(len(dye))
    for name, model in _transfer_models():
        found = dye_curves.curves(dye, model)
        stretch = dye_curves.stretches(dye)
        m1, m2, m3 = (model.cumulants(stretch, zero) + model.observed_cumulants(stretch, zero)).T
        rows[name] = _row(dye, found.flux.max(axis=1), dye_curves.leading_edge(found) / 3600.0,
                          _relative_skewness(m1, m2, m3))
    out = pd.DataFrame(rows).T.rename_axis("model").sort_values("rms_log10")
    seen = observed_skewness(folder)
    out.loc["measured"] = {"skew/3CV": np.median(seen)}
    return out


def _jobson(dye: pd.DataFrame, flow_ratio: float) -> dict[str, float]:
    """Equation 7 or 8 at the time of the measured peak; no run has its mean annual flow recorded."""
    time = dye["t_peak_h"].to_numpy() * 3600.0
    response = unit_response(time, unit_peak(time, np.full(len(dye), flow_ratio)))
    moments = []
    for i, t in enumerate(time):
        axis = np.linspace(0.8 * t, response.tail_end[i] + 2.0 * (response.tail_end[i] - t), 4000)
        one = UnitResponse(**{f: getattr(response, f)[[i]] for f in UnitResponse.__dataclass_fields__})
        moments.append(_moments(axis, density(axis, one)))
    return _row(dye, response.height, response.leading / 3600.0, _relative_skewness(*np.array(moments).T))


def _row(dye: pd.DataFrame, peak: np.ndarray, leading: np.ndarray, skewness: np.ndarray) -> dict[str, float]:
    error = np.log10(peak / (dye["unit_peak_Cup_1e-6_per_s"].to_numpy() * 1e-6))
    edge = leading / dye["t_1pct_rise_h"].to_numpy()
    return {"n": len(dye), "in_x2": np.mean(np.abs(error) < np.log10(2.0)), "rms_log10": np.sqrt(np.mean(error**2)),
            "peak/measured": 10.0 ** np.median(error), "leading/measured": np.nanmedian(edge),
            "skew/3CV": np.median(skewness)}


def _moments(time: np.ndarray, value: np.ndarray) -> tuple[float, float, float]:
    """Mean, variance and third central moment of a curve."""
    area = np.trapezoid(value, time)
    mean = np.trapezoid(value * time, time) / area
    second, third = (np.trapezoid(value * (time - mean) ** k, time) / area for k in (2, 3))
    return mean, second, third


def _relative_skewness(mean: np.ndarray, variance: np.ndarray, third: np.ndarray) -> np.ndarray:
    """Skewness over three times the coefficient of variation: 1 of advection and dispersion alone."""
    return third * mean / (3.0 * variance**2)


def observed_skewness(folder: Path) -> np.ndarray:
    """Skewness over 3 CV of the curves that were followed down to 1 % of the peak, as far as they were followed."""
    runs = pd.read_csv(folder / "tracers.csv").set_index("case_id", drop=False)
    whole = runs[(runs["t_1pct_fall_h"] > 0) & runs.index.isin(dye_curves.measured(folder)["case_id"])].index
    curves = pd.read_csv(folder / "tracer_curves.csv")
    return np.array([_relative_skewness(*map(np.array, _moments(c["t_h"].to_numpy(), c["conc_ugL"].to_numpy())))
                     for case, c in curves.groupby("case_id") if case in whole])


def dispersion(folder: Path) -> pd.DataFrame:
    """Formulas of dispersion beside coefficients from dye tests, most of which they were fitted to."""
    rows = pd.read_csv(folder / "dispersion.csv")
    known = [rows[c].to_numpy(float) for c in ("width_m", "depth_m", "velocity_m_s", "shear_velocity_m_s")]
    out = {}
    for name, formula in DISPERSION.items():
        ratio = np.log10(formula(*known) / rows["Kx_measured_m2_s"].to_numpy(float))
        out[name] = {"n": len(rows), "in_x2": np.mean(np.abs(ratio) <= np.log10(2.0)),
                     "median_ratio": 10.0 ** np.median(ratio), "rms_log10": np.sqrt(np.mean(ratio**2))}
    return pd.DataFrame(out).T.rename_axis("formula")

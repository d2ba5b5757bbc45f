"""The options that describe a spill, shared by every command that forecasts."""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from riverplan.channel import Z95
from riverplan.cli.option_types import Blowing, Change, Clock, Flow, LonLat, Observed, Reading, StationState
from riverplan.forecasting.observation import Observation
from riverplan.forecasting.result import Forecast
from riverplan.forecasting.rise import Rise
from riverplan.forecasting.run import forecast
from riverplan.forecasting.spill import BEIJING, Spill, Wind
from riverplan.river.network import RiverNetwork
from riverplan.spread import MODELS as SPREAD_MODELS
from riverplan.spread import TRANSFER_MODELS
from riverplan.units import DAY, HOUR
from riverplan.velocity import MODELS

if TYPE_CHECKING:                                             # a forecast need not load the plan
    from riverplan.planning.result import ResponsePlan

LANG = click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True,
                    help="语言 / language")
_SPILL = (
    click.option("--site", "site_id", metavar="ID", help="泄漏地点：站点编号 / where: a site id"),
    click.option("--at", "lonlat", type=LonLat(), help="泄漏地点：经度,纬度 / where: longitude,latitude"),
    click.option("--stake", metavar="STAKE",
                 help="泄漏地点：公路桩号，如 G69 K1523+400 / where: a road stake"),
    click.option("--substance", metavar="NAME",
                 help="污染物，可带浓度，如“氨水 20%” / substance, with its strength if known"),
    click.option("--mass-kg", type=float, metavar="M",
                 help="进入河道的产品质量（不是罐内量、路面上的量），不清楚可不填 / mass of the product that "
                      "reached the river [kg] (neither what the tank held nor what lies on the road), if known"),
    click.option("--duration-h", type=float, default=0.0, metavar="H",
                 help="泄漏历时，0 为瞬时 / duration of the release [h]"),
    click.option("--release", "release_path", type=click.Path(path_type=Path), metavar="CSV",
                 help="释放过程表：开始(h)、结束(h)、质量(kg)，代替质量和历时 / "
                      "release in parts: from_h, until_h, kg, in place of mass and duration"),
    click.option("--background-mg-l", type=float, default=0.0, metavar="C", help="本底浓度 / background [mg/L]"),
    click.option("--decay-per-day", type=float, metavar="K",
                 help="一级降解系数（20 °C）/ first-order loss rate at 20 °C [1/d]"),
    click.option("--temperature", type=float, metavar="C", help="水温 / water temperature [°C]"),
    click.option("--recovery", type=float, default=1.0, show_default=True, metavar="R",
                 help="留在污染团内的质量比例 / share of the mass that stays in the plume"),
    click.option("--start", type=Clock(), help="事发时间，缺省为现在 / when it began, now if not given"),
    click.option("--flow", type=Flow(), default="normal", show_default=True,
                 help="流量情景 low 枯、normal 平、high 丰、measured 实测、scheduled 排程 / flow scenario"),
    click.option("--discharge", "discharges", type=Reading(), multiple=True,
                 help="今天读到的流量，可重复 / discharge read today, repeatable"),
    click.option("--velocity", metavar="NAME",
                 help=f"优先使用的流速模型 / velocity model to prefer: {', '.join(MODELS)}"),
    click.option("--state", "states", type=StationState(), multiple=True,
                 help="引水电站：发电、停机或开闸；不给则区间涵盖两者 / a diversion station: running, stopped, "
                      "spilling; where not given the bands span both"),
)
"""What a spill, its flow and the stations are given with, whatever is computed of it."""
_FORECAST = (
    click.option("--wind", type=Blowing(),
                 help="风速（m/s）和来向，浮油用，如 3,东北 / wind [m/s] and where it comes from, for films: 3,NE"),
    click.option("--alkalinity", type=float, metavar="MMOL_L",
                 help="河水碱度，酸碱用 / alkalinity of the river, for acids and alkalis [mmol/L]"),
    click.option("--settling-m-d", type=float, default=0.0, metavar="V",
                 help="实测沉降速度 / measured settling velocity [m/d]"),
    click.option("--ice", is_flag=True, help="河面封冻 / the river is under ice"),
    click.option("--discharge-here", type=float, metavar="Q",
                 help="泄漏点流量，现场估测，河流没有流量情景时用 / "
                      "discharge at the spill [m³/s], estimated on the spot, for a river without flows"),
    click.option("--observe", "observations", type=Observed(), multiple=True,
                 help="现场报来的：leading 首次检出、peak 峰值、none 尚未检出（值为时间），conc 浓度 mg/L（加时间），"
                      "velocity 流速 m/s，discharge 流量 m³/s；可重复 / what the field reports, repeatable"),
    click.option("--spread", default=next(iter(SPREAD_MODELS)), show_default=True, metavar="NAME",
                 help="扩散模型 / spread model: " + ", ".join([*SPREAD_MODELS, *TRANSFER_MODELS])),
    click.option("--rise", type=Change(), metavar="FROM,TO,BY",
                 help="将至的流量变化：+50（泄漏点起加 m³/s）、x1.5 或 50%（全河倍数）/ a change of discharge known to "
                      "come: +50 [m³/s] from the spill down, x1.5 or 50% on the whole river"),
    click.option("--members", type=int, default=0, metavar="N",
                 help="随机成员数，缺省 0 为解析的置信带；如 1000 / members to draw the bands from, such as 1000"),
    click.option("--mass-within", type=click.FloatRange(min=1.0), metavar="FACTOR",
                 help="质量九成把握在该倍数以内，如 2 / the mass is within this factor in 90 % of cases"),
    click.option("--start-within", type=click.FloatRange(min=0.0), metavar="H",
                 help="事发时间九成把握在前后该小时数以内 / the start is within these hours in 90 % of cases"),
    click.option("--duration-within", type=click.FloatRange(min=1.0), metavar="FACTOR",
                 help="历时九成把握在该倍数以内 / the duration is within this factor in 90 % of cases"),
)
"""What only a forecast heeds: films, acids, bands, observations, models of spread."""


def forecast_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options of a spill to a command."""
    for option in reversed((*_SPILL, *_FORECAST, LANG)):
        command = option(command)
    return command


def simulation_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options of a spill that a simulation heeds to a command."""
    for option in reversed((*_SPILL, LANG)):
        command = option(command)
    return command


def spill_from(*, site_id: str | None, lonlat: tuple[float, float] | None, stake: str | None, substance: str | None,
               mass_kg: float | None, duration_h: float, release_path: Path | None, background_mg_l: float,
               decay_per_day: float | None, temperature: float | None, recovery: float, start: datetime | None,
               ) -> Spill:
    """The spill of the shared options; exactly one of ``--site``, ``--at`` and ``--stake``, and a substance."""
    if sum(place is not None for place in (site_id, lonlat, stake)) != 1:
        raise click.UsageError("请给出 --site、--at、--stake 之一 / give one of --site, --at and --stake")
    if not substance:
        raise click.UsageError("请给出 --substance / give --substance")
    if release_path is not None and (mass_kg is not None or duration_h):
        raise click.UsageError("--release 已含质量和历时，不能再给 --mass-kg 或 --duration-h / "
                               "--release holds mass and duration: give no --mass-kg or --duration-h with it")
    lon, lat = lonlat or (None, None)
    return Spill(site_id=site_id or "", lon=lon, lat=lat, stake=stake or "", substance=substance, mass=mass_kg,
                 duration=duration_h * HOUR, release=_release(release_path), background=background_mg_l * 1e-3,
                 decay=None if decay_per_day is None else decay_per_day / DAY, temperature=temperature,
                 recovery=recovery, at=start or datetime.now(BEIJING).replace(second=0, microsecond=0))


def readings_from(discharges: tuple[tuple[str, float], ...], option: str = "--discharge") -> dict[str, float]:
    """Discharges, or what else an option gives, by site: one for each."""
    if len(dict(discharges)) < len(set(discharges)):
        raise click.UsageError(f"同一站点的 {option} 给了两个值 / two values of {option} for one site")
    return dict(discharges)


def asked_from(*, wind: Wind | None, alkalinity: float | None, settling_m_d: float, ice: bool,
               flow: str, discharges: tuple[tuple[str, float], ...], discharge_here: float | None, spread: str,
               velocity: str | None, observations: tuple[Observation, ...], states: tuple[tuple[str, str], ...],
               rise: Rise | None, members: int, mass_within: float | None, start_within: float | None,
               duration_within: float | None, **spilled: Any) -> tuple[Spill, dict[str, Any]]:
    """The spill of the options and what else is asked of a forecast; ``spilled`` are those of :func:`spill_from`."""
    spill = replace(spill_from(**spilled), wind=wind, alkalinity=alkalinity, settling=settling_m_d / DAY, ice=ice,
                    sigma_mass=math.log(mass_within or 1.0) / Z95, sigma_at=(start_within or 0.0) * HOUR / Z95,
                    sigma_duration=math.log(duration_within or 1.0) / Z95)
    return spill, {"scenario": flow, "discharges": readings_from(discharges), "estimate": discharge_here,
                   "spread": spread, "velocity": velocity or "", "observations": observations, "states": states,
                   "rise": rise, "members": members}


def run_forecast(river: RiverNetwork, **options: Any) -> Forecast:
    """Forecast from the options of :func:`forecast_options`."""
    spill, asked = asked_from(**options)
    return forecast(river, spill, **asked)


def run_plan(river: RiverNetwork, *, mobilised: Mapping[str, Any], **options: Any) -> "ResponsePlan":
    """Plan from the options of :func:`forecast_options`; ``mobilised`` is what else :func:`riverplan.plan` takes."""
    from riverplan.planning.plan import plan

    spill, asked = asked_from(**options)
    return plan(river, spill, **asked, **mobilised)


def _release(path: Path | None) -> tuple[tuple[float, float, float], ...]:
    """The parts of a release from its file; none where none is given."""
    if path is None:
        return ()
    from riverplan.tables.releases import read_release

    return read_release(path)


def read(path: Path) -> RiverNetwork:
    """The river of a file."""
    from riverplan.river.store import read_river

    return read_river(path)

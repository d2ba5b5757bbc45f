"""The options that describe a spill, shared by every command that forecasts."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from riverplan.forecasting.observation import KINDS, Observation
from riverplan.forecasting.result import Forecast
from riverplan.forecasting.run import forecast
from riverplan.forecasting.spill import BEIJING, Spill, Wind, clock
from riverplan.forecasting.table import FLOWS
from riverplan.i18n import LANGS, text
from riverplan.river.network import RiverNetwork
from riverplan.spread import MODELS as SPREAD_MODELS
from riverplan.spread import TRANSFER_MODELS
from riverplan.units import DAY, HOUR, MG_PER_L
from riverplan.velocity import MODELS


class LonLat(click.ParamType):
    """``LON,LAT`` in degrees."""

    name = "LON,LAT"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[float, float]:
        """Two numbers with a comma (Chinese commas too)."""
        if isinstance(value, tuple):
            return value
        try:
            lon, lat = (float(v) for v in str(value).replace("，", ",").split(","))
        except ValueError:
            self.fail(f"“{value}”不是“经度,纬度”，例如 107.73,29.87 / not LON,LAT, such as 107.73,29.87", param, ctx)
        return lon, lat


class Reading(click.ParamType):
    """``SITE=M3S``."""

    name = "SITE=M3S"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, float]:
        """A site id and a discharge [m³/s]."""
        if isinstance(value, tuple):
            return value
        site, _, discharge = str(value).rpartition("=")
        try:
            return site.strip(), float(discharge)
        except ValueError:
            self.fail(f"“{value}”不是“站点=流量”，例如 D03=5600 / not SITE=M3S, such as D03=5600", param, ctx)


COMPASS = {name: 360.0 / len(names) * i
           for names in (["N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W",
                           "WNW", "NW", "NNW"],
                         ["北", "东北", "东", "东南", "南", "西南", "西", "西北"]) for i, name in enumerate(names)}
"""Degrees from north of the winds people name, by where they come from."""


class Blowing(click.ParamType):
    """``SPEED,DIRECTION``: m/s, and degrees or the name of where it comes from."""

    name = "SPEED,DIRECTION"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Wind:
        """A wind; the limits of its numbers are checked with the spill."""
        if isinstance(value, Wind):
            return value
        try:
            speed, direction = (v.strip().upper().removesuffix("风") for v in str(value).replace("，", ",").split(","))
            return Wind(speed=float(speed), direction=float(COMPASS.get(direction, direction)))
        except ValueError:
            self.fail(f"“{value}”不是“风速,来向”，例如 3,东北 / not SPEED,DIRECTION, such as 3,NE or 3,45", param, ctx)


class Clock(click.ParamType):
    """An ISO 8601 date and time, Beijing time unless it says otherwise."""

    name = "ISO"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """An aware datetime."""
        if isinstance(value, datetime):
            return value
        try:
            return clock(str(value))
        except ValueError:
            self.fail(f"“{value}”不是时间，例如 2026-07-01T08:00 / not a time, such as 2026-07-01T08:00", param, ctx)


class Observed(click.ParamType):
    """``STATION,KIND,VALUE[,TIME]``; the value of leading, peak and none is their time."""

    name = "STATION,KIND,VALUE[,TIME]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Observation:
        """An observation: concentrations in mg/L, velocities in m/s, discharges in m³/s."""
        if isinstance(value, Observation):
            return value
        parts = [p.strip() for p in str(value).replace("，", ",").split(",")]
        kinds = {text(f"observation.{k}", lang): k for k in KINDS for lang in LANGS} | {k: k for k in KINDS}
        try:
            station, kind, said, *rest = parts
            known = kinds[kind.lower()]
            if known in ("leading", "peak", "none"):
                return Observation(site_id=station, kind=known, at=clock(said))
            number = float(said) * (MG_PER_L if known == "conc" else 1.0)
            return Observation(site_id=station, kind=known, value=number, at=clock(rest[0]) if rest else None)
        except (ValueError, KeyError):
            self.fail(f"“{value}”不是“站点,种类,值[,时间]”，种类为 {'、'.join(KINDS)}，例如 "
                      "M02,peak,2026-07-01T14:00 或 M02,conc,0.8,2026-07-01T14:00 / "
                      "not STATION,KIND,VALUE[,TIME]", param, ctx)


class Flow(click.ParamType):
    """A flow scenario by its name, or by what people call it: 枯, 枯水期, low flow."""

    name = "NAME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The scenario's own name; an unknown one is left for the river to answer."""
        asked = str(value).strip()
        for flow in FLOWS:
            known = [text(f"flow.{flow}", lang) for lang in LANGS]
            if asked.lower() in (flow, *(k.lower() for k in known)) or (asked and known[0].startswith(asked)):
                return flow
        return asked


LANG = click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True,
                    help="语言 / language")
_OPTIONS = (
    click.option("--site", "site_id", metavar="ID", help="泄漏地点：站点编号 / where: a site id"),
    click.option("--at", "lonlat", type=LonLat(), help="泄漏地点：经度,纬度 / where: longitude,latitude"),
    click.option("--stake", metavar="STAKE",
                 help="泄漏地点：公路桩号，如 G69 K1523+400 / where: a road stake"),
    click.option("--substance", metavar="NAME",
                 help="污染物，可带浓度，如“氨水 20%” / substance, with its strength if known"),
    click.option("--mass-kg", type=float, metavar="M",
                 help="进入河道的产品质量（不是罐内量，也不是路面或沟渠中的量），不清楚可不填 / "
                      "mass of the product that reached the river [kg] (neither what the tank held nor what lies on "
                      "the road or in the drain), if known"),
    click.option("--duration-h", type=float, default=0.0, metavar="H",
                 help="泄漏历时，0 为瞬时 / duration of the release [h]"),
    click.option("--release", "release_path", type=click.Path(path_type=Path), metavar="CSV",
                 help="释放过程表：开始(h)、结束(h)、质量(kg)，代替质量和历时 / "
                      "release in parts: from_h, until_h, kg, in place of mass and duration"),
    click.option("--background-mg-l", type=float, default=0.0, metavar="C", help="本底浓度 / background [mg/L]"),
    click.option("--decay-per-day", type=float, metavar="K",
                 help="一级降解系数（20 °C）/ first-order loss rate at 20 °C [1/d]"),
    click.option("--wind", type=Blowing(),
                 help="风速（m/s）和来向，浮油用，如 3,东北 / wind [m/s] and where it comes from, for films: 3,NE"),
    click.option("--temperature", type=float, metavar="C", help="水温 / water temperature [°C]"),
    click.option("--alkalinity", type=float, metavar="MMOL_L",
                 help="河水碱度，酸碱用 / alkalinity of the river, for acids and alkalis [mmol/L]"),
    click.option("--recovery", type=float, default=1.0, show_default=True, metavar="R",
                 help="留在污染团内的质量比例 / share of the mass that stays in the plume"),
    click.option("--settling-m-d", type=float, default=0.0, metavar="V",
                 help="实测沉降速度 / measured settling velocity [m/d]"),
    click.option("--ice", is_flag=True, help="河面封冻 / the river is under ice"),
    click.option("--start", type=Clock(), help="事发时间，缺省为现在 / when it began, now if not given"),
    click.option("--flow", type=Flow(), default="normal", show_default=True,
                 help="流量情景 low 枯、normal 平、high 丰、measured 实测、scheduled 排程 / flow scenario"),
    click.option("--discharge", "discharges", type=Reading(), multiple=True,
                 help="今天读到的流量，可重复 / discharge read today, repeatable"),
    click.option("--discharge-here", type=float, metavar="Q",
                 help="泄漏点流量，现场估测，河流没有流量情景时用 / "
                      "discharge at the spill [m³/s], estimated on the spot, for a river without flows"),
    click.option("--velocity", metavar="NAME",
                 help=f"优先使用的流速模型 / velocity model to prefer: {', '.join(MODELS)}"),
    click.option("--observe", "observations", type=Observed(), multiple=True,
                 help="现场观测：leading 首次检出、peak 峰值、none 尚未检出（值为时间），conc 浓度 mg/L（加时间），"
                      "velocity 断面平均流速 m/s，discharge 流量 m³/s / what the field reports"),
    click.option("--spread", default=next(iter(SPREAD_MODELS)), show_default=True, metavar="NAME",
                 help="扩散模型 / spread model: " + ", ".join([*SPREAD_MODELS, *TRANSFER_MODELS])),
    LANG,
)


def forecast_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options of a spill to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def run_forecast(river: RiverNetwork, *, site_id: str | None, lonlat: tuple[float, float] | None, stake: str | None,
                 substance: str | None, mass_kg: float | None, duration_h: float, release_path: Path | None,
                 background_mg_l: float, decay_per_day: float | None, wind: Wind | None, temperature: float | None,
                 alkalinity: float | None, recovery: float, settling_m_d: float, ice: bool, start: datetime | None,
                 flow: str, discharges: tuple[tuple[str, float], ...], discharge_here: float | None, spread: str,
                 velocity: str | None, observations: tuple[Observation, ...]) -> Forecast:
    """Forecast from the options; exactly one of ``--site``, ``--at`` and ``--stake``, and a substance."""
    if sum(place is not None for place in (site_id, lonlat, stake)) != 1:
        raise click.UsageError("请给出 --site、--at、--stake 之一 / give one of --site, --at and --stake")
    if not substance:
        raise click.UsageError("请给出 --substance / give --substance")
    if release_path is not None and (mass_kg is not None or duration_h):
        raise click.UsageError("--release 已含质量和历时，不能再给 --mass-kg 或 --duration-h / "
                               "--release holds mass and duration: give no --mass-kg or --duration-h with it")
    if len(dict(discharges)) < len(set(discharges)):
        raise click.UsageError("同一站点的 --discharge 给了两个值 / two values of --discharge for one site")
    lon, lat = lonlat or (None, None)
    spill = Spill(site_id=site_id or "", lon=lon, lat=lat, stake=stake or "", substance=substance, mass=mass_kg,
                  duration=duration_h * HOUR, release=_release(release_path), background=background_mg_l * 1e-3,
                  decay=None if decay_per_day is None else decay_per_day / DAY, wind=wind, temperature=temperature,
                  alkalinity=alkalinity, recovery=recovery, settling=settling_m_d / DAY, ice=ice,
                  at=start or datetime.now(BEIJING).replace(second=0, microsecond=0))
    return forecast(river, spill, scenario=flow, discharges=dict(discharges), estimate=discharge_here, spread=spread,
                    velocity=velocity or "", observations=observations)


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

"""The options that describe a spill, shared by every command that forecasts."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from riverplan.forecasting.result import Forecast
from riverplan.forecasting.rise import Rise, rise_from
from riverplan.forecasting.run import forecast
from riverplan.forecasting.spill import BEIJING, Spill, clock
from riverplan.forecasting.table import FLOWS
from riverplan.i18n import LANGS, text
from riverplan.river.network import RiverNetwork
from riverplan.units import HOUR


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


class StationState(click.ParamType):
    """``STATION=STATE``."""

    name = "STATION=STATE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        """A station and a word for its state; both are left for the river to answer."""
        if isinstance(value, tuple):
            return value
        station, equals, state = (part.strip() for part in str(value).replace("＝", "=").rpartition("="))
        if not station or not equals or not state:
            self.fail(f"“{value}”不是“电站=状态”，例如 P1=停机 / not STATION=STATE, such as P1=stopped", param, ctx)
        return station, state


class Change(click.ParamType):
    """``FROM,TO,BY``: a rise of discharge."""

    name = "FROM,TO,BY"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Rise:
        """A change of discharge with aware times."""
        if isinstance(value, Rise):
            return value
        try:
            return rise_from(str(value))
        except ValueError:
            self.fail(f"“{value}”不是“起,止,变化”，例如 2026-07-01T20:00,2026-07-02T06:00,+50 / "
                      "not FROM,TO,BY, such as 2026-07-01T20:00,2026-07-02T06:00,x1.5", param, ctx)


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
    click.option("--substance", metavar="NAME", help="污染物 / substance"),
    click.option("--mass-kg", type=float, metavar="M",
                 help="进入河道的质量，不清楚可不填 / mass in the river [kg], if known"),
    click.option("--duration-h", type=float, default=0.0, metavar="H",
                 help="泄漏历时，0 为瞬时 / duration of the release [h]"),
    click.option("--background-mg-l", type=float, default=0.0, metavar="C", help="本底浓度 / background [mg/L]"),
    click.option("--decay-per-day", type=float, metavar="K", help="一级降解系数 / first-order loss rate [1/d]"),
    click.option("--start", type=Clock(), help="事发时间，缺省为现在 / when it began, now if not given"),
    click.option("--flow", type=Flow(), default="normal", show_default=True,
                 help="流量情景 low 枯、normal 平、high 丰、measured 实测、scheduled 排程 / flow scenario"),
    click.option("--discharge", "discharges", type=Reading(), multiple=True,
                 help="今天读到的流量，可重复 / discharge read today, repeatable"),
    click.option("--discharge-here", type=float, metavar="Q",
                 help="泄漏点流量，现场估测，河流没有流量情景时用 / "
                      "discharge at the spill [m³/s], estimated on the spot, for a river without flows"),
    click.option("--state", "states", type=StationState(), multiple=True,
                 help="引水电站的状态：发电、停机或开闸，可重复；未给出的按发电与停机包络 / what a diversion station "
                      "does: running, stopped or spilling, repeatable; where not given, the bands span both"),
    click.option("--rise", type=Change(), metavar="FROM,TO,BY",
                 help="已知的流量变化：起,止,变化；变化写 +50（泄漏点起增加 m³/s）、x1.5（全河倍数）"
                      "或 50%（增五成，即 x1.5）/ a change of discharge known to come: +50 is m³/s more from the "
                      "spill down, x1.5 the factor on the whole river, 50% the same as x1.5"),
    LANG,
)


def forecast_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options of a spill to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def run_forecast(river: RiverNetwork, *, site_id: str | None, lonlat: tuple[float, float] | None, stake: str | None,
                 substance: str | None, mass_kg: float | None, duration_h: float, background_mg_l: float,
                 decay_per_day: float | None, start: datetime | None, flow: str,
                 discharges: tuple[tuple[str, float], ...], discharge_here: float | None,
                 states: tuple[tuple[str, str], ...], rise: Rise | None) -> Forecast:
    """Forecast from the options; exactly one of ``--site``, ``--at`` and ``--stake``, and a substance."""
    if sum(place is not None for place in (site_id, lonlat, stake)) != 1:
        raise click.UsageError("请给出 --site、--at、--stake 之一 / give one of --site, --at and --stake")
    if not substance:
        raise click.UsageError("请给出 --substance / give --substance")
    if len(dict(discharges)) < len(set(discharges)):
        raise click.UsageError("同一站点的 --discharge 给了两个值 / two values of --discharge for one site")
    lon, lat = lonlat or (None, None)
    spill = Spill(site_id=site_id or "", lon=lon, lat=lat, stake=stake or "", substance=substance, mass=mass_kg,
                  duration=duration_h * HOUR, background=background_mg_l * 1e-3,
                  decay=None if decay_per_day is None else decay_per_day / 86_400.0,
                  at=start or datetime.now(BEIJING).replace(second=0, microsecond=0))
    return forecast(river, spill, scenario=flow, discharges=dict(discharges), estimate=discharge_here,
                    states=states, rise=rise)


def read(path: Path) -> RiverNetwork:
    """The river of a file."""
    from riverplan.river.store import read_river

    return read_river(path)

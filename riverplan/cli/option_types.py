"""What options of commands take: places, readings, observations, clock times, winds, states, changes."""

from datetime import datetime
from math import inf, isfinite
from typing import Any

import click

from riverplan.forecasting.observation import KINDS, Observation
from riverplan.forecasting.rise import Rise, rise_from
from riverplan.forecasting.spill import Wind, clock
from riverplan.forecasting.table import FLOWS
from riverplan.i18n import LANGS, text
from riverplan.transport.operation import Operation
from riverplan.units import HOUR, MG_PER_L


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
    what = "“站点=流量”，例如 D03=5600 / not SITE=M3S, such as D03=5600"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, float]:
        """A site id and a discharge [m³/s]."""
        if isinstance(value, tuple):
            return value
        site, _, discharge = str(value).rpartition("=")
        try:
            return site.strip(), float(discharge)
        except ValueError:
            self.fail(f"“{value}”不是{self.what}", param, ctx)


class Level(Reading):
    """``SITE=M``: the level of a reservoir."""

    name = "SITE=M"
    what = "“站点=水位（m）”，例如 K08=372.5 / not SITE=M, such as K08=372.5"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, float]:
        """A site id and a level [m]; whether it can be is checked with the space."""
        site, level = Reading.convert(self, value, param, ctx)
        if not isfinite(level):
            self.fail(f"“{value}”不是{self.what}", param, ctx)
        return site, level


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


class Done(click.ParamType):
    """``PLACE,ACTION,AT_H[,VALUE[,UNTIL_H]]``: an operation, times in hours after the release began."""

    name = "PLACE,ACTION,AT_H[,VALUE[,UNTIL_H]]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Operation:
        """An operation; place, action and ranges are checked with the river."""
        if isinstance(value, Operation):
            return value
        parts = [p.strip() for p in str(value).replace("，", ",").split(",")]
        try:
            place, action, at, *rest = parts
            number, until = (*rest, "", "")[:2]
            if not place or len(rest) > 2:
                raise ValueError(value)
            return Operation(place=place, action=action.lower(), at=float(at) * HOUR,
                             value=float(number) if number else None, until=float(until) * HOUR if until else inf)
        except ValueError:
            self.fail(f"“{value}”不是“地点,动作,时间h[,值[,结束h]]”，例如 D01,close,2 或 Q01,dose,3,0.7,9 / "
                      "not PLACE,ACTION,AT_H[,VALUE[,UNTIL_H]], such as D01,close,2 or Q01,dose,3,0.7,9", param, ctx)


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
            if len(rest) > (0 if known in ("leading", "peak", "none") else 1):
                raise ValueError(rest)
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

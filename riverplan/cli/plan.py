"""``riverplan plan``: what to do where, by when, with what, and what it saves."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from riverplan.cli.grouped import Grouped
from riverplan.cli.mobilised_options import mobilised_from, mobilised_options
from riverplan.cli.option_types import Clock, Done, Level
from riverplan.cli.output import LINE, print_json, print_problems, print_table
from riverplan.cli.spill_options import forecast_options, read, readings_from, run_plan
from riverplan.i18n import Lang, text
from riverplan.planning.result import ResponsePlan
from riverplan.transport.operation import Operation

WATER = {"rising": True, "steady": False, "unknown": None}
YEARS = (1900, 2200)
"""Years a call may have come in; beyond them someone mistyped."""


def _year(ctx: click.Context, param: click.Parameter, value: datetime | None) -> datetime | None:
    """The time of a call, its year checked."""
    if value is not None and not YEARS[0] <= value.year <= YEARS[1]:
        raise click.BadParameter(f"接报时间在 {value.year} 年，请核对年份 / a call in the year {value.year}: check it",
                                 ctx=ctx, param=param)
    return value


@click.command(name="plan", cls=Grouped)
@click.argument("river_path", metavar="RIVER.gpkg", type=click.Path(path_type=Path))
@forecast_options
@mobilised_options
@click.option("--add", "added", type=Done(), multiple=True,
              help="另加的操作：地点,动作,时间(h)[,值[,结束(h)]] / an operation done in any case")
@click.option("--heard-at", type=Clock(), callback=_year,
              help="接报时间，缺省为事发时间 / when the call came, the start if not given")
@click.option("--now", type=Clock(),
              help="现在时刻：监测断面随污染团移动，缺省为接报时间 / what time it is, for the sampling")
@click.option("--level", "levels", type=Level(), multiple=True,
              help="今天的库水位 站点=米，可重复 / today's level of a reservoir [m]")
@click.option("--flood-season/--no-flood-season", default=None,
              help="是否汛期（空余容积算到汛限水位），缺省按流量 / whether free storage ends at the flood limit")
@click.option("--water", type=click.Choice(list(WATER)), default="unknown", show_default=True,
              help="水势：rising 涨、steady 平稳、unknown 不明（夜间、雨天即不下河）/ whether the water rises")
@click.option("--night", is_flag=True, help="夜间 / by night")
@click.option("--rain", is_flag=True, help="雨天 / in rain")
@click.option("--landslide", is_flag=True, help="有滑坡、塌方 / landslides about")
@click.option("--no-candidates", is_flag=True, help="不找名录以外的候选点 / no candidates beyond the lists")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 / print JSON")
def command(river_path: Path, lang: Lang, as_json: bool, added: tuple[Operation, ...], heard_at: datetime | None,
            now: datetime | None, levels: tuple[tuple[str, float], ...], flood_season: bool | None, water: str,
            night: bool, rain: bool, landslide: bool, no_candidates: bool, roads_path: Path | None,
            pins: tuple[str, ...], forbid: tuple[str, ...], supplied: tuple[str, ...], jurisdiction: str,
            rules_path: Path | None, **options: Any) -> None:
    """选定处置措施：关哪里、引哪里、谁去、何时、能保住谁。 Choose what to do, who does it, and show what it saves.

    \b
    riverplan plan 龙河.gpkg --site F10 --substance 苯酚 --mass-kg 2000 --pin K12
    """  # noqa: D301 - click reads the \b
    from riverplan.planning.travel import Conditions

    found = run_plan(read(river_path), **options, mobilised={
        **mobilised_from(roads_path=roads_path, pins=pins, forbid=forbid, supplied=supplied,
                         jurisdiction=jurisdiction, rules_path=rules_path),
        "conditions": Conditions(night=night, rain=rain, landslide=landslide), "heard_at": heard_at, "now": now,
        "levels": readings_from(levels, "--level"), "flood_season": flood_season, "rising": WATER[water],
        "added": added, "candidates": not no_candidates})
    if as_json:
        from riverplan.planning.as_json import plan_as_json

        print_json(plan_as_json(found))
    else:
        print_plan(found, lang)


def print_plan(found: ResponsePlan, lang: Lang) -> None:
    """Print what is needed first: conclusion, actions in order, intakes to stop, whom to call; then the rest."""
    from riverplan.forecasting.table import forecast_lines
    from riverplan.planning.beside_words import beside_lines, monitoring_table, notice_table, team_lines
    from riverplan.planning.plan_words import (
        action_table,
        conclusion_lines,
        protection_lines,
        receptor_table,
        refused_lines,
        search_line,
    )

    for line in (*forecast_lines(found.forecast, lang), "", *conclusion_lines(found, lang)):
        click.echo(line)
    _head("actions", lang)
    if found.actions:
        print_table(*action_table(found, lang), within=LINE)
        for number, action in enumerate(found.actions, start=1):
            for key, said in (("why", action.why), ("changes", action.changes)):
                if said:
                    click.echo(f"  {number}. " + text(f"plan.{key}", lang, why=" ".join(p.what(lang) for p in said)))
    else:
        click.echo(text("plan.no_actions", lang))
    _lines("protections", protection_lines(found, lang), lang)
    if found.notices:
        _head("notices", lang)
        print_table(*notice_table(found, lang), within=LINE)
    if found.receptors:
        _head("receptors", lang)
        print_table(*receptor_table(found, lang), within=LINE)
    for key, lines in beside_lines(found, lang):
        _lines(key, lines, lang)
    if found.monitoring.sections:
        _head("monitoring", lang)
        print_table(*monitoring_table(found, lang), within=LINE)
        for line in team_lines(found, lang):
            click.echo(f"· {line}")
    _lines("refused", refused_lines(found, lang), lang)
    click.echo()
    click.echo(search_line(found, lang))
    print_problems((*found.problems, *found.assumptions), lang=lang)


def _lines(key: str, lines: list[str], lang: Lang) -> None:
    """A chapter of lines; those that begin with a blank belong to the one above them."""
    if lines:
        _head(key, lang)
    for line in lines:
        click.echo(f"  {line}" if line.startswith(" ") else f"· {line}")


def _head(key: str, lang: Lang) -> None:
    click.echo()
    click.echo(f"── {text(f'plan.{key}', lang)}")

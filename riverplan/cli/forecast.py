"""``riverplan forecast``: when and how strong a spill arrives, as a table or as JSON."""

import shutil
from collections.abc import Collection
from pathlib import Path
from typing import Any

import click

from riverplan.cli.grouped import Grouped
from riverplan.cli.output import print_json, print_problems
from riverplan.cli.spill_options import forecast_options, read, run_forecast
from riverplan.forecasting.result import Forecast
from riverplan.i18n import Lang


@click.command(name="forecast", cls=Grouped)
@click.argument("river_path", metavar="RIVER.gpkg", type=click.Path(path_type=Path))
@forecast_options
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 / print JSON")
@click.option("--curve", "curve_path", type=click.Path(path_type=Path), metavar="CSV",
              help="把各处浓度过程线写入文件 / write the breakthrough curves to a file")
def command(river_path: Path, lang: Lang, as_json: bool, curve_path: Path | None, **options: Any) -> None:
    """预报污染团到达各处的时间和浓度。 Forecast when and how strong the plume arrives.

    \b
    riverplan forecast 龙河.gpkg --site F10 --substance 苯酚 --mass-kg 2000 --start "2026-07-01 08:00"
    """  # noqa: D301 - click reads the \b
    found = run_forecast(read(river_path), **options)
    if curve_path is not None:
        from riverplan.exporting import export

        export(found, "curves", curve_path, lang=lang)
    if as_json:
        from riverplan.forecasting.as_json import forecast_as_json

        print_json(forecast_as_json(found))
    else:
        print_forecast(found, lang)


WIDE = 190
"""Columns a terminal needs for the bands of the times."""


def print_forecast(forecast: Forecast, lang: Any, *, kinds: Collection[str] = ()) -> None:
    """Print the arrival table with clock times, and what must be known of it.

    The bands of the times are left out where the terminal is too narrow for them; ``kinds`` limits the
    table to some kinds of sites.
    """
    from riverplan.cli.output import print_table
    from riverplan.forecasting.table import arrival_table, forecast_lines
    from riverplan.i18n import text

    for line in forecast_lines(forecast, lang):
        click.echo(line)
    click.echo()
    bands = shutil.get_terminal_size((WIDE, 50)).columns >= WIDE
    head, rows = arrival_table(forecast, lang, bands=bands, kinds=kinds)
    print_table(head, rows)
    click.echo(text("forecast_table.star", lang))
    click.echo()
    print_problems(forecast.problems, lang=lang)

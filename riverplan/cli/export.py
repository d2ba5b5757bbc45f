"""``riverplan export``: a forecast as a sheet, an offline web map or a GeoPackage; lists, import report, strategy."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from riverplan.cli.mobilised_options import mobilised_from, mobilised_options
from riverplan.cli.option_types import Clock
from riverplan.cli.spill_options import forecast_options, read, run_forecast, run_plan
from riverplan.i18n import Lang, text

KINDS = ("sheet", "webmap", "geopackage", "curves", "report", "workbook", "strategy")
_PLACE = ("site_id", "lonlat", "stake", "substance", "mass_kg", "release_path")
"""Options of which a spill has at least one; without any the strategy chooses its own scenario."""


@click.command(name="export")
@click.argument("river_path", metavar="RIVER.gpkg", type=click.Path(path_type=Path))
@click.argument("kind", type=click.Choice(KINDS))
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="PATH",
              help="输出文件：.pdf 或 .png、.html、.gpkg、.csv、.xlsx、.docx / file to write")
@click.option("--paper", type=click.Choice(["A3", "A4"]), show_default="A3; strategy: A4",
              help="图纸幅面 / paper of the sheet")
@click.option("--theme", type=click.Choice(["colour", "mono"]), default="colour", show_default=True,
              help="彩色或黑白（可传真）/ colours, or black and white for a fax")
@click.option("--dated", default="", metavar="DATE",
              help="清单（workbook）、方案（strategy）的版本日期 / date of this version of the list or strategy")
@click.option("--edition", default="", metavar="TEXT", help="方案的版本号 / version of the strategy")
@click.option("--organisation", default="", metavar="TEXT", help="方案的编制单位 / who makes the strategy")
@click.option("--draft", type=click.Choice(["review", "approval", "issued"]), default="review", show_default=True,
              help="方案为送审稿、报批稿或印发稿 / state of the strategy")
@click.option("--heard-at", type=Clock(), help="接报时间，方案用 / when the call came, for the strategy")
@mobilised_options
@forecast_options
def command(river_path: Path, kind: str, out: Path, paper: str | None, theme: str, dated: str, edition: str,
            organisation: str, draft: str, heard_at: datetime | None, lang: Lang, roads_path: Path | None,
            pins: tuple[str, ...], forbid: tuple[str, ...], supplied: tuple[str, ...], jurisdiction: str,
            rules_path: Path | None, **options: Any) -> None:
    """预报并输出图纸、离线地图或 GeoPackage，或导入报告、清单、方案。 Forecast, and write a sheet, map or GeoPackage.

    导入报告（report）和河流信息清单（workbook）不需预报。方案（strategy）不给泄漏时，选影响人口最多的风险源为典型情景。
    The import report and the river's lists need no forecast. A strategy without a spill is that of the source that
    harms most people. 道路、指定与禁用、县市和时限表只用于给出泄漏的方案。 Roads, pins, jurisdiction and deadlines
    serve the strategy of a spill alone.
    """
    from riverplan.exporting import EXPORTS, export

    of = EXPORTS[kind].of
    planned = of == "plan" and any(options[o] is not None for o in _PLACE)
    if (roads_path or pins or forbid or supplied or jurisdiction or rules_path) and not planned:
        raise click.UsageError("--roads、--pin、--forbid、--supplied、--jurisdiction、--deadlines 只用于给出泄漏的方案"
                               "（strategy） / these serve the strategy of a spill alone")
    river = read(river_path)
    found: Any = river
    if planned:
        found = run_plan(river, mobilised={"heard_at": heard_at, **mobilised_from(
            roads_path=roads_path, pins=pins, forbid=forbid, supplied=supplied, jurisdiction=jurisdiction,
            rules_path=rules_path)}, **options)
    elif of not in ("river", "plan"):
        found = run_forecast(river, **options)
    chosen: Any = None
    if kind == "sheet":
        chosen = _sheet_options(out, paper or "A3", theme)
    elif kind == "workbook":
        from riverplan.exporting.workbook import WorkbookOptions

        chosen = WorkbookOptions(dated=dated)
    elif kind == "strategy":
        from riverplan.exporting.strategy import StrategyOptions

        flow, feared = (options["flow"], None) if planned else _feared(river_path, options["flow"])
        chosen = StrategyOptions(
            draft=draft, version=edition, dated=dated, organisation=organisation,  # type: ignore[arg-type]
            flow=flow, feared=feared, paper=paper or "A4", theme=theme)  # type: ignore[arg-type]
    content = export(found, kind, out, options=chosen, lang=lang)
    click.echo(text("export_said.written", lang, path=out, size=f"{len(content) / 1e6:.2f}"))


def _feared(river_path: Path, flow: str) -> tuple[str, Any]:
    """Flow and spill to fear most of the plans kept with a river, as in ``plan-check``; under a flow asked for."""
    from click.core import ParameterSource

    from riverplan.forecasting.spill import Spill
    from riverplan.planning.conclusion import feared
    from riverplan.planning.plan_record import read_records

    asked = click.get_current_context().get_parameter_source("flow") is not ParameterSource.DEFAULT
    worst = feared([r for r in read_records(river_path)[0] if not asked or r.scenario == flow])
    if worst is None or not worst.mass:
        return flow, None
    return worst.scenario, Spill(site_id=worst.source_id, substance=worst.substance, mass=worst.mass)


def _sheet_options(out: Path, paper: str, theme: str) -> Any:
    """Paper, theme, and whether a picture is wanted, by the file's name."""
    from riverplan.exporting.sheet import SheetOptions

    picture = out.suffix.lower() == ".png"
    return SheetOptions(paper=paper, theme=theme, format="png" if picture else "pdf")  # type: ignore[arg-type]

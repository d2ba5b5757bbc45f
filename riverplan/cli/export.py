"""``riverplan export``: a forecast as a printed sheet, an offline web map or a GeoPackage; or the import report."""

from pathlib import Path
from typing import Any

import click

from riverplan.cli.spill_options import forecast_options, read, run_forecast
from riverplan.i18n import Lang, text

KINDS = ("sheet", "webmap", "geopackage", "curves", "report", "workbook")


@click.command(name="export")
@click.argument("river_path", metavar="RIVER.gpkg", type=click.Path(path_type=Path))
@click.argument("kind", type=click.Choice(KINDS))
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="PATH",
              help="输出文件：.pdf 或 .png、.html、.gpkg、.csv、.xlsx / file to write")
@click.option("--paper", type=click.Choice(["A3", "A4"]), default="A3", show_default=True,
              help="图纸幅面 / paper of the sheet")
@click.option("--theme", type=click.Choice(["colour", "mono"]), default="colour", show_default=True,
              help="彩色或黑白（可传真）/ colours, or black and white for a fax")
@click.option("--dated", default="", metavar="DATE",
              help="清单（workbook）的版本日期 / date of this version of the list")
@forecast_options
def command(river_path: Path, kind: str, out: Path, paper: str, theme: str, dated: str, lang: Lang,
            **options: Any) -> None:
    """预报并输出图纸、离线地图或 GeoPackage，或导入报告、河流信息清单。 Forecast, and write a sheet, map or GeoPackage.

    导入报告（report）和河流信息清单（workbook）不需预报。 The import report and the river's lists need no forecast.
    """
    from riverplan.exporting import EXPORTS, export

    river = read(river_path)
    found = river if EXPORTS[kind].of == "river" else run_forecast(river, **options)
    chosen = _sheet_options(out, paper, theme) if kind == "sheet" else None
    if kind == "workbook":
        from riverplan.exporting.workbook import WorkbookOptions

        chosen = WorkbookOptions(dated=dated)
    content = export(found, kind, out, options=chosen, lang=lang)
    click.echo(text("export_said.written", lang, path=out, size=f"{len(content) / 1e6:.2f}"))


def _sheet_options(out: Path, paper: str, theme: str) -> Any:
    """Paper, theme, and whether a picture is wanted, by the file's name."""
    from riverplan.exporting.sheet import SheetOptions

    picture = out.suffix.lower() == ".png"
    return SheetOptions(paper=paper, theme=theme, format="png" if picture else "pdf")  # type: ignore[arg-type]

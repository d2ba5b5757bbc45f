"""``riverplan screen``: every risk source against every receptor at every flow, into a table."""

from pathlib import Path

import click

from riverplan.cli.output import print_problems
from riverplan.cli.spill_options import LANG, Flow, read
from riverplan.i18n import Lang, text


@click.command(name="screen")
@click.argument("river_path", metavar="RIVER.gpkg", type=click.Path(path_type=Path))
@click.option("--flow", type=Flow(), default="all", show_default=True,
              help="流量情景，all 为全部 / flow scenario, all of them by default")
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="TABLE",
              help="输出文件：.xlsx、.csv（仅矩阵）或 .json / file to write; a .csv holds the matrix alone")
@LANG
def command(river_path: Path, flow: str, out: Path, lang: Lang) -> None:
    """逐一推算各风险源到各取水口、断面、交界的时间和浓度。 Screen all risk sources against all receptors."""
    from riverplan.exporting import export
    from riverplan.forecasting.screening.screen import screen
    from riverplan.forecasting.screening.words import said

    found = screen(read(river_path), flow)
    content = export(found, "screening", out, lang=lang)
    click.echo(said(found, lang))
    print_problems(found.problems, lang=lang)
    click.echo(text("export_said.written", lang, path=out, size=f"{len(content) / 1e6:.2f}"))

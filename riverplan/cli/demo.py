"""``riverplan demo``: the whole way on the demonstration river, from raw files to map and sheet."""

import time
from pathlib import Path

import click

from riverplan.cli.output import print_problems
from riverplan.i18n import Lang, text

SPILL_SITE = "F33"
SUBSTANCE, MASS = "苯酚", 10_000.0


@click.command(name="demo")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("out"), show_default=True,
              help="输出文件夹 / output folder")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
def command(out: Path, lang: Lang) -> None:
    """导入示范河流，预报一次泄漏，输出地图与图纸。 Import the demonstration river, forecast, write map and sheet."""
    from riverplan.cli.forecast import print_forecast
    from riverplan.exporting import export
    from riverplan.exporting.sheet import SheetOptions
    from riverplan.forecasting.run import forecast
    from riverplan.forecasting.spill import Spill, clock
    from riverplan.river.demonstration import demonstration
    from riverplan.river.importing import import_river
    from riverplan.river.store import save_river

    began = time.perf_counter()

    def step(key: str, **fields: object) -> None:
        click.echo(f"[{time.perf_counter() - began:5.1f} s] {text(f'demo.{key}', lang, **fields)}")

    out.mkdir(parents=True, exist_ok=True)
    demo = demonstration()
    step("importing", files="、".join(p.name for p in (*demo.lines, demo.workbook)))
    river = import_river(demo.lines, name=demo.name, workbook=demo.workbook, outlets=demo.outlets)
    print_problems([p for p in river.report if p.severity == "error"], lang=lang)
    step("imported", reaches=len(river.reaches), sites=len(river.sites),
         notes=sum(p.severity != "error" for p in river.report))
    path = save_river(river, out / "fengdu.gpkg")
    step("saved", path=path)
    spill = Spill(site_id=SPILL_SITE, substance=SUBSTANCE, mass=MASS, at=clock("2026-07-01 08:00"))
    for name in river.scenarios:
        found = forecast(river, spill, scenario=name)
        click.echo()
        print_forecast(found, lang, kinds=("intake", "boundary", "section"))
        click.echo()
    shown = forecast(river, spill, scenario="normal")
    for kind, file, options in (("webmap", "fengdu-map.html", None), ("sheet", "fengdu-sheet.pdf", None),
                                ("sheet", "fengdu-sheet.png", SheetOptions(format="png"))):
        export(shown, kind, out / file, options=options, lang=lang)
        step("written", path=out / file)
    step("serve", path=path)

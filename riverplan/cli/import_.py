"""``riverplan import``: files of lines and a workbook of lists → one river file."""

import math
import sys
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Literal

import click

from riverplan.cli.list_options import list_options, pairs_of
from riverplan.cli.saved import print_saved
from riverplan.cli.today_options import both, today_options, wanted_at
from riverplan.i18n import LANGS, Lang, text


def outlets_of(_: click.Context, __: click.Parameter, written: tuple[str, ...]) -> tuple[tuple[float, float], ...]:
    """Places given as LON,LAT.

    Raises
    ------
    click.BadParameter
        Where one is no pair of numbers.
    """
    found = []
    for pair in written:
        try:
            lon, lat = (float(part) for part in pair.replace("，", ",").split(","))
        except ValueError:
            raise click.BadParameter(both("outlet_form", pair)) from None
        found.append((lon, lat))
    return tuple(found)


def _snap(_: click.Context, __: click.Parameter, written: str | None) -> float | None:
    try:
        metres = None if written is None else float(written)
    except ValueError:
        metres = math.nan
    if metres is not None and not 0 <= metres < math.inf:
        raise click.BadParameter(both("snap_form", written))
    return metres


def _specific(context: click.Context, option: click.Parameter, written: tuple[str, ...]) -> dict[str, float]:
    found = {}
    for name, value in pairs_of(context, option, written).items():
        try:
            litres = float(value)
        except ValueError:
            litres = math.nan
        if name not in ("low", "normal", "high") or not 0 < litres <= 1_000:
            raise click.BadParameter(both("specific_form", f"{name}={value}"))
        found[name] = litres * 1e-9
    return found


@click.command("import", short_help="导入河线与清单 / import lines and lists")
@click.argument("lines", metavar="LINES...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--name", required=True, help="河流名称 / name of the river")
@click.option("--out", required=True, metavar="RIVER.gpkg", type=click.Path(path_type=Path, dir_okay=False),
              help="写出的河流文件 / the river file to write")
@click.option("--workbook", "workbooks", metavar="LISTS.xlsx", multiple=True, type=click.Path(path_type=Path),
              help="清单，可重复 / lists, repeatable")
@list_options
@click.option("--mends", "mends_file", metavar="MENDS.csv", type=click.Path(path_type=Path),
              help="修改记录：调转、打断、连接、删除、出口 / mends to replay")
@click.option("--dem", "dem", metavar="DEM.tif", multiple=True, type=click.Path(path_type=Path),
              help="高程，取坡降和集水面积，可重复 / elevations for slopes and areas, repeatable")
@click.option("--report", "report_file", metavar="REPORT.html|.xlsx", type=click.Path(path_type=Path, dir_okay=False),
              help="写出导入报告 / write the import report")
@today_options
@click.option("--specific", "specific", metavar="FLOW=L/S/KM2", multiple=True, callback=_specific,
              help="径流模数：normal=15 等，可重复 / specific discharge by flow, repeatable")
@click.option("--braids", type=click.Choice(("keep", "main")), default="keep", show_default=True,
              help="汊道保留或只留主汊 / keep arms or the main channel only")
@click.option("--join-crossings", is_flag=True, help="交叉处当作汇流 / lines that cross meet")
@click.option("--snap", metavar="M", callback=_snap,
              help="接合断口的容差，米 / widest gap to close, metres")
@click.option("--outlet", "outlets", metavar="LON,LAT", multiple=True, callback=outlets_of,
              help="出口经纬度，可重复 / where the water leaves, repeatable")
@click.option("--lang", type=click.Choice(LANGS), default="zh", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 / print JSON")
def command(lines: tuple[Path, ...], name: str, out: Path, workbooks: tuple[Path, ...], datums: dict[str, str],
            mends_file: Path | None, dem: tuple[Path, ...], report_file: Path | None, gauges: Path | None,
            schedule: Path | None, at: datetime | None, specific: dict[str, float], columns: dict[str, str],
            braids: Literal["keep", "main"], join_crossings: bool, snap: float | None,
            outlets: tuple[tuple[float, float], ...], lang: Lang, as_json: bool) -> None:
    """导入河线与清单，检查后存为一个河流文件。 Import lines and lists, checked, into one river file.

    导入失败时不改动已有文件。 A failed import leaves an existing file as it is.
    """
    from riverplan.river.importing import import_river
    from riverplan.river.mends import read_mends
    from riverplan.river.store import save_river

    do = partial(import_river, lines, name=name, workbook=workbooks, snap=snap, outlets=outlets, datums=datums, dem=dem,
                 gauges=gauges, schedule=schedule, at=wanted_at(at, gauges, schedule), specific=specific,
                 columns=columns, braids=braids, join_crossings=join_crossings,
                 mappings=out.with_name(f"{out.stem}.columns.json"),
                 mends=() if mends_file is None else read_mends(mends_file))
    if as_json:
        river = do()
    else:
        bar: Any = click.progressbar(length=100, label=text("import.importing", lang), file=sys.stderr)
        with bar:
            river = do(progress=lambda share: bar.update(round(100 * share) - bar.pos))
    if report_file is not None:                                # first: a report that fails leaves the old river
        from riverplan.exporting import export

        export(river, "report", report_file, lang=lang)
    path = save_river(river, out)
    print_saved(river, path, lang=lang, as_json=as_json)

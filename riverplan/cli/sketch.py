"""``riverplan sketch``: a workbook of lists with kilometres, and no lines → one schematic river file."""

from pathlib import Path

import click

from riverplan.cli.saved import print_saved
from riverplan.i18n import LANGS, Lang, text


def _mouth(_: click.Context, __: click.Parameter, written: str | None) -> tuple[float, float] | None:
    from riverplan.tables.points import read_point, split_pair

    if written is None:
        return None
    point = read_point(*split_pair(written))
    if not point.usable:
        raise click.BadParameter(" / ".join(text("import.outlet_form", lang, value=written) for lang in LANGS))
    return point.lon, point.lat


@click.command("sketch", short_help="由里程表画示意河流 / sketch a river from kilometres")
@click.argument("workbook", metavar="LISTS.xlsx", type=click.Path(path_type=Path))
@click.option("--name", required=True, help="河流名称 / name of the river")
@click.option("--out", required=True, metavar="RIVER.gpkg", type=click.Path(path_type=Path, dir_okay=False),
              help="写出的河流文件 / the river file to write")
@click.option("--mouth", metavar="LON,LAT", callback=_mouth, help="河口经纬度 / where the mouth is")
@click.option("--lang", type=click.Choice(LANGS), default="zh", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 / print JSON")
def command(workbook: Path, name: str, out: Path, mouth: tuple[float, float] | None, lang: Lang,
            as_json: bool) -> None:
    """没有河线时按里程表画示意河流：长度真实，位置只是示意。 A river of kilometres alone: lengths true, places not.

    河流清单填河长、汇入河流、汇入处里程；站点清单填所在河流、河道里程，不需要坐标。
    """
    from riverplan.river.sketching import sketch_river
    from riverplan.river.store import save_river

    river = sketch_river(workbook, name=name, mouth=mouth)
    path = save_river(river, out)
    print_saved(river, path, lang=lang, as_json=as_json)

"""``riverplan dem``: a DEM and an outlet → one river file."""

import math
import sys
from pathlib import Path
from typing import Any

import click

from riverplan.cli.import_ import outlets_of
from riverplan.cli.saved import print_saved
from riverplan.i18n import LANGS, Lang, text


def _area(_: click.Context, __: click.Parameter, written: str) -> float:
    try:
        area = float(written)
    except ValueError:
        area = math.nan
    if not 0 < area < math.inf:
        raise click.BadParameter(" / ".join(text("dem.area_form", lang, value=written) for lang in LANGS))
    return area


@click.command("dem", short_help="由 DEM 提取河网 / extract a river from a DEM")
@click.argument("dem", metavar="DEM...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--outlet", "outlets", metavar="LON,LAT", multiple=True, required=True, callback=outlets_of,
              help="出口经纬度，可重复 / where the water leaves, repeatable")
@click.option("--area", "area_km2", metavar="KM2", required=True, callback=_area,
              help="成河的集水面积，平方公里 / drainage area at which a stream begins, km²")
@click.option("--out", required=True, metavar="RIVER.gpkg", type=click.Path(path_type=Path, dir_okay=False),
              help="写出的河流文件 / the river file to write")
@click.option("--name", help="河流名称，默认取文件名 / name of the river; the name of the file by default")
@click.option("--burn", metavar="LINES", multiple=True, type=click.Path(path_type=Path),
              help="引导水流的已知河线，可重复 / known lines to lead the water along, repeatable")
@click.option("--lang", type=click.Choice(LANGS), default="zh", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 / print JSON")
def command(dem: tuple[Path, ...], outlets: tuple[tuple[float, float], ...], area_km2: float, out: Path,
            name: str | None, burn: tuple[Path, ...], lang: Lang, as_json: bool) -> None:
    """由 DEM 提取出口以上的河网，存为一个河流文件。 Extract the river above an outlet from a DEM into one file.

    DEM 可以是一个文件、若干分幅或文件夹。 The DEM may be a file, several tiles or a folder of them.
    失败时不改动已有文件。 A failure leaves an existing file as it is.
    """
    from riverplan.river.dem_extraction import extract_river
    from riverplan.river.store import save_river

    called = name if name is not None else out.stem
    if as_json:
        river = extract_river(dem, outlets=outlets, area_m2=area_km2 * 1e6, name=called, burn=burn)
    else:
        bar: Any = click.progressbar(length=100, label=text("dem.extracting", lang), file=sys.stderr)
        with bar:
            river = extract_river(dem, outlets=outlets, area_m2=area_km2 * 1e6, name=called, burn=burn,
                                  progress=lambda share: bar.update(round(100 * share) - bar.pos))
    path = save_river(river, out)
    print_saved(river, path, lang=lang, as_json=as_json)

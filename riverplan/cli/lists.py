"""``riverplan lists``: merge lists into an existing river file."""

from datetime import datetime
from pathlib import Path

import click

from riverplan.cli.list_options import list_options
from riverplan.cli.today_options import both, today_options, wanted_at
from riverplan.i18n import LANGS, Lang


@click.command("lists", short_help="把清单并入河流文件 / merge lists into a river file")
@click.argument("river_file", metavar="RIVER.gpkg", type=click.Path(path_type=Path))
@click.argument("workbook", metavar="[LISTS.xlsx]", required=False, type=click.Path(path_type=Path))
@list_options
@today_options
@click.option("--lang", type=click.Choice(LANGS), default="zh", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 / print JSON")
def command(river_file: Path, workbook: Path | None, datums: dict[str, str], columns: dict[str, str],
            gauges: Path | None, schedule: Path | None, at: datetime | None, lang: Lang, as_json: bool) -> None:
    """按编号把清单并入河流文件，或写入当日流量。 Merge lists by id into a river file, or the flow of today.

    同编号的替换，新的加入，其余保留。测站读数和电站调度生成当日流量。

    The same id replaces, new ones are added, others stay. Readings and schedules make the flow of today.
    """
    if workbook is None and gauges is None and schedule is None:
        raise click.UsageError(both("lists_nothing", None))
    from riverplan.cli.saved import print_saved
    from riverplan.river.listing import merge_lists
    from riverplan.river.store import read_river, save_river
    from riverplan.river.today import with_today

    before = read_river(river_file)
    at = wanted_at(at, gauges, schedule)
    river = before if workbook is None else merge_lists(
        before, workbook, columns=columns, datums=datums,
        mappings=river_file.with_name(f"{river_file.stem}.columns.json"))
    if gauges is not None or schedule is not None:
        river = with_today(river, gauges=gauges, schedule=schedule, at=at)
    old = set(map(id, before.report))
    path = save_river(river, river_file, base_digest=before.digest)
    print_saved(river, path, lang=lang, as_json=as_json, said=[p for p in river.report if id(p) not in old])

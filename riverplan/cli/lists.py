"""``riverplan lists``: merge lists into an existing river file."""

from pathlib import Path

import click

from riverplan.cli.output import print_json, print_problems
from riverplan.i18n import LANGS, Lang, text


@click.command("lists", short_help="把清单并入河流文件 / merge lists into a river file")
@click.argument("river_file", metavar="RIVER.gpkg", type=click.Path(path_type=Path))
@click.argument("workbook", metavar="LISTS.xlsx", type=click.Path(path_type=Path))
@click.option("--lang", type=click.Choice(LANGS), default="zh", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 / print JSON")
def command(river_file: Path, workbook: Path, lang: Lang, as_json: bool) -> None:
    """按编号把清单并入河流文件。 Merge lists by id into a river file.

    同编号的替换，新的加入，其余保留。

    The same id replaces, new ones are added, others stay.
    """
    from riverplan.cli.import_ import described
    from riverplan.river.importing import merge_lists
    from riverplan.river.store import read_river, save_river

    before = read_river(river_file)
    river = merge_lists(before, workbook)
    path = save_river(river, river_file, base_digest=before.digest)
    if as_json:
        print_json(described(river, path))
    else:
        print_problems([p for p in river.report if p.sheet or p.file == workbook.name or p.code == "import_summary"],
                       lang=lang)
        click.echo(text("import.saved", lang, path=path, digest=river.digest[:12]))

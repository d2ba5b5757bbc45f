"""``riverplan template``: write the empty workbook of a river's lists."""

from pathlib import Path

import click

from riverplan.cli.output import print_json
from riverplan.i18n import LANGS, Lang, text


@click.command("template", short_help="写出空白的清单工作簿 / write the empty workbook of lists")
@click.argument("path", metavar="LISTS.xlsx", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--lang", type=click.Choice(LANGS), default="zh", show_default=True,
              help="表头和说明的语言 / language of heads and notes")
@click.option("--force", is_flag=True, help="覆盖已有文件 / overwrite an existing file")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 / print JSON")
def command(path: Path, lang: Lang, force: bool, as_json: bool) -> None:
    """写出空白的清单工作簿：每张清单一个工作表。 Write the empty workbook: one sheet a list."""
    from riverplan.tables.template import write_template

    written = write_template(path, lang, replace=force)
    if as_json:
        print_json({"path": str(written), "problems": []})
    else:
        click.echo(text("template.written", lang, path=written))

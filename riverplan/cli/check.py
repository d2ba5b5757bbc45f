"""``riverplan check``: what a river still lacks, and where its numbers disagree."""

from pathlib import Path

import click

from riverplan.cli.output import print_json, print_problems
from riverplan.i18n import LANGS, Lang, text


@click.command("check", short_help="检查河流资料是否齐全、一致 / check a river for gaps and contradictions")
@click.argument("river_file", metavar="RIVER.gpkg", type=click.Path(path_type=Path))
@click.option("--lang", type=click.Choice(LANGS), default="zh", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 / print JSON")
def command(river_file: Path, lang: Lang, as_json: bool) -> None:
    """检查河流资料是否齐全、一致，逐条说明如何补正。 Check a river for gaps and contradictions, each with its mend."""
    from riverplan.river.check import check_river
    from riverplan.river.store import read_river

    river = read_river(river_file)
    found = check_river(river)
    counts = {severity: sum(p.severity == severity for p in found) for severity in ("error", "warning", "note")}
    if as_json:
        print_json({"name": river.name, "digest": river.digest, **{f"{k}s": v for k, v in counts.items()},
                    "problems": [p.as_json() for p in found]})
    else:
        print_problems(found, lang=lang)
        click.echo(text("import.checked", lang, name=river.name, **counts))
    if counts["error"]:
        raise SystemExit(1)

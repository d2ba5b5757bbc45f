"""``riverplan trace``: from where a plume was seen back to where it may have come from, as tables or as JSON."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from riverplan.cli.grouped import Grouped
from riverplan.cli.output import print_json, print_problems, print_table
from riverplan.cli.spill_options import LANG, Flow, Reading, read
from riverplan.forecasting.spill import clock
from riverplan.forecasting.tracing.sighting import Kind, Sighting
from riverplan.i18n import Lang, text
from riverplan.units import HOUR, MG_PER_L


class Seen(click.ParamType):
    """``STATION,TIME[,MG_L]``."""

    name = "STATION,TIME[,MG_L]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Sighting:
        """A sighting; what kind it is, the option says."""
        if isinstance(value, Sighting):
            return value
        parts = [p.strip() for p in str(value).replace("，", ",").split(",")]
        try:
            site, at, *read_there = parts
            if len(read_there) > 1:
                raise ValueError
            concentration = float(read_there[0]) * MG_PER_L if read_there else None
            return Sighting(site_id=site, at=clock(at), concentration=concentration)
        except ValueError:
            self.fail(f"“{value}”不是“站点,时间[,mg/L]”，例如 D04,2026-07-01T08:00,0.3 / "
                      "not STATION,TIME[,MG_L], such as D04,2026-07-01T08:00,0.3", param, ctx)


@click.command(name="trace", cls=Grouped)
@click.argument("river_path", metavar="RIVER.gpkg", type=click.Path(path_type=Path))
@click.option("--seen", type=Seen(), multiple=True, help="异常：站点,时间[,浓度 mg/L]，可重复 / abnormal, repeatable")
@click.option("--first", type=Seen(), multiple=True,
              help="首次检出（前一次读数清洁）/ first detection, the reading before was clean")
@click.option("--peak", type=Seen(), multiple=True, help="峰值 / the highest reading")
@click.option("--clean", type=Seen(), multiple=True, help="清洁：站点,时间，可重复 / clean, repeatable")
@click.option("--every-h", type=float, default=4.0, show_default=True, metavar="H",
              help="两次读数间隔，用于首次检出和峰值 / hours between readings, for first and peak")
@click.option("--substance", default="", metavar="NAME", help="污染物，不明可不填 / substance, if known")
@click.option("--duration-h", type=float, metavar="H",
              help="排放历时，0 为瞬时，不明可不填 / duration of the release [h], if known")
@click.option("--lookback-h", type=float, default=72.0, show_default=True, metavar="H",
              help="从首次异常往前查多久 / how long before the first sighting a release is looked for")
@click.option("--flow", type=Flow(), default="normal", show_default=True, help="流量情景 / flow scenario")
@click.option("--discharge", "discharges", type=Reading(), multiple=True,
              help="今天读到的流量，可重复 / discharge read today, repeatable")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 / print JSON")
@LANG
def command(river_path: Path, seen: Sequence[Sighting], first: Sequence[Sighting], peak: Sequence[Sighting],
            clean: Sequence[Sighting], every_h: float, substance: str, duration_h: float | None, lookback_h: float,
            flow: str, discharges: Sequence[tuple[str, float]], as_json: bool, lang: Lang) -> None:
    """由异常和清洁断面反推污染来源和排放时间。 Trace a plume back to where and when it was released."""
    from riverplan.forecasting.tracing.trace import trace
    from riverplan.forecasting.tracing.words import trace_as_json

    if len(dict(discharges)) < len(set(discharges)):
        raise click.UsageError("同一站点的 --discharge 给了两个值 / two values of --discharge for one site")
    kinds: tuple[tuple[Kind, Sequence[Sighting]], ...] = (("seen", seen), ("first", first), ("peak", peak),
                                                          ("clean", clean))
    sightings = [replace(s, kind=kind, within=every_h * HOUR) for kind, some in kinds for s in some]
    found = trace(read(river_path), sightings, scenario=flow, discharges=dict(discharges), substance=substance,
                  lookback=lookback_h * HOUR, duration=None if duration_h is None else duration_h * HOUR)
    if as_json:
        print_json(trace_as_json(found))
    else:
        _print(found, lang)


def _print(found: Any, lang: Lang) -> None:
    """Suspects as a table, then what was ruled out, what looks the same, and what must be known."""
    from riverplan.forecasting.tracing.words import lookalike_lines, ruled_out_lines, suspect_table, trace_lines

    for line in trace_lines(found, lang):
        click.echo(line)
    click.echo()
    print_table(*suspect_table(found, lang))
    for title, lines in (("alike", lookalike_lines(found, lang)), ("ruled_out", ruled_out_lines(found, lang))):
        if lines:
            click.echo(f"\n{text(f'trace.{title}', lang)}")
            for line in lines:
                click.echo(f"  {line}")
    click.echo()
    print_problems(found.problems, lang=lang)

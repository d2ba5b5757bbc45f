"""``riverplan simulate``: the plume while gates move, stations switch and something is dosed."""

from pathlib import Path
from typing import Any

import click

from riverplan.cli.grouped import Grouped
from riverplan.cli.option_types import Done
from riverplan.cli.output import print_json, print_problems, print_table
from riverplan.cli.spill_options import read, readings_from, simulation_options, spill_from
from riverplan.forecasting.simulating.result import Simulation
from riverplan.i18n import Lang, text
from riverplan.transport.operation import ACTIONS, Operation


@click.command(name="simulate", cls=Grouped)
@click.argument("river_path", metavar="RIVER.gpkg", type=click.Path(path_type=Path))
@simulation_options
@click.option("--operation", "operations", type=Done(), multiple=True,
              help=f"操作：地点,动作,时间(h)[,值[,结束(h)]]，可重复；动作 {'、'.join(ACTIONS)}，时间为事发后小时数 / "
                   "what is done: place, action, hours after the release, value (m³/s, or share of a dose), end [h]; "
                   "repeatable")
@click.option("--hours", type=float, default=72.0, show_default=True, metavar="H",
              help="推演时长 / hours to simulate")
@click.option("--cell-m", type=float, default=100.0, show_default=True, metavar="M",
              help="计算单元长度 / length of a cell [m]")
@click.option("--out", "out_path", type=click.Path(path_type=Path), metavar="TABLE",
              help="把经过、闸坝、收支写入 .xlsx，或把经过写入 .csv / write passages, gates and balance to an .xlsx; "
                   "a .csv holds the passages alone")
@click.option("--curve", "curve_path", type=click.Path(path_type=Path), metavar="CSV",
              help="把各处浓度过程线写入文件 / write the breakthrough curves to a file")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 / print JSON")
def command(river_path: Path, lang: Lang, as_json: bool, out_path: Path | None, curve_path: Path | None,
            operations: tuple[Operation, ...], hours: float, cell_m: float, flow: str,
            discharges: tuple[tuple[str, float], ...], velocity: str | None, states: tuple[tuple[str, str], ...],
            **spill: Any) -> None:
    """逐时推演污染团，计入关闸、电站启停、投药和变化的流量。 March the plume through what people do on the river.

    \b
    riverplan simulate 龙河.gpkg --site F10 --substance 苯酚 --mass-kg 2000 --operation K12,close,2
    """  # noqa: D301 - click reads the \b
    from riverplan.forecasting.simulating.simulate import simulate

    found = simulate(read(river_path), spill_from(**spill), scenario=flow, discharges=readings_from(discharges),
                     states=states, operations=operations, hours=hours, velocity=velocity or "", cell=cell_m)
    for kind, path in (("simulation", out_path), ("curves", curve_path)):
        if path is not None:
            from riverplan.exporting import export

            export(found, kind, path, lang=lang)
    if as_json:
        from riverplan.forecasting.simulating.words import simulation_as_json

        print_json(simulation_as_json(found))
    else:
        print_simulation(found, lang)


def print_simulation(found: Simulation, lang: Lang) -> None:
    """Print the passages, what was held and taken out, and what must be known of it."""
    from riverplan.forecasting.simulating.words import balance_lines, simulation_lines, simulation_table

    for line in simulation_lines(found, lang):
        click.echo(line)
    click.echo()
    if found.passages:
        print_table(*simulation_table(found, lang))
    else:
        click.echo(text("simulation.nobody", lang))
    click.echo()
    for line in balance_lines(found, lang):
        click.echo(line)
    click.echo()
    print_problems(found.problems, lang=lang)

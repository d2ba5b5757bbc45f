"""``riverplan plans``: a plan for every risk source and flow, kept in the river's file."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from riverplan.cli.mobilised_options import mobilised_from, mobilised_options
from riverplan.cli.output import print_problems
from riverplan.cli.spill_options import LANG, read
from riverplan.forecasting.spill import BEIJING
from riverplan.forecasting.table import flow_name
from riverplan.i18n import Lang, text


class Day(click.ParamType):
    """A day as ``2026-07-01``."""

    name = "date"

    def convert(self, value: str | date, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day.

        Raises
        ------
        click.BadParameter
            If it is none.
        """
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value.strip())
        except ValueError:
            self.fail(f"{value!r}：请写成 2026-07-01 / write it as 2026-07-01", param, ctx)


def this_day() -> date:
    """Today, by Beijing time."""
    return datetime.now(BEIJING).date()


@click.command(name="plans")
@click.argument("river_path", metavar="RIVER.gpkg", type=click.Path(path_type=Path))
@click.option("--flow", "flows", multiple=True, metavar="NAME",
              help="流量情景，可重复，缺省为全部 / flow scenario, repeatable; all if not given")
@click.option("--source", "sources", multiple=True, metavar="ID",
              help="风险源编号，可重复，缺省为全部 / risk source, repeatable; all if not given")
@click.option("--missing", is_flag=True,
              help="只编还没有的，和河流数据改动后过时的 / only those not kept yet, or made before the river changed")
@mobilised_options
@click.option("--sign", "sign_on", type=Day(), metavar="DATE",
              help="不编制，只把已存的最新一版签发为该日 / make none: sign the newest kept ones on this day")
@LANG
def command(river_path: Path, flows: tuple[str, ...], sources: tuple[str, ...], missing: bool,
            sign_on: date | None, lang: Lang, **given: Any) -> None:
    """逐个风险源、逐个流量情景编制方案并存入河流文件。 Make and keep a plan for every risk source and flow.

    一份约几秒；编成一份存一份，中断后加 --missing 接着编。 Each takes seconds and is kept at once;
    with --missing an interrupted run goes on.
    """
    from riverplan.planning.every import Case, cases, every_plan
    from riverplan.planning.plan_record import read_records, record_of
    from riverplan.river.kept_plans import keep_plans, sign_all

    river = read(river_path)
    asked, problems = cases(river, scenarios=flows, sources=sources)
    if sign_on is not None:
        signed = sign_all(river_path, [(c.source.site_id, c.scenario) for c in asked], sign_on)
        click.echo(text("plan_check.signed", lang, count=len(signed), on=sign_on.isoformat(), path=river_path))
        return
    print_problems(problems, lang=lang, err=True)
    if missing:
        have = {(r.source_id, r.scenario) for r in read_records(river_path)[0] if r.river_digest == river.digest}
        asked = tuple(c for c in asked if (c.source.site_id, c.scenario) not in have)
    mobilised = mobilised_from(**given)
    print_problems(mobilised["unread"], lang=lang, err=True)
    kept = 0

    def begun(number: int, total: int, case: Case) -> None:
        click.echo(text("plan_check.making", lang, number=number + 1, total=total, flow=flow_name(case.scenario, lang),
                        source=f"{case.source.site_id} {case.source.name}".strip(), substance=case.substance),
                   nl=False, err=True)

    for made in every_plan(river, asked, mobilised=mobilised, progress=begun):
        if made.plan is None:
            click.echo(text("plan_check.not_made", lang), err=True)
            print_problems(made.problems, lang=lang, err=True)
            continue
        record = record_of(made.plan, made_on=this_day(), mass_basis=made.case.mass_basis)
        [row] = keep_plans(river_path, [record.kept()])
        kept += 1
        click.echo(text("plan_check.made", lang, version=row.version,
                        left=f"{record.harm['plan'].population_hours:.0f}",
                        nothing=f"{record.harm['nothing'].population_hours:.0f}"), err=True)
    click.echo(text("plan_check.all_made", lang, count=kept, total=len(asked), path=river_path))
    if kept < len(asked):
        raise SystemExit(1)

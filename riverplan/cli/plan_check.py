"""``riverplan plan-check``: the conclusion of the plans kept in a river's file, and what of them needs mending."""

from datetime import date
from pathlib import Path

import click

from riverplan.cli.output import print_json, print_problems
from riverplan.cli.plans import Day, this_day
from riverplan.cli.spill_options import LANG, read
from riverplan.i18n import LANGS, Lang


@click.command(name="plan-check")
@click.argument("river_path", metavar="RIVER.gpkg", type=click.Path(path_type=Path))
@click.option("--today", type=Day(), metavar="DATE",
              help="按哪一天检查时效，缺省为今天 / the day ages are held against, today if not given")
@LANG
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 / print JSON")
def command(river_path: Path, today: date | None, lang: Lang, as_json: bool) -> None:
    """检查已存的方案：先给半页结论，再逐条列出问题。 Check the plans that are kept: conclusion first, then findings.

    有严重问题时退出码为 1。 Exits with 1 where a finding is grave.
    """
    from riverplan.planning.check import check_plans
    from riverplan.planning.conclusion import conclusion
    from riverplan.planning.plan_record import read_records

    river = read(river_path)
    records, unread = read_records(river_path)
    day = today or this_day()
    found = check_plans(river, records, today=day, unread=unread)
    counts = {severity: sum(p.severity == severity for p in found) for severity in ("error", "warning", "note")}
    if as_json:
        print_json({
            "name": river.name, "digest": river.digest, "today": day.isoformat(),
            "conclusion": {one: conclusion(river, records, found, one) for one in LANGS},
            "plans": [{"source_id": r.source_id, "scenario": r.scenario, "version": r.version, "made_on": r.made_on,
                       "signed_on": r.signed_on or None, "substance": r.substance, "mass_kg": r.mass,
                       "harm": {k: {"population_hours": h.population_hours,
                                    "boundary_probability": h.boundary_probability, "cost_h": h.cost,
                                    "actions": h.actions} for k, h in r.harm.items()},
                       "digest": r.digest} for r in records],
            **{f"{k}s": v for k, v in counts.items()}, "problems": [p.as_json() for p in found]})
    else:
        click.echo(conclusion(river, records, found, lang))
        click.echo()
        print_problems(found, lang=lang)
    if counts["error"]:
        raise SystemExit(1)

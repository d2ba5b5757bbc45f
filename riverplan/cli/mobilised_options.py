"""The options of what can be mobilised, shared by every command that makes plans: roads, pins, deadlines."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

_MOBILISED = (
    click.option("--roads", "roads_path", type=click.Path(path_type=Path), metavar="FILE",
                 help="道路线文件（不给或读不了则按直线距离估计）/ lines of roads; without them, by distance"),
    click.option("--pin", "pins", multiple=True, metavar="ID",
                 help="必须启用的空间，编号或名称，可重复 / a space that must be used: id or name"),
    click.option("--forbid", "forbid", multiple=True, metavar="ID",
                 help="不得启用的空间，编号或名称，可重复 / one that must not be"),
    click.option("--supplied", "supplied", multiple=True, metavar="ID",
                 help="其间另有供水的取水口（备用水源、送水车），编号或名称，可重复：不计停水、缺水 / "
                      "an intake with another supply meanwhile: counts neither as hit nor as short of water"),
    click.option("--jurisdiction", default="", metavar="NAME",
                 help="编制单位所在县市，缺省为事发地 / county or city of the bureau"),
    click.option("--deadlines", "rules_path", type=click.Path(path_type=Path), metavar="TABLE",
                 help="本地报告时限表（.csv、.xlsx），读不了的按一般时限 / a bureau's own deadlines; "
                      "where they cannot be read, the general ones"),
)


def mobilised_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options of what can be mobilised to a command."""
    for option in reversed(_MOBILISED):
        command = option(command)
    return command


def mobilised_from(*, roads_path: Path | None, pins: tuple[str, ...], forbid: tuple[str, ...],
                   supplied: tuple[str, ...], jurisdiction: str, rules_path: Path | None) -> dict[str, Any]:
    """What :func:`riverplan.planning.plan.plan` takes of those options; files that cannot be read hold up nothing."""
    from riverplan.planning.given_files import roads_given, rules_given

    roads, of_roads = roads_given(roads_path)
    rules, of_rules = rules_given(rules_path)
    return {"roads": roads, "pins": pins, "forbid": forbid, "supplied": supplied, "jurisdiction": jurisdiction,
            "rules": rules, "unread": (*of_roads, *of_rules)}

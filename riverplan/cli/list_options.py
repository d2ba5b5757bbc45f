"""The options of reading lists: datums of files, and what heads mean."""

from collections.abc import Callable
from typing import Any

import click

from riverplan.cli.today_options import both


def datums_of(_: click.Context, __: click.Parameter, written: tuple[str, ...]) -> dict[str, str]:
    """Datums by file, ``*`` for all others.

    Raises
    ------
    click.BadParameter
        Where a file is given two.
    """
    found: dict[str, str] = {}
    for pair in written:
        file, datum = pair.rpartition("=")[::2]
        if found.setdefault(file or "*", datum) != datum:
            raise click.BadParameter(both("datum_twice", file or "*"))
    return found


def pairs_of(_: click.Context, __: click.Parameter, written: tuple[str, ...]) -> dict[str, str]:
    """Pairs written as NAME=VALUE.

    Raises
    ------
    click.BadParameter
        Where one is none.
    """
    if bad := [pair for pair in written if "=" not in pair]:
        raise click.BadParameter(both("pair_form", bad[0]))
    return {head.strip(): field.strip() for head, _, field in (pair.partition("=") for pair in written)}


_OPTIONS = (
    click.option("--datum", "datums", metavar="[FILE=]DATUM", multiple=True, callback=datums_of,
                 help="坐标系：文件=gcj02 等，可重复 / datum of a file (or of all), repeatable"),
    click.option("--map", "columns", metavar="HEAD=FIELD", multiple=True, callback=pairs_of,
                 help="表头对应：原表头=字段；字段留空则不用，可重复 / what a head means, repeatable"),
)


def list_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command

"""What ``--help`` shows: every option stands under a heading, the place first."""

import click
import pytest
from click.testing import CliRunner

from riverplan.cli import _riverplan
from riverplan.cli.grouped import GROUPS, Grouped

GROUPED = ("forecast", "simulate", "trace")


@pytest.mark.parametrize("name", GROUPED)
def test_every_option_stands_under_one_heading(name):
    command = _riverplan.get_command(click.Context(_riverplan), name)
    assert isinstance(command, Grouped)
    known = [n for names in GROUPS.values() for n in names]
    assert len(known) == len(set(known))
    options = {p.name for p in command.get_params(click.Context(command)) if isinstance(p, click.Option)}
    assert options <= set(known)
    said = CliRunner().invoke(_riverplan, [name, "--help"]).output
    assert all(p.opts[0] in said for p in command.params if isinstance(p, click.Option))


def test_the_place_stands_first_and_what_an_engineer_tunes_stands_last():
    said = CliRunner().invoke(_riverplan, ["forecast", "--help"]).output
    assert said.index("地点") < said.index("泄漏 / Release") < said.index("模型 / Models") < said.index("输出")

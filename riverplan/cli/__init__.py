"""The command line: one command a file, named as the verb of the API it calls.

Known errors print all their problems and exit with 1; bad usage exits with 2; a bug keeps its traceback.
"""

import sys
from importlib import import_module

import click

from riverplan import __version__
from riverplan.errors import RiverplanError

COMMANDS = {
    "demo": "demo", "import": "import_", "dem": "dem", "sketch": "sketch", "lists": "lists", "template": "template",
    "check": "check", "forecast": "forecast", "simulate": "simulate", "plan": "plan", "plans": "plans",
    "plan-check": "plan_check", "trace": "trace", "screen": "screen", "export": "export", "serve": "serve",
}
"""Command name → module of this package that holds ``command``."""


class _Commands(click.Group):
    """Loads a command's module when it is asked for, so that each starts as fast as it can."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"riverplan.cli.{COMMANDS[cmd_name]}").command
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="riverplan")
def _riverplan() -> None:
    """一河一策一图：河流突发水污染应急规划。 One river, one strategy, one map: plan for river spills."""


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):                # a GBK console must not break on ³ or →
            stream.reconfigure(errors="replace")
    try:
        _riverplan(prog_name="riverplan")
    except RiverplanError as error:
        from riverplan.cli.output import print_error

        print_error(error, as_json="--json" in sys.argv)
        sys.exit(1)

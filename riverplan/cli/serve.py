"""``riverplan serve``: open the app on a river, for browsers of this machine only."""

import os
import socket
from pathlib import Path

import click

from riverplan.i18n import LANGS, text


@click.command()
@click.argument("river", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--port", type=click.IntRange(1, 65535), default=8501, show_default=True,
              help="端口。 Port; the next free one is taken if it is busy.")
def command(river: Path | None, port: int) -> None:
    """打开应用（默认示范河流）。 Open the app on RIVER, or on the demonstration river."""
    from riverplan.app.desk import RIVER_VARIABLE
    from riverplan.app.server import LOOPBACK, SETTINGS, serve

    if river is not None:
        from riverplan.river.store import read_river

        read_river(river)                              # what is wrong with the file is said here, at once
        os.environ[RIVER_VARIABLE] = str(river.resolve())
    free = _free_port(LOOPBACK, port)
    for lang in LANGS:
        if free != port:
            click.echo(text("app_serve.busy", lang, port=port, other=free))
        click.echo(text("app_serve.open", lang, url=f"http://{LOOPBACK}:{free}/"))
    serve({**SETTINGS, "server.port": free})


def _free_port(host: str, port: int) -> int:
    for candidate in range(port, min(port + 50, 65535) + 1):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, candidate))
            except OSError:
                continue
            return candidate
    return port

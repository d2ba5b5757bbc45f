"""The server behind the pages: routes of our own beside Streamlit's, and its settings.

Everything a page needs comes from here or from Streamlit itself; nothing is asked of another host.
"""

import threading
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from riverplan.app.map_component import vendor_folder
from riverplan.app.payload import Payloads
from riverplan.app.pictures import Pictures

LOOPBACK = "127.0.0.1"
_ADDRESS = "server.address"
_SCRIPT = Path(__file__).with_name("main.py")
_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
SETTINGS: Mapping[str, Any] = {
    _ADDRESS: LOOPBACK, "server.headless": True, "server.fileWatcherType": "none",
    "browser.gatherUsageStats": False, "client.toolbarMode": "minimal", "client.showErrorDetails": "none",
    "server.showEmailPrompt": False, "theme.base": "light",
    "theme.primaryColor": "#0b5cad", "theme.font": "RP Hei, Microsoft YaHei, sans-serif",
    "theme.baseFontSize": 14,
}
"""Streamlit's options as this app needs them; the address only where nobody chose another."""


@cache
def payloads() -> Payloads:
    """The payloads of this server."""
    return Payloads()


@cache
def pictures() -> Pictures:
    """The pictures and tiles of this server."""
    return Pictures()


def page_script() -> Path:
    """The script of the pages, after the settings are in place where nobody set them otherwise."""
    from streamlit import config

    for name, value in SETTINGS.items():
        if name != _ADDRESS and not config.is_manually_set(name):    # the address is taken before this file is read
            config.set_option(name, value)
    return _SCRIPT


class ThisMachineOnly:
    """Turns away whoever is not on this machine, unless an address was chosen on purpose.

    ``streamlit run`` listens to the whole network when it is told no address.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        from streamlit import config

        client = scope.get("client")
        if client is None or is_loopback(client[0]) or config.is_manually_set(_ADDRESS):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await PlainTextResponse("127.0.0.1 only: start with --server.address to serve others",
                                    status_code=403)(scope, receive, send)


def is_loopback(host: str) -> bool:
    """Whether an address is this machine's own.

    >>> is_loopback("127.0.0.1"), is_loopback("::ffff:127.0.0.1"), is_loopback("192.0.2.7"), is_loopback("?")
    (True, True, False, False)
    """
    try:
        address = ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def middleware() -> list[Middleware]:
    """What every request passes first."""
    return [Middleware(ThisMachineOnly)]


def routes() -> list[BaseRoute]:
    """Leaflet's script, the packaged Chinese font, the payloads of the river, and what is drawn on."""
    return [
        Route("/rp/vendor/leaflet.js", _leaflet),
        Route("/rp/font/NotoSansSC-Regular.otf", _font),
        Route("/rp/net/{digest}.json", _payload),
        Route("/rp/picture/{digest}", _picture),
        Route("/rp/tiles/{digest}/{z:int}/{x:int}/{y:int}", _tile),
    ]


@asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[dict[str, Any]]:
    """Warm what the first click needs while the browser is still loading the page."""
    from riverplan.app.desk import warm

    threading.Thread(target=warm, name="riverplan-warm", daemon=True).start()
    yield {}


async def _leaflet(_request: Request) -> Response:
    return FileResponse(str(vendor_folder() / "leaflet.js"), media_type="text/javascript", headers=_FOR_EVER)


async def _font(_request: Request) -> Response:
    from pylopdf_fonts_zh_cn import sans_path

    return FileResponse(sans_path(), media_type="font/otf", headers=_FOR_EVER)


async def _payload(request: Request) -> Response:
    packed = payloads().get(request.path_params["digest"])
    if packed is None:
        return PlainTextResponse("not kept", status_code=404)
    return Response(packed, media_type="application/json", headers={**_FOR_EVER, "Content-Encoding": "gzip"})


async def _picture(request: Request) -> Response:
    return _found(pictures().get(request.path_params["digest"]))


def _tile(request: Request) -> Response:                        # a thread of its own: a disk is asked
    at = request.path_params
    return _found(pictures().tile(at["digest"], at["z"], at["x"], at["y"]))


def _found(picture: tuple[bytes, str] | None) -> Response:
    if picture is None:
        return PlainTextResponse("not kept", status_code=404)
    return Response(picture[0], media_type=picture[1] or "application/octet-stream",
                    headers={**_FOR_EVER, "X-Content-Type-Options": "nosniff"})


def serve(settings: Mapping[str, Any]) -> None:
    """Serve the app until stopped: the same as ``app.py``, without Streamlit's command line."""
    import streamlit as st

    app = st.App(_SCRIPT, routes=routes(), middleware=middleware(), lifespan=lifespan)
    app.run(config=settings)

"""The server behind the pages: routes of our own beside Streamlit's, and its settings.

Everything a page needs comes from here or from Streamlit itself; nothing is asked of another host.
"""

import threading
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from riverplan.app.map_component import vendor_folder
from riverplan.app.payload import Payloads

LOOPBACK = "127.0.0.1"
_SCRIPT = Path(__file__).with_name("main.py")
_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
SETTINGS: Mapping[str, Any] = {
    "server.address": LOOPBACK, "server.headless": True, "server.fileWatcherType": "none",
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


def page_script() -> Path:
    """The script of the pages, after the settings are in place where nobody set them otherwise."""
    from streamlit import config

    for name, value in SETTINGS.items():
        if not config.is_manually_set(name):
            config.set_option(name, value)
    return _SCRIPT


def routes() -> list[BaseRoute]:
    """Leaflet's script, the packaged Chinese font, the icon, and the payloads of the river."""
    return [
        Route("/rp/vendor/leaflet.js", _leaflet),
        Route("/rp/font/NotoSansSC-Regular.otf", _font),
        Route("/rp/net/{digest}.json", _payload),
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


def serve(settings: Mapping[str, Any]) -> None:
    """Serve the app until stopped: the same as ``app.py``, without Streamlit's command line."""
    import streamlit as st

    app = st.App(_SCRIPT, routes=routes(), lifespan=lifespan)
    app.run(config=settings)

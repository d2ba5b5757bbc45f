"""Make a folium page whole: every script and style it links to is put into it, or the export fails."""

import base64
import mimetypes
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from branca.element import Element

_DROPPED = re.compile(r"bootstrap|fontawesome|awesome[-.]")
"""Decoration folium links to by habit: nothing on our map uses it."""
_SCRIPT = re.compile(r'<script src="([^"]*)"></script>\s*')
_STYLE = re.compile(r'<link rel="stylesheet" href="([^"]*)"\s*/?>\s*')
_URL = re.compile(r"url\(([^)]+)\)")
_ASKS = re.compile(r"""<(?:script|link|img|iframe|object|embed|source|video|audio)\b[^>]*?\s(?:src|href|data)\s*=\s*
                       ["']?(?!data:|\#)[^"'\s>]+""", re.IGNORECASE | re.VERBOSE)
POLICY = ("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'unsafe-inline'; "
          "style-src 'unsafe-inline'; img-src data:; font-src data:; form-action 'none'; base-uri 'none'\">")
"""Tells the browser itself to ask nobody for anything."""


class NotOfflineError(RuntimeError):
    """The page links to something that no installed package holds: a mistake of ours, not of the user."""


def inlined(html: str) -> str:
    """A page with the text of its scripts and styles in the place of their links.

    Raises
    ------
    NotOfflineError
        If a link is not known, or something else in the page would be fetched.
    """
    html = _SCRIPT.sub(lambda m: _script(m.group(1)), html)
    html = _STYLE.sub(lambda m: _style(m.group(1)), html)
    if left := _ASKS.search(html):
        raise NotOfflineError(left.group(0))
    return html


def fixed_ids(html: str, root: Element) -> str:
    """The page with folium's random names numbered in the order of the map: the same map, the same bytes."""
    names = {ident: str(i) for i, ident in enumerate(_ids(root))}
    return re.sub(r"(?<=_)[0-9a-f]{32}", lambda m: names.get(m.group(0), m.group(0)), html)


def _ids(element: Element) -> Iterable[str]:
    yield element._id
    for child in element._children.values():
        yield from _ids(child)
    for part in ("header", "html", "script"):
        if isinstance(inner := getattr(element, part, None), Element):
            yield from _ids(inner)
    for part in ("icon", "marker"):
        if isinstance(inner := getattr(element, part, None), Element):
            yield inner._id


@cache
def _packages() -> dict[str, Path]:
    """Files by the end of the address folium links to; the versions are pinned with folium's."""
    from xstatic.pkg import jquery, leaflet

    leaflet_files, jquery_files = Path(leaflet.BASE_DIR), Path(jquery.BASE_DIR)
    return {
        "/leaflet.js": leaflet_files / "leaflet.js", "/leaflet.css": leaflet_files / "leaflet.css",
        "/jquery-3.7.1.min.js": jquery_files / "jquery.min.js",
    }


def _file(address: str) -> Path | None:
    """The installed file of an address, None where it is dropped."""
    for end, path in _packages().items():
        if address.endswith(end):
            return path
    if _DROPPED.search(address):
        return None
    raise NotOfflineError(address)


def _script(address: str) -> str:
    path = _file(address)
    return "" if path is None else f"<script>{script_text(path.read_text(encoding='utf-8'))}</script>\n"


def script_text(code: str) -> str:
    """Code that may stand in a script element: nothing in it ends the element, no map of sources is asked for."""
    return re.sub(r"//# sourceMappingURL=\S*", "", code).replace("</script", "<\\/script").replace("<!--", "<\\!--")


def _style(address: str) -> str:
    path = _file(address)
    if path is None:
        return ""
    css = _URL.sub(lambda m: _data_uri(path.parent, m.group(1).strip("'\" ")), path.read_text(encoding="utf-8"))
    return f"<style>{css}</style>\n"


def _data_uri(folder: Path, address: str) -> str:
    if address.startswith(("data:", "#")):
        return f"url({address})"
    file = folder / re.split(r"[?#]", address, maxsplit=1)[0]
    if not file.is_file():
        raise NotOfflineError(address)
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return f"url(data:{kind};base64,{base64.b64encode(file.read_bytes()).decode()})"

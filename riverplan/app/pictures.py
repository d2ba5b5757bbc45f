"""Pictures and tiles the server hands to the drawing board, addressed by their content."""

from collections import OrderedDict
from pathlib import Path
from threading import Lock

from riverplan.river.tiles import media_type, tile


class Pictures:
    """The last few pictures shown, and the files of tiles, by digest."""

    def __init__(self, keep: int = 16) -> None:
        self._keep = keep
        self._bytes: OrderedDict[str, bytes] = OrderedDict()
        self._tiles: dict[str, Path] = {}
        self._lock = Lock()

    def put(self, digest: str, data: bytes) -> str:
        """Keep a picture; gives its address."""
        with self._lock:
            self._bytes[digest] = data
            self._bytes.move_to_end(digest)
            while len(self._bytes) > self._keep:
                self._bytes.popitem(last=False)
        return f"rp/picture/{digest}"

    def put_tiles(self, digest: str, path: Path) -> str:
        """Keep the place of a file of tiles; gives the address of a tile as Leaflet writes it."""
        self._tiles[digest] = path
        return f"rp/tiles/{digest}/{{z}}/{{x}}/{{y}}"

    def get(self, digest: str) -> tuple[bytes, str] | None:
        """A picture and its media type; None where it is not kept (any more)."""
        with self._lock:
            data = self._bytes.get(digest)
        return None if data is None else (data, media_type(data))

    def tile(self, digest: str, zoom: int, column: int, row: int) -> tuple[bytes, str] | None:
        """A tile and its media type."""
        path = self._tiles.get(digest)
        data = tile(path, zoom, column, row) if path else None
        return (data, media_type(data)) if data and media_type(data) else None

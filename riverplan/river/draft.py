"""The draft of a drawing on disk: saved at every stroke, whole or not at all; and the river made of it."""

import contextlib
import hashlib
import json
import os
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from riverplan.errors import InputError, Problem
from riverplan.river.assumed_flow import mouth_reach, with_assumed_discharge
from riverplan.river.drawn import Drawing, drawing_as_json, read_drawing
from riverplan.river.importing import import_river
from riverplan.river.network import RiverNetwork
from riverplan.river.store import save_river


class Draft:
    """A folder with one drawing and the files it was drawn on.

    Parameters
    ----------
    folder
        Where; made at the first save.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def _file(self) -> Path:
        return self.folder / "drawing.json"

    def load(self) -> Drawing:
        """The drawing as it was saved last; an empty one where there is none.

        A file that cannot be read is set aside under another name, not lost.
        """
        try:
            return read_drawing(json.loads(self._file.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return Drawing()
        except (OSError, ValueError, RecursionError):
            with contextlib.suppress(OSError):
                self._file.replace(_free(self._file.with_suffix(".damaged")))
            return Drawing()

    def save(self, drawing: Drawing) -> None:
        """Save the drawing: the old one stands until the new one is complete.

        Raises
        ------
        InputError
            If the folder cannot be written.
        """
        self._write(self._file, json.dumps(drawing_as_json(drawing), ensure_ascii=False).encode())

    def keep(self, name: str, data: bytes) -> str:
        """Keep a file to draw on; gives its digest, under which :meth:`file` finds it."""
        digest = hashlib.sha256(data).hexdigest()[:20]
        target = self.folder / f"{digest}{Path(name).suffix.lower()}"
        if not target.exists():
            self._write(target, data)
        return digest

    def file(self, digest: str, name: str) -> Path:
        """The kept file of a digest."""
        return self.folder / f"{digest}{Path(name).suffix.lower()}"

    def put_aside(self) -> None:
        """Close the draft: it stays beside the others under the next free number."""
        with contextlib.suppress(FileNotFoundError):
            self._file.replace(_free(self.folder / "drawing-finished.json"))

    def _write(self, target: Path, data: bytes) -> None:
        beside = target.with_name(f".{target.name}.tmp-{os.getpid()}")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with beside.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(target)
        except OSError as error:
            with contextlib.suppress(OSError):
                beside.unlink()
            raise InputError(Problem(code="draft_not_saved", file=target.name,
                                     fields={"detail": error.strerror or str(error)})) from None


def finish_drawing(frame: gpd.GeoDataFrame, *, name: str, folder: Path, workbook: Path | None = None,
                   mouth_discharge: float | None = None) -> tuple[RiverNetwork, Path]:
    """Make a river of drawn lines and save it, with the lines as GeoJSON, under names that are free.

    Parameters
    ----------
    frame
        As :func:`riverplan.river.drawn.drawn_frame` gives it.
    name
        Name of the river.
    folder
        Where to save.
    workbook
        Lists to lay over it: flows, sites.
    mouth_discharge
        Assumed discharge at the mouth in normal flow [m³/s], from which the flow of the whole river is made.

    Raises
    ------
    InputError
        If no river can be made of the lines or lists, the discharge cannot be used, or the files cannot be
        written; nothing is left behind.
    """
    stem = "".join(c if c.isalnum() or c in "-_" else "-" for c in name)[:60].strip("-") or "river"
    out = _free(folder / f"{stem}.gpkg")
    lines = _free(folder / f"{out.stem}-lines.geojson")
    try:
        lines.write_text(_geojson(frame), encoding="utf-8")
    except OSError as error:
        raise InputError(Problem(code="draft_not_saved", file=lines.name,
                                 fields={"detail": error.strerror or str(error)})) from None
    try:
        river = import_river([lines], name=name, workbook=workbook)
        guessed = (river.reaches["width_source"] == "stated") & river.reaches["source_id"].isin(
            frame["source_id"][frame["width"].notna()])
        reaches = river.reaches.assign(width_source=river.reaches["width_source"].mask(guessed, "assumed"))
        river = river.replace(reaches=reaches)
        if mouth_discharge is not None:
            river = with_assumed_discharge(river, mouth_reach(river), mouth_discharge)
        return river, save_river(river, out)
    except InputError:
        lines.unlink(missing_ok=True)
        raise


def _geojson(frame: gpd.GeoDataFrame) -> str:
    features = []
    for row in frame.itertuples(index=False):
        values = {k: v for k, v in row._asdict().items() if k != "geometry" and pd.notna(v)}
        features.append({"type": "Feature", "properties": values,
                         "geometry": json.loads(shapely.to_geojson(row.geometry))})
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


def _free(path: Path) -> Path:
    """A path nothing stands at: the one given, or with the first free number."""
    candidate, number = path, 2
    while candidate.exists():
        candidate, number = path.with_name(f"{path.stem}-{number}{path.suffix}"), number + 1
    return candidate

"""The drawing of this server between the draft on disk and the page: each change is saved at once."""

import os
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from riverplan.app import backdrops, drawing_state, state
from riverplan.app.desk import desk
from riverplan.errors import InputError
from riverplan.river.draft import Draft, finish_drawing
from riverplan.river.drawn import Backdrop, ControlPoint, Drawing, drawn_frame, read_drawn_lines
from riverplan.river.network import RiverNetwork

NEARBY = backdrops.PICTURES | backdrops.RASTERS | backdrops.TILES | frozenset({".gpx", ".kml", ".kmz"})


def draft() -> Draft:
    """The draft beside the river on the desk."""
    return Draft(desk().path.parent / "riverplan-drawing")


def save_lines() -> None:
    """Save what the browser drew, unless it belongs to a drawing that is closed."""
    told = drawing_state.drawn()
    if told.get("epoch") != drawing_state.epoch():
        return
    here = draft()
    here.save(replace(here.load(), lines=read_drawn_lines(told.get("lines"))))
    drawing_state.note_saved(int(told.get("n") or 0))


def nearby() -> list[str]:
    """Names of files beside the river that can be drawn on."""
    folder = desk().path.parent
    return sorted(p.name for p in folder.iterdir() if p.suffix.lower() in NEARBY) if folder.is_dir() else []


def add_file(name: str, data: bytes) -> Backdrop:
    """Put an uploaded file under the drawing, uppermost.

    Raises
    ------
    InputError
        If it cannot be used; the drawing stays as it was.
    """
    here = draft()
    return _added(here, Backdrop(digest=here.keep(name, data), file=name))


def add_nearby(name: str) -> Backdrop:
    """Put a file of the river's folder under the drawing; a large one is linked, not copied, where that can be."""
    here, path = draft(), desk().path.parent / Path(name).name
    if path.suffix.lower() not in backdrops.TILES:
        return add_file(path.name, path.read_bytes())
    digest = here.keep(f"{path.name}.txt", f"{path.name} {path.stat().st_size} {path.stat().st_mtime_ns}".encode())
    target = here.file(digest, path.name)
    if not target.exists():
        try:
            os.link(path, target)
        except OSError:
            shutil.copyfile(path, target)
    return _added(here, Backdrop(digest=digest, file=path.name))


def _added(here: Draft, backdrop: Backdrop) -> Backdrop:
    drawing = here.load()
    known = next((b for b in drawing.backdrops if b.digest == backdrop.digest), None)
    if known is not None:
        return known
    backdrops.shown(here.file(backdrop.digest, backdrop.file), backdrop)
    here.save(replace(drawing, backdrops=(*drawing.backdrops, backdrop)))
    return backdrop


def change_backdrop(old: Backdrop, new: Backdrop | None) -> None:
    """Put a backdrop in the place of one of the same file, or take it away; its file stays in the folder."""
    here = draft()
    drawing = here.load()
    kept = [new if b.digest == old.digest else b for b in drawing.backdrops]
    here.save(replace(drawing, backdrops=tuple(b for b in kept if b is not None)))


def with_point(backdrop: Backdrop, pixel: tuple[float, float], lon: float, lat: float) -> Backdrop:
    """The backdrop with one more control point."""
    return replace(backdrop, points=(*backdrop.points, ControlPoint(x=pixel[0], y=pixel[1], lon=lon, lat=lat)))


def ready(drawing: Drawing) -> tuple[list[backdrops.Shown], list[InputError]]:
    """The backdrops of a drawing that can be shown, and what is wrong with the others."""
    here, good, bad = draft(), [], []
    for backdrop in drawing.backdrops:
        try:
            good.append(backdrops.shown(here.file(backdrop.digest, backdrop.file), backdrop))
        except InputError as error:
            bad.append(error)
    return good, bad


def accuracies(good: list[backdrops.Shown]) -> dict[str, float]:
    """How far off a place on each backdrop may lie [m], of those that have a place."""
    return {s.backdrop.digest: s.accuracy for s in good if s.layer is not None}


def finish(name: str, workbook: tuple[str, bytes] | None, mouth_discharge: float | None = None,
           ) -> tuple[RiverNetwork, Path]:
    """Make a river of the drawing, save it beside the others of the folder, and open it in this session.

    Raises
    ------
    InputError
        With all problems; the drawing stays as it is.
    """
    here = draft()
    drawing = replace(here.load(), name=name)
    here.save(drawing)
    good, _ = ready(drawing)
    frame = drawn_frame(drawing, accuracies(good))
    with tempfile.TemporaryDirectory(prefix="riverplan-") as folder:
        lists = None
        if workbook is not None:
            lists = Path(folder) / Path(workbook[0]).name
            lists.write_bytes(workbook[1])
        river, path = finish_drawing(frame, name=name, folder=desk().path.parent, workbook=lists,
                                     mouth_discharge=mouth_discharge)
    state.open_river(path.stem)
    here.put_aside()
    drawing_state.new_drawing()
    return river, path

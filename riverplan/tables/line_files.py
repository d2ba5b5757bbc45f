"""Opening files of river lines: which driver, which layers, what is wrong with the file itself."""

import json
import re
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError
from pyproj import CRS
from pyproj.exceptions import CRSError

from riverplan.errors import InputError, Problem
from riverplan.tables.decoding import detect
from riverplan.tables.link_table import is_link_table, link_lines
from riverplan.tables.shapefile import stage

GDAL_ERRORS = (DataSourceError, DataLayerError, FeatureError, FieldError, GeometryError, UnicodeDecodeError)
SHAPE = frozenset({".shp", ".shx", ".dbf", ".prj", ".cpg"})
_LISTS = frozenset({".xlsx", ".xls", ".xlsm", ".csv", ".docx", ".ods"})
_CLOSED: Mapping[str, str] = {
    ".ovobj": "ovobj", ".ovobjx": "ovobj", ".dwg": "dwg", ".et": "office", ".wps": "office", ".doc": "office",
    ".mdb": "mdb", ".rar": "archive", ".7z": "archive"}
"""Files only their own program reads, with the key of their mend."""
_RASTERS = frozenset({".tif", ".tiff", ".asc", ".img", ".jpg", ".jpeg", ".png", ".bmp", ".npz", ".pdf"})
_CRS_NAME = re.compile(rb'"crs"\s*:\s*\{[^{}]*\{[^{}]*"name"\s*:\s*"([^"]*)"')
LARGEST = 2_000_000_000
"""A file larger than this [bytes], unpacked where it is an archive, is not read."""
_CHINESE_DXF = b"0\nSECTION\n2\nHEADER\n9\n$DWGCODEPAGE\n3\nANSI_936\n0\nENDSEC\n"
FILES_MOST = 200
"""So many files of a folder or archive are read."""
COLUMNS_MOST = 2_000
"""A table of more columns than this is no list of lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawLayer:
    """One layer as the file holds it: foreign names, foreign coordinates."""

    file: str
    layer: str
    frame: gpd.GeoDataFrame
    problems: tuple[Problem, ...]
    states_crs: bool
    """Whether the file itself says its coordinate system."""


def read_layers(path: Path) -> tuple[RawLayer, ...]:
    """The layers of a file that may hold lines.

    Every kind of :func:`suffixes`, a zip archive of these, and a folder that holds such files.

    Raises
    ------
    InputError
        If the file is missing, empty, of another kind or broken; the mend is named.
    """
    suffix = path.suffix.lower()
    with _failing_as_problem(path):
        if suffix in SHAPE:
            return _shapefile(path)
        if not path.exists():
            raise refused(path, "input_missing")
        if path.is_dir():
            return _folder(path)
        if suffix in _CLOSED:
            raise refused(path, f"lines_closed_{_CLOSED[suffix]}")
        if suffix in _LISTS:
            raise refused(path, "lines_is_list")
        if suffix in _RASTERS:
            raise refused(path, "lines_is_raster")
        size = path.stat().st_size
        if size == 0:
            raise refused(path, "input_empty")
        if size > LARGEST:
            raise refused(path, "input_too_large", megabytes=LARGEST // 1_000_000)
        if suffix in _READERS:
            return _READERS[suffix](path)
    raise refused(path, "lines_unsupported", suffix=path.suffix or "—")


def suffixes() -> frozenset[str]:
    """The endings of files that may hold lines, archives left out."""
    return frozenset(_READERS) - {".zip"} | SHAPE


def _folder(path: Path) -> tuple[RawLayer, ...]:
    """All files of lines in a folder and below it, in the order of their names."""
    mains = sorted(p for p in path.rglob("*") if p.is_file() and p.suffix.lower() in suffixes() - SHAPE | {".shp"})
    if not mains:
        raise refused(path, "lines_none")
    return several(mains[:FILES_MOST])


def several(files: Sequence[Path]) -> tuple[RawLayer, ...]:
    """The layers of files that came together; one that holds no lines is passed over if another does.

    Raises
    ------
    InputError
        If none can be read, with the problems of all.
    """
    layers: list[RawLayer] = []
    problems: list[Problem] = []
    for file in files:
        try:
            layers += read_layers(file)
        except InputError as error:
            problems += error.problems
    if not layers:
        raise InputError(problems)
    said = tuple(replace(p, severity="warning") for p in problems)
    return (replace(layers[0], problems=(*layers[0].problems, *said)), *layers[1:])


class _TooWideError(Exception):
    """A table of more columns than ``COLUMNS_MOST``."""


@contextmanager
def _failing_as_problem(path: Path) -> Iterator[None]:
    try:
        yield
    except GDAL_ERRORS as error:
        raise refused(path, "lines_broken", reason=str(error).splitlines()[0][:160]) from None
    except _TooWideError as error:
        raise refused(path, "lines_too_wide", columns=error.args[0], most=COLUMNS_MOST) from None
    except OSError as error:
        raise refused(path, "input_unreadable", reason=error.strerror or str(error)) from None


def refused(path: Path, code: str, **fields: object) -> InputError:
    """The error that a file cannot be used, with its name."""
    return InputError(Problem(code=code, file=path.name, fields={"file": path.name, **fields}))


@contextmanager
def _asking_gdal() -> Iterator[None]:
    """A call to GDAL: whatever it raises on a spoilt file is one error, and its warnings are ours to give."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")        # repeated ids, odd headers, unclosed rings
            yield
    except (*GDAL_ERRORS, _TooWideError):
        raise
    except Exception as error:                     # pyogrio trips over spoilt headers in ways of its own
        raise DataSourceError(str(error)) from error


def _read(source: Path | bytes, layer: str | None = None, encoding: str | None = None) -> gpd.GeoDataFrame:
    with _asking_gdal():
        try:
            frame: Any = pyogrio.read_dataframe(source, layer=layer, encoding=encoding, use_arrow=False)
        except shapely.GEOSException:              # a line of one vertex: that row goes without, not the file
            frame = _without_bad_shapes(source, layer, encoding)
    if len(frame.columns) > COLUMNS_MOST:
        raise _TooWideError(len(frame.columns))
    if not isinstance(frame, gpd.GeoDataFrame):           # a table without geometry
        return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries([None] * len(frame)))
    return frame


def _without_bad_shapes(source: Path | bytes, layer: str | None, encoding: str | None) -> gpd.GeoDataFrame:
    """The rows of a layer, None for each geometry that cannot be one."""
    meta, _, shapes, columns = pyogrio.raw.read(source, layer=layer, encoding=encoding)
    data = dict(zip(meta["fields"], columns, strict=True))
    return gpd.GeoDataFrame(pd.DataFrame(data), crs=meta["crs"],
                            geometry=gpd.GeoSeries(shapely.from_wkb(shapes, on_invalid="ignore")))


def _shapefile(path: Path) -> tuple[RawLayer, ...]:
    with tempfile.TemporaryDirectory(prefix="riverplan-") as folder:
        staged = stage(path, Path(folder))
        frame = _read(staged.path, encoding=staged.encoding)
    return (RawLayer(file=path.with_suffix(".shp").name if path.suffix.lower() != ".shp" else path.name, layer="",
                     frame=frame, problems=staged.problems, states_crs=frame.crs is not None),)


def _geojson(path: Path) -> tuple[RawLayer, ...]:
    raw = path.read_bytes()
    problems: list[Problem] = []
    if not raw.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        raise refused(path, "lines_not_geojson")
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        found = detect(raw.splitlines())
        raw = raw.decode(found.encoding, "replace").encode()
        problems.append(Problem(code="encoding_found" if found.sure else "encoding_unsure", file=path.name,
                                severity="note" if found.sure else "warning",
                                fields={"encoding": found.encoding, "sample": found.sample}))
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    try:
        frame = _read(raw)
    except DataSourceError:
        raise _why_not_geojson(path, raw) from None
    declared = _CRS_NAME.search(raw[:4096]) or _CRS_NAME.search(raw[-4096:])
    if declared and not _is_known(name := declared[1].decode("utf-8", "replace")):
        problems.append(Problem(code="crs_unknown", severity="warning", file=path.name, fields={"declared": name}))
    return (RawLayer(file=path.name, layer="", frame=frame, problems=tuple(problems),
                     states_crs=b'"crs"' in raw[:4096] or b'"crs"' in raw[-4096:]),)


def _why_not_geojson(path: Path, raw: bytes) -> InputError:
    """The place where a JSON text breaks off, or that it is something else."""
    try:
        json.loads(raw)
    except json.JSONDecodeError as error:
        return refused(path, "geojson_cut", line=error.lineno, column=error.colno)
    except (ValueError, RecursionError):
        pass
    return refused(path, "lines_not_geojson")


def _is_known(crs: str) -> bool:
    try:
        CRS.from_user_input(crs)
    except CRSError:
        return False
    return True


def _layered(path: Path) -> tuple[RawLayer, ...]:
    with _asking_gdal():
        layers = [(str(name), str(kind)) for name, kind in pyogrio.list_layers(path)]
    chosen = [name for name, kind in layers if "Line" in kind or ("Curve" in kind and "Polygon" not in kind)]
    if chosen:                                            # polygons beside lines are water areas
        chosen += [name for name, kind in layers if "Polygon" in kind]
    chosen = chosen or [name for name, kind in layers if kind in ("Unknown", "GeometryCollection", "None")]
    chosen = chosen or [name for name, _ in layers]
    if not chosen:
        raise refused(path, "lines_none")
    states = path.suffix.lower() not in (".kml", ".kmz", ".ovkml", ".ovkmz")
    read = tuple(RawLayer(file=path.name, layer=name, frame=_read(path, layer=name), problems=(), states_crs=states)
                 for name in chosen)
    return _worth_reading(read)


def _ovital(path: Path) -> tuple[RawLayer, ...]:
    """KML and KMZ under the names Ovital gives them: GDAL goes by the ending."""
    with tempfile.TemporaryDirectory(prefix="riverplan-") as folder:
        plain = Path(folder) / f"o.{path.suffix.lower().removeprefix('.ov')}"
        plain.write_bytes(path.read_bytes())
        return tuple(replace(layer, file=path.name) for layer in _layered(plain))


def _gpx(path: Path) -> tuple[RawLayer, ...]:
    """Tracks and routes; way points are for the lists."""
    found = []
    for name in ("tracks", "routes"):
        frame = _read(path, layer=name)
        if len(frame):
            found.append(RawLayer(file=path.name, layer=name, frame=frame, problems=(), states_crs=True))
    if not found:
        raise refused(path, "lines_none")
    return tuple(found)


def _dxf(path: Path) -> tuple[RawLayer, ...]:
    """Lines of a drawing; the name of the drawing's layer stands for a name where there is none."""
    raw = path.read_bytes()
    with tempfile.TemporaryDirectory(prefix="riverplan-") as folder:
        said = Path(folder) / "said.dxf"
        if b"$DWGCODEPAGE" not in raw[:65536] and raw.lstrip()[:1] == b"0":
            # GDAL reads a drawing that names no code page as Western: its Chinese layers would be spoilt
            try:
                plain = raw.decode("utf-8")
            except UnicodeDecodeError:
                plain = raw.decode("gb18030", "replace")
            said.write_bytes(_CHINESE_DXF + plain.encode("gbk", "replace"))
        frame = _read(said if said.exists() else path)
    lines = frame[frame.geom_type.isin(("LineString", "MultiLineString"))].reset_index(drop=True)
    if not len(lines):
        raise refused(path, "lines_none")
    data = {"id": lines["EntityHandle"], "name": lines["Layer"].where(~lines["Layer"].isin(["0", None]), "")} \
        if {"EntityHandle", "Layer"} <= set(lines.columns) else {}
    return (RawLayer(file=path.name, layer="", frame=gpd.GeoDataFrame(data, geometry=lines.geometry.array),
                     problems=(), states_crs=False),)


def _one_layer(path: Path) -> tuple[RawLayer, ...]:
    frame = _read(path)
    return (RawLayer(file=path.name, layer="", frame=frame, problems=(), states_crs=frame.crs is not None),)


def _parquet(path: Path) -> tuple[RawLayer, ...]:
    """GeoParquet, or a table of links with longitudes and latitudes."""
    with _asking_gdal():
        from pyarrow import parquet

        schema = parquet.read_schema(path)
        is_geographic = b"geo" in (schema.metadata or {})
        if len(schema.names) > COLUMNS_MOST:
            raise _TooWideError(len(schema.names))
        frame: Any = gpd.read_parquet(path) if is_geographic else pd.read_parquet(path)
    if not is_geographic:
        if not is_link_table(frame):
            raise refused(path, "parquet_no_geometry")
        return (RawLayer(file=path.name, layer="", frame=link_lines(frame), problems=(), states_crs=True),)
    return (RawLayer(file=path.name, layer="", frame=frame, problems=(), states_crs=frame.crs is not None),)


def _archive(path: Path) -> tuple[RawLayer, ...]:
    from riverplan.tables.archives import read_archive

    return read_archive(path)


_READERS: Mapping[str, Callable[[Path], tuple[RawLayer, ...]]] = {
    ".geojson": _geojson, ".json": _geojson, ".gpkg": _layered, ".kml": _layered, ".kmz": _layered,
    ".ovkml": _ovital, ".ovkmz": _ovital, ".gpx": _gpx, ".dxf": _dxf, ".fgb": _one_layer, ".parquet": _parquet,
    ".geoparquet": _parquet, ".zip": _archive,
}
"""Readers by the ending of the file; shapefiles come in parts and are read apart."""


def _worth_reading(layers: tuple[RawLayer, ...]) -> tuple[RawLayer, ...]:
    """Layers with any line or polygon if one has a line; the first where none has, so that cleaning says what it is."""
    def holds(layer: RawLayer, *kinds: str) -> bool:
        return bool(layer.frame.geom_type.isin(kinds).any())

    lines = ("LineString", "MultiLineString", "GeometryCollection")
    if not any(holds(r, *lines) for r in layers):
        return layers[:1]
    return tuple(r for r in layers if holds(r, *lines, "Polygon", "MultiPolygon"))


def names_of(layers: Sequence[RawLayer]) -> str:
    """The names of layers, as a person lists them."""
    return "、".join(layer.layer for layer in layers if layer.layer)

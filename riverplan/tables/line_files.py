"""Opening files of river lines: which driver, which layers, what is wrong with the file itself."""

import json
import re
import tempfile
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
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
from riverplan.tables.shapefile import stage

_GDAL_ERRORS = (DataSourceError, DataLayerError, FeatureError, FieldError, GeometryError, UnicodeDecodeError)
_SHAPE = frozenset({".shp", ".shx", ".dbf", ".prj", ".cpg"})
_JSON = frozenset({".geojson", ".json"})
_LAYERED = frozenset({".gpkg", ".kml", ".kmz"})
_LISTS = frozenset({".xlsx", ".xls", ".xlsm", ".csv", ".et", ".doc", ".docx"})
_RASTERS = frozenset({".tif", ".tiff", ".asc", ".img", ".jpg", ".jpeg", ".png", ".bmp", ".npz", ".pdf"})
_CRS_NAME = re.compile(rb'"crs"\s*:\s*\{[^{}]*\{[^{}]*"name"\s*:\s*"([^"]*)"')
_LARGEST = 2_000_000_000
"""An archive larger than this unpacked [bytes] is not read."""


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

    GeoJSON, shapefile (any of its parts), GeoPackage, KML and KMZ, and a zip archive of these.

    Raises
    ------
    InputError
        If the file is missing, empty, of another kind or broken; the mend is named.
    """
    suffix = path.suffix.lower()
    with _failing_as_problem(path):
        if suffix in _SHAPE:
            return _shapefile(path)
        if not path.exists():
            raise _refused(path, "input_missing")
        if path.is_dir():
            raise _refused(path, "lines_unsupported", suffix="—")
        if suffix in _LISTS:
            raise _refused(path, "lines_is_list")
        if suffix in _RASTERS:
            raise _refused(path, "lines_is_raster")
        if path.stat().st_size == 0:
            raise _refused(path, "input_empty")
        if suffix in _JSON:
            return _geojson(path)
        if suffix in _LAYERED:
            return _layered(path)
        if suffix == ".zip":
            return _zip(path)
    raise _refused(path, "lines_unsupported", suffix=path.suffix or "—")


@contextmanager
def _failing_as_problem(path: Path) -> Iterator[None]:
    try:
        yield
    except _GDAL_ERRORS as error:
        raise _refused(path, "lines_broken", reason=str(error).splitlines()[0][:160]) from None
    except OSError as error:
        raise _refused(path, "input_unreadable", reason=error.strerror or str(error)) from None


def _refused(path: Path, code: str, **fields: object) -> InputError:
    return InputError(Problem(code=code, file=path.name, fields={"file": path.name, **fields}))


@contextmanager
def _asking_gdal() -> Iterator[None]:
    """A call to GDAL: whatever it raises on a spoilt file is one error, and its warnings are ours to give."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")        # repeated ids, odd headers, unclosed rings
            yield
    except _GDAL_ERRORS:
        raise
    except Exception as error:                     # pyogrio trips over spoilt headers in ways of its own
        raise DataSourceError(str(error)) from error


def _read(source: Path | bytes, layer: str | None = None, encoding: str | None = None) -> gpd.GeoDataFrame:
    with _asking_gdal():
        try:
            frame: Any = pyogrio.read_dataframe(source, layer=layer, encoding=encoding, use_arrow=False)
        except shapely.GEOSException:              # a line of one vertex: that row goes without, not the file
            frame = _without_bad_shapes(source, layer, encoding)
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
        raise _refused(path, "lines_not_geojson")
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
        return _refused(path, "geojson_cut", line=error.lineno, column=error.colno)
    except (ValueError, RecursionError):
        pass
    return _refused(path, "lines_not_geojson")


def _is_known(crs: str) -> bool:
    try:
        CRS.from_user_input(crs)
    except CRSError:
        return False
    return True


def _layered(path: Path) -> tuple[RawLayer, ...]:
    with _asking_gdal():
        layers = [(str(name), str(kind)) for name, kind in pyogrio.list_layers(path)]
    chosen = [name for name, kind in layers if "Line" in kind or "Curve" in kind]
    chosen = chosen or [name for name, kind in layers if kind in ("Unknown", "GeometryCollection", "None")]
    chosen = chosen or [name for name, _ in layers]
    if not chosen:
        raise _refused(path, "lines_none")
    is_kml = path.suffix.lower() != ".gpkg"
    read = tuple(RawLayer(file=path.name, layer=name, frame=_read(path, layer=name), problems=(), states_crs=not is_kml)
                 for name in chosen)
    return _worth_reading(read)


def _worth_reading(layers: tuple[RawLayer, ...]) -> tuple[RawLayer, ...]:
    """Layers with any line; all of them where none has one, so that cleaning says what they are."""
    with_lines = tuple(r for r in layers if r.frame.geom_type.isin(
        ("LineString", "MultiLineString", "GeometryCollection")).any())
    return with_lines or layers[:1]


def _zip(path: Path) -> tuple[RawLayer, ...]:
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise _refused(path, "lines_broken", reason=str(error)) from None
    with archive, tempfile.TemporaryDirectory(prefix="riverplan-") as folder:
        members = [m for m in archive.infolist() if not m.is_dir()]
        if sum(m.file_size for m in members) > _LARGEST:
            raise _refused(path, "input_too_large", megabytes=_LARGEST // 1_000_000)
        if any(m.flag_bits & 1 for m in members):
            raise _refused(path, "zip_protected")
        found: list[Path] = []
        for member in members:
            target = Path(folder) / _safe_name(member)            # base name only: no path leaves the folder
            if target.suffix.lower() in _SHAPE | _JSON | _LAYERED:
                try:
                    target.write_bytes(archive.read(member))
                except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
                    raise _refused(path, "lines_broken", reason=str(error)) from None
                found.append(target)
        mains = [p for p in found if p.suffix.lower() in _JSON | _LAYERED | {".shp"}]
        if not mains:
            present = found[:1]
            if present:
                return read_layers(present[0])                    # names the missing .shp
            raise _refused(path, "lines_none")
        return tuple(layer for main in mains for layer in read_layers(main))


def _safe_name(member: zipfile.ZipInfo) -> str:
    name = member.filename
    if not member.flag_bits & 0x800:                              # names of Chinese Windows are GBK
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("gb18030")
    return PurePosixPath(name.replace("\\", "/")).name.replace("..", "_")


def names_of(layers: Sequence[RawLayer]) -> str:
    """The names of layers, as a person lists them."""
    return "、".join(layer.layer for layer in layers if layer.layer)

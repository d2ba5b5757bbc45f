"""What leaves the house: a forecast as a sheet, an offline web map, a GeoPackage; reports, tables, the strategy.

Each exporter is a module with a function of its own name, ``webmap(forecast, *, options, lang) -> bytes``,
and one options dataclass; it is imported when it is asked for, because the drawing libraries take longer
to load than a forecast.
"""

import contextlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from riverplan.errors import Problem, StoreError, UnknownNameError
from riverplan.forecasting.result import Forecast
from riverplan.forecasting.screening.result import Screening
from riverplan.forecasting.simulating.result import Simulation
from riverplan.i18n import Lang
from riverplan.river.network import RiverNetwork

if TYPE_CHECKING:                                            # a plan loads what a map has no use for
    from riverplan.planning.result import ResponsePlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Exporter:
    """One way out: the module that does it and what the file is called.

    ``suffixes`` are all a path may end in, the first is the usual one.
    """

    name: str
    module: str
    options: str
    """Name of the options dataclass in the module."""
    suffixes: tuple[str, ...]
    media_type: str
    of: Literal["forecast", "river", "screening", "simulation", "plan"] = "forecast"
    """What it shows."""

    @property
    def suffix(self) -> str:
        """The usual ending of its files."""
        return self.suffixes[0]

    def default_options(self) -> Any:
        """Its options where none are given."""
        return getattr(import_module(self.module), self.options)()

    def __call__(self, subject: "Forecast | RiverNetwork | Screening | Simulation | ResponsePlan", *,
                 options: Any = None, lang: Lang = "zh") -> bytes:
        """The content of the file."""
        content: bytes = getattr(import_module(self.module), self.name)(
            subject, options=self.default_options() if options is None else options, lang=lang)
        return content


EXPORTS: Mapping[str, Exporter] = MappingProxyType({e.name: e for e in (
    Exporter(name="sheet", module="riverplan.exporting.sheet", options="SheetOptions", suffixes=(".pdf", ".png"),
             media_type="application/pdf"),
    Exporter(name="webmap", module="riverplan.exporting.webmap", options="WebmapOptions",
             suffixes=(".html", ".htm"), media_type="text/html"),
    Exporter(name="geopackage", module="riverplan.exporting.geopackage", options="GeopackageOptions",
             suffixes=(".gpkg",), media_type="application/geopackage+sqlite3"),
    Exporter(name="curves", module="riverplan.exporting.curves", options="CurvesOptions", suffixes=(".csv",),
             media_type="text/csv"),
    Exporter(name="report", module="riverplan.exporting.import_report", options="ReportOptions",
             suffixes=(".html", ".xlsx"), media_type="text/html", of="river"),
    Exporter(name="workbook", module="riverplan.exporting.workbook", options="WorkbookOptions", suffixes=(".xlsx",),
             media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", of="river"),
    Exporter(name="screening", module="riverplan.exporting.screening_table", options="ScreeningOptions",
             suffixes=(".xlsx", ".csv", ".json"), of="screening",
             media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    Exporter(name="simulation", module="riverplan.exporting.simulation_table", options="SimulationOptions",
             suffixes=(".xlsx", ".csv"), of="simulation",
             media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    Exporter(name="strategy", module="riverplan.exporting.strategy", options="StrategyOptions", suffixes=(".docx",),
             media_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document", of="plan"),
)})
"""Every exporter by its name."""


def export(subject: "Forecast | RiverNetwork | Screening | Simulation | ResponsePlan", kind: str,
           path: Path | str | None = None, *, options: Any = None, lang: Lang = "zh") -> bytes:
    """A forecast, river, screening, simulation or plan in the form asked for, and into a file if a path is given.

    Parameters
    ----------
    subject
        The forecast; for what shows a river alone (``report``, ``workbook``) the river; for ``screening`` and
        ``simulation`` what they are called after; ``curves`` takes a simulation too; ``strategy`` a plan, or a river
        whose gravest source is planned for.
    kind
        A name of :data:`EXPORTS`.
    path
        Where to write it; an older file there is replaced only once the new one is whole.
    options
        The options dataclass of the exporter.
    lang
        Language of the texts.

    Returns
    -------
    bytes
        The content of the file.

    Raises
    ------
    UnknownNameError
        If there is no such exporter.
    StoreError
        If it cannot be written there.
    """
    if kind not in EXPORTS:
        raise UnknownNameError(Problem(code="unknown_export", fields={"name": kind, "near": ", ".join(EXPORTS)}))
    exporter = EXPORTS[kind]
    if exporter.of == "river" and isinstance(subject, Forecast):
        subject = subject.river
    target = None if path is None else _target(exporter, Path(path))
    # the file's ending decides what it holds
    if target is not None and kind in ("sheet", "report", "screening", "simulation"):
        options = replace(options or exporter.default_options(), format=target.suffix.lower()[1:])
    content = exporter(subject, options=options, lang=lang)
    if target is not None:
        _write(target, content)
    return content


def _target(exporter: Exporter, path: Path) -> Path:
    """The path, checked before the work is done."""
    if path.suffix.lower() not in exporter.suffixes:
        raise _error("export_suffix", path, suffixes=" / ".join(exporter.suffixes), name=path.name)
    if not path.parent.is_dir():
        raise _error("folder_missing", path, folder=str(path.parent))
    if path.is_dir():
        raise _error("cannot_write", path, detail="folder")
    if exporter.name == "geopackage" and path.exists():
        from riverplan.exporting.geopackage import is_export

        if not is_export(path):                              # a river file, or somebody's data
            raise _error("export_over_river", path)
    return path


def _write(path: Path, content: bytes) -> None:
    beside = path.with_name(f".{path.name}.tmp-{os.getpid()}")
    try:
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise _error("cannot_write", path, detail=error.strerror or str(error)) from None


def _error(code: str, path: Path, **fields: object) -> StoreError:
    return StoreError(Problem(code=code, file=path.name, fields=fields))

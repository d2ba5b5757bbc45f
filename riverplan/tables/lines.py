"""Reading river lines: from a bureau's files to single lines in longitude and latitude under our names."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as default
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from riverplan.crs import Datum
from riverplan.errors import InputError, Problem
from riverplan.i18n import listed
from riverplan.tables.banks import both_banks
from riverplan.tables.cells import UnreadableCellError, read_cell, text_of
from riverplan.tables.counts import Count
from riverplan.tables.datum_said import said_nothing
from riverplan.tables.heads import Column, best_columns, uncut
from riverplan.tables.known_networks import (
    CUBIC_FOOT,
    TOPOLOGY,
    KnownNetwork,
    kinds_of,
    known_columns,
    links_of,
    recognise,
)
from riverplan.tables.line_counts import LAYER, LayerFate, counts_of
from riverplan.tables.line_datum import to_lonlat
from riverplan.tables.line_files import RawLayer, names_of, read_layers
from riverplan.tables.line_shapes import FEATURE, settle_line_ids, single_lines, without_absurd
from riverplan.tables.line_waters import no_waters, only_polygons, waters_kept, waters_of
from riverplan.tables.measures import shown
from riverplan.tables.schema import Field, reach_table
from riverplan.tables.sheet_edges import join_at_sheet_edges
from riverplan.tables.whole_lines import whole_lines

_SHOWN = 8


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lines:
    """River lines as read, not yet joined into a network.

    Parameters
    ----------
    frame
        LineStrings in EPSG:4326 (longitude, latitude), two-dimensional, each longer than zero. Columns:
        ``source_id`` (unique), every other field of ``tables/reach.csv`` (SI; ``""`` or nan where the
        file says nothing), ``file`` and ``layer``; where attributes link lines also those of
        :data:`riverplan.tables.known_networks.TOPOLOGY`.
    problems
        Everything found, down to notes.
    attribution
        Who must be named as the source of the lines, as far as the files are of a published network.
    counts
        What became of the features of each layer.
    waters
        Water areas that came with the lines: polygons in EPSG:4326 with ``source_id``, ``name``, ``kind``
        and ``file``.
    """

    frame: gpd.GeoDataFrame
    problems: tuple[Problem, ...]
    attribution: str = ""
    counts: tuple[Count, ...] = ()
    waters: gpd.GeoDataFrame = default(default_factory=no_waters)


def read_lines(paths: Sequence[Path | str], datums: Mapping[str, Datum] | None = None) -> Lines:
    """Read river lines from one file or several.

    Parameters
    ----------
    paths
        GeoJSON, shapefile, GeoPackage, KML/KMZ or a zip of these; none is changed or written beside.
    datums
        What datum files are in, by their names; ``*`` is for all others. Goes before what a file says.

    Raises
    ------
    InputError
        If any of the files cannot be read or holds no usable line; with the problems of all files.
    """
    problems: list[Problem] = []
    frames: list[gpd.GeoDataFrame] = []
    waters: list[gpd.GeoDataFrame] = []
    fates: list[LayerFate] = []
    bare: list[str] = []
    failed = not paths
    datums = datums or {}
    for path in map(Path, paths):
        try:
            layers = read_layers(path)
        except InputError as error:
            problems += error.problems
            failed = True
            continue
        if len(layers) > 1 and names_of(layers):
            problems.append(Problem(code="layers_read", severity="note", file=path.name,
                                    fields={"layers": names_of(layers)}))
        usable, areas = 0, 0
        for layer in layers:
            problems += layer.problems
            fate = LayerFate(file=layer.file, layer=layer.layer, read=len(layer.frame))
            fates.append(fate)
            with _noted(problems, fate):
                frame, found, said = _frame(layer, fate, datums.get(path.name, datums.get(layer.file, datums.get("*"))))
                problems += said
                usable += len(frame)
                areas += len(found)
                frames.append(frame.assign(**{LAYER: len(fates) - 1}))
                waters.append(found)
        if not usable and areas:
            bare.append(path.name)
        elif not usable:
            failed = True
            if not any(p.severity == "error" and p.file == layers[0].file for p in problems):
                problems.append(Problem(code="lines_none", file=path.name, fields={"file": path.name}))
    if failed or len(bare) == len(paths):
        problems += only_polygons(waters, bare)
        raise InputError(problems or [Problem(code="lines_not_given")])
    joined = gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), crs="EPSG:4326")
    whole, said_edges, merged = join_at_sheet_edges(joined)
    counts = counts_of(fates, whole, joined.loc[merged])
    joined, renumbered = settle_line_ids(whole.drop(columns=[LAYER, FEATURE]))
    kept, said_waters = waters_kept(waters)
    told = (*problems, *said_waters, *said_edges, *renumbered, *both_banks(joined))
    return Lines(frame=joined, problems=told, counts=counts, waters=kept, attribution="；".join(dict.fromkeys(
                     str(p.fields["attribution"]) for p in problems if p.code == "network_recognised")))


@contextlib.contextmanager
def _noted(problems: list[Problem], fate: LayerFate) -> Any:
    """Collect the problems of one layer and go on with the next; a file without any line fails later."""
    try:
        yield
    except InputError as error:
        problems += error.problems
        fate.lost.update(dict.fromkeys(range(fate.read), error.problems[0].code))


def _frame(layer: RawLayer, fate: LayerFate, datum: Datum | None = None,
           ) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, list[Problem]]:
    """One layer under our names, in longitude and latitude, as single lines; and its water areas."""
    raw = layer.frame
    names = [str(c) for c in raw.columns if c != raw.geometry.name]
    heads = best_columns([uncut(n, reach_table()) for n in names] if layer.file.lower().endswith(".shp") else names,
                         reach_table())
    columns = {c.field.name: c for c in heads.columns}
    problems: list[Problem] = []
    known = recognise(names)
    if known is not None:
        columns |= known_columns(known, names)
        if known.key:
            problems.append(Problem(code="network_recognised", severity="note", file=layer.file, fields={
                "network": known.zh, "attribution": known.attribution or "—"}))
    data: dict[str, Any] = {}
    for field in reach_table().fields:
        column = columns.get(field.name)
        if column is None:
            data[field.name] = _empty(field, len(raw))
        else:
            values = raw[names[column.index]].tolist()
            data[field.name], said = _attribute(values, column, layer.file)
            problems += said
    data["file"], data["layer"] = layer.file, layer.layer
    if known is not None:
        data |= _of_network(known, raw, data)
    frame = gpd.GeoDataFrame(data, geometry=raw.geometry.array, crs=raw.crs, index=range(len(raw)))
    if known is not None and known.links:
        frame, said_parts = whole_lines(frame, layer.file)
        problems += said_parts
    frame, said_absurd, absurd = without_absurd(frame.assign(**{FEATURE: np.arange(len(frame))}), layer.file)
    frame, said_datum = to_lonlat(frame, layer.file, datum)
    singled = single_lines(frame, layer.file)
    frame = singled.lines
    problems += [*said_absurd, *said_datum, *singled.problems]
    waters, said_waters, unsound = waters_of(singled.polygons, raw)
    problems += said_waters
    fate.lost.update(dict.fromkeys(waters[FEATURE].tolist(), "waters_kept") | unsound | singled.lost | absurd)
    if len(frame) and datum is None and not layer.states_crs and not said_datum:
        problems.append(said_nothing(layer.file, lines=True))
    return frame, waters, problems


def _of_network(known: KnownNetwork, raw: pd.DataFrame, data: dict[str, Any]) -> dict[str, Any]:
    """What only the known network can tell: kinds by its codes, discharges in cubic feet, links."""
    found: dict[str, Any] = {f: pd.to_numeric(raw[column], errors="coerce").to_numpy(np.float64) * CUBIC_FOOT
                             for f, column in known.cfs.items()}
    found |= {f"{f}_source": ["modelled"] * len(raw) for f in known.modelled}
    if known.kind_column:
        found["kind"] = kinds_of(known, raw[known.kind_column]).reset_index(drop=True)
    if known.links:
        links = links_of(known, raw.drop(columns=raw.geometry.name), pd.Series(data["source_id"], index=raw.index))
        found |= {c: links[c].reset_index(drop=True) for c in TOPOLOGY}
    return found


def _empty(field: Field, count: int) -> Any:
    if field.is_text:
        return pd.Series([""] * count, dtype=object)
    return pd.Series(np.full(count, np.nan), dtype="float64")


def _attribute(values: Sequence[Any], column: Column, file: str) -> tuple[pd.Series, list[Problem]]:
    """An attribute in SI; unreadable values are left empty and named once for the whole column."""
    field = column.field
    read: list[Any] = []
    bad: list[str] = []
    for value in values:
        plain = None if pd.isna(value) else value                       # nan of a missing number
        if isinstance(plain, np.generic):
            plain = plain.item()
        try:
            got = read_cell(plain, field, column.unit)
        except UnreadableCellError:
            got = None
            bad.append(text_of(plain))
        read.append(got)
    problems = []
    if bad:
        unique = list(dict.fromkeys(bad))
        problems.append(Problem(code="attribute_unreadable", severity="warning", file=file, head=column.head, fields={
            "count": len(bad), "total": len(values), "unit": shown(column.unit) or "—",
            "values": listed(unique, _SHOWN)}))
    if column.bad_unit:
        problems.append(Problem(code="head_unit", severity="warning", file=file, head=column.head,
                                fields={"head": column.head, "unit": column.bad_unit, "taken": shown(column.unit)}))
    if field.is_text:
        return pd.Series(["" if v is None else v for v in read], dtype=object), problems
    return pd.Series([np.nan if v is None else v for v in read], dtype="float64"), problems

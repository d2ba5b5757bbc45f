"""What is said where coordinates were changed from a stated datum, or nobody stated one."""

from pathlib import PurePath

import numpy as np

from riverplan.crs import Converted, Datum, in_shifted_box
from riverplan.crs.shifted import Degrees
from riverplan.errors import Problem

_ASKED = frozenset({".kml", ".kmz", ".ovkml", ".ovkmz", ".txt", ".csv"})
"""Files that a widely used map program (Ovital from 9.3) writes in GCJ-02 without saying so."""


def said_change(file: str, datum: Datum, lon: Degrees, lat: Degrees, there: Converted, *,
                sheet: str = "") -> list[Problem]:
    """That coordinates were changed from a stated datum, how good that is, and how many could not be shifted.

    Parameters
    ----------
    file, sheet
        The place.
    datum
        As stated.
    lon, lat
        As they stood, shape (n,).
    there
        As they are now.
    """
    fields: dict[str, object] = {"datum": datum.key or datum.crs, "accuracy": there.accuracy}
    outside = 0
    if datum.is_shifted:
        inside = in_shifted_box(lon, lat)
        outside = int((np.isfinite(lon) & np.isfinite(lat) & ~inside).sum())
        if not inside.any():
            return [_outside(file, sheet, datum, outside)] if outside else []
    elif not np.isfinite(there.accuracy):
        return [Problem(code="datum_unsure", severity="warning", file=file, sheet=sheet, fields=fields)]
    elif there.accuracy == 0:
        return []
    code = "datum_operation" if there.operation else "datum_stated"
    said = Problem(code=code, severity="warning" if there.operation else "note", file=file, sheet=sheet,
                   fields={**fields, "operation": there.operation})
    return [said, _outside(file, sheet, datum, outside)] if outside else [said]


def _outside(file: str, sheet: str, datum: Datum, count: int) -> Problem:
    return Problem(code="datum_outside", severity="warning", file=file, sheet=sheet,
                   fields={"datum": datum.key, "count": count})


def said_nothing(file: str, *, lines: bool) -> Problem:
    """That nobody stated the datum of a file: asked where such files are often shifted, else a note."""
    if PurePath(file).suffix.lower() in _ASKED:
        return Problem(code="datum_ask", severity="warning", file=file, fields={"file": file})
    return Problem(code="lines_datum_assumed" if lines else "datum_assumed", severity="note", file=file)

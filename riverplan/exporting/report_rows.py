"""The rows of the import report: what is doubtful, by importance, and what was done, each with its place."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from riverplan.errors import Problem, Severity
from riverplan.i18n import Lang, catalogue, text
from riverplan.river.check import check_river
from riverplan.river.counting import CODES
from riverplan.river.doubting import Doubt, doubtful_sites
from riverplan.river.importance import importance
from riverplan.river.network import RiverNetwork
from riverplan.river.parts import PARTS

GUESS = 0.75
"""A direction less sure than this is drawn as a guess."""
MOST_REACHES = 300
"""Reaches lit up for one row."""
Group = Literal["doubt", "done", "note"]
_ID_FIELDS = ("ids", "lines", "reaches", "reach", "line", "flipped")
_NUMBERS = re.compile(r"\s*\d[\d.]*( m)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRow:
    """One row of the report.

    Parameters
    ----------
    group
        ``doubt`` to be mended, ``done`` by the import, ``note`` for information.
    severity, code, what, mend, place
        What it is, in words; ``place`` is file, sheet, row and column as far as known.
    file, sheet, row
        Where it stands in the input.
    lon, lat
        Its place on the map [degrees], None where it has none.
    reaches
        Row numbers of the reaches it is about.
    weight
        Its importance [km].
    fields
        What the finding says, as :class:`riverplan.errors.Problem` holds it.
    """

    group: Group
    severity: Severity
    code: str
    what: str
    mend: str = ""
    place: str = ""
    file: str = ""
    sheet: str = ""
    row: int | None = None
    lon: float | None = None
    lat: float | None = None
    reaches: tuple[int, ...] = ()
    weight: float = 0.0
    fields: Mapping[str, object] = field(default_factory=dict)


def report_rows(river: RiverNetwork, lang: Lang) -> list[ReportRow]:
    """All rows of the report of a river: the doubtful by importance, then what was done, then notes."""
    seen: set[tuple[str, str]] = set()
    rows: list[ReportRow] = []
    options = {d.site.site_id: d for d in doubtful_sites(river)}
    ids, part_at = _ids(river), _Parts(river)
    for problem in (*river.report, *check_river(river)):
        if problem.code in (*CODES, "import_summary"):
            continue
        if problem.code == "site_doubtful" and problem.fields.get("id") not in options:
            continue                                           # chosen, moved or gone since
        what, mend = _words(problem, lang)
        if (problem.where("zh"), what) in seen:
            continue
        seen.add((problem.where("zh"), what))
        if problem.code == "site_doubtful":
            doubt = options[str(problem.fields["id"])]
            about = tuple(river.reach_row[c.reach_id] for c in doubt.candidates)
            mend = f"{mend} {_candidates(doubt, lang)}"
        else:
            about = _about(problem, river, ids, part_at)
        lon, lat = _place(problem, river, about)
        checked = problem.code.startswith("check_")
        rows.append(ReportRow(
            group="note" if problem.severity == "note" and not checked else "doubt",
            severity=problem.severity, code=problem.code, what=what, mend=mend, place=_where(problem, lang),
            file=problem.file, sheet=problem.sheet, row=problem.row, lon=lon, lat=lat, reaches=about,
            weight=importance(problem, river), fields=problem.fields))
    rows.sort(key=lambda r: -r.weight)
    doubts = [r for r in rows if r.group == "doubt"]
    return [*doubts, *_done(river, lang), *(r for r in rows if r.group == "note")]


def _candidates(doubt: Doubt, lang: Lang) -> str:
    """The reaches a doubtful site may stand on, in words."""
    comma, stop = ("，", "；") if lang == "zh" else (", ", "; ")
    each = [text("report.candidate", lang, river=c.river or "—", reach=c.reach_id, why=comma.join([
        f"{c.offset:.0f} m", f"{100 * c.confidence:.0f}%", *(text(f"locating.{w}", lang) for w in c.why)]))
        for c in doubt.candidates]
    return text("report.candidates", lang) + stop.join(each)


def _words(problem: Problem, lang: Lang) -> tuple[str, str]:
    """What and mend; of a code of another version of the program, the code."""
    try:
        return problem.what(lang), problem.mend(lang)
    except (KeyError, ValueError, TypeError):
        return problem.code, ""


def _where(problem: Problem, lang: Lang) -> str:
    parts = [problem.file, problem.sheet]
    if problem.row is not None:
        parts.append(text("problem_place.row", lang, row=problem.row))
    if problem.head:
        parts.append(text("problem_place.head", lang, head=problem.head))
    return " ".join(p for p in parts if p)


def _ids(river: RiverNetwork) -> Mapping[str, list[int]]:
    """Row numbers of the reaches by their own id and by that of their line."""
    found: dict[str, list[int]] = {}
    for column in ("reach_id", "source_id"):
        for i, name in enumerate(river.reaches[column]):
            rows = found.setdefault(str(name), [])
            if i not in rows[-1:]:
                rows.append(i)
    return found


def _about(problem: Problem, river: RiverNetwork, ids: Mapping[str, list[int]], parts: "_Parts") -> tuple[int, ...]:
    """The reaches a finding names: the part at its place, those of its ids, or all of the river it names."""
    if problem.code in PARTS and problem.lon is not None and problem.lat is not None:
        return parts.at(problem.lon, problem.lat)
    name = problem.fields.get("river")
    named_so = (river.reaches["name"] == ("" if name == "—" else name)).to_numpy(bool)
    whole = np.flatnonzero(named_so) if isinstance(name, str) else np.zeros(0, np.int64)
    for key in _ID_FIELDS:
        value = problem.said("en").get(key)
        if isinstance(value, str):
            named = [i for part in re.split(r"[,，、]", value.replace("…", "")) for i in ids.get(part.strip(), ())]
            if named and not ("…" in value and len(whole)):    # a shortened list is not all
                return tuple(named[:MOST_REACHES])
    return tuple(int(i) for i in whole[:MOST_REACHES]) if name and problem.lon is None else ()


class _Parts:
    """The connected parts of a network, found when they are first asked for."""

    def __init__(self, river: RiverNetwork) -> None:
        self.river = river

    @cached_property
    def label(self) -> NDArray[np.int64]:
        """The part each node belongs to."""
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        compiled = self.river.compiled
        graph = coo_array((np.ones(len(compiled.tail)), (compiled.tail, compiled.head)),
                          shape=(compiled.n_nodes, compiled.n_nodes))
        return np.asarray(connected_components(graph, directed=False)[1])

    def at(self, lon: float, lat: float) -> tuple[int, ...]:
        """The reaches of the part whose node is nearest to a place, the longest first."""
        x, y = self.river.xy(lon, lat)
        points = self.river.nodes.geometry
        node = int(np.argmin(np.hypot(points.x - x, points.y - y)))
        rows = np.flatnonzero(self.label[self.river.compiled.tail] == self.label[node])
        length = self.river.reaches["length"].to_numpy(np.float64)[rows]
        return tuple(rows[np.argsort(-length, kind="stable")][:MOST_REACHES].tolist())


def _place(problem: Problem, river: RiverNetwork, about: Sequence[int]) -> tuple[float | None, float | None]:
    """The place of a finding: its own, else the middle of the longest reach it is about."""
    if problem.lon is not None and problem.lat is not None and np.isfinite([problem.lon, problem.lat]).all():
        return problem.lon, problem.lat
    if not about:
        return None, None
    length = river.reaches["length"].to_numpy(np.float64)[list(about)]
    line = river.reaches.geometry.iloc[about[int(np.argmax(length))]]
    middle = line.interpolate(0.5, normalized=True)
    lon, lat = river.lonlat(middle.x, middle.y)
    return float(lon), float(lat)


# ── what was done ───────────────────────────────────────────────────────────────────────────────────
def _done(river: RiverNetwork, lang: Lang) -> list[ReportRow]:
    """What the import did to the lines, by kind, and the directions it guessed: counted on the reaches."""
    length = river.reaches["length"].to_numpy(np.float64) / 1000
    kinds: dict[str, list[int]] = {}
    for i, status in enumerate(river.reaches["status"]):
        for word in str(status).split(";"):
            kind = _NUMBERS.sub("", word).strip()
            if kind and kind != "kept":
                kinds.setdefault(kind, []).append(i)
    guessed = np.flatnonzero(guesses(river)).tolist()
    if guessed:
        kinds["direction_guessed"] = guessed
    rows = []
    for kind, group in sorted(kinds.items(), key=lambda pair: -float(length[pair[1]].sum())):
        order = sorted(group, key=lambda i: -length[i])
        rows.append(_done_row(river, kind, order, float(length[group].sum()), lang))
    return rows


def _done_row(river: RiverNetwork, kind: str, group: Sequence[int], km: float, lang: Lang) -> ReportRow:
    key = f"reach_status.{kind.replace(' ', '_')}"
    what = text(key, lang) if key in catalogue() else kind
    ids = "、".join(river.reaches["reach_id"].iloc[list(group[:6])]) + (" …" if len(group) > 6 else "")
    middle = river.reaches.geometry.iloc[group[0]].interpolate(0.5, normalized=True)
    lon, lat = river.lonlat(middle.x, middle.y)
    return ReportRow(group="done", severity="note", code=kind, reaches=tuple(group[:MOST_REACHES]),
                     what=text("report.done_row", lang, what=what, reaches=len(group), km=km, ids=ids),
                     lon=float(lon), lat=float(lat))


def guesses(river: RiverNetwork) -> NDArray[np.bool_]:
    """Which reaches have a direction that was rated and is less sure than ``GUESS``."""
    sure = river.reaches["direction_confidence"].to_numpy(np.float64)
    return np.asarray(sure < GUESS)                            # nan is not


def with_status(river: RiverNetwork, word: str) -> NDArray[np.bool_]:
    """Which reaches have a word in their status."""
    return np.asarray(river.reaches["status"].str.contains(word, regex=False).to_numpy(bool))


def severities(rows: Iterable[ReportRow]) -> Mapping[Severity, int]:
    """How many of the doubtful rows are errors, warnings, notes."""
    found: dict[Severity, int] = {"error": 0, "warning": 0, "note": 0}
    for row in rows:
        if row.group == "doubt":
            found[row.severity] += 1
    return found

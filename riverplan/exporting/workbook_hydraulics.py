"""What a river's own lists would say of its rivers, stretches and flows, so that reading them makes the same river.

A river keeps what the lists made of each reach, not their rows. The rows here are such that
:mod:`riverplan.river.parameters` and :mod:`riverplan.river.flows` make the same values of them: a stretch a reach,
and two places a reach for its flow, because flows are linear between places. What was summed, filled in or divided
by a station is left out: it is made anew. Times, places and values are SI, as everywhere.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from riverplan.river.network import RiverNetwork
from riverplan.river.scenario import FlowScenario
from riverplan.river.sites import Space
from riverplan.river.stems import Stem, stems
from riverplan.tables.schema import fields_of

Row = Mapping[str, Any]
GIVEN = ("measured", "stated", "assumed")
"""Sources of values that a list of stretches can state; all others are derived."""
INSET = 0.001
"""How far inside its reach a flow place stands [m]: its value then holds from end to end."""
_STRETCH = ("width", "slope", "roughness", "drainage_area", "mean_discharge")
_GROWING = ("drainage_area", "mean_discharge")


def choices_of(kind: str, field: str) -> frozenset[str]:
    """The codes a column of choices may hold."""
    return frozenset(c.code for f in fields_of(kind) if f.name == field for c in f.choices)


def given_stems(river: RiverNetwork) -> Mapping[str, tuple[Stem, ...]]:
    """The named rivers as an import sees them: arms share the flow by widths that were given, not filled in."""
    width = river.reaches["width"].where(river.reaches["width_source"].isin([*GIVEN, "drawn"]))
    return stems(river.reaches.assign(width=width))


def river_rows(river: RiverNetwork) -> list[Row]:
    """A row for each named river, the main one first; stamp and attribution stand with the first."""
    reaches = river.reaches
    rows: list[Row] = []
    for name, pieces in given_stems(river).items():
        every = np.concatenate([p.rows for p in pieces])
        stem = pieces[0]
        mouth = int(stem.rows[np.argmin(stem.lower)])
        row: dict[str, Any] = {"name": name, "code": river.code if name == river.name else ""}
        if (reaches["length_source"].iloc[stem.rows] == "stated").all():
            row["length"] = stem.length
        for column in _GROWING:
            if reaches[f"{column}_source"].iat[mouth] == "stated":
                row[column] = _number(reaches[column].iat[mouth])
        for column in ("water_class", "course", "drawn_accuracy"):
            row[column] = _same(reaches[column].iloc[every])
        row |= _mouth(river, name, mouth)
        rows.append(row)
    rows.sort(key=lambda r: (r["name"] != river.name, -max(p.length for p in given_stems(river)[r["name"]])))
    if rows:
        rows[0] = {**rows[0], "stamp": river.stamp, "attribution": river.attribution,
                   "code": rows[0]["code"] or river.code}
    return rows


def _mouth(river: RiverNetwork, name: str, row: int) -> Row:
    """Where a river ends, and which one it joins at what kilometre."""
    reaches = river.reaches
    head = reaches["head"].iat[row]
    point = river.nodes.geometry.iloc[river.node_row[head]]
    lon, lat = river.lonlat(point.x, point.y)
    found: dict[str, Any] = {"mouth_lon": round(float(lon), 6), "mouth_lat": round(float(lat), 6)}
    for below in np.flatnonzero((reaches["tail"] == head).to_numpy(bool)).tolist():
        other = reaches["name"].iat[below]
        if other and other != name:
            km = float(reaches["river_km"].iat[below] + reaches["length"].iat[below])
            return found | {"joins": other, "joins_km": km if np.isfinite(km) else None}
    return found


def stretch_rows(river: RiverNetwork) -> list[Row]:
    """Rows of the list of stretches: one for each reach and source of its values, whole rivers where all agree."""
    reaches = river.reaches
    whole_class = {r["name"]: r["water_class"] for r in river_rows(river)}
    pools = _pools(river)
    parent = [_parent(i) for i in reaches["reach_id"]]
    rows: list[Row] = []
    for name, pieces in given_stems(river).items():
        said = {int(i): _said(river, int(i), pools, with_class=not whole_class[name], share=float(share))
                for p in pieces for i, share in zip(p.rows, p.share, strict=True)}
        stem = pieces[0]
        first = said[int(stem.rows[0])]
        if all(s == first for s in said.values()) and len({parent[i] for i in said}) == len(said):
            rows += [{"river": name, **values} for values in first if any(k not in ("source", "kind") or (
                k == "kind" and values[k] != "channel") for k in values)]
            continue
        stretches: list[tuple[float, float, int]] = []
        for k in np.argsort(stem.lower, kind="stable").tolist():
            low, high, i = float(stem.lower[k]), float(stem.upper[k]), int(stem.rows[k])
            below = stretches[-1] if stretches else None
            follows = below is not None and abs(below[1] - low) < INSET and said[below[2]] == said[i]
            if below and follows and _cut_by_station(river, below[2], i):
                low, i = below[0], below[2]
                stretches.pop()
            stretches.append((low, high, i))
        rows += [{"river": name, "from_km": low, "to_km": high, **values} for low, high, i in stretches
                 for values in said[i]]
    return rows


def _cut_by_station(river: RiverNetwork, below: int, above: int) -> bool:
    """Whether a reach ends where a station takes or returns its water: laying the station cuts it there again."""
    kind, ids = river.reaches["kind"], river.reaches["reach_id"]
    return ((kind.iat[below] == "dewatered") or (kind.iat[above] == "dewatered")) \
        and _parent(ids.iat[below]) == _parent(ids.iat[above])


def _said(river: RiverNetwork, row: int, pools: frozenset[int], *, with_class: bool, share: float) -> list[Row]:
    """What is given of one reach, a row for each source; at least one: it keeps the limits of the reach."""
    reach = river.reaches.iloc[row]
    by_source: dict[str, dict[str, Any]] = {}
    for column in _STRETCH:
        value, source = _number(reach[column]), reach[f"{column}_source"]
        if value is not None and source in GIVEN:
            by_source.setdefault(source, {})[column] = value / share if column in _GROWING else value
    rows: list[dict[str, Any]] = [{**values, "source": source} for source, values in by_source.items()] or [{}]
    kind = "channel" if row in pools or reach["kind"] not in choices_of("reach_parameter", "kind") else reach["kind"]
    rows[0]["kind"] = "channel" if kind == "dewatered" else kind        # a station lays its own
    if kind == "reservoir":
        held = [s.storage[row] for s in river.scenarios.values() if np.isfinite(s.storage[row])]
        rows[0]["storage"] = float(held[0]) if held else None
    if (depth := _stretch_depth(river, row)) is not None:
        rows[0]["depth"] = depth
    if with_class and reach["water_class"]:
        rows[0]["water_class"] = reach["water_class"]
    return [*rows]


def _stretch_depth(river: RiverNetwork, row: int) -> float | None:
    """The depth of a reach at normal flow: a list of stretches says it of each reach, one of flows of places."""
    flow = river.scenarios.get("normal")
    return None if flow is None or flow.depth_source[row] else _number(flow.depth[row])


def _pools(river: RiverNetwork) -> frozenset[int]:
    """Rows of the reservoir reaches above listed dams: the list of spaces says them."""
    head, kind = river.reaches["head"].to_numpy(object), river.reaches["kind"].to_numpy(object)
    tail = river.reaches["tail"].to_numpy(object)
    found: set[int] = set()
    todo = [s.node_id for s in river.sites if isinstance(s, Space) and s.node_id and s.pool_length]
    while todo:
        node = todo.pop()
        above = [i for i in np.flatnonzero((head == node) & (kind == "reservoir")).tolist() if i not in found]
        found.update(above)
        todo += [str(tail[i]) for i in above]
    return frozenset(found)


def flow_rows(river: RiverNetwork) -> list[Row]:
    """Rows of the list of flows, for every scenario a list can name."""
    known = choices_of("flow", "scenario")
    found = given_stems(river)
    return [{**row, "scenario": name, "river": stem} for name, flow in river.scenarios.items() if name in known
            for stem, pieces in found.items() for row in _flow_of(river, flow, pieces)]


def _flow_of(river: RiverNetwork, flow: FlowScenario, pieces: Sequence[Stem]) -> list[Row]:
    """The places of one river under one flow."""
    pool = (river.reaches["kind"] == "reservoir").to_numpy(bool)
    stem = pieces[0]
    values = {int(i): _given(flow, int(i), float(share)) for p in pieces
              for i, share in zip(p.rows, p.share, strict=True)}
    first = next((v for i, v in values.items() if v and not pool[i]), values[int(stem.rows[0])])
    if first and all(v and _alike(v, first, pool[i]) for i, v in values.items()):
        return [first]
    rows: list[tuple[float, float, Row]] = []
    end, divided = -np.inf, False
    for k in np.argsort(stem.lower, kind="stable").tolist():
        low, high, i = float(stem.lower[k]), float(stem.upper[k]), int(stem.rows[k])
        value = values[i]
        divided |= flow.discharge_source[i] == "diversion"
        if value and low > end - INSET:                         # of two arms one speaks
            if divided and rows and _alike(rows[-1][2], value, False):
                low = rows.pop()[0]                             # one flow above and below a dewatered reach
            rows.append((low, high, value))
            end, divided = high, False
    words = {r["discharge_source"] for _, _, r in rows}
    between = "assumed" if "assumed" in words else "interpolated"
    places: list[Row] = []
    for k, (low, high, row) in enumerate(rows):
        inner = 0 < k < len(rows) - 1 and all(_alike(row, rows[n][2], False) for n in (k - 1, k + 1))
        if inner and row["discharge_source"] == between and row.get("velocity_source", "assumed") == "assumed":
            continue                                            # its neighbours say the same
        inset = min(INSET, (high - low) / 4)
        places += [{"at_km": low + inset, **row}, {"at_km": high - inset, **row}]
    return places


def _given(flow: FlowScenario, row: int, share: float) -> dict[str, Any]:
    """What is given of one reach's flow; nothing where its discharge was derived."""
    word = flow.discharge_source[row]
    if word not in choices_of("flow", "discharge_source") or not flow.discharge[row] > 0:
        return {}
    found: dict[str, Any] = {"discharge": float(flow.discharge[row]) / share, "discharge_source": word}
    for column, filled in (("depth", flow.depth_source[row]), ("width", flow.width_source[row])):
        value = _number(getattr(flow, column)[row])
        if value is not None and not filled and not (column == "depth" and flow.name == "normal"):
            found[column] = value
    if (velocity := _number(flow.velocity[row])) is not None:
        found |= {"velocity": velocity, "velocity_source": flow.velocity_source[row] or "assumed"}
    return found


def _alike(row: Row, other: Row, pool: bool) -> bool:
    """Whether two reaches have the same flow; of a pool only its discharge counts."""
    keys = ("discharge", "discharge_source") if pool else {*row, *other} - {"at_km"}
    for key in keys:
        a, b = row.get(key), other.get(key)
        same = np.isclose(a, b, rtol=1e-12, atol=0.0) if isinstance(a, float) and isinstance(b, float) else a == b
        if not same:
            return False
    return True


def _parent(reach_id: str) -> str:
    """The line a reach was cut from."""
    whole, dot, part = reach_id.rpartition(".")
    return _parent(whole) if dot and part.isdecimal() else reach_id


def _same(values: Any) -> Any:
    """The value all agree on; None where they differ or there is none."""
    found = list(dict.fromkeys(values.tolist()))
    return (found[0] or None) if len(found) == 1 and found[0] == found[0] else None


def _number(value: Any) -> float | None:
    return float(value) if np.isfinite(value) else None

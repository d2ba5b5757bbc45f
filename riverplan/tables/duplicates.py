"""Rows that are one thing twice, may be, or only share a name: merged only where they say exactly the same."""

import math
import re
from collections.abc import Mapping, Sequence

from riverplan.errors import Problem
from riverplan.tables.counts import MERGED, Tally
from riverplan.tables.measures import fold
from riverplan.tables.rows import Row
from riverplan.tables.schema import tables

NEAR = 200.0
"""Things of one name this close [m] may be one."""
_COMPARED = 50
"""Earlier rows of one name a row is compared with: a list of one name throughout must not take for ever."""
_NAMED = ("risk_source", "intake", "section", "boundary", "bridge", "town", "space", "store", "team")
"""Lists whose names are worth comparing: duty posts, items and stakes share names by nature."""
_MERGED = tuple(k for k, t in tables().items() if t.key and k != "material")
_PROVINCES = ("北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|"
              "四川|贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆")
_PROVINCE = re.compile(rf"^(?:{_PROVINCES})(?:省|市|自治区|壮族自治区|回族自治区|维吾尔自治区)?(?=.{{4}})")
_TOWN = re.compile(r"^(.{2,3})[市县区](?=.{2})")
_COMPANY = re.compile(r"(?:股份|责任|集团)*有限(?:责任)?公司|股份公司|集团公司|\(集团\)")
_PLACE = frozenset({"file", "sheet", "row", "remark"})


def bare_name(name: str) -> str:
    """A name without province, 市县区 after the town, brackets and 有限公司: what two writings of it share.

    >>> bare_name("浙江省湖州市三友印染有限公司") == bare_name("湖州三友印染")
    True
    """
    text = _PROVINCE.sub("", fold(name))
    text = _COMPANY.sub("", _TOWN.sub(r"\1", text))
    return re.sub(r"[()\[\]【】《》“”\"'·\-_,.]", "", text)


def settle_duplicates(rows: Mapping[str, list[Row]], tally: Tally) -> tuple[Problem, ...]:
    """Merge rows that are exactly alike, in place, and name those that may be one thing or only share a name.

    Parameters
    ----------
    rows
        The rows of each list as read, ids not yet settled.
    tally
        Told which rows were merged.
    """
    problems: list[Problem] = []
    for kind in _MERGED:
        problems += _merge(rows[kind], tables()[kind].key, tally)
    for kind in _NAMED:
        problems += _compare(rows[kind])
    return tuple(problems)


def _merge(rows: list[Row], key: str, tally: Tally) -> list[Problem]:
    first: dict[tuple[object, ...], Row] = {}
    kept: list[Row] = []
    problems: list[Problem] = []
    for row in rows:
        content = tuple(v for k, v in row.items() if k != key and k not in _PLACE)
        other = first.setdefault(content, row)
        if other is row or all(v is None for v in content) or not _one_id(other[key], row[key]):
            kept.append(row)
            continue
        other[key] = other[key] or row[key]
        tally.turn(row["file"], row["sheet"], row["row"], MERGED)
        problems.append(_pair("rows_same", "note", other, row, name=_name(row)))
    rows[:] = kept
    return problems


def _one_id(a: object, b: object) -> bool:
    """Whether two ids do not tell things apart: equal, one empty, or both running numbers."""
    return a == b or not a or not b or all(str(v).isdecimal() and len(str(v)) <= 4 for v in (a, b))


def _compare(rows: Sequence[Row]) -> list[Problem]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        bare = bare_name(str(row.get("name") or ""))
        if bare:
            groups.setdefault(bare, []).append(row)
    problems: list[Problem] = []
    for group in groups.values():
        apart: dict[str, list[Row]] = {}                # by name as written: things that only share it
        seen: list[Row] = []
        for row in group:
            other = next((o for o in seen[:_COMPARED] if _may_be_one(o, row)), None)
            seen.append(row)
            if other is None:
                apart.setdefault(fold(str(row["name"])), []).append(row)
            else:
                far = distance(other, row)
                problems.append(_pair("rows_alike", "warning", other, row, name1=_name(other), name2=_name(row),
                                      apart="?" if math.isnan(far) else f"{far:.0f} m"))
        problems += [_homonyms(same) for same in apart.values() if len(same) > 1]
    return problems


def _may_be_one(a: Row, b: Row) -> bool:
    far = distance(a, b)
    if fold(str(a["name"])) != fold(str(b["name"])):
        return math.isnan(far) or far <= 25 * NEAR      # 三友印染 and 三友印染有限公司 in one district
    if not math.isnan(far):
        return far <= NEAR
    return all(a.get(f) == b.get(f) for f in ("river", "township", "county"))


def distance(a: Row, b: Row) -> float:
    """How far two rows are apart by their coordinates, else by river kilometre [m]; nan where unknown."""
    places = [r.get(f) for r in (a, b) for f in ("lon", "lat")]
    if not any(v is None for v in places):
        lon1, lat1, lon2, lat2 = (math.radians(float(v)) for v in places if v is not None)
        step = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
        return 2 * 6_371_000.0 * math.asin(math.sqrt(min(1.0, step)))
    km = [r.get("river_km") for r in (a, b)]
    if km[0] is not None and km[1] is not None and a.get("river") == b.get("river"):
        return abs(float(km[0]) - float(km[1]))
    return math.nan


def _homonyms(same: Sequence[Row]) -> Problem:
    places = "；".join(_where(row) for row in same[:8]) + ("…" if len(same) > 8 else "")
    row = same[0]
    return Problem(code="names_repeat", severity="note", file=row["file"], sheet=row["sheet"], row=row["row"],
                   fields={"name": row["name"], "count": len(same), "places": places})


def _where(row: Row) -> str:
    km = row.get("river_km")
    place = [str(row.get("county") or ""), str(row.get("township") or ""), str(row.get("river") or ""),
             f"{km / 1000:.1f} km" if km is not None else "",
             f"({row['lon']:.4f}, {row['lat']:.4f})" if row.get("lon") is not None else ""]
    return " ".join(p for p in place if p) + f" #{row['row']}"


def _name(row: Row) -> str:
    return str(row.get("name") or row.get("stake") or "—")


def _pair(code: str, severity: str, a: Row, b: Row, **fields: object) -> Problem:
    where = [" ".join(p for p in (r["file"], r["sheet"]) if p) for r in (a, b)]
    return Problem(code=code, severity=severity, file=b["file"], sheet=b["sheet"], row=b["row"],  # type: ignore[arg-type]
                   lon=b.get("lon"), lat=b.get("lat"),
                   fields={"row1": a["row"], "row2": b["row"], "where1": where[0], "where2": where[1], **fields})

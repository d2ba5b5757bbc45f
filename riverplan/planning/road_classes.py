"""What road lines say of themselves: class, speed, direction, whether a vehicle may pass. Words to values."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from math import inf, nan
from typing import Any

import numpy as np

from riverplan.channel import Array

SPEEDS: Mapping[str, float] = {
    "motorway": 80.0, "national": 50.0, "provincial": 45.0, "county": 35.0, "township": 25.0, "village": 20.0,
    "street": 25.0, "track": 10.0, "ferry": 8.0, "path": 5.0, "unknown": 25.0}
"""Mean speed of a car [km/h] by class of road, in mountains, by day, dry (assumed)."""
LIMIT_SHARE = 0.8
"""Mean speed over the speed limit that a line states [-] (assumed)."""
MINOR = frozenset({"county", "township", "village", "street", "track", "path", "unknown"})
"""Classes that a landslide closes or narrows first."""
CLOSED = frozenset({"path"})
"""Classes no vehicle uses."""
FASTEST = 130.0
"""A stated speed beyond this [km/h], or of none, is no speed."""
HEADS: Mapping[str, tuple[str, ...]] = {
    "class": ("highway", "fclass", "道路等级", "公路等级", "行政等级", "等级", "道路类型", "道路类别", "公路类型",
              "类型", "类别", "road_class", "roadclass", "class", "type", "kind", "技术等级"),
    "route": ("route",),
    "ref": ("ref", "路线编号", "路线编码", "公路编号", "道路编号", "编号", "route_no", "code_road"),
    "name": ("name", "名称", "路线名称", "道路名称", "公路名称", "路名", "name_zh"),
    "limit": ("maxspeed", "限速", "最高限速", "设计速度", "设计时速", "max_speed", "speed_limit"),
    "speed": ("speed_kph", "speed", "车速", "平均车速", "行车速度", "avg_speed", "mean_speed"),
    "oneway": ("oneway", "单行", "单行道", "单向", "one_way"),
    "passable": ("passable", "通行", "可通行", "能否通行", "是否通行", "通行状况", "通行情况"),
    "access": ("access", "motor_vehicle"),
    "load": ("maxweight", "限重", "限载", "载重", "最大载重", "max_weight"),
}
"""Heads of columns in the order they are tried; cut to ten bytes where a shapefile cut them."""
_WORDS: Mapping[str, tuple[str, ...]] = {
    "motorway": ("motorway", "motorway_link", "高速", "高速公路"),
    "national": ("trunk", "trunk_link", "国道", "一级", "一级公路", "快速路"),
    "provincial": ("primary", "primary_link", "省道", "二级", "二级公路", "主干道", "主干路"),
    "county": ("secondary", "secondary_link", "县道", "三级", "三级公路", "次干道", "次干路"),
    "township": ("tertiary", "tertiary_link", "乡道", "乡镇道路", "四级", "四级公路", "支路"),
    "village": ("unclassified", "村道", "通村公路", "通村路", "等外", "等外公路", "农村公路"),
    "street": ("residential", "living_street", "service", "road", "街道", "城市道路", "市区道路", "内部道路"),
    "track": ("track", "机耕道", "机耕路", "土路", "便道", "林道", "施工便道"),
    "ferry": ("ferry", "轮渡", "渡口", "渡运", "渡船", "汽渡", "汽车渡口"),
    "path": ("footway", "path", "pedestrian", "steps", "cycleway", "bridleway", "corridor", "construction", "proposed",
             "abandoned", "人行道", "步道", "小路", "在建"),
}
_CLASS_OF = {word: name for name, words in _WORDS.items() for word in words}
_REF = re.compile(r"^([GSXYCZ])\s*-?(\d{1,5})")
_BY_LETTER = {"X": "county", "Y": "township", "C": "village", "Z": "village"}
_NO = frozenset({"no", "n", "false", "0", "否", "不", "断", "断路", "中断", "断道", "不通", "不能", "不可", "不可通行",
                 "不能通行", "不通行", "禁行", "禁止通行", "封闭", "塌方", "垮塌", "closed", "blocked"})
_YES = frozenset({"yes", "y", "true", "1", "是", "单行", "单向", "单向通行", "f"})
_AGAINST = frozenset({"-1", "reverse", "t", "反向", "逆向"})
_MILE = 1.609344


def column_of(names: Sequence[str], subject: str) -> str | None:
    """The column that holds a subject of :data:`HEADS`, or None.

    >>> column_of(["osm_id", "FCLASS", "maxspeed"], "class")
    'FCLASS'
    """
    found = {_plain(n): n for n in reversed(names)}
    for head in HEADS[subject]:
        cut = head.encode()[:10].decode(errors="ignore")
        for wanted in (head, cut):
            if wanted in found:
                return found[wanted]
    return None


def class_of(words: Any, ref: Any = "", name: Any = "") -> str:
    """The class of a road, one of :data:`SPEEDS`, by its word, else its number, else its name; else ``unknown``.

    G with three digits is a national road, with one, two or four an expressway; S likewise for a province
    (GB/T 917-2017).

    >>> class_of("tertiary_link"), class_of("县道"), class_of("", "G351"), class_of("", "", "丰石高速")
    ('township', 'county', 'national', 'motorway')
    """
    word = _plain(words)
    if word in _CLASS_OF:
        return _CLASS_OF[word]
    if word.startswith("track_grade"):
        return "track"
    number, title = _plain(ref), _plain(name)
    return _by_part(word) or _by_number(number) or _by_number(word) or _by_number(title) or _by_part(title) or "unknown"


def _by_part(word: str) -> str:
    """By a Chinese word of a class within others; the first listed counts."""
    return next((c for part, c in _CLASS_OF.items() if not part.isascii() and part in word), "")


def _by_number(number: str) -> str:
    match = _REF.match(number.upper())
    if match is None:
        return ""
    letter, digits = match[1], match[2]
    if letter in _BY_LETTER:
        return _BY_LETTER[letter]
    if len(digits) == 3:
        return "national" if letter == "G" else "provincial"
    return "motorway"


def speed_of(words: Any) -> float:
    """A stated speed [km/h]; nan where it is none (Geofabrik writes 0 for unknown).

    >>> speed_of("60"), speed_of("40 mph"), speed_of(0), speed_of("CN:urban")
    (60.0, 64.37376, nan, nan)
    """
    plain = _plain(words)
    match = re.match(r"(\d{1,3}(?:\.\d+)?)\s*(mph|km/h|kmh|kph|公里|千米)?", plain)
    if match is None:
        return nan
    value = float(match[1]) * (_MILE if match[2] == "mph" else 1.0)
    return value if 0 < value <= FASTEST else nan


def load_of(words: Any) -> float:
    """The heaviest vehicle a line bears [kg], from tonnes; infinite where nothing is said.

    >>> load_of("15 t"), load_of("")
    (15000.0, inf)
    """
    match = re.match(r"(\d{1,4}(?:\.\d+)?)\s*(t|吨)?$", _plain(words))
    return float(match[1]) * 1000.0 if match and float(match[1]) > 0 else inf


def is_passable(words: Any) -> bool:
    """Whether a column of passability lets a vehicle through; what it does not say it does not forbid."""
    return _plain(words) not in _NO


def directions(values: Sequence[Any]) -> np.ndarray:
    """Which way a line may be driven: 1 as drawn, -1 against, 0 both; shape ``(n,)``.

    ``T`` is *against* in files of Geofabrik, which are known by their ``B`` (both), and *true* elsewhere.

    >>> directions(["F", "T", "B"]).tolist(), directions(["F", "T"]).tolist(), directions(["yes", "-1"]).tolist()
    ([1, -1, 0], [0, 1], [1, -1])
    """
    plain = [_plain(v) for v in values]
    said = set(plain)
    is_boolean = "b" not in said and bool(said & {"t", "f"})
    way = {"f": 0, "t": 1} if is_boolean else {}
    return np.array([way.get(p, 1 if p in _YES else -1 if p in _AGAINST else 0) for p in plain], np.int64)


def speeds_of(classes: Sequence[str], limits: Sequence[Any], means: Sequence[Any]) -> Array:
    """The mean speed of a car on each line [m/s]: stated, else of the stated limit, else of the class (assumed)."""
    by_class = np.array([SPEEDS[c] for c in classes], np.float64)
    by_limit = np.array([speed_of(v) for v in limits], np.float64) * LIMIT_SHARE
    mean = np.array([speed_of(v) for v in means], np.float64)
    stated = np.where(np.isfinite(mean), mean, by_limit)
    return np.where(np.isfinite(stated), stated, by_class) / 3.6


def _plain(words: Any) -> str:
    if words is None or (isinstance(words, float) and np.isnan(words)):
        return ""
    if isinstance(words, float) and words.is_integer():
        words = int(words)
    return unicodedata.normalize("NFKC", str(words)).strip().casefold()

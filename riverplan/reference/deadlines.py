"""By when an event is reported, told to neighbours and published: rules as rows of ``deadlines.csv``.

Clocks start when the report came in (接报) or the event became known (知悉), never at the release. A row of the
confidence ``design`` is advice of this software and no rule of an authority.
"""

import csv
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from riverplan.units import HOUR

LEVELS = ("I", "II", "III", "IV")
"""Of an event, the gravest first: 特别重大、重大、较大、一般."""
KINDS: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "report": ("报告", "上报"), "circular": ("通报",), "notice": ("通知", "告知"),
    "letter": ("调度建议函", "函"), "publication": ("发布", "信息发布")})
"""What is owed, with the words for it in a table: upward, to neighbours and departments, to waterworks and
villages, to the water department, to the public."""
MEDIA: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "phone": ("电话", "口头"), "writing": ("书面", "传真", "文字"), "conference": ("新闻发布会", "发布会")})
SINCE: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "received": ("接报",), "known": ("知悉", "得知", "发现"), "verified": ("核实",), "reported": ("接到报告",)})
"""From what event a clock runs; ``reported``: from the report of the bureau below."""
BY: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "bureau": ("生态环境局", "市县", "县级"), "government": ("政府", "人民政府"), "province": ("省级", "省厅")})
"""Who owes it."""
EVERYWHERE = "全国"
LONGEST = 8760.0
"""Longest deadline that is believed [h]."""
_AT_ONCE = ("立即", "第一时间", "马上", "at once", "immediately")
_SPLIT = re.compile(r"[|、,，/;；和及\s]+")
_HOURS = re.compile(r"(\d+(?:\.\d+)?)\s*(分钟|分|min|minutes|小时|时|h|hours|hour)?")
_LEVEL_WORDS = MappingProxyType({"特别重大": "I", "重大": "II", "较大": "III", "一般": "IV", **{v: v for v in LEVELS}})


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """One rule: who tells whom by what means, and within what time of what event.

    Parameters
    ----------
    jurisdiction
        Where it holds: the name of a province, city or county; ``全国`` is everywhere.
    levels
        Of :data:`LEVELS`.
    within
        Time allowed [s]; 0 is at once.
    to, to_en
        Recipients, as many of the one as of the other; ``to_en`` may be empty.
    source
        The document; empty for the advice of this software (confidence ``design``).
    """

    jurisdiction: str
    by: str = "bureau"
    levels: tuple[str, ...] = LEVELS
    kind: str
    medium: str
    within: float
    since: str
    to: tuple[str, ...]
    to_en: tuple[str, ...] = ()
    source: str = ""
    confidence: str = ""

    def holds(self, jurisdiction: str, level: str) -> bool:
        """Whether it binds a jurisdiction at a level.

        A rule of a milder level holds too: nothing graver is told later. A city's rule holds for its counties where
        the jurisdiction names both (娄底市新化县).
        """
        here = self.jurisdiction == EVERYWHERE or (bool(self.jurisdiction) and self.jurisdiction in jurisdiction)
        return here and any(LEVELS.index(own) >= LEVELS.index(level) for own in self.levels)


def _word(written: str, words: Mapping[str, tuple[str, ...]]) -> str | None:
    plain = written.strip().casefold()
    return next((code for code, said in words.items() if plain == code or plain in said), None)


def _levels(written: str) -> tuple[str, ...] | None:
    """The levels a cell names; all where it is empty; None where one is not known."""
    plain = unicodedata.normalize("NFKC", written).strip()
    if plain in ("", "全部", "各级", "all"):
        return LEVELS
    upward = re.fullmatch(r"(.+?)级?及?以上", plain)
    if upward:
        least = _LEVEL_WORDS.get(upward[1].strip().removesuffix("级"))
        return LEVELS[:LEVELS.index(least) + 1] if least else None
    found = [_LEVEL_WORDS.get(w.removesuffix("级").upper()) for w in _SPLIT.split(plain) if w]
    known = [level for level in found if level]
    return tuple(v for v in LEVELS if v in known) if known and len(known) == len(found) else None


def _within(written: str) -> float | None:
    """Seconds of a cell: a number is hours; None where it is no time that is believed."""
    plain = unicodedata.normalize("NFKC", written).strip().casefold()
    if plain in _AT_ONCE:
        return 0.0
    if plain in ("半小时", "半个小时"):
        return 0.5 * HOUR
    found = _HOURS.fullmatch(plain)
    if not found:
        return None
    time = float(found[1]) / (60.0 if (found[2] or "").startswith(("分", "min")) else 1.0)
    return time * HOUR if time <= LONGEST else None


def deadline_of(cells: Mapping[str, str]) -> tuple[Deadline | None, tuple[tuple[str, str], ...]]:
    """A rule of the cells of a row, by the names of the columns of ``deadlines.csv``.

    Returns
    -------
    Deadline or None, tuple
        The rule, or None where a cell cannot be read; then the columns that cannot, each with what stands there.

    >>> rule, wrong = deadline_of({"jurisdiction": "某县", "levels": "较大及以上", "kind": "报告", "medium": "电话",
    ...                            "hours": "30分钟", "since": "接报", "to": "县人民政府"})
    >>> rule.levels, rule.within, wrong
    (('I', 'II', 'III'), 1800.0, ())
    """
    said = {name: cells.get(name, "").strip() for name in (
        "jurisdiction", "by", "levels", "kind", "medium", "hours", "since", "to", "to_en", "source", "confidence")}
    by = _word(said["by"], BY) if said["by"] else "bureau"
    levels, within = _levels(said["levels"]), _within(said["hours"])
    kind, medium, since = _word(said["kind"], KINDS), _word(said["medium"], MEDIA), _word(said["since"], SINCE)
    to = tuple(w.strip() for w in said["to"].split("|") if w.strip())
    if by is None or levels is None or within is None or kind is None or medium is None or since is None or \
            not to or not said["jurisdiction"]:
        read = {"jurisdiction": said["jurisdiction"] or None, "by": by, "levels": levels, "kind": kind,
                "medium": medium, "hours": within, "since": since, "to": to or None}
        return None, tuple((name, said[name]) for name, value in read.items() if value is None)
    return Deadline(jurisdiction=said["jurisdiction"], by=by, levels=levels, kind=kind, medium=medium, within=within,
                    since=since, to=to, to_en=tuple(w.strip() for w in said["to_en"].split("|") if w.strip()),
                    source=said["source"], confidence=said["confidence"]), ()


@cache
def deadlines() -> tuple[Deadline, ...]:
    """The rules of ``deadlines.csv``; a bureau's own are read by :func:`riverplan.tables.deadlines.read_deadlines`."""
    with files(__package__).joinpath("deadlines.csv").open(encoding="utf-8") as file:
        return tuple(rule for rule, _ in map(deadline_of, csv.DictReader(file)) if rule is not None)


def strictest(rules: Iterable[Deadline], *, jurisdiction: str, level: str, kind: str,
              ) -> tuple[tuple[str, Deadline], ...]:
    """The shortest rule for each recipient and medium that holds, the shortest first.

    What the province owes the ministry runs from another clock and is left out.

    >>> [(to, rule.medium, rule.within) for to, rule in strictest(
    ...     deadlines(), jurisdiction="丰都县", level="IV", kind="report")][:2]
    [('本级人民政府', 'phone', 1800.0), ('上一级生态环境主管部门', 'phone', 1800.0)]
    """
    best: dict[tuple[str, str], Deadline] = {}
    for rule in rules:
        if rule.kind == kind and rule.by != "province" and rule.holds(jurisdiction, level):
            for to in rule.to:
                key = (to, rule.medium)
                if key not in best or rule.within < best[key].within:
                    best[key] = rule
    return tuple((to, rule) for (to, _), rule in sorted(best.items(), key=lambda item: item[1].within))

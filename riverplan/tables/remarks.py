"""Remarks that say a thing is no longer there (撤销, 搬迁, 拆除) or stands still (停产): told, never passed over."""

import re
from collections.abc import Mapping
from typing import Literal

from riverplan.errors import Problem
from riverplan.tables.counts import Tally
from riverplan.tables.measures import fold
from riverplan.tables.rows import Row
from riverplan.tables.schema import tables

_GONE_WORDS = "撤销|注销|关闭|拆除|取缔|报废|废弃|停用|废止|搬迁|搬离|搬走|迁出|淘汰|灭失|销号|清退|不存在"
_GONE = re.compile(rf"(?:现已|目前已|已经|已|早已)?(?:{_GONE_WORDS})了?(?:[到至往][^,。;]*)?"
                   rf"|.*(?:已经?|早已|已于[^,。;]{{1,12}}|\d{{4}}年[^,。;]{{0,8}})(?:{_GONE_WORDS})"
                   r"(?![物渣矿液料水气]|闸|阀|门|尾矿).*")
_HALTED = re.compile(r"停产|停业|停运|停工|歇业|关停|闭库|停止(?:生产|运行|使用)|搬迁|撤销|停用")
_DOUBT = re.compile(
    r"拟|计划|将|正在|待|准备|预计|部分|未|是否|曾|除外|期间|搬迁至此|迁至本|迁入|复产|恢复|重新启用|备用")
_WORKING = re.compile(r"^(?:正常|在用|运行|正常运行|正常生产|在产|运营|是|否)?$")
_KINDS = frozenset(k for k, t in tables().items() if t.key) - {"material"}


def state_of(remark: str, name: str) -> tuple[Literal["gone", "halted", ""], str]:
    """Whether a row says its thing is gone or stands still, and the words that say so.

    Gone is only what is said plainly (已撤销, 2021年搬迁); a plan or a doubt (拟搬迁) is ``halted``, so that
    the thing stays on the map and a person looks. Of the name only what stands in brackets counts.

    Examples
    --------
    >>> state_of("2021年已搬迁", ""), state_of("拟搬迁", ""), state_of("存放废弃物", "")
    (('gone', '2021年已搬迁'), ('halted', '拟搬迁'), ('', ''))
    """
    inside = re.findall(r"\(([^()]*)\)", fold(name))
    clauses = [c for text in (fold(remark), *inside) for c in re.split(r"[,。;、:]", text) if c]
    halted = ""
    for clause in clauses:
        if _WORKING.match(clause):
            continue
        doubt = _DOUBT.search(clause)
        if _GONE.fullmatch(clause) and not doubt:
            if any(re.search(r"复产|恢复|重新启用|现为|仍", other) for other in clauses):
                halted = halted or clause
                continue
            return "gone", clause
        if _HALTED.search(clause) and not re.search(r"搬迁至此|迁至本|迁入|未停|不停|期间|时停|复产|搬迁安置", clause):
            halted = halted or clause
    return ("halted", halted) if halted else ("", "")


def heed_remarks(rows: Mapping[str, list[Row]], tally: Tally) -> tuple[Problem, ...]:
    """Take out rows of things that are gone, in place; say so of each, and of those that stand still.

    Parameters
    ----------
    rows
        The rows of each list, with what they remark in ``remark``.
    tally
        Told which rows are no longer kept.
    """
    problems: list[Problem] = []
    for kind in _KINDS & set(rows):
        kept: list[Row] = []
        for row in rows[kind]:
            state, words = state_of(row["remark"], str(row.get("name") or ""))
            if state:
                code: str = {"gone": "site_closed", "halted": "site_halted"}[state]
                problems.append(Problem(
                    code=code, severity="warning", file=row["file"], sheet=row["sheet"], row=row["row"],
                    lon=row.get("lon"), lat=row.get("lat"),
                    fields={"name": row.get("name") or row.get(tables()[kind].key) or "—", "remark": words}))
            if state == "gone":
                tally.turn(row["file"], row["sheet"], row["row"], "site_closed")
            else:
                kept.append(row)
        rows[kind][:] = kept
    return tuple(sorted(problems, key=lambda p: (p.file, p.sheet, p.row or 0)))

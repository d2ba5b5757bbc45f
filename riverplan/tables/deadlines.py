"""A bureau's own table of deadlines, from CSV or a workbook, with Chinese or English heads."""

from collections.abc import Mapping
from pathlib import Path

from riverplan.errors import InputError, Problem
from riverplan.reference.deadlines import Deadline, deadline_of
from riverplan.tables.cells import text_of
from riverplan.tables.gauges import station_heads
from riverplan.tables.grids import Grid, read_grids
from riverplan.tables.measures import fold

HEADS: Mapping[str, frozenset[str]] = {
    name: frozenset(fold(w) for w in words.split()) for name, words in {
        "jurisdiction": "地区 区域 行政区 适用地区 管辖范围 jurisdiction",
        "by": "责任主体 报告主体 发布主体 by",
        "levels": "级别 事件级别 等级 level levels",
        "kind": "种类 类型 事项 kind",
        "medium": "方式 形式 报告方式 medium",
        "hours": "时限 时限要求 小时 hours within",
        "since": "起算 起算点 起算时间 since from",
        "to": "对象 报告对象 接收单位 报送单位 to recipient",
        "to_en": "to_en", "source": "依据 来源 文件 source", "confidence": "可信度 confidence",
    }.items()}
"""Heads of the columns of ``reference/deadlines.csv``; several recipients are parted by ``|``."""


def read_deadlines(path: Path | str) -> tuple[tuple[Deadline, ...], tuple[Problem, ...]]:
    """Read a table of deadlines; a bare number is hours, 30分钟, 半小时 and 立即 are understood.

    Returns
    -------
    rules
        At least one, in the order of the rows.
    problems
        A rule left out would be a report too late: each cell that cannot be read is an error, and leaves out its row.

    Raises
    ------
    InputError
        If the file cannot be read, has no heads of such a table, or no row that can be read; all problems.
    """
    path = Path(path)
    grids, problems = read_grids(path)
    said = list(problems)
    rules: list[Deadline] = []
    known = False
    for grid in grids:
        head = station_heads(grid, HEADS, {"jurisdiction", "kind", "medium", "since", "to"}, {"hours"})
        if head is not None and not grid.hidden:
            known = True
            _rows(path.name, grid, *head, rules, said)
    if not known:
        said.append(Problem(code="deadline_heads", file=path.name))
    if known and not rules and not any(p.severity == "error" for p in said):
        said.append(Problem(code="deadline_empty", file=path.name))
    if not rules:
        raise InputError(said)
    return tuple(rules), tuple(said)


def _rows(file: str, grid: Grid, head: int, columns: Mapping[str, int], rules: list[Deadline],
          said: list[Problem]) -> None:
    for r in range(head + 1, len(grid.rows)):
        row = grid.rows[r]
        cells = {name: text_of(row[c]).strip() if c < len(row) else "" for name, c in columns.items()}
        if not any(cells.values()):
            continue
        rule, wrong = deadline_of(cells)
        if rule is not None:
            rules.append(rule)
        said += [Problem(code=f"deadline_{name}", file=file, sheet=grid.sheet, row=r + 1,
                         fields={"value": value or "—"}) for name, value in wrong]

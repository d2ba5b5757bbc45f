"""A bureau's own deadlines as people write them."""

import pytest

from riverplan.errors import InputError
from riverplan.reference.deadlines import Deadline
from riverplan.tables.deadlines import read_deadlines

HEADS = "地区,级别,种类,方式,时限,起算,对象,依据\n"


def written(tmp_path, text: str, encoding: str = "utf-8"):
    path = tmp_path / "时限.csv"
    path.write_text(text, encoding=encoding)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_a_row_becomes_a_rule(tmp_path, encoding):
    path = written(tmp_path, f"{HEADS}某县,较大及以上,报告,电话,半小时,接报,县人民政府|市生态环境局,某文件\n", encoding)
    assert read_deadlines(path) == ((Deadline(
        jurisdiction="某县", levels=("I", "II", "III"), kind="report", medium="phone", within=1800.0,
        since="received", to=("县人民政府", "市生态环境局"), source="某文件"),), ())


def test_every_cell_that_cannot_be_read_is_named_with_its_mend(tmp_path):
    path = written(tmp_path, f"{HEADS}某县,五级,命令,烽火,很快,事发,,某文件\n某县,IV,报告,电话,1,接报,县政府,\n")
    rules, problems = read_deadlines(path)
    assert {p.code for p in problems} == {
        "deadline_levels", "deadline_kind", "deadline_medium", "deadline_hours", "deadline_since", "deadline_to"}
    assert {p.row for p in problems} == {2} and {p.severity for p in problems} == {"error"}
    for problem in problems:
        assert problem.text("zh") and problem.text("en")
    assert [(r.levels, r.within) for r in rules] == [(("IV",), 3600.0)]


@pytest.mark.parametrize(("text", "code"), [
    ("时间,流量\n0,1\n", "deadline_heads"), (HEADS, "deadline_empty"),
    (f"{HEADS}某县,IV,报告,电话,很快,接报,县政府,\n", "deadline_hours")])
def test_a_table_without_heads_or_rows_is_refused(tmp_path, text, code):
    with pytest.raises(InputError) as caught:
        read_deadlines(written(tmp_path, text))
    assert code in [p.code for p in caught.value.problems]

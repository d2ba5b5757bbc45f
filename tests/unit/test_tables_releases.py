"""Releases in parts as people write them."""

import pytest

from riverplan.errors import InputError
from riverplan.tables.releases import read_release


def written(tmp_path, text: str, encoding: str = "utf-8"):
    path = tmp_path / "释放过程.csv"
    path.write_text(text, encoding=encoding)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_hours_and_kilograms_become_seconds_and_kilograms(tmp_path, encoding):
    path = written(tmp_path, "开始(h),结束(h),质量(kg)\n0,1.5,1200\n48,50,\"3,000\"\n", encoding)
    assert read_release(path) == ((0.0, 5400.0, 1200.0), (172_800.0, 180_000.0, 3000.0))


def test_english_heads_serve_in_any_order_and_a_part_without_an_end_is_instantaneous(tmp_path):
    path = written(tmp_path, "kg,from_h,until_h\n5,0,\n7,2,3\n")
    assert read_release(path) == ((0.0, 0.0, 5.0), (7200.0, 10_800.0, 7.0))


def test_every_row_that_is_no_number_is_named_and_none_is_left_out(tmp_path):
    path = written(tmp_path, "开始(h),结束(h),质量(kg)\n0,1,约3吨\n一点,2,5\n3,4,6\n")
    with pytest.raises(InputError) as caught:
        read_release(path)
    assert [(p.code, p.row) for p in caught.value.problems] == [("release_number", 2), ("release_number", 3)]


@pytest.mark.parametrize(("text", "code"), [
    ("时间,流量\n0,1\n", "release_heads"), ("开始(h),结束(h),质量(kg)\n", "release_empty")])
def test_a_table_without_heads_or_rows_is_refused(tmp_path, text, code):
    with pytest.raises(InputError) as caught:
        read_release(written(tmp_path, text))
    assert code in [p.code for p in caught.value.problems]

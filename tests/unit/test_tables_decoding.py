"""Which encoding bytes are in, told from the bytes alone."""

import pytest

from riverplan.tables.decoding import canonical, decode, detect

CHINESE = ["联通", "龙河", "渠溪河", "长江干流(丰都段)", "碧溪河", "珙县", "邛崃", "鱼剑口", "涪陵", "濞",
    "三峡库区；乌江", "１０号沟", "汉水—丹江"]
WESTERN = ["Rhône", "Müritz", "Saône", "Isère", "Neiße", "Fjärå, Ån"]


@pytest.mark.parametrize("text", CHINESE)
@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_a_single_chinese_name_is_enough(text, encoding):
    found = detect([text.encode(encoding)])
    assert found.encoding == encoding and decode(text.encode(encoding), found.encoding) == text


@pytest.mark.parametrize("text", WESTERN)
@pytest.mark.parametrize("encoding", ["cp1252", "utf-8"])
def test_western_names_are_not_taken_for_chinese(text, encoding):
    assert detect([text.encode(encoding)]).encoding == encoding


def test_many_names_make_it_sure_and_the_sample_shows_them():
    found = detect([t.encode("gb18030") for t in CHINESE] + [b"id", b"\0\0"])
    assert found.sure and not found.plain and found.encoding == "gb18030"
    assert any(word in found.sample for word in ("长江干流", "三峡库区"))


def test_ascii_needs_no_decision():
    assert detect([b"Long He", b""]).plain


@pytest.mark.parametrize(("written", "encoding"), [
    ("GBK", "gb18030"), ("ANSI 936", "gb18030"), ("CP936", "gb18030"), ("65001", "utf-8"), ("utf8", "utf-8"),
    ("ISO-8859-1", "cp1252"), ("1252", "cp1252"), ("\ufeffUTF-8", "utf-8"), ("Big5", "big5"), ("no such", None),
])
def test_a_cpg_is_understood_in_its_many_writings(written, encoding):
    assert canonical(written) == encoding

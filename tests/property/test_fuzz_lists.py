"""A thousand spoilt files of lists: lists come out or an InputError, nothing else, and rows always add up."""

import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from list_files import document, kml, xls

from riverplan.errors import InputError
from riverplan.tables import Lists, read_lists
from riverplan.tables.mappings import read_mappings
from riverplan.tables.template import neutral

HEADS = ["编号", "名称", "类型", "经度", "纬度", "所在河流", "最大存量（t）", "核查日期", "备注"]
NASTY = ["=cmd|' /C calc'!A0", "<script>alert(1)</script>", "../../etc/passwd", "\u202eabc", "{name}", "%s%n",
         "'; DROP TABLE", "NaN", "inf", "-1e999", "1e400", "９９９", "０", "😀", "#REF!", "E107度43分", "107.43.12",
         "—", "合计", "注：", "K1523+400", "2021-02-30", "x" * 5000, "\n\n", "已撤销"]
PER_KIND = 160


def rows(rng: random.Random) -> list[list[object]]:
    """Rows with anything at all in some cells."""
    made: list[list[object]] = [list(HEADS)]
    for n in range(rng.randint(1, 12)):
        row: list[object] = [f"R{n}", f"厂{n}", "企业", 107.7 + n / 1e3, 29.8, "龙河", n * 1.5, "2026-01-02", ""]
        for _ in range(rng.randint(0, 3)):
            row[rng.randrange(len(row))] = rng.choice([*NASTY, None, 1e308, -5, 0, 10**15])
        made.append(row)
    return made


def _xlsx(path: Path, rng: random.Random) -> Path:
    book = openpyxl.Workbook()
    book.active.title = rng.choice(["风险源", "Sheet1", "应急空间", "物资", "公路桩号"])
    for row in rows(rng):
        book.active.append(row)
    book.save(path)
    return path


def _xls(path: Path, rng: random.Random) -> Path:
    sheet = [[v for v in row if not isinstance(v, str) or len(v) < 200] for row in rows(rng)]
    return xls(path, {"风险源": sheet}, merge={"风险源": [(1, rng.randrange(1, 60_000), 1, rng.randrange(1, 255))]})


def _csv(path: Path, rng: random.Random) -> Path:
    text = "\r\n".join(",".join(str("" if v is None else v) for v in row) for row in rows(rng))
    path.write_bytes(text.encode(rng.choice(["gbk", "utf-8", "utf-16", "big5", "utf-8-sig"]), "replace"))
    return path


def _docx(path: Path, rng: random.Random) -> Path:
    clean = [[None if v is None else str(v) for v in row] for row in rows(rng)[:6]]
    return document(path, [("重点环境风险源清单", clean)])


def _kml(path: Path, rng: random.Random) -> Path:
    def safe(value: object) -> str:
        return str(value).replace("&", "&amp;").replace("<", "&lt;") if rng.random() < 0.9 else str(value)

    marks = [(safe(r[1]), r[3], r[4], {"类型": safe(r[2]), "最大存量": safe(r[6])}) for r in rows(rng)[1:]]
    line = "<Placemark><LineString><coordinates>1,2 3,4</coordinates></LineString></Placemark>"
    return kml(path, {rng.choice(["风险源", "", "取水口"]): marks}, extra=rng.choice(["", line]))


MAKERS: dict[str, Callable[[Path, random.Random], Path]] = {
    ".xlsx": _xlsx, ".xls": _xls, ".csv": _csv, ".docx": _docx, ".kml": _kml}


def spoil(raw: bytes, rng: random.Random) -> bytes:
    """Bytes with something done to them."""
    data = bytearray(raw)
    for _ in range(rng.randint(0, 2)):
        how, at = rng.randrange(6), rng.randrange(max(1, len(data)))
        if how == 0:
            del data[at:]
        elif how == 1:
            for _ in range(rng.randint(1, 40)):
                if data:
                    data[rng.randrange(len(data))] = rng.randrange(256)
        elif how == 2:
            data[at:at] = bytes(rng.randrange(256) for _ in range(rng.randint(1, 300)))
        elif how == 3:
            del data[at:at + rng.randint(1, 200)]
        elif how == 4:
            data[at:at + 4] = b"\xff\xff\xff\x7f"
        else:
            data += data[:at]
    return bytes(data)


def spoil_inside(raw: bytes, rng: random.Random) -> bytes:
    """An archive that is sound, with a part that is not."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        victim = rng.choice(names)
        for name in names:
            part = old.read(name)
            if name == victim:
                part = spoil(part, rng)
            new.writestr(name, part)
    return out.getvalue()


def outcome(path: Path) -> Lists | None:
    """The lists, each with sums that add up; None where the file was refused, with words for a person."""
    try:
        lists = read_lists(path)
    except InputError as error:
        assert error.problems
        for problem in error.problems:
            assert problem.text("zh") and problem.text("en")
        return None
    for problem in lists.problems:
        assert problem.text("zh") and problem.text("en")
    assert all(c.adds_up for c in lists.counts)
    for frame in lists.frames.values():
        for axis, most in (("lon", 180), ("lat", 90)):
            if axis in frame:
                assert (frame[axis].isna() | (frame[axis].abs() <= most)).all()
    return lists


@pytest.mark.parametrize("suffix", MAKERS)
def test_spoilt_files_give_lists_or_an_input_error_and_write_nothing(suffix, tmp_path):
    read = 0
    for seed in range(PER_KIND):
        rng = random.Random(f"{suffix}{seed}")
        path = MAKERS[suffix](tmp_path / f"风险源{suffix}", rng)
        raw = path.read_bytes()
        inside = suffix in (".xlsx", ".docx") and rng.random() < 0.5
        path.write_bytes(spoil_inside(raw, rng) if inside else spoil(raw, rng))
        read += outcome(path) is not None
        assert [p.name for p in tmp_path.iterdir()] == [path.name]
    assert 0 < read < PER_KIND                     # some are still read, some are refused


def test_a_file_under_the_suffix_of_another_is_read_as_what_it_is_or_refused(tmp_path):
    for seed in range(60):
        rng = random.Random(seed)
        made = MAKERS[rng.choice(list(MAKERS))](tmp_path / "风险源.tmp", rng).read_bytes()
        suffix = rng.choice([".xlsx", ".xls", ".csv", ".docx", ".kml", ".kmz", ".ovkml", ".shp", ".gpkg", ".geojson",
                             ".ods", ".et", ".doc", ".pdf", ".txt", ""])
        path = tmp_path / f"风险源{suffix}"
        path.write_bytes(made)
        outcome(path)


def _parts(path: Path, parts: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return path


def _sheet_of(path: Path, xml: str) -> Path:
    """A workbook whose one sheet is the given XML."""
    book = openpyxl.Workbook()
    book.active.title = "风险源"
    book.save(path)
    with zipfile.ZipFile(path) as old:
        parts = {n: old.read(n).decode() for n in old.namelist()}
    parts["xl/worksheets/sheet1.xml"] = xml
    return _parts(path, parts)


SHEET = ('<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:XFD1048576"/>'
         "<sheetData>{rows}</sheetData>{more}</worksheet>")


def _inline(place: str, words: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{words}</t></is></c>'


def test_a_sheet_that_claims_a_million_rows_is_read_by_the_cells_it_has(tmp_path):
    first = "".join(_inline(f"{c}1", h) for c, h in zip("ABC", ("名称", "经度", "纬度"), strict=True))
    last = (_inline("A1048576", "远厂") + '<c r="B1048576"><v>107.7</v></c><c r="C1048576"><v>29.8</v></c>')
    path = _sheet_of(tmp_path / "a.xlsx", SHEET.format(
        rows=f'<row r="1">{first}</row><row r="1048576">{last}</row>', more=""))
    lists = outcome(path)
    assert lists is not None
    assert lists.frames["risk_source"][["name", "row"]].values.tolist() == [["远厂", 1_048_576]]


@pytest.mark.parametrize("more", ['<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>',
                                  '<mergeCells><mergeCell foo="1" ref=\'A1:A1048576\'/></mergeCells>'])
def test_merged_areas_over_the_whole_sheet_are_refused_and_not_unfolded(tmp_path, more):
    path = _sheet_of(tmp_path / "a.xlsx", SHEET.format(rows=f'<row r="1">{_inline("A1", "名称")}</row>', more=more))
    assert outcome(path) is None


def test_bombs_are_refused_by_their_size_before_they_are_unpacked(tmp_path):
    bomb = " " * 210_000_000
    for name, parts in {
        "a.xlsx": {"xl/workbook.xml": "<x/>", "xl/worksheets/sheet1.xml": bomb},
        "a.docx": {"word/document.xml": bomb}, "a.kmz": {"doc.kml": bomb},
    }.items():
        path = _parts(tmp_path / name, parts)
        with pytest.raises(InputError) as caught:
            read_lists(path)
        assert caught.value.problems[0].code == "input_too_large"
        path.unlink()


def test_entities_that_multiply_are_refused(tmp_path):
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    path = tmp_path / "风险源.kml"
    path.write_text(f'<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY e0 "haha">{entities}]><kml><Document>'
                    "<Placemark><name>&e11;</name></Placemark></Document></kml>")
    assert outcome(path) is None


def test_ten_thousand_columns_are_cut_and_said_in_every_kind_of_table(tmp_path):
    heads = ["名称", "经度", "纬度", *(f"附加列{n}" for n in range(9_997))]
    values = ["某厂", 107.7, 29.8, *range(9_997)]
    book = openpyxl.Workbook()
    book.active.title = "风险源"
    for row in (heads, values):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    (tmp_path / "风险源.csv").write_text("\n".join(",".join(map(str, row)) for row in (heads, values)), encoding="gbk")
    for name in ("a.xlsx", "风险源.csv"):
        lists = outcome(tmp_path / name)
        assert lists is not None and lists.frames["risk_source"]["name"].tolist() == ["某厂"]
        assert "columns_many" in [p.code for p in lists.problems]


def test_archives_with_parent_paths_write_nothing_outside(tmp_path):
    inner = tmp_path / "in"
    inner.mkdir()
    path = _parts(inner / "风险源.kmz", {"../../escaped.kml": "<kml/>", "..\\x.kml": "<kml/>"})
    outcome(path)
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["in", "风险源.kmz"]


def test_spoilt_files_of_mappings_are_refused_with_words(tmp_path):
    path = tmp_path / "m.json"
    for seed in range(60):
        rng = random.Random(seed)
        sound = '{"format": 1, "sources": {"a|b": {"list": "intake", "columns": {"甲": "name"}}}}'
        path.write_bytes(spoil(sound.encode(), rng))
        try:
            read_mappings(path)
        except InputError as error:
            assert error.problems[0].text("zh")


def test_formulas_in_names_are_kept_as_read_and_neutral_where_written(tmp_path):
    for words in NASTY[:1]:
        path = tmp_path / "风险源.csv"
        path.write_text(f"名称,经度,纬度\n\"{words}\",107.7,29.8\n", encoding="utf-8")
        lists = outcome(path)
        assert lists is not None
        (name,) = lists.frames["risk_source"]["name"]
        assert name == words and neutral(name).startswith("'=")

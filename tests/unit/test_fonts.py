"""Every character the product can print has a glyph in the font that comes with the install."""

from itertools import chain
from pathlib import Path

import openpyxl
import pytest

from riverplan.errors import InputError
from riverplan.exporting import fonts
from riverplan.exporting.symbology import ARRIVAL_CLASSES
from riverplan.i18n import LANGS, catalogue
from riverplan.reference import substances
from riverplan.river.demonstration import demonstration


def test_every_character_of_the_catalogue_has_a_glyph():
    words = "".join(row[lang] for row in catalogue().values() for lang in LANGS)
    assert fonts.missing(words) == ""


def test_every_character_of_the_demonstration_lists_has_a_glyph():
    book = openpyxl.load_workbook(demonstration().workbook, read_only=True)
    cells = chain.from_iterable(chain.from_iterable(sheet.iter_rows(values_only=True)) for sheet in book)
    words = "".join(str(c) for c in cells if c is not None)
    book.close()
    assert len(words) > 5_000
    assert fonts.missing(words) == ""


def test_substances_and_units_have_glyphs():
    words = "".join(s.name + s.name_en + "".join(s.aliases) for s in substances())
    assert fonts.missing(words + "0123456789′″°–—→±≤≥×·m³㎡℃①⑳ⅠⅡⅢⅣⅤ") == ""
    assert fonts.missing("".join(c.tag for c in ARRIVAL_CLASSES)) == ""


@pytest.mark.parametrize("name", ["浉河", "澴水", "滃江", "漷河", "沭河", "浐灞", "洣水", "㵲阳河"])
def test_rare_river_names_have_glyphs_in_both_faces(name):
    assert fonts.missing(name, "sans") == ""
    assert fonts.missing(name, "serif") == ""


def test_the_font_comes_with_the_install():
    for face in ("sans", "serif"):
        found = fonts.font(face)
        assert "pylopdf_fonts_zh_cn" in found.path.parts
        assert Path(found.path).stat().st_size > 5_000_000


def test_without_any_chinese_font_the_mend_is_said_in_both_languages(monkeypatch):
    monkeypatch.setattr(fonts, "_PACKAGE", "no_such_package")
    monkeypatch.setattr(fonts, "_SYSTEM", {"sans": (), "serif": ()})
    with pytest.raises(InputError) as error:
        fonts.font.__wrapped__("sans")
    assert "pylopdf-fonts-zh-cn" in error.value.problems[0].mend("zh")
    assert "Noto Sans SC" in error.value.problems[0].mend("en")


def test_what_cannot_be_printed_is_set_as_a_geta_mark_and_breaks_become_spaces():
    assert fonts.printable("龙河\n水厂\x07 \U0001f4a7\U00030000") == "龙河 水厂  〓〓"
    assert fonts.printable({"a": ["河\t", 1.5, None, True]}) == {"a": ["河 ", 1.5, None, True]}

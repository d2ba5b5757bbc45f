"""Page, fonts and styles of the strategy: GB/T 9704 for the Chinese edition, a plain report for the English one."""

import math
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import quoteattr

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from riverplan.i18n import Lang

ALTERNATES: Mapping[str, tuple[str, ...]] = {
    "方正小标宋简体": ("方正小标宋_GBK", "FZXiaoBiaoSong-B05S", "华文中宋", "宋体", "Noto Serif CJK SC"),
    "黑体": ("SimHei", "华文黑体", "Noto Sans CJK SC"),
    "楷体_GB2312": ("楷体", "KaiTi", "华文楷体", "Noto Serif CJK SC"),
    "仿宋_GB2312": ("仿宋", "FangSong", "华文仿宋", "Noto Serif CJK SC"),
    "宋体": ("SimSun", "华文宋体", "Noto Serif CJK SC"),
}
"""What stands in where a desk lacks a font that GB/T 9704 names or offices use for it."""
PAGE = (210.0, 297.0)
"""A4 [mm]."""
_LATIN = "Times New Roman"
_FOOT = 25.0
"""Height of the page number above the edge [mm]: 7 mm below the type area."""
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Sizes of an edition: margins top, bottom, left, right [mm]; letters and lines [points].

    ``styles`` is, by name, east-asian font, size, whether bold, indent of the first line in letters, and line pitch.
    """

    margins: tuple[float, float, float, float]
    styles: Mapping[str, tuple[str, float, bool, int, float]]

    @property
    def width(self) -> float:
        """Width of the type area [mm]."""
        return PAGE[0] - self.margins[2] - self.margins[3]

    @property
    def height(self) -> float:
        """Height of the type area [points]."""
        return (PAGE[1] - self.margins[0] - self.margins[1]) / 25.4 * 72.0


LOOKS: Mapping[Lang, Look] = {
    # 22 lines of 28 letters: A4, type area 156 × 225 mm, 3号 letters of 16 points on a pitch of 28 points
    "zh": Look(margins=(37.0, 35.0, 28.0, 26.0), styles={
        "Title": ("方正小标宋简体", 22.0, False, 0, 36.0), "Subtitle": ("楷体_GB2312", 16.0, False, 0, 28.0),
        "Heading 1": ("黑体", 16.0, False, 2, 28.0), "Heading 2": ("楷体_GB2312", 16.0, False, 2, 28.0),
        "Heading 3": ("仿宋_GB2312", 16.0, True, 2, 28.0), "Body Text": ("仿宋_GB2312", 16.0, False, 2, 28.0),
        "Caption": ("黑体", 12.0, False, 0, 22.0), "Plain Text": ("仿宋_GB2312", 10.5, False, 0, 16.0),
        "Cell": ("仿宋_GB2312", 9.0, False, 0, 12.0), "Cell Head": ("黑体", 9.0, False, 0, 12.0),
        "Header": ("宋体", 10.5, False, 0, 14.0), "Footer": ("宋体", 14.0, False, 0, 18.0)}),
    "en": Look(margins=(25.0, 25.0, 25.0, 25.0), styles={
        "Title": ("黑体", 18.0, True, 0, 26.0), "Subtitle": ("楷体_GB2312", 12.0, False, 0, 18.0),
        "Heading 1": ("黑体", 14.0, True, 0, 22.0), "Heading 2": ("黑体", 12.0, True, 0, 19.0),
        "Heading 3": ("黑体", 11.0, True, 0, 17.0), "Body Text": ("宋体", 11.0, False, 0, 15.5),
        "Caption": ("黑体", 10.0, True, 0, 15.0), "Plain Text": ("宋体", 10.0, False, 0, 13.5),
        "Cell": ("宋体", 9.0, False, 0, 11.5), "Cell Head": ("黑体", 9.0, True, 0, 11.5),
        "Header": ("宋体", 9.0, False, 0, 12.0), "Footer": ("宋体", 11.0, False, 0, 14.0)}),
}
"""The two editions."""


def rows_of(words: str, lang: Lang) -> int:
    """Rows a paragraph of the body takes: a Latin letter is half as wide as a Chinese one, a quarter lies between.

    A row is reckoned a letter short, for what may not begin a row is carried over with its neighbour.

    >>> rows_of("水" * 24, "zh"), rows_of("水" * 26, "zh"), rows_of("12" * 24, "zh"), rows_of("水1" * 16, "zh")
    (1, 2, 1, 2)
    """
    look = LOOKS[lang]
    _, size, _, indent, _ = look.styles["Body Text"]
    row = look.width / 25.4 * 72.0 / size - 1.0
    wide = [unicodedata.east_asian_width(c) in "WF" for c in words]
    between = sum(a != b and c.isalnum() and d.isalnum()
                  for a, b, c, d in zip(wide, wide[1:], words, words[1:], strict=False))
    letters = sum(1.0 if w else 0.5 for w in wide) + 0.25 * between
    return max(math.ceil((indent + letters) / row), 1)


def new_document(lang: Lang) -> Any:
    """An empty document with page, styles and font table of an edition."""
    document, look = Document(), LOOKS[lang]
    for style in document.styles.element.findall(qn("w:docDefaults")):
        for fonts in style.iter(qn("w:rFonts")):
            _fonts(fonts, look.styles["Body Text"][0])
    existing = {s.name for s in document.styles}
    for name, settings in look.styles.items():
        style = document.styles[name] if name in existing else document.styles.add_style(name, 1)
        _style(style, *settings)
    for name in ("Title", "Subtitle", "Caption", "Cell Head"):
        document.styles[name].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for name in ("Heading 1", "Heading 2", "Heading 3", "Caption", "Cell Head"):
        document.styles[name].paragraph_format.keep_with_next = True
    _page(document.sections[0], look)
    _font_table(document)
    document.settings.odd_and_even_pages_header_footer = True
    document.styles["Normal"].element.get_or_add_rPr().append(_lang(lang))
    return document


def _lang(lang: Lang) -> Any:
    element = OxmlElement("w:lang")
    element.set(qn("w:val"), "en-US")
    element.set(qn("w:eastAsia"), "zh-CN")
    return element


def _style(style: Any, east: str, size: float, bold: bool, indent: int, pitch: float) -> None:
    style.font.size, style.font.bold, style.font.italic = Pt(size), bold, False
    style.font.color.rgb = RGBColor(0, 0, 0)
    _fonts(style.element.get_or_add_rPr().get_or_add_rFonts(), east)
    for name in ("w:pBdr", "w:tabs"):
        for found in style.element.get_or_add_pPr().findall(qn(name)):
            style.element.pPr.remove(found)
    form = style.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(pitch)
    form.first_line_indent = Pt(size * indent)
    form.widow_control = True


def _fonts(element: Any, east: str) -> None:
    """Latin letters and east-asian ones; a font of the theme would go before them."""
    for key in list(element.attrib):
        del element.attrib[key]
    for key, name in (("ascii", _LATIN), ("hAnsi", _LATIN), ("cs", _LATIN), ("eastAsia", east)):
        element.set(qn(f"w:{key}"), name)


def _page(section: Any, look: Look) -> None:
    section.page_width, section.page_height = (Mm(x) for x in PAGE)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = (
        Mm(x) for x in look.margins)
    section.header_distance, section.footer_distance = Mm(20.0 if look.margins[0] > 30 else 12.0), Mm(
        _FOOT if look.margins[1] > 30 else 12.0)


def _font_table(document: Any) -> None:
    """The fonts of the document with what may stand in for each."""
    fonts = "".join(
        f'<w:font w:name={quoteattr(name)}><w:altName w:val={quoteattr(",".join(others))}/>'
        f'<w:charset w:val="86"/><w:family w:val="auto"/><w:pitch w:val="variable"/></w:font>'
        for name, others in ALTERNATES.items())
    fonts += (f'<w:font w:name="{_LATIN}"><w:altName w:val="Liberation Serif"/><w:charset w:val="00"/>'
              '<w:family w:val="roman"/><w:pitch w:val="variable"/></w:font>')
    for part in document.part.package.iter_parts():
        if str(part.partname) == "/word/fontTable.xml":
            part._blob = (f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
                          f'<w:fonts xmlns:w="{_W}">{fonts}</w:fonts>').encode()


def head_and_foot(section: Any, left: str, right: str, width: float) -> None:
    """Words on every page, and its number outside: on the right of odd pages, on the left of even ones."""
    for header in (section.header, section.even_page_header):
        header.is_linked_to_previous = False
        line = header.paragraphs[0]
        line.paragraph_format.tab_stops.add_tab_stop(Mm(width), 2)
        line.add_run(f"{left}\t{right}")
    for footer, outer in ((section.footer, WD_ALIGN_PARAGRAPH.RIGHT), (section.even_page_footer, 0)):
        footer.is_linked_to_previous = False
        line = footer.paragraphs[0]
        line.alignment = outer
        # one letter away from the edge of the type area
        form = line.paragraph_format
        form.left_indent = form.right_indent = Pt(14)
        line.add_run("— ")
        for kind, code in (("begin", ""), ("", "PAGE"), ("separate", ""), ("text", "1"), ("end", "")):
            line.add_run()._r.append(field_mark(kind, code))
        line.add_run(" —")


def field_mark(kind: str, code: str = "") -> Any:
    """A part of a field: its ``begin``, ``separate`` or ``end``, its code, or (``text``) what it shows till then."""
    if kind == "text":
        element = OxmlElement("w:t")
        element.text = code
    elif code:
        element = OxmlElement("w:instrText")
        element.set(qn("xml:space"), "preserve")
        element.text = f" {code} "
    else:
        element = OxmlElement("w:fldChar")
        element.set(qn("w:fldCharType"), kind)
    return element


def landscape(section: Any, page: tuple[float, float], margin: float) -> None:
    """A page on its side [mm], for the sheet."""
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = (Mm(x) for x in page)
    section.top_margin = section.bottom_margin = section.left_margin = section.right_margin = Mm(margin)
    section.header_distance = section.footer_distance = Mm(4.0)


def portrait(section: Any, lang: Lang) -> None:
    """Back to the pages of the text."""
    section.orientation = WD_ORIENT.PORTRAIT
    _page(section, LOOKS[lang])

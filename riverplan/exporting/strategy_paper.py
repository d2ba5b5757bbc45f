"""The paper a strategy is written on: chapters, lines and tables, with every gap marked and kept for the list."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_COLOR_INDEX
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph

from riverplan.exporting.strategy_layout import LOOKS
from riverplan.i18n import Lang, text

GAP = re.compile(r"(【待[补填](?:：[^】]*)?】|\[to be (?:added|filled in)(?:: [^\]]*)?\])")
"""A gap as it is marked: of this document and of the drafts of notices."""
_BETWEEN = re.compile(r"(?<=[0-9A-Za-z])、(?=[0-9A-Za-z])")
"""Between numbers a narrow cell may break only where there is a blank."""
_TWIPS = 1440.0 / 25.4
"""Twentieths of a point in a millimetre."""
_SET = {"right": WD_ALIGN_PARAGRAPH.RIGHT, "center": WD_ALIGN_PARAGRAPH.CENTER}
Align = Literal["left", "right", "center"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table: its head, its width [mm] and how its cells are set."""

    head: str
    width: float
    align: Align = "left"


@dataclass(slots=True, kw_only=True)
class Gap:
    """Something that is missing, and of what."""

    chapter: str
    what: str
    where: list[str] = field(default_factory=list)


def clean(words: object) -> str:
    r"""Words on one line without control, direction or unassigned characters: such do not fit into a document.

    >>> clean("龙\x00河\u202e 石桥\n")
    '龙 河 石桥'
    """
    return " ".join("".join(c if c.isprintable() else " " for c in str(words)).split())


class Paper:
    """A document being written; ``gaps`` are all that were marked so far."""

    def __init__(self, document: Any, lang: Lang) -> None:
        self.document, self.lang = document, lang
        self.look = LOOKS[lang]
        self.gaps: dict[tuple[str, str], Gap] = {}
        self.chapter_words = ""
        self._chapter = self._part = 0
        self._breaks = False

    def word(self, key: str, **fields: object) -> str:
        """A text of the strategy."""
        return text(f"strategy.{key}", self.lang, **fields)

    def listed(self, words: Iterable[str]) -> str:
        """Words one after the other."""
        return text("sheet.list_stop", self.lang).join(w for w in words if w)

    # ---- gaps

    def gap(self, what: str, where: str = "") -> str:
        """The mark of something missing, which is kept for the list of gaps."""
        what = clean(what)
        kept = self.gaps.setdefault((self.chapter_words, what), Gap(chapter=self.chapter_words, what=what))
        if where and (place := clean(where)) not in kept.where:
            kept.where.append(place)
        return self.word("gap", what=what)

    def known(self, value: object, what: str, where: str = "") -> str:
        """A value as words, or the mark of the gap."""
        return clean(value) if value not in (None, "") else self.gap(what, where)

    def cell(self, value: object, what: str, where: str) -> str:
        """A value in a table whose head names it; where it is missing the mark alone, which is narrow."""
        if value not in (None, ""):
            return clean(value)
        self.gap(what, where)
        return self.word("gap_short")

    # ---- text

    def chapter(self, key: str, *, numbered: bool = True) -> None:
        """Begin a chapter."""
        words = self.word(f"chapter_{key}")
        if numbered:
            self._chapter += 1
            words = self.word("chapter", number=self._numeral(self._chapter), words=words)
        self.chapter_words, self._part = words, 0
        self.line(words, "Heading 1")

    def part(self, words: str) -> None:
        """Begin a part of a chapter."""
        self._part += 1
        number = self._numeral(self._part) if self.lang == "zh" else f"{self._chapter}.{self._part}"
        self.line(self.word("part", number=number, words=clean(words)), "Heading 2")

    def item(self, number: int, words: str) -> None:
        """Begin an item of a part."""
        self.line(self.word("item", number=number, words=clean(words)), "Heading 3")

    def line(self, words: str, style: str = "Body Text", *, lead: str = "") -> Paragraph:
        """One paragraph; ``lead`` are bold words before it."""
        line = self.document.add_paragraph(style=style)
        if self._breaks:
            line.paragraph_format.page_break_before, self._breaks = True, False
        if lead:
            _black(line, clean(lead) + (" " if self.lang == "en" else ""))
        _write(line, clean(words))
        return line

    def lines(self, words: str, style: str = "Plain Text") -> None:
        """A text of several lines, such as a draft to be read out."""
        for one in words.splitlines():
            if clean(one):
                for mark in GAP.findall(one):
                    self._keep(mark)
                self.line(one, style)

    def _keep(self, mark: str) -> None:
        """Keep a gap that a draft has marked itself."""
        what = re.split("[：:] ?", mark.strip("【】[]"), maxsplit=1)[-1]
        self.gaps.setdefault((self.chapter_words, what), Gap(chapter=self.chapter_words, what=what))

    def space(self, points: float = 6.0) -> None:
        """A little room, after a table."""
        line = self.document.add_paragraph(style="Cell")
        line.paragraph_format.line_spacing = Pt(points)

    def new_page(self) -> None:
        """What is written next begins a page."""
        self._breaks = True

    def _numeral(self, number: int) -> str:
        return self.word("numerals").split()[number - 1]

    # ---- tables

    def columns(self, *columns: tuple[str, float] | tuple[str, float, Align]) -> list[Column]:
        """Columns by the key of their head, their width [mm] and, but for text, how they are set."""
        return [Column(head=self.word(f"head_{key}"), width=width, align=align[0] if align else "left")
                for key, width, *align in columns]

    def caption(self, words: str) -> None:
        """The head of a table."""
        self.line(words, "Caption")

    def table(self, columns: Sequence[Column], rows: Iterable[Sequence[str]], caption: str = "",
              height: float = 0.0) -> None:
        """A table as wide as the text: heads on each page, no row in two, read without colours.

        Parameters
        ----------
        columns
            Their widths are stretched together to the width of the text.
        rows
            A text a cell; lines of a cell are parted by a line break.
        height
            Least height of a row [mm], for cells to be signed in.
        """
        if caption:
            self.caption(caption)
        scale = self.look.width / sum(c.width for c in columns)
        widths = [round(c.width * scale * _TWIPS) for c in columns]
        grid = _grid(widths)
        if any(c.head for c in columns):
            grid.append(self._row([c.head for c in columns], widths, ["center"] * len(columns), head=True))
        for row in rows:
            grid.append(self._row(row, widths, [c.align for c in columns], height=height))
        self.document.element.body.insert_element_before(grid, "w:sectPr")
        self.space()

    def _row(self, cells: Sequence[str], widths: Sequence[int], aligns: Sequence[str], *, head: bool = False,
             height: float = 0.0) -> Any:
        row = OxmlElement("w:tr")
        about = _child(row, "w:trPr")
        _child(about, "w:cantSplit")
        if height:
            _child(about, "w:trHeight", val=round(height * _TWIPS), hRule="atLeast")
        if head:
            _child(about, "w:tblHeader")
        for words, width, align in zip(cells, widths, aligns, strict=True):
            cell = _child(row, "w:tc")
            form = _child(cell, "w:tcPr")
            _child(form, "w:tcW", w=width, type="dxa")
            if head:
                _child(form, "w:shd", val="clear", color="auto", fill="D9D9D9")
            _child(form, "w:vAlign", val="center")
            for one in (words.split("\n") or [""]):
                paragraph = Paragraph(_child(cell, "w:p"), self.document._body)
                paragraph.style = self.document.styles["Cell Head" if head else "Cell"]
                if align != "left" and not head:
                    paragraph.alignment = _SET[align]
                _write(paragraph, _BETWEEN.sub("、 ", clean(one)))
        return row


def _grid(widths: Sequence[int]) -> Any:
    table = OxmlElement("w:tbl")
    form = _child(table, "w:tblPr")
    _child(form, "w:tblW", w=sum(widths), type="dxa")
    _child(form, "w:jc", val="center")
    borders = _child(form, "w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        _child(borders, f"w:{side}", val="single", sz=4, space=0, color="000000")
    _child(form, "w:tblLayout", type="fixed")
    margins = _child(form, "w:tblCellMar")
    for side in ("left", "right"):
        _child(margins, f"w:{side}", w=45, type="dxa")
    grid = _child(table, "w:tblGrid")
    for width in widths:
        _child(grid, "w:gridCol", w=width)
    return table


def _child(parent: Any, name: str, **values: object) -> Any:
    child = OxmlElement(name)
    for key, value in values.items():
        child.set(qn(f"w:{key}"), str(value))
    parent.append(child)
    return child


def _write(line: Paragraph, words: str) -> None:
    """Words with their gaps in yellow and bold: seen in colour, and read in black and white."""
    for piece in GAP.split(words):
        if not piece:
            continue
        run = line.add_run(piece)
        if GAP.fullmatch(piece):
            run.bold = True
            run.font.highlight_color = WD_COLOR_INDEX.YELLOW


def _black(line: Paragraph, words: str) -> None:
    run = line.add_run(words)
    run.bold = True

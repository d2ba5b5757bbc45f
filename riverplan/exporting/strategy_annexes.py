"""What stands after the chapters: assumptions, the sheet as a picture, the list of gaps."""

import io
from collections.abc import Iterable
from typing import Any

from docx.enum.section import WD_SECTION
from docx.shared import Mm

from riverplan.errors import InputError, Problem
from riverplan.exporting.strategy_layout import landscape, portrait
from riverplan.exporting.strategy_paper import Paper
from riverplan.exporting.strategy_subject import Subject
from riverplan.exporting.strategy_words import on_paper

DPI = 200
"""Of the sheet's picture."""
MARGIN = 9.0
"""Around the sheet [mm]."""
SHEETS = {"A4": (297.0, 210.0), "A3": (420.0, 297.0)}
"""Pages the sheet may stand on [mm]."""
SHOWN = 60
"""Places named of one gap; beyond, how many more."""


def write_assumptions(paper: Paper, subject: Subject) -> None:
    """附录: all that was assumed, and what the plan could not tell, the gravest first."""
    made = subject.plan
    paper.chapter("assumptions", numbered=False)
    paper.line(paper.word("assumptions_words"))
    every = [*made.problems, *made.forecast.problems, *made.assumptions, *subject.notes,
             *(p for d in made.dilutions for p in d.notes)]
    said = list(dict.fromkeys(_words(paper, every)))
    said += [paper.word(f"assumed_{key}") for key in ("times", "people", "words")]
    paper.table(paper.columns(("number", 10, "center"), ("assumption", 146)),
                [[str(n), words] for n, words in enumerate(said, 1)], paper.word("table_assumptions"))


def _words(paper: Paper, problems: Iterable[Problem]) -> list[str]:
    order = {"error": 0, "warning": 1, "note": 2}
    return [on_paper(p.text(paper.lang)) for p in sorted(problems, key=lambda p: order[p.severity])]


def write_sheet(paper: Paper, subject: Subject, options: Any) -> Any:
    """附图: the sheet on a page of its own on its side; the section of it, or None where it cannot be drawn."""
    from riverplan.exporting.sheet import SheetOptions, sheet

    try:
        picture = sheet(subject.plan.forecast, lang=paper.lang, options=SheetOptions(
            paper=options.paper, theme=options.theme, format="png", dpi=DPI, date=options.dated,
            version=options.version, organisation=options.organisation))
    except InputError as error:
        paper.chapter("sheet", numbered=False)
        paper.line(paper.gap(paper.word("what_sheet")) + " ".join(p.what(paper.lang) for p in error.problems))
        return None
    page = SHEETS[options.paper]
    section = paper.document.add_section(WD_SECTION.NEW_PAGE)
    landscape(section, page, MARGIN)
    line = paper.document.add_paragraph(style="Cell")
    line.alignment = 1
    # one line as high as the picture, a little less than the page so that it stands on one
    line.paragraph_format.line_spacing_rule = None
    line.paragraph_format.line_spacing = 1.0
    across, high = page[0] - 2 * MARGIN, page[1] - 2 * MARGIN - 6.0
    width = min(across, high * page[0] / page[1])
    line.add_run().add_picture(io.BytesIO(picture), width=Mm(width))
    return section


def write_gaps(paper: Paper) -> None:
    """缺口清单: what is missing, in which chapter, of what."""
    found = list(paper.gaps.values())
    paper.chapter("gaps", numbered=False)
    if not found:
        paper.line(paper.word("gaps_none"))
        return
    paper.line(paper.word("gaps_words", count=len(found)))
    rows = []
    for number, gap in enumerate(found, 1):
        more = f" … (+{len(gap.where) - SHOWN})" if len(gap.where) > SHOWN else ""
        rows.append([str(number), gap.chapter, paper.word("gap", what=gap.what),
                     paper.listed(gap.where[:SHOWN]) + more, ""])
    paper.table(paper.columns(("number", 10, "center"), ("chapter", 34), ("gap", 44), ("of", 44), ("done", 24)),
                rows, paper.word("table_gaps"))


def back_to_text(paper: Paper) -> Any:
    """A new section for text after the sheet."""
    section = paper.document.add_section(WD_SECTION.NEW_PAGE)
    portrait(section, paper.lang)
    return section

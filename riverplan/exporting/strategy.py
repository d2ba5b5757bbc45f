"""The strategy (策) on paper: half a page of conclusion, eleven chapters, the sheet and every gap, as a DOCX.

The Chinese edition is laid out as GB/T 9704 has official documents; the number of a clause that was not read is
never printed, and what is known from memory says so.
"""

import io
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from riverplan.errors import InputError, Problem
from riverplan.exporting.strategy_annexes import back_to_text, write_assumptions, write_gaps, write_sheet
from riverplan.exporting.strategy_arrivals import write_arrivals
from riverplan.exporting.strategy_conclusion import write_conclusion
from riverplan.exporting.strategy_layout import field_mark, head_and_foot, new_document
from riverplan.exporting.strategy_paper import Column, Paper, clean
from riverplan.exporting.strategy_response import write_response
from riverplan.exporting.strategy_river import (
    write_basin,
    write_general,
    write_receptors,
    write_sources,
    write_spaces,
)
from riverplan.exporting.strategy_subject import Subject, subject_of
from riverplan.exporting.strategy_watch import write_drafts, write_drills, write_means, write_monitoring, write_notices
from riverplan.exporting.symbology import stamp_text
from riverplan.forecasting.spill import Spill
from riverplan.i18n import Lang, text
from riverplan.planning.result import ResponsePlan
from riverplan.river.network import RiverNetwork

CHAPTERS = ("general", "basin", "receptors", "sources", "spaces", "arrivals", "response", "monitoring", "notices",
            "means", "drills")
"""The eleven chapters, in order."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
_ALLOWED = {"draft": ("review", "approval", "issued"), "paper": ("A4", "A3"), "theme": ("colour", "mono")}


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategyOptions:
    """What a strategy says of itself.

    Parameters
    ----------
    draft
        ``review`` 送审稿, ``approval`` 报批稿, ``issued`` 印发稿.
    version, dated, organisation
        As they are to be printed; a gap where empty.
    flow
        Of the typical scenario, where a river is asked about.
    feared
        The spill of that scenario; None takes the source that harms most people with nothing done.
    sources
        So many of the gravest risk sources are given arrivals for, where a river is asked about.
    paper, theme
        Of the sheet.
    """

    draft: Literal["review", "approval", "issued"] = "review"
    version: str = ""
    dated: str = ""
    organisation: str = ""
    flow: str = "normal"
    feared: Spill | None = None
    sources: int = 3
    paper: Literal["A4", "A3"] = "A4"
    theme: Literal["colour", "mono"] = "colour"


def strategy(subject: ResponsePlan | RiverNetwork, *, options: StrategyOptions | None = None,
             lang: Lang = "zh") -> bytes:
    """The strategy of a plan; of a river, that of the risk source which harms most people.

    The same input makes the same bytes: the file bears no time but the one it is given.

    Parameters
    ----------
    subject
        A plan, or a river whose typical scenario is chosen by screening all sources at all they store (assumed).
    options
        Draft state, version, date, and the sheet.
    lang
        ``zh`` or ``en``.

    Raises
    ------
    InputError
        If an option is not one of those allowed, or the river has nothing to choose a scenario by.
    """
    options = options or StrategyOptions()
    wrong = [Problem(code="strategy_option", fields={"name": name, "value": clean(getattr(options, name)),
                                                     "allowed": " ".join(allowed)})
             for name, allowed in _ALLOWED.items() if getattr(options, name) not in allowed]
    if wrong:
        raise InputError(wrong)
    about = subject_of(subject, flow=options.flow, most=options.sources, feared=options.feared)
    document = new_document(lang)
    paper = Paper(document, lang)
    _title(paper, about, options)
    write_conclusion(paper, about)
    _signatures(paper)
    _contents(paper)
    write_general(paper, about, version=options.version, dated=options.dated)
    write_basin(paper, about)
    write_receptors(paper, about)
    write_sources(paper, about)
    write_spaces(paper, about)
    write_arrivals(paper, about)
    write_response(paper, about)
    write_monitoring(paper, about)
    write_notices(paper, about)
    write_means(paper, about)
    write_drills(paper)
    write_assumptions(paper, about)
    write_drafts(paper, about)
    stamp = clean(stamp_text(about.river.stamp, lang))
    left, right = paper.word("internal"), f"{stamp}　{paper.word(f'draft_{options.draft}')}".strip()
    head_and_foot(document.sections[0], left, right, paper.look.width)
    sheet = write_sheet(paper, about, options)
    if sheet is not None:
        head_and_foot(sheet, left, right, float(sheet.page_width - 2 * sheet.left_margin) / 36_000.0)
        head_and_foot(back_to_text(paper), left, right, paper.look.width)
    write_gaps(paper)
    _properties(document, paper, about)
    return _bytes(document)


def _title(paper: Paper, about: Subject, options: StrategyOptions) -> None:
    paper.line(about.river.name, "Title")
    paper.line(paper.word("title"), "Title")
    paper.line(paper.word("subtitle", draft=paper.word(f"draft_{options.draft}")), "Subtitle")
    paper.line(paper.word("made_by", organisation=paper.known(options.organisation, paper.word("what_organisation")),
                          version=paper.known(options.version, paper.word("what_version")),
                          dated=paper.known(options.dated, paper.word("what_dated"))), "Caption")


def _signatures(paper: Paper) -> None:
    """Who made it, and who signs beside: boxes to be signed in."""
    lang = paper.lang
    paper.space()
    joint = ("water", "transport", "emergency", "township", "station")
    own = ("made", "checked", "reviewed", "approved")
    paper.table([Column(head=text(f"sheet_sign.{key}", lang), width=31.2) for key in joint],
                [[""] * len(joint)], paper.word("joint_words"), height=10.0)
    paper.table([Column(head=text(f"sheet_sign.{key}", lang), width=39.0) for key in own], [[""] * len(own)],
                height=10.0)


def _contents(paper: Paper) -> None:
    """The chapters, in a field that the writing program fills with pages when asked to."""
    paper.new_page()
    paper.line(paper.word("contents"), "Subtitle")
    numerals = paper.word("numerals").split()
    lines = [paper.word("chapter", number=numerals[n], words=paper.word(f"chapter_{key}"))
             for n, key in enumerate(CHAPTERS)]
    lines += [paper.word(f"chapter_{key}") for key in ("assumptions", "drafts", "sheet", "gaps")]
    for n, words in enumerate(lines):
        line = paper.line("", "Body Text")
        line.paragraph_format.first_line_indent = 0
        if n == 0:
            for kind, code in (("begin", ""), ("", 'TOC \\o "1-1" \\h \\z'), ("separate", "")):
                line.add_run()._r.append(field_mark(kind, code))
        line.add_run(words)
        if n == len(lines) - 1:
            line.add_run()._r.append(field_mark("end", ""))
    paper.new_page()


def _properties(document: Any, paper: Paper, about: Subject) -> None:
    """Properties that say nothing of the desk or the hour."""
    made = document.core_properties
    made.title, made.author, made.last_modified_by = clean(
        about.river.name + paper.word("title"))[:255], "riverplan", "riverplan"
    made.created = made.modified = datetime(*_EPOCH, tzinfo=UTC)
    made.subject = made.keywords = made.comments = made.category = ""
    made.revision = 1
    made.language = "zh-CN" if paper.lang == "zh" else "en"


def _bytes(document: Any) -> bytes:
    """The file, its parts in one order and without times of writing."""
    raw, content = io.BytesIO(), io.BytesIO()
    document.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(content, "w") as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            target.writestr(entry, source.read(name))
    return content.getvalue()

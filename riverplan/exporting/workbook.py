"""The river information list (河): a workbook of everything the river's lists say, which the lists command reads back.

The first sheet tells about the river; then comes a sheet a list, with heads, units and choices of the empty
workbook of ``riverplan template``. Read over the same lines it makes the same sites, resources and flows.
"""

import io
from dataclasses import dataclass

from openpyxl import Workbook

from riverplan.exporting.workbook_layout import fill_list, page_words
from riverplan.exporting.workbook_overview import fill_overview
from riverplan.exporting.workbook_rows import changed, list_sheets
from riverplan.i18n import Lang, text
from riverplan.river.network import RiverNetwork


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkbookOptions:
    """What a workbook says of itself.

    Parameters
    ----------
    dated
        Date of this version of the list, as it is to be printed; nothing is printed where it is empty.
    """

    dated: str = ""


def workbook(river: RiverNetwork, *, options: WorkbookOptions, lang: Lang = "zh") -> bytes:
    """The lists of a river as a workbook (``.xlsx``).

    What a list cannot hold is marked and named on the first sheet: a name that is a mark for nothing, a number out
    of the range of its column, a site a person put on a reach that is not the likeliest. Flows of a schedule,
    readings of gauges and what was derived are left out; the import derives them anew.

    Parameters
    ----------
    river
        The river.
    options
        The date of the version.
    lang
        Of the heads; the reader knows both.
    """
    sheets = list_sheets(river, lang)
    other = changed(sheets, lang)
    book = Workbook()
    book.properties.title, book.properties.creator = text("workbook.title", lang, river=river.name), "riverplan"
    first = book.active
    first.title = text("workbook.overview", lang)
    fill_overview(first, river, sheets, other, dated=options.dated, lang=lang)
    for wanted in sheets:
        fill_list(book.create_sheet(wanted.name[:31]), wanted, lang,
                  {(r, f.name) for s, r, f in other if s is wanted})
    for sheet in book.worksheets:
        page_words(sheet, left=text("workbook.title", lang, river=river.name), lang=lang,
                   right="  ".join(filter(None, (river.stamp, options.dated))))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()

"""The response map sheet: one river, one spill, one flow, on A3 or A4, in colour or for a fax.

The map is drawn by matplotlib as SVG at an exact scale; Typst lays out the page around it. Every word from
a file reaches the page as JSON data, never as part of the page's program.
"""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal

from riverplan.errors import InputError, Problem
from riverplan.exporting import sheet_table as table
from riverplan.exporting import sheet_text as words
from riverplan.exporting.fonts import font, printable
from riverplan.exporting.sheet_frame import HORIZON, Frame, choose_frame
from riverplan.exporting.sheet_legend import entries
from riverplan.exporting.sheet_map import MapPicture, draw_map
from riverplan.exporting.sheet_way import Stretch, split, stretches
from riverplan.exporting.symbology import stamp_text
from riverplan.forecasting.result import Forecast
from riverplan.forecasting.table import flow_name
from riverplan.i18n import Lang, text


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetOptions:
    """How the sheet is made.

    Parameters
    ----------
    paper
        ``A3`` or ``A4``, both landscape.
    theme
        ``colour``, or ``mono`` for a fax or a black-and-white printer.
    format
        ``pdf`` (with an annex where not all fits), or ``png`` (the first page).
    dpi
        Of the PNG.
    scale
        Denominator of the map's scale; None chooses from the standard series.
    title, organisation, sheet_number, version, date
        Printed as given; an empty one leaves its line to be filled in by hand. ``title`` None is made from
        the river's name.
    """

    paper: Literal["A3", "A4"] = "A3"
    theme: Literal["colour", "mono"] = "colour"
    format: Literal["pdf", "png"] = "pdf"
    dpi: int = 150
    scale: int | None = None
    title: str | None = None
    organisation: str = ""
    sheet_number: str = ""
    version: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Sizes of a page [mm], letter sizes [points]."""

    page: tuple[float, float]
    margin: tuple[float, float]
    title: float
    strip: float
    legend: float
    sign: float
    foot: float
    column: float
    points: float
    map_points: float
    chart: float
    """Least height of the travel chart; 0 draws it only where much room is left."""
    annex: int
    """Rows a column of the annex holds at ease; 0 sets it in one column."""
    columns: tuple[str, ...]
    """Of the arrival table on the first page."""

    @property
    def map(self) -> tuple[float, float]:
        """Width and height of the map picture [mm]."""
        wide = self.page[0] - 2 * self.margin[0] - self.column
        high = self.page[1] - 2 * self.margin[1] - self.title - self.strip - self.legend - self.sign - self.foot
        return wide - 2.0, high - 2.0


LAYOUTS: Mapping[str, Layout] = {
    "A3": Layout(page=(420, 297), margin=(9, 8), title=18, strip=11, legend=21, sign=11, foot=9, column=146,
                 points=7.0, map_points=6.8, chart=50, annex=54, columns=table.SHORT_COLUMNS),
    "A4": Layout(page=(297, 210), margin=(7, 6), title=15, strip=10.5, legend=17, sign=9, foot=8, column=88,
                 points=6.2, map_points=6.0, chart=0, annex=0,
                 columns=("code", "name", "distance", "earliest", "leading", "probability")),
}
COARSEST = 500_000
"""Where a whole day needs a coarser scale than this, half a day is shown."""
_ALLOWED: Mapping[str, tuple[str, ...]] = {"paper": tuple(LAYOUTS), "theme": ("colour", "mono"),
                                           "format": ("pdf", "png")}


def sheet(subject: Forecast, *, options: SheetOptions | None = None, lang: Lang = "zh") -> bytes:
    """The sheet of a forecast.

    Raises
    ------
    InputError
        If an option is not one of those allowed, or there is nothing to draw.
    """
    options = options or SheetOptions()
    _check(options)
    way = stretches(subject)
    if not way:
        raise InputError(Problem(code="nothing_to_draw"))
    layout = LAYOUTS[options.paper]
    frame = frame_for(subject, way, layout, options.scale)
    picture = draw_map(subject, frame, way, lang=lang, mono=options.theme == "mono", points=layout.map_points)
    longest = max((s.distance[1] for s in split(way, 2_000.0) if frame.shows(s.line)), default=way[-1].distance[1])
    data = page_data(subject, picture, layout, options, longest=longest, lang=lang)
    pdf = _compile(data, picture)
    return pdf if options.format == "pdf" else _first_page(pdf, options.dpi)


def frame_for(subject: Forecast, way: tuple[Stretch, ...], layout: Layout, scale: int | None = None) -> Frame:
    """The frame that shows what is reached within a day; if nothing that matters is, to the first that does."""
    firsts = [a.leading for kind in ("intake", "boundary", "section") if (a := words.first_of_kind(subject, kind))]
    until = min(max(HORIZON, min(firsts, default=HORIZON)), 3 * HORIZON)
    band, margin = layout.map_points * 0.72, layout.map_points * 1.7
    frame = choose_frame(way, *layout.map, until=until, band=band, margin=margin, scale=scale)
    if scale is None and frame.scale > COARSEST and until <= HORIZON:
        # a fast large river: half the horizon, so that the first hours can still be read
        frame = choose_frame(way, *layout.map, until=HORIZON / 2, band=band, margin=margin)
    return frame


def _check(options: SheetOptions) -> None:
    problems = [Problem(code="sheet_option", fields={"name": name, "value": getattr(options, name),
                                                     "allowed": " ".join(allowed)})
                for name, allowed in _ALLOWED.items() if getattr(options, name) not in allowed]
    if not 30 <= options.dpi <= 600:
        problems.append(Problem(code="sheet_option", fields={"name": "dpi", "value": options.dpi,
                                                             "allowed": "30–600"}))
    if options.scale is not None and options.scale < 100:
        problems.append(Problem(code="sheet_option", fields={"name": "scale", "value": options.scale,
                                                             "allowed": "≥ 100"}))
    if problems:
        raise InputError(problems)


def page_data(subject: Forecast, picture: MapPicture, layout: Layout, options: SheetOptions, *, longest: float,
              lang: Lang) -> dict[str, Any]:
    """Everything the page says, as plain values.

    Parameters
    ----------
    subject, picture, layout, options, lang
        As in :func:`sheet`.
    longest
        Distance the travel chart shows [m].
    """
    river, at = subject.river, subject.spill.at
    mono = options.theme == "mono"
    flow = flow_name(subject.scenario.name, lang)
    columns = layout.columns
    if subject.spill.mass is None and options.paper == "A3":
        columns = table.TIME_COLUMNS

    def line(key: str, value: str) -> list[str]:
        return [text(f"sheet.{key}", lang), value]

    heads = {key: text(f"sheet_head.{key}", lang) for key in
             ("conclusion", "chart", "notes", "contacts", "legend", "annex", "annex_notes", "table_note")}
    heads["table"] = text("sheet_head.table", lang, flow=flow)
    data = {
        "lang": lang, "mono": mono,
        "layout": {name: getattr(layout, name) for name in (
            "page", "margin", "title", "strip", "legend", "sign", "foot", "column", "points", "chart", "annex",
            "map")} | {"columns": columns},
        "fonts": [font("sans").family], "heads": heads,
        "title": options.title or text("sheet.title", lang, river=words.river_name(subject, lang)),
        "subtitle": text("sheet.subtitle", lang), "internal": text("sheet.internal", lang),
        "stamp": stamp_text(river.stamp, lang),
        "left": [line("number", options.sheet_number), line("version", options.version),
                 line("organisation", options.organisation)],
        "right": [line("spill_time", f"{at:%Y-%m-%d %H:%M}") if at else [text("sheet.no_clock", lang), "—"],
                  line("date", options.date)],
        "scenario": words.scenario_line(subject, lang), "conclusions": words.conclusions(subject, lang),
        "columns": table.heads(columns, lang), "rows": table.rows(subject, columns, lang),
        "full_columns": table.heads(table.FULL_COLUMNS, lang),
        "full_rows": table.rows(subject, table.FULL_COLUMNS, lang),
        "more": text("sheet_head.more", lang, all=len(subject.arrivals), n="{n}"),
        "more_notes": text("sheet_head.more_notes", lang, n="{n}"),
        "chart": table.chart(subject, longest, lang), "notes": words.notes(subject, lang),
        "contacts": words.contacts(subject, lang), "legend": entries(picture, lang=lang, mono=mono),
        "faded": text("sheet_legend.small" if mono else "sheet_legend.faded", lang),
        "class_title": text("arrival_class.title", lang),
        "sign": [text(f"sheet_sign.{k}", lang) for k in ("made", "checked", "reviewed", "approved")],
        "joint": [text(f"sheet_sign.{k}", lang) for k in ("joint", "water", "transport", "emergency", "township",
                                                          "station")],
        "foot": words.foot(subject, lang), "page": text("sheet_foot.page", lang, n="{n}"),
        "date": [at.year, at.month, at.day] if at else None,
    }
    return printable(data)


def _compile(data: Mapping[str, Any], picture: MapPicture) -> bytes:
    """The page as PDF; for the archive (PDF/A-2b) where the spill has a date, which that form demands."""
    import typst

    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False,
                        font_paths=[font("sans").path.parent])
    standard: Literal["a-2b"] | None = "a-2b" if data["date"] else None
    template = files(__package__).joinpath("forms", "sheet.typ").read_bytes()
    inputs = {"data": json.dumps(data, ensure_ascii=False, sort_keys=True), "map": picture.svg.decode()}
    return bytes(typst.compile(
        template, format="pdf", font_paths=fonts, timestamp=0, pdf_tags=False, pdf_standards=standard,
        sys_inputs=inputs))


def _first_page(pdf: bytes, dpi: int) -> bytes:
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        image = document[0].render(scale=2 * dpi / 72.0).to_pil()
    finally:
        document.close()
    out = io.BytesIO()
    # drawn at twice the size: the stroke that makes letters bold is thinner than a pixel
    image.convert("RGB").reduce(2).save(out, format="PNG", dpi=(dpi, dpi))
    return out.getvalue()

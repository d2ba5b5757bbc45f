"""Chapter six: the typical scenario, and when the water comes to whom at low, normal and high flow."""

from collections.abc import Mapping

from riverplan.exporting.strategy_conclusion import scenario_words
from riverplan.exporting.strategy_paper import Column, Paper
from riverplan.exporting.strategy_subject import SEASONS, Source, Subject, shown
from riverplan.exporting.strategy_words import NOTHING, amount, brief, clock_head, name_of
from riverplan.forecasting.result import Arrival, Forecast
from riverplan.forecasting.table import flow_name, limit_text, probability_text, strength_text
from riverplan.river.naming import site_name
from riverplan.units import km


def write_arrivals(paper: Paper, subject: Subject) -> None:
    """六、典型情景与污染物到达时间."""
    paper.chapter("arrivals")
    said = subject.plan.forecast
    paper.part(paper.word("scenario"))
    paper.line(scenario_words(paper, subject))
    paper.line(paper.word("arrivals_words", head=clock_head(said, paper.lang)))
    paper.part(paper.word("seasons_arrivals"))
    forecasts = dict(subject.by_flow)
    if said.scenario.name not in forecasts:
        forecasts = {said.scenario.name: said, **forecasts}
    for name, one in forecasts.items():
        _full(paper, one, paper.word("table_arrivals", flow=flow_name(name, paper.lang),
                                     head=clock_head(one, paper.lang)))
    for name in SEASONS:
        if name not in forecasts:
            paper.line(paper.gap(paper.word("what_season", flow=flow_name(name, paper.lang))))
    if subject.leading:
        paper.part(paper.word("leading"))
        paper.line(paper.word("leading_words"))
        for source in subject.leading:
            _compact(paper, subject, source)


def _full(paper: Paper, said: Forecast, caption: str) -> None:
    lang = paper.lang
    rows = [[f"{a.site_id} {name_of(said.river, a.site_id, a.name, lang)}", f"{km(a.distance):.1f}",
             brief(said, a.earliest, lang, "down"), _banded(said, a.leading, a.leading_band, paper),
             _banded(said, a.peak, a.peak_band, paper), brief(said, a.trailing, lang, "up"),
             _strength(paper, said, a), probability_text(a)] for a in shown(said)]
    if not rows:
        paper.line(paper.word("nobody_reached", flow=flow_name(said.scenario.name, lang)))
        return
    widths = {"target": 26, "km_from": 10, "earliest": 16, "leading": 32.5, "peak": 32.5, "tail": 16, "strength": 23,
              "probability": 11}
    paper.table([Column(head=paper.word(f"head_{key}"), width=width, align="left" if key == "target" else "right")
                 for key, width in widths.items()], rows, caption)


def _banded(said: Forecast, value: float, band: tuple[float, float], paper: Paper) -> str:
    low, high = brief(said, band[0], paper.lang, "down"), brief(said, band[1], paper.lang, "up")
    return f"{brief(said, value, paper.lang)}\n({low}–{high})"


def _strength(paper: Paper, said: Forecast, a: Arrival) -> str:
    """Peak with its band, and the limit under it; a gap where no mass was given."""
    if said.spill.mass is None:
        return paper.gap(paper.word("what_mass"))
    words = strength_text(a, paper.lang).replace(" (", "\n(")
    if words.startswith("<"):                                  # nothing to be measured: its band says no more
        words = words.partition("\n")[0]
    return f"{words}\n{paper.word('limit', value=limit_text(a, said, paper.lang))}"


def _compact(paper: Paper, subject: Subject, source: Source) -> None:
    """One table of a further source, three seasons side by side: earliest, front to peak to tail."""
    river, lang = subject.river, paper.lang
    rows: dict[str, list[str]] = {}
    order: dict[str, float] = {}
    by_flow: Mapping[str, Forecast] = source.by_flow
    for n, name in enumerate(SEASONS):
        for a in shown(by_flow[name]) if name in by_flow else ():
            if a.kind not in ("intake", "boundary"):
                continue
            order.setdefault(a.site_id, a.distance)
            row = rows.setdefault(a.site_id, [f"{a.site_id} {name_of(river, a.site_id, a.name, lang)}",
                                              f"{km(a.distance):.1f}", *[NOTHING] * 3])
            one = by_flow[name]
            row[2 + n] = (f"{brief(one, a.earliest, lang, 'down')}／{brief(one, a.leading, lang)}–"
                          f"{brief(one, a.peak, lang)}–{brief(one, a.trailing, lang, 'up')}\n{probability_text(a)}")
    caption = paper.word("table_leading", place=site_name(river, source.site, lang), substance=source.spill.substance,
                         mass=amount(source.spill.mass or 0.0, "kg", lang))
    paper.table([*paper.columns(("target", 40), ("km_from", 14, "right")),
                 *(Column(head=paper.word("head_season_times", flow=flow_name(name, lang)), width=34, align="right")
                   for name in SEASONS)], [rows[i] for i in sorted(rows, key=lambda i: (order[i], i))], caption)

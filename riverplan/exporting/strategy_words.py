"""Words of a strategy that stand in many places: times, names, posts, amounts, how sure a thing is."""

import math
import re
from collections.abc import Iterable

from riverplan.exporting.sheet_clock import long_clock, next_clock, short_clock
from riverplan.exporting.strategy_paper import Paper
from riverplan.forecasting.result import Forecast
from riverplan.forecasting.table import Rounding
from riverplan.i18n import Lang, catalogue, text
from riverplan.planning.allocation import amount_words
from riverplan.planning.result import ResponsePlan
from riverplan.planning.stock import Need
from riverplan.reference.materials import materials
from riverplan.river.naming import site_name
from riverplan.river.network import RiverNetwork
from riverplan.river.sites import Site, Store, Team
from riverplan.tables.schema import tables
from riverplan.units import HOUR

NOTHING = "—"
NAMES = 18
"""Letters of a Chinese name before it is cut."""
_OPTION = re.compile(r"（[^（）]*--[a-z][^（）]*）| ?\([^()]*--[a-z][^()]*\)")
"""An option of the command line in brackets, with what stands beside it there."""


def moment(said: Forecast, seconds: float | None, lang: Lang, rounding: Rounding = "nearest", *,
           before: float | None = None) -> str:
    """A time in a sentence: a clock time only where the spill has one, else hours after the release.

    ``before`` is the time said last: its day is not said again.
    """
    if seconds is None or not math.isfinite(seconds):
        return NOTHING
    if said.spill.at is not None:
        return long_clock(said, seconds, lang, rounding) if before is None else next_clock(
            said, seconds, before, lang, rounding)
    hours = tenth(seconds, rounding)
    return text("strategy.after", lang, hours=hours) if before is None else f"{hours} h"


def brief(said: Forecast, seconds: float | None, lang: Lang, rounding: Rounding = "nearest") -> str:
    """A time in a table whose head says what it counts from."""
    if seconds is None or not math.isfinite(seconds):
        return NOTHING
    return short_clock(said, seconds, lang, rounding) if said.spill.at is not None else tenth(seconds, rounding)


def tenth(seconds: float, rounding: Rounding = "nearest") -> str:
    """Hours to a tenth: earliest times down, last ones up.

    >>> tenth(5_399.0, "down"), tenth(5_399.0, "up"), tenth(1e6)
    ('1.4', '1.5', '278')
    """
    value = round(seconds / HOUR, 6)
    step = 10.0 if value < 100 else 1.0
    scaled = round(value * step, 6)
    whole = math.floor(scaled) if rounding == "down" else math.ceil(scaled) if rounding == "up" else round(scaled)
    return f"{whole / step:.1f}" if step > 1 else f"{whole:.0f}"


def clock_head(said: Forecast, lang: Lang) -> str:
    """What the times of a table count from."""
    if said.spill.at is None:
        return text("strategy.times_after", lang)
    return text("strategy.times_clock", lang, date=f"{said.spill.at:%Y-%m-%d}")


def name_of(river: RiverNetwork, site_id: str, name: str, lang: Lang) -> str:
    """The printed name of a site of the river; of a found candidate as the plan calls it."""
    site = site_by(river, site_id)
    return name or site_id if site is None else site_name(river, site, lang)


def short_name(paper: Paper, made: ResponsePlan, site_id: str, name: str) -> str:
    """The name of a place in a sentence, cut where it is long."""
    words = name_of(made.river, site_id, name, paper.lang)
    return words if len(words) <= NAMES or paper.lang == "en" else words[:NAMES - 1] + "…"


def site_by(river: RiverNetwork, site_id: str) -> Site | None:
    """The site of an id, or None for a candidate nobody has listed."""
    return next((s for s in river.sites if s.site_id == site_id), None)


def choice(kind: str, column: str, code: str, lang: Lang) -> str:
    """A code of a list as people write it."""
    found = next((c for c in tables()[kind].field(column).choices if c.code == code), None)
    return code if found is None else found.label(lang)


def flow_basis(code: str, lang: Lang) -> str:
    """What a discharge rests on: measured, stated, assumed.

    >>> flow_basis("assumed", "zh"), flow_basis("", "en")
    ('假定', 'source unknown')
    """
    key = f"sheet_scenario.{code or 'none'}"
    return catalogue()[key][lang] if key in catalogue() else code


def unlisted(paper: Paper, kind: str) -> str:
    """The mark of a list that is not there."""
    return paper.gap(paper.word("what_list", name=tables()[kind].name(paper.lang)))


def post(paper: Paper, unit: str, phone: str, where: str) -> str:
    """A unit and its duty phone, on two lines; each a gap where it is not listed."""
    return (f"{paper.known(unit, paper.word('what_unit'), where)}\n"
            f"{paper.known(phone, paper.word('what_phone'), where)}")


def team_post(paper: Paper, river: RiverNetwork, team_id: str) -> str:
    """A team and its phone."""
    team = next((r for r in river.resources if isinstance(r, Team) and r.resource_id == team_id), None)
    return post(paper, team.name if team else team_id, team.phone if team else "", team_id)


def store_name(river: RiverNetwork, store_id: str) -> str:
    """A store by its name."""
    return next((r.name for r in river.resources if isinstance(r, Store) and r.resource_id == store_id), store_id)


def figures(value: float, digits: int = 3) -> str:
    """A number to some figures, thousands parted, never in powers of ten.

    >>> figures(19_300.0), figures(12.345), figures(0.2)
    ('19,300', '12.3', '0.2')
    """
    return f"{float(f'{value:.{digits}g}'):,.10g}"


def wan(volume: float) -> str:
    """A volume [m³] in 万m³, as lists have it.

    >>> wan(193_000_000.0), wan(25_000.0)
    ('19,300', '2.5')
    """
    return figures(volume / 10_000.0)


def amount(quantity: float, unit: str, lang: Lang) -> str:
    """A quantity in the figures of the plan; pieces are called so.

    >>> amount(2_346_000.0, "kg", "zh"), amount(1500.0, "count", "zh"), amount(12.0, "m3", "en")
    ('2,346 t', '1,500 件', '12 m³')
    """
    said = amount_words(quantity, Need(name="", quantity=quantity, unit=unit))
    return f"{said} {text('strategy.pieces', lang)}" if unit == "count" else said


def material(name: str, lang: Lang) -> str:
    """A material by its name."""
    found = materials().get(name)
    return name if found is None else found.label(lang)


def needed(paper: Paper, made: ResponsePlan, needs: Iterable[Need], where: str) -> str:
    """What a measure needs, a line each: from which store, or as a gap where nobody brings it in time."""
    lines = []
    for need in needs:
        what = f"{material(need.name, paper.lang)} {amount(need.quantity, need.unit, paper.lang)}"
        if need.short > 0:
            lines.append(paper.gap(paper.word("what_material", what=what), where))
        else:
            lines.append(f"{what}（{store_name(made.river, need.store_id)}）" if paper.lang == "zh"
                         else f"{what} ({store_name(made.river, need.store_id)})")
    return "\n".join(lines)


def on_paper(words: str) -> str:
    """What a problem says without the option of the command line that mends it, which is no use on paper.

    >>> on_paper("请给出接报时间（--heard-at）。"), on_paper("Give the time of the call (--heard-at).")
    ('请给出接报时间。', 'Give the time of the call.')
    """
    return _OPTION.sub("", words)

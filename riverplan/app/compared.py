"""With and without what is done, receptor by receptor, in the words and figures of the screen."""

from collections.abc import Sequence
from dataclasses import dataclass

from riverplan.app.answer import KEY_KINDS, clock
from riverplan.app.what_if import Tried
from riverplan.forecasting.simulating.result import Passage, Simulation
from riverplan.forecasting.table import NOTHING, mg_text
from riverplan.i18n import Lang, text
from riverplan.river.naming import site_name
from riverplan.units import hours

COLUMNS = ("site", "verdict", "concentration", "limit", "leading", "peak", "above")
TONES = {"saved": "good", "less": "warn", "still": "bad", "worse": "bad", "new": "bad", "open": "warn", "below": "none",
         "unjudged": "none"}
"""What became of a receptor, and the tone it is said in."""
SAME = 0.01
"""Share by which two peaks or two spans may differ and are still called the same [-]."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Compared:
    """A receptor without and with what is done; None where nothing comes in the time simulated."""

    site_id: str
    name: str
    kind: str
    before: Passage | None
    after: Passage | None
    outcome: str
    """A key of :data:`TONES`."""


def compared(tried: Tried, lang: Lang) -> tuple[Compared, ...]:
    """All receptors but the one the spill starts from, in the order the plume left alone comes to them."""
    river, spill = tried.before.river, tried.before.spill
    found = []
    for site_id in dict.fromkeys(p.site_id for p in (*tried.before.passages, *tried.after.passages)):
        if site_id == spill.site_id:
            continue
        site, before, after = river.site(site_id), tried.before.passage(site_id), tried.after.passage(site_id)
        found.append(Compared(site_id=site_id, name=site_name(river, site, lang), kind=site.kind, before=before,
                              after=after, outcome=_outcome(before, after, tried.before.end)))
    return tuple(found)


def above(p: Passage | None, end: float) -> float:
    """How long the limit is exceeded in the time simulated [s]."""
    if p is None or p.exceeds_from is None:
        return 0.0
    return (end if p.exceeds_until is None else p.exceeds_until) - p.exceeds_from


def _outcome(before: Passage | None, after: Passage | None, end: float) -> str:
    one = after or before
    if one is None or one.limit is None or one.peak_concentration is None:
        return "unjudged"
    was, now = above(before, end), above(after, end)
    if not now:
        if after is not None and after.rising:                 # it may go above later: nobody is said to be safe
            return "open"
        return "saved" if was else "below"
    if not was:
        return "new"
    shorter, weaker = now - was, _peak(after) - _peak(before)
    if shorter > SAME * was or weaker > SAME * _peak(before):
        return "worse"
    return "less" if shorter < -SAME * was or weaker < -SAME * _peak(before) else "still"


def _peak(p: Passage | None) -> float:
    return 0.0 if p is None else p.peak_concentration or 0.0


def verdict(c: Compared, tried: Tried, lang: Lang) -> str:
    """What becomes of a receptor, in some words; without anything done, only whether it is above the limit."""
    if not tried.done:
        return text(f"app_whatif.alone_{'above' if above(c.before, tried.before.end) else c.outcome}", lang)
    if c.outcome in ("saved", "below") and c.after is None:
        return text(f"app_whatif.{c.outcome}_none", lang)
    return text(f"app_whatif.{c.outcome}", lang)


def tone(c: Compared, tried: Tried) -> str:
    """The tone of a receptor: ``good``, ``warn``, ``bad`` or ``none``."""
    if not tried.done:
        return "bad" if above(c.before, tried.before.end) else TONES[c.outcome] if c.outcome == "open" else "none"
    return TONES[c.outcome]


def row(c: Compared, tried: Tried, lang: Lang) -> dict[str, str]:
    """One receptor as the words of the table; ``before → after`` where both differ."""
    one = c.after or c.before
    assert one is not None
    runs = ((tried.before, c.before), (tried.after, c.after)) if tried.done else ((tried.before, c.before),)

    def both(say: list[str]) -> str:
        return say[0] if len(set(say)) == 1 else " → ".join(say)

    return {
        "site": c.name, "verdict": verdict(c, tried, lang),
        "concentration": both([_strong(p, lang) for _, p in runs]),
        "limit": NOTHING if one.limit is None else mg_text(one.limit),
        "leading": both([_when(s, p, "leading", lang) for s, p in runs]),
        "peak": both([_when(s, p, "peak", lang) for s, p in runs]),
        "above": NOTHING if c.outcome == "unjudged" else both([span(p, s.end, lang) for s, p in runs]),
    }


def _strong(p: Passage | None, lang: Lang) -> str:
    if p is None:
        return text("app_whatif.not_come", lang)
    return NOTHING if p.peak_concentration is None else mg_text(p.peak_concentration) + ("↑" if p.rising else "")


def _when(simulation: Simulation, p: Passage | None, name: str, lang: Lang) -> str:
    if p is None:
        return text("app_whatif.not_come", lang)
    return clock(simulation, getattr(p, name), floor=name == "leading") + ("↑" if p.rising and name == "peak" else "")


def span(p: Passage | None, end: float, lang: Lang) -> str:
    """Hours above the limit; at least so many where it still is above when the simulation ends."""
    if not (seconds := above(p, end)):
        return "0"
    lasts = p is not None and p.exceeds_until is None
    return text("app_whatif.at_least" if lasts else "app_whatif.span", lang, hours=f"{hours(seconds):.1f}")


def by_importance(found: Sequence[Compared]) -> list[Compared]:
    """Those worth a chart first: what changes, then intakes, boundaries, sections, towns; then as the plume comes."""
    order = ("saved", "new", "worse", "less", "open", "still", "below", "unjudged")
    rank = {kind: i for i, kind in enumerate(KEY_KINDS)}
    return sorted(found, key=lambda c: (rank.get(c.kind, len(rank)), order.index(c.outcome)))

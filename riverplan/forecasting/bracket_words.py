"""What a bracketed forecast says of itself: which states were unknown, what difference they make, whom to call."""

from collections.abc import Iterable, Mapping, Sequence

from riverplan.errors import InputError, Problem
from riverplan.forecasting.result import Arrival, Forecast, Variant
from riverplan.forecasting.rise import Rise, period
from riverplan.forecasting.table import clock_text, significant, whole_minutes
from riverplan.i18n import LANGS, Lang, listed, text
from riverplan.river.naming import site_name
from riverplan.river.sites import Space

Found = tuple[Variant, Forecast]
"""A variant and its forecast."""
OF_A_VARIANT = ("no_discharge", "no_velocity", "pool_without_storage", "beyond_rating")
"""Problems of a variant that are said though the flow as it stands has none such."""
_COUNTS = (("intake",), ("boundary", "section", "town"))
"""Kinds of sites the difference is told at first, then next; all others after them."""
_NAMED = 6
"""So many sites are named in one sentence."""


def states_unknown(central: Forecast, found: Sequence[Found], unknown: Sequence[str], *, combined: int,
                   ) -> list[Problem]:
    """Which stations' states were unknown, what difference they make where it counts, and whom to call.

    Parameters
    ----------
    central
        The forecast of the flow as it stands.
    found
        The variants.
    unknown
        The stations, by ``site_id``.
    combined
        So many stations are combined in every way; of more, that they were not is said.
    """
    river, stations = central.river, [central.river.site(s) for s in unknown]
    variants = [v for v, _ in found if v.states]
    site_id = _telling(central, [f for _, f in found], [v.earliest for v in variants])

    def phone(site: object, lang: Lang) -> str:
        assert isinstance(site, Space)
        number = site.control_phone or site.phone
        return text("variant.phone" if number else "variant.no_phone", lang, name=site.name or site.site_id,
                    phone=number)

    fields: dict[str, object] = {
        "stations": listed(s.name or s.site_id for s in stations),
        "options": " ".join(f"--state {s}=running|stopped" for s in unknown),
        "phones": {lang: "；".join(phone(s, lang) for s in stations) for lang in LANGS}}
    more = [Problem(code="states_not_combined", severity="warning", fields={
        "count": len(unknown), "most": combined})] if len(unknown) > combined else []
    if not site_id:
        return [Problem(code="state_unknown_same", severity="note", fields=fields), *more]
    return [Problem(code="state_unknown", severity="warning", fields={
        **fields, "site": {lang: site_name(river, river.site(site_id), lang) for lang in LANGS},
        "times": {lang: _times(central, {v.words(lang): v.earliest.get(site_id) for v in variants}, lang)
                  for lang in LANGS}}), *more]


def rise_bracketed(central: Forecast, today: Sequence[Found], after: Sequence[Found], rise: Rise) -> Problem:
    """What a change of discharge may do to the first times.

    Parameters
    ----------
    central
        The forecast of the flow as it stands.
    today, after
        Variants without and with the change.
    rise
        The change.
    """
    now, then = (significant(some[0][0].discharge) if some else "?" for some in (today, after))
    flows = [_first_of(today), _first_of(after)]
    site_id = _telling(central, [f for _, f in (*today, *after)], flows) if after else ""
    start, end = period(rise, central.spill)

    def times(lang: Lang) -> str:
        if not site_id:
            return text("variant.same", lang)
        words = (text("variant.stands", lang), text("variant.risen", lang))
        return _times(central, {w: e.get(site_id) for w, e in zip(words, flows, strict=True)}, lang)

    return Problem(code="rise_bracketed", severity="warning", fields={
        "start": start, "end": end, "before": now, "after": then, "times": {lang: times(lang) for lang in LANGS},
        "site": {lang: site_name(central.river, central.river.site(site_id), lang) if site_id
                 else text("variant.everywhere", lang) for lang in LANGS}})


def of_members(found: Sequence[Found], arrivals: Sequence[Arrival]) -> list[Problem]:
    """Sites reached in some variants only, and what variants lack that the flow as it stands does not."""
    river, variants = found[0][1].river, {v.name: v for v, _ in found}
    by_variants: dict[tuple[str, ...], list[Arrival]] = {}
    for arrival in arrivals:
        if arrival.only_in:
            by_variants.setdefault(arrival.only_in, []).append(arrival)
    problems = []
    for names, some in by_variants.items():
        which = [variants[n] for n in names]
        which = [v for v in which if not v.risen] or which     # the change seldom decides where the plume comes
        problems.append(Problem(code="reached_only", severity="warning", fields={
            "variants": {lang: text("variant.or", lang).join(
                text("variant.quoted", lang, words=v.words(lang)) for v in which) for lang in LANGS},
            "sites": {lang: listed((site_name(river, river.site(a.site_id), lang) for a in some), _NAMED)[lang]
                      for lang in LANGS}}))
    said = {p.code for p in found[0][1].problems}
    return problems + [p for code in OF_A_VARIANT if code not in said
                       for p in [q for _, f in found[1:] for q in f.problems if q.code == code][:1]]


def impossible(variant: Variant, error: InputError) -> Problem:
    """A variant that cannot be forecast, and why."""
    return Problem(code="variant_impossible", severity="warning", fields={
        "variant": {lang: variant.words(lang) for lang in LANGS},
        "why": {lang: " ".join(p.what(lang) for p in error.problems) for lang in LANGS}})


def _telling(central: Forecast, forecasts: Iterable[Forecast], flows: Sequence[Mapping[str, float]]) -> str:
    """The site whose earliest time differs between flows that counts most, the first of its kind; empty if none."""
    kinds = {a.site_id: a.kind for f in forecasts for a in f.arrivals}

    def differs(site_id: str) -> bool:
        return len({whole_minutes(e[site_id], "down") if site_id in e else None for e in flows}) > 1

    differing = [s for s in kinds if s != central.spill.site_id and differs(s)]
    return min(differing, default="", key=lambda s: (
        next((i for i, kind in enumerate(_COUNTS) if kinds[s] in kind), len(_COUNTS)),
        min(e[s] for e in flows if s in e), s))


def _first_of(found: Sequence[Found]) -> Mapping[str, float]:
    """Earliest time of several variants at each site."""
    first: dict[str, float] = {}
    for variant, _ in found:
        for site_id, seconds in variant.earliest.items():
            first[site_id] = min(seconds, first.get(site_id, seconds))
    return first


def _times(central: Forecast, earliest: Mapping[str, float | None], lang: Lang) -> str:
    """Earliest time in each variant, the first one first."""
    ordered = sorted(earliest.items(), key=lambda item: float("inf") if item[1] is None else item[1])
    return ("，" if lang == "zh" else "; ").join(
        text("variant.never", lang, variant=words) if seconds is None
        else text("variant.earliest", lang, variant=words, clock=clock_text(central, seconds, "down"))
        for words, seconds in ordered)

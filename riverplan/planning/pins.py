"""What the officer wants used: pins that can be kept, and those that cannot with the reason."""

from collections.abc import Collection, Container, Iterable, Mapping, Sequence

import numpy as np

from riverplan.errors import Problem
from riverplan.forecasting.behaviour import is_film
from riverplan.forecasting.result import Arrival, Forecast
from riverplan.i18n import LANGS, listed
from riverplan.planning.advice import may_dose
from riverplan.planning.choose import Means, Table, choose
from riverplan.planning.options import Option
from riverplan.planning.result import Refused
from riverplan.planning.usable_space import UsableSpace
from riverplan.river.naming import site_name
from riverplan.river.network import RiverNetwork, near
from riverplan.river.sites import Bridge, Intake, Site, Space


def ids_of(said: Iterable[str], river: RiverNetwork, kinds: tuple[type[Site], ...] = (Space, Bridge),
           ) -> tuple[tuple[str, ...], list[Problem]]:
    """The sites somebody means by ``site_id`` or by name, and the words that mean none or several.

    Where a site of the ``kinds`` asked for bears a name, it is meant, and not another one called the same.
    """
    ids = {s.site_id for s in river.sites}
    labels = {name: _label(s) for s in river.sites if isinstance(s, kinds)
              for name in (s.site_id, s.name) if name}
    found: list[str] = []
    problems: list[Problem] = []
    for word in dict.fromkeys(w.strip() for w in said):
        if not word:
            problems.append(Problem(code="plan_pin_empty", severity="warning"))
            continue
        called = [s for s in river.sites if s.name == word]
        meant = [s for s in called if isinstance(s, kinds)] or called
        if word in ids:
            found.append(word)
        elif len(meant) == 1:
            found.append(meant[0].site_id)
        elif meant:
            problems.append(Problem(code="plan_pin_several", severity="warning", fields={
                "site": word, "count": len(meant), "sites": listed([s.site_id for s in meant])}))
        else:
            problems.append(Problem(code="plan_pin_unknown", severity="warning", fields={
                "site": word, "near": listed(list(dict.fromkeys(labels[n] for n in near(word, labels)))) or "—"}))
    return tuple(dict.fromkeys(found)), problems


def forbidden_in_vain(forbid: Iterable[str], spaces: Iterable[UsableSpace], river: RiverNetwork) -> list[Problem]:
    """The sites forbidden at which nothing could have been done: no spaces, or spaces of no use."""
    of_use = {s.space_id for s in spaces if s.functions}
    by_id = {s.site_id: s for s in river.sites}
    vain = [_label(by_id[name]) for name in forbid if name not in of_use]
    return [Problem(code="plan_forbid_nothing", severity="warning", fields={"sites": listed(vain)})] if vain else []


def forbidden_dosing(said: Forecast, spaces: Iterable[UsableSpace], arrivals: Mapping[str, Arrival],
                     forbid: Container[str], refused: Iterable[Refused]) -> list[Refused]:
    """The spaces where dosing, or laying booms, is all that is forbidden: those that ``refused`` does not name."""
    named = {r.site_id for r in refused}
    return [Refused(site_id=s.space_id, name=s.name, action="lay" if is_film(said.substance) else "dose",
                    earliest=arrivals[s.space_id].earliest, ready=None,
                    why=Problem(code="refused_forbidden", severity="note"))
            for s in spaces if s.space_id in forbid and s.space_id not in named and s.space_id in arrivals
            and may_dose(said, s, arrivals[s.space_id])]


def pins_of(options: Sequence[Option], refused: Sequence[Refused], means: Means, pins: Collection[str],
            forbid: Collection[str], *, river: RiverNetwork, reached: Collection[str],
            ) -> tuple[list[set[int]], list[Problem]]:
    """Options of each pinned space, as far as they can all be done together, and what is wrong with the others.

    Pins are those of :func:`ids_of`, taken in the order given; one that cannot be kept beside those before it is left
    out, and named. ``reached`` holds the sites the plume comes to.
    """
    known = {s.site_id: s for s in river.sites}
    problems: list[Problem] = []
    kept: list[set[int]] = []
    out = {r.site_id: r for r in refused}
    nothing = Table(nothing=np.zeros(2), alone=np.zeros((len(options), 2)))
    for name in pins:
        own = {i for i, o in enumerate(options) if o.site_id == name}
        fields = {"site": known[name].name or name}
        if name in forbid:
            problems.append(Problem(code="plan_pin_forbidden", severity="warning", fields=fields))
        elif name in out:
            problems.append(Problem(code="plan_pin_refused", severity="warning", fields={
                **fields, "why": {lang: out[name].why.text(lang) for lang in LANGS}}))
        elif not own:
            problems.append(Problem(code="plan_pin_useless" if name in reached else "plan_pin_unreached",
                                    severity="warning", fields=fields))
        elif choose(nothing, means, pinned=[*kept, own]) is None:
            problems.append(Problem(code="plan_pin_together", severity="warning", fields=fields))
        else:
            kept.append(own)
    return kept, problems


def supplied_of(said: Iterable[str], river: RiverNetwork) -> tuple[tuple[str, ...], list[Problem]]:
    """The intakes somebody says are supplied otherwise, by ``site_id`` or name.

    With the words that mean no intake, and a note that the plan rests on the others.
    """
    found, problems = ids_of(said, river, (Intake,))
    by_id = {s.site_id: s for s in river.sites}
    others = [name for name in found if not isinstance(by_id[name], Intake)]
    if others:
        problems.append(Problem(code="plan_supplied_none", severity="warning", fields={
            "sites": listed([_label(by_id[name]) for name in others])}))
    found = tuple(name for name in found if name not in others)
    if found:
        problems.append(Problem(code="plan_supplied", severity="note", fields={"sites": {lang: listed(
            [f"{name} {site_name(river, by_id[name], lang)}" for name in found])[lang] for lang in LANGS}}))
    return found, problems


def _label(site: Site) -> str:
    return f"{site.site_id} {site.name}".strip()

"""What the officer wants used: pins that can be kept, and those that cannot with the reason."""

from collections.abc import Collection, Sequence

import numpy as np

from riverplan.errors import Problem
from riverplan.i18n import LANGS
from riverplan.planning.choose import Means, Table, choose
from riverplan.planning.options import Option
from riverplan.planning.result import Refused
from riverplan.river.network import RiverNetwork, unknown


def pins_of(options: Sequence[Option], refused: Sequence[Refused], means: Means, pins: Collection[str],
            forbid: Collection[str], *, river: RiverNetwork) -> tuple[list[set[int]], list[Problem]]:
    """Options of each pinned space, as far as they can all be done together, and what is wrong with the others.

    Pins are taken in the order given; one that cannot be kept beside those before it is left out, and named.
    """
    known = {s.site_id: s for s in river.sites}
    problems = [Problem(code="plan_pin_unknown", severity="warning", fields={
        "site": name, "near": unknown("site", name, known).fields["near"]})
        for name in dict.fromkeys((*pins, *forbid)) if name not in known]
    kept: list[set[int]] = []
    out = {r.site_id: r for r in refused}
    nothing = Table(nothing=np.zeros(2), alone=np.zeros((len(options), 2)))
    for name in dict.fromkeys(pins):
        own = {i for i, o in enumerate(options) if o.site_id == name}
        fields = {"site": getattr(known.get(name), "name", "") or name}
        if name not in known:
            continue
        if name in forbid:
            problems.append(Problem(code="plan_pin_forbidden", severity="warning", fields=fields))
        elif name in out:
            problems.append(Problem(code="plan_pin_refused", severity="warning", fields={
                **fields, "why": {lang: out[name].why.what(lang) for lang in LANGS}}))
        elif not own:
            problems.append(Problem(code="plan_pin_useless", severity="warning", fields=fields))
        elif choose(nothing, means, pinned=[*kept, own]) is None:
            problems.append(Problem(code="plan_pin_together", severity="warning", fields=fields))
        else:
            kept.append(own)
    return kept, problems

"""What a risk source is listed with."""

import re

from riverplan.reference import Substance, find_substance
from riverplan.river.sites import RiskSource

_BETWEEN = re.compile(r"[、，；;/|\n]|,(?!\d)|(?<!\d),")


def names_in(written: str) -> tuple[str, ...]:
    """The names in a list of substances as people write it.

    >>> names_in("苯酚、1,2-二氯乙烷，柴油")
    ('苯酚', '1,2-二氯乙烷', '柴油')
    """
    return tuple(dict.fromkeys(n.strip() for n in _BETWEEN.split(written) if n.strip()))


def stored(source: RiskSource) -> tuple[tuple[str, Substance], ...]:
    """What a source is listed with: each name as written, and as which substance it is judged."""
    return tuple((name, find_substance(name)) for name in names_in(source.substances))


def stores(source: RiskSource, substance: str) -> bool:
    """Whether a source is listed with a substance, or with one a station reads as the same determinand."""
    wanted = find_substance(substance)
    return any(s.name == wanted.name or (bool(wanted.indicator) and s.indicator == wanted.indicator)
               for _, s in stored(source))

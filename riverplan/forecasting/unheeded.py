"""What was said of a spill and changes nothing of its forecast: named, so that nobody thinks it was counted."""

from collections.abc import Callable, Mapping

from riverplan.errors import Problem
from riverplan.forecasting.behaviour import is_film
from riverplan.forecasting.ph import has_ph
from riverplan.forecasting.spill import Spill
from riverplan.i18n import LANGS, listed, text
from riverplan.reference import Substance

_IDLE: Mapping[str, Callable[[Spill, Substance], bool]] = {
    "mass_within": lambda spill, _: spill.sigma_mass > 0 and spill.mass is None,
    "duration_within": lambda spill, _: spill.sigma_duration > 0 and spill.duration == 0,
    "recovery": lambda spill, _: spill.recovery < 1 and spill.mass is None,
    "wind": lambda spill, substance: spill.wind is not None and not is_film(substance),
    "alkalinity": lambda spill, substance: spill.alkalinity is not None and not has_ph(substance),
    "settling": lambda spill, substance: spill.settling > 0 and is_film(substance),
    "decay": lambda spill, substance: bool(spill.decay) and is_film(substance),
    "background": lambda spill, substance: spill.background > 0 and is_film(substance),
}
"""What may be given in vain, and when it is."""


def unheeded(spill: Spill, substance: Substance) -> list[Problem]:
    """One note that names all that was given and does not count, each with the reason; none where all counts."""
    idle = [name for name, is_idle in _IDLE.items() if is_idle(spill, substance)]
    if not idle:
        return []
    return [Problem(code="given_in_vain", severity="note", fields={
        "what": {lang: listed(text(f"given_in_vain.{name}", lang) for name in idle)[lang] for lang in LANGS}})]

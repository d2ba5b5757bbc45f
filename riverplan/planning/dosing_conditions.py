"""Whether a place, its pH and its time of contact are what a technique asks for: all that does not fit is said."""

from riverplan.errors import Problem
from riverplan.forecasting.ph import NATURAL_PH
from riverplan.i18n import LANGS, text
from riverplan.planning.treated_water import Pool, Stream
from riverplan.reference import Substance
from riverplan.reference.techniques import Technique


def conditions(water: Pool | Stream, technique: Technique, substance: Substance, *, ph: float | None,
               residence: float | None, distance: float | None) -> list[Problem]:
    """What of the conditions of a technique is not met or must be looked after.

    Parameters
    ----------
    water, technique, substance
        What is treated, how, and of what.
    ph
        Measured; None assumes that of rivers.
    residence
        How long the water stays [s]; None where it is not known.
    distance
        What a stream needs for the time of contact [m]; None where not known.
    """
    found = []
    fit = technique.fits(substance)
    if fit != "named":
        found.append(Problem(code="dosing_alike" if fit else "dosing_not_for", severity="warning", fields={
            "substance": {"zh": substance.name, "en": substance.label("en")}, "pollutant": technique.pollutant}))
    # what works while water flows through works in water that stands
    if not {water.kind, *(('pool',) if water.kind == 'pond' else ())} & set(technique.places):
        found.append(Problem(code="dosing_place", severity="warning", fields={
            "place": {lang: text(f"plan_dosing.place_{water.kind}", lang) for lang in LANGS},
            "where": technique.where}))
    found += _contact(water, technique, residence, distance)
    # where acid or alkali is undone the window is what is to be reached, not where it works
    undone = any(d.basis == "acidity" for d in technique.doses)
    if not undone and (window := technique.window(substance)) is not None:
        before = NATURAL_PH if ph is None else ph
        low, high = window
        outside = (low is not None and before < low) or (high is not None and before > high)
        bounds = {"low": "—" if low is None else f"{low:g}", "high": "—" if high is None else f"{high:g}"}
        found.append(Problem(code="dosing_ph_outside" if outside else "dosing_ph_inside",
                             severity="warning" if outside else "note", fields={**bounds, "ph": f"{before:g}"}))
    if "low" in (technique.confidence, technique.dose_confidence):
        found.append(Problem(code="dosing_low_confidence", severity="warning", fields={"agent": technique.agent}))
    return found


def _contact(water: Pool | Stream, technique: Technique, residence: float | None, distance: float | None,
             ) -> list[Problem]:
    """What is to be said of the time of contact."""
    if technique.contact_time is None:
        return []
    minutes = f"{technique.contact_time / 60.0:g}"
    if residence is not None:
        return [] if residence >= technique.contact_time else [Problem(
            code="dosing_contact_short", severity="warning",
            fields={"minutes": minutes, "residence": f"{residence / 60.0:.0f}"})]
    if distance is not None:
        return [Problem(code="dosing_contact_distance", severity="note",
                        fields={"minutes": minutes, "km": f"{distance / 1000.0:.1f}"})]
    return [Problem(code="dosing_contact_unknown", severity="warning", fields={"minutes": minutes, "what": {
        lang: text(f"plan_dosing.{'velocity' if isinstance(water, Stream) else 'discharge_through'}", lang)
        for lang in LANGS}})]

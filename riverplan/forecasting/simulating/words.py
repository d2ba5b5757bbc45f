"""A simulation in words: the head, the table of passages, gates, doses and balances; and as JSON."""

from typing import Any

from riverplan.forecasting.as_json import as_hours, as_mg_l, rounded
from riverplan.forecasting.behaviour import determinand_mass
from riverplan.forecasting.simulating.result import Passage, Simulation
from riverplan.forecasting.table import significant
from riverplan.i18n import Lang, text
from riverplan.transport.simulate import Account
from riverplan.units import hours, mg_per_l

_COLUMNS = ("site_id", "name", "leading_early", "leading", "peak", "trailing", "concentration", "limit", "exceeds",
            "passed")
_NO_BAND = (None, None)


def simulation_lines(found: Simulation, lang: Lang) -> list[str]:
    """What was simulated, over the table."""
    spill = found.spill
    at = f"{spill.at:%Y-%m-%d %H:%M}" if spill.at else text("simulation.no_clock", lang)
    place = spill.site_id or spill.stake or f"{spill.reach_id} {(spill.chainage or 0.0) / 1000:.1f} km"
    mass = text("simulation.mass_unknown", lang) if spill.mass is None else f"{significant(spill.mass, 6)} kg"
    read = determinand_mass(spill, found.substance)
    if read is not None and spill.mass is not None and abs(read - spill.mass) > 1e-6 * spill.mass:
        mass += f" = {found.substance.judged.label(lang)} {significant(read, 4)} kg"
    known = found.scenario.name in ("low", "normal", "high", "measured")
    return [
        text("simulation.head", lang, at=at, place=place, mass=mass, hours=f"{hours(found.end):g}",
             substance=spill.substance.strip() or found.substance.judged.label(lang)),
        text("simulation.flow", lang, cell=f"{found.cell:g}", step=f"{found.step:.0f}",
             flow=text(f"flow.{found.scenario.name}", lang) if known else found.scenario.name)]


def simulation_table(found: Simulation, lang: Lang) -> tuple[list[str], list[list[str]]]:
    """Heads and rows of the passages, by time; concentrations in mg/L."""
    return [text(f"simulation.{c}", lang) for c in _COLUMNS], [_row(found, p, lang) for p in found.passages]


def _row(found: Simulation, p: Passage, lang: Lang) -> list[str]:
    def at(seconds: float | None) -> str:
        return text("simulation.after_end", lang) if seconds is None else _clock(found, seconds, lang)

    above = "—"
    if p.exceeds_from is not None:
        above = f"{at(p.exceeds_from)} – {at(p.exceeds_until)}"
    peak = _clock(found, p.peak, lang)
    early = "—" if p.leading_early is None else _clock(found, p.leading_early, lang)
    if p.rising:
        peak = text("simulation.rising", lang, value=peak)
    return [p.site_id, p.name, early, at(p.leading), peak,
            at(p.trailing), "—" if p.peak_concentration is None else f"{mg_per_l(p.peak_concentration):.3g}",
            "—" if p.limit is None else significant(mg_per_l(p.limit)), above,
            "—" if p.passed is None else f"{100 * p.passed:.0f}%"]


def _clock(found: Simulation, seconds: float, lang: Lang) -> str:
    when = text("simulation.hours", lang, hours=f"{hours(seconds):.1f}")
    clock = found.clock(seconds)
    return f"{clock:%m-%d %H:%M} ({when})" if clock else when


def balance_lines(found: Simulation, lang: Lang) -> list[str]:
    """Gates, doses and where water and mass are at the end."""
    lines = []
    for g in found.gates:
        mass = "" if g.most_mass is None else text("simulation.gate_mass", lang, mass=significant(g.most_mass, 4))
        spills = text("simulation.gate_holds", lang) if g.spills_from is None else text(
            "simulation.gate_spills", lang, at=_clock(found, g.spills_from, lang))
        lines.append(text("simulation.gate", lang, site=g.site_id, volume=significant(g.most_volume, 4),
                          usable=significant(g.usable, 4), mass=mass, spills=spills))
    lines += [text("simulation.dose", lang, place=d.place, passed=f"{100 * d.passed:.1f}",
                   removed=f"{100 * d.removed:.1f}") for d in found.doses]
    if determinand_mass(found.spill, found.substance) is not None:
        lines.append(text("simulation.mass_balance", lang, **_said(found.mass)))
    return [*lines, text("simulation.water_balance", lang, **_said(found.water))]


def _said(account: Account) -> dict[str, str]:
    return {name: significant(value, 4) for name, value in _account(account).items()}


def _account(account: Account) -> dict[str, float]:
    return {name: getattr(account, name) for name in (
        "before", "entered", "left", "taken", "held", "flowing", "dosed", "decayed", "error")}


def simulation_as_json(found: Simulation) -> dict[str, Any]:
    """Operations, passages, gates, doses, balances and problems.

    Times are hours after the release began, concentrations mg/L; ``None`` (null) where a thing does not apply or
    comes after the end. ``mass_kg`` is of the determinand, of 1 kg where the mass is not known.
    """
    spill = found.spill
    return {
        "spill": {"site_id": spill.site_id or None, "reach_id": spill.reach_id,
                  "chainage_m": rounded(spill.chainage), "substance": spill.substance or None,
                  "mass_kg": rounded(spill.mass),
                  "determinand_kg": rounded(determinand_mass(spill, found.substance)),
                  "start": spill.at.isoformat() if spill.at else None},
        "flow": {"name": found.scenario.name, "readings": dict(found.scenario.readings)},
        "hours": rounded(hours(found.end)), "cell_m": rounded(found.cell), "step_s": rounded(found.step),
        "operations": [{"place": o.place, "action": o.action, "at_h": as_hours(o.at), "value": rounded(o.value),
                        "until_h": as_hours(o.until) if o.until < float("inf") else None} for o in found.operations],
        "passages": [{
            "site_id": p.site_id, "name": p.name or None, "kind": p.kind,
            "leading_h_early": as_hours(p.leading_early), "leading_h": as_hours(p.leading),
            "peak_h": as_hours(p.peak), "peak_h_early": as_hours((p.peak_band or _NO_BAND)[0]),
            "peak_h_late": as_hours((p.peak_band or _NO_BAND)[1]),
            "peak_mg_l_low": as_mg_l((p.concentration_band or _NO_BAND)[0]),
            "peak_mg_l_high": as_mg_l((p.concentration_band or _NO_BAND)[1]), "trailing_h": as_hours(p.trailing),
            "rising": p.rising, "peak_mg_l": as_mg_l(p.peak_concentration), "passed": rounded(p.passed),
            "discharge_m3_s": rounded(p.discharge), "limit_mg_l": as_mg_l(p.limit),
            "limit_basis": p.limit_basis or None, "exceeds_from_h": as_hours(p.exceeds_from),
            "exceeds_until_h": as_hours(p.exceeds_until)} for p in found.passages],
        "gates": [{"site_id": g.site_id, "node_id": g.node_id, "usable_m3": rounded(g.usable),
                   "most_m3": rounded(g.most_volume), "most_kg": rounded(g.most_mass),
                   "last_m3": rounded(g.last_volume), "last_kg": rounded(g.last_mass),
                   "spills_from_h": as_hours(g.spills_from)} for g in found.gates],
        "doses": [{"place": d.place, "passed": rounded(d.passed), "removed": rounded(d.removed)}
                  for d in found.doses],
        "water_m3": {k: rounded(v) for k, v in _account(found.water).items()},
        "mass_kg": {k: rounded(v) for k, v in _account(found.mass).items()},
        "river": {"name": found.river.name, "digest": found.river.digest}, "version": found.version,
        "problems": [p.as_json() for p in found.problems],
    }

"""A simulation as a workbook (passages, operations, gates, doses, balance, bounds), or its passages as CSV."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from riverplan.exporting.table_file import csv_table, workbook
from riverplan.forecasting.behaviour import determinand_mass
from riverplan.forecasting.screening.words import Cell, Table
from riverplan.forecasting.simulating.result import Passage, Simulation
from riverplan.forecasting.simulating.words import simulation_lines
from riverplan.forecasting.table import significant
from riverplan.i18n import Lang, text
from riverplan.river.naming import site_name
from riverplan.units import hours, mg_per_l

PASSAGE = ("site_id", "name", "kind", "leading_h_early", "leading_h", "leading", "peak_h", "peak", "trailing_h", "mg_l",
           "limit_mg_l", "exceeds_from", "exceeds_until", "above_h", "passed", "m3_s")
"""Columns of the passages; their heads stand in ``i18n/simulation_table.toml``."""
WITHOUT = ("without_leading_h", "without_mg_l", "without_above_h")
"""Further columns where the same spill left alone is known."""
ACCOUNTS = ("before", "entered", "left", "taken", "held", "flowing", "dosed", "decayed", "error")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SimulationOptions:
    """What is written: a workbook with all tables, or a CSV of the passages alone.

    ``without`` is the same spill with nothing done, to stand beside the passages; None for none.
    """

    format: Literal["xlsx", "csv"] = "xlsx"
    without: Simulation | None = None


def simulation(subject: Simulation, *, options: SimulationOptions, lang: Lang = "zh") -> bytes:
    """The content of the file."""
    passages = passages_table(subject, lang, options.without)
    if options.format == "csv":
        return csv_table(passages)
    tables: Mapping[str, Callable[[Simulation, Lang], Table]] = {
        "operations": operations_table, "gates": gates_table, "doses": doses_table, "balance": balance_table,
        "notes": notes_table}
    return workbook({text("simulation_table.sheet_passages", lang): passages} | {
        text(f"simulation_table.sheet_{name}", lang): table(subject, lang) for name, table in tables.items()})


def passages_table(found: Simulation, lang: Lang, without: Simulation | None = None) -> Table:
    """The passages by time; sites that only the plume left alone comes to stand at the end.

    Hours are those after the release began; empty where a thing comes after the end of the simulation.
    """
    rows: list[list[Cell]] = []
    seen = {p.site_id for p in found.passages}
    spared = [p for p in without.passages if p.site_id not in seen] if without else []
    for p in (*found.passages, *spared):
        row: list[Cell] = [p.site_id, site_name(found.river, found.river.site(p.site_id), lang),
                           text(f"kind.{p.kind}", lang)]
        row += _passage(found, p, lang) if p.site_id in seen else [None] * (len(PASSAGE) - 3)
        if without is not None:
            alone = without.passage(p.site_id)
            row += [None] * 3 if alone is None else [
                _hours(alone.leading), _mg(alone.peak_concentration), _above(alone, without.end)]
        rows.append(row)
    keys = (*PASSAGE, *(WITHOUT if without is not None else ()))
    return [text(f"simulation_table.{k}", lang) for k in keys], rows


def _passage(found: Simulation, p: Passage, lang: Lang) -> list[Cell]:
    peak = _clock(found, p.peak)
    until = text("simulation.after_end", lang) if p.exceeds_from is not None and p.exceeds_until is None else \
        _clock(found, p.exceeds_until)
    return [_hours(p.leading_early), _hours(p.leading), _clock(found, p.leading), _hours(p.peak),
            text("simulation.rising", lang, value=peak or "") if p.rising else peak, _hours(p.trailing),
            _mg(p.peak_concentration), _mg(p.limit), _clock(found, p.exceeds_from), until, _above(p, found.end),
            _digits(p.passed), _digits(p.discharge)]


def _above(p: Passage, end: float) -> float | None:
    """Hours above the limit in the time simulated; None where nothing can be judged."""
    if p.limit is None or p.peak_concentration is None:
        return None
    return 0.0 if p.exceeds_from is None else _hours((end if p.exceeds_until is None else p.exceeds_until)
                                                     - p.exceeds_from)


def operations_table(found: Simulation, lang: Lang) -> Table:
    """What was done, as asked."""
    sites = {s.site_id: s for s in found.river.sites}
    rows: list[list[Cell]] = [
        [o.place, site_name(found.river, sites[o.place], lang) if o.place in sites else "", o.action, _hours(o.at),
         _clock(found, o.at), _digits(o.value), _hours(o.until) if o.until < float("inf") else None]
        for o in found.operations]
    return _heads("operation", ("place", "name", "action", "at_h", "at", "value", "until_h"), lang), rows


def gates_table(found: Simulation, lang: Lang) -> Table:
    """What each operated gate held, and when it was full."""
    rows: list[list[Cell]] = [
        [g.site_id, site_name(found.river, found.river.site(g.site_id), lang), _digits(g.usable),
         _digits(g.most_volume), _digits(g.most_mass), _hours(g.spills_from), _clock(found, g.spills_from),
         _digits(g.last_volume), _digits(g.last_mass)] for g in found.gates]
    return _heads("gate", ("site_id", "name", "usable_m3", "most_m3", "most_kg", "spills_h", "spills", "last_m3",
                           "last_kg"), lang), rows


def doses_table(found: Simulation, lang: Lang) -> Table:
    """What each dose met and took out, as shares of the mass released."""
    return _heads("dose", ("place", "passed", "removed"), lang), [
        [d.place, _digits(d.passed), _digits(d.removed)] for d in found.doses]


def balance_table(found: Simulation, lang: Lang) -> Table:
    """Water [m³] and mass [kg of the determinand, or shares where the mass is unknown] at the end."""
    known = determinand_mass(found.spill, found.substance) is not None
    rows: list[list[Cell]] = [
        [text(f"simulation_table.account_{name}", lang), _digits(getattr(found.mass, name)),
         _digits(getattr(found.water, name))] for name in ACCOUNTS]
    return _heads("balance", ("account", "mass" if known else "share", "water"), lang), rows


def notes_table(found: Simulation, lang: Lang) -> Table:
    """What was simulated, and what must be known of it."""
    rows: list[list[Cell]] = [[line, ""] for line in simulation_lines(found, lang)]
    rows += [[p.what(lang), p.mend(lang)] for p in found.problems]
    return _heads("note", ("what", "mend"), lang), rows


def _heads(table: str, keys: tuple[str, ...], lang: Lang) -> list[str]:
    return [text(f"simulation_table.{table}_{k}", lang) for k in keys]


def _hours(seconds: float | None) -> float | None:
    return None if seconds is None else round(hours(seconds), 2)


def _mg(value: float | None) -> float | None:
    return None if value is None else _digits(mg_per_l(value))


def _digits(value: float | None) -> float | None:
    return None if value is None else float(significant(value, 4))


def _clock(found: Simulation, seconds: float | None) -> str | None:
    at = None if seconds is None else found.clock(seconds)
    return f"{at:%Y-%m-%d %H:%M}" if at else None

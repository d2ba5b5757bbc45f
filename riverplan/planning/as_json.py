"""A plan as JSON-ready values: what other programs read of it."""

from collections.abc import Sequence
from typing import Any

from riverplan.errors import Problem
from riverplan.forecasting.as_json import as_hours, as_mg_l, rounded
from riverplan.planning.advice import DosingAt
from riverplan.planning.allocation import Allocation
from riverplan.planning.booms import ROWS, BoomsAt
from riverplan.planning.dilution import Dilution
from riverplan.planning.harm import Harm
from riverplan.planning.monitoring_table import monitoring_as_json
from riverplan.planning.notice import Notice
from riverplan.planning.plan_words import is_over
from riverplan.planning.result import Action, Impact, Refused, ResponsePlan
from riverplan.planning.usable_space import UsableSpace


def plan_as_json(plan: ResponsePlan) -> dict[str, Any]:
    """Actions, receptors, harm, advice and problems.

    Times are hours after the release began, concentrations mg/L with the background, volumes m³; null where a thing
    does not apply or is not known. ``harm`` holds person-hours above the limit beyond the clear-water tanks, and the
    probability of exceeding summed over boundaries, both by simulation.
    """
    spill = plan.spill
    return {
        "spill": {"site_id": spill.site_id or None, "reach_id": spill.reach_id, "chainage_m": rounded(spill.chainage),
                  "substance": spill.substance or None, "mass_kg": rounded(spill.mass),
                  "start": spill.at.isoformat() if spill.at else None, "heard_h": as_hours(plan.heard)},
        "flow": {"name": plan.scenario.name, "readings": dict(plan.scenario.readings)},
        "actions": [_action(a) for a in plan.actions],
        "receptors": [{"site_id": e.site_id, "kind": e.kind, "name": e.name or None, "before": _impact(e.before),
                       "after": _impact(e.after), "over_by_background": is_over(plan, e)} for e in plan.receptors],
        "supplied": list(plan.supplied),
        "harm": {name: _harm(h) for name, h in plan.harm.items()},
        "bound": {"population_hours": rounded(plan.bound[0]), "boundary_probability": rounded(plan.bound[1])},
        "gap_population_hours": rounded(plan.gap), "chosen_by": plan.chosen_by, "tried": plan.tried,
        "refused": [_refused(r) for r in plan.refused],
        "spaces": [_space(s) for s in plan.spaces],
        "protections": [{"site_id": p.site_id, "stop_by_h": as_hours(p.stop_by), "until_h": as_hours(p.until),
                         "tank_h": as_hours(p.tank), "dry_h": as_hours(p.dry), "people": p.people,
                         "probability": rounded(p.probability), "phone": p.phone or None} for p in plan.protections],
        "dosing": [_dosing(d) for d in plan.dosings], "booms": [_booms(b) for b in plan.booms],
        "dilution": [_dilution(d) for d in plan.dilutions],
        "stopped_stations": [{"site_id": s.site_id, "inflow_m3_s": rounded(s.inflow),
                              "free_m3": rounded(s.free_volume),
                              "spills_after_h": as_hours(s.spills_after) if s.spills_after < 1e9 else None}
                             for s in plan.stopped],
        "monitoring": monitoring_as_json(plan.monitoring), "notices": [_notice(n) for n in plan.notices],
        "river": {"name": plan.river.name, "digest": plan.river.digest}, "version": plan.version,
        "assumptions": [p.as_json() for p in plan.assumptions], "problems": [p.as_json() for p in plan.problems],
    }


def _action(a: Action) -> dict[str, Any]:
    r = a.ready
    return {
        "site_id": a.site_id, "name": a.name or None, "action": a.action, "at_h": as_hours(a.at),
        "until_h": as_hours(a.until), "value_m3_s": rounded(a.value), "ready_h": as_hours(r.ready),
        "earliest_h": as_hours(a.earliest), "margin_h": as_hours(a.margin), "gained_h": as_hours(a.gained),
        "store_id": a.store_id or None, "team_id": a.team_id or None, "pinned": a.pinned,
        "ready_parts_h": {name: as_hours(getattr(r, name)) for name in (
            "heard", "report", "decide", "muster", "drive", "last_stretch", "work")},
        "travel_by": r.travel_by or None, "orders": a.space.orders or None, "phone": a.space.phone or None,
        "needs": [{"name": n.name, "quantity": rounded(n.quantity), "unit": n.unit, "store_id": n.store_id or None,
                   "short": rounded(n.short)} for n in a.needs],
        "saves": _harm(a.saves), "why": _texts(a.why), "changes": _texts(a.changes),
    }


def _texts(said: tuple[Problem, ...]) -> list[dict[str, str]]:
    return [{"code": p.code, "zh": p.what("zh"), "en": p.what("en")} for p in said]


def _refused(r: Refused) -> dict[str, Any]:
    return {"site_id": r.site_id, "name": r.name or None, "action": r.action, "earliest_h": as_hours(r.earliest),
            "ready_h": as_hours(r.ready), "margin_h": as_hours(r.margin), "code": r.why.code.removeprefix("refused_"),
            "spared_person_hours": rounded(r.spared), "dries": list(r.dries),
            "zh": r.why.what("zh"), "en": r.why.what("en"), "mend_zh": r.why.mend("zh"), "mend_en": r.why.mend("en")}


def _impact(i: Impact) -> dict[str, Any]:
    return {"leading_h": as_hours(i.leading), "peak_h": as_hours(i.peak), "trailing_h": as_hours(i.trailing),
            "peak_mg_l": as_mg_l(i.peak_concentration), "exceeds_from_h": as_hours(i.exceeds_from),
            "exceeds_until_h": as_hours(i.exceeds_until), "hours_above": rounded(i.hours_above),
            "hours_dry": rounded(i.hours_dry), "put_off": rounded(i.put_off),
            "hours_beyond_tank": rounded(i.beyond_tank), "probability": rounded(i.probability),
            "population_hours": rounded(i.population_hours)}


def _harm(h: Harm) -> dict[str, Any]:
    return {"population_hours": rounded(h.population_hours), "boundary_probability": rounded(h.boundary_probability),
            "cost_h": rounded(h.cost), "actions": h.actions}


def _space(s: UsableSpace) -> dict[str, Any]:
    return {"site_id": s.space_id, "name": s.name or None, "category": s.category, "listed": s.listed,
            "functions": sorted(s.functions), "free_m3": rounded(s.free_volume), "volume_basis": s.volume_basis,
            "free_above_limit_m3": rounded(s.free_above_limit), "close_h": as_hours(s.close_time),
            "close_basis": s.close_basis, "capacity_m3_s": rounded(s.capacity), "lon": round(s.lon, 6),
            "lat": round(s.lat, 6),
            "dam": None if s.dam is None else {
                "width_m": rounded(s.dam.width), "height_m": rounded(s.dam.height), "crest_m": rounded(s.dam.crest),
                "earthwork_m3": rounded(s.dam.volume), "bags": s.dam.bags, "lorry_trips": s.dam.lorry_trips,
                "excavator_h": as_hours(s.dam.excavator_time)}}


def _dosing(d: DosingAt) -> dict[str, Any]:
    return {"site_id": d.site_id, "technique": d.dosing.technique.technique_id, "earliest_h": as_hours(d.earliest),
            "ready_h": as_hours(d.ready), "trial_value": True, "contact_ok": d.dosing.contact_ok,
            "demands": [{"agent": x.agent_id, "low_kg": rounded(x.low), "high_kg": rounded(x.high),
                         "step": x.step} for x in d.dosing.demands],
            "supplies": _supplies(d.allocations)}


def _booms(b: BoomsAt) -> dict[str, Any]:
    return {"site_id": b.site_id, "earliest_h": as_hours(b.earliest), "trial_value": True, "width_m": rounded(b.width),
            "width_listed": b.is_listed, "surface_m_s": rounded(b.surface), "boom_m": rounded(b.length),
            "rows": list(ROWS), "sorbent_kg": None if b.sorbent is None else [rounded(x) for x in b.sorbent],
            "supplies": _supplies(b.allocations)}


def _supplies(allocations: Sequence[Allocation]) -> list[dict[str, Any]]:
    return [{"name": a.need.name, "quantity": rounded(a.need.quantity), "unit": a.need.unit,
             "from": [{"store_id": g.store_id, "quantity": rounded(g.quantity), "travel_h": as_hours(g.travel)}
                      for g in a.given],
             "short": rounded(a.short),
             "later": [{"store_id": g.store_id, "quantity": rounded(g.quantity), "travel_h": as_hours(g.travel)}
                       for g in a.later]} for a in allocations]


def _dilution(d: Dilution) -> dict[str, Any]:
    return {"site_id": d.site_id, "needed_m3_s": rounded(d.needed) if d.needed < 1e9 else None,
            "given_m3_s": rounded(d.given), "volume_m3": rounded(d.volume), "hours": as_hours(d.duration),
            "mixed_mg_l": as_mg_l(d.mixed), "enough": d.enough,
            "velocity_factor": [rounded(v) for v in d.velocity_factor], "notes": [n.as_json() for n in d.notes]}


def _notice(n: Notice) -> dict[str, Any]:
    return {"kind": n.kind, "group": n.group, "site_id": n.site_id or None, "unit": n.unit, "post": n.post,
            "signer": n.signer, "phone": n.phone or None, "medium": n.medium,
            "deadline": n.deadline.isoformat(timespec="minutes"), "earliest_h": as_hours(n.earliest), "text": n.text}

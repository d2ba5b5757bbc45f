"""A small river with all a plan uses: a source, a gate, a place for a dam, an intake, a boundary, teams and a store."""

from dataclasses import replace

import numpy as np
from river_fixtures import R, build

from riverplan.river.sites import Boundary, Contact, Intake, RiskSource, Space, Store, Team

HERE = {"lon": float("nan"), "lat": float("nan"), "county": "示范县"}


def planned_river():
    """A source on the first of three reaches of 10 km at 0.3 m/s; the dam site is near it, the gate at 20 km.

    A brook of 1 m³/s comes in 100 m below the gate: whoever lives there has water when it is closed.

    ::

        n1 ──a──  d1 (T1, temp. dam) ──b── g1 (G1, gate) ─c0─ m1 ──c── n2
          S1 6 km     I0 4 km on b                  brook ──┘     I1 2 km, B1 8 km below the gate
    """
    nodes = {"n1": ("source", 0, 0), "d1": ("junction", 10, 0), "g1": ("dam", 20, 0), "n2": ("outlet", 30, 0),
             "n3": ("source", 20, -1), "m1": ("junction", 20.1, 0)}
    reaches = [R(id="a", tail="n1", head="d1", velocity=0.3, discharge=6.0, width=15.0),
               R(id="b", tail="d1", head="g1", velocity=0.3, discharge=6.0, width=15.0),
               R(id="c0", tail="g1", head="m1", velocity=0.3, discharge=6.0, width=15.0),
               R(id="brook", tail="n3", head="m1", velocity=0.3, discharge=1.0, width=3.0, name="小溪"),
               R(id="c", tail="m1", head="n2", velocity=0.3, discharge=7.0, width=15.0)]
    sites = [
        RiskSource(site_id="S1", name="化工厂", reach_id="a", chainage=6_000.0, substances="苯酚", max_storage=2_000.0,
                   phone="0000-1", **HERE),
        Space(site_id="T1", name="筑坝点", reach_id="a", chainage=10_000.0, node_id="d1", category="temp_dam_site",
              functions="截流", width=15.0, height=3.0, usable_volume=60_000.0, close_time=21_600.0, phone="0000-2",
              instruction="从左岸进占", verified_on="2025-06-01", **HERE),
        Space(site_id="G1", name="示范闸", reach_id="b", chainage=10_000.0, node_id="g1", category="gate_dam",
              functions="储存、截流", usable_volume=2e6, close_time=1_800.0, phone="0000-3",
              dispatch_authority="水利局", instruction="先停机后下闸", verified_on="2025-06-01",
              today_level=100.0, **HERE),
        Intake(site_id="I0", name="村水站", reach_id="b", chainage=4_000.0, population=500, clear_water_tank=0.0,
               phone="0000-4", category="village", **HERE),
        Intake(site_id="I1", name="县水厂", reach_id="c", chainage=1_900.0, population=20_000, clear_water_tank=7_200.0,
               phone="0000-5", category="drinking", **HERE),
        Boundary(site_id="B1", name="县界", reach_id="c", chainage=7_900.0, category="county", upstream_unit="示范县",
                 downstream_unit="邻县", phone="0000-6", **HERE)]
    river = build("策河", nodes, reaches, sites=sites, resources=[
        Store(resource_id="W1", name="物资库", lon=107.75, lat=29.82, items="编织袋 20000 条", phone="0000-7"),
        Team(resource_id="E1", name="抢险队", lon=107.75, lat=29.82, category="engineering", phone="0000-8"),
        Contact(resource_id="C1", name="值班岗", unit="邻县生态环境局", jurisdiction="邻县", phone="0000-9")])
    return river.replace(scenarios={k: v for k, v in river.scenarios.items() if k != "high"})


def with_site(river, site_id, **changes):
    """The river with some fields of a site changed."""
    return river.replace(sites=tuple(replace(s, **changes) if s.site_id == site_id else s for s in river.sites))


def with_resource(river, resource_id, **changes):
    """The river with some fields of a resource changed."""
    return river.replace(resources=tuple(
        replace(r, **changes) if r.resource_id == resource_id else r for r in river.resources))


def dry(river):
    """The river with no discharge known: nothing can be forecast on it."""
    return river.replace(scenarios={k: replace(s, discharge=np.full(s.discharge.size, np.nan))
                                    for k, s in river.scenarios.items()})

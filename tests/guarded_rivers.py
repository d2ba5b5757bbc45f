"""A river with what a plan is made of: a gate above an intake, a pond beside it, a team, a store."""

from river_fixtures import R, build

from riverplan.river.sites import Intake, Section, Space, Store, Team

HERE = {"lon": 107.7, "lat": 29.8}


def guarded():
    """60 km at 20 m³/s and 0.5 m/s: a release at U has 25 km to the gate G1; the waterworks I1 is 20 km below it.

    A brook brings 4 m³/s in 100 m below the gate: there is water when it is closed.
    """
    nodes = {"n1": ("source", 0, 0), "g1": ("dam", 30, 0), "n2": ("outlet", 60, 0), "n3": ("source", 30, -1),
             "m1": ("junction", 30.1, 0)}
    reaches = [R(id="a", tail="n1", head="g1", velocity=0.5),
               R(id="b0", tail="g1", head="m1", velocity=0.5), R(id="brook", tail="n3", head="m1", discharge=4.0,
                                                                 velocity=0.5, width=8.0, name="小溪"),
               R(id="b", tail="m1", head="n2", velocity=0.5, discharge=24.0)]
    sites = [Section(site_id="U", name="桥下断面", reach_id="a", chainage=5_000.0, **HERE),
             Space(site_id="P1", name="河边坑塘", reach_id="a", chainage=20_000.0, category="pond",
                   functions="引流,储存", usable_volume=40_000.0, pump_capacity=2.0, phone="023-1", **HERE),
             Space(site_id="G1", name="上闸", reach_id="a", chainage=30_000.0, node_id="g1", category="gate_dam",
                   functions="截流,储存", usable_volume=2e7, close_time=1_800.0, phone="023-2", **HERE),
             Intake(site_id="I1", name="下水厂", reach_id="b", chainage=19_900.0, population=10_000,
                    clear_water_tank=3_600.0, phone="023-3", **HERE)]
    return build("护水河", nodes, reaches, sites=sites, resources=[
        Team(resource_id="T1", name="抢险队", category="engineering", phone="023-4", **HERE),
        Store(resource_id="W1", name="一库", items="编织袋5000条", **HERE)])

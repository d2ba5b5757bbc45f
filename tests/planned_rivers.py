"""Rivers with much to choose from: spaces of many kinds, stores, teams, intakes and boundaries."""

import numpy as np
from river_fixtures import R, build

from riverplan.river.network import RiverNetwork
from riverplan.river.sites import Boundary, Bridge, Intake, Material, RiskSource, Site, Space, Store, Team

NOWHERE = {"lon": float("nan"), "lat": float("nan"), "source": "assumed", "county": "示范县"}


def wide(spaces: int = 300, stores: int = 20, teams: int = 10, receptors: int = 30, reaches: int = 150,
         seed: int = 7) -> RiverNetwork:
    """A river of ``reaches`` × 2 km with a source at its head: gates, temporary dams, ponds, bridges, pools by turns.

    Two receptors of three are intakes, the third a county boundary. Everything is drawn from ``seed``.
    """
    rng = np.random.default_rng(seed)
    nodes = {f"n{i}": ("junction" if 0 < i < reaches else "source" if i == 0 else "outlet", 2.0 * i, 0.0)
             for i in range(reaches + 1)}
    lines = [R(id=f"r{i}", tail=f"n{i}", head=f"n{i + 1}", name="长河", velocity=0.6, discharge=20.0 + 0.1 * i,
               slope=8e-4, width=35.0) for i in range(reaches)]
    sites: list[Site] = [RiskSource(site_id="S1", name="上游厂", reach_id="r0", chainage=100.0, substances="苯酚",
                                    max_storage=20_000.0, **NOWHERE)]
    where = np.sort(rng.integers(2, reaches, spaces))
    for k, i in enumerate(where.tolist()):
        sites.append(_space(k, i, rng))
    for k, i in enumerate(np.linspace(3, reaches - 1, receptors).astype(int).tolist()):
        if k % 3 == 2:
            sites.append(Boundary(site_id=f"J{k}", category="county", upstream_unit=f"甲{k}县",
                                  downstream_unit=f"乙{k}县", reach_id=f"r{i}", chainage=1_500.0, **NOWHERE))
        else:
            sites.append(Intake(site_id=f"I{k}", name=f"{k}号水厂", category="drinking", reach_id=f"r{i}",
                                chainage=1_000.0, population=int(rng.integers(500, 60_000)),
                                clear_water_tank=3_600.0 * float(rng.integers(1, 8)), **NOWHERE))
    river = build("长河", nodes, lines, sites=sites)
    xy = rng.uniform(0, 2.0 * reaches, (stores + teams, 1))
    at = [river.lonlat(470_000.0 + 1000.0 * x, 3_300_000.0 + 1000.0 * rng.uniform(-8, 8)) for x in xy[:, 0]]
    resources = [Store(resource_id=f"W{k}", name=f"{k}号库", lon=at[k][0], lat=at[k][1],
                       items=f"编织袋 {int(rng.integers(1, 9))}000 条、粉末活性炭 5 t") for k in range(stores)]
    resources += [Team(resource_id=f"T{k}", name=f"{k}号队", category="government", lon=at[stores + k][0],
                       lat=at[stores + k][1], muster_time=60.0 * float(rng.integers(10, 60)))
                  for k in range(teams)]
    resources.append(Material(resource_id="M1", name="挖掘机", quantity=6.0, unit="台", store="0号库"))
    return river.replace(resources=tuple(resources))


def _space(k: int, i: int, rng: np.random.Generator) -> Site:
    """One space on reach ``i``: by turns a gate, a temporary dam, a pond, a bridge."""
    at = {"reach_id": f"r{i}", "chainage": float(rng.uniform(100, 1_900)), **NOWHERE}
    match k % 4:
        case 0:
            return Space(site_id=f"G{k}", name=f"{k}号闸", category="gate_dam", functions="储存、截流",
                         usable_volume=float(rng.uniform(2e4, 8e5)), close_time=1_800.0, phone="000-0000000",
                         **{**at, "chainage": 2_000.0}, node_id=f"n{i + 1}")
        case 1:
            return Space(site_id=f"D{k}", name=f"{k}号筑坝点", category="temp_dam_site", functions="截流", width=35.0,
                         height=2.5, close_time=float(rng.uniform(3, 9)) * 3_600.0, **at)
        case 2:
            return Space(site_id=f"P{k}", name=f"{k}号塘", category="pond", functions="储存",
                         usable_volume=float(rng.uniform(1e4, 2e5)), canal_capacity=float(rng.uniform(0.5, 5.0)),
                         close_time=3_600.0, **at)
        case _:
            return Bridge(site_id=f"B{k}", name=f"{k}号桥", span=35.0, access="lorry", **at)

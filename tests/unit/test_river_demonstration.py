"""The demonstration river comes out of its raw files whole."""

import networkx as nx
import numpy as np
import pytest
from drawn_lines import codes

from riverplan.river.check import check_river
from riverplan.river.demonstration import demonstration
from riverplan.river.importing import import_river
from riverplan.river.network import RiverNetwork
from riverplan.river.sites import Space
from riverplan.tables import read_lists


@pytest.fixture(scope="module")
def river() -> RiverNetwork:
    demo = demonstration()
    return import_river(demo.lines, name=demo.name, workbook=demo.workbook, outlets=demo.outlets)


def test_every_row_of_every_site_list_is_located(river):
    lists = read_lists(demonstration().workbook)
    wanted = {r["site_id"] for kind in ("risk_source", "intake", "section", "boundary", "bridge", "town", "space")
              for r in lists.records(kind)}
    assert {s.site_id for s in river.sites} == wanted
    assert len(wanted) >= 60
    assert not [p for p in river.report if p.severity == "error"]


def test_it_is_stamped_and_attributed(river):
    assert "示范数据, 非实测" in river.stamp
    assert "WDB II via GSHHG (LGPL)" in river.attribution


def test_stated_river_kilometres_override_the_drawing(river):
    by_name = river.reaches.groupby("name")["length"].sum() / 1000
    assert by_name["龙河"] == pytest.approx(164)
    assert by_name["渠溪河"] == pytest.approx(93)
    assert by_name["碧溪河"] == pytest.approx(43)
    assert set(river.reaches.loc[river.reaches["name"] == "龙河", "length_source"]) == {"stated"}


def test_all_tributaries_lead_to_the_yangtze_and_one_was_turned_round(river):
    rows = river.reaches.set_index("reach_id")
    outlet = next(n for n in rows.loc[rows["name"] == "长江", "head"] if river.graph.out_degree(n) == 0
                  and river.lonlat(river.graph.nodes[n]["x"], 0)[0] > 109)
    for name in ("龙河", "渠溪河", "碧溪河", "乌江", "芙蓉江"):
        for tail in rows.loc[rows["name"] == name, "tail"]:
            assert nx.has_path(river.graph, tail, outlet)
    assert set(rows.loc[rows["status"].str.contains("flipped"), "name"]) == {"碧溪河"}


def test_dams_are_nodes_and_their_pools_store_what_the_list_says(river):
    dams = [s for s in river.sites if isinstance(s, Space) and s.node_id]
    assert {"藤子沟水库", "石板水水库", "鱼剑口水库"} <= {d.name for d in dams}
    storage = dict(zip(river.reaches["head"], river.scenarios["low"].storage, strict=True))
    kind = dict(zip(river.reaches["head"], river.reaches["kind"], strict=True))
    for dam in dams:
        assert kind[dam.node_id] == "reservoir"
        assert river.nodes.set_index("node_id")["kind"][dam.node_id] == "dam"
        if dam.name == "藤子沟水库":
            assert storage[dam.node_id] == pytest.approx(1.93e8)


def test_every_connected_reach_has_its_three_flows_in_order_and_a_velocity_model(river):
    connected = ~river.reaches["status"].str.contains("unconnected").to_numpy()
    low, normal, high = (river.scenarios[n].discharge[connected] for n in ("low", "normal", "high"))
    assert np.isfinite(high).all()
    assert (low < normal).all()
    assert (normal < high).all()
    assert not [p for p in check_river(river) if p.severity != "note"]
    codes(river.report)


def test_sites_stand_where_their_river_kilometre_says(river):
    assert not [p for p in river.report if p.code in ("site_km_differs", "site_other_river", "site_far")]


def test_importing_again_gives_the_same_river(river):
    demo = demonstration()
    again = import_river(demo.lines[::-1], name=demo.name, workbook=demo.workbook, outlets=demo.outlets)
    assert again.digest == river.digest

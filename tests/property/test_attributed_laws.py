"""Whatever the linking columns of a file hold, the import gives a river or says what is wrong."""

import geopandas as gpd
import networkx as nx
import numpy as np
import shapely
from drawn_lines import codes
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from riverplan.errors import InputError
from riverplan.river.bare_network import network_of

IDS = st.sampled_from(["1", "2", "3", "4", "5", "6", "", "99", "=cmd", "甲"])


def frame(n, own, down, nodes, seed):
    rng = np.random.default_rng(seed)
    xy = np.cumsum(rng.normal(0.002, 0.002, (n + 1, 2)), axis=0) + np.array((107.0, 30.0))
    lines = [shapely.linestrings(xy[i:i + 2]) for i in range(n)]
    return gpd.GeoDataFrame({
        "source_id": [f"r{i}" for i in range(n)], "name": "", "topo_id": own, "topo_down": down,
        "topo_from": [a for a, _ in nodes], "topo_to": [b for _, b in nodes]}, geometry=lines, crs="EPSG:4326")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(1, 6).flatmap(lambda n: st.tuples(
    st.just(n), st.lists(IDS, min_size=n, max_size=n), st.lists(IDS, min_size=n, max_size=n),
    st.lists(st.tuples(IDS, IDS), min_size=n, max_size=n), st.integers(0, 99))))
def test_any_linking_columns_give_an_acyclic_river_or_words(case):
    try:
        river, problems = network_of(frame(*case), name="河")
    except InputError as error:
        assert codes(error.problems)
        return
    codes(problems)
    assert nx.is_directed_acyclic_graph(river.graph)
    assert set(river.reaches["source_id"]) <= {f"r{i}" for i in range(case[0])}


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 30), st.integers(0, 999))
def test_a_random_tree_keeps_every_link_however_its_rows_and_lines_are_turned(n, seed):
    rng = np.random.default_rng(seed)
    down = [-1, *(int(rng.integers(0, i)) for i in range(1, n))]
    place = [rng.uniform(0, 0.02, 2) + np.array((107.0, 30.0)) for _ in range(n)]
    end = [place[0] + 0.005, *(place[d] for d in down[1:])]
    lines = [shapely.linestrings([a, b]) if rng.random() < 0.5 else shapely.linestrings([b, a])
             for a, b in zip(place, end, strict=True)]
    rows = gpd.GeoDataFrame({
        "source_id": [str(i) for i in range(n)], "name": "", "topo_id": [str(i + 1) for i in range(n)],
        "topo_down": [str(d + 1) if d >= 0 else "" for d in down], "topo_from": "", "topo_to": ""},
        geometry=lines, crs="EPSG:4326").sample(frac=1, random_state=seed).reset_index(drop=True)
    river, _ = network_of(rows, name="河")
    tail = dict(zip(river.reaches["tail"], river.reaches["source_id"], strict=True))
    found = {s: tail.get(h) for s, h in zip(river.reaches["source_id"], river.reaches["head"], strict=True)}
    assert found == {str(i): str(d) if d >= 0 else None for i, d in enumerate(down)}
    assert len(river.reaches) == n

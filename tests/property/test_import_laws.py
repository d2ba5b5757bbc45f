"""For every drawing: the import is acyclic, and blind to the order and the direction of its rows."""

import networkx as nx
import numpy as np
import pytest
from drawn_lines import Drawing, edges, frame_of, lonlat, network
from hypothesis import given, settings
from hypothesis import strategies as st

from riverplan.river.bare_network import network_of
from riverplan.river.mending import apply_mends
from riverplan.river.mends import Mend
from riverplan.river.network import RiverNetwork

MOUTH = (60.0, 0.0)
LAWS = settings(max_examples=20, deadline=None)


@st.composite
def rivers(draw: st.DrawFn) -> dict[str, list[tuple[float, float]]]:
    """A main river along y = 0 with side rivers at whole kilometres, each ending 0–80 m short of it.

    Side rivers may have a side river of their own and a bend; some arms leave the main river and rejoin.
    """
    main = [(float(x), draw(st.floats(-0.3, 0.3)) if 0 < x < 60 else 0.0) for x in range(0, 61, 5)]
    drawing = {"main": main}
    places = draw(st.lists(st.sampled_from(range(2, 58, 5)), max_size=6, unique=True))
    for x in places:
        side = draw(st.sampled_from([1.0, -1.0]))
        gap = draw(st.integers(0, 80)) / 1000
        y0 = float(np.interp(x, *zip(*main, strict=True)))
        top = side * draw(st.integers(4, 12))
        drawing[f"t{x}"] = [(x - 1.5, top), (x - 0.4, top / 2), (float(x), y0 + side * max(gap, 1e-4))]
        if draw(st.booleans()):
            drawing[f"u{x}"] = [(x + 1.7, top), (x - 0.4 + draw(st.integers(1, 60)) / 1000, top / 2)]
    return drawing


def shape(river: RiverNetwork) -> dict[str, tuple[str, ...]]:
    """Each reach with the reaches below it."""
    ids = {}
    for reach_id, head in zip(river.reaches["reach_id"], river.reaches["head"], strict=True):
        ids[reach_id] = tuple(sorted(river.reaches.loc[river.reaches["tail"] == head, "reach_id"]))
    return ids


def mouth_of(river: RiverNetwork) -> str:
    """The easternmost node nothing leaves."""
    ends = [n for n in river.graph if river.graph.out_degree(n) == 0]
    return max(ends, key=lambda n: river.graph.nodes[n]["x"])


def reversed_lines(drawing: Drawing) -> dict[str, list[tuple[float, float]]]:
    return {k: list(v)[::-1] for k, v in drawing.items()}


@LAWS
@given(rivers(), st.data())
def test_whatever_the_drawn_directions_everything_drains_to_the_outlet_without_a_circle(drawing, data):
    turned = {k: (v[::-1] if data.draw(st.booleans()) else v) for k, v in drawing.items()}
    river, _ = network(turned, outlets=[MOUTH])
    assert nx.is_directed_acyclic_graph(river.graph)
    assert len(river.upstream(mouth_of(river))) == len(river.nodes) - 1
    right, _ = network(drawing, outlets=[MOUTH])
    assert edges(river) == edges(right)


@LAWS
@given(rivers())
def test_drawing_all_lines_the_other_way_gives_the_same_network(drawing):
    river, _ = network(drawing, outlets=[MOUTH])
    other, _ = network(reversed_lines(drawing), outlets=[MOUTH])
    assert shape(other) == shape(river)
    assert list(other.reaches["length"]) == pytest.approx(list(river.reaches["length"]), abs=1e-6)


@LAWS
@given(rivers(), st.randoms(use_true_random=False))
def test_shuffling_the_rows_gives_the_same_river_to_the_last_digit(drawing, random):
    frame = frame_of(drawing)
    order = list(range(len(frame)))
    random.shuffle(order)
    outlets = [lonlat(*MOUTH)]
    river, _ = network_of(frame, name="画河", snap=100, outlets=outlets)
    shuffled, _ = network_of(frame.iloc[order].reset_index(drop=True), name="画河", snap=100, outlets=outlets)
    assert shuffled.digest == river.digest


@LAWS
@given(rivers())
def test_the_drawn_length_is_kept_but_for_the_gaps(drawing):
    river, _ = network(drawing, outlets=[MOUTH])
    drawn = sum(np.hypot(*np.diff(np.array(v), axis=0).T).sum() for v in drawing.values()) * 1000
    assert river.reaches["length"].sum() == pytest.approx(drawn, rel=2e-3, abs=100 * len(drawing))


@LAWS
@given(rivers(), st.integers(1, 11))
def test_drawing_a_line_in_two_pieces_changes_nothing_but_one_node(drawing, vertex):
    whole, _ = network(drawing, outlets=[MOUTH])
    pieces = {**drawing, "main": drawing["main"][: vertex + 1], "main2": drawing["main"][vertex:]}
    parted, _ = network(pieces, outlets=[MOUTH])
    assert len(parted.reaches) == len(whole.reaches) + 1
    assert parted.reaches["length"].sum() == pytest.approx(whole.reaches["length"].sum(), abs=0.1)
    top = {n for n in whole.graph if whole.graph.in_degree(n) == 0}
    for river in (whole, parted):
        assert len({n for n in river.graph if river.graph.in_degree(n) == 0}) == len(top)
    far = [nx.shortest_path_length(r.graph, "main-1/start", mouth_of(r), weight="length") for r in (whole, parted)]
    assert far[0] == pytest.approx(far[1], abs=0.1)


def mended(river, mends):
    return apply_mends(river.reaches, river.nodes, mends, river.xy)[0]


@LAWS
@given(rivers(), st.data())
def test_reach_ids_outlive_shuffling_turning_and_an_unrelated_line_and_so_do_mends(drawing, data):
    names = list(drawing)
    shuffled = data.draw(st.permutations(names))
    turned = {k: (drawing[k][::-1] if data.draw(st.booleans()) else drawing[k]) for k in shuffled}
    more = {**turned, "elsewhere": [(0.0, 60.0), (9.0, 60.0)]}
    mends = [Mend(action="cut", id="main-1", lon=lonlat(1.0, 0.0)[0], lat=lonlat(1.0, 0.0)[1])]
    if len(names) > 1:
        mends.append(Mend(action="delete", id=f"{names[-1]}-1"))
    outlets = [lonlat(*MOUTH)]
    plain, other = (mended(network_of(frame_of(d), name="画河", snap=100, outlets=outlets)[0], mends)
                    for d in (drawing, more))
    kept = other[other["source_id"] != "elsewhere"]
    at = dict(zip(plain["reach_id"], plain.geometry, strict=True))
    assert sorted(kept["reach_id"]) == sorted(at)
    assert all(g.equals_exact(at[r], 0.01) for r, g in zip(kept["reach_id"], kept.geometry, strict=True))

"""Water areas laid on small rivers: where reaches are cut, and what becomes a reservoir."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from drawn_lines import codes
from river_fixtures import CRS, EAST, NORTH, R, build

from riverplan.river.waters import lay_waters
from riverplan.tables.line_waters import no_waters


def straight(kind="channel", length=None):
    """A reach of ten kilometres from west to east."""
    return build("清河", {"a": ("source", 0, 0), "b": ("outlet", 10, 0)}, [
        R(id="r", tail="a", head="b", kind=kind, length=length)])


def areas(*shapes, kind="reservoir", names=None):
    """Polygons of a drawing in kilometres, as water areas."""
    there = [shapely.transform(s, lambda xy: xy * 1000 + (EAST, NORTH)) for s in shapes]
    names = names or [f"库{i}" for i in range(len(there))]
    frame = gpd.GeoDataFrame({"source_id": [f"w{i}" for i in range(len(there))], "name": names, "kind": kind,
                              "file": "w.shp"}, geometry=there, crs=CRS)
    return frame.to_crs("EPSG:4326")


def laid(river, waters):
    reaches, nodes, problems = lay_waters(river.reaches, river.nodes, waters)
    assert reaches["length"].sum() == pytest.approx(river.reaches["length"].sum(), abs=1e-6)
    assert list(reaches.columns) == list(river.reaches.columns) and reaches.crs == river.reaches.crs
    assert set(reaches["tail"]) | set(reaches["head"]) == set(nodes["node_id"])
    return reaches, problems


def test_a_reach_is_cut_where_it_enters_and_leaves_a_reservoir():
    reaches, problems = laid(straight(), areas(shapely.box(3, -1, 5, 1)))
    assert reaches["kind"].tolist() == ["channel", "reservoir", "channel"]
    assert reaches["length"].tolist() == pytest.approx([3000, 2000, 5000], abs=0.5)
    assert reaches["head"].tolist()[:2] == reaches["tail"].tolist()[1:]
    assert reaches["river_km"].tolist() == pytest.approx([7000, 5000, 0], abs=0.5)
    (said,) = problems
    assert (said.code, said.fields["count"], said.fields["pieces"]) == ("waters_laid", 1, 1)
    assert said.fields["km"] == pytest.approx(2.0, abs=1e-3)
    codes(problems)


def test_stated_lengths_are_divided_as_the_drawn_line_is():
    reaches, _ = laid(straight(length=12_000.0), areas(shapely.box(3, -1, 5, 1)))
    assert reaches["length"].tolist() == pytest.approx([3600, 2400, 6000], abs=1)


@pytest.mark.parametrize("kind", ["canal", "tunnel", "closed_conduit", "dewatered", "reservoir"])
def test_other_kinds_of_reaches_are_left_as_they_are(kind):
    reaches, _ = laid(straight(kind), areas(shapely.box(3, -1, 5, 1)))
    assert reaches["kind"].tolist() == [kind]


def test_the_area_of_a_river_makes_no_reservoir():
    reaches, problems = laid(straight(), areas(shapely.box(3, -1, 5, 1), kind="channel"))
    assert reaches["kind"].tolist() == ["channel"] and problems == []


@pytest.mark.parametrize(("box", "kinds"), [
    ((3.0, -1, 3.09, 1), ["channel"]),                              # 90 m of 10 km: less than one part in a hundred
    ((0.05, -1, 4, 1), ["reservoir", "channel"]),                   # 50 m are left at the source
    ((3, -1, 3.11, 1), ["channel", "reservoir", "channel"])])
def test_pieces_of_no_length_are_not_cut_off(box, kinds):
    reaches, _ = laid(straight(), areas(shapely.box(*box)))
    assert reaches["kind"].tolist() == kinds


def test_a_short_reach_goes_with_its_longer_part():
    short = build("清河", {"a": ("source", 0, 0), "b": ("junction", 0.05, 0), "c": ("outlet", 10, 0)}, [
        R(id="r", tail="a", head="b"), R(id="s", tail="b", head="c")])
    reaches, _ = laid(short, areas(shapely.box(-1, -1, 0.03, 1)))
    assert reaches["kind"].tolist() == ["reservoir", "channel"]


def test_a_line_over_an_island_is_still_in_the_reservoir():
    ring = shapely.difference(shapely.box(2, -2, 8, 2), shapely.box(4, -1, 6, 1))
    long = build("清河", {"a": ("source", -9, 0), "b": ("outlet", 10, 0)}, [R(id="r", tail="a", head="b")])
    reaches, _ = laid(long, areas(ring))
    assert reaches["kind"].tolist() == ["channel", "reservoir", "channel"]
    assert reaches["length"].iloc[1] == pytest.approx(6000, abs=1)


def test_a_stream_that_rises_on_an_island_is_no_reservoir_down_to_the_shore():
    ring = shapely.difference(shapely.box(2, -2, 8, 2), shapely.box(4, -1, 6, 1))
    river = build("清河", {"a": ("source", 5, 0), "b": ("outlet", 20, 0)}, [R(id="r", tail="a", head="b")])
    reaches, _ = laid(river, areas(ring))
    assert reaches["kind"].tolist() == ["channel", "reservoir", "channel"]
    assert reaches["length"].tolist() == pytest.approx([1000, 2000, 12000], abs=1)


def test_a_reservoir_drawn_in_two_halves_is_not_cut_between_them():
    reaches, problems = laid(straight(), areas(shapely.box(3, -1, 4, 1), shapely.box(4, -1, 5, 1)))
    assert reaches["kind"].tolist() == ["channel", "reservoir", "channel"]
    assert problems[0].fields["count"] == 2


def test_areas_no_line_crosses_are_said_with_their_names():
    reaches, problems = laid(straight(), areas(shapely.box(3, 2, 4, 3), shapely.box(6, 2, 7, 3), names=["天湖", ""]))
    assert len(reaches) == 1
    assert [(p.code, p.said("zh")) for p in problems] == [("waters_uncrossed", {"count": 2, "names": "天湖、w1"})]
    codes(problems)


def test_the_limit_of_a_county_is_no_water_area():
    nodes = {"a": ("source", 0, 0), "b": ("confluence", 5, 0), "c": ("source", 4, 4), "d": ("outlet", 10, 0)}
    river = build("清河", nodes, [R(id="r", tail="a", head="b"), R(id="s", tail="c", head="b", name="支流"),
                                R(id="t", tail="b", head="d")])
    reaches, problems = laid(river, areas(shapely.box(-1, -1, 9, 5), names=["丰都县"]))
    assert reaches["kind"].tolist() == ["channel"] * 3
    assert [(p.code, p.severity) for p in problems] == [("water_too_large", "warning")]
    codes(problems)


def test_without_water_areas_nothing_changes():
    river = straight()
    reaches, nodes, problems = lay_waters(river.reaches, river.nodes, no_waters())
    assert reaches is river.reaches and nodes is river.nodes and problems == []


def test_meanders_along_a_shore_keep_the_length_whatever_the_areas():
    rng = np.random.default_rng(4)
    via = [(x, y) for x, y in zip(np.linspace(0.5, 9.5, 30), rng.normal(0, 0.6, 30), strict=True)]
    river = build("清河", {"a": ("source", 0, 0), "b": ("outlet", 10, 0)}, [R(id="r", tail="a", head="b", via=via)])
    for _ in range(40):
        boxes = [shapely.Point(rng.uniform(0, 10), rng.normal(0, 0.5)).buffer(rng.uniform(0.05, 2)) for _ in range(4)]
        reaches, _ = laid(river, areas(*boxes))
        assert reaches["length"].min() >= min(30.0, 0.01 * river.reaches["length"].iloc[0])
        middle = shapely.line_interpolate_point(reaches.geometry.array, 0.5, normalized=True)
        assert len(middle) == len(reaches)

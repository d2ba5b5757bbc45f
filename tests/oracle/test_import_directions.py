"""Directions found from the drawing alone, held against HydroRIVERS, whose directions come from terrain."""

from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from drawn_lines import codes

from riverplan.river.bare_network import network_of
from riverplan.river.direction_cues import drawn_upstream

SEEDS = (1, 2, 3)


@cache
def taihu(path: Path) -> gpd.GeoDataFrame:
    return gpd.read_file(path)


@pytest.fixture
def source(shared):
    path = shared / "networks" / "hydrorivers_taihu" / "hydrorivers_taihu_bbox.shp"
    if not path.is_file():
        pytest.skip("no HydroRIVERS beside the project")
    return taihu(path)


def shuffled(source: gpd.GeoDataFrame, seed: int) -> gpd.GeoDataFrame:
    """The lines without attributes, in any order, each turned round or not by the toss of a coin."""
    random = np.random.default_rng(seed)
    lines = source.geometry.to_numpy()
    lines = np.where(random.random(len(lines)) < 0.5, shapely.reverse(lines), lines)
    frame = gpd.GeoDataFrame({"source_id": source["HYRIV_ID"].astype(str), "name": ""}, geometry=lines, crs=source.crs)
    return frame.iloc[random.permutation(len(frame))].reset_index(drop=True)


def mouths(source: gpd.GeoDataFrame) -> list[tuple[float, float]]:
    """The end of each line whose next line is not in the file: 79."""
    last = source[~source["NEXT_DOWN"].isin(source["HYRIV_ID"])]
    return [line.coords[-1] for line in last.geometry]


def rightly(source: gpd.GeoDataFrame, reaches: gpd.GeoDataFrame) -> np.ndarray:
    """Whether each reach runs as in the source."""
    truth = source.assign(source_id=source["HYRIV_ID"].astype(str)).set_index("source_id").geometry
    there = truth.loc[reaches["source_id"]].to_numpy()
    found = shapely.get_point(reaches.geometry.to_crs("EPSG:4326").to_numpy(), 0)
    first, last = (shapely.distance(found, shapely.get_point(there, k)) for k in (0, -1))
    return first < last


@pytest.mark.parametrize("seed", SEEDS)
def test_with_outlets_99_percent_of_the_length_runs_as_in_the_source(source, seed):
    outlets = mouths(source)
    assert len(outlets) == 79
    river, problems = network_of(shuffled(source, seed), name="太湖", outlets=outlets)
    length, right = river.reaches["length"].to_numpy(), rightly(source, river.reaches)
    assert length[right].sum() / length.sum() >= 0.99
    assert "strokes_random" in codes(problems)
    assert set(river.reaches["direction_source"]) <= {"outlet", "geometry"}
    river.compiled                                             # noqa: B018  acyclic


@pytest.mark.parametrize("seed", SEEDS)
def test_without_outlets_95_percent_does_and_the_confidence_tells_how_many(source, seed):
    river, problems = network_of(shuffled(source, seed), name="太湖")
    length, right = river.reaches["length"].to_numpy(), rightly(source, river.reaches)
    share = length[right].sum() / length.sum()
    assert share >= 0.95
    sure = river.reaches["direction_confidence"].to_numpy()
    assert (sure * length).sum() / length.sum() == pytest.approx(share, abs=0.03)
    guess = sure < 0.7
    assert length[guess & right].sum() / length[guess].sum() < 0.8      # what is called a guess is one
    assert set(codes(problems)) >= {"strokes_random", "direction_guessed"}


def test_a_tenth_of_the_lines_turned_is_told_from_all_lines_turned(source):
    lines = source.geometry.to_numpy()
    ends = np.concatenate([shapely.get_coordinates(shapely.get_point(lines, k)) for k in (0, -1)])
    node = np.unique(np.round(ends, 6), axis=0, return_inverse=True)[1].ravel()
    tail, head = node[: len(lines)], node[len(lines):]
    n = int(node.max()) + 1
    assert drawn_upstream(tail, head, n) < 0.02
    assert drawn_upstream(head, tail, n) > 0.95
    for seed in SEEDS:
        turn = np.random.default_rng(seed).random(len(lines)) < 0.1
        assert drawn_upstream(np.where(turn, head, tail), np.where(turn, tail, head), n) == pytest.approx(0.1, abs=0.03)


def test_as_drawn_every_direction_is_kept_and_sure(source):
    frame = gpd.GeoDataFrame({"source_id": source["HYRIV_ID"].astype(str), "name": ""}, geometry=source.geometry)
    river, _ = network_of(frame, name="太湖")
    assert rightly(source, river.reaches).all()
    assert set(river.reaches["direction_source"]) == {"digitised"}
    assert river.reaches["direction_confidence"].min() > 0.95

"""What became of each feature of a file of lines, and polygons that came with lines."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from riverplan.errors import InputError
from riverplan.tables import read_lines


def unknown(x, *, ring=False):
    """A line or a polygon with a vertex whose place is not a number."""
    with np.errstate(invalid="ignore"):
        xy = [(x, 29), (float("nan"), 29), (x + 0.1, 29.1), (x, 29)]
        return shapely.polygons(xy) if ring else shapely.linestrings(xy[:2])


BOX = shapely.box(107.0, 29.0, 107.1, 29.1)
BOW = shapely.Polygon([(107, 29), (107.1, 29.1), (107.1, 29), (107, 29.1)])
LINE = shapely.LineString([(107, 29), (107.13, 29.07)])
AWAY = shapely.LineString([(108, 29), (108.13, 29.07)])
SHAPES = {
    "line": LINE, "none": None, "empty": shapely.LineString(), "zero": shapely.LineString([(107, 29), (107, 29)]),
    "nan": unknown(107), "point": shapely.Point(107, 29), "polygon": BOX, "bow": BOW,
    "points": shapely.MultiPoint([(107, 29), (107.1, 29)]), "lines": shapely.MultiLineString([LINE, AWAY]),
    "polygons": shapely.MultiPolygon([BOX, shapely.box(108, 29, 108.1, 29.1)]),
    "nan polygon": unknown(107, ring=True),
    "flat": shapely.Polygon([(107, 29), (107.1, 29), (107.2, 29), (107, 29)]),
    "mixed": shapely.GeometryCollection([LINE, BOX, shapely.Point(107, 29)]),
    "no line": shapely.GeometryCollection([shapely.Point(107, 29), BOX]),
    "nested": shapely.GeometryCollection([shapely.GeometryCollection([LINE]), shapely.LineString()]),
    "part nan": shapely.MultiLineString([LINE, unknown(107)]),
}
KEPT = {"line", "lines", "mixed", "nested"}


def layer(path, names, **columns):
    frame = gpd.GeoDataFrame({"id": [f"a{i}" for i in range(len(names))], **columns},
                             geometry=[SHAPES[n] for n in names], crs="EPSG:4326")
    with np.errstate(invalid="ignore"):
        frame.to_parquet(path)
    return path


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(sorted(SHAPES)), max_size=12))
def test_every_feature_of_any_mixture_is_kept_or_dropped_for_a_reason(tmp_path, names):
    names = [*names, "line"]
    lines = read_lines([layer(tmp_path / "a.parquet", names)])
    (count,) = lines.counts
    assert count.adds_up and count.read == len(names)
    assert count.kept == sum(n in KEPT for n in names) and count.merged == 0
    said = {p.code for p in lines.problems}
    assert set(count.dropped) <= said
    assert not [c for c in lines.frame.columns if c.startswith("_")]


def test_each_reason_has_its_own_number_and_each_file_its_own_count(tmp_path):
    one = layer(tmp_path / "a.parquet", ["line", "none", "zero", "zero", "nan", "point", "polygon", "flat", "no line"])
    two = layer(tmp_path / "b.parquet", ["lines"])
    a, b = read_lines([one, two]).counts
    assert (a.file, a.read, a.kept) == ("a.parquet", 9, 1)
    assert dict(a.dropped) == {"line_empty": 1, "line_zero": 2, "line_nan": 1, "line_is_point": 2, "waters_kept": 1,
                               "line_is_polygon": 1}
    assert (b.file, b.read, b.kept, dict(b.dropped)) == ("b.parquet", 1, 1, {})


def test_a_layer_whose_coordinates_cannot_be_known_is_counted_as_dropped_whole(tmp_path):
    frame = gpd.GeoDataFrame({"id": ["a", "b"]}, geometry=[LINE, AWAY], crs="EPSG:4326")
    frame.to_file(tmp_path / "a.gpkg", layer="good")
    odd = gpd.GeoDataFrame({"id": ["c"]}, geometry=[shapely.LineString([(1e3, 2e3), (3e3, 4e3)])], crs="EPSG:4326")
    odd.to_file(tmp_path / "a.gpkg", layer="odd")
    good, bad = read_lines([tmp_path / "a.gpkg"]).counts
    assert (good.sheet, good.kept, bad.sheet, bad.read, bad.kept) == ("good", 2, "odd", 1, 0)
    assert bad.adds_up and sum(bad.dropped.values()) == 1


def test_polygons_beside_lines_are_water_areas_whose_kind_the_attributes_may_say(tmp_path):
    path = layer(tmp_path / "a.parquet", ["line", "polygon", "polygon", "polygon", "bow"],
                 name=["龙河", "鱼剑口水库", "长江", "", ""], water=[None, None, None, "river", None])
    lines = read_lines([path])
    assert lines.waters["kind"].tolist() == ["reservoir", "channel", "channel", "reservoir"]
    assert lines.waters["source_id"].tolist() == ["a1", "a2", "a3", "a4"]
    assert lines.waters.crs == "EPSG:4326" and lines.waters.is_valid.all()
    assert lines.waters.geometry.iloc[3].area == pytest.approx(0.005)           # both wings of the bow
    assert [(p.severity, p.fields["count"]) for p in lines.problems if p.code == "waters_kept"] == [("note", 4)]
    assert not [p for p in lines.problems if p.code == "line_is_polygon"]


def test_a_layer_or_a_file_of_polygons_counts_as_water_beside_another_with_lines(tmp_path):
    gpd.GeoDataFrame({"id": ["a"]}, geometry=[LINE], crs="EPSG:4326").to_file(tmp_path / "a.gpkg", layer="rivers")
    gpd.GeoDataFrame({"id": ["w"]}, geometry=[BOX], crs="EPSG:4326").to_file(tmp_path / "a.gpkg", layer="lakes")
    other = layer(tmp_path / "b.parquet", ["polygon"])
    lines = read_lines([tmp_path / "a.gpkg", other])
    assert lines.waters["source_id"].tolist() == ["w", "a0"]
    assert lines.waters["file"].tolist() == ["a.gpkg", "b.parquet"]
    assert all(c.adds_up for c in lines.counts) and len(lines.counts) == 3
    assert len(lines.frame) == 1


def test_polygons_without_any_line_are_refused_with_the_mend(tmp_path):
    with pytest.raises(InputError) as error:
        read_lines([layer(tmp_path / "a.parquet", ["polygon"]), layer(tmp_path / "b.parquet", ["polygons", "flat"])])
    assert [p.code for p in error.value.problems if p.severity == "error"] == ["line_is_polygon"] * 3
    assert {p.file for p in error.value.problems} == {"a.parquet", "b.parquet"}


def test_lines_alone_have_no_water_areas(tmp_path):
    assert read_lines([layer(tmp_path / "a.parquet", ["line"])]).waters.empty


@pytest.mark.parametrize("slip", [(1e308, 29.0), (-1e9, 29.0), (36_512_345.0, 3_234_567.0), (107.0, 291.0)])
def test_one_slip_of_a_coordinate_costs_one_line_and_not_the_file(tmp_path, slip):
    good = [shapely.LineString([(107, 29 + k / 10), (107.1, 29.05 + k / 10)]) for k in range(11)]
    frame = gpd.GeoDataFrame({"id": [f"a{i}" for i in range(12)]}, crs="EPSG:4326",
                             geometry=[*good, shapely.LineString([(107, 29), slip])])
    frame.to_parquet(tmp_path / "a.parquet")
    lines = read_lines([tmp_path / "a.parquet"])
    (count,) = lines.counts
    assert (count.kept, dict(count.dropped)) == (11, {"line_absurd": 1})
    problem = next(p for p in lines.problems if p.code == "line_absurd")
    assert problem.said("zh")["ids"] == "a11"


def test_every_reason_for_dropping_a_feature_has_words():
    from riverplan.i18n import catalogue

    reasons = {"line_empty", "line_is_point", "line_is_other", "line_nan", "line_absurd", "line_zero", "waters_kept",
               "line_is_polygon", "crs_missing", "crs_contradicts", "crs_swapped"}
    assert {f"dropped.{r}" for r in reasons} <= catalogue().keys()


def test_one_slip_among_few_lines_costs_that_line_only(tmp_path):
    good = [shapely.LineString([(107, 29 + k / 10), (107.1, 29.05 + k / 10)]) for k in range(4)]
    frame = gpd.GeoDataFrame({"id": list("abcde")}, crs="EPSG:4326",
                             geometry=[*good, shapely.LineString([(500_000, 3_300_000), (500_100, 3_300_000)])])
    frame.to_parquet(tmp_path / "a.parquet")
    assert [dict(c.dropped) for c in read_lines([tmp_path / "a.parquet"]).counts] == [{"line_absurd": 1}]

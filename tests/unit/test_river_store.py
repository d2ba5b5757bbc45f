"""The river file: what is written is read back, and no failure harms what stood there."""

import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from river_fixtures import R, braid, build, code_of, dammed, y_river

from riverplan.errors import Problem, StoreError
from riverplan.river import layers
from riverplan.river.layers import TABLES
from riverplan.river.sites import RESOURCES, SITES, Intake, RiskSource, Team
from riverplan.river.store import read_river, save_river

ROOT = Path(__file__).parents[2]
PATH_OF_TESTS = os.pathsep.join([str(ROOT), str(ROOT / "tests")])


# ── identity ────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("draw", [y_river, braid, dammed])
def test_a_river_read_back_has_the_same_digest_and_values(draw, tmp_path):
    river = draw()
    again = read_river(save_river(river, tmp_path / "r.gpkg"))
    assert again.digest == river.digest
    assert again.sites == river.sites
    assert again.resources == river.resources
    assert list(again.scenarios) == ["low", "normal", "high"]
    assert again.compiled.n_reaches == len(river.reaches)
    assert (again.reaches.dtypes == river.reaches.dtypes).all()
    assert again.reaches.crs == river.reaches.crs
    assert again.reaches.geometry.geom_equals(river.reaches.geometry).all()


letters = st.characters(exclude_categories=("Cs",), exclude_characters="\0")
words = st.text(letters, max_size=12) | st.sampled_from(
    ["", "河", "龙河\"; DROP TABLE x; --", "=1+1", "🚰 取水", "it's", "a\nb", " ", "NULL", "nan", "１２"])
numbers = st.floats(allow_nan=True, allow_infinity=True)
optional = st.none() | numbers


@st.composite
def rivers(draw):
    n = draw(st.integers(1, 4))
    nodes = {f"n{i}": ("junction", i, draw(st.floats(-1, 1))) for i in range(n + 1)}
    reaches = [R(id=f"r{i}", tail=f"n{i}", head=f"n{i + 1}", name=draw(words), discharge=draw(numbers),
                 velocity=draw(numbers), slope=draw(numbers), storage=draw(numbers), length=draw(st.floats(0.1, 1e6)),
                 extra={"status": draw(words)}) for i in range(n)]
    kinds = st.sampled_from(["risk", "intake"])
    sites = []
    for i in range(draw(st.integers(0, 4))):
        place = {"site_id": f"x{i}", "name": draw(words), "note": draw(words), "chainage": draw(numbers),
                 "lon": draw(st.floats(107, 109)), "lat": draw(st.floats(29, 31)), "offset": draw(numbers)}
        people = draw(st.none() | st.integers(0, 2**40))
        sites.append(RiskSource(**place, max_storage=draw(optional)) if draw(kinds) == "risk" else
                     Intake(**place, population=people, supply=draw(optional)))
    resources = [Team(resource_id=f"t{i}", name=draw(words), lon=draw(optional), lat=draw(optional),
                      headcount=draw(st.none() | st.integers(0, 999)), muster_time=draw(optional))
                 for i in range(draw(st.integers(0, 2)))]
    names = st.sampled_from(["low", "normal", "high", "measured"])
    flows = draw(st.dictionaries(names, st.tuples(st.floats(0.01, 100), st.floats(-9, 9)), max_size=3))
    river = build(draw(words), nodes, reaches, sites=sites, resources=resources, flows=flows,
                  stamp=draw(words))
    report = [Problem(code="cycle", severity="note", fields={"reaches": draw(words)}, file=draw(words),
                      row=draw(st.none() | st.integers(1, 9)), lon=107.5, lat=29.5)]
    return river.replace(report=tuple(report), scenarios={
        k: replace(s, readings={"站1": draw(st.floats(0, 1e5))}) for k, s in river.scenarios.items()})


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture,
                                                                HealthCheck.too_slow])
@given(river=rivers())
def test_whatever_a_river_holds_is_read_back(river, tmp_path):
    path = tmp_path / "any.gpkg"
    path.unlink(missing_ok=True)
    again = read_river(save_river(river, path))
    expected = layers.declared(river)
    assert again.digest == expected.digest
    assert repr(again.sites) == repr(expected.sites)                 # repr tells nan from None
    assert repr(again.resources) == repr(expected.resources)
    assert again.report == river.report
    assert (again.name, again.stamp) == (river.name, river.stamp)
    assert {k: dict(s.readings) for k, s in again.scenarios.items()} == {
        k: dict(s.readings) for k, s in river.scenarios.items()}


def test_integers_in_number_fields_and_missing_words_are_stored_as_declared(tmp_path):
    river = y_river()
    site = replace(river.sites[0], chainage=5, note=None, max_storage=7)
    again = read_river(save_river(river.replace(sites=(site,)), tmp_path / "r.gpkg"))
    assert repr(again.sites[0].chainage) == "5.0"
    assert again.sites[0].note == ""
    assert again.sites[0].max_storage == 7.0


def test_a_river_without_sites_flows_and_report_is_read_back(tmp_path):
    river = y_river().replace(sites=(), resources=(), scenarios={}, report=())
    assert read_river(save_river(river, tmp_path / "r.gpkg")).digest == river.digest


def test_two_saves_of_one_river_give_the_same_bytes(tmp_path):
    a, b = (save_river(y_river(), tmp_path / f"{n}.gpkg") for n in "ab")
    assert a.read_bytes() == b.read_bytes()


# ── as QGIS sees it ─────────────────────────────────────────────────────────────────────────────────
def test_the_layers_have_readable_names_geometry_and_the_rivers_plane(saved):
    listed = dict(pyogrio.list_layers(saved))
    assert listed["河段_reaches"] == "LineString"
    assert listed["取水口_intakes"] == "Point"
    assert "桥梁_bridges" in listed
    assert "应急空间_spaces" not in listed                           # this river has none
    frame = gpd.read_file(saved, layer="取水口_intakes")
    assert frame.crs.to_epsg() == 4545
    lon, lat = frame.to_crs(4326).geometry.iloc[0].coords[0]
    assert lon == pytest.approx(frame["lon"].iloc[0], abs=1e-9)
    assert lat == pytest.approx(frame["lat"].iloc[0], abs=1e-9)


def test_it_is_a_geopackage_of_version_1_2_that_every_qgis_since_3_22_opens(saved):
    with closing(sqlite3.connect(saved)) as db:
        assert db.execute("PRAGMA application_id").fetchone()[0] == int.from_bytes(b"GPKG", "big")
        assert db.execute("PRAGMA user_version").fetchone()[0] == 10200
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []


def test_every_field_has_a_chinese_alias_and_every_drawn_layer_a_sound_style(tmp_path):
    river = dammed()
    sites = [cls(site_id=k, lon=107.7, lat=29.8, reach_id="d1") for k, cls in SITES.items()]
    resources = [cls(resource_id=k, lon=107.7, lat=29.8) for k, cls in RESOURCES.items()]
    path = save_river(river.replace(sites=tuple(sites), resources=tuple(resources)), tmp_path / "r.gpkg")
    with closing(sqlite3.connect(path)) as db:
        aliases = {(t, c): name for t, c, name in db.execute(
            "SELECT table_name, column_name, name FROM gpkg_data_columns")}
        for table in TABLES.values():
            fields = pyogrio.read_info(path, layer=table)["fields"]
            assert {(table, f) for f in fields} <= aliases.keys()
        assert aliases["河段_reaches", "length"] == "长度 (m)"
        styles = dict(db.execute("SELECT f_table_name, styleQML FROM layer_styles WHERE useAsDefault"))
    drawn = {name for name, geometry in pyogrio.list_layers(path) if geometry}
    assert set(styles) == drawn
    for qml in styles.values():
        root = ElementTree.fromstring(qml)
        symbols = [s.get("name") for s in root.iter("symbol")]
        assert symbols
        assert {c.get("symbol") for c in root.iter("category")} <= set(symbols)


def test_the_styles_carry_the_words_of_the_fields_and_the_names_as_labels(saved):
    with closing(sqlite3.connect(saved)) as db:
        styles = dict(db.execute("SELECT f_table_name, styleQML FROM layer_styles"))
    for table, field, words in (("河段_reaches", "slope", "比降"), ("取水口_intakes", "population", "人口")):
        root = ElementTree.fromstring(styles[table].partition("\n")[2])
        aliases = {a.get("field"): a.get("name") for a in root.iter("alias")}
        assert words in aliases[field]
        assert root.get("labelsEnabled") == "1"
        assert [t.get("fieldName") for t in root.iter("text-style")] == ["name"]
    assert ElementTree.fromstring(styles["节点_nodes"].partition("\n")[2]).get("labelsEnabled") == "0"


def test_the_report_stands_in_the_file_in_words_and_on_the_map(tmp_path):
    problem = Problem(code="cycle", fields={"reaches": "r1"}, lon=107.7, lat=29.8)
    path = save_river(y_river().replace(report=(problem,)), tmp_path / "r.gpkg")
    row = gpd.read_file(path, layer=TABLES["report"]).iloc[0]
    assert "首尾相接成环：r1" in row["words"]
    assert not row.geometry.is_empty


def test_what_a_qgis_user_edits_and_adds_is_read(saved):
    added = gpd.read_file(saved, layer=TABLES["intake"]).iloc[[0]].drop(columns=["population"])
    added["site_id"], added["name"], added["seq"] = "I99", "新取水口", None
    pyogrio.write_dataframe(added, saved, layer=TABLES["intake"], append=True)
    with closing(sqlite3.connect(saved)) as db:
        db.execute("CREATE TEMP TABLE x(y)")
        db.execute(f'UPDATE "{TABLES["flows"]}" SET discharge = 5 WHERE scenario = ? AND reach_id = ?',
                   ("low", "r2"))
        db.commit()
    river = read_river(saved)
    assert river.sites[-1].site_id == "I99"
    assert river.sites[-1].population is None
    assert river.scenarios["low"].discharge[1] == 5.0
    assert river.digest != y_river().digest


# ── reading what cannot be read ─────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(("content", "code"), [
    (b"", "not_geopackage"), ("河流".encode("gbk") * 200, "not_geopackage"),
    (b"SQLite format 3\0", "not_geopackage"), (b"SQLite format 3\0" + b"x" * 5000, "not_geopackage"),
])
def test_what_is_not_a_geopackage_is_named(content, code, tmp_path):
    path = tmp_path / "河.gpkg"
    path.write_bytes(content)
    with pytest.raises(StoreError) as caught:
        read_river(path)
    assert code_of(caught) == code
    assert caught.value.problems[0].file == "河.gpkg"


def test_a_truncated_file_is_named_at_every_length(saved, tmp_path):
    content = saved.read_bytes()
    path = tmp_path / "cut.gpkg"
    for length in (99, 4096, 5000, len(content) // 2, len(content) - 1):
        path.write_bytes(content[:length])
        with pytest.raises(StoreError) as caught:
            read_river(path)
        assert code_of(caught) == "not_geopackage"


def test_a_file_with_overwritten_pages_is_named(saved):
    content = bytearray(saved.read_bytes())
    content[4096 * 2:] = b"\xa5" * (len(content) - 4096 * 2)
    saved.write_bytes(content)
    with pytest.raises(StoreError) as caught:
        read_river(saved)
    assert code_of(caught) == "not_geopackage"


def test_a_missing_file_and_a_folder_are_named(tmp_path):
    for path in (tmp_path / "no.gpkg", tmp_path):
        with pytest.raises(StoreError) as caught:
            read_river(path)
        assert code_of(caught) == "file_missing"


def test_a_geopackage_of_somebody_else_is_named(tmp_path):
    path = tmp_path / "other.gpkg"
    pyogrio.write_dataframe(y_river().nodes, path, layer="nodes")
    with pytest.raises(StoreError) as caught:
        read_river(path)
    assert code_of(caught) == "not_a_river"


def test_a_newer_format_is_refused_by_its_number_and_never_overwritten(saved):
    with closing(sqlite3.connect(saved)) as db:
        db.execute(f"UPDATE {TABLES['metadata']} SET value = '7' WHERE key = 'format'")
        db.commit()
    before = saved.read_bytes()
    for act in (read_river, lambda path: save_river(y_river(), path)):
        with pytest.raises(StoreError, match="7") as caught:
            act(saved)
        assert code_of(caught) == "newer_format"
    assert saved.read_bytes() == before


def test_an_older_file_without_a_later_column_opens(saved):
    with closing(sqlite3.connect(saved)) as db:
        db.execute(f"UPDATE {TABLES['metadata']} SET value = '0' WHERE key = 'format'")
        db.execute(f'ALTER TABLE "{TABLES["intake"]}" DROP COLUMN clear_water_tank')
        db.execute(f'ALTER TABLE "{TABLES["reaches"]}" DROP COLUMN drawn_accuracy')
        db.commit()
    river = read_river(saved)
    assert river.site("I01").clear_water_tank is None
    assert np.isnan(river.reaches["drawn_accuracy"]).all()


def test_a_river_file_that_lost_its_reaches_says_so(saved):
    with closing(sqlite3.connect(saved)) as db:
        db.execute(f'ALTER TABLE "{TABLES["flows"]}" RENAME TO gone')
        db.commit()
    with pytest.raises(StoreError, match="流量_flows") as caught:
        read_river(saved)
    assert code_of(caught) == "river_damaged"


def test_a_file_open_in_write_ahead_mode_is_read_with_its_latest_edit_and_left_alone(saved):
    with closing(sqlite3.connect(saved, isolation_level=None)) as qgis:
        qgis.execute("PRAGMA journal_mode = wal")
        qgis.execute(f"UPDATE {TABLES['metadata']} SET value = '改名' WHERE key = 'name'")
        wal = saved.with_name(saved.name + "-wal")
        assert wal.stat().st_size > 0
        assert read_river(saved).name == "改名"
        with pytest.raises(StoreError) as caught:                     # a save would tear it from QGIS
            save_river(y_river(), saved)
        assert code_of(caught) == "file_busy"
        assert wal.stat().st_size > 0
    assert read_river(saved).name == "改名"


def test_a_file_in_write_ahead_mode_without_its_log_leaves_nothing_beside_it(saved):
    with closing(sqlite3.connect(saved)) as qgis:
        qgis.execute("PRAGMA journal_mode = wal")
        qgis.execute("VACUUM")
    copy = saved.with_name("copy.gpkg")
    shutil.copy(saved, copy)
    before = sorted(p.name for p in saved.parent.iterdir())
    assert read_river(copy).name == "清河"
    assert sorted(p.name for p in saved.parent.iterdir()) == before

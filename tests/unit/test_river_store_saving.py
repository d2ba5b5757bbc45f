"""Saving the river file: no failure, rival or strange file harms what stood there."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
from river_fixtures import code_of, y_river

from riverplan.errors import StoreError
from riverplan.river.file_lock import locked
from riverplan.river.layers import TABLES
from riverplan.river.sites import Contact, Intake
from riverplan.river.store import read_river, save_river

ROOT = Path(__file__).parents[2]
PATH_OF_TESTS = os.pathsep.join([str(ROOT), str(ROOT / "tests")])


def renamed(name):
    return y_river().replace(name=name)


def test_exactly_one_gpkg_and_the_version_before_stand_in_the_folder(saved):
    save_river(renamed("第二版"), saved)
    save_river(renamed("第三版"), saved)
    assert sorted(p.name for p in saved.parent.iterdir()) == ["清河.gpkg", "清河.gpkg.bak"]
    assert read_river(saved).name == "第三版"
    shutil.move(saved.with_name("清河.gpkg.bak"), saved)
    assert read_river(saved).name == "第二版"


def test_a_save_whose_base_moved_is_refused_and_changes_nothing(saved):
    base = read_river(saved).digest
    save_river(renamed("别人的"), saved, base_digest=base)
    before = saved.read_bytes()
    with pytest.raises(StoreError) as caught:
        save_river(renamed("我的"), saved, base_digest=base)
    assert code_of(caught) == "digest_moved"
    assert saved.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"my notes", "笔记".encode()])
def test_a_file_that_is_no_geopackage_is_never_overwritten(content, tmp_path):
    path = tmp_path / "r.gpkg"
    path.write_bytes(content)
    with pytest.raises(StoreError) as caught:
        save_river(y_river(), path)
    assert code_of(caught) == "foreign_file"
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


def test_somebody_elses_geopackage_is_never_overwritten(tmp_path):
    path = tmp_path / "r.gpkg"
    pyogrio.write_dataframe(y_river().nodes, path, layer="nodes")
    before = path.read_bytes()
    with pytest.raises(StoreError) as caught:
        save_river(y_river(), path)
    assert code_of(caught) == "foreign_file"
    assert path.read_bytes() == before


def test_layers_of_others_are_kept_with_their_alias_and_style(saved):
    points = y_river().nodes.geometry[:2]
    mine = gpd.GeoDataFrame({"说明": ["a", "b"], "n": [1, 2]}, geometry=points, crs="EPSG:4545")
    pyogrio.write_dataframe(mine, saved, layer="我的图层")
    pyogrio.write_dataframe(mine.drop(columns="geometry"), saved, layer="我的表")
    with closing(sqlite3.connect(saved)) as db:
        db.execute("INSERT INTO gpkg_data_columns (table_name, column_name, name) "
                   "VALUES ('我的图层', 'n', '数')")
        db.execute("INSERT INTO layer_styles (f_table_name, styleName, styleQML) "
                   "VALUES ('我的图层', 's', '<q/>')")
        db.commit()
    for name in ("第二版", "第三版"):
        save_river(renamed(name), saved)
    kept = gpd.read_file(saved, layer="我的图层")
    assert kept["说明"].tolist() == ["a", "b"]
    assert kept.geometry.geom_equals(mine.geometry).all()
    assert kept.crs.to_epsg() == 4545
    assert pyogrio.read_dataframe(saved, layer="我的表")["n"].tolist() == [1, 2]
    with closing(sqlite3.connect(saved)) as db:
        aliases = db.execute("SELECT name FROM gpkg_data_columns WHERE table_name = '我的图层'").fetchall()
        styles = db.execute("SELECT styleQML FROM layer_styles WHERE styleName = 's'").fetchall()
        assert (aliases, styles) == ([("数",)], [("<q/>",)])
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    pyogrio.write_dataframe(mine, saved, layer="我的图层", append=True)      # and they can still be edited
    assert len(gpd.read_file(saved, layer="我的图层")) == 4


@pytest.mark.parametrize(("name", "code"), [("r.shp", "not_gpkg_name"), ("r", "not_gpkg_name"),
                                            ("no/r.gpkg", "folder_missing")])
def test_a_place_that_cannot_be_is_refused_with_the_mend(name, code, tmp_path):
    with pytest.raises(StoreError) as caught:
        save_river(y_river(), tmp_path / name)
    assert code_of(caught) == code
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_fails_leaves_the_old_file_whole(saved, monkeypatch):
    before = saved.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="No space left") as caught:
        save_river(renamed("新"), saved)
    assert code_of(caught) == "cannot_write"
    assert saved.read_bytes() == before
    assert list(saved.parent.iterdir()) == [saved]


def test_a_folder_that_cannot_be_written_is_named(tmp_path, monkeypatch):
    really = os.open

    def denied(path, flags, *args, **kwargs):                         # root may write everywhere: play it
        if flags & os.O_CREAT and Path(path).parent == tmp_path:
            raise PermissionError(13, "Permission denied")
        return really(path, flags, *args, **kwargs)

    monkeypatch.setattr(os, "open", denied)
    with pytest.raises(StoreError, match="Permission denied") as caught:
        save_river(y_river(), tmp_path / "r.gpkg")
    assert code_of(caught) == "cannot_write"
    assert list(tmp_path.iterdir()) == []


def test_a_file_another_program_has_locked_is_not_replaced_and_the_lock_is_named(saved):
    before = saved.read_bytes()
    with closing(sqlite3.connect(saved, isolation_level=None)) as db:
        db.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreError) as caught:
            read_river(saved)
        assert code_of(caught) == "file_busy"
        with pytest.raises(StoreError) as caught:
            save_river(renamed("新"), saved)
        assert code_of(caught) == "file_busy"
        db.execute("ROLLBACK")
    assert saved.read_bytes() == before


KILLED = """
    import os, signal, sys
    from river_fixtures import y_river
    import riverplan.river.store as store
    def die(*_): os.kill(os.getpid(), signal.SIGKILL)
    setattr(*{where}, die)
    store.save_river(y_river().replace(name="新"), sys.argv[1])
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
@pytest.mark.parametrize("where", ["(store.shutil, 'copymode')", "(store.Path, 'replace')",
                                   "(store.os, 'fsync')"])
def test_a_killed_save_leaves_the_old_file_whole_and_the_next_save_clean(where, saved):
    code = textwrap.dedent(KILLED).format(where=where)
    done = subprocess.run([sys.executable, "-c", code, str(saved)], capture_output=True, check=False,
                          env={**os.environ, "PYTHONPATH": PATH_OF_TESTS})
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert [p.name for p in saved.parent.glob("*.gpkg")] == ["清河.gpkg"]
    assert read_river(saved).name == "清河"
    save_river(renamed("再来"), saved)
    assert read_river(saved).name == "再来"
    assert sorted(p.name for p in saved.parent.iterdir()) == ["清河.gpkg", "清河.gpkg.bak"]


def test_two_processes_that_save_from_one_base_do_not_both_win(saved):
    code = textwrap.dedent("""
        import sys
        from river_fixtures import y_river
        from riverplan.errors import StoreError
        from riverplan.river.store import save_river
        try:
            save_river(y_river().replace(name=sys.argv[2]), sys.argv[1], base_digest=sys.argv[3])
        except StoreError as error:
            sys.exit(error.problems[0].code)
    """)
    base = read_river(saved).digest
    runs = [subprocess.Popen([sys.executable, "-c", code, str(saved), name, base], text=True,
                             stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": PATH_OF_TESTS})
            for name in ("甲", "乙")]
    said = [run.communicate()[1].strip() for run in runs]
    assert sorted(said) == ["", "digest_moved"]
    winner = ("甲", "乙")[said.index("")]
    assert read_river(saved).name == winner


def test_a_lock_left_by_a_killed_process_locks_nothing_and_a_held_one_is_waited_for(tmp_path):
    path = tmp_path / ".r.lock"
    path.write_text("999999\n")
    with locked(path, patience=0.0) as first:
        assert first
        start = time.monotonic()
        with locked(path, patience=0.2) as second:
            assert not second
        assert time.monotonic() - start >= 0.2
    assert not path.exists()


def test_contacts_are_stored_without_a_place(tmp_path):
    contact = Contact(resource_id="C1", name="县生态环境局值班室", phone="0000-12369")
    path = save_river(y_river().replace(resources=(contact,)), tmp_path / "r.gpkg")
    assert read_river(path).resources == (contact,)
    assert gpd.read_file(path, layer=TABLES["contact"]).geometry.iloc[0] is None


def test_a_link_to_a_river_file_stays_a_link_and_its_target_is_saved(tmp_path):
    real = save_river(y_river(), tmp_path / "real.gpkg")
    link = tmp_path / "link.gpkg"
    link.symlink_to(real)
    assert save_river(y_river().replace(name="新名"), link) == link
    assert link.is_symlink()
    assert read_river(real).name == "新名"


@pytest.mark.parametrize(("wrong", "right"), [("", "river"), (".gpkg", "river"), ("河", "河"), ("a.shp", "a")])
def test_a_name_that_is_no_river_file_is_told_a_name_that_is(tmp_path, wrong, right):
    with pytest.raises(StoreError) as caught:
        save_river(y_river(), tmp_path / wrong if wrong else Path())
    assert caught.value.problems[0].fields["name"] == right


@pytest.mark.parametrize(("edit", "code"), [
    ("UPDATE {reaches} SET geom = NULL WHERE fid = 1", "unsound_shape"),
    ("UPDATE {reaches} SET geom = x'4750' WHERE fid = 1", "unsound_values"),
    ("UPDATE {reaches} SET reach_id = 'same'", "unsound_ids"),
    ("UPDATE {reaches} SET length = NULL WHERE fid = 1", "unsound_length"),
    ("UPDATE {reaches} SET length = 'long' WHERE fid = 1", "unsound_values"),
    ("UPDATE {reaches} SET head = tail", "cycle"),
    ("DELETE FROM {reaches}", "unsound_empty"),
    ("DELETE FROM {nodes} WHERE fid = 1", "unsound_ends"),
    ("UPDATE {intake} SET reach_id = 'gone'", "unsound_sites"),
])
def test_a_river_spoilt_in_qgis_is_refused_with_the_mend_and_left_as_it_is(tmp_path, edit, code):
    river = y_river()
    site = Intake(site_id="I1", name="取水口", lon=107.0, lat=29.0, reach_id=river.reaches["reach_id"].iloc[0])
    path = save_river(river.replace(sites=(site,)), tmp_path / "r.gpkg")
    with closing(sqlite3.connect(path)) as db:
        for trigger in [r[0] for r in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]:
            db.execute(f'DROP TRIGGER "{trigger}"')
        db.execute(edit.format(**{k: f'"{v}"' for k, v in TABLES.items()}))
        db.commit()
    before = path.read_bytes()
    with pytest.raises(StoreError) as caught:
        read_river(path)
    assert next(p.code for p in caught.value.problems if p.mend("zh") and p.mend("en")) == code
    with pytest.raises(StoreError):
        save_river(river, path)
    assert path.read_bytes() == before

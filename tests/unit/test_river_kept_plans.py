"""Plans kept in the river's file: versions, signatures, saves beside them, kills, rivals and damaged rows."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
from contextlib import closing
from datetime import date
from pathlib import Path

import pyogrio
import pytest
from river_fixtures import code_of

from riverplan.errors import StoreError
from riverplan.river.kept_plans import TABLE, KeptPlan, keep_plans, newest, read_plans, sign, sign_all
from riverplan.river.store import read_river, save_river

ROOT = Path(__file__).parents[2]
PATH_OF_TESTS = os.pathsep.join([str(ROOT), str(ROOT / "tests")])


def plan(source="S01", scenario="normal", said="甲", made="2026-01-05"):
    return KeptPlan(source_id=source, scenario=scenario, made_on=made, river_digest="d" * 64, words="一句话",
                    content=json.dumps({"said": said}, ensure_ascii=False))


def test_versions_count_up_for_each_source_and_flow_and_the_older_ones_stay(saved):
    assert read_plans(saved) == ((), ())
    first = keep_plans(saved, [plan(), plan(scenario="low"), plan(source="S02")])
    assert [p.version for p in first] == [1, 1, 1]
    [second] = keep_plans(saved, [plan(said="乙")])
    assert second.version == 2
    plans, problems = read_plans(saved)
    assert problems == ()
    assert [(p.source_id, p.scenario, p.version) for p in plans] == [
        ("S01", "low", 1), ("S01", "normal", 1), ("S01", "normal", 2), ("S02", "normal", 1)]
    assert [p.content for p in newest(plans) if p.source_id == "S01" and p.scenario == "normal"] == [second.content]


def test_two_plans_of_one_source_and_flow_kept_at_once_are_two_versions(saved):
    assert [p.version for p in keep_plans(saved, [plan(), plan(said="乙")])] == [1, 2]


def test_plans_survive_a_save_of_the_river_and_leave_the_river_as_it_is(saved):
    before = read_river(saved)
    kept = keep_plans(saved, [plan()])
    assert read_river(saved).digest == before.digest
    save_river(before.replace(name="第二版"), saved)
    save_river(before.replace(name="第三版"), saved, base_digest=read_river(saved).digest)
    assert read_plans(saved) == (kept, ())
    [again] = keep_plans(saved, [plan()])
    assert again.version == 2
    assert sorted(p.name for p in saved.parent.iterdir()) == ["清河.gpkg", "清河.gpkg.bak"]


def test_qgis_lists_the_table_with_the_words_of_its_fields(saved):
    keep_plans(saved, [plan()])
    save_river(read_river(saved), saved)
    assert TABLE in [name for name, _ in pyogrio.list_layers(saved)]
    frame = pyogrio.read_dataframe(saved, layer=TABLE)
    assert frame["words"].tolist() == ["一句话"]
    with closing(sqlite3.connect(saved)) as db:
        named = dict(db.execute("SELECT column_name, name FROM gpkg_data_columns WHERE table_name = ?", (TABLE,)))
        assert named["signed_on"] == "签发日期"
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_the_newest_version_is_signed_and_a_new_version_is_unsigned(saved):
    keep_plans(saved, [plan(), plan(said="乙")])
    assert sign(saved, "S01", "normal", date(2026, 2, 1)).version == 2
    assert [p.signed_on for p in read_plans(saved)[0]] == ["", "2026-02-01"]
    keep_plans(saved, [plan(said="丙")])
    assert newest(read_plans(saved)[0])[0].signed_on == ""


def test_signing_what_is_not_kept_names_all_of_it_and_signs_nothing(saved):
    keep_plans(saved, [plan()])
    before = saved.read_bytes()
    with pytest.raises(StoreError) as caught:
        sign_all(saved, [("S01", "normal"), ("S02", "low"), ("S02", "high")], date(2026, 2, 1))
    assert [p.code for p in caught.value.problems] == ["plans_not_kept"] * 2
    assert saved.read_bytes() == before


@pytest.mark.parametrize(("edit", "code"), [
    ("content = '{'", "plans_row_damaged"), ("content = '[]'", "plans_row_damaged"),
    ("content = NULL", "plans_row_damaged"), ("version = 'x'", "plans_row_damaged"),
    ("made_on = 'soon'", "plans_row_damaged"), ("signed_on = 'soon'", "plans_row_damaged"),
    ("""content = '{"said": "改"}'""", "plans_row_changed"), ("digest = NULL", "plans_row_changed"),
    ("content = x'ff'", "plans_row_damaged"),
])
def test_a_damaged_row_is_named_and_the_others_are_read(saved, edit, code):
    keep_plans(saved, [plan(), plan(source="S02")])
    with closing(sqlite3.connect(saved)) as db:
        db.execute(f'UPDATE "{TABLE}" SET {edit} WHERE source_id = \'S01\'')
        db.commit()
    plans, [problem] = read_plans(saved)
    assert [p.source_id for p in plans] == ["S02"]
    assert problem.code == code
    assert problem.file == saved.name
    assert problem.text("zh") and problem.text("en")


def test_a_table_of_other_columns_is_named_and_never_written_to(saved):
    with closing(sqlite3.connect(saved)) as db:
        db.execute(f'CREATE TABLE "{TABLE}" (fid INTEGER PRIMARY KEY, mine TEXT)')
        db.commit()
    assert [p.code for p in read_plans(saved)[1]] == ["plans_table_damaged"]
    before = saved.read_bytes()
    with pytest.raises(StoreError) as caught:
        keep_plans(saved, [plan()])
    assert code_of(caught) == "plans_table_damaged"
    assert saved.read_bytes() == before


def test_a_file_that_is_missing_or_in_use_is_said_as_the_river_says_it(saved, tmp_path):
    for call in (lambda p: keep_plans(p, [plan()]), read_plans):
        with pytest.raises(StoreError) as caught:
            call(tmp_path / "keine.gpkg")
        assert code_of(caught) == "file_missing"
    before = saved.read_bytes()
    with closing(sqlite3.connect(saved, isolation_level=None)) as db:
        db.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreError) as caught:
            keep_plans(saved, [plan()])
        assert code_of(caught) == "file_busy"
        db.execute("ROLLBACK")
    assert saved.read_bytes() == before


def run(code, *words):
    return subprocess.Popen([sys.executable, "-c", textwrap.dedent(code), *map(str, words)], text=True,
                            stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": PATH_OF_TESTS})


KEEPS = """
    import os, signal, sys
    from riverplan.river.kept_plans import KeptPlan, keep_plans
    import riverplan.river.store as store
    import shutil
    def die(*_): os.kill(os.getpid(), signal.SIGKILL)
    {more}
    for n in range(int(sys.argv[3])):
        keep_plans(sys.argv[1], [KeptPlan(source_id="S01", scenario="normal", made_on="2026-01-05", river_digest="d",
                                          content='{{"said": "' + sys.argv[2] + str(n) + '"}}')])
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
@pytest.mark.parametrize("where", ["(store.shutil, 'copymode')", "(store.Path, 'replace')", "(store.os, 'fsync')"])
def test_a_killed_keeper_loses_no_plan_and_the_next_one_is_clean(saved, where):
    kept = keep_plans(saved, [plan()])
    dead = run(KEEPS.format(more=f"setattr(*{where}, die)"), saved, "x", 1)
    assert dead.wait() == -signal.SIGKILL, dead.stderr.read()
    dead.stderr.close()
    assert read_plans(saved) == (kept, ())
    assert read_river(saved).name == "清河"
    assert keep_plans(saved, [plan()])[0].version == 2
    assert sorted(p.name for p in saved.parent.iterdir()) == ["清河.gpkg", "清河.gpkg.bak"]


def test_of_two_processes_that_keep_and_one_that_saves_nothing_is_lost(saved):
    rivals = [run(KEEPS.format(more=""), saved, name, 3) for name in "ab"]
    river = read_river(saved)
    for name in ("第二版", "第三版"):
        save_river(river.replace(name=name), saved)
    said = [rival.communicate()[1] for rival in rivals]
    assert [rival.returncode for rival in rivals] == [0, 0], said
    plans, problems = read_plans(saved)
    assert problems == ()
    assert [p.version for p in plans] == [1, 2, 3, 4, 5, 6]
    assert sorted(json.loads(p.content)["said"] for p in plans) == ["a0", "a1", "a2", "b0", "b1", "b2"]
    assert read_river(saved).name == "第三版"


def test_a_plan_can_be_made_anew_where_its_row_has_lost_its_version(saved):
    keep_plans(saved, [plan()])
    with closing(sqlite3.connect(saved)) as db:
        db.execute(f'UPDATE "{TABLE}" SET version = \'x\'')
        db.commit()
    assert keep_plans(saved, [plan()])[0].version == 1
    assert [p.version for p in read_plans(saved)[0]] == [1]

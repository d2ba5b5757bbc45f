from dataclasses import replace

import pytest
from river_fixtures import y_river

from riverplan.app import edits
from riverplan.app.desk import Desk
from riverplan.errors import InputError, StoreError
from riverplan.river.sites import Intake, Space
from riverplan.river.store import read_river, save_river


@pytest.fixture
def desk(tmp_path):
    path = tmp_path / "river.gpkg"
    save_river(y_river(), path)
    return Desk(path)


def new_intake(river, lon, lat):
    site = Intake(site_id=edits.new_id(river, "intake"), name="新取水口", lon=float("nan"), lat=float("nan"))
    return edits.located(river, site, lon, lat)


def test_a_new_site_is_put_on_the_nearest_reach_and_saved_to_the_file(desk):
    river = desk.river()
    there = river.site("I01")
    site = new_intake(river, there.lon, there.lat)
    desk.save(edits.with_site(river, site), base=river)
    saved = read_river(desk.path).site(site.site_id)
    assert (saved.name, saved.reach_id) == ("新取水口", "r3")
    assert saved.chainage == pytest.approx(there.chainage, abs=30.0)
    assert saved.site_id not in {s.site_id for s in river.sites}


def test_a_site_far_from_every_river_is_refused_and_the_river_stays_as_it_is(desk):
    river = desk.river()
    with pytest.raises(InputError) as refused:
        new_intake(river, 109.5, 31.0)
    assert refused.value.problems[0].code == "site_far"
    assert desk.river() is river


def test_a_site_without_a_position_is_refused():
    with pytest.raises(InputError) as refused:
        edits.with_site(y_river(), Intake(site_id="I9", lon=float("nan"), lat=float("nan")))
    assert refused.value.problems[0].code == "site_without_position"


def test_the_last_change_can_be_taken_back_and_only_what_was_changed(desk):
    before = desk.river()
    desk.save(edits.without_site(before, "I02"), base=before)
    assert "I02" not in {s.site_id for s in read_river(desk.path).sites}
    desk.undo()
    assert read_river(desk.path).digest == before.digest
    assert not desk.can_undo
    with pytest.raises(InputError) as nothing:
        desk.undo()
    assert nothing.value.problems[0].code == "nothing_to_undo"


def test_a_file_changed_by_another_program_is_read_again(desk):
    before = desk.river()
    other = before.replace(name="改名河")
    save_river(other, desk.path)
    assert desk.river().name == "改名河"


def test_a_save_over_someone_elses_change_is_refused_and_their_change_survives(desk):
    mine = desk.river()
    save_river(mine.replace(name="别人的修改"), desk.path)
    edited = edits.with_site(mine, replace(mine.site("I01"), name="我的修改"))
    with pytest.raises(StoreError):
        desk.save(edited, base=mine)
    assert read_river(desk.path).name == "别人的修改"
    assert desk.river().name == "别人的修改"


def test_a_missing_river_file_is_a_problem_in_words(tmp_path):
    with pytest.raises(InputError) as missing:
        Desk(tmp_path / "none.gpkg").river()
    assert all(p.text("zh") and p.text("en") for p in missing.value.problems)


def test_a_new_dam_is_said_to_hold_no_water_before_the_next_import():
    there = {"site_id": "D9", "lon": 107.8, "lat": 29.8, "category": "gate_dam"}
    assert [p.code for p in edits.remarks(Space(**there))] == ["dam_not_in_network"]
    assert edits.remarks(Space(**there, node_id="g1")) == []
    assert edits.remarks(Intake(site_id="I9", lon=107.8, lat=29.8)) == []

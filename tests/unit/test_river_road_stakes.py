"""A road stake is placed by stakes of its road, or refused: never by river kilometre, never beyond what is known."""

import pytest
from river_fixtures import R, build

from riverplan.errors import InputError
from riverplan.river.road_stakes import parse_stake, stake_position, stake_problems
from riverplan.river.sites import RoadStake


def river(*stakes):
    return build("清河", {"a": ("source", 0, 0), "b": ("mouth", 5, 0)}, [R(id="r1", tail="a", head="b")], resources=[
        RoadStake(resource_id=f"G{n}", road=road, stake=stake, lon=lon, lat=lat)
        for n, (road, stake, lon, lat) in enumerate(stakes)])


G69 = (("G69银百高速", "K1523+000", 107.70, 29.80), ("G69", "K1524", 107.71, 29.80), ("G69", "K1540+000", 107.8, 29.9))


@pytest.mark.parametrize(("words", "expected"), [
    ("G69 K1523+400", ("G69", 1_523_400.0)), ("G69银百高速K1523+400处", ("G69", 1_523_400.0)),
    ("G0511 K12+300", ("G0511", 12_300.0)), ("Ｇ６９ Ｋ１５２３＋４００", ("G69", 1_523_400.0)),
    ("国道351 K20+030", ("G351", 20_030.0)),
    ("K12+500", ("", 12_500.0)),
    ("石忠路K3+200", ("石忠路", 3_200.0)), ("K12+5", None), ("K12.5", None), ("河道里程 12.5 km", None), ("", None)])
def test_stakes_are_read_as_police_say_them_and_nothing_else(words, expected):
    assert parse_stake(words) == expected


def test_between_two_stakes_the_place_lies_in_proportion_and_says_what_it_rests_on():
    found = stake_position(river(*G69), "G69 K1523+400")
    assert (found.lon, found.lat) == pytest.approx((107.704, 29.80), abs=1e-5)
    assert (found.low, found.high, found.spacing) == (1_523_000.0, 1_524_000.0, 1000.0)


def test_a_listed_stake_is_taken_as_listed():
    found = stake_position(river(*G69), "K1524+000")
    assert (found.lon, found.lat, found.spacing) == (107.71, 29.80, 0.0)


@pytest.mark.parametrize(("words", "code"), [
    ("G69 K1522+900", "stake_outside"), ("G69 K1530+000", "stake_gap"), ("G50 K1+000", "stake_road_unknown"),
    ("12.5", "stake_unreadable")])
def test_nothing_is_extrapolated_or_guessed(words, code):
    with pytest.raises(InputError) as caught:
        stake_position(river(*G69), words)
    (problem,) = caught.value.problems
    assert problem.code == code and "{" not in problem.text("zh") + problem.text("en")


def test_a_stake_at_two_places_is_not_used_and_said():
    doubtful = river(*G69, ("G69", "K1524+000", 107.9, 29.80))
    assert [p.code for p in stake_problems(doubtful)] == ["stake_twice"]
    with pytest.raises(InputError) as caught:
        stake_position(doubtful, "G69 K1523+400")
    assert caught.value.problems[0].code == "stake_gap"

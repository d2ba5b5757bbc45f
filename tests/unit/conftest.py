"""What the unit tests share."""

from datetime import date

import pytest
from planned_river import planned_river
from river_fixtures import y_river

from riverplan.planning.every import cases, every_plan
from riverplan.planning.plan_record import record_of
from riverplan.river.store import save_river


@pytest.fixture
def saved(tmp_path):
    """A river file: 清河 as drawn."""
    return save_river(y_river(), tmp_path / "清河.gpkg")


@pytest.fixture(scope="session")
def plans():
    """The plans of 策河, by flow."""
    river = planned_river()
    return {made.case.scenario: made.plan for made in every_plan(river, cases(river)[0])}


@pytest.fixture(scope="session")
def records(plans):
    """What is kept of them, made on 2026-01-05."""
    return tuple(record_of(p, made_on=date(2026, 1, 5), mass_basis="storage") for p in plans.values())

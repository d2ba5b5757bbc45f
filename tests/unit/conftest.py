"""What the unit tests share."""

import pytest
from river_fixtures import y_river

from riverplan.river.store import save_river


@pytest.fixture
def saved(tmp_path):
    """A river file: 清河 as drawn."""
    return save_river(y_river(), tmp_path / "清河.gpkg")

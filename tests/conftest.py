"""What every test may use."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of outside data that may lie beside the project; the test is skipped where it does not."""
    from validation.data import outside_data

    folder = outside_data()
    if folder is None:
        pytest.skip("no folder of outside data beside the project")
    return folder

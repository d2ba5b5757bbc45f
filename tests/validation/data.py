"""Where the observations lie."""

import os
from pathlib import Path

VARIABLE = "RIVERPLAN_VALIDATION"
"""Environment variable that names the folder of the observations."""


def outside_data() -> Path | None:
    """The folder of outside data beside the project, None where there is none."""
    folder = Path(__file__).resolve().parents[3] / "shared"
    return folder if folder.is_dir() else None


def validation_data() -> Path | None:
    """The folder with ``score.py`` and its tables: the one named, else the one beside the project, else None."""
    beside = outside_data()
    named = os.environ.get(VARIABLE)
    folder = Path(named) if named else beside / "validation" if beside else None
    return folder if folder is not None and (folder / "score.py").is_file() else None

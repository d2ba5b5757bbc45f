"""The notebooks run from top to bottom, and say what they should."""

import re
from pathlib import Path

import nbformat
import pytest
from validation.data import VARIABLE, validation_data

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"


def run(path: Path) -> str:
    """Execute a notebook in a kernel of this Python; all the text it printed."""
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    here = {"metadata": {"path": str(FOLDER)}}
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources=here).execute()
    return "\n".join(
        "".join(o.get("text", "")) + "".join(o.get("data", {}).get("text/plain", ""))
        for cell in notebook.cells if cell.cell_type == "code" for o in cell.outputs)


IN_A_KERNEL = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning",
                                         "ignore::pytest.PytestUnraisableExceptionWarning")


@IN_A_KERNEL
def test_the_first_map_is_made_from_raw_files():
    said = run(FOLDER / "first_map.ipynb")
    assert "龙河镇水厂：最早" in said
    assert said.count("超标概率") >= 3
    for file in ("map.html", "sheet.pdf", "fengdu.gpkg"):
        assert file in said


@pytest.fixture(scope="module")
def validated() -> str:
    """What the page of validation printed."""
    if validation_data() is None:
        pytest.skip(f"no observations beside the project, none named by {VARIABLE}")
    return run(FOLDER / "validation.ipynb")


@IN_A_KERNEL
def test_the_page_of_validation_meets_the_goals_and_shows_what_is_missed(validated):
    rows = re.findall(r"^\d+ +(\S.*?) {2,}([\d.]+) +(<=|>=|<|0\.85) .*([✓✗])$", validated, flags=re.M)
    met = {(goal, sign): mark for goal, _, sign, mark in rows}
    for goal in ("one_station t_peak_h median|ln|", "one_station t_lead_h median|ln|",
                 "next_station t_peak_h median|ln|"):
        assert met[goal, "<="] == "✓"
    bands = [mark for (goal, _), mark in met.items() if goal.endswith("90% band")]
    assert bands == ["✓"] * 6
    assert met["one_station unit_peak in x2", ">="] == met["next_station unit_peak in x2", ">="] == "✓"
    assert "✗" in met.values()
    for missing in ("drainage_area (53)", "SAMARCO2015", "2012 Longjiang cadmium"):
        assert missing in validated


def _figures(text: str) -> dict[str, list[str]]:
    """Numbers of the rows of tables by their titles."""
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", text, flags=re.M)
    return {title: numbers for title, *cells in rows if (numbers := re.findall(r"[\d.]+", " ".join(cells)))}


@IN_A_KERNEL
def test_the_figures_of_the_readme_are_those_of_the_page_of_validation(validated):
    kept, found = _figures((FOLDER.parent / "README.md").read_text(encoding="utf-8")), _figures(validated)
    assert len(found) == 16                               # eight in each language
    for title, numbers in found.items():
        said = kept[title]
        assert len(said) == len(numbers), title
        for mine, theirs in zip(said, numbers, strict=True):
            last_digit = 10.0 ** -len(mine.partition(".")[2])
            assert float(mine) == pytest.approx(float(theirs), abs=1.01 * last_digit), title


def test_notebooks_are_kept_without_outputs():
    for path in FOLDER.glob("*.ipynb"):
        cells = nbformat.read(path, as_version=4).cells
        assert all(not c.outputs and c.execution_count is None for c in cells if c.cell_type == "code"), path.name

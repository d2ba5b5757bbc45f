"""The notebooks run from top to bottom, and say what they should."""

from pathlib import Path

import nbformat
import pytest

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


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning",
                            "ignore::pytest.PytestUnraisableExceptionWarning")
def test_the_first_map_is_made_from_raw_files():
    said = run(FOLDER / "first_map.ipynb")
    assert "龙河镇水厂：最早" in said
    assert said.count("超标概率") >= 3
    for file in ("map.html", "sheet.pdf", "fengdu.gpkg"):
        assert file in said


def test_notebooks_are_kept_without_outputs():
    for path in FOLDER.glob("*.ipynb"):
        cells = nbformat.read(path, as_version=4).cells
        assert all(not c.outputs and c.execution_count is None for c in cells if c.cell_type == "code"), path.name

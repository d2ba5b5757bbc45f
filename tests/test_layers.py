"""The walls of the house: who may import whom, and what a light command must not load."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "riverplan"
FORBIDDEN_NAMES = {"utils", "helpers", "common", "core", "base", "manager", "service", "misc"}


def sources() -> list[Path]:
    return sorted(p for p in PACKAGE.rglob("*.py") if PACKAGE / "data" not in p.parents)


def test_imports_only_point_down():
    done = subprocess.run([sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()",
                           "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "kept" in done.stdout


def test_a_forecast_from_the_command_line_loads_no_drawing_and_no_statistics():
    code = ("import sys, riverplan.cli.forecast, riverplan.forecasting.as_json, riverplan.river.store\n"
            "print([m for m in ('folium', 'matplotlib', 'numba', 'scipy.stats', 'streamlit', 'typst', 'rasterio',"
            " 'openpyxl') if m in sys.modules])")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_importing_the_package_loads_nothing_heavy():
    code = "import sys, riverplan; print(any(m in sys.modules for m in ('numpy', 'pandas', 'geopandas')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("path", sources(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_files_have_one_subject_and_fit_in_a_head(path):
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 400
    assert path.stem not in FORBIDDEN_NAMES
    assert not re.search(r"_v\d+$", path.stem)
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "a file says in one sentence what it is"
    assert not any(isinstance(n, ast.ImportFrom) and any(a.name == "*" for a in n.names) for n in ast.walk(tree))


def test_nothing_below_the_surface_prints_or_reads_the_clock():
    surface = (PACKAGE / "cli", PACKAGE / "app")
    for path in sources():
        if any(s in path.parents for s in surface):
            continue
        calls = {ast.unparse(n.func) for n in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                 if isinstance(n, ast.Call)}
        assert not calls & {"print", "datetime.now", "datetime.today", "date.today", "datetime.utcnow"}, path


def test_top_level_holds_only_what_it_should():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if tracked.returncode:
        pytest.skip("not a git checkout")
    folders = {p.split("/")[0] for p in tracked.stdout.splitlines() if "/" in p}
    assert folders <= {"data", "notebooks", "riverplan", "tests", ".ci"}

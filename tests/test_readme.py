"""What the papers of the project promise is true."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands() -> list[str]:
    return re.findall(r"^python3 -m venv .*$", README, flags=re.M)


def test_readme_shows_one_command_for_the_job_and_one_for_the_tests():
    job, tests = commands()[:2]
    assert job.endswith("riverplan demo")
    assert tests.endswith("pytest")


def test_ci_runs_the_test_command_of_the_readme_word_for_word():
    assert commands()[1] in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert commands()[1] in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_every_picture_and_file_the_readme_shows_exists():
    linked = re.findall(r"\]\(([^)#:]+)\)", README)
    assert any(x.endswith(".png") for x in linked)
    for target in linked:
        assert (ROOT / target).exists(), target


def test_every_command_the_readme_shows_exists():
    from riverplan.cli import COMMANDS

    shown = set(re.findall(r"^riverplan (\w+)", README, flags=re.M))
    assert shown
    assert shown <= set(COMMANDS)


def test_no_large_file_and_no_path_of_a_machine_is_tracked():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if path.is_file():
            assert path.stat().st_size < 2_000_000, name

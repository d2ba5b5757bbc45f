"""The words: both languages everywhere, placeholders alike, every key that code asks for exists."""

import ast
import re
import string
from pathlib import Path

import pytest

from riverplan.errors import Problem
from riverplan.i18n import LANGS, catalogue, pick, text

PACKAGE = Path(__file__).resolve().parents[1] / "riverplan"
SOURCES = [p for p in PACKAGE.rglob("*.py") if PACKAGE / "data" not in p.parents]
CJK = re.compile(r"[\u4e00-\u9fff]")


def fields(template: str) -> set[str]:
    return {f for _, f, _, _ in string.Formatter().parse(template) if f}


def test_every_text_stands_in_both_languages_with_the_same_placeholders():
    assert len(catalogue()) > 100
    for key, row in catalogue().items():
        assert all(row[lang] for lang in LANGS), key
        if "date" not in key:                              # the languages write dates differently
            assert fields(row["zh"]) == fields(row["en"]), key


def test_every_problem_has_its_mend():
    codes = {k.removeprefix("problem.") for k in catalogue() if k.startswith("problem.")}
    for code in codes:
        assert code.endswith("_mend") or f"{code}_mend" in codes, code


def test_every_literal_key_and_problem_code_in_the_code_exists():
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func).split(".")[-1]
            if called == "text" and node.args and isinstance(node.args[0], ast.Constant):
                key = node.args[0].value
                if isinstance(key, str) and "." in key:
                    assert key in catalogue(), (path.name, key)
            if called == "Problem":
                for keyword in node.keywords:
                    if keyword.arg == "code" and isinstance(keyword.value, ast.Constant):
                        assert f"problem.{keyword.value.value}" in catalogue(), (path.name, keyword.value.value)


def test_pages_and_formulas_hold_no_chinese_of_their_own():
    """Chinese on screen comes from the catalogue; the command line's help and the lists' names are data."""
    for path in SOURCES:
        if path.parent.name in ("cli", "tables", "reference"):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docs = {id(n.body[0].value) for n in ast.walk(tree)
                if isinstance(n, (ast.Module, ast.ClassDef, ast.FunctionDef)) and n.body
                and isinstance(n.body[0], ast.Expr)}
        docs |= {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
        said = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)
                and id(n) not in docs and CJK.search(n.value)]
        if path.parent.name == "app" or "pages" in path.parts:
            assert not said, (path.name, said)


COUNTED = re.compile(r"\{(count|tried|errors?|warnings?|notes?|lacking|listed|found|trips|plans|turned|people|sites|"
                     r"intakes|exceeding|reaches|rows|read|sources|receptors|flows|pairs|warned|lines|splits|gaps|pieces|links|"
                     r"parts|against|others|voids|bands|given|flat|all|located|diversions|dams|operations|minutes)\} "
                     r"(?!of |in |more |on |is |are |by |which )([a-z-]+ ){0,2}?([a-z]+s|people|voids)\b")
"""“{count} spaces”: “1 spaces” where there is one."""
SEVERAL = {"problem.plan_pin_several", "problem.names_repeat", "problem.stake_twice",            # two at least
           "problem.datum_shift_found", "problem.datum_shift_lines", "problem.dem_too_large",    # many at least
           "problem.dem_reaches_many"}
LISTED = {"problem.fill_lost", "problem.fill_dry", "problem.circle_broken", "problem.plan_background_over",
          "problem.simulation_coarse", "problem.simulation_in_pool", "problem.trace_no_flow_above"}
"""Names or ids, no number."""


def test_no_english_text_has_a_plural_after_a_count_that_may_be_one():
    assert COUNTED.search("about {people} people") and COUNTED.search("{sites} sites are reached")
    said = {key: row["en"] for key, row in catalogue().items()}
    assert len(said) > 2_000
    assert {k for k, words in said.items() if COUNTED.search(words)} == SEVERAL | LISTED


def test_text_fills_its_placeholders_and_an_unknown_key_is_a_bug():
    assert "D99" in text("problem.unknown_site", "en", name="D99", near="D01")
    with pytest.raises(KeyError):
        text("problem.no_such_problem", "zh")


def test_a_name_missing_in_one_language_falls_back_to_the_other():
    assert pick("en", "苯", "benzene") == "benzene"
    assert pick("en", "某物", "") == "某物"


def test_a_problem_says_place_what_and_mend():
    problem = Problem(code="unknown_site", fields={"name": "D9", "near": "D1"}, file="风险源.xlsx", sheet="Sheet1",
                      row=3, head="最大存量")
    assert problem.text("zh").startswith("风险源.xlsx Sheet1 第 3 行 “最大存量”列：")
    assert problem.as_json()["row"] == 3

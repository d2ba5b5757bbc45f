"""The words: both languages everywhere, placeholders alike, every key that code asks for exists."""

import ast
import re
import string
import tomllib
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


COUNTED = re.compile(r"\{(count|tried|errors|warnings|lacking|listed|found|trips|plans|turned)\} "
                     r"(?!of |in |more |on )([a-z-]+ )?[a-z]+s\b")
"""“{count} spaces”: “1 spaces” where there is one."""


def test_english_texts_of_plans_have_no_plural_after_a_count():
    said = {key: row["en"] for file in (PACKAGE / "i18n").glob("*.toml")
            if file.name.startswith(("plan_", "app_plan", "strategy"))
            for section, rows in tomllib.loads(file.read_text(encoding="utf-8")).items()
            for key, row in ((f"{section}.{k}", r) for k, r in rows.items())}
    assert len(said) > 500
    assert [k for k, words in said.items() if COUNTED.search(words)] == ["problem.plan_pin_several"]  # two at least


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

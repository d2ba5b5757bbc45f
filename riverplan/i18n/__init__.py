"""Words: every text a user reads, Chinese and English side by side.

The texts live in the ``*.toml`` files of this folder, one row a text::

    [forecast]
    leading = { zh = "前锋到达", en = "leading edge" }

and are asked for as ``text("forecast.leading", "zh")``. The language is always an argument:
one server process serves desks in both languages.
"""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = ("zh", "en")


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """All texts: ``{"section.key": {"zh": …, "en": …}}``.

    Raises
    ------
    ValueError
        If a key stands in two files or lacks a language: a mistake in the package, held by a test.
    """
    words: dict[str, Mapping[str, str]] = {}
    for file in sorted(files(__name__).iterdir(), key=lambda f: f.name):
        if not file.name.endswith(".toml"):
            continue
        for section, rows in tomllib.loads(file.read_text(encoding="utf-8")).items():
            for key, row in rows.items():
                full = f"{section}.{key}"
                if full in words or set(row) != set(LANGS):
                    raise ValueError(f"{file.name}: {full} stands twice or lacks a language")
                words[full] = row
    return words


def text(key: str, lang: Lang, **fields: object) -> str:
    """The text of a key in a language, with its ``{fields}`` filled in.

    Parameters
    ----------
    key
        ``"section.key"`` as in the TOML files.
    lang
        ``"zh"`` or ``"en"``.
    **fields
        Values of the placeholders of the text.

    Raises
    ------
    KeyError
        If there is no such key: a mistake in the package.
    """
    row = catalogue()[key][lang]
    return row.format(**fields) if fields else row


def listed(words: Iterable[object], most: int = 20) -> dict[str, str]:
    """Words one after the other without repeats, by language: ``…`` for those beyond the most, ``—`` for none.

    >>> listed(["甲", "乙"])
    {'zh': '甲、乙', 'en': '甲, 乙'}
    """
    every = [w for w in dict.fromkeys(str(w) for w in words) if w]
    shown = every[:most] + ["…"] * (len(every) > most)
    return {"zh": "、".join(shown) or "—", "en": ", ".join(shown) or "—"}


def before(names: Iterable[object]) -> dict[str, str]:
    """Names as they stand before other words, with a space after them; nothing where none is known."""
    known = [n for n in names if str(n)]
    return {lang: f"{words} " if known else "" for lang, words in listed(known, 8).items()}


def pick(lang: Lang, zh: str, en: str) -> str:
    """The name of a thing in the language asked for; the other one where it is empty."""
    first, second = (zh, en) if lang == "zh" else (en, zh)
    return first or second

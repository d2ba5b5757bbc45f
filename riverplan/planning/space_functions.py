"""What a space can do with polluted water: the words of its list, else what its type usually does."""

import re
from collections.abc import Mapping

FUNCTION_WORDS: Mapping[str, str] = {
    word: code for code, words in {
        "hold": "储存 拦蓄 滞留 暂存 蓄存 存储 蓄水 调蓄 截存 hold store",
        "cut": "截流 拦截 阻断 截断 封堵 拦污 筑坝 断流 cut cutoff block",
        "divert": "引流 分流 导流 引水 引污 旁路 转移 divert bypass",
        "dose": "投药 加药 投加 投料 dose dosing",
        "dilute": "稀释 放水 冲污 调水 dilute flush",
        "treat": "处理 净化 处置 treat treatment",
        "": "监测 取样 采样 monitor monitoring sample sampling",
    }.items() for word in words.split()}
"""How lists write a function, with our code; empty for what is no use of the space's water, ``treat`` for 可处理."""
BY_CATEGORY: Mapping[str, frozenset[str]] = {
    "reservoir": frozenset({"hold", "dilute"}),
    "constructed_wetland": frozenset({"hold"}),
    "pond": frozenset({"hold"}),
    "gate_dam": frozenset({"cut", "hold", "dose"}),
    "hydropower_diversion_type": frozenset({"divert"}),
    "hydropower_dam_type": frozenset({"cut", "hold", "dilute"}),
    "dry_channel": frozenset({"divert", "hold"}),
    "island_reach": frozenset({"hold", "divert"}),
    "bridge": frozenset({"cut", "dose"}),
    "temp_dam_site": frozenset({"cut"}),
    "other": frozenset({"hold", "divert"}),
}
"""What each of the 11 types usually serves for; taken, and said as assumed, where a list names no function."""
_BETWEEN = re.compile(r"[、，；;/|,\n和及]|\s+(?!off\b)")


def functions_of(written: str, category: str) -> tuple[frozenset[str], bool, tuple[str, ...], bool]:
    """The functions a list means.

    Parameters
    ----------
    written
        As the list has them, several with a mark between them.
    category
        One of the 11 codes.

    Returns
    -------
    functions
        Of ``FUNCTIONS``; may be empty, where a place serves for monitoring alone.
    treatable
        Whether the list says that water is treated there.
    unknown
        Words that are none of ours.
    assumed
        Whether the functions are those of the type, since the list names none that is known.

    >>> sorted(functions_of("储存、截流、监测", "gate_dam")[0])
    ['cut', 'hold']
    """
    found: set[str] = set()
    strange: list[str] = []
    words = [w for w in _BETWEEN.split(written.strip().lower()) if w]
    for word in words:
        code = FUNCTION_WORDS.get(re.sub(r"[\s_-]", "", word))
        if code is None:
            strange.append(word)
        elif code:
            found.add(code)
    assumed = not words or len(strange) == len(words)
    usual = BY_CATEGORY.get(category, frozenset()) if assumed else frozenset()
    return frozenset(found - {"treat"}) | usual, "treat" in found, tuple(strange), assumed

"""Which encoding bytes are in: UTF-8, GBK or Western; mojibake must never pass in silence."""

import codecs
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_CANDIDATES = ("utf-8", "gb18030", "cp1252")
_WORD = re.compile(r"\w*[^\x00-\x7f]\w*")
_COMMON_GB = (0xB0, 0xD7)                      # lead bytes of the 3,755 common characters of GB 2312, level 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoding:
    """An encoding found from bytes.

    ``sure`` is False where another encoding reads the bytes nearly as well; ``plain`` where all bytes
    are ASCII and nothing had to be decided; ``sample`` shows what the bytes say in it.
    """

    encoding: str
    sure: bool
    plain: bool = False
    sample: str = ""


def detect(pieces: Iterable[bytes], *, truncated: bool = False) -> Decoding:
    """The encoding of pieces of text.

    Parameters
    ----------
    pieces
        Texts that share one encoding, e.g. the values of a dbf file.
    truncated
        Whether a piece may be cut in the middle of a character, as fields of fixed width are.

    Notes
    -----
    UTF-8 is strict, so text that decodes is UTF-8 unless it is short (联通 in GBK is valid UTF-8); then
    the characters decide: Chinese ones against stray Latin, Greek or Arabic ones. Western text in GBK
    would show as rare characters, because its high bytes stand alone between ASCII letters.
    """
    texts = sorted({p.strip(b" \0") for p in pieces if not p.isascii()})
    if not texts:
        return Decoding(encoding="utf-8", sure=True, plain=True)
    scores = {name: _score(texts, name, truncated) for name in _CANDIDATES}
    best = max(_CANDIDATES, key=lambda name: scores[name])
    second = max(scores[name] for name in _CANDIDATES if name != best)
    words = _WORD.findall(" ".join(decode(t, best) for t in texts[:20]))
    sample = "、".join(sorted(dict.fromkeys(words), key=len, reverse=True)[:3])
    return Decoding(encoding=best, sure=scores[best] - second > 0.15 and scores[best] > 0.5, sample=sample[:60])


def decode(piece: bytes, encoding: str) -> str:
    """A piece as text; a character cut at its end is dropped."""
    return codecs.getincrementaldecoder(encoding)("ignore").decode(piece, final=False)


def canonical(name: str) -> str | None:
    """Python's name of an encoding as a ``.cpg`` file writes it (``ANSI 936``, ``65001``); None if unknown."""
    plain = name.strip().strip("\ufeff").upper().removeprefix("ANSI").removeprefix("CP").strip(" _-")
    known = {"936": "gb18030", "GBK": "gb18030", "GB2312": "gb18030", "GB18030": "gb18030", "54936": "gb18030",
             "65001": "utf-8", "UTF-8": "utf-8", "UTF8": "utf-8", "1252": "cp1252", "950": "big5", "BIG5": "big5",
             "88591": "cp1252", "ISO-8859-1": "cp1252", "ISO88591": "cp1252", "ISO 88591": "cp1252"}
    if plain in known:
        return known[plain]
    try:
        return codecs.lookup(plain).name
    except LookupError:
        return None


def decodes(pieces: Iterable[bytes], encoding: str, *, truncated: bool = False) -> bool:
    """Whether all pieces are valid in an encoding."""
    return all(_decode_strictly(p, encoding, truncated) is not None for p in pieces)


def _decode_strictly(piece: bytes, encoding: str, truncated: bool) -> str | None:
    try:
        return codecs.getincrementaldecoder(encoding)("strict").decode(piece, final=not truncated)
    except UnicodeDecodeError:
        return None


def _score(texts: list[bytes], encoding: str, truncated: bool) -> float:
    """Likeliness between 0 and 1 that texts are in an encoding: the share of characters that fit it."""
    good = total = 0.0
    for piece in texts:
        text = _decode_strictly(piece, encoding, truncated)
        if text is None:
            total += 2.0 * len(piece)                  # one impossible piece outweighs a page of possible ones
            continue
        for i, character in enumerate(text):
            if character.isascii():
                continue
            weight = 1.0 if encoding == "cp1252" else 2.0
            alone = encoding == "gb18030" and _is_letter(text[i - 1:i]) and _is_letter(text[i + 1:i + 2])
            total += weight
            good += weight * (0.1 if alone else _fit(character, encoding))        # Rh么ne is Rhône in UTF-8
        if encoding == "gb18030":
            total += 4.0 * _lone_high_bytes(piece)
    return good / total if total else 0.0


def _fit(character: str, encoding: str) -> float:
    if "\u4e00" <= character <= "\u9fff":
        if encoding != "gb18030":
            return 1.0
        code = character.encode("gb18030")
        if _COMMON_GB[0] <= code[0] <= _COMMON_GB[1] and code[1] >= 0xA1:
            return 0.95
        return 0.8 if code[0] <= 0xF7 and code[1] >= 0xA1 else 0.3
    if character in "，。、；：？！（）《》“”‘’—…·【】℃‰²³°①②③④⑤⑥⑦⑧⑨⑩ⅠⅡⅢⅣⅤⅥ　":
        return 0.9 if encoding != "cp1252" else 0.3
    if "\uff00" <= character <= "\uffef":                # full-width letters and digits
        return 0.8
    if "\u00c0" <= character <= "\u017f" and unicodedata.category(character)[0] == "L":
        return {"utf-8": 0.9, "cp1252": 0.7, "gb18030": 0.2}[encoding]
    return 0.4 if encoding == "utf-8" and unicodedata.category(character)[0] == "L" else 0.1


def _is_letter(character: str) -> bool:
    return character.isascii() and character.isalpha()


def _lone_high_bytes(piece: bytes) -> int:
    """High bytes between ASCII letters, as in Rhône: GBK would swallow the letter after each."""
    count = 0
    for i, byte in enumerate(piece):
        before = i == 0 or piece[i - 1] < 0x80
        after = i + 1 == len(piece) or piece[i + 1] < 0x80
        count += byte >= 0x80 and before and after
    return count

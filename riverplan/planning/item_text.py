"""A store's list of items as people write it, taken apart: ``活性炭2t、围油栏500m``.

Every piece comes back, those without a number too: nothing of a list is lost unseen.
"""

import re
import unicodedata
from dataclasses import dataclass, replace

from riverplan.reference.materials import Material
from riverplan.tables.measures import fold, is_unit, unit_for
from riverplan.units import FILE_UNITS

PIECES = frozenset((*"个只台套条具件辆把块张片根顶艘架部盏支枚副双", "件套", "台套", "台/套", "pcs", "pc",
                    "set", "sets", "unit", "units", ""))
"""Words that count whole things."""
_MASS_WORDS = {"斤": 0.5, "市斤": 0.5, "克": 1e-3, "g": 1e-3, "毫克": 1e-6}
_LENGTH_WORDS = {"延米": 1.0, "延长米": 1.0}
_LITRES = {"l": 1e-3, "升": 1e-3, "公升": 1e-3, "ml": 1e-6, "毫升": 1e-6, "m3": 1.0, "立方米": 1.0, "立方": 1.0,
           "方": 1.0}
_BETWEEN = re.compile(r"[、;\n。|]|,(?!\d{3}(?!\d))|(?<!\d),")
_QUANTITY = re.compile(
    r"^(?P<name>.*?)[\s:x×*]*(?P<about>约|共|计|共计|各|不少于|至少)?\s*"
    r"(?P<low>\d+(?:,\d{3})*(?:\.\d+)?)(?:\s*[-~至到]\s*\d+(?:\.\d+)?)?\s*(?P<many>[万千百]?)\s*[余多]?\s*"
    r"(?P<unit>[^\d\s]*?[23]?)\s*(?:以上|左右|余|等)?$")
_FIRST = re.compile(r"^(?P<low>\d+(?:\.\d+)?)\s*(?P<unit>[a-zA-Z]+|[吨米台套条个只辆])\s*(?P<name>\D.*)$")
_JOINED = re.compile(
    r"^(?P<one>[^\d(](?:\([^()]*\)|[^()])*?\d\s*(?:t|吨|kg|公斤|千克|斤|米|m2|m3|m|条|个|只|台|套|辆|件|把|具)"
    r"(?:\([^()]*\))?)\s*(?P<other>[^\d\s/()].*\d.*)$", re.IGNORECASE)
"""Two items with nothing between them: a number and a unit, then a further item."""
_BRACKET = re.compile(r"\(([^()]*)\)")
_SPEC = re.compile(r"(?P<size>\d+(?:\.\d+)?)\s*(?P<unit>kg|公斤|千克|吨|t|克|g|升|l|m2|m3|米|m|平方米)"
                   r"(?:\s*[/每]\s*(?P<piece>[^\d\s/,)]+))?", re.IGNORECASE)
_MANY = {"": 1.0, "百": 1e2, "千": 1e3, "万": 1e4}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A piece of a list: its name, its number (None where there is none), the unit and the specification as written."""

    written: str
    name: str
    quantity: float | None
    unit: str
    spec: str = ""


def items_of(listed: str) -> tuple[Item, ...]:
    """The pieces of a list of items, in their order.

    Of a range the lower number is taken. Items that nothing stands between are taken apart too.
    ``编织袋、沙袋各500条`` gives both their 500.

    >>> [(i.name, i.quantity, i.unit) for i in items_of("粉末活性炭 8 t、PAC约2-3吨，编织袋8,000条")]
    [('粉末活性炭', 8.0, 't'), ('PAC', 2.0, '吨'), ('编织袋', 8000.0, '条')]
    """
    found: list[Item] = []
    bare = 0
    text = _BRACKET.sub(lambda b: re.sub("[、,;]", " ", b[0]), unicodedata.normalize("NFKC", listed))
    for part in _BETWEEN.split(text):
        if not (piece := part.strip().rstrip(".")):
            continue
        joined = _JOINED.match(piece)
        while joined and _QUANTITY.match(joined["one"]) and _QUANTITY.match(joined["other"]):
            found.append(_item(joined["one"])[0])
            piece, bare = joined["other"], 0
            joined = _JOINED.match(piece)
        item, each = _item(piece)
        found.append(item)
        if each and item.quantity is not None:
            start = len(found) - 1 - bare
            found[start:-1] = [replace(i, quantity=item.quantity, unit=item.unit) for i in found[start:-1]]
        bare = bare + 1 if item.quantity is None else 0
    return tuple(found)


def _item(piece: str) -> tuple[Item, bool]:
    """One piece, and whether its number is that of each of those named before."""
    spec, text = " ".join(b.strip() for b in _BRACKET.findall(piece)), _BRACKET.sub("", piece).strip()
    for pattern in (_QUANTITY, _FIRST):
        match = pattern.match(text)
        if match and match["name"].strip():
            parts = match.groupdict()
            many = _MANY[parts.get("many") or ""]
            return Item(written=piece, name=match["name"].strip(), quantity=float(match["low"].replace(",", "")) * many,
                        unit=match["unit"].strip(), spec=spec), parts.get("about") == "各"
    return Item(written=piece, name=text, quantity=None, unit="", spec=spec), False


def in_unit_of(material: Material, unit: str, spec: str, density: float | None) -> float | None:
    """What one of a written unit is in the unit of the material (kg, m, m2, m3 or one); None where nobody says.

    Parameters
    ----------
    material
        What is counted.
    unit
        As written: ``t``, ``公斤``, ``袋``, ``桶(25kg)``.
    spec
        What the list says beside it, such as ``25kg/袋``: the size of a bag counts only where this says it.
    density
        Of the product [kg/m³], for litres of what is weighed; None where not known.

    >>> from riverplan.reference.materials import find_material
    >>> in_unit_of(find_material("PAC"), "袋", "25kg/袋", None), in_unit_of(find_material("PAC"), "袋", "", None)
    (25.0, None)
    """
    word = fold(unit)
    if bracket := _BRACKET.search(word):
        spec, word = f"{bracket[1]} {spec}", word[:bracket.start()]
    if material.unit == "count":
        return 1.0 if word in PIECES or word in map(fold, material.pieces) else None
    direct = _measure(word, material.unit, density)
    if direct is not None:
        return direct
    for size in _SPEC.finditer(unicodedata.normalize("NFKC", spec)):
        piece = fold(size["piece"] or "")
        one = _measure(fold(size["unit"]), material.unit, density)
        if one is not None and word and not is_unit(word) and piece in ("", word):
            return float(size["size"]) * one
    return None


def _measure(word: str, base: str, density: float | None) -> float | None:
    """A unit of measure in the base unit."""
    if (known := unit_for(word, base)) is not None:
        return FILE_UNITS[known]
    if base == "kg" and word in _MASS_WORDS:
        return _MASS_WORDS[word]
    if base == "m" and word in _LENGTH_WORDS:
        return _LENGTH_WORDS[word]
    if base == "kg" and word in _LITRES:
        return None if density is None else _LITRES[word] * density
    return None

"""What lies in the stores: items of free text and rows of the list of supplies, in SI, by material.

A store's own rows count; its text counts for what no row of it names. What cannot be read is named with its mend.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from riverplan.errors import Problem
from riverplan.i18n import listed
from riverplan.planning.item_text import in_unit_of, items_of
from riverplan.reference import Substance, find_substance
from riverplan.reference.materials import Material, find_material, materials
from riverplan.river.network import RiverNetwork
from riverplan.river.sites import Material as Supply
from riverplan.river.sites import Store
from riverplan.tables.measures import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Something a measure needs.

    ``name`` is a ``material_id``, ``quantity`` counts in ``unit`` (kg, m, m2, m3, count). ``store_id`` is the store
    that gives it, empty where none was found or asked yet; ``short`` is what nobody brings in time.
    """

    name: str
    quantity: float
    unit: str
    store_id: str = ""
    short: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """One material in one store.

    Parameters
    ----------
    quantity
        In the unit of the material (:data:`riverplan.reference.materials.MATERIAL_UNITS`).
    written
        As the list has it.
    serves
        Other materials it can stand in for, with what one of it makes of them [-].
    expired
        Past its date on the day asked about: listed, but not counted on.
    source
        ``row`` of the list of supplies or ``items`` of the store.
    """

    store_id: str
    material_id: str
    quantity: float
    written: str
    serves: Mapping[str, float] = field(default_factory=dict)
    expired: bool = False
    expires_on: str = ""
    source: str = "items"

    def worth(self, material_id: str) -> float:
        """What one of it makes of a material: 1 for its own, 0 where it cannot stand in."""
        return 1.0 if material_id == self.material_id else self.serves.get(material_id, 0.0)


def covered(material_id: str, quantity: float, stocks: Iterable[Stock]) -> float:
    """The share of a quantity that all stocks together hold, up to 1; what has expired counts for nothing."""
    held = sum(s.quantity * s.worth(material_id) for s in stocks if not s.expired)
    return 1.0 if quantity <= 0 else min(held / quantity, 1.0)


def read_stocks(river: RiverNetwork, *, on: date | None = None) -> tuple[tuple[Stock, ...], tuple[Problem, ...]]:
    """Everything in the stores of a river that is a known material in a known unit, and all that is not.

    Parameters
    ----------
    river
        Its stores and supplies.
    on
        The day that dates of expiry are held against; None judges none.

    Returns
    -------
    tuple
        The stocks, and notes: unknown materials and units, missing numbers, unknown stores, what has expired,
        what text and rows say differently.
    """
    stores = [r for r in river.resources if isinstance(r, Store)]
    problems: list[Problem] = []
    rows: dict[str, list[Stock]] = {s.resource_id: [] for s in stores}
    for supply in (r for r in river.resources if isinstance(r, Supply)):
        store = _store_of(supply, stores)
        if isinstance(store, Problem):
            problems.append(store)
            continue
        stock = _stock(store, supply.name, supply.quantity, supply.unit, supply.spec, source="row",
                       expires_on=supply.expires_on, on=on)
        if isinstance(stock, Problem):
            problems.append(stock)
        else:
            rows[store.resource_id].append(stock)
    found: list[Stock] = []
    for store in stores:
        own = rows[store.resource_id]
        found += own
        by_text = []
        for item in items_of(store.items):
            stock = _stock(store, item.name, item.quantity, item.unit, item.spec, source="items", written=item.written)
            if isinstance(stock, Stock):
                by_text.append(stock)
            elif not any(fold(item.name) == fold(r.name) for r in river.resources
                         if isinstance(r, Supply) and fold(r.store) == fold(store.name)):
                problems.append(stock)                         # a row of this name has said it already
        listed_ids = {s.material_id for s in own}
        found += [s for s in by_text if s.material_id not in listed_ids]
        problems += _differing(store, own, by_text)
    if bad := [s for s in found if s.expired]:
        problems.append(Problem(code="stock_expired", severity="warning", fields={
            "items": listed(f"{s.written} ({s.store_id}, {s.expires_on})" for s in bad)}))
    if bare := [s for s in found if materials()[s.material_id].serves and not materials()[s.material_id].substance
                and materials()[s.material_id].kind == "reagent"]:
        problems.append(Problem(code="stock_form_unstated", severity="note", fields={
            "items": listed(f"{s.written} ({s.store_id})" for s in bare)}))
    return tuple(found), tuple(problems)


def _store_of(supply: Supply, stores: Sequence[Store]) -> Store | Problem:
    """The store a row of supplies lies in, by its word for it."""
    said = {"item": supply.name, "store": supply.store or "—"}
    named = [s for s in stores if supply.store and fold(supply.store) in (fold(s.name), fold(s.resource_id))]
    near = [s for s in named if s.county == supply.county] if len(named) > 1 else named
    if len(near) == 1:
        return near[0]
    return Problem(code="stock_store_twice" if named else "stock_store_unknown", severity="warning", fields=said)


def _stock(store: Store, name: str, quantity: float | None, unit: str, spec: str, *, source: str, written: str = "",
           expires_on: str = "", on: date | None = None) -> Stock | Problem:
    """One item in SI, or what keeps it from being read."""
    said = {"item": written or name, "store": store.name or store.resource_id}
    material = find_material(f"{name}({spec})" if spec else name)
    if quantity is None:
        return Problem(code="stock_no_quantity", severity="warning", fields=said)
    if material is None:
        return Problem(code="stock_material_unknown", severity="warning", fields=said)
    product = _product(material, f"{name} {spec}")
    one = in_unit_of(material, unit, spec, product.density if product else None)
    if one is None:
        return Problem(code="stock_unit_unknown", severity="warning", fields={
            **said, "unit": unit or "—", "base": "" if material.unit == "count" else material.unit, "material": {
                "zh": material.name, "en": material.name_en}})
    return Stock(store_id=store.resource_id, material_id=material.material_id, quantity=quantity * one,
                 written=written or f"{name}{quantity:g}{unit}", serves=_serves(material, product),
                 expired=_past(expires_on, on), expires_on=expires_on, source=source)


def _product(material: Material, name: str) -> Substance | None:
    """The product of a stock, with the strength written beside its name where there is one."""
    usual = material.chemistry
    if usual is None:
        return None
    written = find_substance(name)
    return written if written.name == usual.name else usual


def _serves(material: Material, product: Substance | None) -> dict[str, float]:
    """What one of a material makes of those it can stand in for: by their strengths where they are chemicals."""
    found = {}
    for other in material.serves:
        usual = materials()[other].chemistry
        found[other] = 1.0 if product is None or usual is None else (
            product.strength * product.equivalents / (usual.strength * usual.equivalents))
    return found


def _past(expires_on: str, on: date | None) -> bool:
    """Whether a date of a list lies before a day; one that is no date is not past."""
    if on is None or not expires_on:
        return False
    try:
        return date.fromisoformat(expires_on[:10]) < on
    except ValueError:
        return False


def _differing(store: Store, rows: Sequence[Stock], by_text: Sequence[Stock]) -> list[Problem]:
    """Where the text of a store and its rows say different amounts of the same material."""
    found = []
    for material_id in dict.fromkeys(s.material_id for s in by_text):
        one, other = (sum(s.quantity for s in many if s.material_id == material_id) for many in (rows, by_text))
        if any(s.material_id == material_id for s in rows) and abs(one - other) > 1e-6 * max(one, other):
            material = materials()[material_id]
            found.append(Problem(code="stock_two_amounts", severity="warning", fields={
                "store": store.name or store.resource_id, "rows": f"{one:g}", "text": f"{other:g}",
                "unit": "" if material.unit == "count" else material.unit,
                "material": {"zh": material.name, "en": material.name_en}}))
    return found

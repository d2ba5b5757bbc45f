"""Items of supplies, a row each, and the stores they lie in: grouped for the map, kept as rows."""

from collections.abc import Mapping, Sequence

from riverplan.errors import Problem
from riverplan.tables.cells import text_of
from riverplan.tables.measures import fold
from riverplan.tables.rows import Row
from riverplan.tables.schema import tables

_SHARED = ("lon", "lat", "county", "phone", "source", "verified_on")


def group_items(rows: Mapping[str, list[Row]]) -> tuple[Problem, ...]:
    """Give each store the items that lie in it, in place; make the stores that no list names.

    A store of the list of stores that says its items itself keeps what it says.
    """
    stores = {fold(str(row["name"])): row for row in rows["store"] if row["name"]}
    groups: dict[str, list[Row]] = {}
    for row in rows["material"]:
        if row["store"]:
            groups.setdefault(fold(row["store"]), []).append(row)
    problems = []
    for key, items in groups.items():
        known, first = stores.get(key), items[0]
        if known is None:
            made: Row = dict.fromkeys(f.name for f in tables()["store"].fields)
            made |= {name: _shared(items, name) for name in _SHARED}
            made |= {"name": first["store"], "items": _listed(items), "remark": "", "file": first["file"],
                     "sheet": first["sheet"], "row": first["row"]}
            rows["store"].append(made)
        elif not known["items"]:
            known["items"] = _listed(items)
        else:
            continue
        problems.append(Problem(code="store_of_items" if known is None else "store_items_filled", severity="note",
                                file=first["file"], sheet=first["sheet"], row=first["row"],
                                fields={"store": first["store"], "count": len(items)}))
    return tuple(problems)


def _shared(items: Sequence[Row], name: str) -> object:
    """The value all rows agree on; None where they differ."""
    values = {row[name] for row in items if row[name] is not None}
    return values.pop() if len(values) == 1 else None


def _listed(items: Sequence[Row]) -> str:
    """The items as a duty officer reads them: 围油栏500m、活性炭2t."""
    return "、".join(f"{row['name']}{'' if row['quantity'] is None else text_of(row['quantity'])}{row['unit'] or ''}"
                    for row in items)

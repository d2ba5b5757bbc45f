"""Recognising published river networks by their columns, and the columns of any file that link its lines."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from riverplan.i18n import Lang, pick
from riverplan.tables.heads import Column
from riverplan.tables.measures import fold
from riverplan.tables.schema import reach_table

CUBIC_FOOT = 0.3048**3
"""One cubic foot [m³]: NHDPlus gives discharges in cubic feet per second."""
TOPOLOGY = ("topo_id", "topo_down", "topo_from", "topo_to")
"""Columns of :class:`riverplan.tables.lines.Lines` that link lines; texts, empty where nothing is known."""
_NODES = (("fnode_", "tnode_"), ("fnode", "tnode"), ("from_node", "to_node"), ("fromnode", "tonode"),
          ("node_from", "node_to"), ("起点编号", "终点编号"), ("起始节点", "终止节点"), ("上游节点", "下游节点"))
_DOWN = ("next_down", "nextdown", "nextdownid", "next_down_id", "tolink", "to_link", "tocomid", "toid", "to_id",
         "downid", "down_id", "ds_id", "dslinkno", "下游河段", "下游河段编号", "下游编号")
_NO_ROW = frozenset({"", "0", "-1", "-9999", "nan", "none", "<na>"})


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownNetwork:
    """A published network, or just the linking columns of a file.

    Parameters
    ----------
    key
        Its section in ``known_networks.toml``; empty for a file that only has linking columns.
    zh, en
        Its name.
    id, down, tail, head
        Columns of the row's id, the id of the row below, and its two nodes; empty where there is none.
    attribution
        Who must be named.
    fields
        Our field → their column and its unit.
    cfs
        Our field → their column, in cubic feet per second.
    modelled
        Our fields whose values a model computed.
    kind_column, kinds
        Column of the kind of water, and our kind by the beginning of its value.
    """

    key: str = ""
    zh: str = ""
    en: str = ""
    id: str = ""
    down: str = ""
    tail: str = ""
    head: str = ""
    attribution: str = ""
    fields: Mapping[str, tuple[str, str]]
    cfs: Mapping[str, str]
    modelled: tuple[str, ...] = ()
    kind_column: str = ""
    kinds: Mapping[str, str]

    def name(self, lang: Lang) -> str:
        """The network's name."""
        return pick(lang, self.zh, self.en)

    @property
    def links(self) -> bool:
        """Whether it says which line flows into which."""
        return bool(self.down or (self.tail and self.head))


@cache
def known_networks() -> Mapping[str, Mapping[str, Any]]:
    """The declared networks, by key."""
    text = files("riverplan.tables").joinpath("known_networks.toml").read_text(encoding="utf-8")
    return MappingProxyType(tomllib.loads(text))


def recognise(names: Sequence[str]) -> KnownNetwork | None:
    """The network whose columns these are; one with linking columns only where none is known; else None.

    Parameters
    ----------
    names
        Column names as the file has them.
    """
    own = {fold(n): n for n in reversed(names)}
    for key, row in known_networks().items():
        if all(fold(n) in own for n in row["needs"]):
            def column(name: str, row: Mapping[str, Any] = row) -> str:
                return own.get(fold(row[name]), "") if row.get(name) else ""

            fields = {f: (own[fold(c)], unit) for f, written in row.get("fields", {}).items()
                      for c, _, unit in (written.partition("@"),) if fold(c) in own}
            cfs = {f: own[fold(c)] for f, c in row.get("cfs", {}).items() if fold(c) in own}
            return KnownNetwork(
                key=key, zh=row["zh"], en=row["en"], id=column("id"), down=column("down"), tail=column("from"),
                head=column("to"), attribution=row.get("attribution", ""),
                fields=fields, cfs=cfs, modelled=tuple(row.get("modelled", ())),
                kind_column=column("kind_column"), kinds=row.get("kinds", {}))
    nodes = next(((own[a], own[b]) for a, b in _NODES if a in own and b in own), ("", ""))
    down = next((own[d] for d in _DOWN if d in own), "")
    if not (nodes[0] or down):
        return None
    return KnownNetwork(tail=nodes[0], head=nodes[1], down="" if nodes[0] else down, fields={}, cfs={}, kinds={})


def known_columns(known: KnownNetwork, names: Sequence[str]) -> dict[str, Column]:
    """The columns a known network has for our fields, by field."""
    table = reach_table()
    written = {**known.fields, **({"source_id": (known.id, "")} if known.id else {})}
    return {f: Column(index=names.index(column), field=table.field(f), unit=unit, head=column)
            for f, (column, unit) in written.items()}


def kinds_of(known: KnownNetwork, values: pd.Series) -> pd.Series:
    """Our kinds of reach for the values of the network's kind column; empty where none is meant."""
    order = sorted(known.kinds, key=len, reverse=True)
    kinds = {v: next((known.kinds[k] for k in order if v.startswith(k)), "") for v in pd.unique(id_texts(values))}
    return id_texts(values).map(kinds)


def links_of(known: KnownNetwork, frame: pd.DataFrame, ids: pd.Series) -> pd.DataFrame:
    """The linking columns under our names (:data:`TOPOLOGY`), as texts.

    Parameters
    ----------
    known
        What :func:`recognise` found.
    frame
        The file's columns.
    ids
        The id of each line as read, used where the network names no id column.
    """
    blank = pd.Series("", index=frame.index, dtype=object)
    columns = {"topo_id": id_texts(frame[known.id]) if known.id else id_texts(ids)}
    for ours, theirs in zip(TOPOLOGY[1:], (known.down, known.tail, known.head), strict=True):
        value = id_texts(frame[theirs]) if theirs else blank
        columns[ours] = value.where(~value.isin(_NO_ROW), "")
    return pd.DataFrame(columns, index=frame.index)


def id_texts(values: pd.Series) -> pd.Series:
    """Ids as texts: whole numbers without ``.0``, missing ones empty."""
    if pd.api.types.is_numeric_dtype(values):
        number = values.to_numpy(np.float64, na_value=np.nan)
        whole = np.isfinite(number) & (number == np.round(number)) & (np.abs(number) < 2**53)
        texts = np.full(number.size, "", object)
        texts[whole] = [str(int(v)) for v in number[whole]]
        odd = np.isfinite(number) & ~whole
        texts[odd] = [repr(float(v)) for v in number[odd]]
        return pd.Series(texts, index=values.index, dtype=object)
    return values.map(lambda v: "" if v is None or v != v else str(v).strip().removesuffix(".0")).astype(object)  # noqa: PLR0124

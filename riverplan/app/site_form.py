"""Widgets for the fields of a site, made from the columns its list declares."""

import math
from typing import Any

import streamlit as st

from riverplan.i18n import Lang, text
from riverplan.river.sites import Site
from riverplan.tables.measures import shown
from riverplan.tables.schema import Field, tables
from riverplan.units import FILE_UNITS

FOUND = frozenset({"site_id", "lon", "lat", "river", "river_km", "reach_id", "chainage", "offset", "bank", "node_id"})
"""Fields the position gives, or the import."""
FIRST = 5
"""So many fields stand open; the rest is folded away."""


def site_fields(site: Site, lang: Lang) -> dict[str, Any]:
    """Draw the widgets and give the values [SI] by field."""
    fields = [f for f in tables()[site.kind].fields if f.name not in FOUND]
    order = sorted(fields, key=lambda f: f.name in ("source", "verified_on", "note", "county", "township"))
    values = {f.name: _widget(f, site, lang) for f in order[:FIRST]}
    with st.expander(text("app_site.more", lang)):
        values |= {f.name: _widget(f, site, lang) for f in order[FIRST:]}
    return values


def _widget(field: Field, site: Site, lang: Lang) -> Any:
    old, key = getattr(site, field.name), f"site-{site.site_id}-{field.name}-{lang}"
    head = field.head(lang) + (f"（{shown(field.unit)}）" if shown(field.unit) else "")
    note = field.note(lang) or None
    if field.type == "choice":
        codes = ["", *(c.code for c in field.choices)]
        labels = {c.code: c.label(lang) for c in field.choices}
        codes += [old] if old and old not in codes else []
        return st.selectbox(head, codes, index=codes.index(old or ""), key=key, help=note,
                            format_func=lambda c: labels.get(c, c) or text("app_form.none", lang)) or ""
    if field.type == "boolean":
        return st.checkbox(head, value=bool(old), key=key, help=note)
    if field.type in ("number", "integer"):
        unit = FILE_UNITS[field.unit]
        known = None if old is None or not math.isfinite(old) else old / unit
        given = st.number_input(head, value=known, min_value=field.minimum, max_value=field.maximum, key=key,
                                help=note, format="%g")
        if given is None or given == known:
            return None if given is None else old            # an untouched value keeps every digit
        return round(given * unit) if field.type == "integer" else given * unit
    return st.text_input(head, value=str(old or ""), key=key, help=note).strip()

"""Walking through what an import has to say: one finding at a time, the next one, or any by its words."""

import streamlit as st

from riverplan.app import drawing, import_state
from riverplan.exporting.report_rows import ReportRow
from riverplan.i18n import Lang, text
from riverplan.river.counting import counts_of
from riverplan.river.network import RiverNetwork

_WORDS = 60
"""Characters of a finding shown in the list of all."""


def counts_line(river: RiverNetwork, found: tuple[ReportRow, ...], lang: Lang) -> str:
    """What the draft holds, how many findings there are, and what became of the rows that came in."""
    severity = [r.severity for r in found]
    words = text("app_import.counts", lang, reaches=len(river.reaches), km=float(river.reaches["length"].sum()) / 1000,
                 sites=len(river.sites), errors=severity.count("error"), warnings=severity.count("warning"),
                 notes=severity.count("note"))
    counts = counts_of(river)
    sums = {name: sum(getattr(c, name) for c in counts) for name in ("read", "kept", "merged")}
    lost = sum(n for c in counts for n in c.dropped.values())
    return f"{words}　{text('app_import.sifted', lang, lost=lost, **sums)}"


def walk(found: tuple[ReportRow, ...], lang: Lang) -> int | None:
    """The finding being looked at, in words with its mend; its index, None where there is none."""
    if not found:
        return None
    at = min(import_state.finding(), len(found) - 1)
    sites = [str(r.fields.get("id", "")) if r.code.startswith("site_") else "" for r in found]
    back, on, all_of_them = st.columns([1, 1, 8], vertical_alignment="bottom")
    for place, name, step in ((back, "previous", -1), (on, "next", 1)):
        to = (at + step) % len(found)
        place.button(text(f"app_import.{name}", lang), key=f"finding_{name}", on_click=import_state.set_finding,
                     args=(to, sites[to]), width="stretch")
    key = f"finding {at} {len(found)} {lang}"
    all_of_them.selectbox(
        text("app_import.finding", lang, count=len(found)), range(len(found)), index=at, key=key,
        on_change=import_state.pick_finding, args=(key, sites),
        format_func=lambda i: f"{i + 1}. {drawing.severity_mark(found[i].severity)} {found[i].what[:_WORDS]}")
    st.html(drawing.finding(found[at]))
    return at

"""What the columns of uploaded lists mean: a person says it sheet by sheet, and it is remembered for tables alike."""

from collections.abc import Mapping, Sequence

import streamlit as st

from riverplan.app import drawing, state
from riverplan.app.desk import desk
from riverplan.app.import_draft import Draft, sheets
from riverplan.errors import InputError, Problem
from riverplan.i18n import LANGS, Lang, text
from riverplan.tables.mappings import remember
from riverplan.tables.schema import tables
from riverplan.tables.sheets import Source, taken_as
from riverplan.tables.template import head_of


def columns_form(draft: Draft, unread: Sequence[Problem], lang: Lang) -> None:
    """Draw the form where there are sheets; it stands open while no column of any is understood.

    Parameters
    ----------
    draft
        The draft, also one that cannot be imported.
    unread
        Why what was said before is not used.
    lang
        Language of the words.
    """
    found = sheets(draft.lists, draft.mapped)
    if not found and not unread:
        return
    count = sum(map(doubts, found))
    title = text("app_import.columns_open", lang, count=count) if count else text("app_import.columns", lang)
    with st.expander(title, expanded=bool(unread) or not any(any(s.columns.values()) for s in found)):
        if unread:
            st.html(drawing.problems(unread, lang))
        if found:
            _sheet(found, " ".join((*draft.lists, draft.mapped[1], lang)), lang)


def doubts(source: Source) -> int:
    """How much a person has to say of a sheet: each head not understood, or which list it is."""
    return len(source.unknown) if source.kind else 1


def said(source: Source, kind: str, chosen: Mapping[str, str]) -> dict[str, str]:
    """What is worth remembering of a person's choices: all that the heads would not say by themselves.

    Parameters
    ----------
    source, kind
        The sheet, and the list it is.
    chosen
        Field by head as chosen; empty where a column is left out.

    Raises
    ------
    InputError
        If several columns are to be the same field.
    """
    table = tables()[kind]
    heads: dict[str, list[str]] = {}
    for head, field in chosen.items():
        if field:
            heads.setdefault(field, []).append(head)
    problems = [Problem(code="map_twice", file=source.file, sheet=source.sheet,
                        fields={"heads": "、".join(same),
                                "field": {lang: table.field(field).head(lang) for lang in LANGS}})
                for field, same in heads.items() if len(same) > 1]
    if problems:
        raise InputError(problems)
    plain = taken_as(source, kind)
    return {h: f for h, f in chosen.items() if h in plain.unknown or f != plain.columns.get(h, "")}


def _sheet(found: Sequence[Source], turn: str, lang: Lang) -> None:
    """One sheet: which list it is, what each column is. ``turn`` changes where the widgets must begin anew."""
    order = sorted(range(len(found)), key=lambda i: not doubts(found[i]))
    at = st.selectbox(text("app_import.columns_sheet", lang), order, key=f"columns sheet {turn}",
                      format_func=lambda i: f"{'? ' if doubts(found[i]) else ''}{_label(found[i])}")
    source = found[at]
    turn = f"{turn} {at}"
    kinds = [*tables()] if source.kind else ["", *tables()]
    kind = st.selectbox(text("app_import.columns_kind", lang), kinds, index=kinds.index(source.kind),
                        key=f"columns kind {turn}", format_func=lambda k: (
                            tables()[k].name(lang) if k else text("app_import.columns_kind_none", lang)))
    if not kind:
        st.html(drawing.note(text("app_import.columns_say", lang)))
        for head in source.heads:
            st.html(drawing.column_head(head, doubtful=True))
        return
    shown = source if kind == source.kind else taken_as(source, kind)
    chosen = _choices(shown, f"{turn} {kind}", lang)
    if st.button(text("app_import.columns_save", lang), key="columns_save", type="primary", width="stretch"):
        _remember(source, kind, chosen, lang)


def _choices(source: Source, turn: str, lang: Lang) -> dict[str, str]:
    """A row a head, those not understood first; field by head as chosen."""
    chosen = {}
    for name, heads in (("unknown", [*source.unknown]), ("known", [*source.columns])):
        if heads:
            st.html(drawing.hint_small(text(f"app_import.columns_{name}", lang)))
        for head in heads:
            chosen[head] = _choice(source, head, f"{turn} {head}", lang)
    if apart := [h for h in source.heads if h not in chosen]:
        st.html(drawing.note(text("app_import.columns_apart", lang, heads="、".join(apart))))
    return chosen


def _choice(source: Source, head: str, key: str, lang: Lang) -> str:
    table = tables()[source.kind]
    likely = source.unknown.get(head, ())
    fields = ["", *dict.fromkeys((*likely, *(f.name for f in table.fields)))]
    left, right = st.columns([2, 3], vertical_alignment="center")
    left.html(drawing.column_head(head, doubtful=head in source.unknown))
    field = right.selectbox(head, fields, index=fields.index(source.columns.get(head, "")), key=f"column {key}",
                            label_visibility="collapsed", format_func=lambda f: (
                                head_of(table.field(f), lang) if f else text("app_import.columns_leave", lang)))
    return str(field)


def _remember(source: Source, kind: str, chosen: Mapping[str, str], lang: Lang) -> None:
    try:
        remember(desk().mappings, source.key, said(source, kind, chosen), kind=kind)
    except InputError as error:
        st.html(drawing.problems(error.problems, lang))
        return
    state.say(text("app_import.columns_saved", lang, sheet=_label(source)))
    st.rerun()


def _label(source: Source) -> str:
    return " · ".join(filter(None, (source.file, source.sheet)))

"""Chapters one to five: purpose and basis, the river, who is to be protected, what may spill, where it can be held."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from riverplan.exporting.strategy_paper import Align, Paper
from riverplan.exporting.strategy_subject import SEASONS, Subject
from riverplan.exporting.strategy_words import NOTHING, amount, choice, figures, flow_basis, material, tenth, wan
from riverplan.forecasting.table import flow_name, significant
from riverplan.planning.usable_space import UsableSpace
from riverplan.river.naming import river_kilometre, site_name
from riverplan.river.sites import Boundary, Intake, Mechanism, RiskSource, Section, Site, Space, Town
from riverplan.tables.schema import tables
from riverplan.units import HOUR, km

BASIS = ("law:memory", "119:found", "order17:found", "transboundary:found", "sources:found", "supplies:found",
         "regional:memory", "hj589:found", "gb3838:found", "nanyang:memory")
"""Documents a plan rests on, each with how sure its number is: seen in a source, or from memory."""
Said = tuple[str, float, Align, Callable[[Any], str]]
"""A column of a list: key of its head, width [mm], how it is set, and what it says of a site."""
WORKS = ("reservoir", "gate_dam", "hydropower_dam_type", "hydropower_diversion_type")


def write_general(paper: Paper, subject: Subject, *, version: str, dated: str) -> None:
    """一、总则."""
    river = subject.river
    paper.chapter("general")
    paper.part(paper.word("purpose"))
    paper.line(paper.word("purpose_words"))
    paper.part(paper.word("basis"))
    paper.line(paper.word("basis_words"))
    for number, entry in enumerate(BASIS, 1):
        key, _, sure = entry.partition(":")
        paper.line(paper.word("basis_line", number=number, words=paper.word(f"basis_{key}"),
                              sure=paper.word(f"sure_{sure}")))
    own = [r for r in river.resources if isinstance(r, Mechanism)]
    for number, rule in enumerate(own, len(BASIS) + 1):
        paper.line(paper.word("basis_line", number=number, words=f"{rule.name} {rule.number}".strip(),
                              sure=paper.word("sure_list")))
    if not own:
        paper.line(paper.gap(paper.word("what_local_rules")))
    paper.part(paper.word("scope"))
    lengths = river.reaches["length"].to_numpy(np.float64)
    counties = paper.listed(dict.fromkeys(s.county for s in river.sites if s.county))
    paper.line(paper.word("scope_words", river=river.name, count=len(river.reaches),
                          length=f"{km(float(lengths.sum())):.0f}",
                          counties=counties or paper.gap(paper.word("what_counties"))))
    paper.part(paper.word("edition"))
    dates = sorted({s.verified_on for s in river.sites if s.verified_on})
    paper.line(paper.word("edition_words", version=paper.known(version, paper.word("what_version")),
                          dated=paper.known(dated, paper.word("what_dated")),
                          verified=f"{dates[0]}–{dates[-1]}" if dates else paper.gap(paper.word("what_verified")),
                          digest=river.digest[:12], software=subject.plan.version))
    paper.line(paper.word("edition_sure"))


def write_basin(paper: Paper, subject: Subject) -> None:
    """二、流域概况."""
    river, lang = subject.river, paper.lang
    paper.chapter("basin")
    paper.part(paper.word("waters"))
    frame = river.reaches
    rows = []
    for name in dict.fromkeys(n for n in frame["name"] if n):
        own = frame[frame["name"] == name]
        area = own["drainage_area"].to_numpy(np.float64)
        rows.append([str(name), str(len(own)), f"{km(float(own['length'].sum())):.1f}",
                     f"{np.nanmax(area) / 1e6:,.0f}" if np.isfinite(area).any()
                     else paper.cell("", paper.word("what_area"), str(name)),
                     paper.listed(dict.fromkeys(c for c in own["water_class"] if c)) or NOTHING])
    paper.table(paper.columns(("river", 44), ("reaches", 18, "right"), ("length", 24, "right"),
                              ("area", 44, "right"), ("class", 26, "center")), rows, paper.word("table_waters"))
    paper.part(paper.word("seasons"))
    paper.line(paper.word("seasons_words"))
    at = river.reach_row[subject.plan.spill.reach_id]
    rows = []
    for name in SEASONS:
        flow = river.scenarios.get(name)
        value = float(flow.discharge[at]) if flow is not None else np.nan
        rows.append([flow_name(name, lang), significant(value) if np.isfinite(value)
                     else paper.gap(paper.word("what_flow"), flow_name(name, lang)),
                     flow_basis(str(flow.discharge_source[at]), paper.lang) if flow is not None else NOTHING,
                     (flow.source if flow is not None else "") or NOTHING])
    paper.table(paper.columns(("season", 24, "center"), ("flow", 40, "right"), ("rests", 34), ("source", 58)),
                rows, paper.word("table_seasons"))
    paper.part(paper.word("works"))
    works = [s for s in river.sites if isinstance(s, Space) and s.category in WORKS]
    if not works:
        paper.line(paper.gap(paper.word("what_works")))
        return
    _sites(paper, subject, works, [
        ("kind", 26, "left", lambda s: choice("space", "category", s.category, lang)),
        ("volume", 26, "right", lambda s: _volume(paper, s.total_volume, s)),
        ("orders", 34, "left", lambda s: paper.cell(s.dispatch_authority, paper.word("what_authority"), s.site_id)),
        ("phone", 30, "left", lambda s: _phone(paper, s))], paper.word("table_works"))


def _volume(paper: Paper, value: float | None, site: Site) -> str:
    return paper.cell(None if value is None else wan(value), paper.word("what_volume"), site.site_id)


def _phone(paper: Paper, site: Any) -> str:
    return paper.cell(getattr(site, "control_phone", "") or site.phone, paper.word("what_phone"), site.site_id)


def write_receptors(paper: Paper, subject: Subject) -> None:
    """三、环境敏感目标."""
    river, lang = subject.river, paper.lang
    paper.chapter("receptors")
    paper.line(paper.word("receptors_words"))
    kinds: list[tuple[str, type[Site], list[Said]]] = [
        ("intake", Intake, [
            ("kind", 22, "left", lambda s: choice("intake", "category", s.category, lang) or NOTHING),
            ("county", 24, "left", lambda s: paper.cell(s.county, paper.word("what_county"), s.site_id)),
            ("people", 18, "right", lambda s: NOTHING if s.population is None and s.category in ("farm", "industrial")
             else paper.cell(None if s.population is None else f"{s.population:,}", paper.word("what_population"),
                             s.site_id)),
            ("tank", 18, "right", lambda s: NOTHING if s.clear_water_tank is None and s.category == "farm"
             else paper.cell(None if s.clear_water_tank is None else f"{s.clear_water_tank / HOUR:.1f}",
                             paper.word("what_tank"), s.site_id)),
            ("phone", 28, "left", lambda s: _phone(paper, s))]),
        ("boundary", Boundary, [
            ("kind", 26, "left", lambda s: choice("boundary", "category", s.category, lang) or NOTHING),
            ("county", 40, "left", lambda s: paper.cell(s.county, paper.word("what_county"), s.site_id)),
            ("phone", 34, "left", lambda s: _phone(paper, s))]),
        ("section", Section, [
            ("kind", 30, "left", lambda s: choice("section", "category", s.category, lang) or NOTHING),
            ("class", 20, "center", lambda s: paper.cell(s.water_class, paper.word("what_class"), s.site_id)),
            ("auto", 24, "center", lambda s: paper.word("yes" if s.automatic else "no"))]),
        ("town", Town, [
            ("county", 40, "left", lambda s: paper.cell(s.county, paper.word("what_county"), s.site_id)),
            ("people", 30, "right", lambda s: paper.cell(None if s.population is None else f"{s.population:,}",
                                                       paper.word("what_residents"), s.site_id))])]
    for kind, of, columns in kinds:
        name = tables()[kind].name(lang)
        paper.part(name)
        listed = [s for s in river.sites if isinstance(s, of)]
        if listed:
            _sites(paper, subject, listed, columns, paper.word("table_list", name=name))
        else:
            paper.line(paper.gap(paper.word("what_list", name=name)))
    paper.line(paper.word("on_map"))


def write_sources(paper: Paper, subject: Subject) -> None:
    """四、环境风险源."""
    river, lang = subject.river, paper.lang
    paper.chapter("sources")
    listed = [s for s in river.sites if isinstance(s, RiskSource)]
    if not listed:
        paper.line(paper.gap(paper.word("what_list", name=tables()["risk_source"].name(lang))))
        return
    paper.line(paper.word("sources_words", count=len(listed)))
    _sites(paper, subject, listed, [
        ("kind", 24, "left", lambda s: choice("risk_source", "category", s.category, lang) or NOTHING),
        ("level", 18, "center", lambda s: choice("risk_source", "level", s.level, lang) or NOTHING),
        ("substances", 30, "left", lambda s: paper.cell(s.substances, paper.word("what_substances"), s.site_id)),
        ("storage", 18, "right", lambda s: paper.cell(
            None if s.max_storage is None else figures(s.max_storage / 1000.0), paper.word("what_storage"),
            s.site_id)),
        ("phone", 28, "left", lambda s: _phone(paper, s))], paper.word("table_sources"))
    if subject.chosen:
        rows = [[str(n), f"{s.site.site_id} {site_name(river, s.site, lang)}", s.spill.substance,
                 amount(s.spill.mass or 0.0, "kg", lang), f"{s.people:,}", str(s.intakes),
                 tenth(s.earliest, "down") if np.isfinite(s.earliest) else NOTHING]
                for n, s in enumerate((subject.chosen, *subject.leading), 1)]
        paper.table(paper.columns(("number", 10, "center"), ("place", 48), ("substance", 22), ("mass", 22, "right"),
                                  ("people_hit", 22, "right"), ("intakes_hit", 16, "right"), ("first_h", 16, "right")),
                    rows, paper.word("table_gravest", flow=flow_name(subject.plan.scenario.name, lang)))
        paper.line(paper.word("gravest_words"), "Plain Text")
    paper.line(paper.word("on_map"))


def write_spaces(paper: Paper, subject: Subject) -> None:
    """五、环境应急空间与设施: what each is, how it is used, who works it with what."""
    paper.chapter("spaces")
    made, lang = subject.plan, paper.lang
    listed = [s for s in subject.river.sites if isinstance(s, Space)]
    found = [s for s in made.spaces if not s.listed]
    paper.line(paper.word("spaces_words", listed=len(listed)))
    if found:
        paper.line(paper.word("spaces_found", found=len(found)))
    usable = {s.space_id: s for s in made.spaces}
    rows = []
    for site in listed:
        space = usable.get(site.site_id)
        use = paper.known(site.instruction, paper.word("what_instruction"), site.site_id)
        who = "\n".join([paper.known(site.dispatch_authority or site.owner, paper.word("what_authority"), site.site_id),
                         site.operator, _phone(paper, site)])
        rows.append([f"{site.site_id}\n{site_name(subject.river, site, lang)}\n{_where(paper, subject, site)}",
                     f"{choice('space', 'category', site.category, lang)}\n{site.functions}",
                     _capacity(paper, space, site), use + _material(paper, space), who.replace("\n\n", "\n")])
    rows += [[f"{paper.word('candidate')}\n{s.name}", f"{choice('space', 'category', s.category, lang)}",
              _capacity(paper, s, None), paper.word("candidate_use") + _material(paper, s),
              paper.gap(paper.word("what_authority"), s.name or s.space_id)] for s in found]
    if not rows:
        paper.line(paper.gap(paper.word("what_list", name=tables()["space"].name(lang))))
        return
    paper.table(paper.columns(("place", 34), ("functions", 26), ("capacity", 28), ("use", 38),
                              ("who", 30)), rows, paper.word("table_spaces"))
    paper.line(paper.word("spaces_sure"), "Plain Text")


def _capacity(paper: Paper, space: UsableSpace | None, site: Space | None) -> str:
    """Free volume and closing time with what each rests on; the listed volume where the plume does not come."""
    name = site.site_id if site else space.name or space.space_id if space else ""
    if space is None:
        listed = site.usable_volume if site and site.usable_volume is not None else site.total_volume if site else None
        return paper.word("not_reached") + ("\n" + wan(listed) + paper.word("wan") if listed else "")
    lines = [paper.gap(paper.word("what_free"), name) if space.free_volume is None else paper.word(
        "free", volume=wan(space.free_volume), basis=paper.word(f"volume_{space.volume_basis}"))]
    if space.close_time is not None:
        lines.append(paper.word("closing", hours=tenth(space.close_time, "up"),
                                basis=paper.word(f"time_{space.close_basis}")))
    elif space.functions & {"hold", "cut"}:
        lines.append(paper.gap(paper.word("what_closing"), name))
    return "\n".join(lines)


def _material(paper: Paper, space: UsableSpace | None) -> str:
    """The earthwork of a dam."""
    if space is None or space.dam is None:
        return ""
    dam = space.dam
    return "\n" + paper.word("dam", bags=f"{dam.bags:,}", bag=material("empty_bag", paper.lang),
                             volume=f"{dam.volume:,.0f}", hours=tenth(dam.excavator_time, "up"), trips=dam.lorry_trips)


def _where(paper: Paper, subject: Subject, site: Site) -> str:
    far = river_kilometre(subject.river, site)
    return paper.word("river_km", km=f"{km(far):.1f}") if np.isfinite(far) else ""


def _sites(paper: Paper, subject: Subject, sites: Sequence[Site],
           columns: Sequence[Said], caption: str) -> None:
    """A list of sites: id, name, river kilometre and columns of its own."""
    heads = paper.columns(("id", 12, "center"), ("name", 42), ("km", 14, "right"), *(c[:3] for c in columns))
    rows = []
    for site in sites:
        far = river_kilometre(subject.river, site)
        rows.append([site.site_id, site_name(subject.river, site, paper.lang),
                     f"{km(far):.1f}" if np.isfinite(far) else NOTHING, *(say(site) for _, _, _, say in columns)])
    paper.table(heads, rows, caption)

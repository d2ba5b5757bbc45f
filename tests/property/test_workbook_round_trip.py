"""Whatever a river's lists hold, the workbook written of them is read back as the same river."""

import dataclasses
import math
from dataclasses import replace
from datetime import date

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from river_fixtures import y_river

from riverplan.exporting.workbook import WorkbookOptions, workbook
from riverplan.river.listing import merge_lists
from riverplan.river.placing import place_sites
from riverplan.river.scenario import FlowScenario
from riverplan.river.sites import RESOURCES, SITES
from riverplan.tables.cells import is_empty, text_of
from riverplan.tables.remarks import state_of
from riverplan.tables.schema import tables
from riverplan.units import FILE_UNITS

HOSTILE = ("=cmd()", '=HYPERLINK("http://x","y")', "+86 10", "-1", "@SUM(A1)", "'单引号", '"双引号"', "a,b;c\\d",
           "0012", "1e5", "TRUE", "2026-07-01", "_x0041_", "_x000D_", "<b>&amp;", "𠀀河石桥", "石桥", "Ⅱ类",
           "12万", "&P", "𝒳", "é́", "长" * 300)
NOT_OF_A_ROW = {"site_id", "resource_id", "lon", "lat", "river", "river_km"}
BARE = y_river().replace(sites=(), resources=(), scenarios={})

texts = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=12)).map(text_of).filter(
    lambda t: t == "" or (not is_empty(t) and state_of(t, t)[0] == "" and not t.startswith("#")))


def value_of(field):
    """A value a column can hold, SI."""
    scale = FILE_UNITS[field.unit]
    if field.type == "choice":
        codes = st.sampled_from([c.code for c in field.choices])
        return codes if field.required else st.one_of(st.just(""), codes)
    if field.type == "boolean":
        return st.booleans()
    if field.type == "date":
        days = st.dates(min_value=date(1950, 1, 1)).map(lambda d: d.isoformat())
        return st.one_of(st.just(""), days, st.sampled_from(["2026", "2026-07"]))
    if field.type == "integer":
        return st.one_of(st.none(), st.integers(math.ceil(field.minimum), int(field.maximum)))
    if field.type in ("number", "longitude", "latitude"):
        return st.one_of(st.none(), st.floats(field.minimum, field.maximum).map(lambda v: v * scale))
    return texts.filter(bool) if field.required else texts


def ids(prefix):
    return st.sampled_from([f"{prefix}{{}}", "={}+1", "00120{}0", "站 {}", "-{}x", f"{prefix}{{}}'"])


@st.composite
def sites(draw):
    """Sites near the water, some given by river and kilometre alone, placed as an import places them."""
    found = []
    for n in range(draw(st.integers(1, 5))):
        kind = draw(st.sampled_from(list(SITES)))
        fields = [f for f in tables()[kind].fields if f.name not in NOT_OF_A_ROW and not f.name.startswith("tailrace")]
        values = {f.name: draw(value_of(f), label=f.name) for f in fields}
        if kind == "space":
            values["pool_length"] = draw(st.one_of(st.none(), st.floats(600.0, 3_000.0)))
        river = draw(st.sampled_from(["清河", "小溪"]))
        km = draw(st.floats(0.0, 29_000.0 if river == "清河" else 7_900.0))
        reach = BARE.reaches.iloc[draw(st.integers(0, len(BARE.reaches) - 1))]
        point = reach.geometry.interpolate(draw(st.floats(0.02, 0.98)), normalized=True)
        aside = draw(st.floats(-400.0, 400.0))
        lon, lat = BARE.lonlat(point.x + aside, point.y + aside)
        by_km = draw(st.booleans())
        place = {"lon": math.nan, "lat": math.nan, "river": river} if by_km else {
            "lon": float(lon), "lat": float(lat), "river": draw(st.sampled_from(["", river]))}
        site = SITES[kind](site_id=f"{draw(ids('S')).format(100 + n)}", **values, **place)
        found.append((site, {"river_km": km} if by_km else {}))
    return place_sites(BARE, found)[0]


@st.composite
def resources(draw):
    found = []
    for n in range(draw(st.integers(0, 4))):
        kind = draw(st.sampled_from(list(RESOURCES)))
        values = {f.name: draw(value_of(f), label=f.name) for f in tables()[kind].fields if f.name not in NOT_OF_A_ROW}
        place = draw(st.sampled_from([(108.05, 29.8), (107.123456789, 30.0)] + [(None, None)] * (kind != "road_stake")))
        values |= {"store": ""} if kind == "material" else {}   # a store no list names would be made
        values["name"] = values["name"] or "库"
        found.append(RESOURCES[kind](resource_id=draw(ids("W")).format(200 + n), lon=place[0], lat=place[1], **values))
    return tuple(found)


def read_over(river, lang, path):
    path.write_bytes(workbook(river, options=WorkbookOptions(), lang=lang))
    return merge_lists(BARE, path)


def alike(a, b, *, but=()):
    """The fields in which two sites or resources differ."""
    return [(f.name, x, y) for f in dataclasses.fields(a) if f.name not in but
            for x, y in [(getattr(a, f.name), getattr(b, f.name))]
            if not (x == y or (isinstance(x, float) and isinstance(y, float)
                               and math.isclose(x, y, rel_tol=1e-9, abs_tol=1.0 if f.name in PLACE else 1e-12)))]


PLACE = ("chainage", "offset")
FOUND = ("reach_id", "chainage", "offset", "node_id")


@given(sites(), resources(), st.sampled_from(["zh", "en"]))
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
def test_sites_and_resources_are_read_back_with_every_field(tmp_path_factory, found, stores, lang):
    path = tmp_path_factory.mktemp("lists") / "清单.xlsx"
    river = BARE.replace(sites=found, resources=stores)
    once = read_over(river, lang, path)
    twice = read_over(once, lang, path)
    dams = any(getattr(s, "pool_length", None) for s in found)
    for before, after, but in ((river, once, FOUND if dams else ("node_id",)), (once, twice, ())):
        others = {s.site_id: s for s in after.sites}
        assert set(others) == {s.site_id for s in before.sites}
        filled = {s.site_id for s in before.sites if not s.river and others[s.site_id].river}
        for site in before.sites:
            # a row without a river's name may get the one it stands on, where it would go elsewhere without
            assert alike(site, others[site.site_id], but=(*but, *(["river"] if site.site_id in filled else []))) == []
        again = {r.resource_id: r for r in after.resources}
        assert set(again) == {r.resource_id for r in before.resources}
        for store in before.resources:
            assert alike(store, again[store.resource_id]) == []


@given(st.data())
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
def test_given_flows_are_read_back_with_where_they_come_from(tmp_path_factory, data):
    n = len(BARE.reaches)
    words = data.draw(st.lists(st.sampled_from(["measured", "stated", "assumed", "interpolated"]), min_size=n,
                               max_size=n))
    some = st.lists(st.floats(0.01, 5_000.0), min_size=n, max_size=n)
    speed = st.lists(st.floats(0.05, 3.0), min_size=n, max_size=n)
    flows = {}
    for name in data.draw(st.lists(st.sampled_from(["low", "normal", "high", "measured"]), min_size=1, unique=True)):
        velocity = np.array(data.draw(st.one_of(st.just([np.nan] * n), speed)))
        flows[name] = FlowScenario(
            name=name, discharge=np.array(data.draw(some)), velocity=velocity, depth=np.full(n, np.nan),
            width=np.full(n, np.nan), storage=np.full(n, np.nan), discharge_source=np.array(words, object),
            velocity_source=np.where(np.isnan(velocity), "", np.array(
                ["measured" if w == "measured" else "assumed" for w in words])).astype(object))
    path = tmp_path_factory.mktemp("flows") / "清单.xlsx"
    after = read_over(BARE.replace(scenarios=flows), "zh", path)
    assert set(after.scenarios) >= set(flows)                   # a normal flow may be made of mean discharges
    assert list(after.reaches["reach_id"]) == list(BARE.reaches["reach_id"])
    for name, flow in flows.items():
        for column in ("discharge", "velocity"):
            np.testing.assert_allclose(getattr(after.scenarios[name], column), getattr(flow, column), rtol=1e-9)
            source = getattr(after.scenarios[name], f"{column}_source").tolist()
            assert source == getattr(flow, f"{column}_source").tolist()


def test_a_site_a_person_put_on_another_reach_stays_a_site_of_that_river(tmp_path):
    reach = BARE.reaches.iloc[BARE.reach_row["r1"]]
    point = reach.geometry.interpolate(0.99, normalized=True)
    lon, lat = BARE.lonlat(point.x, point.y)
    site = place_sites(BARE, [(SITES["intake"](site_id="I1", lon=lon, lat=lat), {})], chosen={"I1": "r2"})[0][0]
    assert site.reach_id == "r2"
    after = read_over(BARE.replace(sites=(site,)), "zh", tmp_path / "清单.xlsx").sites[0]
    assert after.river in ("", "小溪")
    assert alike(replace(after, river=""), site) == []

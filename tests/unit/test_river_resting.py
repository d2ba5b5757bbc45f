"""What a river's hydraulics rest on is said by kilometres and source, with the standard error."""

from dataclasses import replace

import numpy as np
from river_fixtures import y_river

from riverplan.i18n import catalogue
from riverplan.river.check import check_river
from riverplan.river.confidence import SIGMA_LN
from riverplan.river.filling import fill_hydraulics
from riverplan.river.resting import sources_said
from riverplan.river.scenario import blank_scenario


def bare():
    river = y_river()
    reaches = river.reaches.copy()
    reaches["width"], reaches["width_source"] = np.nan, ""
    return river.replace(reaches=reaches, scenarios={})


def said(river):
    found = sources_said(river)
    for p in found:
        assert p.severity == "note" and p.text("zh") and p.text("en")
    return {str(p.fields["quantity"]).split(" ", 1)[1]: str(p.fields["sources"]) for p in found}


def test_every_source_word_has_a_name_in_both_languages():
    assert all(f"resting_source.{word}" in catalogue() for word in SIGMA_LN)


def test_a_quantity_without_any_value_is_not_named_and_one_filled_is_said_with_its_0_62():
    river = bare()
    assert "width" not in said(river)
    filled = fill_hydraulics(river, factors={"normal": 1.0})
    km = river.reaches["length"].sum() / 1000
    assert said(filled)["width"] == f"河相关系回归 regression of hydraulic geometry {km:.1f} km (±0.62)"


def test_kilometres_by_word_add_up_to_the_river_and_those_without_a_value_come_last():
    river = bare()
    flow = replace(blank_scenario(4), name="low")
    flow = replace(flow, discharge=np.array([6.0, 4.0, 10.0, np.nan]),
                   discharge_source=np.array(["measured", "area_ratio", "area_ratio", ""], object))
    sources = said(river.replace(scenarios={"low": flow}))["discharge (low)"].split("; ")
    km = river.reaches["length"].to_numpy() / 1000
    assert sources[-1] == f"没有值 no value {km[3]:.1f} km"
    assert f"实测 measured {km[0]:.1f} km (±0.05)" in sources
    assert f"面积比推算 area ratio {km[1] + km[2]:.1f} km (±0.30)" in sources


def test_the_check_of_a_river_says_what_it_rests_on_after_all_that_is_graver():
    found = check_river(y_river())
    assert sum(p.code == "hydraulics_sources" for p in found) == len(sources_said(y_river())) > 3

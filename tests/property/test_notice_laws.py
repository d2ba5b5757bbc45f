"""Laws of notices, whatever is spilled and whenever the call comes."""

import re
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from river_fixtures import dammed, y_river

import riverplan as rp
from riverplan.planning.level import suggest_level
from riverplan.planning.notify import notices
from riverplan.reference.deadlines import deadlines

AT = rp.clock("2026-07-01 22:40")
RIVERS = (y_river(), dammed())


@settings(max_examples=25, deadline=None)
@given(which=st.sampled_from(RIVERS), mass=st.none() | st.floats(1e-3, 1e5), late=st.floats(0.0, 172_800.0),
       substance=st.sampled_from(("苯酚", "砷", "柴油", "盐酸", "某物", "")),
       place=st.sampled_from(("丰都县", "示范县", "邻县", "娄底市新化县")))
def test_notices_are_in_the_order_of_the_water_and_no_deadline_comes_before_the_call(which, mass, late, substance,
                                                                                   place):
    found = rp.forecast(which, rp.Spill(site_id="S01", substance=substance, mass=mass, at=AT))
    heard = AT + timedelta(seconds=late)
    told = notices(found, heard_at=heard, jurisdiction=place, deadlines=deadlines())
    times = [n.arrival for n in told if n.arrival is not None]
    assert times == sorted(times)
    assert all(n.deadline >= heard for n in told)
    grave = suggest_level(found).possible in ("I", "II")
    assert any(n.kind == "publication" for n in told) == grave
    for n in told:
        assert not re.search("命令|责令|必须", n.text["zh"])
        assert "拟稿" in n.text["zh"] and "DRAFT" in n.text["en"]
        assert "nan" not in n.text["en"].split() and "None" not in n.text["en"]

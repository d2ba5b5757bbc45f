"""The words of the web map's panel and popups for one hand-made forecast, held word for word.

Set RIVERPLAN_UPDATE_GOLDEN=1 to write them anew, then read the difference before committing it.
"""

import os
import re
from html import unescape
from pathlib import Path

import numpy as np
import pytest
from river_fixtures import y_river

import riverplan as rp
from riverplan.errors import Problem
from riverplan.exporting.webmap_words import panel, site_popup, spill_popup
from riverplan.forecasting.result import Arrival, Forecast, ModelUse, ReachTimes
from riverplan.reference import find_substance

HERE = Path(__file__).parent
HOUR = 3600.0


def hand_made():
    """A forecast on the Y-shaped river whose numbers are set here, so that only words can change."""
    river = y_river()
    spill = rp.Spill(site_id="S01", reach_id="r1", chainage=1_000.0, lon=river.sites[0].lon, lat=river.sites[0].lat,
                     substance="苯酚", mass=2_000.0, at=rp.clock("2026-07-01 08:00"))

    def arrival(site_id, distance, hours, **more):
        site = river.site(site_id)
        early, lead, peak, trail = (h * HOUR for h in hours)
        return Arrival(
            site_id=site_id, name=site.name, kind=site.kind, reach_id=site.reach_id, chainage=site.chainage,
            distance=distance, earliest=early, leading=lead, leading_band=(lead * 0.8, lead * 1.25), peak=peak,
            peak_band=(peak * 0.8, peak * 1.25), trailing=trail, trailing_band=(trail * 0.8, trail * 1.25),
            discharge=20.0, **more)

    ends = {name: np.array(values) * HOUR for name, values in {
        "earliest_tail": [0, 3, 6], "earliest_head": [3, 6, 9], "leading_tail": [0, 5, 10],
        "leading_head": [5, 10, 15], "peak_tail": [0, 6, 12], "peak_head": [6, 12, 18], "trailing_tail": [0.1, 8, 16],
        "trailing_head": [8, 16, 24]}.items()}
    times = ReachTimes(
        reach=np.array([0, 2, 3]), start=np.array([1_000.0, 0.0, 0.0]), **ends,
        distance_tail=np.array([0.0, 9e3, 19e3]), distance_head=np.array([9e3, 19e3, 29e3]),
        peak_concentration_head=np.array([0.03, 0.02, 0.01]), fully_mixed_head=np.array([False, True, True], object),
        model=np.full(3, "model.measured_assumed", object), velocity=np.full(3, 0.5), sigma_ln=np.full(3, 0.16))
    return Forecast(
        river=river, spill=spill, substance=find_substance("苯酚"), scenario=river.scenario("normal"),
        models=(ModelUse(name="measured", source="assumed", reaches=3, length=29_000.0, sigma_ln=0.16),), parameters={},
        spread="jobson_unit_response", quantity="flux",
        arrivals=(
            arrival("I01", 13e3, (2, 6.5, 7.5, 10), peak_concentration=0.02, concentration_band=(0.01, 0.04),
                    limit=2e-6, limit_basis="GB 3838-2002 Ⅱ", exceed_probability=0.999, exceeds_from=6.5 * HOUR,
                    exceeds_until=10 * HOUR, fully_mixed=False),
            arrival("I02", 25e3, (20, 30, 34, 40), peak_concentration=1e-9, concentration_band=(5e-10, 2e-9),
                    fully_mixed=None)),
        reach_times=times, plumes={}, problems=(Problem(code="model_scope", severity="note"),),
        digest="0123456789ab" * 5 + "cdef", version="0.1.0")


def words_of(html):
    """What a person reads: tags become breaks, entities characters."""
    broken = re.sub(r"<(?:/?(?:p|tr|h1|h2|h4|li|div|header|details|summary|table))\b[^>]*>", "\n", html)
    return re.sub(r"\s*\n\s*", "\n", unescape(re.sub(r"<[^>]+>", " ", broken))).strip() + "\n"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_words_of_the_web_map_stay_as_they_were_read(lang):
    found = hand_made()
    popups = [site_popup(found, s, found.arrival(s.site_id), lang) for s in found.river.sites if s.kind == "intake"]
    popups.append(site_popup(found, found.river.site("S02"), None, lang))
    words = words_of("\n".join([panel(found, lang, steps=99), spill_popup(found, lang), *popups]))
    words = words.replace(found.river.digest[:12], "<river>")
    golden = HERE / f"webmap_panel_{lang}.txt"
    if os.environ.get("RIVERPLAN_UPDATE_GOLDEN") == "1":
        golden.write_text(words, encoding="utf-8")
    assert words == golden.read_text(encoding="utf-8")

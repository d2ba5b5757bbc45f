"""Laws of records: whatever is written comes back, and writing it again changes nothing."""

import math

from hypothesis import given
from hypothesis import strategies as st

from riverplan.planning.harm import Harm
from riverplan.planning.late import Change, Late
from riverplan.planning.record_json import dumped, loaded

NUMBERS = st.floats(allow_nan=False)
CHANGES = st.builds(Change, code=st.text(max_size=5), ready=NUMBERS)
LATES = st.builds(Late, site_id=st.text(max_size=8), name=st.text(max_size=8), action=st.text(max_size=8),
                  earliest=NUMBERS, ready=NUMBERS, holds=st.none() | NUMBERS, how=st.none(),
                  changes=st.lists(CHANGES, max_size=3).map(tuple))


@given(LATES)
def test_a_record_written_and_read_back_is_written_the_same_again(late):
    back = loaded(Late, dumped(late))
    assert dumped(back) == dumped(late)
    assert loaded(Late, dumped(back)) == back
    assert (back.site_id, back.name, len(back.changes)) == (late.site_id, late.name, len(late.changes))
    assert math.isclose(back.earliest, late.earliest, rel_tol=1e-6)


@given(st.builds(Harm, population_hours=NUMBERS, boundary_probability=NUMBERS, cost=NUMBERS, actions=st.integers()))
def test_harms_keep_their_numbers_and_integers_exactly(harm):
    back = loaded(Harm, dumped(harm))
    assert back.actions == harm.actions
    assert math.isclose(back.population_hours, harm.population_hours, rel_tol=1e-6)


def test_what_is_not_a_number_comes_back_as_such():
    back = loaded(Change, dumped(Change(code="bags", ready=float("nan"))))
    assert math.isnan(back.ready)

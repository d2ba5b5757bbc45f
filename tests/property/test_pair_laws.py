"""Many releases at many places: what compiled walks leave out is nothing that comes."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from test_forecast_laws import nets

from riverplan.transport.arrival import walk
from riverplan.transport.pairs import walk_pairs


@given(nets(), st.data())
@settings(deadline=None, max_examples=60)
def test_all_pairs_at_once_are_each_walk_to_its_end(net, data):
    way, n = net.way, net.compiled.n_reaches
    places = np.arange(n), way.length * 0.7
    releases = np.array(data.draw(st.lists(st.integers(0, n - 1), min_size=1, max_size=6)), np.intp)
    chainage = way.length[releases] * data.draw(st.sampled_from([0.0, 0.5, 0.9]))
    found = walk_pairs(net.compiled, way, releases, chainage, *places)
    every = np.append(places[0], np.arange(n)), np.append(places[1], way.length)   # ends of all reaches: none stops
    for i, (reach, x) in enumerate(zip(releases, chainage, strict=True)):
        alone = walk(net.compiled, way, int(reach), float(x), *every)
        mine, theirs = found.place // n == i, alone.place < n
        assert (found.place[mine] % n).tolist() == alone.place[theirs].tolist()
        assert np.array_equal(found.arms[mine], alone.arms[theirs], equal_nan=True)

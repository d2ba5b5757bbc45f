"""The linear response and the walk of the arms are two ways to the same masses and mean times."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from linear_rivers import AT_TOP, linear_river
from test_forecast_laws import nets

from riverplan.spread.dead_zone import DeadZone
from riverplan.transport import arms as a
from riverplan.transport.arrival import walk
from riverplan.transport.linear_ways import lay_out
from riverplan.transport.moments import moments


@given(nets())
@settings(deadline=None, max_examples=80)
def test_both_reach_the_same_places_with_the_same_mass_and_mean_time(net):
    way, n = net.way, net.compiled.n_reaches
    at = np.arange(n), way.length
    speed = way.velocity.most_probable
    plain = linear_river(tuple(zip(net.compiled.tail.tolist(), net.compiled.head.tolist(), strict=True)),
                         length=way.length, velocity=speed, discharge=way.discharge, pool=way.is_pool,
                         delay=way.length / speed, mixing=way.velocity.mixing_time,
                         model=DeadZone(dispersive_fraction=0.2))
    river = replace(plain, network=net.compiled)
    found = moments(river, lay_out(river, AT_TOP, *at), AT_TOP)
    reached = walk(net.compiled, way, 0, 0.0, *at)
    place, first = np.unique(reached.place, return_index=True)
    weight = np.add.reduceat(reached.arms[:, a.WEIGHT], first)
    time = reached.arms[:, a.RIVER_TIME] + reached.arms[:, a.POOL_DELAY] + reached.arms[:, a.TANK:].sum(axis=1)
    mean = np.add.reduceat(time * reached.arms[:, a.WEIGHT], first) / weight
    assert found.place.tolist() == place.tolist()
    assert np.exp(found.log_mass) == pytest.approx(weight)
    assert found.mean == pytest.approx(mean, rel=1e-9)

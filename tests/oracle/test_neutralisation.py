"""Neutralisation ratios that officers' handbooks print, from the equivalents of the table of substances."""

import pytest

from riverplan.reference import find_substance


def equivalents(name: str) -> float:
    """Acid or alkali in a kilogram of the product [mol/kg]."""
    s = find_substance(name)
    return s.equivalents * s.strength


@pytest.mark.parametrize(("spilled", "agent", "ratio"), [
    ("盐酸 31%", "氧化钙", 0.238),           # t of quicklime a tonne of acid
    ("液碱 30%", "硫酸 10%", 3.68), ("氨水 20%", "硫酸 10%", 5.76)])
def test_a_tonne_takes_as_much_agent_as_the_handbooks_say(spilled, agent, ratio):
    assert equivalents(spilled) / equivalents(agent) == pytest.approx(ratio, rel=3e-3)

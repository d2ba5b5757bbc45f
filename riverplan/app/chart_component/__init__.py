"""A drawing of the page as a Streamlit component: inline SVG keeps its tooltips, which a picture has not."""

from functools import cache
from importlib.resources import files
from typing import Any

import streamlit as st


@cache
def _component() -> Any:
    here = files(__package__)
    return st.components.v2.component("riverplan_chart", html='<div class="rp-chart"></div>',
                                      css=(here / "chart.css").read_text(encoding="utf-8"),
                                      js=(here / "chart.js").read_text(encoding="utf-8"))


def draw_chart(svg: str, *, key: str) -> None:
    """Draw an ``<svg>`` whose words are escaped; it is read as XML, so nothing in it becomes a script."""
    _component()(key=key, data={"svg": svg})

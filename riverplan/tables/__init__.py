"""Foreign tables in, checked: a bureau's lists and river lines under our names, in SI, every problem named.

Names are loaded on first use: the template needs neither pandas nor GDAL.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from riverplan.tables.lines import Lines, read_lines
    from riverplan.tables.lists import Lists, read_lists
    from riverplan.tables.template import write_template

_HOME = {"Lists": "lists", "read_lists": "lists", "Lines": "lines", "read_lines": "lines",
         "write_template": "template"}
__all__ = ["Lines", "Lists", "read_lines", "read_lists", "write_template"]


def __getattr__(name: str) -> Any:
    """Load a public name from its home on first use."""
    if name not in _HOME:
        raise AttributeError(f"module 'riverplan.tables' has no attribute {name!r}")
    value = getattr(import_module(f"riverplan.tables.{_HOME[name]}"), name)
    globals()[name] = value
    return value

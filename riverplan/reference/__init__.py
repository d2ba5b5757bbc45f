"""Facts as tables, each row with its source: substances and the limits of standards."""

from riverplan.reference.limits import Limit, limit_for
from riverplan.reference.substances import Substance, find_substance, substances

__all__ = ["Limit", "Substance", "find_substance", "limit_for", "substances"]

"""From a spill to named results: where, when, how much, and how sure."""

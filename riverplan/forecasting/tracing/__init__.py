"""Back from what was seen in the river to where it came from, and when."""

"""The river: its network, what stands by it, how it is imported, checked, kept."""

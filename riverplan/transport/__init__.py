"""What moves along a network of arrays: topology, walks, breakthrough curves; no frames in here."""

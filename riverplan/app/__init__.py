"""The app: a thin page over the library, for the duty room."""

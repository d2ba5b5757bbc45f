"""The plan (策): what to do where, by when, with what, and what it saves."""

"""Every risk source against every receptor, before anything has happened."""

"""A spill marched through time, with gates, dams, diversions, dosing and dilution that people work."""

"""The public names, held so that none appears or goes by accident."""

import riverplan as rp

PUBLIC = {
    "Arrival", "FlowScenario", "Forecast", "InputError", "NetworkError", "Observation", "Operation", "Problem",
    "Resource", "ResponsePlan", "Rise", "RiverNetwork", "RiverplanError", "Screening",
    "Sighting", "Simulation", "Site", "Spill",
    "StoreError", "Trace", "UnknownNameError", "Wind", "__version__", "check_river", "clock", "demonstration",
    "export", "find_substance", "forecast", "import_river", "merge_lists", "plan", "read_river",
    "read_roads", "save_river", "screen",
    "simulate", "trace", "write_template",
}


def test_the_public_names_are_these():
    assert set(rp.__all__) == PUBLIC


def test_every_public_name_can_be_had_and_explains_itself():
    for name in PUBLIC - {"__version__"}:
        assert getattr(rp, name).__doc__, name


def test_an_unknown_name_is_an_attribute_error():
    assert not hasattr(rp, "manager")

"""A flow of a whole river from one discharge that a person assumes, where nothing was measured."""

from dataclasses import replace

import numpy as np

from riverplan.errors import InputError, Problem
from riverplan.i18n import LANGS, text
from riverplan.river.filling import KNOWN, fill_hydraulics
from riverplan.river.network import RiverNetwork
from riverplan.river.reading import LEAST, MOST
from riverplan.river.scenario import blank_scenario
from riverplan.river.water_balance import fork_share, routed

ASSUMED = "assumed"
"""Name of the flow of a forecast that rests on a discharge estimated on the spot."""


def discharge_problems(discharge: float) -> list[Problem]:
    """What is wrong with an assumed discharge [m³/s]."""
    return [] if LEAST <= discharge <= MOST else [Problem(code="assumed_flow_wrong", fields={"value": discharge})]


def mouth_reach(river: RiverNetwork) -> str:
    """The reach (``reach_id``) at the mouth of the main river: of all that leave the map, that of most river above."""
    net = river.compiled
    above = routed(net, river.reaches["length"].to_numpy(np.float64),
                   fork_share(net, river.reaches["width"].to_numpy(np.float64)))
    leaves = net.n_leaving[net.head] == 0
    return str(river.reaches["reach_id"].iat[int(np.argmax(np.where(leaves, above, -1.0)))])


def with_assumed_discharge(river: RiverNetwork, reach_id: str, discharge: float) -> RiverNetwork:
    """The river with a ``normal`` flow that has a discharge at one place and follows from it elsewhere.

    The place gets the source word ``assumed``; the other reaches get theirs from
    :func:`riverplan.river.filling.fill_hydraulics`, which spreads the water by areas or lengths so that none is
    lost, and takes this flow for the mean one where widths and depths are not known.

    Parameters
    ----------
    river
        The river; flows it has already are kept.
    reach_id
        Where the discharge is assumed.
    discharge
        [m³/s].

    Raises
    ------
    InputError
        If the discharge cannot be one, or a list or person gave another there: an assumption replaces nothing.
    """
    if problems := discharge_problems(discharge):
        raise InputError(problems)
    row = river.reach_row[reach_id]
    flow = river.scenarios.get("normal") or replace(blank_scenario(len(river.reaches)), name="normal")
    if flow.discharge_source[row] in KNOWN:
        raise InputError(Problem(code="assumed_flow_known", fields={
            "value": f"{discharge:g}", "known": f"{flow.discharge[row]:.3g}"}))
    values, words = flow.discharge.copy(), flow.discharge_source.copy()
    values[row], words[row] = discharge, "assumed"
    zh, en = (text("flow_source.by_eye", lang) for lang in LANGS)
    flow = replace(flow, discharge=values, discharge_source=words,
                   source="；".join(filter(None, [flow.source, f"{zh} ({en})"])))
    area = float(river.reaches["drainage_area"].iat[row])
    # where areas are known, rivers that neither lead to the place nor come from it yield as much water an area
    return fill_hydraulics(river.replace(scenarios={**river.scenarios, "normal": flow}),
                           specific={"normal": discharge / area} if area > 0 else None)


def with_estimate(river: RiverNetwork, reach_id: str, discharge: float) -> RiverNetwork:
    """A river without flows with the one flow ``ASSUMED``, from a discharge estimated on the spot.

    Parameters
    ----------
    river, reach_id, discharge
        As in :func:`with_assumed_discharge`.

    Raises
    ------
    InputError
        If the discharge cannot be one, or the river has flows: a forecast then begins with one of them.
    """
    if river.scenarios:
        raise InputError([*discharge_problems(discharge), Problem(code="estimate_not_needed", fields={
            "river": river.name})])
    # filled as the normal flow, since widths and depths follow from that; then called what it is
    flow = with_assumed_discharge(river, reach_id, discharge)
    return flow.replace(scenarios={ASSUMED: replace(flow.scenarios["normal"], name=ASSUMED)})

"""Water that is to be treated: held in a pool, or passing by."""

from dataclasses import dataclass
from typing import Literal

from riverplan.errors import InputError, Problem
from riverplan.planning.usable_space import UsableSpace


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Water that is held: its ``volume`` [m³] and what flows through it [m³/s], 0 where it is shut off.

    ``discharge`` None is unknown. A ``pond`` is shut off from the river.
    """

    volume: float
    discharge: float | None = None
    kind: Literal["pool", "pond", "waterworks"] = "pool"
    space_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """Water that passes: ``discharge`` [m³/s] for ``duration`` [s], at ``velocity`` [m/s] where it is known.

    ``kind`` is a stream, the outlet of a ``dam`` or the raw-water main of a ``waterworks``. ``stay`` is how long the
    water is on its way to the next use [s], such as in that main; None is not known.
    """

    discharge: float
    duration: float
    velocity: float | None = None
    stay: float | None = None
    kind: Literal["stream", "dam", "waterworks"] = "stream"
    space_id: str = ""


def pool_of(space: UsableSpace, *, volume: float | None = None, discharge: float | None = None) -> Pool:
    """The water a space holds, as a pool to dose.

    Parameters
    ----------
    space
        Its free volume, full of polluted water, is dosed.
    volume
        What it really holds [m³], in place of that.
    discharge
        What flows through [m³/s]; a space beside the river is shut off.

    Raises
    ------
    InputError
        Where neither says a volume.
    """
    held = space.free_volume if volume is None else volume
    if held is None:
        raise InputError(Problem(code="dosing_no_volume", fields={"place": space.name or space.space_id}))
    shut = space.side and discharge is None
    return Pool(volume=held, discharge=0.0 if shut else discharge, kind="pond" if space.side else "pool",
                space_id=space.space_id)

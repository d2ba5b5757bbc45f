"""Lists laid over a river at its import, and merged into one that stands."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from riverplan.crs import Datum, parse_datum
from riverplan.errors import InputError, Problem
from riverplan.river.datum_guess import shift_problem
from riverplan.river.diversion import lay_diversions
from riverplan.river.filling import SAID as FILL_SAID
from riverplan.river.filling import fill_hydraulics
from riverplan.river.mends import Mend, site_mends
from riverplan.river.merging import BY_HAND, SAID_ANEW, lay_over, summary
from riverplan.river.network import RiverNetwork
from riverplan.river.road_stakes import stake_problems
from riverplan.river.sites import SITES
from riverplan.tables import Lists, read_lists
from riverplan.tables.mappings import remember
from riverplan.tables.measures import fold


def read_and_remember(paths: Sequence[Path], *, columns: Mapping[str, str] | None, mappings: Path | str | None,
                      datums: Mapping[str, Datum]) -> Lists:
    """Read lists; what a person says of their columns is remembered for the next time.

    Raises
    ------
    InputError
        As :func:`riverplan.tables.read_lists`.
    """
    read = read_lists(paths, columns=columns, mappings=mappings, datums=datums)
    if columns and mappings is not None:
        for source in read.sources:
            heads = set(map(fold, source.heads))
            if own := {h: f for h, f in columns.items() if fold(h) in heads}:
                remember(mappings, source.key, own)
    return read


def stated_datums(written: Mapping[str, str], files: set[str]) -> tuple[dict[str, Datum], list[Problem]]:
    """The datums stated for files (``*`` for all others), and what is wrong with them."""
    stated: dict[str, Datum] = {}
    problems: list[Problem] = []
    for file, datum in written.items():
        if file != "*" and file not in files:
            problems.append(Problem(code="datum_unknown_file", fields={"file": file}))
        try:
            stated[file] = parse_datum(datum)
        except InputError as error:
            problems += error.problems
    return stated, problems


def with_lists(river: RiverNetwork, lists: Lists, about: str, mends: Sequence[Mend] = (),
               by_hand: Sequence[Problem] = ()) -> RiverNetwork:
    """The river with lists laid over it; shifted points and road stakes that contradict each other are said.

    Parameters
    ----------
    river, lists
        The river and what was read.
    about
        Names of the files.
    mends
        Of sites: where a person put them.
    by_hand
        What an earlier import said of sites a person put.
    """
    moved, chosen = site_mends(mends)
    placed: dict[str, list[tuple[float, float]]] = {}
    for kind in SITES:
        for row in lists.records(kind):
            if row.get("lon") is not None:
                placed.setdefault(str(row["file"]), []).append((row["lon"], row["lat"]))
    shifted = [shift_problem(river, [x for x, _ in at], [y for _, y in at], file) for file, at in placed.items()]
    river = lay_over(river, lists, file=about, moved=moved, chosen=chosen, by_hand=by_hand)
    return river.replace(report=(*river.report, *filter(None, shifted), *stake_problems(river)))


def merge_lists(river: RiverNetwork, workbook: Path | str, *, columns: Mapping[str, str] | None = None,
                mappings: Path | str | None = None, datums: Mapping[str, str] | None = None) -> RiverNetwork:
    """Merge lists into a river: rows of the same id replace, new ones are added, others stay.

    Values of stretches and flows replace those of the rivers they name. Sites of the lists are located anew;
    one that a person had put stays where it was put while its row gives the same place.

    Parameters
    ----------
    river
        The river to lay the lists over; it is not changed.
    workbook
        The lists.
    columns, mappings, datums
        As in :func:`riverplan.river.importing.import_river`.

    Raises
    ------
    InputError
        If the file cannot be read or holds no usable row, or a datum is not known.
    """
    path = Path(workbook)
    stated, problems = stated_datums(datums or {}, {path.name})
    if problems:
        raise InputError(problems)
    lists = read_and_remember([path], columns=columns, mappings=mappings, datums=stated)
    ids = {str(row["site_id"]) for kind in SITES for row in lists.records(kind)}
    by_hand = [p for p in river.report if p.code == BY_HAND]
    kept = tuple(p for p in river.report if p.code not in SAID_ANEW | FILL_SAID and (
        str(p.fields.get("id")) not in ids if p.code == BY_HAND else p.file != path.name))
    merged = with_lists(river.replace(report=()), lists, path.name, by_hand=by_hand)
    merged = lay_diversions(fill_hydraulics(merged))
    return merged.replace(report=(*kept, *merged.report, summary(merged, merged.report)))

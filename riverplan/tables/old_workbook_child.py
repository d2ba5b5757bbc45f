"""Run as a program of its own by ``old_workbooks``: cells of an .xls or .ods file, pickled, on standard output.

The reader of these formats ends the whole process on some damaged files (it asks for more memory than there
is), and the process of a planner at work must not end: this one may. It imports nothing of the package.
"""

import pickle
import sys
from contextlib import suppress

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

MEMORY = 3_000_000_000
"""Address space this process may use [bytes]."""


def main(path: str, most: int) -> None:
    """Write what the file holds: ``("cells", n)`` where a sheet has too many, else ``("sheets", [...])``."""
    with suppress(ImportError, ValueError, OSError):       # not on Windows
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    answer: tuple[str, object]
    sheets = []
    with open(path, "rb") as file, CalamineWorkbook.from_filelike(file) as book:    # noqa: PTH123  by content, not suffix
        for meta in book.sheets_metadata:
            if meta.typ != SheetTypeEnum.WorkSheet:
                continue
            sheet = book.get_sheet_by_name(meta.name)
            cells = sheet.total_height * sheet.total_width
            if cells > most:
                answer = ("cells", cells)
                break
            sheets.append((meta.name, meta.visible == SheetVisibleEnum.Visible, sheet.to_python(skip_empty_area=False),
                           list(sheet.merged_cell_ranges or ())))
        else:
            answer = ("sheets", sheets)
    sys.stdout.buffer.write(pickle.dumps(answer))


if __name__ == "__main__":
    try:
        main(sys.argv[1], int(sys.argv[2]))
    except Exception as error:                             # one line for a person, no traceback
        sys.stderr.write(str(error))
        sys.exit(2)

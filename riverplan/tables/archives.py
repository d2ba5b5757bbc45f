"""Zip archives of river lines: unpacked into a folder of their own, with nothing written outside it.

Names in an archive are never trusted: each file keeps its plain name, in a folder that stands for the
folder it was in, so ``../`` and absolute names lead nowhere and two folders with files of one name stay two.
"""

import tempfile
import zipfile
from contextlib import suppress
from pathlib import Path, PurePosixPath

from riverplan.tables.grids import UNPACKING
from riverplan.tables.line_files import LARGEST, SHAPE, RawLayer, read_layers, refused, several, suffixes

RATIO_MOST = 300
"""A member that unpacks to more than this many times its size, and to much, is a bomb and no drawing."""
_MUCH = 50_000_000
_CHUNK = 1 << 20


def read_archive(path: Path) -> tuple[RawLayer, ...]:
    """The layers of all files of lines in a zip archive.

    Raises
    ------
    InputError
        If it is broken, protected, too large unpacked, or holds no lines.
    """
    try:
        archive = zipfile.ZipFile(path)
    except UNPACKING as error:
        raise refused(path, "lines_broken", reason=str(error)[:160]) from None
    with archive, tempfile.TemporaryDirectory(prefix="riverplan-") as folder:
        members = [m for m in archive.infolist() if not m.is_dir()]
        wanted = [m for m in members if PurePosixPath(_name(m)).suffix.lower() in suffixes()]
        if sum(m.file_size for m in wanted) > LARGEST or any(
                m.file_size > _MUCH and m.file_size > RATIO_MOST * max(m.compress_size, 1) for m in wanted):
            raise refused(path, "input_too_large", megabytes=LARGEST // 1_000_000)
        if any(m.flag_bits & 1 for m in wanted):
            raise refused(path, "zip_protected")
        homes: dict[str, Path] = {}
        found: list[Path] = []
        for member in wanted:
            name = PurePosixPath(_name(member))
            home = homes.setdefault(str(name.parent), Path(folder) / str(len(homes)))
            home.mkdir(exist_ok=True)
            target = home / (name.name.replace("..", "_") or "file")
            try:
                _unpack(archive, member, target)
            except UNPACKING as error:
                raise refused(path, "lines_broken", reason=str(error)[:160]) from None
            found.append(target)
        mains = [p for p in found if p.suffix.lower() not in SHAPE - {".shp"}]
        if not mains:
            if found:
                return read_layers(found[0])                      # names the missing .shp
            raise refused(path, "lines_none")
        return several(mains)


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> None:
    """Write a member, and no more than it said it holds: sizes in an archive may lie."""
    written = 0
    with archive.open(member) as source, target.open("wb") as out:
        while chunk := source.read(_CHUNK):
            written += len(chunk)
            if written > max(member.file_size, 0):
                raise zipfile.BadZipFile(f"{member.file_size} bytes announced")
            out.write(chunk)


def _name(member: zipfile.ZipInfo) -> str:
    """The member's name as written: those of Chinese Windows are GBK."""
    name = member.filename
    if not member.flag_bits & 0x800:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("gb18030")
    return name.replace("\\", "/").replace("\0", "")

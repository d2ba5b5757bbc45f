"""One writer at a time: a lock beside the river file that dies with the process that holds it."""

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 15.0
"""How long a save waits for another one [s]; one takes about half a second."""


@contextmanager
def locked(path: Path, patience: float = PATIENCE) -> Iterator[bool]:
    """Hold the lock file of a path; yields False if another process did not let go in time.

    The lock is the system's on an open file, not the file's existence: a killed process leaves a file
    that locks nothing. The file holds the number of the process that has it, for people.
    """
    deadline = time.monotonic() + patience
    while True:
        handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o666)
        if _take(handle):
            if _is_still(path, handle):
                break
            os.close(handle)                     # its holder removed it while we waited: take the new one
            continue
        os.close(handle)
        if time.monotonic() > deadline:
            yield False
            return
        time.sleep(0.05)
    try:
        os.truncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
        yield True
    finally:
        with contextlib.suppress(OSError):       # Windows keeps an open file: it is harmless
            path.unlink()
        os.close(handle)


def _is_still(path: Path, handle: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False


if sys.platform == "win32":
    import msvcrt

    def _take(handle: int) -> bool:
        os.lseek(handle, 1 << 20, os.SEEK_SET)   # a byte beyond the text, so that people can read it
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(handle, 0, os.SEEK_SET)
        return True
else:
    import fcntl

    def _take(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:                          # a file system without locks: moving into place must do
            return True
        return True

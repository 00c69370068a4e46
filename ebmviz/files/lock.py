"""A lock that lives and dies with its process."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from pathlib import Path

_BUSY = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)


class Lock:
    """Held from construction until `release`, or until the process ends in any way.

    Raises OSError if the file cannot be made. On a file system without locks it holds
    nothing, and `is_held` falls back on the process number.
    """

    def __init__(self, path: Path) -> None:
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL
        self._descriptor = os.open(path, flags, 0o600)  # not inherited by children
        with contextlib.suppress(OSError):
            _acquire(self._descriptor)

    def release(self) -> None:
        """Lets go; the file stays."""
        os.close(self._descriptor)


def is_held(path: Path, pid: int) -> bool:
    """Whether the process that made the lock, with number `pid`, is still there."""
    try:
        descriptor = os.open(path, os.O_RDWR | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:
        return False
    except OSError:
        return _alive(pid)
    try:
        _acquire(descriptor)
    except OSError as error:
        return error.errno in _BUSY or _alive(pid)
    finally:
        os.close(descriptor)
    return False


def is_abandoned(path: Path) -> bool:
    """Whether no process holds this file, as `hold` does. No, where that cannot be told."""
    if not _TELLS:
        return False
    try:
        descriptor = os.open(path, os.O_RDWR | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return False
    try:
        _acquire(descriptor)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True


def hold(descriptor: int) -> None:
    """Hold the open file of a descriptor until it is closed, where the system can."""
    if _TELLS:
        with contextlib.suppress(OSError):
            _acquire(descriptor)


# Windows' locks keep others from reading and writing as well.
_TELLS = sys.platform != "win32"

if sys.platform == "win32":
    import msvcrt

    def _acquire(descriptor: int) -> None:
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

    def _alive(_pid: int) -> bool:
        # Here os.kill would end the process; locks work on every local disk anyway.
        return False
else:
    import fcntl

    def _acquire(descriptor: int) -> None:
        # flock belongs to the open file: closing another descriptor does not drop it.
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _alive(pid: int) -> bool:
        try:
            os.kill(pid, 0)
        except PermissionError:
            return True  # someone else's
        except (OSError, OverflowError):
            return False
        return True

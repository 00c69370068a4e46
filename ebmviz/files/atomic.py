"""Files are read whole and replaced whole: a reader never meets half of one.

Every function here fails with one `UserError` that names the path and the reason.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from ebmviz.core.errors import UserError
from ebmviz.core.outside import clean as clean
from ebmviz.files import lock

_REASONS = {
    errno.ENOENT: "there is no such file or folder",
    errno.ENOTDIR: "a part of the path is not a folder",
    errno.EISDIR: "it is a folder",
    errno.EACCES: "permission is denied",
    errno.EPERM: "permission is denied",
    errno.EROFS: "the disk is read-only",
    errno.ENOSPC: "the disk is full",
    errno.EFBIG: "the file would be larger than is allowed here",
    errno.ENAMETOOLONG: "the name is too long",
    errno.ELOOP: "its symbolic links go round in a circle",
    errno.EIO: "the disk reports an error",
}
_PIECE = 1 << 20
_HELD = (5, 32, 33)  # Windows: access denied, sharing violation, lock violation
if hasattr(errno, "EDQUOT"):
    _REASONS[errno.EDQUOT] = "your disk quota is used up"


def shown(path: str | os.PathLike[str]) -> str:
    """A path as an error message shows it."""
    return clean(os.fspath(path), 1000) or "“”"


def reason(error: OSError) -> str:
    """Why the system refused, in plain words."""
    known = _REASONS.get(error.errno or 0)
    return known or clean(error.strerror or str(error) or type(error).__name__)


def read_bytes(path: str | os.PathLike[str], cap: int) -> bytes:
    """The content of a regular file of at most `cap` bytes.

    Never waits on a pipe or a device. Raises UserError.
    """
    try:
        _require_file(os.stat(path), path)
        # A pipe that took the file's place since must not block the open either.
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        with open(os.open(path, flags | getattr(os, "O_CLOEXEC", 0)), "rb") as file:
            _require_file(os.fstat(file.fileno()), path)
            data = file.read(cap + 1)
    except OSError as error:
        raise UserError(f"{shown(path)}: {reason(error)}") from error
    except ValueError:  # a NUL or an unencodable character in the path
        raise UserError(f"{shown(path)}: this is not a possible file name") from None
    if len(data) > cap:
        raise UserError(f"{shown(path)}: larger than the {size(cap)} that are accepted")
    return data


@contextlib.contextmanager
def replacing(
    path: str | os.PathLike[str], check: Callable[[bytes], object] | None = None
) -> Iterator[Path]:
    """A temporary path beside `path`, with its suffix, which takes its place at the end.

    What the block wrote there is flushed to the disk and, with `check`, read back and
    checked before it becomes `path`. If anything fails, `path` and its folder stay as they
    were. An existing file keeps its permissions; a symbolic link is followed, not replaced.
    Raises UserError for what the system refuses, and whatever the block or `check` raises.
    """
    temporary: Path | None = None
    descriptor = -1
    try:
        target, old = _resolve(path)
        # No leading part of the old name: it may be as long as a name can be.
        temporary = target.with_name(f".ebmviz-{secrets.token_hex(8)}{target.suffix[:16]}")
        flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY
        # Held as long as it is here, so that `sweep` can tell one that was left behind.
        descriptor = os.open(temporary, flags, 0o666 if old is None else 0o600)
        lock.hold(descriptor)
        if sys.platform == "win32":  # an open file cannot be replaced there
            os.close(descriptor)
            descriptor = -1
        yield temporary
        _flush(temporary)
        if check is not None:
            check(temporary.read_bytes())
        if old is not None:
            _adopt(temporary, old)
        replace(temporary, target)
    except OSError as error:
        raise UserError(f"{shown(path)} could not be saved: {reason(error)}") from error
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink()
        if descriptor >= 0:
            with contextlib.suppress(OSError):  # all has been flushed through another
                os.close(descriptor)
    _flush_folder(target.parent)


@contextlib.contextmanager
def growing(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """A file without a name, to be written and read at any place, which is what `path` is once the
    block is left. Until then nobody sees it, and the system frees it when this process ends,
    however it does. Raises as `replacing`.
    """
    named = False
    try:
        target, old = _resolve(path)
        if (descriptor := _unnamed(target.parent)) >= 0:
            with open(descriptor, "w+b") as file:
                yield file
                file.flush()
                _name(file.fileno(), target, old)
                named = True
            return
        with tempfile.TemporaryFile() as file:
            yield file
            file.seek(0)
            with replacing(path) as temporary, open(temporary, "wb") as copy:
                shutil.copyfileobj(file, copy, _PIECE)
    except OSError as error:
        if not named:  # else it could not be closed, which takes nothing away
            raise UserError(f"{shown(path)} could not be saved: {reason(error)}") from error


def _unnamed(folder: Path) -> int:
    """A new file in a folder that no name leads to, where the system has such; else -1."""
    if not hasattr(os, "O_TMPFILE") or not os.path.isdir("/proc/self/fd"):
        return -1
    try:
        return os.open(folder, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o666)
    except OSError:  # not every file system has them; what else is wrong is found again
        return -1


def _name(descriptor: int, target: Path, old: os.stat_result | None) -> None:
    """Give a whole file without a name that of the target."""
    os.fsync(descriptor)
    temporary = target.with_name(f".ebmviz-{secrets.token_hex(8)}{target.suffix[:16]}")
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        # That it begins from a folder makes it `linkat`, which follows the link of /proc.
        os.link(f"/proc/self/fd/{descriptor}", temporary, src_dir_fd=folder)
        try:
            if old is not None:
                _adopt(temporary, old)
            os.replace(temporary, target)
        except BaseException:
            temporary.unlink()
            raise
    finally:
        with contextlib.suppress(OSError):
            os.close(folder)
    _flush_folder(target.parent)


def write_bytes(
    path: str | os.PathLike[str], data: bytes, check: Callable[[bytes], object] | None = None
) -> None:
    """Replaces the content of `path` by `data`, or leaves it untouched; see `replacing`."""

    def same(written: bytes) -> None:
        if written != data:
            raise UserError(f"{shown(path)} could not be saved: the disk returned other bytes")
        if check is not None:
            check(written)

    with replacing(path, same) as temporary, open(temporary, "wb") as file:
        file.write(data)


def size(count: int) -> str:
    """A number of bytes for a sentence."""
    for unit, factor in (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)):
        if count >= factor:
            return f"{count / factor:.4g} {unit}"
    return f"{count} bytes"


def _require_file(status: os.stat_result, path: str | os.PathLike[str]) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise UserError(f"{shown(path)}: it is a folder, not a file")
    if not stat.S_ISREG(status.st_mode):
        raise UserError(f"{shown(path)}: it is a pipe or a device, not a file")


def _resolve(path: str | os.PathLike[str]) -> tuple[Path, os.stat_result | None]:
    """Where a save to `path` must end up, and the status of what is there now."""
    try:
        old = os.stat(path)
    except FileNotFoundError:  # a dangling link is saved through as well
        if not os.fspath(path):
            raise
        return Path(os.path.realpath(path)), None
    except ValueError:
        raise UserError(f"{shown(path)}: this is not a possible file name") from None
    _require_file(old, path)
    if not os.access(path, os.W_OK):
        # Replacing it would succeed, but its owner has asked that it be left alone.
        raise UserError(f"{shown(path)} could not be saved: the file is write-protected")
    return Path(os.path.realpath(path)), old


def _adopt(temporary: Path, old: os.stat_result) -> None:
    if hasattr(os, "chown"):
        with contextlib.suppress(OSError):  # only root may give a file away
            os.chown(temporary, old.st_uid, old.st_gid)
    os.chmod(temporary, stat.S_IMODE(old.st_mode))


def replace(temporary: Path, target: Path) -> None:
    """`os.replace`, tried again while another program holds one of the files.

    Windows refuses as long as a scanner or an index looks at it, which is soon done.
    """
    for pause in (0.01, 0.05, 0.1, 0.2, 0.4):
        try:
            os.replace(temporary, target)
            return
        except OSError as error:
            if getattr(error, "winerror", None) not in _HELD:
                raise
        time.sleep(pause)
    os.replace(temporary, target)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _flush_folder(folder: Path) -> None:
    # The new file is in place: a system that cannot flush folders changes nothing about it.
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def check_writable(path: str | os.PathLike[str]) -> None:
    """Raises UserError at once when a file could not be written at `path` later."""
    try:
        target, _ = _resolve(path)
        with tempfile.TemporaryFile(dir=target.parent):
            pass
    except OSError as error:
        raise UserError(f"{shown(path)} cannot be written: {reason(error)}") from None


def make_folder(path: str | os.PathLike[str]) -> None:
    """Raises UserError when there is no folder at `path` and none can be made."""
    try:
        Path(path).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"the folder {shown(path)} cannot be made: {reason(error)}") from None

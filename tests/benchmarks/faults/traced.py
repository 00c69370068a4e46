"""A function in a process of its own, of whose calls of the system the Nth fails (strace)."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from ebmviz.core.errors import UserError

CALLS = (
    "open,openat,creat,read,pread64,write,pwrite64,writev,pwritev,lseek,close,fcntl,flock,fstat,"
    "newfstatat,statx,faccessat,faccessat2,readlink,getdents64,fsync,fdatasync,ftruncate,"
    "fallocate,rename,renameat,renameat2,link,linkat,symlink,unlink,unlinkat,mkdir,rmdir,chmod,"
    "fchmod,fchmodat,chown,fchown,fchownat,utimensat,sendfile,copy_file_range"
)
DONE, REFUSED, BROKEN = 0, 3, 4  # how a process ends that was not killed
_CALL = re.compile(r"\d+ +(\w+\(.*)").match
_PATIENCE_S = 60.0


class Ended(NamedTuple):
    """How: `DONE`, `REFUSED` by a UserError, `BROKEN` by anything else, or −9 where it was killed.
    said: the error. calls: what was called, in order, with what was asked.
    """

    how: int
    said: str
    calls: list[str]


def run(
    before: Callable[[], object],
    function: Callable[[], object],
    log: Path,
    inject: str = "",
) -> Ended:
    """before: what the process does first, untouched. inject: what strace does at which call, such
    as `fsync:error=ENOSPC:when=2`, `close:signal=KILL:when=1`; empty: nothing.
    """
    said, told = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(said)
        _live(before, function, told)
    os.close(told)
    os.waitpid(child, os.WUNTRACED)
    given = ["-e", f"inject={inject}"] if inject else []
    command = ["strace", "-f", "-qq", "-o", str(log), "-e", f"trace={CALLS}", *given]
    tracer = subprocess.Popen([*command, "-p", str(child)], stderr=subprocess.PIPE, text=True)
    try:
        _wait_for_tracer(child, tracer)
        os.kill(child, signal.SIGCONT)
        _, status = os.waitpid(child, 0)
    finally:
        tracer.wait(_PATIENCE_S)
        assert tracer.stderr
        tracer.stderr.close()
    with open(said, encoding="utf-8", errors="replace") as pipe:
        text = pipe.read()
    calls = [m[1] for line in log.read_text("utf-8", "replace").splitlines() if (m := _CALL(line))]
    return Ended(os.waitstatus_to_exitcode(status), text, calls)


def _live(before: Callable[[], object], function: Callable[[], object], told: int) -> None:
    how = BROKEN
    try:
        before()
        os.kill(os.getpid(), signal.SIGSTOP)
        function()
        how = DONE
    except UserError as error:
        how = REFUSED
        _tell(told, str(error))
    except BaseException:
        _tell(told, traceback.format_exc())
    finally:
        sys.stdout.flush()
        os._exit(how)


def _tell(told: int, text: str) -> None:
    # The call that fails may be this one, once.
    for _ in range(2):
        try:
            os.write(told, text.encode("utf-8", "replace")[:60_000])
            return
        except OSError:
            continue


def _wait_for_tracer(child: int, tracer: subprocess.Popen[str]) -> None:
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until:
        status = Path(f"/proc/{child}/status").read_text("ascii")
        if "TracerPid:\t0\n" not in status:
            return
        if tracer.poll() is not None:
            os.kill(child, signal.SIGKILL)
            assert tracer.stderr
            raise RuntimeError(f"strace cannot trace here: {tracer.stderr.read().strip()}")
        time.sleep(0.001)
    raise RuntimeError("strace does not begin")

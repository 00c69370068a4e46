"""Another machine, as ssh sees it: an sshd of its own on loopback, and a link that can be bad."""

from __future__ import annotations

import contextlib
import getpass
import os
import queue
import random
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

HOST = "lab"
_PIECE = 1 << 14


class Machine:
    """Reached as `HOST` by the `ssh` in `bin`, which is to be first on the PATH. sshd: its process.
    link: what all goes through.
    """

    def __init__(self, folder: Path, path: str, more: str = "") -> None:
        self.folder, self.bin = folder, folder / "bin"
        self._ssh = _real("ssh")  # not the one that is made here
        self.bin.mkdir(parents=True)
        for key in ("host", "user", "stranger"):
            make = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / key)]
            subprocess.run(make, check=True)
        self.port = _free_port()
        self.link = Link(self.port)
        (folder / "sshd_config").write_text(
            f"Port {self.port}\nListenAddress 127.0.0.1\nHostKey {folder / 'host'}\n"
            f"AuthorizedKeysFile {folder / 'user.pub'}\nStrictModes no\nUsePAM no\nPidFile none\n"
            "PasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin yes\n"
            f'SetEnv PATH="{path}" QT_QPA_PLATFORM=offscreen\n{more}\n'
        )
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(exist_ok=True)  # where Debian's looks
        command = [shutil.which("sshd") or "/usr/sbin/sshd", "-D", "-e"]
        log = (folder / "sshd.log").open("w")
        self.sshd = subprocess.Popen([*command, "-f", str(folder / "sshd_config")], stderr=log)
        log.close()
        self.known(folder / "host.pub")
        self.config("user")
        _answers(self.port)

    def known(self, key: Path | None) -> None:
        """The key by which the machine is known here; None: it is not."""
        place = f"[127.0.0.1]:{self.link.port}"
        text = "" if key is None else f"{place} {key.read_text('ascii')}"
        (self.folder / "known_hosts").write_text(text)

    def config(self, key: str, port: int = 0) -> None:
        """With which key one goes there."""
        config = self.folder / "ssh_config"
        config.write_text(
            f"Host {HOST}\n HostName 127.0.0.1\n Port {port or self.link.port}\n"
            f" User {getpass.getuser()}\n IdentityFile {self.folder / key}\n IdentitiesOnly yes\n"
            f" UserKnownHostsFile {self.folder / 'known_hosts'}\n StrictHostKeyChecking yes\n"
            " GlobalKnownHostsFile /dev/null\n"
        )
        script = self.bin / "ssh"
        script.write_text(f'#!/bin/sh\nexec {self._ssh} -F {config} "$@"\n')
        script.chmod(0o755)

    def stop(self) -> None:
        """Nobody listens any more."""
        self.link.stop()
        self.sshd.terminate()
        self.sshd.wait()


class Link:
    """From a port of its own to another. delay_s: of each piece, one way. lost: the share of pieces
    that come late by `again_s`, as those do that TCP has to send again.
    """

    def __init__(self, to: int, delay_s: float = 0.0, lost: float = 0.0) -> None:
        self.to, self.delay_s, self.lost, self.again_s = to, delay_s, lost, 0.25
        self.carried = 0  # bytes towards the window
        self._made: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._do(self._accept)

    def _do(self, work: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=work, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def cut(self) -> None:
        """End every connection."""
        for each in self._made:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def stop(self) -> None:
        """Take no more."""
        self.cut()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # `accept` comes back
        for thread in self._threads:
            thread.join()
        for each in (*self._made, self._listener):
            each.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(("127.0.0.1", self.to))
                for each in (near, far):
                    each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._made += near, far
                self._do(self._carry, near, far)
                self._do(self._carry, far, near)

    def _carry(self, source: socket.socket, to: socket.socket) -> None:
        """In order; each piece as late as the link is long."""
        dice, pieces = random.Random(1), queue.SimpleQueue[tuple[float, bytes]]()

        def deliver() -> None:
            with contextlib.suppress(OSError):
                while True:
                    due, piece = pieces.get()
                    time.sleep(max(0.0, due - time.monotonic()))
                    if not piece:
                        to.shutdown(socket.SHUT_WR)
                        return
                    to.sendall(piece)

        self._do(deliver)
        with contextlib.suppress(OSError):
            while piece := source.recv(_PIECE):
                late = self.again_s if dice.random() < self.lost else 0.0
                pieces.put((time.monotonic() + self.delay_s + late, piece))
                self.carried += len(piece) * (source.getpeername()[1] == self.to)
        pieces.put((0.0, b""))


@contextlib.contextmanager
def machine(folder: Path, path: str = "", more: str = "") -> Iterator[Machine]:
    """One that has this ebmviz on its PATH, or what else is there."""
    own = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    found = Machine(folder, path or own, more)
    try:
        yield found
    finally:
        found.stop()


def _real(program: str) -> str:
    return shutil.which(program) or f"/usr/bin/{program}"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _answers(port: int) -> None:
    for _ in range(200):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
    raise TimeoutError("sshd does not listen")

"""An engine that another command starts: over ssh on another machine, in a container, by a
scheduler. It speaks over the stdin and stdout of that command.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from typing import NamedTuple

from ebmviz.core.errors import UserError
from ebmviz.core.outside import clean

_SSH = "ssh:"
_LOST, _UNKNOWN = 255, 127  # how ssh ends without a link, and a shell without the command
# Nobody can be asked for a password: the engine's words come where the question would be answered.
_OPTIONS = ("BatchMode=yes", "ConnectTimeout=15", "ServerAliveInterval=3", "ServerAliveCountMax=4")
_NO_LINK = (
    *("closed by", "broken pipe", "reset by peer", "timeout, server", "timed out", "disconnect"),
    *("refused", "no route", "unreachable", "could not resolve"),
)
_WHY = (
    ("Permission denied", "{0} does not let you in: does `ssh {0}` in a terminal, with a key?"),
    ("Host key verification failed", "the key of {0} is unknown or another: try `ssh {0}` first"),
    ("Could not resolve", "there is no machine of the name “{0}”"),
    ("Connection refused", "{0} takes no connections over ssh"),
    ("timed out", "{0} does not answer"),
    ("No route to host", "{0} cannot be reached"),
    ("Network is unreachable", "{0} cannot be reached"),
)


class Elsewhere(NamedTuple):
    """text: how it was asked for. command: what starts it. host: the machine, if that is known."""

    text: str
    command: tuple[str, ...]
    host: str = ""

    @property
    def shown(self) -> str:
        """For a sentence."""
        return self.host or clean(self.text, 60)

    @property
    def short(self) -> str:
        """Its name where there is little room: of the machine, or of the command."""
        host = self.host.rpartition("@")[2]
        named = host.partition(".")[0]
        return (host if named.isdecimal() else named) or clean(self.command[0].rpartition("/")[2])

    def why(self, status: int, said: Sequence[str]) -> str:
        """What an end with this status means, from the lines that the command wrote to stderr;
        empty where it is no matter of how the engine was reached.
        """
        text = "\n".join(said)
        if status == _UNKNOWN:
            there = f"on {self.host}" if self.host else "there"
            named = f"ssh {self.host or 'HOST'} /path/of/ebmviz engine"
            return f"no command ebmviz is found {there}: install it, or --engine '{named}'"
        if status != _LOST or not self._ssh:
            return ""
        for part, why in _WHY:
            if part.lower() in text.lower():
                return why.format(self.shown)
        if self.unlinked(status, said):
            return f"the link to {self.shown} is lost"
        return f"the engine on {self.shown} was killed"  # of a signal ssh tells no more

    def unlinked(self, status: int, said: Sequence[str]) -> bool:
        """Whether ssh ended so because there is no link, now or any more, and may be again."""
        text = "\n".join(said).lower()
        return status == _LOST and self._ssh and any(part in text for part in _NO_LINK)

    @property
    def _ssh(self) -> bool:
        return self.command[0].rpartition("/")[2] == "ssh"


def placed(device: str, there: Elsewhere | None) -> str:
    """A device, and the machine that it is in where that is not this one."""
    return f"{there.short}: {device}" if there else device


def elsewhere(text: str, plugins: Sequence[str] = ()) -> Elsewhere | None:
    """What `--engine` means: ssh:HOST, or a command; None where it is empty. plugins: files of
    this machine that the engine is to load.

    Raises UserError of what is neither, and of plug-ins that another machine cannot read.
    """
    text = text.strip()
    if not text:
        return None
    if text.startswith(_SSH):
        host = text.removeprefix(_SSH)
        if not re.fullmatch(r"[\w.@:%\[\]][\w.@:%\[\]-]*", host):
            raise UserError(f"{clean(text)}: ssh: is followed by a host, such as ssh:me@machine")
        if plugins:
            named = ", ".join(clean(file.rpartition("/")[2], 40) for file in plugins[:3])
            raise UserError(f"--plugin {named}: the engine on {host} cannot read files from here")
        options = [word for option in _OPTIONS for word in ("-o", option)]
        return Elsewhere(text, ("ssh", "-T", *options, host, "ebmviz", "engine", "--link"), host)
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise UserError(f"--engine {clean(text)}: {error}") from None
    return Elsewhere(text, tuple(words))

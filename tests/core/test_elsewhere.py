"""Where an engine is, and why it cannot be reached."""

from __future__ import annotations

import pytest

from ebmviz.core.errors import UserError
from ebmviz.core.process.elsewhere import elsewhere, placed


def test_a_host_is_reached_by_the_user_s_own_ssh_and_nobody_is_asked() -> None:
    found = elsewhere(" ssh:me@lab.example:x ")
    assert found
    assert found.command[:2] == ("ssh", "-T")
    assert "BatchMode=yes" in found.command
    assert found.command[-4:] == ("me@lab.example:x", "ebmviz", "engine", "--link")
    assert found.shown == "me@lab.example:x"


def test_any_command_is_taken_as_a_shell_would_part_it() -> None:
    found = elsewhere("docker run -i 'my image' ebmviz engine")
    assert found
    assert found.command == ("docker", "run", "-i", "my image", "ebmviz", "engine")
    assert not found.host
    assert elsewhere("  ") is None


@pytest.mark.parametrize(
    "text", ["ssh:", "ssh:-oProxyCommand=touch x", "ssh:a b", "ssh:a;b", "ssh:$(x)", "srun 'x"]
)
def test_what_is_neither_is_refused(text: str) -> None:
    with pytest.raises(UserError) as caught:
        elsewhere(text)
    assert "\n" not in str(caught.value)


def test_files_of_this_machine_are_not_for_another() -> None:
    with pytest.raises(UserError, match=r"--plugin a\.py: the engine on m cannot read files"):
        elsewhere("ssh:m", ["/home/me/a.py"])
    assert elsewhere("docker run -v /home:/home i ebmviz engine", ["/home/me/a.py"])


def test_a_device_elsewhere_is_told_from_one_here() -> None:
    assert placed("CPU", None) == "CPU"
    assert placed("CPU", elsewhere("ssh:me@lab.example.org")) == "lab: CPU"
    assert placed("CPU", elsewhere("ssh:10.0.0.7")) == "10.0.0.7: CPU"
    assert placed("CUDA", elsewhere("/usr/bin/srun -G1 ebmviz engine")) == "srun: CUDA"


@pytest.mark.parametrize(
    ("status", "said", "why"),
    [
        (127, "bash: line 1: ebmviz: command not found", "no command ebmviz is found on m: "),
        (255, "me@m: Permission denied (publickey).", "m does not let you in"),
        (255, "Host key verification failed.", "the key of m is unknown or another"),
        (255, "ssh: Could not resolve hostname m: unknown", "no machine of the name “m”"),
        (255, "ssh: connect to host m port 22: Connection refused", "m takes no connections"),
        (255, "ssh: connect to host m port 22: Connection timed out", "m does not answer"),
        (255, "Timeout, server m not responding.", "the link to m is lost"),
        (255, "Connection to m closed by remote host.", "the link to m is lost"),
        (255, "client_loop: send disconnect: Broken pipe", "the link to m is lost"),
        (255, "", "the engine on m was killed"),
        (1, "Traceback", ""),
        (0, "", ""),
    ],
)
def test_why_it_ended_is_one_sentence(status: int, said: str, why: str) -> None:
    found = elsewhere("ssh:m")
    assert found
    text = found.why(status, ["Welcome to m!", said])
    assert text.find(why) >= 0 if why else text == ""
    assert "\n" not in text


def test_the_end_of_another_command_is_not_taken_for_a_lost_link() -> None:
    found = elsewhere("srun ebmviz engine")
    assert found
    assert found.why(255, ["Permission denied"]) == ""
    assert not found.unlinked(255, ["Connection refused"])
    assert "there: install it" in found.why(127, [])

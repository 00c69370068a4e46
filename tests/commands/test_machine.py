"""What the program says of the machine, and how it lives with what it finds there."""

from __future__ import annotations

import configparser
import os
import shlex
import subprocess
import sys
import time
import xml.etree.ElementTree as xml
from importlib.metadata import version
from pathlib import Path

import pytest

from ebmviz.core.errors import UserError
from ebmviz.core.process import machine
from ebmviz.files import atomic
from tests.commands.program import Run


def test_info_names_versions_device_threads_and_folders(run: Run, own_folders: Path) -> None:
    done = run("--info")
    assert (done.status, done.err) == (0, "")
    rows = dict(line.split(maxsplit=1) for line in done.out.splitlines())
    assert rows["torch"] == version("torch")
    assert rows["Python"].startswith(f"{sys.version_info.major}.{sys.version_info.minor}.")
    assert rows["device"].endswith(("auto is cpu", "auto is cuda"))
    assert rows["threads"].startswith(f"{os.cpu_count()}, ")
    for name in ("settings", "state", "log", "cache"):
        assert Path(rows[name]).is_relative_to(own_folders), "they follow the environment"


def test_a_package_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "_PACKAGES", ("no-such-package",))
    assert machine.facts()["no-such-package"] == "not installed"


def test_the_desktop_entry_opens_sessions_with_this_program(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))  # neither tool of the desktop is there
    files = [Path(line) for line in run("--install-desktop").out.splitlines()]
    assert [f.name for f in files] == ["ebmviz.desktop", "ebmviz.xml", "ebmviz.svg"]
    entry = configparser.RawConfigParser(strict=True)
    entry.optionxform = str  # type: ignore[assignment,method-assign]
    entry.read(files[0], "utf-8")
    found = entry["Desktop Entry"]
    program, field = shlex.split(found["Exec"])
    assert field == "%f"
    assert Path(program).name.startswith(("ebmviz", "python"))
    assert Path(program).is_file()
    (kind,) = xml.parse(files[1]).getroot()
    assert found["MimeType"] == kind.get("type", "") + ";"
    assert any(e.get("pattern") == "*.ebmviz" for e in kind)
    assert files[2].read_bytes().lstrip().startswith(b"<")


@pytest.mark.parametrize(
    ("word", "quoted"),
    [
        ("/opt/my apps/ebmviz", '"/opt/my apps/ebmviz"'),
        ('/a"b', r'"/a\\"b"'),
        ("/50%", '"/50%%"'),
        ("/$HOME`x`", r'"/\\$HOME\\`x\\`"'),
    ],
)
def test_a_path_is_quoted_as_entries_want_it(word: str, quoted: str) -> None:
    from ebmviz.commands.base import desktop

    assert desktop._quoted(word) == quoted


def test_without_streams_the_program_still_works(tmp_path: Path) -> None:
    """As Windows starts it from its menu."""
    script = (
        "import sys; sys.stdout = sys.stderr = None\n"
        "from ebmviz import cli; code = cli.main(sys.argv[1:]); open('code', 'w').write(str(code))"
    )
    for words, code in ((("scenes",), 0), (("eval", "nothing", "--y", "0,0"), 2)):
        subprocess.run([sys.executable, "-c", script, *words], cwd=tmp_path, check=True)
        assert (tmp_path / "code").read_text() == str(code)


class Held(OSError):
    """What Windows says of a file that another program looks at."""

    winerror = 32


def test_a_file_that_is_looked_at_is_soon_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, tries, really = tmp_path / "a", [], os.replace
    path.write_bytes(b"old")

    def held(source: Path, target: Path) -> None:
        tries.append(1)
        if len(tries) < 4:
            raise Held(13, "held")
        really(source, target)

    monkeypatch.setattr(os, "replace", held)
    monkeypatch.setattr(time, "sleep", lambda _: None)
    atomic.write_bytes(path, b"new")
    assert (path.read_bytes(), len(tries)) == (b"new", 4)

    tries.clear()
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(UserError, match="the disk is full"):
        atomic.write_bytes(path, b"newer")
    assert path.read_bytes() == b"new"

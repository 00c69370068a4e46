"""What a killed process left is removed; what someone may still need is not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from ebmviz.files.atomic import replacing, write_bytes
from ebmviz.files.leftovers import sweep
from ebmviz.files.recovery import Recovery

KILLED = """
import os, signal, sys
from pathlib import Path
from ebmviz.files.atomic import replacing
with replacing(Path(sys.argv[1])) as temporary:
    temporary.write_bytes(b"half of it")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def aged(folder: Path) -> None:
    """As if some time had gone by."""
    for path in folder.iterdir():
        os.utime(path, (1e9, 1e9))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_temporary_file_of_a_killed_save_goes_and_all_else_stays(tmp_path: Path) -> None:
    target = tmp_path / "lecture.ebmviz"
    write_bytes(target, b"whole")
    others = [".ebmviz-notes.txt", ".ebmviz-0123456789abcdef0.csv", "ebmviz-0123456789abcdef.pdf"]
    for name in others:
        (tmp_path / name).write_bytes(b"mine")
    done = subprocess.run([sys.executable, "-P", "-c", KILLED, str(target)], timeout=120)
    assert done.returncode < 0
    assert len(names(tmp_path)) == len(others) + 2
    sweep([tmp_path])
    assert len(names(tmp_path)) == len(others) + 2, "it may have been made this moment"
    aged(tmp_path)
    sweep([tmp_path, tmp_path / "gone", target])
    assert names(tmp_path) == sorted([*others, target.name])
    assert target.read_bytes() == b"whole"


def test_a_file_that_is_being_written_stays(tmp_path: Path) -> None:
    target = tmp_path / "slow.pdf"
    with replacing(target) as temporary:
        temporary.write_bytes(b"page 1")
        aged(tmp_path)
        sweep([tmp_path])
        assert temporary.exists()
    assert names(tmp_path) == [target.name]
    assert target.read_bytes() == b"page 1"


def test_stray_notes_of_autosaves_go_and_what_can_be_recovered_stays(tmp_path: Path) -> None:
    mine = Recovery(tmp_path, lambda data: None)
    mine.write(b"session", "a.ebmviz")
    kept = names(tmp_path)
    assert len(kept) == 3
    stray = f"autosave-99-{'c' * 16}"
    orphan = f"autosave-98-{'d' * 16}"
    for name in (f"{stray}.json", f"{stray}.lock", f"{orphan}.json", f"{orphan}.backup.ebmviz"):
        (tmp_path / name).write_bytes(b"{}")
    aged(tmp_path)
    sweep([tmp_path])
    assert names(tmp_path) == sorted([*kept, f"{orphan}.json", f"{orphan}.backup.ebmviz"])
    for path in tmp_path.glob(f"{mine._stem}*.ebmviz"):
        path.unlink()  # a process that has no autosave yet holds its lock
    sweep([tmp_path])
    assert f"{mine._stem}.lock" in names(tmp_path)
    mine.clear()

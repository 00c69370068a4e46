"""Autosaves survive the process that wrote them, and are offered to the next one."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import platformdirs
import pytest

from ebmviz.core.errors import UserError
from ebmviz.files import archive, lock
from ebmviz.files.recovery import Orphan, Recovery, default_folder

CHILD = """
import sys
from pathlib import Path
from ebmviz.files.recovery import Recovery
saves = Recovery(Path(sys.argv[1]))
for step in range(int(sys.argv[2])):
    saves.write(bytes.fromhex(sys.argv[3 + step]), "lecture.ebmviz")
print("ready", flush=True)
sys.stdin.read()
if len(sys.argv) > 3 + int(sys.argv[2]):
    saves.clear()
"""


def content(step: int) -> bytes:
    """A small archive with good checksums, one per step."""
    names = set(archive.CAPS) - archive.OPTIONAL - {"mimetype", "manifest.json"}
    return archive.pack({name: f"{step}".encode() for name in sorted(names)})


def step_of(orphan: Orphan) -> int:
    return int(archive.unpack(orphan.path.read_bytes(), "x")["scene.json"])


@contextmanager
def process(folder: Path, saves: int, *more: str) -> Iterator[subprocess.Popen[bytes]]:
    """Another window that has written so many autosaves and is now idle."""
    command = [sys.executable, "-c", CHILD, str(folder), str(saves)]
    command += [content(step).hex() for step in range(saves)]
    child = subprocess.Popen([*command, *more], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with child:
        assert child.stdout
        assert child.stdout.readline().strip() == b"ready"
        try:
            yield child
        finally:
            child.kill()


def crashed(folder: Path, saves: int = 2) -> Orphan:
    """The orphan of a window that was killed after so many autosaves."""
    with process(folder, saves) as child:
        child.send_signal(signal.SIGKILL)
        child.wait()
        name = f"autosave-{child.pid}-"
    (orphan,) = [o for o in Recovery(folder).orphans() if o.path.name.startswith(name)]
    return orphan


def files(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.suffix == ".ebmviz"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "autosave"


@pytest.fixture
def saves(folder: Path) -> Iterator[Recovery]:
    own = Recovery(folder)
    yield own
    own.clear()


def test_a_killed_window_leaves_its_work(folder: Path) -> None:
    orphan = crashed(folder)
    assert step_of(orphan) == 1
    assert orphan.document == "lecture.ebmviz"
    assert orphan.readable
    assert orphan.time == orphan.path.stat().st_mtime
    assert not orphan.path.name.endswith(".backup.ebmviz")


def test_a_living_window_is_left_alone(folder: Path, saves: Recovery) -> None:
    with process(folder, 1):
        assert saves.orphans() == []
        saves.write(content(3), None)
        assert saves.orphans() == []
        assert Recovery(folder).orphans() == []
    assert [step_of(o) for o in Recovery(folder).orphans()] == [0]


def test_a_clean_exit_leaves_nothing(folder: Path) -> None:
    with process(folder, 2, "clear") as child:
        assert child.stdin
        child.stdin.close()
        child.wait()
    assert os.listdir(folder) == []


def test_a_reused_process_number_hides_nothing(folder: Path) -> None:
    """The number in the name is that of a living process; its lock is free all the same."""
    crashed(folder)
    for path in list(folder.iterdir()):
        dash = path.name.index("-", 9)
        path.rename(folder / f"autosave-{os.getpid()}{path.name[dash:]}")
    (again,) = Recovery(folder).orphans()
    assert step_of(again) == 1


def test_a_process_number_from_elsewhere_hides_nothing(folder: Path) -> None:
    """A living window in another container: here its number is nobody's."""
    with process(folder, 1):
        for path in list(folder.iterdir()):
            dash = path.name.index("-", 9)
            path.rename(folder / f"autosave-999999999{path.name[dash:]}")
        assert Recovery(folder).orphans() == []
    assert len(Recovery(folder).orphans()) == 1


def test_without_locks_the_process_number_decides(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unsupported(_: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(lock, "_acquire", unsupported)
    own = Recovery(folder)
    own.write(content(0), None)
    assert Recovery(folder).orphans() == []
    with process(folder, 1) as child:
        assert Recovery(folder).orphans() == []
    assert child.wait() is not None
    assert len(Recovery(folder).orphans()) == 1
    own.clear()


def test_an_autosave_whose_lock_is_gone_is_an_orphan(folder: Path) -> None:
    orphan = crashed(folder)
    for path in folder.glob("*.lock"):
        path.unlink()
    assert Recovery(folder).orphans() == [orphan]


def test_the_newest_comes_first(folder: Path) -> None:
    made = [crashed(folder, saves=n) for n in (1, 2, 3)]
    for orphan, when in zip(made, (200, 300, 100), strict=True):
        os.utime(orphan.path, (when, when))
    assert [step_of(o) for o in Recovery(folder).orphans()] == [1, 0, 2]


@pytest.mark.parametrize("damage", [b"", b"junk", content(1)[:-5]])
@pytest.mark.parametrize("when", [0, 4_000_000_000])
def test_the_backup_is_offered_whatever_the_dates_say(
    folder: Path, damage: bytes, when: int
) -> None:
    orphan = crashed(folder)
    orphan.path.write_bytes(damage)
    os.utime(orphan.path, (when, when))
    (found,) = Recovery(folder).orphans()
    assert found.readable
    assert found.path.name.endswith(".backup.ebmviz")
    assert step_of(found) == 0
    assert found.document == "lecture.ebmviz"


def test_the_backup_is_offered_when_the_main_file_is_gone(folder: Path) -> None:
    crashed(folder).path.unlink()
    assert [step_of(o) for o in Recovery(folder).orphans()] == [0]


def test_an_orphan_of_which_nothing_can_be_read_is_listed_as_such(folder: Path) -> None:
    orphan = crashed(folder)
    for name in files(folder):
        (folder / name).write_bytes(b"junk")
    (found,) = Recovery(folder).orphans()
    assert not found.readable
    assert found.path == orphan.path
    Recovery(folder).discard(found)
    assert os.listdir(folder) == []


def test_a_check_of_ones_own(folder: Path) -> None:
    crashed(folder)

    def refuse(_: bytes) -> None:
        raise UserError("not today")

    assert [o.readable for o in Recovery(folder, refuse).orphans()] == [False]
    with pytest.raises(UserError, match="not today"):
        Recovery(folder, refuse).write(content(0), None)


def test_a_crash_between_two_renames_loses_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Recovery(folder)
    own.write(content(0), "a")
    own.write(content(1), "a")
    plain, calls = os.replace, []

    def dying(old: Path, new: Path) -> None:
        calls.append(new)
        if len(calls) == 3:  # the temporary file, the backup, and then the main file
            raise KeyboardInterrupt
        plain(old, new)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", dying)
        with pytest.raises(KeyboardInterrupt):
            own.write(content(2), "a")
    assert own._lock is not None
    own._lock.release()  # as the end of the process does
    (found,) = Recovery(folder).orphans()
    assert step_of(found) == 2
    assert found.readable
    Recovery(folder).discard(found)
    assert os.listdir(folder) == []


def test_the_one_before_is_kept(folder: Path, saves: Recovery) -> None:
    for step in range(4):
        saves.write(content(step), None)
    backup, main = (files(folder)[name] for name in sorted(files(folder)))
    assert (backup, main) == (content(2), content(3))


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
def test_a_save_that_fails_changes_nothing(
    folder: Path, saves: Recovery, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    saves.write(content(0), None)
    saves.write(content(1), None)
    before = files(folder)

    def full(_: int) -> None:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(UserError, match="could not be saved: the disk"):
            saves.write(content(2), None)
    assert files(folder) == before
    with pytest.raises(UserError, match="not an ebmviz session"):
        saves.write(b"junk", None)
    assert files(folder) == before
    saves.write(content(3), None)
    assert sorted(files(folder).values()) == sorted([content(1), content(3)])


def test_a_damaged_file_does_not_push_out_a_good_backup(folder: Path, saves: Recovery) -> None:
    saves.write(content(0), None)
    saves.write(content(1), None)
    (main,) = [name for name in files(folder) if ".backup" not in name]
    (folder / main).write_bytes(b"junk")
    saves.write(content(2), None)
    assert sorted(files(folder).values()) == sorted([content(0), content(2)])


def test_clear_and_go_on(folder: Path, saves: Recovery) -> None:
    saves.clear()  # before anything was written
    saves.write(content(0), "a")
    saves.clear()
    assert os.listdir(folder) == []
    saves.write(content(1), "a")
    assert len(files(folder)) == 1


@pytest.mark.parametrize("document", [None, "", "/home/a b/β\n.ebmviz"])
def test_the_name_of_the_document(folder: Path, document: str | None) -> None:
    own = Recovery(folder)
    own.write(content(0), "before")
    own.write(content(1), document, "5e" * 32)
    assert own._lock is not None
    own._lock.release()
    (found,) = Recovery(folder).orphans()
    assert (found.document, found.known) == (document, "5e" * 32)
    Recovery(folder).tell(found)
    assert Recovery(folder).orphans() == [msgspec.structs.replace(found, told=True)]
    for raw in (b"", b"[]", b'{"document": 3, "known": "5E"}', b"[" * 50_000, b"x" * 100_000):
        next(folder.glob("*.json")).write_bytes(raw)
        assert [(o.document, o.known) for o in Recovery(folder).orphans()] == [(None, "")]


def test_other_files_are_no_concern(folder: Path, tmp_path: Path) -> None:
    folder.mkdir(parents=True)
    token = "0" * 16
    (folder / f"autosave-1-{token}.ebmviz").mkdir()
    os.mkfifo(folder / f"autosave-2-{token}.ebmviz")
    (folder / f"autosave-3-{token}.ebmviz").symlink_to("nowhere")
    (folder / "autosave-x-1.ebmviz").write_bytes(content(0))
    (folder / "mine.ebmviz").write_bytes(content(0))
    (folder / f"autosave-{'9' * 200}-{token}.ebmviz").write_bytes(content(0))
    assert [step_of(o) for o in Recovery(folder).orphans()] == [0]
    own = tmp_path / "mine.ebmviz"
    own.write_bytes(b"x")
    Recovery(folder).discard(Orphan(own, None, 0.0, True))
    Recovery(folder).discard(Orphan(tmp_path / f"autosave-1-{token}.ebmviz", None, 0.0, True))
    assert own.exists()
    assert (folder / "mine.ebmviz").exists()


def test_discard_twice(folder: Path) -> None:
    keep, drop = crashed(folder), crashed(folder)
    Recovery(folder).discard(drop)
    Recovery(folder).discard(drop)
    assert Recovery(folder).orphans() == [keep]


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for place in (tmp_path / "file" / "autosave", tmp_path / "file"):
        own = Recovery(place)
        assert own.orphans() == []
        with pytest.raises(UserError, match="no autosave: "):
            own.write(content(0), None)
        own.clear()


def test_what_is_autosaved_is_private(folder: Path, saves: Recovery) -> None:
    saves.write(content(0), None)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_default_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(platformdirs, "user_state_dir", lambda *_, **__: str(tmp_path))
    assert default_folder() == tmp_path / "autosave"
    assert Recovery().folder == default_folder()
    assert os.listdir(tmp_path) == []

"""A file is read whole, and replaced whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ebmviz.core.errors import UserError
from ebmviz.files import atomic
from ebmviz.files.atomic import read_bytes, replacing, write_bytes

OLD, NEW = b"old" * 1000, b"new!" * 1024


def refused_path(path: str | os.PathLike[str]) -> str:
    with pytest.raises(UserError) as caught:
        read_bytes(path, 100)
    text = str(caught.value)
    assert "\n" not in text
    return text


def test_a_file_is_read_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "a.ebmviz"
    path.write_bytes(bytes(100))
    assert read_bytes(path, 100) == bytes(100)
    path.write_bytes(bytes(101))
    assert refused_path(path) == f"{path}: larger than the 100 bytes that are accepted"
    assert refused_path(tmp_path / "none") == f"{tmp_path}/none: there is no such file or folder"
    assert refused_path(tmp_path) == f"{tmp_path}: it is a folder, not a file"
    assert "not a folder" in refused_path(path / "below")
    assert "name is too long" in refused_path(tmp_path / ("x" * 300))
    assert "not a possible file name" in refused_path("a\0b")
    assert refused_path("") == "“”: there is no such file or folder"
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    assert "in a circle" in refused_path(loop)


def test_a_name_is_shown_on_one_line() -> None:
    seen = r"a\nb\x1b[2J\udcff"
    assert refused_path("a\nb\x1b[2J\udcff") == f"{seen}: there is no such file or folder"


def test_a_pipe_or_a_device_does_not_hang(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (pipe, "/dev/zero", "/dev/null"):
        assert refused_path(path) == f"{path}: it is a pipe or a device, not a file"


def test_a_pipe_that_slips_in_after_the_look_does_not_hang(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe, plain = tmp_path / "pipe", os.stat(__file__)
    os.mkfifo(pipe)
    monkeypatch.setattr(os, "stat", lambda *_, **__: plain)
    assert "it is a pipe or a device" in refused_path(pipe)


# saving ---------------------------------------------------------------------------------


def state(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file below `folder`, its modification time and content."""
    return {p.name: (p.lstat().st_mtime_ns, p.read_bytes()) for p in sorted(folder.iterdir())}


def test_save_makes_and_replaces(tmp_path: Path) -> None:
    path = tmp_path / "a.ebmviz"
    write_bytes(path, OLD)
    write_bytes(path, NEW)
    assert path.read_bytes() == NEW
    assert os.listdir(tmp_path) == ["a.ebmviz"]


def test_a_new_file_obeys_the_umask_and_an_old_one_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "a.ebmviz"
    old = os.umask(0o027)
    try:
        write_bytes(path, OLD)
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
        path.chmod(0o664)
        write_bytes(path, OLD)
        assert stat.S_IMODE(path.stat().st_mode) == 0o664
    finally:
        os.umask(old)


def test_links_are_followed(tmp_path: Path) -> None:
    real, link, dangling = tmp_path / "real", tmp_path / "link", tmp_path / "dangling"
    real.mkdir()
    link.symlink_to(real / "a.ebmviz")
    dangling.symlink_to("link")
    write_bytes(dangling, OLD)  # there is no file at its end yet
    write_bytes(link, NEW)
    assert link.is_symlink()
    assert dangling.is_symlink()
    assert os.listdir(real) == ["a.ebmviz"]
    assert (real / "a.ebmviz").read_bytes() == NEW


def test_a_name_as_long_as_can_be(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 247 + ".ebmviz")
    write_bytes(path, OLD)
    write_bytes(path, OLD)
    assert path.read_bytes() == OLD


def fail(code: int) -> Callable[..., Any]:
    def raising(*_: object, **__: object) -> Any:
        raise OSError(code, os.strerror(code))

    return raising


def assert_save_fails(
    path: Path, reason: str, check: Callable[[bytes], object] | None = None
) -> None:
    """Saving fails for `reason`, and leaves everything as it was."""
    before = state(path.parent)
    with pytest.raises(UserError) as caught:
        write_bytes(path, NEW, check)
    assert str(caught.value).startswith(f"{path} could not be saved: ")
    assert reason in str(caught.value)
    assert state(path.parent) == before


@pytest.fixture(params=["old", "new"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "a.ebmviz"
    if request.param == "old":
        write_bytes(path, OLD)
    return path


@pytest.mark.parametrize(
    ("call", "code", "reason"),
    [
        ("fsync", errno.ENOSPC, "the disk is full"),
        ("fsync", errno.EIO, "the disk reports an error"),
        ("fsync", errno.EDQUOT, "quota"),
        ("replace", errno.EACCES, "permission is denied"),
        ("replace", errno.ETXTBSY, os.strerror(errno.ETXTBSY)),
    ],
)
def test_a_system_that_refuses(
    call: str, code: int, reason: str, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, call, fail(code))
    assert_save_fails(target, reason)


def test_a_disk_that_is_really_full(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> Any:
        return os.fdopen(os.open("/dev/full", os.O_WRONLY), "wb")

    monkeypatch.setattr(atomic, "open", full, raising=False)
    assert_save_fails(target, "the disk is full")


def test_a_disk_that_takes_only_a_part(target: Path) -> None:
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        assert_save_fails(target, "larger than is allowed")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_folder_that_cannot_be_written(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = os.open

    def guarded(path: Any, flags: int, *more: Any, **named: Any) -> int:
        if flags & os.O_CREAT:
            raise OSError(errno.EROFS, "Read-only file system")
        return plain(path, flags, *more, **named)

    monkeypatch.setattr(os, "open", guarded)
    assert_save_fails(target, "the disk is read-only")


def test_a_write_protected_file_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.ebmviz"
    write_bytes(path, OLD)
    path.chmod(0o444)
    # Root may write anything, so its answer is put in the mouth of the system.
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert_save_fails(path, "the file is write-protected")


def test_a_disk_that_gives_back_other_bytes(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "read_bytes", lambda _: OLD[:-1])
    before = sorted(os.listdir(target.parent))
    with pytest.raises(UserError, match="the disk returned other bytes"):
        write_bytes(target, OLD)
    assert sorted(os.listdir(target.parent)) == before


def test_what_does_not_pass_its_check_is_not_kept(target: Path) -> None:
    def refuse(written: bytes) -> None:
        raise UserError(f"{target} could not be saved: {len(written)} bytes are too many")

    assert_save_fails(target, "4096 bytes are too many", refuse)


def test_an_interrupt_leaves_nothing_behind(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = state(target.parent)
    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_bytes(target, OLD)
    assert state(target.parent) == before


def test_a_folder_that_cannot_be_flushed_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = os.fsync

    def guarded(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")
        plain(descriptor)

    monkeypatch.setattr(os, "fsync", guarded)
    write_bytes(tmp_path / "a.ebmviz", OLD)
    assert (tmp_path / "a.ebmviz").read_bytes() == OLD


def test_the_file_and_its_folder_are_flushed_in_that_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log: list[str] = []
    flush, replace = os.fsync, os.replace

    def fsync(descriptor: int) -> None:
        log.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        flush(descriptor)

    def moving(*paths: Any) -> None:
        log.append("replace")
        replace(*paths)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", moving)
    write_bytes(tmp_path / "a.ebmviz", OLD)
    assert log == ["file", "replace", "folder"]


def test_places_that_are_no_file(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path, reason in (
        (tmp_path, "it is a folder"),
        (pipe, "a pipe or a device"),
        (tmp_path / "none" / "a.ebmviz", "no such file or folder"),
        (pipe / "a.ebmviz", "not a folder"),
        ("a\0b", "not a possible file name"),
        ("", "no such file or folder"),
    ):
        with pytest.raises(UserError, match=reason):
            write_bytes(path, OLD)
    assert os.listdir(tmp_path) == ["pipe"]


def test_a_writer_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(b"old")

    def half(temporary: Path) -> None:
        assert temporary.parent == tmp_path
        assert temporary.suffix == ".mp4"
        temporary.write_bytes(b"half")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), replacing(path) as temporary:
        half(temporary)
    assert state(tmp_path).keys() == {"film.mp4"}
    assert path.read_bytes() == b"old"
    with replacing(path) as temporary:
        temporary.write_bytes(b"new")
    assert state(tmp_path).keys() == {"film.mp4"}
    assert path.read_bytes() == b"new"

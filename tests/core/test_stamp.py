"""A file changed by another is told apart by its content, a touched one is the same."""

from __future__ import annotations

import os
from pathlib import Path

from ebmviz.files.stamp import changed, stamp


def test_content_decides(tmp_path: Path) -> None:
    path = tmp_path / "a.ebmviz"
    assert stamp(path) is None, "nothing there is nothing to lose"
    assert not changed(path, None), "nothing there is nothing to lose"
    path.write_bytes(b"one")
    first = stamp(path)
    assert not changed(path, first)
    assert changed(path, None)
    os.utime(path, (1, 1))
    assert not changed(path, first), "touched"
    status = path.stat()
    path.write_bytes(b"two")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert changed(path, first), "of the same size and time"
    (tmp_path / "b").write_bytes(b"one")
    os.replace(tmp_path / "b", path)
    assert not changed(path, first), "the same content again"
    path.unlink()
    assert not changed(path, first)
    path.mkdir()
    assert changed(path, first)

"""Where machine code is kept for the next time: the user's cache folder, under the hash of what it
was made from, of LLVM and of the processor.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import time
from collections.abc import Sequence
from pathlib import Path

_DAY_S = 86_400.0
_KEPT_S = 30 * _DAY_S
_FOLDER = "ebmviz-code"


def place(sources: Sequence[Path], key: bytes) -> Path | None:
    """The file of a key, for text that the modules in these folders write. None: nowhere."""
    folder = _folder(tuple(sources))
    return folder / hashlib.sha256(key).hexdigest()[:32] if folder else None


@functools.cache
def _folder(sources: tuple[Path, ...]) -> Path | None:
    """That of this version on this processor. What nobody read for a month is deleted."""
    import llvmlite.binding as llvm
    import platformdirs

    digest = hashlib.sha256(f"{llvm.llvm_version_info} {llvm.get_host_cpu_name()}".encode())
    digest.update(llvm.get_host_cpu_features().flatten().encode())
    for folder in sources:
        for source in sorted(folder.rglob("*.py")):
            digest.update(source.read_bytes())
    own = os.environ.get("EBMVIZ_CACHE_DIR")
    root = Path(own or platformdirs.user_cache_dir("ebmviz"), _FOLDER)
    folder = root / digest.hexdigest()[:16]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "writable").touch()
        _sweep(root)
    except OSError:
        return None
    return folder


def _sweep(root: Path) -> None:
    """Once a day: it looks at every file."""
    done, now = root / "swept", time.time()
    with contextlib.suppress(OSError):
        if now - done.stat().st_mtime < _DAY_S:
            return
    done.touch()
    for file in root.rglob("*"):
        with contextlib.suppress(OSError):
            if file.is_file() and file.stat().st_mtime < now - _KEPT_S:
                file.unlink()


def read(path: Path) -> bytes | None:
    """What is kept there, as it was written; else None."""
    try:
        kept = path.read_bytes()
        os.utime(path)
    except OSError:
        return None
    size = hashlib.sha256().digest_size
    return kept[size:] if hashlib.sha256(kept[size:]).digest() == kept[:size] else None


def write(path: Path, data: bytes) -> None:
    """Whole, or not at all."""
    new = path.with_name(f"{path.name}.{os.getpid()}")
    with contextlib.suppress(OSError):
        new.write_bytes(hashlib.sha256(data).digest() + data)
        new.replace(path)

"""MP4 by the ffmpeg of the system, which takes the frames as they are from its stdin."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from ebmviz.core.errors import UserError
from ebmviz.core.film.look import Look
from ebmviz.core.outside import clean
from ebmviz.core.snapshot import Array

_PIECE = 1 << 20


def program() -> str | None:
    """Where it is, if it is on the path."""
    return shutil.which("ffmpeg")


@contextlib.contextmanager
def begun(file: BinaryIO, look: Look, x264: Mapping[str, str]) -> Iterator[_Piped]:
    """A film that is in `file` once the block is left. Raises UserError in ffmpeg's own words."""
    with tempfile.TemporaryDirectory(prefix="ebmviz-") as folder:
        made = Path(folder) / "film.mp4"
        words = [str(program()), *_input(look), *_output(x264), str(made)]
        with subprocess.Popen(words, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            try:
                yield _Piped(process)
                _, said = process.communicate()
            except BaseException:
                process.kill()
                raise
        if process.returncode:
            raise _failure(said)
        with open(made, "rb") as whole:
            shutil.copyfileobj(whole, file, _PIECE)


def _input(look: Look) -> list[str]:
    size = f"{look.size.width}x{look.size.height}"
    raw = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", size, "-r", str(look.rate), "-i", "-"]
    return ["-nostdin", "-hide_banner", "-loglevel", "error", *raw]


def _output(x264: Mapping[str, str]) -> list[str]:
    coder = [word for name, value in x264.items() for word in (f"-{name}", value)]
    tags = ("colorspace", "color_primaries", "color_trc")
    colours = [word for name in tags for word in (f"-{name}", "bt709")]
    plain = ["-vf", "scale=out_color_matrix=bt709", "-pix_fmt", "yuv420p", *colours]
    return ["-c:v", "libx264", *coder, *plain, "-fflags", "+bitexact", "-flags:v", "+bitexact"]


class _Piped:
    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def add(self, picture: Array, frames: int) -> None:
        """The picture in each of its frames."""
        assert self._process.stdin
        data = picture.tobytes()
        try:
            for _ in range(frames):
                self._process.stdin.write(data)
                self._process.stdin.flush()
        except OSError:  # it has ended: its own words say why
            self._process.wait()
            assert self._process.stderr
            raise _failure(self._process.stderr.read()) from None


def _failure(said: bytes) -> UserError:
    lines = said.decode("utf-8", "replace").split("\n")
    last = next((line for line in reversed(lines) if line.strip()), "it said nothing")
    return UserError(f"ffmpeg could not write the film: {clean(last, 200)}")

"""MP4 with H.264, by PyAV (the extra `video`), or by ffmpeg where that is on the path."""

from __future__ import annotations

import contextlib
import importlib.util
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, BinaryIO

from ebmviz.core.errors import UserError
from ebmviz.core.film.look import Look
from ebmviz.core.snapshot import Array
from ebmviz.files.film import ffmpeg

if TYPE_CHECKING:
    from av.container import OutputContainer
    from av.video.stream import VideoStream

    from ebmviz.files.film.writing import Film

X264 = {"crf": "16", "preset": "medium", "threads": "1"}
"""Nearly without loss; of one thread: the same bytes on every machine."""
_BT709 = 1


def check() -> None:
    """Raises UserError where neither is there."""
    if not _has_av() and not ffmpeg.program():
        raise UserError(
            "an MP4 needs PyAV (`pip install ebmviz[video]`) or ffmpeg on the path:"
            " a GIF or an animated PNG needs neither"
        )


@contextlib.contextmanager
def begun(file: BinaryIO, look: Look, _pictures: int, _samples: Sequence[Array]) -> Iterator[Film]:
    """By PyAV, if it is there."""
    with _by_av(file, look) if _has_av() else ffmpeg.begun(file, look, X264) as film:
        yield film


def _has_av() -> bool:
    return importlib.util.find_spec("av") is not None


@contextlib.contextmanager
def _by_av(file: BinaryIO, look: Look) -> Iterator[Film]:
    import av

    options = {"fflags": "+bitexact"}
    with av.open(file, "w", format="mp4", container_options=options) as container:
        made = _Coded(container, look)
        yield made
        made.end()


class _Coded:
    def __init__(self, container: OutputContainer, look: Look) -> None:
        self._container = container
        stream: VideoStream = container.add_stream("libx264", look.rate, options=dict(X264))
        stream.width, stream.height = look.size
        stream.pix_fmt = "yuv420p"
        self._beat = Fraction(1, look.rate)  # the stream's own changes once it is begun
        coder = stream.codec_context
        coder.time_base = self._beat
        coder.color_primaries = coder.color_trc = coder.colorspace = _BT709
        self._stream, self._frames = stream, 0

    def add(self, picture: Array, frames: int) -> None:
        """The picture in each of its frames."""
        import av
        from av.video.reformatter import Colorspace

        given = av.VideoFrame.from_ndarray(picture, "rgb24")
        turned = given.reformat(format="yuv420p", dst_colorspace=Colorspace.ITU709)
        for _ in range(frames):
            turned.pts, turned.time_base = self._frames, self._beat
            self._frames += 1
            self._container.mux(self._stream.encode(turned))

    def end(self) -> None:
        """What the encoder still holds."""
        self._container.mux(self._stream.encode(None))

"""How long films take: the ellipse's training and a sweep of β, at 1920 × 1080, each of 120 frames.

`python -m tests.benchmarks.film` makes both by the command and prints seconds, frames and size.
Status 1 where one takes more than a minute.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import av

FILMS = {
    "training": ("--steps", "0..120"),
    "sweep of β": ("--over", "view.beta=0.1..100"),
}
MOST = 60.0


def made(words: tuple[str, ...], target: Path) -> float:
    """Seconds that it took."""
    program = [sys.executable, "-P", "-m", "ebmviz", "film", "ellipse"]
    began = time.perf_counter()
    subprocess.run(
        [*program, *words, "--frames", "120", "-o", str(target)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return time.perf_counter() - began


def main() -> int:
    worst = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for name, words in FILMS.items():
            target = Path(folder) / "film.mp4"
            seconds = made(words, target)
            with av.open(target) as container:
                count = sum(1 for _ in container.decode(video=0))
                stream = container.streams.video[0]
                size = f"{stream.width} × {stream.height}"
            print(f"{name:<12} {seconds:6.1f} s  {count} frames of {size}")
            worst = max(worst, seconds)
    return int(worst > MOST)


if __name__ == "__main__":
    sys.exit(main())

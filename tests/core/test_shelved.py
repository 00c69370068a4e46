"""Arrays that wait on the disk come back as they were, and the room of those that nobody holds is
used again.
"""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from ebmviz.files.shelved import Shelf, Shelved


def arrays(seed: int, length: int = 1000) -> dict[str, np.ndarray]:
    dice = np.random.default_rng(seed)
    return {
        "weights/w": dice.normal(size=(length, 3)).astype(np.float32),
        "step": np.arange(length),
        "alone": np.array(2.5),
        "none": np.empty((0, 4)),
        "turned": dice.normal(size=(4, 7)).T,
        "found": dice.random(5) < 0.5,
    }


def same(found: Shelved, expected: dict[str, np.ndarray]) -> bool:
    return list(found) == list(expected) and all(
        found[k].dtype == a.dtype and np.array_equal(found[k], a) and found[k].shape == a.shape
        for k, a in expected.items()
    )


def test_they_come_back_as_they_were(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "new")
    held = [shelf.put(arrays(n)) for n in range(5)]
    assert all(same(each, arrays(n)) for n, each in enumerate(held))
    assert len(held[0]) == 6
    with pytest.raises(KeyError):
        held[0]["weights/b"]
    assert list((tmp_path / "new").iterdir()) == [], "nothing is left when the process is gone"


def test_room_is_used_again(tmp_path: Path) -> None:
    shelf, dice, held = Shelf(tmp_path), random.Random(4), {}
    for n in range(300):
        held[n] = shelf.put(arrays(n, dice.randrange(1, 400)))
        lengths = {k: len(each["step"]) for k, each in held.items()}
        for old in dice.sample(sorted(held), max(0, len(held) - 6)):
            del held[old]
        assert all(same(each, arrays(k, lengths[k])) for k, each in held.items())
    largest = sum(a.nbytes for a in arrays(0, 400).values())
    assert shelf.end < 12 * largest
    held.clear()
    assert (shelf.end, shelf.free) == (0, 0)


def test_a_disk_that_is_full_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = Shelf(tmp_path)
    kept = shelf.put(arrays(1))
    end, file = shelf.end, shelf._opened()

    class Full:
        def seek(self, at: int) -> None:
            file.seek(at)

        def write(self, data: bytes) -> None:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(shelf, "_file", Full())
    with pytest.raises(OSError, match="No space"):
        shelf.put(arrays(2))
    monkeypatch.setattr(shelf, "_file", file)
    assert shelf.end == end
    assert same(kept, arrays(1))
    assert same(shelf.put(arrays(3)), arrays(3))

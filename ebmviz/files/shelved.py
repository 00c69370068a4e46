"""Arrays that wait on the disk until somebody asks for them, in a file without a name: it is gone
with the process, however that ends.
"""

from __future__ import annotations

import bisect
import tempfile
import threading
import weakref
from collections import deque
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

import numpy as np

from ebmviz.core.snapshot import Array


class Shelf:
    """A file in `folder`, made when it is first needed. Raises OSError where there is no room."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: IO[bytes] | None = None
        self._free: list[tuple[int, int]] = []  # (from, bytes), in order, none at another
        self._gone: deque[tuple[int, int]] = deque()  # to be free: an end can come at any place
        self._end = 0
        self._lock = threading.Lock()  # an autosave reads in a thread of its own

    def put(self, arrays: Mapping[str, Array]) -> Shelved:
        """The same, to be read when they are asked for."""
        wholes = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
        size = sum(array.nbytes for array in wholes.values())
        with self._lock:
            file = self._opened()
            self._sort()
            start = self._room(size)
            try:
                file.seek(start)
                for array in wholes.values():
                    file.write(array.tobytes())
                file.flush()
            except OSError:
                self._give(start, size)
                raise
        at, places = start, {}
        for name, array in arrays.items():
            places[name] = at, array.dtype, array.shape
            at += array.nbytes
        found = Shelved(self, places)
        weakref.finalize(found, self._gone.append, (start, size))
        return found

    def read(self, start: int, size: int) -> bytes:
        """Bytes that were put there."""
        with self._lock:
            file = self._opened()
            file.seek(start)
            found = file.read(size)
        if len(found) < size:
            raise OSError("what waited on the disk is not there any more")
        return found

    @property
    def free(self) -> int:
        """Bytes within the file that nobody needs."""
        with self._lock:
            self._sort()
            return sum(size for _, size in self._free)

    @property
    def end(self) -> int:
        """Bytes of the file that are in use, and those between."""
        with self._lock:
            self._sort()
            return self._end

    def _opened(self) -> IO[bytes]:
        if self._file is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115 - as long as this
            weakref.finalize(self, self._file.close)
        return self._file

    def _sort(self) -> None:
        while self._gone:
            self._give(*self._gone.popleft())

    def _room(self, size: int) -> int:
        for n, (start, room) in enumerate(self._free):
            if room >= size:
                self._free[n : n + 1] = [(start + size, room - size)] if room > size else []
                return start
        start, self._end = self._end, self._end + size
        return start

    def _give(self, start: int, size: int) -> None:
        if not size:
            return
        n = bisect.bisect(self._free, (start, size))
        self._free.insert(n, (start, size))
        for i in (n, n - 1):  # with its neighbours
            if 0 <= i < len(self._free) - 1 and sum(self._free[i]) == self._free[i + 1][0]:
                self._free[i : i + 2] = [
                    (self._free[i][0], self._free[i][1] + self._free[i + 1][1])
                ]
        if sum(self._free[-1]) == self._end:
            self._end = self._free.pop()[0]


class Shelved(Mapping[str, Array]):
    """Arrays by name, read anew whenever one is asked for; read-only."""

    def __init__(
        self, shelf: Shelf, places: Mapping[str, tuple[int, np.dtype, tuple[int, ...]]]
    ) -> None:
        self._shelf, self._places = shelf, places

    def __getitem__(self, name: str) -> Array:
        start, dtype, shape = self._places[name]
        size = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
        return np.frombuffer(self._shelf.read(start, size), dtype).reshape(shape)

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

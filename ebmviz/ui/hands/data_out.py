"""The data of a scene into a file: CSV with names of the columns, or a plain NPY array."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PySide6.QtWidgets import QWidget

from ebmviz.core.errors import UserError
from ebmviz.core.hands.cloud import Cloud
from ebmviz.core.numerals import counted
from ebmviz.core.outside import short
from ebmviz.core.scene import Scene
from ebmviz.files.atomic import write_bytes
from ebmviz.files.tables.exchange import written
from ebmviz.ui.hands.hands import Hands
from ebmviz.ui.session.file_question import where_to_save

_KINDS = "CSV, columns with names (*.csv);;NumPy array (*.npy)"


class DataOut:
    """Asks where, and writes."""

    def __init__(self, hands: Hands, window: QWidget) -> None:
        self._hands, self._window = hands, window

    def ask(self) -> None:
        """Choose a file, and write the data there."""
        scene, cloud = self._hands.edited.store.scene, self._hands.edited.there()
        if cloud is None:
            return
        start = f"{scene.name or 'data'}-data.csv"
        found = where_to_save(self._window, "Export data", start, (".csv", ".npy"), _KINDS)
        if found:
            self.write(found, cloud, scene)

    def write(self, path: Path, cloud: Cloud, scene: Scene) -> None:
        """Into this file, in the format of its name."""
        names = self._hands.names(cloud)
        data = encoded(cloud, scene, names, path.suffix.lower())
        try:
            write_bytes(path, data)
        except UserError as error:
            self._hands.edited.tell(str(error), "bad")
            return
        said = f"Saved {counted(len(cloud.rows))}: {short(path.name)}."
        self._hands.edited.tell(said, "good")


def encoded(cloud: Cloud, scene: Scene, names: tuple[str, ...], suffix: str) -> bytes:
    """A file of the rows (N, D): float64 in NPY, with a class as its number."""
    if suffix != ".npy":
        return written(cloud, scene, names).encode()
    out = io.BytesIO()
    np.lib.format.write_array(out, np.ascontiguousarray(cloud.rows, np.float64), allow_pickle=False)
    return out.getvalue()

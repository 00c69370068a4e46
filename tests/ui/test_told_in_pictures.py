"""Pictures out of the window say in their metadata which points they are of."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtGui import QGuiApplication

from ebmviz.files.opening import own_words
from ebmviz.ui.publish.export_dialog import ExportDialog
from tests.ui.conftest import Student
from tests.ui.hands import drop, export_dialog

WORDS = "größe №2.csv: 3 points, columns länge, b; 1 heading; decimal commas"


def description(picture: bytes, format: str) -> str:
    if format == "png":
        return str(Image.open(io.BytesIO(picture)).info.get("Description", ""))
    if format == "svg":
        found = re.search(r"<dc:description>(.*?)</dc:description>", picture.decode())
        return found[1] if found else ""
    told = re.search(rb"/Subject (<[0-9a-f]*>|\((?:\\.|[^)\\])*\))", picture, re.S)
    if not told:
        return ""
    raw = told[1]
    plain = re.sub(rb"\\(.)", rb"\1", raw[1:-1], flags=re.S)
    return plain.decode("utf-16" if plain.startswith(b"\xfe\xff") else "latin-1")


@pytest.mark.slow
def test_every_format_tells_of_own_points_and_none_of_generated_ones(
    student: Student, tmp_path: Path
) -> None:
    def exported(format: str) -> bytes:
        path = tmp_path / f"f.{format}"
        dialog.form.figure.set_key("landscape")
        dialog.form.format.set_key(format)
        with student.bot.waitSignal(dialog.saved, timeout=30_000):
            dialog.save_to(path)
        return path.read_bytes()

    window, table = student.window, tmp_path / "größe №2.csv"
    window.publisher.export()
    dialog = export_dialog(window)
    assert description(exported("svg"), "svg") == ""
    dialog.close()
    table.write_text("länge;b\n1,5;2\n3;4,25\n-1;0,5\n")
    drop(student, table)
    student.settled()
    assert own_words(window.store.scene) == WORDS
    student.until(lambda: window.findChild(ExportDialog) is None)
    window.publisher.export()
    dialog = export_dialog(window)
    for format in ("png", "svg", "pdf"):
        assert description(exported(format), format) == WORDS
    dialog.close()
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("before")
    window.publisher.copy()
    student.until(lambda: clipboard.mimeData() and clipboard.mimeData().hasImage())
    assert description(bytes(clipboard.mimeData().data("image/png").data()), "png") == WORDS
    clipboard.clear()  # Qt would free it after the interpreter is gone

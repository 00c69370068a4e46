"""What a file says is shown as it is: nothing of it is rich text, in any place of the window."""

from __future__ import annotations

import ast
import base64
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QGraphicsView, QLabel, QMessageBox, QWidget

import ebmviz
from ebmviz.core import library
from ebmviz.core.errors import Problem
from ebmviz.core.rows import encode_points
from ebmviz.core.scene import to_json
from ebmviz.files import archive, strictjson
from ebmviz.files.session import Session, load, save
from ebmviz.ui.controls import tips
from tests.ui.conftest import Student
from tests.ui.hands import export_dialog

UI = Path(ebmviz.__file__).parent / "ui"
EVIL = '<img src="/dev/zero">&lt;b><script>x</script>'
TURNED = "\u202egnp\u2066"
HOME = {
    "setToolTip": {"tips.py"},
    "showText": {"tips.py"},
    "setToolTipDuration": set(),
    "setWhatsThis": set(),
    "setStatusTip": set(),
    "QLabel": {"text.py", "label.py"},
    "QMessageBox": {"message_box.py"},
    "QErrorMessage": set(),
    "QTextBrowser": {"formula_text.py", "key_list.py"},
    "QTextEdit": set(),
    "setHtml": {"label.py", "key_list.py", "page.py"},
    "insertHtml": set(),
    "TextItem": set(),
    "LabelItem": set(),
    "QGraphicsTextItem": set(),
}
"""Where Qt may be handed a text that it could take for rich text: in one file each."""
OURS = re.compile(r"</?(qt|p|b|br|h3|sub|sup|span)( style='[-:; #\w]*')?>")


def calls(path: Path) -> Iterator[str]:
    """Names of everything that a file calls, or derives a class from."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        used = [node.func] if isinstance(node, ast.Call) else []
        used += node.bases if isinstance(node, ast.ClassDef) else []
        for each in used:
            yield each.attr if isinstance(each, ast.Attribute) else getattr(each, "id", "")


@pytest.mark.slow
def test_texts_that_qt_may_take_for_rich_come_from_one_place_each() -> None:
    found = {(path.name, name) for path in UI.glob("**/*.py") for name in calls(path)}
    astray = {(file, name) for file, name in found if name in HOME and file not in HOME[name]}
    assert not astray
    assert ("tips.py", "setToolTip") in found
    assert ("text.py", "QLabel") in found


def check(root: QWidget) -> int:
    """Nothing below `root` can be taken for rich text but our own; how many texts there were."""
    seen = 0
    for widget in (root, *root.findChildren(QWidget)):
        texts = [widget.toolTip()]
        if isinstance(widget, QLabel) and not isinstance(root, QMessageBox):
            assert widget.textFormat() != Qt.TextFormat.AutoText, widget.text()
            if widget.textFormat() == Qt.TextFormat.RichText:
                texts.append(f"<qt>{widget.text()}")
        if isinstance(widget, QComboBox):
            items = range(widget.count())
            texts += [widget.itemData(i, Qt.ItemDataRole.ToolTipRole) or "" for i in items]
        if isinstance(widget, QGraphicsView):
            texts += [item.toolTip() for item in widget.scene().items()]
        for text in filter(None, texts):
            assert text.startswith("<qt>"), text
            assert "<" not in OURS.sub("", text), text
            assert "\u202e" not in text
            assert "\u2066" not in text
            seen += 1
    return seen


def hostile(path: Path, good: Path, **changes: Any) -> Path:
    """A copy of a session with other things in its scene."""
    members = archive.unpack(good.read_bytes(), "good")
    scene = strictjson.decode(members["scene.json"], "scene")
    assert isinstance(scene, dict)
    for at, value in changes.items():
        part, _, name = at.partition("__")
        (scene[part] if name else scene)[name or part] = value
    path.write_bytes(archive.pack(members | {"scene.json": strictjson.encode(scene)}))
    return path


def test_a_hostile_session_is_shown_letter_for_letter(
    student: Student, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, boxes = student.window, []
    assert check(window) > 30
    good = tmp_path / "good.ebmviz"
    saved: list[bool] = []
    window.document.save_to(good, lambda: saved.append(True))
    student.until(lambda: saved)

    before = window.store.scene
    refused = (
        {"energy__kind": EVIL},
        {"data__kind": EVIL},
        {"objective__loss": TURNED},
        {"name": EVIL},
        {"figures": [EVIL]},
        {"plugins": [EVIL]},
        {"plugins": ["harmless"]},
        {EVIL: 3},
        {"view__colormap": EVIL},
        {"optimizer__lr": TURNED},
    )
    for changes in refused:
        window.document.open(hostile(tmp_path / "bad.ebmviz", good, **changes))
        assert window.banner.isVisible()
        assert window.banner.text.textFormat() == Qt.TextFormat.PlainText
        assert "\u202e" not in window.banner.text.text()
        check(window)
        assert window.store.scene == before
    window.document.open(tmp_path / f"{EVIL.replace('/', '')}.ebmviz")
    check(window)

    title, own = EVIL + TURNED, f"{EVIL.replace('/', '')}_1^2.csv"
    points = base64.b64encode(encode_points(np.eye(2))).decode()
    data = {"kind": "own", "name": own, "points": points}
    taken = hostile(tmp_path / "[*] a_b <i>.ebmviz", good, title=title, data=data, name="")
    window.document.open(taken)
    student.until(lambda: window.store.scene.title == title)
    student.settled()
    assert check(window) > 30
    assert window.windowTitle() == "[*][*] a_b <i>.ebmviz[*] — ebmviz"
    shown = window.toolbar.scenes.currentText()
    assert EVIL in shown
    assert shown.isprintable()

    window.client.advance(1)
    student.until(lambda: window.document.dirty)
    answer = QMessageBox.StandardButton.Cancel
    monkeypatch.setattr(QMessageBox, "exec", lambda box: boxes.append(box) or answer)  # type: ignore[func-returns-value]
    window.document.path = Path(f"/tmp/{EVIL.replace('/', '')}")
    window.document.keep_first(lambda: None)
    assert boxes[0].textFormat() == Qt.TextFormat.PlainText
    assert "<img" in boxes[0].text()
    window.publisher.export()
    dialog = export_dialog(window)
    dialog._say(EVIL)
    dialog.preview.tell(EVIL)
    assert check(dialog) > 0
    dialog.close()


@pytest.mark.slow
def test_what_the_engine_says_is_plain(student: Student) -> None:
    window = student.window
    window.client.failed.emit(Problem("user", EVIL + TURNED), 0)
    assert window.banner.text.text().startswith(EVIL)
    window.client.lost.emit(Problem("died", f"x {EVIL}"), True)
    window.toolbar.lamp.show_state("bad", EVIL)
    window.toolbar.lamp.set_room("dot")
    check(window)


@pytest.mark.slow
def test_a_tip_shows_plain_words_as_they_are(student: Student) -> None:
    tips.give(student.window, EVIL + "\ntwo")
    assert student.window.toolTip().count("<") == len(("<qt>", "<br>", "</qt>"))
    check(student.window)
    tips.give(student.window, "")
    assert student.window.toolTip() == ""


@pytest.mark.slow
def test_a_figure_of_a_lecture_is_offered_by_the_name_of_its_scene_alone(
    student: Student, sit_down: Callable[..., Student]
) -> None:
    scene = library.scene("ellipse", library.shipped_catalogue())
    assert "figure-1" in to_json(scene)["figures"]
    other = sit_down(scene=msgspec.structs.replace(scene, name="mine"))
    for seat, offered in ((student, True), (other, False)):
        seat.window.publisher.export()
        dialog = export_dialog(seat.window)
        assert (dialog.form.figure.findData("figure-1") >= 0) is offered
        dialog.close()


def test_the_good_copy_stays_good(tmp_path: Path) -> None:
    """What `hostile` makes without changes opens: the refusals above are of the words."""
    catalogue = library.shipped_catalogue()
    path = tmp_path / "a.ebmviz"
    save(Session(library.scene("horn", catalogue)), path, catalogue)
    assert load(hostile(tmp_path / "b.ebmviz", path), catalogue).scene.name == "horn"

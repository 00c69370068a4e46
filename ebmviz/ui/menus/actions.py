"""All actions of the window in one table: name, text, shortcut, icon, menu."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

from ebmviz.core.outside import clean
from ebmviz.core.scene import Scene
from ebmviz.core.traits import begun_by
from ebmviz.ui.controls import tips
from ebmviz.ui.look import theme


class Spec(NamedTuple):
    """One action. `shortcuts` are standard keys, with all that the platform has for each, or texts;
    the first is shown.
    """

    name: str
    menu: str
    text: str
    shortcuts: tuple[QKeySequence.StandardKey | str, ...] = ()
    icon: str = ""
    checkable: bool = False
    outside: bool = False  # touches nothing of the scene: no text need be entered first


_KEY = QKeySequence.StandardKey

SPECS = (
    Spec("new", "File", "New", (_KEY.New,)),
    Spec("open", "File", "Open…", (_KEY.Open,), "open"),
    Spec("save", "File", "Save", (_KEY.Save,), "save"),
    Spec("save-as", "File", "Save as…", (_KEY.SaveAs, "Ctrl+Shift+S")),
    Spec("kept", "File", "Recover sessions…"),
    Spec("export", "File", "Export figure…", ("Ctrl+E",), "export"),
    Spec("export-film", "File", "Export film…", ("Ctrl+Shift+E",)),
    Spec("copy", "File", "Copy as picture", ("Ctrl+Shift+C", _KEY.Copy), "copy"),
    Spec("export-script", "File", "Export as Python…"),
    Spec("copy-line", "File", "Copy as command line"),
    Spec("export-data", "File", "Export data…"),
    Spec("close", "File", "Close", ("Ctrl+W", _KEY.Close)),
    Spec("quit", "File", "Quit", ("Ctrl+Q", _KEY.Quit)),
    Spec("undo", "Edit", "Undo", (_KEY.Undo,), "undo"),
    Spec("redo", "Edit", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y", _KEY.Redo), "redo"),
    Spec("history", "Edit", "History", ("Ctrl+H",), checkable=True, outside=True),
    Spec("cut-points", "Edit", "Cut points", (_KEY.Cut,)),
    Spec("copy-points", "Edit", "Copy points"),
    Spec("paste", "Edit", "Paste points", (_KEY.Paste,)),
    Spec("select-all", "Edit", "Select all points", (_KEY.SelectAll,)),
    Spec("delete", "Edit", "Delete points", (_KEY.Delete,)),
    Spec("tool-none", "Map", "Move the map", ("V",), "pointer", checkable=True),
    Spec("tool-probe", "Map", "Move the probe along a path", ("Y",), "probe-path", checkable=True),
    Spec("tool-cut", "Map", "Draw the cut", ("C",), "cut-line", checkable=True),
    Spec("tool-starts", "Map", "Draw starts of descents", ("D",), "starts", checkable=True),
    Spec("tool-select", "Map", "Select and move points", ("S",), "select", checkable=True),
    Spec("tool-paint", "Map", "Paint points", ("P",), "brush", checkable=True),
    Spec("tool-spray", "Map", "Spray points", ("A",), "spray", checkable=True),
    Spec("tool-erase", "Map", "Erase points", ("X",), "eraser", checkable=True),
    Spec("tool-noise", "Map", "Add noise to points", ("J",), "noise", checkable=True),
    Spec("tool-thin", "Map", "Thin out points", ("T",), "thin", checkable=True),
    Spec("brush-smaller", "Map", "Smaller brush", ("[",), outside=True),
    Spec("brush-larger", "Map", "Larger brush", ("]",), outside=True),
    Spec("jitter", "Map", "Add noise to the selected points"),
    Spec("halve", "Map", "Keep half of the selected points"),
    Spec("play", "Training", "Train", ("Space",), "play"),
    Spec("step", "Training", "Single step", ("N",), "step"),
    Spec("reset", "Training", "Reset to the initial weights", ("R",), "reset"),
    Spec("sample", "Training", "Sample", ("M",), "sample", checkable=True),
    Spec("disperse", "Training", "Restart the chains", ("Shift+M",)),
    Spec("restart", "Training", "Restart the engine"),
    Spec("engine-place", "Training", "Engine elsewhere…"),
    Spec("present-step", "Training", "Back to the newest step", ("E",)),
    Spec("replay", "Training", "Replay training", ("Shift+Space",), "replay", checkable=True),
    Spec("replay-back", "Training", "Replay training backwards", ("Ctrl+Space",), checkable=True),
    Spec("previous-mark", "Training", "Previous mark", ("Alt+Left",)),
    Spec("next-mark", "Training", "Next mark", ("Alt+Right",)),
    Spec("bookmark", "Training", "Add a bookmark…", ("B",)),
    Spec("next-branch", "Training", "Next branch", ("Ctrl+B",)),
    Spec("rename-branch", "Training", "Rename the branch…"),
    Spec("delete-branch", "Training", "Delete the branch"),
    Spec("stops", "Lesson", "Stops", ("Ctrl+L",), checkable=True, outside=True),
    Spec("add-stop", "Lesson", "Add stop", ("Ctrl+D",), "add"),
    Spec("update-stop", "Lesson", "Update the stop", ("Ctrl+U",), "camera"),
    Spec("duplicate-stop", "Lesson", "Duplicate the stop", (), "copy"),
    Spec("delete-stop", "Lesson", "Delete the stop", (), "delete"),
    Spec("stop-up", "Lesson", "Move the stop up", ("Ctrl+Shift+Up",), "up"),
    Spec("stop-down", "Lesson", "Move the stop down", ("Ctrl+Shift+Down",), "down"),
    Spec("next-stop", "Lesson", "Next stop, or its answer", ("Ctrl+PgDown",)),
    Spec("previous-stop", "Lesson", "Previous stop", ("Ctrl+PgUp",)),
    Spec("reveal", "Lesson", "Show the answer", ("Ctrl+Return",)),
    Spec("save-lesson", "Lesson", "Save lesson as text…"),
    Spec("export-handout", "Lesson", "Export handout…"),
    Spec("lab", "View", "Lab", ("L",), "lab", checkable=True),
    Spec("compare", "View", "Compare", ("K",), "compare", checkable=True),
    Spec("compare-session", "View", "Compare with a session…"),
    Spec("home", "View", "Fit view", ("H",), "fit"),
    Spec("fit-levels", "View", "Fit the colour range", ("F",)),
    *(
        Spec(f"enlarge-{n}", "View", f"Enlarge card {n}", (f"Alt+{n}",), outside=True)
        for n in (1, 2, 3)
    ),
    Spec("theme", "View", "Light or dark", ("Ctrl+T",), "sun", outside=True),
    Spec(
        "present", "View", "Presenter mode", ("F5", "F11", _KEY.FullScreen), "present", outside=True
    ),
    Spec(
        "audience",
        "View",
        "Window for the class",
        ("Shift+F5",),
        "audience",
        checkable=True,
        outside=True,
    ),
    Spec("on-stage", "View", "On the stage…", outside=True),
    Spec("black", "View", "Black screen", (".",), "black", outside=True),
    Spec("spotlight", "View", "Spotlight", ("O",), "spotlight", outside=True),
    Spec("pointer", "View", "Large pointer", ("I",), "large-pointer", outside=True),
    Spec("bigger", "View", "Larger text", (_KEY.ZoomIn, "Ctrl+="), outside=True),
    Spec("smaller", "View", "Smaller text", (_KEY.ZoomOut,), outside=True),
    Spec("usual", "View", "Default text size", ("Ctrl+0",), outside=True),
    Spec("tour", "Help", "Tour", outside=True),
    Spec("about-scene", "Help", "About this scene", ("Ctrl+I",), outside=True),
    Spec("keys", "Help", "Keys and gestures", ("F1", _KEY.HelpContents), "help", outside=True),
    Spec("mathematics", "Help", "Mathematics", outside=True),
    Spec("glossary", "Help", "Glossary", outside=True),
    Spec("changelog", "Help", "What is new", outside=True),
    Spec("about", "Help", "About ebmviz", outside=True),
)


OUTSIDE = {spec.name: spec.outside for spec in SPECS}


def make(parent: QObject) -> dict[str, QAction]:
    """name -> action, without slots."""
    made = {}
    for spec in SPECS:
        action = QAction(spec.text, parent)
        action.setObjectName(spec.name)
        action.setCheckable(spec.checkable)
        if keys_of(spec):
            action.setShortcuts(keys_of(spec))
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            tips.give(action, f"{spec.text.rstrip('…')} ({keys})")
        made[spec.name] = action
    dress(made)
    return made


def keys_of(spec: Spec) -> list[QKeySequence]:
    """Each once."""
    every = [
        keys
        for given in spec.shortcuts
        for keys in (
            [QKeySequence(given)] if isinstance(given, str) else QKeySequence.keyBindings(given)
        )
    ]
    return list({keys.toString(): keys for keys in every}.values())


def dress(made: dict[str, QAction]) -> None:
    """Icons in the colour of the theme."""
    for spec in SPECS:
        if spec.icon:
            role = "on-accent" if spec.name == "play" else "text"
            made[spec.name].setIcon(theme.icon(spec.icon, theme.current(), role))


def fit(
    made: dict[str, QAction],
    scene: Scene,
    offered: Mapping[str, bool],
    shown: Mapping[str, bool],
    playing: bool,
) -> None:
    """What can be done in a scene: which views it can have by these actions, and has."""
    for name in ("play", "step", "reset"):
        made[name].setEnabled("still" not in scene.facts)
    name_steps(made, scene, playing)
    for name, can in offered.items():
        made[name].setEnabled(can)
    for name, on in shown.items():
        made[name].setChecked(on)


def name_steps(made: dict[str, QAction], scene: Scene, playing: bool) -> None:
    """What the steps of a scene are: training, the recall of a pattern, or an experiment's."""
    made["play"].setText("Pause" if playing else begun_by(scene.facts))


def name_undo(made: dict[str, QAction], past: tuple[str, ...], future: tuple[str, ...]) -> None:
    """What there is to undo, or to do again; asked for when it is shown: a drag would lay out the
    tool bar at every move.
    """
    for name, said, what in (("undo", "Undo", past[-1:]), ("redo", "Redo", future[:1])):
        action = made[name]
        text = f"{said}: {clean(what[0], 80)}" if what else said
        action.setText(text.replace("&", "&&"))
        tips.give(action, f"{text} ({action.shortcut().toString()})")


def plain(slot: Callable[[], object]) -> Callable[[], None]:
    """Without the `checked` that a QAction sends along."""

    def call(*_: object) -> None:
        slot()

    return call

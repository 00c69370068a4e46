"""Errors in what Qt calls: reported, never raised.

An error that leaves a Python method by which a class overrides one of Qt's ends the process under
Python 3.11. From `install` on, every such method of every class reports to `sys.excepthook` in its
place, and Qt goes on with what its own method would have said. pyqtgraph's classes are among them.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator
from typing import Any

from PySide6.QtCore import QObject, QRectF, QSizeF
from PySide6.QtGui import QPainterPath
from PySide6.QtWidgets import QGraphicsItem

VIRTUAL = frozenset(
    (
        "event",
        "eventFilter",
        "sceneEvent",
        "viewportEvent",
        "intrinsicSize",
        "drawObject",
        "createEditor",
        "createMimeDataFromSelection",
        "updateEditorGeometry",
        "focusNextPrevChild",
        "loadResource",
        "sizeHint",
        "minimumSizeHint",
        "heightForWidth",
        "hasHeightForWidth",
        "hitButton",
        "nextCheckState",
        "checkStateSet",
        "paint",
        "boundingRect",
        "shape",
        "contains",
        "itemChange",
        "initStyleOption",
        "showPopup",
        "hidePopup",
        "createHandle",
        "setVisible",
        "drawBackground",
        "drawForeground",
        "accept",
        "reject",
        "done",
        "run",
    )
)
"""Qt's virtual methods beside those whose names end in “Event”."""
_PURE: dict[str, Callable[[], object]] = {
    "boundingRect": QRectF,
    "shape": QPainterPath,
    "paint": lambda: None,
    "intrinsicSize": QSizeF,
    "drawObject": lambda: None,
}
_ROOTS: tuple[type, ...] = (QObject, QGraphicsItem)
_HOOK = "__init_subclass__"


def install() -> None:
    """Guard all classes that there are and that will be. Does nothing the second time."""
    if _HOOK in vars(QObject):
        return
    for root in _ROOTS:
        for cls in _below(root):
            guard(cls)
        setattr(root, _HOOK, classmethod(_made))


def guard(cls: type) -> None:
    """Guard the methods that a class itself has in place of Qt's."""
    if _of_qt(cls):
        return
    for name, function in list(vars(cls).items()):
        if overrides(cls, name) and not is_guarded(function):
            setattr(cls, name, _guarded(cls, name, function))


def overrides(cls: type, name: str) -> bool:
    """Whether a class has a function in place of one of Qt's virtual methods."""
    function = vars(cls).get(name)
    virtual = name in VIRTUAL or name.endswith("Event")
    return virtual and callable(function) and any(_of_qt(c) and name in vars(c) for c in cls.mro())


def is_guarded(function: object) -> bool:
    """Whether errors of a method are reported and not raised."""
    return hasattr(function, "__guarded__")


def _made(cls: type, /, **_given: object) -> None:
    guard(cls)


def _below(cls: type) -> Iterator[type]:
    each: type
    for each in cls.__subclasses__():
        yield each
        yield from _below(each)


def _of_qt(cls: type) -> bool:
    return cls.__module__.partition(".")[0] in ("PySide6", "Shiboken")


def _guarded(cls: type, name: str, function: Callable[..., object]) -> Callable[..., object]:
    @functools.wraps(function)
    def call(self: Any, *args: Any, **given: Any) -> object:
        try:
            return function(self, *args, **given)
        except Exception:
            sys.excepthook(*sys.exc_info())
        return _instead(cls, self, name, args)

    call.__guarded__ = True  # type: ignore[attr-defined]
    return call


def _instead(cls: type, owner: Any, name: str, args: tuple[Any, ...]) -> object:
    """What Qt gets in place of the answer that failed."""
    if name in ("event", "eventFilter", "sceneEvent", "viewportEvent"):
        return False
    if name.endswith("Event"):
        return None
    try:
        found: object = getattr(super(cls, owner), name)(*args)
        return found
    except Exception:
        return _PURE.get(name, lambda: None)()

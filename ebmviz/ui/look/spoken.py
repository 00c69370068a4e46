"""The window in another language: what Qt is given to show is said in it.

Texts are English all over the code, and so are the names that it knows them by. Where a language is
spoken, each of Qt's methods that takes words to be shown passes them through its table: one list
instead of a call at each of some hundred places, of which one would be forgotten. Rich text is our
own, and translated before it is made rich.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from PySide6.QtGui import QAction, QStandardItem
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QComboBox,
    QDialogButtonBox,
    QDockWidget,
    QFileDialog,
    QInputDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QMenuBar,
    QMessageBox,
    QPushButton,
    QWidget,
)

from ebmviz.core.language.said import said

_SAYING: dict[type, tuple[str, ...]] = {
    QAbstractButton: ("setText",),
    QAction: ("__init__", "setText", "setIconText"),
    QCheckBox: ("__init__",),
    QComboBox: ("addItem", "setItemText"),
    QDialogButtonBox: ("addButton",),
    QDockWidget: ("__init__",),
    QFileDialog: ("getOpenFileName", "getSaveFileName", "getExistingDirectory"),
    QInputDialog: ("getText",),
    QLabel: ("__init__", "setText"),
    QLineEdit: ("setPlaceholderText",),
    QMenu: ("__init__", "addAction", "addMenu", "setTitle"),
    QMenuBar: ("addMenu",),
    QMessageBox: ("addButton", "setInformativeText", "setText"),
    QPushButton: ("__init__",),
    QStandardItem: ("__init__", "setText"),
    QWidget: ("setAccessibleDescription", "setAccessibleName", "setToolTip", "setWindowTitle"),
}
_before: list[tuple[type, str, Any]] = []


def install() -> None:
    """From now on, once for the process."""
    if _before:
        return
    for kind, names in _SAYING.items():
        for name in names:
            own = getattr(kind, name)
            _before.append((kind, name, own))
            static = name.startswith("get")
            wrapped = _saying(own)
            setattr(kind, name, staticmethod(wrapped) if static else wrapped)


def remove() -> None:
    """As Qt has it."""
    while _before:
        kind, name, own = _before.pop()
        setattr(kind, name, staticmethod(own) if name.startswith("get") else own)


def _saying(own: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(own)
    def call(*given: Any, **named: Any) -> Any:
        return own(*(_said(each) for each in given), **named)

    return call


def _said(given: Any) -> Any:
    return said(given) if type(given) is str and "<" not in given else given

"""Buttons of the tool bar and the switches of a card."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton, QToolButton

from ebmviz.ui.controls import tips


def segment(text: str) -> QPushButton:
    """One of several exclusive choices in a card's title row."""
    button = QPushButton(text)
    button.setCheckable(True)
    button.setProperty("segment", True)
    return button


class ActionButton(QToolButton):
    """A tool button that looks and acts as its action, with its text beside the icon if asked.

    Qt's own way, `setDefaultAction`, connects the button to the action once more with each change
    of the action (seen in Qt 6.11): 145 bytes each, and a change costs more with each before it.
    """

    def __init__(self, action: QAction, text: bool = False, primary: bool = False) -> None:
        super().__init__()
        self.action = action
        self.setObjectName(f"button.{action.objectName()}")
        self.setAccessibleName(action.text())
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        style = Qt.ToolButtonStyle
        self.setToolButtonStyle(
            style.ToolButtonTextBesideIcon if text else style.ToolButtonIconOnly
        )
        self.setProperty("primary", primary)
        action.changed.connect(self._follow)
        self.clicked.connect(action.trigger)
        self._follow()

    def _follow(self) -> None:
        self.setText(self.action.iconText())
        self.setIcon(self.action.icon())
        tips.follow(self, self.action)
        self.setCheckable(self.action.isCheckable())
        self.setChecked(self.action.isChecked())
        self.setEnabled(self.action.isEnabled())

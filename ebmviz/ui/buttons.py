"""Buttons of the tool bar and the switches of a card."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton, QToolButton


def segment(text: str) -> QPushButton:
    """One of several exclusive choices in a card's title row."""
    button = QPushButton(text)
    button.setCheckable(True)
    button.setProperty("segment", True)
    return button


def action_button(action: QAction, text: bool = False, primary: bool = False) -> QToolButton:
    """A tool button that follows its action, with its text beside the icon if asked."""
    button = QToolButton()
    button.setDefaultAction(action)
    button.setObjectName(f"button.{action.objectName()}")
    button.setAccessibleName(action.text())
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    style = Qt.ToolButtonStyle
    button.setToolButtonStyle(style.ToolButtonTextBesideIcon if text else style.ToolButtonIconOnly)
    button.setProperty("primary", primary)
    return button

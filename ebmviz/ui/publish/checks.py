"""Several of some choices: a button with a menu of check marks that stays open while one checks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import (
    QMenu,
    QPushButton,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QWidget,
)

from ebmviz.core import markup
from ebmviz.core.outside import short
from ebmviz.ui.controls.combo import chevron


class _Menu(QMenu):
    """A click checks, and nothing closes."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        action = self.activeAction()
        if action is not None and action.isEnabled() and action.isCheckable():
            action.trigger()
            return
        super().mouseReleaseEvent(event)


class Checks(QPushButton):
    """`edited` tells that a person has checked another; `said` puts what is checked into words."""

    edited = Signal()

    def __init__(
        self, said: Callable[[list[str], int], str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._said = said
        self._acts: dict[str, QAction] = {}
        self.setProperty("list", "true")
        self._menu = _Menu(self)
        self.setMenu(self._menu)
        self._write()

    def set_choices(self, choices: Mapping[str, str], checked: Collection[str]) -> None:
        """key -> title; those checked are kept among them."""
        self._menu.clear()
        self._acts = {}
        for key, title in choices.items():
            action = self._menu.addAction(short(markup.to_plain(title), 60).replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(key in checked)
            action.triggered.connect(self._edited)
            self._acts[key] = action
        self._write()

    def check(self, key: str, on: bool) -> None:
        """As a person does."""
        if self._acts[key].isChecked() != on:
            self._acts[key].trigger()

    @property
    def keys(self) -> list[str]:
        """All of them."""
        return list(self._acts)

    @property
    def checked(self) -> list[str]:
        """The keys, in order."""
        return [key for key, action in self._acts.items() if action.isChecked()]

    def paintEvent(self, _event: QPaintEvent) -> None:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.features &= ~QStyleOptionButton.ButtonFeature.HasMenu  # its mark is the list's
        painter = QStylePainter(self)
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        chevron(self, painter)

    def _edited(self, _on: bool) -> None:
        self._write()
        self.edited.emit()

    def _write(self) -> None:
        self.setText(self._said(self.checked, len(self._acts)))
        self.setEnabled(bool(self._acts))

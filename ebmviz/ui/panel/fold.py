"""The button that folds a section of the panel to its title, and remembers that it did."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSettings, Qt
from PySide6.QtWidgets import QToolButton, QWidget

from ebmviz.ui.controls import tips
from ebmviz.ui.look import theme

_KEY = "sections/folded"


class Fold(QToolButton):
    """Checked while `inside` is folded away; in the next run it is as it was left."""

    def __init__(self, name: str, title: str, inside: QWidget) -> None:
        super().__init__()
        self._name, self._title, self._inside = name, title, inside
        self.setObjectName(f"{name}.fold")
        self.setProperty("small", True)
        self.setProperty("plain", True)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setChecked(name in _kept())
        self.clicked.connect(self._keep)
        self.toggled.connect(self._show)
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_inside"):
            self._dress()

    def _show(self) -> None:
        self._inside.setHidden(self.isChecked())
        word = "Unfold" if self.isChecked() else "Fold"
        self.setAccessibleName(f"{word} {self._title}")
        tips.give(self, f"{word} this section")
        self._dress()

    def _dress(self) -> None:
        name = "chevron-right" if self.isChecked() else "chevron-down"
        self.setIcon(theme.icon(name, theme.current(), "muted"))

    def _keep(self) -> None:
        others = [name for name in _kept() if name != self._name]
        QSettings().setValue(_KEY, ",".join([*others, *([self._name] * self.isChecked())]))


def _kept() -> list[str]:
    """Sections that an earlier run left folded."""
    stored = QSettings().value(_KEY, "")
    return [name for name in str(stored).split(",") if name] if isinstance(stored, str) else []

"""A message that floats over the window: what happened, and at most one thing to do."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from ebmviz.core.outside import clean
from ebmviz.ui.controls.text import Plain
from ebmviz.ui.look import theme

_STAY_MS = 8000


class Banner(QFrame):
    """Hidden until `tell` is called; goes by itself unless something is to be done."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.text = Plain()
        self.text.setWordWrap(True)
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.button = QPushButton()
        self.close_button = QPushButton("Dismiss")
        self.close_button.clicked.connect(self._dismiss)
        row = QHBoxLayout(self)
        row.addWidget(self.text, 1)
        row.addWidget(self.button)
        row.addWidget(self.close_button)
        self._todo: Callable[[], None] | None = None
        self._text, self._role = "", "warn"  # as it was told
        self._pending: list[tuple[str, str, str, Callable[[], None] | None]] = []
        self.button.clicked.connect(self._act)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._dismiss)
        parent.installEventFilter(self)
        self.hide()

    def tell(
        self,
        text: str,
        role: str = "warn",
        label: str = "",
        todo: Callable[[], None] | None = None,
        stays: bool = False,
    ) -> None:
        """Show a sentence; `label` and `todo` make the button. stays: until it is withdrawn, as one
        with something to do; such a one that is covered by a later message comes back after it.
        """
        stays = stays or bool(label and todo)
        if stays:  # one of a sort: what is to be done, or what is wrong until it is mended
            self._pending = [each for each in self._pending if bool(each[2]) != bool(label)]
            self._pending.append((text, role, label, todo))
        self._text, self._role = text, role
        self.text.setText(clean(text, 600))
        self._todo = todo
        self.button.setText(label)
        self.button.setVisible(bool(label))
        self._dress()
        self._place()
        self.show()
        self.raise_()
        if stays:
            self._timer.stop()
        else:
            self._timer.start(_STAY_MS)

    def withdraw(self, *texts: str) -> None:
        """What these sentences asked to be done is done."""
        stayed = self._stays()
        self._forget(*texts)
        if stayed and self._text in texts:
            self._dismiss()

    def _forget(self, *texts: str) -> None:
        self._pending = [each for each in self._pending if each[0] not in texts]

    def _stays(self) -> bool:
        """Whether what is shown is there until it is withdrawn."""
        return any(each[0] == self._text for each in self._pending)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_role"):
            self._dress()  # it may stay while the theme changes

    def _dress(self) -> None:
        edge, ground = theme.tint(self._role).name(), theme.tint("panel").name()
        sheet = (
            f"#banner {{ background: {ground}; border: 1px solid {edge};"
            f" border-left: 4px solid {edge}; border-radius: {theme.px(8)}px; }}"
        )
        if sheet != self.styleSheet():
            self.setStyleSheet(sheet)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _place(self) -> None:
        parent = self.parentWidget()
        if parent is None:
            return
        width = min(parent.width() - 2 * theme.px(24), theme.px(760))
        self.setFixedWidth(width)
        layout = self.layout()
        assert layout is not None
        layout.activate()
        # adjustSize would leave room for the lines of a narrower text.
        self.resize(width, layout.totalHeightForWidth(width))
        self.move((parent.width() - width) // 2, parent.height() - self.height() - theme.px(96))

    def _act(self) -> None:
        todo = self._todo
        self._dismiss()
        if todo:
            todo()

    def _dismiss(self) -> None:
        self.hide()
        self._forget(self._text)
        if self._pending:
            self.tell(*self._pending[-1], stays=True)

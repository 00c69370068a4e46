"""About this scene: three sentences beside the window, of whatever scene is in it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from ebmviz.core.lesson.about import about
from ebmviz.core.outside import clean
from ebmviz.core.scene import Scene
from ebmviz.ui.controls.prose import Prose
from ebmviz.ui.controls.text import Plain
from ebmviz.ui.look import theme
from ebmviz.ui.pointing.pointing import Pointing
from ebmviz.ui.session.store import Store

_HEADS = ("What you see", "What to try", "What it proves")
_NOTHING = "There is no text about this scene: it is not a built-in one."
_WIDE = 420


class AboutScene(QDialog):
    """Stays open, and follows the scene."""

    def __init__(self, store: Store, pointing: Pointing, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("about-scene")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("About this scene")
        self.name = Plain()
        self.name.setWordWrap(True)
        self.text = Prose()
        pointing.join(self.text)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.name)
        self._column.addWidget(self.text)
        self._column.addStretch(1)
        self._store = store
        store.changed.connect(self._changed)
        self._dress()
        self.show_scene(store.scene)

    def show_scene(self, scene: Scene) -> None:
        """The sentences of a scene."""
        self.name.setText(clean(scene.title, 200))
        said = about(scene.name)
        parts = zip(_HEADS, said, strict=True) if said else ()
        self.text.say("\n\n".join(f"**{head}.** {text}" for head, text in parts) or _NOTHING)
        self.resize(theme.px(_WIDE), self.minimumSizeHint().height())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_column"):
            self._dress()

    def _changed(self, old: Scene, new: Scene, _affects: int) -> None:
        if old.name != new.name or old.title != new.title:
            self.show_scene(new)

    def _dress(self) -> None:
        side = theme.px(16)
        self._column.setContentsMargins(side, side, side, side)
        self._column.setSpacing(theme.px(10))
        font = theme.font("body")
        font.setBold(True)
        self.name.setFont(font)
        self.setFixedWidth(theme.px(_WIDE))


def show(store: Store, pointing: Pointing, parent: QWidget) -> None:
    """Open it, or bring it to the front."""
    there = parent.findChild(AboutScene)
    dialog = there if isinstance(there, AboutScene) else AboutScene(store, pointing, parent)
    dialog.show()
    dialog.raise_()

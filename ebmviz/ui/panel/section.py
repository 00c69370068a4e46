"""One part of the scene as a card: which component, its formula, its parameters."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ebmviz.core import markup
from ebmviz.core import scene as scenes
from ebmviz.core.catalogue import Catalogue, Component, path, selector
from ebmviz.core.params import Param
from ebmviz.core.scene import Scene
from ebmviz.ui.controls import tips
from ebmviz.ui.controls.card import Card
from ebmviz.ui.controls.combo import Combo
from ebmviz.ui.controls.label import RowLabel
from ebmviz.ui.controls.text import Plain, Text
from ebmviz.ui.look import theme
from ebmviz.ui.panel.fold import Fold
from ebmviz.ui.panel.formula import Formula
from ebmviz.ui.panel.row import GAP, HEIGHT, Row
from ebmviz.ui.pointing.pointing import Pointed

WORDS = {
    "experiment": "Which",
    "data": "Set",
    "energy": "E",
    "objective": "Loss",
    "optimizer": "Method",
    "sampler": "Method",
}
HEAD = 64
"""Width of the word before the choice of a component: its title needs the rest."""
_LONGEST = 12


class Face(NamedTuple):
    """What rows a card has, and all that it says beside their values."""

    catalogue: Catalogue
    component: Component
    model: Component
    facts: frozenset[str]
    formula: str


class Section(Card):
    """Tells `edited(path, value, live)`. A click on its head folds it, which is remembered."""

    edited = Signal(str, object, bool)
    message = Signal(str)
    pointed = Signal(object)

    def __init__(
        self,
        part: str,
        title: str,
        extra: tuple[str, ...] = (),
        *,
        foldable: bool = True,
        only: Callable[[str], bool] | None = None,
    ) -> None:
        """extra: paths of other parts. only: which paths of its own part, all if None."""
        super().__init__(title)
        self.part, self._extra, self._takes = part, extra, only
        self.setObjectName(part + ".card")
        self._word = RowLabel(WORDS.get(part, "Kind"))
        self._combo = Combo()
        self._combo.setObjectName(selector(part) + ".combo")
        self._combo.setAccessibleName(WORDS.get(part, title))
        self._combo.activated.connect(self._chosen)
        self._only = Text()
        self._head_row = QWidget()
        self._line = QHBoxLayout(self._head_row)
        for widget, stretch in ((self._word, 0), (self._combo, 1), (self._only, 1)):
            self._line.addWidget(widget, stretch)
        self._formula = Formula(part + ".formula")
        self._formula.pointed.connect(self.pointed)
        self._note = Plain()
        self._note.setObjectName(part + ".note")
        self._note.setProperty("tone", "muted")
        self._note.setWordWrap(True)
        self._list = QVBoxLayout()
        self._rows: dict[str, Row] = {}
        self._face: Face | None = None  # as it is shown
        self.empty = False  # nothing in it can be chosen or moved
        inside = QWidget()
        self._column_inside = QVBoxLayout(inside)
        self._column_inside.setContentsMargins(0, 0, 0, 0)
        for part_of_it in (self._head_row, self._formula, self._note):
            self._column_inside.addWidget(part_of_it)
        self._column_inside.addLayout(self._list)
        self.body.addWidget(inside)
        self.fold = Fold(part, title, inside) if foldable else None
        if self.fold:
            self.add_action(self.fold)
        self._fit_rows()

    def rows(self) -> list[Row]:
        """The rows from top to bottom."""
        return list(self._rows.values())

    def light(self, at: Pointed) -> None:
        """Rows of a symbol, and the symbol in the formula."""
        for row in self._rows.values():
            row.light(at)
        self._formula.light(at)

    def controls(self) -> list[QWidget]:
        """What takes the focus, from top to bottom."""
        head = [] if self._combo.isHidden() else [self._combo]
        fold = [self.fold] if self.fold else []
        return [*fold, *head, *(c for row in self.rows() for c in row.controls())]

    def show_scene(self, scene: Scene, catalogue: Catalogue) -> bool:
        """Shows the scene's values; says whether rows came or went."""
        where = selector(self.part)
        component = catalogue.component(self.part, scene.kind(self.part) if where else self.part)
        face = Face(
            catalogue,
            component,
            scenes.model(scene, catalogue),
            scene.facts,
            component.said(scene.values),
        )
        changed = face != self._face and self._show_face(scene, face)
        self._face = face
        self._combo.set_key(component.kind)
        self._say(_note(scene, self.part))
        for at, row in self._rows.items():
            row.set_value(scene.values.get(at, row.param.default))
        return changed

    def leave(self) -> bool:
        """The scene has no such part: no row of another scene is kept; says whether any went."""
        self.empty, self._face = True, None
        return self._arrange({})

    def _show_face(self, scene: Scene, face: Face) -> bool:
        """All but the values; says whether rows came or went."""
        component, where = face.component, selector(self.part)
        kinds = face.catalogue.kinds(self.part)
        refused = {k: why for k, c in kinds.items() if (why := c.refused_by(face.model))}
        self._head_row.setVisible(bool(where))
        self._combo.set_choices(
            {kind: each.title for kind, each in kinds.items()},
            {kind: _sentence(why) for kind, why in refused.items()},
            notes={kind: each.doc for kind, each in kinds.items()},
        )
        self._combo.set_key(component.kind)
        self._combo.set_help(f"{markup.to_plain(component.title)}. {component.doc}".strip())
        self._combo.setVisible(len(kinds) > 1)
        self._word.write(_word(component))
        self._only.write(component.title)
        self._only.setVisible(len(kinds) == 1)
        self._formula.show_formula(face.formula)
        tips.give(self._formula, component.source and f"Source: {component.source}")
        self._formula.setVisible(bool(component.formula))
        changed = self._arrange(self._wanted(scene, face))
        for row in self._rows.values():
            row.offer(face.facts)
        self.empty = len(refused) == len(kinds) if where else not self._rows
        return changed

    def _say(self, note: str) -> None:
        if note != self._note.text():
            self._note.setText(note)
        self._note.setVisible(bool(note))

    def _wanted(self, scene: Scene, face: Face) -> dict[str, Param]:
        """The parameters that have a row."""
        own = {path(self.part, param.name): param for param in face.component.params}
        if self._extra:
            every = scenes.fields(scene, face.catalogue)
            own |= {at: every[at] for at in self._extra if at in every}
        return {
            at: p
            for at, p in own.items()
            if _shown(p) and p.shown_by(face.facts) and (not self._takes or self._takes(at))
        }

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._fit_rows()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        left = event.button() is Qt.MouseButton.LeftButton
        if self.fold and left and self.on_head(event.position().toPoint()):
            self.fold.click()
            return
        super().mouseReleaseEvent(event)

    def _arrange(self, wanted: dict[str, Param]) -> bool:
        if list(wanted) == list(self._rows) and all(
            row.param == wanted[at] for at, row in self._rows.items()
        ):
            return False
        old, self._rows = self._rows, {}
        for index, (at, param) in enumerate(wanted.items()):
            row = old.pop(at) if at in old and old[at].param == param else self._made(at, param)
            self._rows[at] = row
            if self._list.indexOf(row) != index:
                self._list.insertWidget(index, row)
                row.show()  # now, not when the event loop comes to it
        for row in old.values():
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        return True

    def _made(self, at: str, param: Param) -> Row:
        row = Row(at, param, self)
        row.edited.connect(self.edited)
        row.message.connect(self.message)
        row.pointed.connect(self.pointed)
        return row

    def _chosen(self) -> None:
        self.edited.emit(selector(self.part), self._combo.key(), False)

    def _fit_rows(self) -> None:
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(theme.px(GAP))
        for column in (self._column_inside, self._list):
            column.setSpacing(theme.px(4))
        self._word.setFixedWidth(theme.px(HEAD))
        self._head_row.setFixedHeight(theme.px(HEIGHT))


def _word(component: Component) -> str:
    """The word before the choice; of an energy the left side of its formula: E(x, y)."""
    left, equals, _ = component.formula.partition(" = ")
    own = component.part == "energy" and equals and len(left) <= _LONGEST
    return left if own else WORDS.get(component.part, "Kind")


def _sentence(why: str) -> str:
    return f"{why[:1].upper()}{why[1:].rstrip('.')}."


def _note(scene: Scene, part: str) -> str:
    """What was said of a person's own data as they were read, under their name."""
    read = scene.word(path(part, "read"), "")
    return read and f"{scene.word(path(part, 'name'), '')}: {read}"


def _shown(param: Param) -> bool:
    return not param.hidden and param.type != "table"

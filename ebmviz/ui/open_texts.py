"""What is typed is used: an action first takes the texts that are still open."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from ebmviz.ui.controls import focus
from ebmviz.ui.controls.textbox import TextBox
from ebmviz.ui.controls.valuebox import ValueBox


class OpenTexts:
    """The texts of a window that were typed and not entered. `stopped` is called when one of them
    is not understood, and the action that would have used it does not happen.
    """

    def __init__(self, window: QWidget, stopped: Callable[[], None]) -> None:
        self._window, self._stopped = window, stopped

    def take(self) -> bool:
        """Enter them. False, and the cursor in it, at the first that is not understood."""
        boxes: list[ValueBox | TextBox] = [*self._window.findChildren(ValueBox)]
        boxes += self._window.findChildren(TextBox)
        return all(self._entered(box) for box in boxes if box.isModified() and box.isVisible())

    def take_focused(self) -> None:
        """Enter the one that has the focus; a change from elsewhere goes on in any case."""
        box = self._window.focusWidget()
        if isinstance(box, ValueBox) and box.isModified():
            self._entered(box)

    def first(self, act: Callable[[], object]) -> Callable[[], None]:
        """`act`, after they have been entered; not at all where one is not understood."""

        def go_on() -> None:
            if self.take():
                act()
            else:
                self._stopped()

        return go_on

    def _entered(self, box: ValueBox | TextBox) -> bool:
        if box.commit():
            if box.hasFocus():
                focus.rest(box)
            return True
        box.setFocus()
        return False

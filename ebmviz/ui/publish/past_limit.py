"""How much of the past goes inside a figure: a person's own limit, kept for the next time."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QWidget

from ebmviz.core.params import Affects, Param, real
from ebmviz.files.embedding import MOST_PAST, PAST
from ebmviz.ui.controls.text import Text
from ebmviz.ui.controls.valuebox import ValueBox
from ebmviz.ui.look import theme

NAME = "Past inside"
_KEY = "figures/past"
_HELP = (
    "At most this many megabytes of steps and branches are put inside a figure, so that it"
    " opens with its curves and its timeline. 0: the model alone."
)
_WIDE = 72


def wanted() -> float:
    """Megabytes."""
    kept = QSettings().value(_KEY, PAST)
    try:
        found = float(cast(float, kept))
    except (TypeError, ValueError):
        return PAST
    return found if 0 <= found <= MOST_PAST else PAST  # NaN neither


class PastLimit(QWidget):
    """A box for it, in a row of a form."""

    def __init__(self, form: QFormLayout) -> None:
        super().__init__()
        self.box = ValueBox(_param(), wanted())
        self.box.setObjectName("export.past")
        self.box.setAccessibleName(f"{NAME}, in megabytes")
        self.box.set_help(_HELP)
        self.box.setFixedWidth(theme.px(_WIDE))
        for told in (self.box.committed, self.box.nudged):
            told.connect(lambda megabytes: QSettings().setValue(_KEY, megabytes))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.box)
        row.addWidget(Text("MB at the most", tone="muted"), 1)
        form.addRow(Text(NAME, tone="muted"), self)


def _param() -> Param:
    return real(NAME, affects=Affects.NOTHING, low=0.0, high=MOST_PAST, default=PAST)

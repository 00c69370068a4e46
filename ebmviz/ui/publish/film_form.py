"""What a film is of and how it looks, to be filled in."""

from __future__ import annotations

import re

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QLineEdit, QWidget

from ebmviz.core import numerals
from ebmviz.core.catalogue import Catalogue
from ebmviz.core.errors import UserError
from ebmviz.core.film.kinds import HOLD, KINDS, LONGEST, SECONDS, STEPS, STOPS, SWEEP, TRAINING
from ebmviz.core.film.look import FORMATS, HEIGHTS, RATES, SCALES, SHAPES, Look
from ebmviz.core.film.sweep import Sweep, offered, parsed
from ebmviz.core.numerals import counted
from ebmviz.core.palette import Theme
from ebmviz.core.scene import Scene
from ebmviz.figures.on_screen import seen
from ebmviz.ui.controls.combo import Combo
from ebmviz.ui.controls.text import Text
from ebmviz.ui.look import theme

_SPAN = re.compile(r"(?:(\d{1,9})\s*\.\.\s*)?(\d{1,9})")
_LOOKS = {"light": "Light", "dark": "Dark"}
_TEXTS = {"without": "Without text", "with": "With the text beside"}
_ROWS = {
    "kind": "Film of",
    "path": "What moves",
    "span": "From .. to",
    "steps": "Steps",
    "chains": "Chains",
    "seconds": "Seconds",
    "format": "Format",
    "shape": "Shape",
    "height": "Height",
    "rate": "Frames per second",
    "look": "Look",
    "text": "Text",
    "scale": "Colours and axes",
}
_NEEDED = {
    TRAINING: ("steps", "chains", "seconds"),
    SWEEP: ("path", "span", "steps", "chains", "seconds"),
    STOPS: ("seconds",),
}
_MOVES = ("path", "span", "steps", "chains", "seconds")
_CHAINS = {"stand": "Stand still", "walk": "Walk at their pace"}


class FilmForm(QWidget):
    """changed: something else is chosen. scene: as it is when the form is made."""

    changed = Signal()

    def __init__(
        self, scene: Scene, catalogue: Catalogue, step: int, stops: bool, walking: bool
    ) -> None:
        """step: how far it is trained. stops: whether there are any. walking: whether chains do."""
        super().__init__()
        self._scene, self._catalogue, self._step = scene, catalogue, step
        self.boxes: dict[str, Combo] = {}
        self.lines: dict[str, QLineEdit] = {}
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setHorizontalSpacing(16)
        self._form.setVerticalSpacing(8)
        choices = self._choices(stops)
        for name, title in _ROWS.items():
            made = self._box(name, choices[name]) if name in choices else self._line(name)
            made.setObjectName(f"film.{name}")
            made.setAccessibleName(title)
            self._form.addRow(Text(title, tone="muted"), made)
        self.boxes["height"].set_key(str(Look().height))
        self.boxes["rate"].set_key(str(Look().rate))
        self.boxes["look"].set_key(theme.current())
        self.boxes["chains"].set_key("walk" if walking else "stand")
        self._offer_paths()
        self._show_span()
        self._show_rows()
        self.boxes["path"].activated.connect(lambda _: self._show_span())
        self.boxes["kind"].activated.connect(lambda _: self._show_rows())
        self.boxes["chains"].activated.connect(lambda _: self._offer_paths())

    @property
    def kind(self) -> str:
        """What it is of."""
        return self.boxes["kind"].key()

    @property
    def look(self) -> Look:
        """How it looks."""
        key = {name: box.key() for name, box in self.boxes.items()}
        dark: Theme = "dark" if key["look"] == "dark" else "light"
        size = int(key["height"]), int(key["rate"])
        with_text = key["text"] == "with"
        return Look(key["format"], key["shape"], *size, dark, with_text, key["scale"])

    def words(self) -> list[str]:
        """The same for the command line. Raises UserError of what cannot be."""
        if not self.kind:
            raise UserError("Nothing moves in this scene, of which there could be a film")
        look, found = self.look, ["--of", self.kind]
        look.check()
        if self.kind == SWEEP:
            sweep = self._sweep()
            found.append(f"--over={sweep.text}")
            found += ["--steps", str(self._span()[1])] if sweep.trained else []
        elif self.kind == TRAINING:
            first, last = self._span()
            found += ["--steps", f"{first}..{last}"]
        if "chains" in self._needed() and self._walk:
            found.append("--chains")
        if self.kind != STOPS or self.lines["seconds"].text().strip():
            found += ["--seconds", f"{self._seconds():g}"]
        found += ["--shape", look.shape, "--height", str(look.height), "--rate", str(look.rate)]
        found += ["--theme", look.theme, "--scale", look.scale]
        return [*found, "--text"] if look.text else found

    def told(self) -> str:
        """What it will be, or why it cannot be."""
        try:
            self.words()
            size = f"{self.look.size.width} × {self.look.size.height}"
            if self.kind == STOPS:
                return f"Each stop and each answer, with the ways between them; {size}."
            count = round(self._seconds() * self.look.rate)
        except UserError as error:
            return f"{error}."
        made = counted(count, "frame")
        return f"{made} of {size}; each is the exact figure of its values and its step."

    def _choices(self, stops: bool) -> dict[str, dict[str, str]]:
        paths = offered(self._scene, self._catalogue)
        there = {
            TRAINING: "still" not in self._scene.facts,
            SWEEP: bool(paths),
            STOPS: stops,
        }
        return {
            "kind": {kind: title for kind, title in KINDS.items() if there[kind]},
            "path": paths,
            "chains": _CHAINS,
            "format": FORMATS,
            "shape": dict(zip(SHAPES, ("Wide, 16 : 9", "4 : 3", "Square"), strict=True)),
            "height": {str(each): f"{each} pixels" for each in HEIGHTS},
            "rate": {str(each): str(each) for each in RATES},
            "look": _LOOKS,
            "text": _TEXTS,
            "scale": SCALES,
        }

    def _box(self, name: str, choices: dict[str, str]) -> Combo:
        box = self.boxes[name] = Combo()
        box.set_choices(choices)
        box.activated.connect(lambda _: self.changed.emit())
        return box

    def _line(self, name: str) -> QLineEdit:
        line = self.lines[name] = QLineEdit()
        line.textChanged.connect(lambda _: self.changed.emit())
        return line

    def _show_rows(self) -> None:
        needed = self._needed()
        for name in _MOVES:
            made = self.boxes.get(name) or self.lines[name]
            self._form.setRowVisible(made, name in needed)
        steps = self._step or STEPS
        self.lines["steps"].setText(f"0 .. {steps}" if self.kind == TRAINING else str(steps))
        self.lines["seconds"].setText(f"{HOLD if self.kind == STOPS else SECONDS:g}")
        self.changed.emit()

    @property
    def _walk(self) -> bool:
        return self.boxes["chains"].key() == "walk"

    @property
    def _seen(self) -> Scene:
        """What moves chains moves nothing else, in some scenes."""
        return seen(self._scene, walking=True) if self._walk else self._scene

    def _offer_paths(self) -> None:
        box = self.boxes["path"]
        before = box.key()
        box.set_choices(offered(self._seen, self._catalogue))
        if box.key() != before:
            self._show_span()

    def _needed(self) -> list[str]:
        """What is asked of what moves."""
        trained = self.kind == SWEEP and self._moved().trained
        idle = set() if self.kind != SWEEP or trained else {"steps"}
        if trained or self._scene.in_lab or "chains" not in self._scene.facts:
            idle.add("chains")
        return [name for name in _NEEDED.get(self.kind, ()) if name not in idle]

    def _show_span(self) -> None:
        if self.boxes["path"].key():
            self.lines["span"].setText(self._moved().text.partition("=")[2].replace("..", " .. "))
            self._show_rows()

    def _moved(self) -> Sweep:
        """What moves, over the whole of its slider."""
        return parsed(self.boxes["path"].key(), self._seen, self._catalogue)

    def _sweep(self) -> Sweep:
        text = self.lines["span"].text().replace(" ", "")
        return parsed(f"{self.boxes['path'].key()}={text}", self._seen, self._catalogue)

    def _span(self) -> tuple[int, int]:
        text = self.lines["steps"].text().strip()
        match = _SPAN.fullmatch(text)
        if match is None or int(match[1] or 0) > int(match[2]):
            raise UserError(f"“{text}” is not a range of steps such as 0 .. 120")
        return int(match[1] or 0), int(match[2])

    def _seconds(self) -> float:
        text = self.lines["seconds"].text().strip()
        try:
            number = numerals.number(text)
        except ValueError:
            number = 0.0
        if not 0 < number <= LONGEST:
            raise UserError(f"“{text}” is not a number of seconds up to {LONGEST:g}")
        return number

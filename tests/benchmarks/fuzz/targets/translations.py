"""Translations."""

from __future__ import annotations

from random import Random

from ebmviz.core.language import files
from tests.benchmarks.fuzz import mutations
from tests.benchmarks.fuzz.targets.base import Target


class Translations(Target):
    """A translation, and what it says."""

    name, what = "translations", "translations (PO)"

    def seeds(self) -> list[bytes]:
        return [_PO.encode(), _PO.replace("msgid", "#, fuzzy\nmsgid", 2).encode()]

    def made(self, dice: Random) -> bytes:
        good = dice.choice(self.good)
        if dice.random() < 0.2:
            return super().made(dice)
        return mutations.of_text(dice, good.decode(), '"\\{}0123456789#\n%[]').encode(
            "utf-8", "surrogatepass"
        )

    def act(self, data: bytes) -> None:
        found = files.opened(self.written("a.po", data))
        for text in _SAID:
            found.of(text)


_SAID = (
    "restarted at step 12",
    "Copied 3 points.",
    "a, b; c. d",
    "“x” is not 1, 2 or 3: " * 12,
    "loss (1)",
)
_PO = r"""msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"

#: ui/a.py
msgid "restarted at step {0}"
msgstr "neu ab Schritt {0}"

msgid "Copied {0}."
msgstr "{0} kopiert."

msgctxt "x"
msgid "loss"
msgid_plural "losses"
msgstr[0] "Verlust"
msgstr[1] "Verluste"

msgid "“{0}” is not {1}, {2} or {3}"
msgstr "„{0}“ ist nicht {1}, {2} oder {3}"
"""

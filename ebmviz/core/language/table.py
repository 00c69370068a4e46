"""What a translation says for each text, numbers and names put in."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from ebmviz.core.errors import UserError
from ebmviz.core.outside import clean

_HOLE = re.compile(r"(?<!{){(\d{1,3})}(?!})")
_JOINTS = tuple(map(re.compile, (r"( \(|\)| ▾|  |\n)", "( · | [|] )", "(: )", "(, )")))
"""Between texts that are put together, the stronger first."""
_FEW = 5  # pieces around holes
_JOINED = re.compile(r"[;.] ")
_SENTENCES = re.compile(r"(; |\. |\n)")
_QUOTED = re.compile(r"“[^”]*”")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_WORD = re.compile(r"\w+")


def simple(template: str) -> bool:
    """Whether it is soon seen what a text puts into it: few holes, with words between them."""
    pieces = _HOLE.split(template)[::2]
    return len(pieces) <= _FEW and all(each.strip() for each in pieces[1:-1])


class Table:
    """Texts as templates, “restarted at step {0}”, and what is said for them.

    Raises UserError for a translation that loses or invents what is put in.
    """

    def __init__(self, said: Mapping[str, str]) -> None:
        self._plain: dict[str, str] = {}
        self._patterns: list[_Pattern] = []
        for template, other in said.items():
            holes = [int(n) for n in _HOLE.findall(template)]
            if set(holes) != {int(n) for n in _HOLE.findall(other)}:
                said_, put_in = clean(other, 200), clean(template, 200)
                raise UserError(f"“{said_}” does not put in what “{put_in}” does")
            if holes:
                self._patterns.append(_pattern(template, holes, other))
            else:
                self._plain[_unescaped(template)] = _unescaped(other)
        # What says most in words of its own is the nearest.
        self._patterns.sort(key=lambda each: -len(each.form.pattern))
        self._by_word: dict[str, list[int]] = {}
        for place, each in enumerate(self._patterns):
            self._by_word.setdefault(each.word, []).append(place)

    def of(self, text: str) -> str:
        """A text, or as much of it as is known; what stands in “…” stays as it is."""
        if not _LETTERS.search(text):
            return text
        bare = text.strip()
        known = self._known(bare, lambda put_in: not _JOINED.search(put_in))
        if known is None:  # two sentences have a translation each
            parted = self._parted(_SENTENCES, text)
            if parted != text:
                return parted
            known = self._known(bare, lambda _: True)
        if known is not None:
            return text.replace(bare, known)
        parts = (self._parted(joints, text) for joints in _JOINTS)
        return next((parted for parted in parts if parted != text), text)

    def _known(self, text: str, fits: Callable[[str], bool]) -> str | None:
        """What is said for the whole of it, if all that is put in fits."""
        if text in self._plain:
            return self._plain[text]
        if f"{text}…" in self._plain:  # a menu says that it will ask, a tooltip does not
            return self._plain[f"{text}…"].removesuffix("…")
        for each in self._near(text):
            found = each.form.fullmatch(text) if each.needs in text else None
            if found and all(map(fits, found.groups())):
                return each.put(dict(zip(each.holes, map(self._part, found.groups()), strict=True)))
        return None

    def _near(self, text: str) -> list[_Pattern]:
        """Those whose word is in a text, in their order: few of a thousand."""
        words = {"", *_WORD.findall(text)}
        places = (place for word in words for place in self._by_word.get(word, ()))
        return [self._patterns[place] for place in sorted(places)]

    def _parted(self, joints: re.Pattern[str], text: str) -> str:
        pieces = joints.split(text)
        return "".join(map(self.of, pieces)) if len(pieces) > 1 else text

    def _part(self, put_in: str) -> str:
        return put_in if _QUOTED.fullmatch(put_in) else self.of(put_in)


class _Pattern(NamedTuple):
    form: re.Pattern[str]
    needs: str  # the longest of its own texts: what has it not, need not be tried
    word: str  # whole in what it is of, whatever is put in; empty without one
    holes: list[int]
    other: str

    def put(self, parts: Mapping[int, str]) -> str:
        """The translation, with these in its holes."""
        pieces = _HOLE.split(self.other)
        return "".join(
            parts[int(piece)] if i % 2 else _unescaped(piece) for i, piece in enumerate(pieces)
        )


def _pattern(template: str, holes: list[int], other: str) -> _Pattern:
    pieces = [_unescaped(each) for each in _HOLE.split(template)[::2]]
    form = re.compile("(.*?)".join(map(re.escape, pieces)), re.DOTALL)
    # A word at a hole may be the end of a longer one.
    inner = [word for each in pieces for word in _WORD.findall(each) if _whole(word, each)]
    return _Pattern(form, max(pieces, key=len), max(inner, key=len, default=""), holes, other)


def _whole(word: str, piece: str) -> bool:
    """Whether a word stands within a piece, and not at its ends."""
    return re.search(rf"\W{re.escape(word)}\W", piece) is not None


def _unescaped(text: str) -> str:
    return text.replace("{{", "{").replace("}}", "}")

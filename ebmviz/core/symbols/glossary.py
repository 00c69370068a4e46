"""The words of the interface and what they mean, as `resources/glossary.json` has them."""

from __future__ import annotations

import msgspec

from ebmviz.core import assets


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One word: its symbol, a sentence, the formula and whose it is. Texts are in
    `core.markup`'s notation.
    """

    term: str
    symbol: str
    says: str
    formula: str
    source: str


def entries() -> tuple[Entry, ...]:
    """All of them, in the order of the file."""
    raw = assets.resource("glossary.json").read_bytes()
    return msgspec.json.decode(raw, type=tuple[Entry, ...])

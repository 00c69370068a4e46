"""The glossary: whole, in the notation of labels, and with the words that the interface uses."""

from __future__ import annotations

from ebmviz.core.markup import to_html
from ebmviz.core.symbols.glossary import entries


def test_every_entry_is_whole_and_readable() -> None:
    found = entries()
    assert len({each.term for each in found}) == len(found)
    for each in found:
        texts = (each.term, each.symbol, each.says, each.formula, each.source)
        assert all(texts)
        for text in texts:
            assert not {"_", "^"} & set(to_html(text)), text


def test_the_three_soft_words_are_told_apart() -> None:
    says = {each.term: each.says + " " + each.formula for each in entries()}
    assert "free energy" in says["softmin"]
    assert "logsumexp" in says["softmin"]
    assert "log-sum-exp" in says["softmax"]
    assert "torch calls softmax" in says["softmax"]
    assert "torch" in says["softargmax"]
    assert {"Hot", "Warm", "Cold", "Helmholtz free energy"} <= says.keys()

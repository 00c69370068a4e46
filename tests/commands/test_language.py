"""`--language`: what a command draws is in the language of a translation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ebmviz.core.language import files, said
from tests.commands.program import Run


@pytest.fixture(autouse=True)
def english_again(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A command speaks for its process, which here has more to do."""
    monkeypatch.setenv(files.VARIABLE, "")
    yield
    said.speak(None)


def test_a_figure_is_in_the_language_of_the_command(run: Run, tmp_path: Path) -> None:
    table = tmp_path / "de.po"
    table.write_text('msgid "step"\nmsgstr "Schritt"\n')
    words = ("figures", "ellipse", "--figure", "loss-curve", "--format", "svg", "-o", tmp_path)
    assert run(*words, "--language", table).status == 0
    assert "Schritt" in (tmp_path / "ellipse-loss-curve.svg").read_text("utf-8")
    refused = run(*words, "--language", tmp_path / "none.po")
    assert refused.status == 1
    assert "none.po" in refused.sentence

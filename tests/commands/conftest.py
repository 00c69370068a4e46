"""The program inside this process, and a session that it wrote."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ebmviz import cli
from tests.commands.program import Done, Run


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """The program, inside this process."""
    # `screenshot` sets it for its own process; here it must not outlive the test.
    monkeypatch.setenv("QT_QPA_PLATFORM", os.environ["QT_QPA_PLATFORM"])

    def call(*words: object) -> Done:
        try:
            status = cli.main([str(word) for word in words])
        except SystemExit as end:  # --help and --version
            status = int(end.code or 0)
        out, err = capsys.readouterr()
        return Done(status, out, err)

    return call


@pytest.fixture
def session(run: Run, tmp_path: Path) -> Path:
    file = tmp_path / "good.ebmviz"
    assert run("train", "ellipse", "--steps", 3, "-o", file).status == 0
    return file
